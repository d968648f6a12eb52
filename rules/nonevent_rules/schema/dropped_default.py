"""`dropped-default`: a column loses the default that INSERTs of the running version rely on."""

from collections.abc import Iterator

from nonevent.facts import Operation, SchemaStep
from nonevent.finding import Confidence, Persona, Severity
from nonevent.rule import Problem, rule
from nonevent_rules.schema.live import column_of, is_live, plain, weigh
from nonevent_rules.schema.together import same_table

GENERATED = ("drop identity", "drop expression")


def find(step: SchemaStep) -> Iterator[Problem]:
    """Yield a problem for a default that goes from a column that was there before."""
    is_default = step.operation is Operation.DROP_DEFAULT
    is_generated = step.operation is Operation.ALTER_TABLE and step.action in GENERATED
    if not (is_default or is_generated) or not is_live(step):
        return
    # With its default dropped again in one file, a new column is `required-column-without-default`.
    if step.column_is_new or step.made_again:
        return
    problem = _generated(step) if is_generated else _default(step)
    if any(_fills(other) and same_table(step, other) for other in (*step.earlier, *step.later)):
        problem = problem._replace(persona=Persona.PEDANTIC)
    yield weigh(step, problem)


def _fills(other: SchemaStep) -> bool:
    """Tell whether a step makes a trigger that may put the value in, before a row is stored."""
    made = other.operation is Operation.CREATE_OBJECT and other.object == "trigger"
    return made and " before " in f" {other.text.lower()} "


def _default(step: SchemaStep) -> Problem:
    message = (
        f"{column_of(step)} loses its default: INSERTs of the version still running that leave the "
        "column out store NULL, and fail where it is NOT NULL"
    )
    remedy = (
        f"Release code that always fills `{plain(step.column) or '…'}`, and drop the default "
        "when no older instance is left"
    )
    return Problem(message, remedy)


def _generated(step: SchemaStep) -> Problem:
    what = "identity" if step.action == "drop identity" else "expression"
    message = (
        f"{column_of(step)} is no longer filled by its {what}: INSERTs of the version still "
        "running leave it empty, and fail where it is NOT NULL"
    )
    remedy = f"Release code that fills it, and drop the {what} when no older instance is left"
    return Problem(message, remedy, severity=Severity.ERROR, confidence=Confidence.HIGH)


RULE = rule(__file__, on=SchemaStep, of=(Operation.DROP_DEFAULT, Operation.ALTER_TABLE), find=find)
