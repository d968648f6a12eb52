"""`blocking-reindex`: indexes are built anew while writers, and readers by them, wait."""

from collections.abc import Iterator, Mapping

from nonevent.facts import Operation, SchemaStep
from nonevent.rule import Problem, Table, rule
from nonevent_rules.schema.live import is_live, plain
from nonevent_rules.schema.locks import Lock, effect


def find(step: SchemaStep, rows: Mapping[str, Lock]) -> Iterator[Problem]:
    """Yield a problem for a REINDEX that keeps others waiting."""
    if step.operation is not Operation.REINDEX or not is_live(step):
        return
    lock = effect(step, rows)
    if lock is None or not lock.stalls:
        return
    what = f"all indexes of `{plain(step.table)}`" if step.table else f"`{plain(step.name)}`"
    message = (
        f"{what} {'are' if step.table else 'is'} built anew under a {lock.lock} lock on the table "
        "and an ACCESS EXCLUSIVE lock on the index: writes, and reads that use it, wait until it "
        "is done"
    )
    yield Problem(message, "Say `CONCURRENTLY` (PostgreSQL 12 and later), outside a transaction")


RULE = rule(__file__, on=SchemaStep, find=find, table=Table("locks", Lock))
