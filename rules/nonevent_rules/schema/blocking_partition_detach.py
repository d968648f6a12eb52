"""`blocking-partition-detach`: a partition leaves its table while all others wait."""

from collections.abc import Iterator

from nonevent.facts import Operation, SchemaStep
from nonevent.rule import Problem, rule
from nonevent_rules.schema.live import is_live, plain, weigh
from nonevent_rules.schema.things import executed, owner


def find(step: SchemaStep) -> Iterator[Problem]:
    """Yield a problem for a partition that is detached without CONCURRENTLY."""
    if step.action != "detach partition":
        return
    if step.concurrently or not is_live(step) or step.dialect not in ("", "postgresql"):
        return
    table, part = plain(step.table) or "…", plain(step.name) or "…"
    message = (
        f"partition `{part}` is detached from {owner(step)} under an ACCESS EXCLUSIVE lock on "
        "both: queries of every partition wait, and it waits for all that run"
    )
    safe = executed(step, f"ALTER TABLE {table} DETACH PARTITION {part} CONCURRENTLY")
    remedy = f"Run {safe} outside a transaction (PostgreSQL 14 and later, no default partition)"
    yield weigh(step, Problem(message, remedy))


RULE = rule(__file__, on=SchemaStep, of=(Operation.ALTER_TABLE,), find=find)
