"""`table-rewrite`: a table is written anew as a whole while nobody else gets to it."""

from collections.abc import Iterator, Mapping

from nonevent.facts import Operation, SchemaStep
from nonevent.rule import Problem, Table, rule
from nonevent_rules.schema.live import is_live, plain, weigh
from nonevent_rules.schema.locks import Lock, effects, on_server
from nonevent_rules.schema.things import article, owner

INSTEAD = {
    "cluster": "Run pg_repack or pg_squeeze on it: both copy it while others write",
    "vacuum full": "Run pg_repack or pg_squeeze on it: both copy it while others write",
    "set tablespace": "Move it with `pg_repack --tablespace`, which lets others write meanwhile",
    "set logged": "Create a logged table, write to both, copy in batches, and rename at the end",
    "set unlogged": "Create an unlogged table and let the next version write to that",
    "convert to": "Change it with gh-ost or pt-online-schema-change, which let others write",
}
COPIED = "Make a new table beside it, write to both, copy in batches, and switch the readers"


def find(step: SchemaStep, rows: Mapping[str, Lock]) -> Iterator[Problem]:
    """Yield a problem for a table that is copied under a lock which keeps others waiting."""
    if not is_live(step) or step.concurrently:
        return
    lock = next((row for row in effects(step, rows) if row.rewrites and row.stalls), None)
    if lock is None:
        return
    message = (
        f"{on_server(step.dialect)}{owner(step)} is written anew by `{_said(step)}` under "
        f"{article(lock.lock)} lock: {lock.blocks} wait until every row is copied"
    )
    yield weigh(step, Problem(message, _remedy(step)))


def _said(step: SchemaStep) -> str:
    return plain(step.action).upper() or "ALTER TABLE"


def _remedy(step: SchemaStep) -> str:
    action = step.action
    if step.dialect in ("mysql", "mariadb"):
        return INSTEAD["convert to"]
    return next((cure for said, cure in INSTEAD.items() if action.startswith(said)), COPIED)


RULE = rule(
    __file__, on=SchemaStep, of=(Operation.ALTER_TABLE,), find=find, table=Table("locks", Lock)
)
