"""Columns that a validated CHECK shows to hold no NULL: PostgreSQL 12 takes it for proof."""

import re
from collections.abc import Iterable

from nonevent.facts import Operation, SchemaStep

__all__ = ["Proofs", "is_proved", "proofs"]

# In SQL, and in a condition of Django: `Q(channel__isnull=False)`, `Q(("channel__isnull", False))`.
NOT_NULL = re.compile(
    r"(?i)\b(\w+)[\"`]?\s+is\s+not\s+null\b|\b(\w+?)__isnull[\"']?\s*[=,]\s*False\b"
)
EITHER = re.compile(r"(?i)\bor\b|\|")

Proofs = frozenset[tuple[str, str]]  # table and column, in lower case


def proofs(steps: Iterable[SchemaStep]) -> Proofs:
    """Return the columns of which some migration of the project has shown that none is NULL."""
    said: list[tuple[str, str, str, bool]] = []
    validated: set[tuple[str, str]] = set()
    for step in steps:
        if step.direction != "up":
            continue
        if step.operation is Operation.VALIDATE_CONSTRAINT:
            validated.add((_key(step.table), _key(step.name)))
        elif step.constraint == "check" and not EITHER.search(step.condition or step.text):
            for found in NOT_NULL.finditer(step.condition or step.text):
                column = found[1] or found[2]
                said.append((_key(step.table), _key(column), _key(step.name), step.valid))
    return frozenset(
        (table, column)
        for table, column, name, valid in said
        if valid or (name and (table, name) in validated)
    )


def is_proved(step: SchemaStep, proved: Proofs) -> bool:
    """Tell whether NOT NULL takes no look at the rows of the step's column."""
    return step.operation is Operation.SET_NOT_NULL and (
        (_key(step.table), _key(step.column)) in proved
    )


def _key(name: str) -> str:
    return name.rpartition(".")[2].strip('"`[]').lower()
