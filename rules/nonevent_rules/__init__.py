"""The rules that come with nonevent: each a module, a page and, where it knows facts, a catalogue.

`RULES` is the table of contents; an entry is `family.stem`, relative to this package.
"""

__all__ = ["RULES"]

RULES = (
    "timeouts.call_without_timeout",
    "timeouts.unbounded_timeout",
    "timeouts.wait_without_limit_in_handler",
    "timeouts.retry_without_stop",
    "timeouts.blocking_call_in_async_handler",
    "state.module_state_in_handler",
    "state.session_store_in_process",
    "state.per_process_secret_key",
    "state.limiter_in_process",
    "state.limiter_storage_in_settings",
    "state.socket_without_message_queue",
    "state.session_backend_in_process",
    "state.channel_backend_in_process",
    "state.channel_layer_in_process",
    "state.conversation_memory_in_process",
    "state.embedded_vector_store",
    "state.task_broker_in_process",
    "state.task_broker_in_settings",
    "state.sqlite_in_settings",
    "state.sqlite_engine",
    "state.cache_in_process",
    "state.scheduler_in_web_process",
    "state.background_work_in_handler",
    "state.process_setting_in_handler",
    "files.local_file_write",
    "files.upload_kept_on_disk",
    "files.log_to_local_file",
    "files.log_file_in_settings",
    "files.media_on_local_disk",
    "schema.dropped_column",
    "schema.renamed_column",
    "schema.dropped_table",
    "schema.renamed_table",
    "schema.required_column_without_default",
    "schema.column_type_change",
    "schema.blocking_index_build",
    "schema.validating_constraint",
    "nonevent.suppression_without_reason",
    "nonevent.unknown_suppression",
    "nonevent.unused_suppression",
)
