"""`disabled-trigger`: a table goes without its triggers while others write to it."""

from collections.abc import Iterator

from nonevent.facts import Operation, SchemaStep
from nonevent.rule import Problem, rule
from nonevent_rules.schema.live import is_live, plain, weigh
from nonevent_rules.schema.things import owner

OFF = ("disable trigger", "disable rule")


def find(step: SchemaStep) -> Iterator[Problem]:
    """Yield a problem for triggers that are switched off on a table in use."""
    if step.action not in OFF or not is_live(step):
        return
    name = plain(step.name)
    one = bool(name) and name.upper() not in ("ALL", "USER")
    what = f"trigger `{name}` of {owner(step)} is" if one else f"triggers of {owner(step)} are"
    if step.in_transaction and step.dialect in ("", "postgresql"):
        message = (
            f"{what} switched off under a SHARE ROW EXCLUSIVE lock: "
            "writes to it wait until the transaction ends"
        )
    else:
        message = (
            f"{what} switched off for everybody: rows that the version still "
            "running writes meanwhile go unchecked and miss what it does"
        )
    remedy = (
        "Switch them off for this session alone: `SET LOCAL session_replication_role = replica`"
        if step.dialect in ("", "postgresql")
        else "Let the trigger itself skip the rows of this session, by a variable that it looks at"
    )
    yield weigh(step, Problem(message, remedy))


RULE = rule(__file__, on=SchemaStep, of=(Operation.ALTER_TABLE,), find=find)
