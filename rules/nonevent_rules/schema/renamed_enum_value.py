"""`renamed-enum-value`: a label of an enum changes under a version that writes the old one."""

from collections.abc import Iterator

from nonevent.facts import Operation, SchemaStep
from nonevent.rule import Problem, rule
from nonevent_rules.schema.live import is_live, plain, weigh
from nonevent_rules.schema.running import places
from nonevent_rules.schema.things import executed


def find(step: SchemaStep) -> Iterator[Problem]:
    """Yield a problem for a renamed label."""
    if step.action != "rename value":
        return
    if not is_live(step):
        return
    old, kind = next(iter(step.values), "…"), plain(step.name) or "…"
    message = (
        f"`{old}` of type `{kind}` is renamed to `{step.new_name}`: the version still running "
        f"writes and asks for '{old}', which the database refuses from now on, "
        "and reads a label that it does not know"
    )
    added = executed(step, f"ALTER TYPE {kind} ADD VALUE '{step.new_name}'")
    remedy = f"Run {added}, let the code read both, write the new one in a later release"
    yield weigh(step, Problem(message, remedy, related=places(step)))


RULE = rule(__file__, on=SchemaStep, of=(Operation.ALTER_OBJECT,), find=find)
