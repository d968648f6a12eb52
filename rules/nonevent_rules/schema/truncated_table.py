"""`truncated-table`: a table is emptied under the version that wrote its rows."""

from collections.abc import Iterator

from nonevent.facts import Operation, SchemaStep
from nonevent.rule import Problem, rule
from nonevent_rules.schema.live import is_live, plain, weigh
from nonevent_rules.schema.things import executed, owner
from nonevent_rules.schema.together import is_aside

# How servers call what TRUNCATE holds.
LOCKS = {
    "mssql": "a schema modification (Sch-M) lock",
    "oracle": "an exclusive lock",
    "mysql": "an exclusive metadata lock",
    "mariadb": "an exclusive metadata lock",
}


def find(step: SchemaStep) -> Iterator[Problem]:
    """Yield a problem for a table in use that is emptied."""
    if not is_live(step) or is_aside(step):
        return
    also = " with every table that refers to it" if step.cascade else ""
    lock = LOCKS.get(step.dialect, "an ACCESS EXCLUSIVE lock")
    message = (
        f"{owner(step)} is emptied{also} under {lock} while the version still running reads and "
        "writes it: its queries wait, find nothing afterwards, and a rollback finds the rows gone"
    )
    table = plain(step.table) or "…"
    some = f"DELETE FROM {table} WHERE id IN (SELECT id FROM {table} LIMIT 1000)"  # noqa: S608
    yield weigh(
        step, Problem(message, f"Delete in batches outside the migration: {executed(step, some)}")
    )


RULE = rule(__file__, on=SchemaStep, of=(Operation.TRUNCATE,), find=find)
