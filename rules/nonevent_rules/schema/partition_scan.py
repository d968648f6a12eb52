"""`partition-scan`: a partition joins its table, and rows are read under a lock to let it in."""

from collections.abc import Iterator

from nonevent.facts import Operation, SchemaStep
from nonevent.finding import Persona, Severity
from nonevent.rule import Problem, rule
from nonevent_rules.schema.live import is_live, plain, weigh
from nonevent_rules.schema.things import owner
from nonevent_rules.schema.together import made_before


def find(step: SchemaStep) -> Iterator[Problem]:
    """Yield a problem for a partition that is attached without proof, or made in place."""
    if step.dialect not in ("", "postgresql"):
        return
    if step.operation is Operation.CREATE_TABLE and step.parent:
        if step.direction == "up" and not made_before(step, step.parent):
            yield _made(step)
    elif step.action == "attach partition" and is_live(step) and not step.proved:
        yield _attached(step)


def _attached(step: SchemaStep) -> Problem:
    part = plain(step.name) or "…"
    message = (
        f"partition `{part}` is attached to {owner(step)}: unless a CHECK proves its bounds, every "
        "row of it, and of the default partition, is read under an ACCESS EXCLUSIVE lock and reads "
        "and writes of both wait"
    )
    remedy = (
        f"Add a CHECK of the same bounds to `{part}` as NOT VALID, validate it, attach, drop the "
        "CHECK; where there is a default partition, do the same there with the bounds negated"
    )
    return weigh(step, Problem(message, remedy))


def _made(step: SchemaStep) -> Problem:
    parent = plain(step.parent)
    message = (
        f"partition `{plain(step.table) or '…'}` is created in `{parent}` under an ACCESS "
        f"EXCLUSIVE lock on `{parent}`: reads and writes wait, for as long as it takes to read the "
        "default partition where there is one"
    )
    remedy = f"Create the table by itself, with a CHECK of its bounds, and attach it to `{parent}`"
    problem = Problem(message, remedy, severity=Severity.WARNING, persona=Persona.PEDANTIC)
    return weigh(step, problem)


RULE = rule(__file__, on=SchemaStep, find=find)
