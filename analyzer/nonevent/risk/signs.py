"""What lines of code have to do with, told by words: counted in what a change adds and deletes."""

import re
from collections.abc import Sequence

__all__ = ["LIMIT", "SIGNS", "count_signs"]

LIMIT = 400_000  # bytes of lines of one file that are looked at; generated files have more

# sign → the words
SIGNS: dict[str, bytes] = {
    "condition": rb"^\s*(?:if|elif|else|\} else|case|when|unless|match)\b",
    "loop": rb"^\s*(?:async )?(?:for|while)\b",
    "function": rb"^\s*(?:async )?(?:def|function)\s|=>\s*\{",
    "class": rb"^\s*(?:export )?class\s",
    "import": rb"^\s*(?:import|from\s+\S+\s+import)\s|\brequire\(",
    "decorator": rb"^\s*@\w",
    "exception": rb"^\s*(?:try\b|except\b|finally\b|raise\b|catch\b|\} catch)",
    "broad_except": rb"^\s*except(?:\s+(?:Base)?Exception\b.*)?:",
    "concurrency": rb"\b(?:async|await|threading|Thread|Lock|asyncio|gevent|eventlet|concurrent|"
    rb"multiprocessing|semaphore|mutex)\b",
    "transaction": rb"\b(?:atomic|transaction|commit|rollback|savepoint|select_for_update|"
    rb"on_commit|autocommit|flush)\b",
    "http": rb"\b(?:requests|httpx|urllib3?|aiohttp|fetch|axios|http_client|webhook)\b",
    "database": rb"\b(?:query|queryset|objects|session|cursor|execute|filter_by|select_related|"
    rb"prefetch_related|bulk_create|SELECT|UPDATE|INSERT|DELETE|JOIN)\b",
    "queue": rb"\b(?:celery|delay|apply_async|send_task|shared_task|publish|subscribe|kafka|"
    rb"rabbitmq|sqs|sns|pubsub|dramatiq|rq|enqueue|producer|consumer)\b",
    "cache": rb"\b(?:cache|cached|memcached?|redis|lru_cache|invalidate|ttl|cache_page)\b",
    "cloud": rb"\b(?:boto3?|s3|gcs|bucket|storage|azure|dynamodb|lambda_client)\b",
    "file": rb"\bopen\(|\b(?:os\.path|pathlib|tempfile|shutil|mkdir|unlink)\b",
    "process": rb"\b(?:subprocess|os\.system|Popen|exec|spawn)\b",
    "environment": rb"\b(?:environ|getenv|process\.env|env\(|ENV)\b",
    "flag": rb"\b(?:feature_?flags?|waffle|flag_is_active|launchdarkly|is_enabled|toggle|switch|"
    rb"rollout|experiment)\b",
    "timeout": rb"\b(?:timeout|retry|retries|backoff|max_attempts|deadline)\b",
    "log": rb"\b(?:log|logger|logging|capture_exception|statsd|metrics?|newrelic|sentry)\b",
    "todo": rb"\b(?:TODO|FIXME|XXX|HACK)\b",
    "url": rb"\b(?:path|re_path|url|route|add_url_rule|include_router)\(|@\w+\.(?:route|get|post|"
    rb"put|patch|delete)\(",
    "deletion": rb"\b(?:delete|remove|drop|truncate|purge|destroy)\b",
    "schema": rb"\b(?:AddField|AlterField|RemoveField|CreateModel|DeleteModel|RunPython|RunSQL|"
    rb"AddIndex|add_column|drop_column|alter_column|create_table|drop_table|create_index|"
    rb"ALTER TABLE|CREATE TABLE|DROP TABLE)\b",
    "time": rb"\b(?:datetime|timezone|timedelta|utcnow|tzinfo|strftime|strptime)\b",
    "serialisation": rb"\b(?:json|pickle|yaml|serialize|deserialize|to_dict|from_dict|dumps|"
    rb"loads|serializer)\b",
    "nothing": rb"\b(?:None|null|undefined)\b",
    "permission": rb"\b(?:permission|authenticate|authorize|login_required|is_staff|is_superuser|"
    rb"jwt|csrf|cors|token)\b",
}
_PATTERNS = tuple(
    (sign, re.compile(pattern, re.MULTILINE | re.ASCII)) for sign, pattern in SIGNS.items()
)


def count_signs(lines: Sequence[bytes]) -> dict[str, int]:
    """Return how often each sign is met, without those that are not."""
    text = b"\n".join(lines)[:LIMIT]
    found = {}
    for sign, pattern in _PATTERNS:
        count = len(pattern.findall(text))
        if count:
            found[sign] = count
    return found
