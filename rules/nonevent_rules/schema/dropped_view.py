"""`dropped-view`: a view goes while the version still running reads it."""

from collections.abc import Iterator

from nonevent.facts import Operation, SchemaStep
from nonevent.rule import Problem, rule
from nonevent_rules.schema.live import is_live, plain, weigh
from nonevent_rules.schema.things import executed, thing

VIEWS = ("view", "materialized view")


def find(step: SchemaStep) -> Iterator[Problem]:
    """Yield a problem for a view that is dropped and not made again."""
    if step.object not in VIEWS:
        return
    if not is_live(step) or step.made_again:
        return
    message = (
        f"{thing(step)} is dropped while the version still running may query it: "
        "those queries fail until the roll is over"
    )
    name = plain(step.name) or "…"
    drop = executed(step, f"DROP {step.object.upper()} {name}")
    remedy = f"Release code that no longer names `{name}`, and run {drop} in the release after it"
    yield weigh(step, Problem(message, remedy))


RULE = rule(__file__, on=SchemaStep, of=(Operation.DROP_OBJECT,), find=find)
