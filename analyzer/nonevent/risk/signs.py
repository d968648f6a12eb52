"""What lines of code have to do with, told by words: counted in what a change adds and deletes."""

import re
from collections import Counter
from collections.abc import Mapping, Sequence

__all__ = ["LIMIT", "SIGNS", "count_signs"]

LIMIT = 400_000  # bytes of lines of one file that are looked at; generated files have more

# sign → words that begin a line
_FIRST = {
    "condition": "if elif else case when unless match",
    "loop": "for while",
    "class": "class",
    "import": "import from",
    "decorator": "@",
    "exception": "try except finally raise catch throw",
}
# sign → words anywhere, as they are written
_WORDS = {
    "function": "def function",
    "concurrency": "async await threading Thread Lock RLock asyncio gevent eventlet concurrent "
    "multiprocessing Semaphore semaphore mutex ThreadPoolExecutor",
    "transaction": "atomic transaction commit rollback savepoint select_for_update on_commit "
    "autocommit flush begin_nested",
    "http": "requests httpx urllib urllib3 aiohttp fetch axios http_client webhook",
    "database": "query queryset objects session cursor execute filter_by select_related "
    "prefetch_related bulk_create SELECT UPDATE INSERT DELETE JOIN",
    "queue": "celery delay apply_async send_task shared_task publish subscribe kafka rabbitmq sqs "
    "sns pubsub dramatiq rq enqueue producer consumer",
    "cache": "cache cached memcache memcached redis lru_cache invalidate ttl cache_page caches",
    "cloud": "boto boto3 s3 gcs bucket storage azure dynamodb",
    "file": "open pathlib Path tempfile shutil mkdir unlink makedirs",
    "process": "subprocess system Popen exec spawn",
    "environment": "environ getenv env ENV environment",
    "flag": "feature_flag feature_flags waffle flag_is_active launchdarkly is_enabled toggle "
    "switch rollout experiment flag flags",
    "timeout": "timeout timeouts retry retries backoff max_attempts deadline max_retries",
    "log": "log logger logging capture_exception statsd metric metrics newrelic sentry",
    "todo": "TODO FIXME XXX HACK",
    "deletion": "delete remove drop truncate purge destroy deleted",
    "schema": "AddField AlterField RemoveField RenameField CreateModel DeleteModel RunPython "
    "RunSQL AddIndex AddConstraint add_column drop_column alter_column create_table drop_table "
    "create_index drop_index create_foreign_key batch_alter_table ALTER",
    "time": "datetime timezone timedelta utcnow tzinfo strftime strptime",
    "serialisation": "json pickle yaml serialize deserialize to_dict from_dict dumps loads "
    "serializer serializers",
    "nothing": "None null undefined NULL",
    "permission": "permission permissions authenticate authorize login_required is_staff "
    "is_superuser jwt csrf cors token",
}
# sign → how it is written; searched only where one of the words stands before
_FORMS = {
    "broad_except": (
        ("except",),
        re.compile(rb"^\s*except(?:\s+(?:Base)?Exception\b.*)?:", re.MULTILINE),
    ),
    "url": (
        ("path", "re_path", "url", "route", "add_url_rule", "include_router"),
        re.compile(rb"\b(?:path|re_path|url|route|add_url_rule|include_router)\("),
    ),
}
SIGNS = (*_FIRST, *_WORDS, *_FORMS)


def _inverted(table: Mapping[str, str]) -> dict[bytes, str]:
    return {word.encode(): sign for sign, words in table.items() for word in words.split()}


_FIRST_SIGN, _WORD_SIGN = _inverted(_FIRST), _inverted(_WORDS)
_BEGINNING = re.compile(rb"^[\s})]*(@|\w+)", re.MULTILINE | re.ASCII)
_WORD = re.compile(rb"[A-Za-z_]\w*", re.ASCII)


def count_signs(lines: Sequence[bytes]) -> dict[str, int]:
    """Return how often each sign is met, without those that are not."""
    text = b"\n".join(lines)[:LIMIT]
    words = Counter(_WORD.findall(text))
    found: Counter[str] = Counter()
    for table, counts in (
        (_FIRST_SIGN, Counter(_BEGINNING.findall(text))),
        (_WORD_SIGN, words),
    ):
        for word in counts.keys() & table.keys():
            found[table[word]] += counts[word]
    for sign, (needed, form) in _FORMS.items():
        if any(word.encode() in words for word in needed):
            found[sign] += len(form.findall(text))
    return {sign: count for sign, count in found.items() if count}
