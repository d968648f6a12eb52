"""`unbounded-lock-wait`: a migration waits for its lock as long as it takes, and all behind it."""

from collections.abc import Iterator, Mapping

from nonevent.edit import Edit
from nonevent.facts import SchemaStep
from nonevent.rule import Problem, Table, rule
from nonevent_rules.schema.live import is_live, plain
from nonevent_rules.schema.locks import Lock, effect, on_server
from nonevent_rules.schema.mending import first
from nonevent_rules.schema.together import UNCHANGING, named

LIMITS = {
    "": "lock_timeout",
    "postgresql": "lock_timeout",
    "mysql": "lock_wait_timeout",
    "mariadb": "lock_wait_timeout",
}


def find(step: SchemaStep, rows: Mapping[str, Lock]) -> Iterator[Problem]:
    """Yield a problem for the first strong lock of a file that has no limit on its wait."""
    wanted = LIMITS.get(step.dialect)
    if wanted is None or any(name == wanted for name, _ in step.limits):
        return
    lock = _strong(step, rows)
    if lock is None or any(_strong(one, rows) for one in step.earlier):
        return
    name = lock.lock or "metadata"
    message = (
        f"{on_server(step.dialect)}{named(step)} waits for its {name} lock without limit: behind "
        f"one long transaction it waits on, and every {_queued(step, lock)} of "
        f"`{plain(step.table)}` behind it"
    )
    yield Problem(message, _remedy(step, wanted), edits=_edits(step))


def _edits(step: SchemaStep) -> tuple[Edit, ...]:
    if step.dialect in ("mysql", "mariadb"):
        return first(step, "SET lock_wait_timeout = 2")
    # SET LOCAL ends with the transaction, and is refused a meaning outside of one.
    return first(step, f"SET {'LOCAL ' if step.in_transaction else ''}lock_timeout = '2s'")


def _strong(step: SchemaStep, rows: Mapping[str, Lock]) -> Lock | None:
    if step.operation in UNCHANGING or not is_live(step) or not step.table:
        return None
    lock = effect(step, rows)
    if lock is None or not lock.transaction:
        return None
    if step.dialect in ("mysql", "mariadb"):  # every schema change waits for the metadata
        return lock
    return lock if lock.blocks.endswith("writes") else None


def _queued(step: SchemaStep, lock: Lock) -> str:
    is_mysql = step.dialect in ("mysql", "mariadb")
    return "query" if is_mysql or lock.blocks == "reads and writes" else "write"


def _remedy(step: SchemaStep, wanted: str) -> str:
    value = "2" if wanted == "lock_wait_timeout" else "'2s'"
    said = f"SET {wanted} = {value}"
    if step.framework == "alembic":
        return (
            f'Call `op.execute("{said}")` first, or set it in `env.py`, and try again when it ends'
        )
    if step.framework == "django":
        return (
            f'Put `migrations.RunSQL("{said}", …)` first, or set it in `OPTIONS` of the database, '
            "and try again when it ends"
        )
    return f"Begin with `{said}`, and try again when it ends"


RULE = rule(__file__, on=SchemaStep, find=find, table=Table("locks", Lock))
