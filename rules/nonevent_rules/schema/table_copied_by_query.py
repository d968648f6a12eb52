"""`table-copied-by-query`: a table is made of rows that the running version goes on changing."""

from collections.abc import Iterator

from nonevent.facts import Operation, SchemaStep
from nonevent.finding import Persona
from nonevent.rule import Problem, rule
from nonevent_rules.schema.live import plain
from nonevent_rules.schema.things import owner

TEMPORARY = ("#", "pg_temp.", "tempdb..#")


def find(step: SchemaStep) -> Iterator[Problem]:
    """Yield a problem for CREATE TABLE … AS SELECT and SELECT … INTO."""
    if not step.from_query:
        return
    if step.direction != "up" or step.keeps_data or _is_temporary(step):
        return
    message = (
        f"{owner(step)} is filled by a query: rows that the version still running writes after it "
        "began are not in it, and neither are keys, defaults and indexes of where they come from"
    )
    waits = step.dialect in ("mysql", "mariadb")
    if waits:
        message += "; the rows that are read stay locked, and writes to them wait until it ends"
    table = plain(step.table) or "…"
    remedy = (
        f"Create `{table}` empty, let a trigger or the code write to both, and copy the older rows "
        "in batches outside the migration"
    )
    yield Problem(message, remedy, persona=Persona.REGULAR if waits else Persona.PEDANTIC)


def _is_temporary(step: SchemaStep) -> bool:
    words = step.text.lower().split()[:4]
    return step.table.lower().startswith(TEMPORARY) or "temp" in words or "temporary" in words


RULE = rule(__file__, on=SchemaStep, of=(Operation.CREATE_TABLE,), find=find)
