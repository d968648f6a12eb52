"""`new-enum-value`: an enum gets a label that the running version cannot read."""

from collections.abc import Iterator

from nonevent.facts import Operation, SchemaStep
from nonevent.rule import Problem, rule
from nonevent_rules.schema.live import is_live, plain, weigh


def find(step: SchemaStep) -> Iterator[Problem]:
    """Yield a problem for a label that is added to an enum in use."""
    if step.action != "add value":
        return
    if not is_live(step):
        return
    label, kind = next(iter(step.values), "…"), plain(step.name) or "…"
    message = (
        f"`{label}` is added to type `{kind}`: once the next version writes it, the version still "
        "running fails on reading such a row, where its own enum has no such member"
    )
    remedy = f"Release code that can read `{label}` first, and write it one release later"
    yield weigh(step, Problem(message, remedy))


RULE = rule(__file__, on=SchemaStep, of=(Operation.ALTER_OBJECT,), find=find)
