"""`constraint-never-validated`: a constraint stays NOT VALID through the rest of the history."""

from collections.abc import Iterator

from nonevent.facts import Operation, SchemaStep
from nonevent.rule import Problem, rule
from nonevent_rules.schema.live import plain, weigh


def find(step: SchemaStep) -> Iterator[Problem]:
    """Yield a problem for a constraint that no later migration validates."""
    if not step.unvalidated:
        return
    table, name = plain(step.table) or "…", plain(step.name) or "…"
    yield weigh(
        step,
        Problem(
            f"{step.constraint} constraint `{name}` of `{table}` is added NOT VALID, and no later "
            "migration validates it: rows from before may break it, and code that trusts it fails "
            "at them",
            f"Run `ALTER TABLE {table} VALIDATE CONSTRAINT {name}` in a migration of its own",
        ),
    )


RULE = rule(__file__, on=SchemaStep, of=(Operation.ADD_CONSTRAINT,), find=find)
