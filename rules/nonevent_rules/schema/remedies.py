"""What to do instead where two rules say the same of one step: of a thing in use, or perhaps."""

from nonevent.facts import SchemaStep
from nonevent_rules.schema.live import arguments, bare, language, plain

__all__ = ["drop_column_later", "keep_table"]


def drop_column_later(step: SchemaStep) -> str:
    """Return how a column goes without breaking the version that still runs."""
    table, column = plain(step.table) or "…", plain(step.column) or "…"
    if language(step) == "alembic":
        return (
            f"Take `{column}` out of the code in this release, and run "
            f"`op.drop_column({arguments(step, column)})` in the next one"
        )
    if language(step) == "django":
        return (
            f"Move the removal of `{column}` into `state_operations` of "
            "`SeparateDatabaseAndState` now, and drop the column with `RunSQL` in the next release"
        )
    return (
        f"Release code that no longer names `{column}`, and run "
        f"`ALTER TABLE {table} DROP COLUMN {column}` in the release after it"
    )


def keep_table(step: SchemaStep, old: str, new: str) -> str:
    """Return how a class gets a new name while its table keeps the old one."""
    if language(step) == "alembic":
        return f'Keep the table and rename the class alone: `__tablename__ = "{bare(old)}"`'
    if language(step) == "django":
        return (
            f'Keep the table with `db_table = "{bare(old)}"` in `Meta`, and put the renaming '
            "into `state_operations` of `SeparateDatabaseAndState`"
        )
    view = f"CREATE VIEW {new or '…'} AS SELECT * FROM {old}"  # noqa: S608 - a sentence, not a query
    return f"Keep the table and give the next version the new name as a view: `{view}`"
