"""`row-security-without-policy`: row level security hides all rows from the running version."""

from collections.abc import Iterator

from nonevent.facts import Operation, SchemaStep
from nonevent.rule import Problem, rule
from nonevent_rules.schema.live import bare, is_live, plain, weigh
from nonevent_rules.schema.things import executed, owner

ON = ("enable row level security", "force row level security")


def find(step: SchemaStep) -> Iterator[Problem]:
    """Yield a problem for row level security on a table that gets no policy in the same file."""
    if step.action not in ON or not is_live(step):
        return
    if any(_is_policy(step, other) for other in (*step.earlier, *step.later)):
        return
    table = plain(step.table) or "…"
    forced = step.action.startswith("force")
    whom = "its owner as well" if forced else "every role but its owner"
    message = (
        f"row level security of {owner(step)} is switched on and no policy comes with it: {whom} "
        "sees no row and can write none, so the version still running finds the table empty"
    )
    policy = executed(step, f"CREATE POLICY app ON {table} TO app USING (true)")
    yield weigh(step, Problem(message, f"Run {policy} first, in the same transaction"))


def _is_policy(step: SchemaStep, other: SchemaStep) -> bool:
    return other.object == "policy" and bare(other.table).lower() == bare(step.table).lower()


RULE = rule(__file__, on=SchemaStep, of=(Operation.ALTER_TABLE,), find=find)
