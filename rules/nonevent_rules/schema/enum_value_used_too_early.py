"""`enum-value-used-too-early`: a new label is used before its transaction is over."""

from collections.abc import Iterator

from nonevent.facts import Operation, SchemaStep
from nonevent.finding import Confidence
from nonevent.rule import Problem, rule
from nonevent_rules.schema.live import is_live, plain, weigh
from nonevent_rules.schema.things import executed


def find(step: SchemaStep) -> Iterator[Problem]:
    """Yield a problem for a label that a later step of the same transaction names."""
    if step.action != "add value":
        return
    if not step.used_early or not is_live(step):
        return
    label, kind = next(iter(step.values), "…"), plain(step.name) or "…"
    message = (
        f"`{label}` is added to type `{kind}` and used in the same transaction: PostgreSQL refuses "
        "that (unsafe use of new value), and the migration fails where it meets the database"
    )
    added = executed(step, f"ALTER TYPE {kind} ADD VALUE '{label}'")
    remedy = f"Run {added} in a migration of its own, and use the label in the next"
    sure = None if step.in_transaction else Confidence.MEDIUM
    yield weigh(step, Problem(message, remedy, confidence=sure))


RULE = rule(__file__, on=SchemaStep, of=(Operation.ALTER_OBJECT,), find=find)
