"""`dropped-trigger`: what a trigger did to the rows of the running version is no longer done."""

from collections.abc import Iterator

from nonevent.facts import Operation, SchemaStep
from nonevent.finding import Persona
from nonevent.rule import Problem, rule
from nonevent_rules.schema.live import is_live, plain, weigh
from nonevent_rules.schema.things import executed, owner, thing
from nonevent_rules.schema.together import same_table

GOING = (Operation.DROP_TABLE, Operation.RENAME_TABLE)


def find(step: SchemaStep) -> Iterator[Problem]:
    """Yield a problem for a trigger that is dropped and not made again."""
    if step.object not in ("trigger", "rule"):
        return
    if not is_live(step) or step.made_again or _goes_with_its_table(step):
        return
    on = f" on {owner(step)}" if step.table else ""
    message = (
        f"{thing(step)}{on} is dropped while the version still running writes: "
        f"what the {step.object} filled, checked or copied is missing from its rows from now on"
    )
    name = plain(step.name) or "…"
    table = f" ON {plain(step.table)}" if step.table else ""
    drop = executed(step, f"DROP {step.object.upper()} {name}{table}")
    remedy = (
        f"Release code that does without `{name}`, and run {drop} when no older instance is left"
    )
    problem = Problem(message, remedy)
    if _is_replaced(step):
        problem = problem._replace(persona=Persona.PEDANTIC)
    yield weigh(step, problem)


def _goes_with_its_table(step: SchemaStep) -> bool:
    """Return whether the same file drops or renames the table: nobody writes to it by that name."""
    return any(other.operation in GOING and same_table(step, other) for other in step.later)


def _is_replaced(step: SchemaStep) -> bool:
    """Return whether the same file gives the table a trigger, or a default, for the same end."""
    return any(
        (_makes_one(other) or _defaults(other, step)) and same_table(step, other)
        for other in (*step.earlier, *step.later)
    )


def _makes_one(other: SchemaStep) -> bool:
    return other.operation is Operation.CREATE_OBJECT and other.object == "trigger"


def _defaults(other: SchemaStep, step: SchemaStep) -> bool:
    """Tell whether a step gives a default to the column that the trigger is named after."""
    column = plain(other.column).lower()
    return other.operation is Operation.SET_DEFAULT and column in plain(step.name).lower()


RULE = rule(__file__, on=SchemaStep, of=(Operation.DROP_OBJECT,), find=find)
