"""`dropped-routine`: a function or procedure goes while something still calls it."""

from collections.abc import Iterator

from nonevent.facts import Operation, SchemaStep
from nonevent.finding import Confidence
from nonevent.rule import Problem, rule
from nonevent_rules.schema.live import is_live, plain, weigh
from nonevent_rules.schema.things import executed, thing

ROUTINES = ("function", "procedure", "package")


def find(step: SchemaStep) -> Iterator[Problem]:
    """Yield a problem for a routine that is dropped and not made again."""
    if step.object not in ROUTINES:
        return
    if not is_live(step) or step.made_again or step.cascade:
        return  # what calls it goes as well: that is for `cascading-drop` to say
    message = (
        f"{thing(step)} is dropped while the version still running may call it, in queries and "
        "through triggers and defaults: those statements fail until the roll is over"
    )
    name = plain(step.name) or "…"
    drop = executed(step, f"DROP {step.object.upper()} {name}")
    remedy = f"Release code that no longer calls `{name}`, and run {drop} in the release after it"
    problem = Problem(message, remedy)
    if any(map(_called, step.earlier)):  # which it mostly was made for
        problem = problem._replace(confidence=Confidence.LOW)
    yield weigh(step, problem)


def _called(one: SchemaStep) -> bool:
    """Tell whether a step is about what calls routines of its own."""
    return one.object == "trigger" or one.operation is Operation.DROP_INDEX


RULE = rule(__file__, on=SchemaStep, of=(Operation.DROP_OBJECT,), find=find)
