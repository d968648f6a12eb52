"""`blocking-index-drop`: an index is dropped under a lock that everybody waits behind."""

import re
from collections.abc import Iterator, Mapping

from nonevent.facts import Operation, SchemaStep
from nonevent.finding import Confidence
from nonevent.rule import Problem, Table, rule
from nonevent_rules.schema.live import bare, is_live, language, plain
from nonevent_rules.schema.locks import Lock, effect, on_server
from nonevent_rules.schema.mending import concurrently
from nonevent_rules.schema.together import same_table

DROP = re.compile(r"(?i)^drop\s+index\s+")
GONE = (Operation.DROP_TABLE, Operation.RENAME_TABLE)


def find(step: SchemaStep, rows: Mapping[str, Lock]) -> Iterator[Problem]:
    """Yield a problem for an index that is dropped while its table is in use."""
    if not is_live(step):
        return
    lock = effect(step, rows)
    if lock is None or not lock.transaction or lock.blocks != "reads and writes":
        return
    if step.dialect not in ("", "postgresql") or _is_bounded(step) or _is_over(step):
        return
    name = f"index `{plain(step.name)}`" if step.name else "an index"
    if step.framework == "django" and not step.name and step.columns:
        name = f"the index of `{plain(step.columns[0])}`"
    table = f"`{plain(step.table)}`" if step.table else "its table"
    message = (
        f"{on_server(step.dialect)}{name} is dropped under an {lock.lock} lock on {table}: it "
        "waits behind every query that runs there, and all others wait behind it"
    )
    sure = Confidence.HIGH if step.dialect == "postgresql" else Confidence.MEDIUM
    edits = tuple(edit._replace(safe=False) for edit in concurrently(step))
    yield Problem(message, _remedy(step), confidence=sure, edits=edits)


def _is_bounded(step: SchemaStep) -> bool:
    return any(name == "lock_timeout" for name, _ in step.limits)


def _is_over(step: SchemaStep) -> bool:
    """Tell whether the table goes as well, or nobody can know the index yet."""
    if any(one.operation in GONE and same_table(step, one) for one in step.later):
        return True
    return any(
        one.operation is Operation.CREATE_INDEX
        and bare(one.name) == bare(step.name)
        and bool(step.name)
        for one in step.earlier
    )


def _remedy(step: SchemaStep) -> str:
    written = language(step)
    if written == "alembic":
        return "Pass `postgresql_concurrently=True`, inside `op.get_context().autocommit_block()`"
    if written == "django" and "Field(" in step.text:
        return (
            "Drop it by `RunSQL` and `DROP INDEX CONCURRENTLY` in a migration with `atomic = "
            "False`, with this operation in its `state_operations`"
        )
    if written == "django":
        return "Use `RemoveIndexConcurrently` in a migration with `atomic = False`"
    text = step.text.rstrip("; ")
    known = DROP.match(text) and "`" not in text
    text = DROP.sub("DROP INDEX CONCURRENTLY ", text) if known else "DROP INDEX CONCURRENTLY …"
    return f"Run `{text}` outside of a transaction, or set `lock_timeout` before it and try again"


RULE = rule(
    __file__, on=SchemaStep, of=(Operation.DROP_INDEX,), find=find, table=Table("locks", Lock)
)
