"""`blocking-reindex`: indexes are built anew while writers, and readers by them, wait."""

import re
from collections.abc import Iterator, Mapping

from nonevent.facts import Operation, SchemaStep
from nonevent.rule import Problem, Table, rule
from nonevent_rules.schema.live import is_live, plain
from nonevent_rules.schema.locks import Lock, effect
from nonevent_rules.schema.mending import concurrently

WHOLE = re.compile(
    r"(?i)reindex\s+(?:\((?![^)]*concurrently)[^)]*\)\s*)?(schema|database)\b"
    r"(?!\s+concurrently)"
)


def find(step: SchemaStep, rows: Mapping[str, Lock]) -> Iterator[Problem]:
    """Yield a problem for a REINDEX that keeps others waiting."""
    if not is_live(step):
        return
    lock = effect(step, rows)
    whole = WHOLE.match(step.text)
    if lock is None and whole and step.dialect in ("", "postgresql"):
        lock = rows.get("postgresql reindex table")  # one table after the other
    if lock is None or not lock.stalls:
        return
    many = step.table or whole
    what = f"all indexes of `{plain(step.table)}`" if step.table else f"`{plain(step.name)}`"
    if whole:
        what = f"all indexes in {whole[1].lower()} `{plain(step.name)}`"
    message = (
        f"{what} {'are' if many else 'is'} built anew under a {lock.lock} lock on the table "
        "and an ACCESS EXCLUSIVE lock on the index: writes, and reads that use it, wait until it "
        "is done"
    )
    remedy = "Say `CONCURRENTLY` (PostgreSQL 12 and later), outside a transaction"
    yield Problem(message, remedy, edits=concurrently(step))


RULE = rule(__file__, on=SchemaStep, of=(Operation.REINDEX,), find=find, table=Table("locks", Lock))
