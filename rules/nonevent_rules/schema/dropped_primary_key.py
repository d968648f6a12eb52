"""`dropped-primary-key`: a table in use is left without what names its rows."""

import re
from collections.abc import Iterator

from nonevent.facts import Operation, SchemaStep
from nonevent.rule import Problem, rule
from nonevent_rules.schema.live import is_live, language, plain, weigh
from nonevent_rules.schema.together import same_table

NAMED = re.compile(r"(?i)(?:_pkey|_pk)$|^pk_|^primary$")


def find(step: SchemaStep) -> Iterator[Problem]:
    """Yield a problem for a primary key that goes and does not come back at once."""
    if not is_live(step):
        return
    if step.constraint != "primary key" and (step.constraint or not NAMED.search(plain(step.name))):
        return
    if any(_replaces(step, one) for one in step.later):
        return
    table = plain(step.table) or "…"
    copies = ", and MySQL copies the table under a SHARED lock" if step.dialect == "mysql" else ""
    message = (
        f"the primary key of `{table}` is dropped: the version still running may write duplicates, "
        "its upserts by the key fail, and logical replication refuses UPDATE and DELETE of the "
        f"table{copies}"
    )
    yield weigh(step, Problem(message, _remedy(step, table)))


def _replaces(step: SchemaStep, one: SchemaStep) -> bool:
    if not same_table(step, one):
        return False
    added = one.operation in (Operation.ADD_CONSTRAINT, Operation.ADD_COLUMN)
    return (added and one.constraint == "primary key") or one.operation is Operation.DROP_TABLE


def _remedy(step: SchemaStep, table: str) -> str:
    if step.dialect in ("mysql", "mariadb"):
        return "Drop it and add the next one in one ALTER TABLE: that is done in place"
    swap = "Build the next one's unique index concurrently, then swap both in one transaction"
    if language(step) == "sql":
        return f"{swap}: `ALTER TABLE {table} DROP CONSTRAINT …, ADD PRIMARY KEY USING INDEX …`"
    return swap


RULE = rule(__file__, on=SchemaStep, of=(Operation.DROP_CONSTRAINT,), find=find)
