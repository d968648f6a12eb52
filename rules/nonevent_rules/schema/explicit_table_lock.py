"""`explicit-table-lock`: a migration locks a table in use by hand."""

from collections.abc import Iterator

from nonevent.facts import Operation, Rows, SchemaStep
from nonevent.finding import Persona
from nonevent.rule import Problem, rule
from nonevent_rules.schema.live import is_live, plain, weigh

# PostgreSQL's modes that conflict with SELECT, and with INSERT, UPDATE and DELETE:
# https://www.postgresql.org/docs/current/explicit-locking.html#LOCKING-TABLES
# MySQL's: https://dev.mysql.com/doc/refman/8.4/en/lock-tables.html
ALL = ("access exclusive", "write")
LONG = (
    Operation.ALTER_TYPE,
    Operation.CREATE_INDEX,
    Operation.SET_NOT_NULL,
    Operation.ADD_CONSTRAINT,
    Operation.VALIDATE_CONSTRAINT,
    Operation.REINDEX,
)
WRITES = ("exclusive", "share row exclusive", "share", "read")


def find(step: SchemaStep) -> Iterator[Problem]:
    """Yield a problem for LOCK TABLE in a mode that keeps requests waiting."""
    if not is_live(step):
        return
    if step.lock_mode not in ALL + WRITES:
        return
    waiting = "reads and writes" if step.lock_mode in ALL else "writes"
    end = "tables are unlocked" if step.lock_mode in ("read", "write") else "transaction ends"
    message = (
        f"`{plain(step.table)}` is locked in {step.lock_mode.upper()} mode: {waiting} wait until "
        f"the {end}, whatever is done meanwhile"
    )
    problem = Problem(message, "Do it in batches that lock the rows they change")
    if not any(_takes_time(step, one) for one in step.later):
        problem = problem._replace(persona=Persona.PEDANTIC)
    yield weigh(step, problem)


def _takes_time(step: SchemaStep, one: SchemaStep) -> bool:
    """Tell whether a later step of the transaction takes longer the larger the table is."""
    if one.transaction != step.transaction and step.dialect in ("", "postgresql"):
        return False
    if one.operation is Operation.DATA:
        return one.rows not in (Rows.NEW, Rows.FEW)
    return one.operation in LONG


RULE = rule(__file__, on=SchemaStep, of=(Operation.LOCK_TABLE,), find=find)
