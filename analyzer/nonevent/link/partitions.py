"""Partitions: which table has a default one, and whose CHECK proves that it fits its bounds."""

import re
from collections.abc import Iterator

from nonevent.facts import Operation, SchemaStep
from nonevent.link.tables import Schema, Table, key
from nonevent.pattern import late

__all__ = ["ATTACHED", "fits", "join"]

ATTACHED = "attach partition"
DEFAULT = re.compile(r"(?i)\bdefault\s*;?\s*$")
# One bound of one column: `FOR VALUES FROM ('2026-01-01') TO ('2026-02-01')`, `… IN ('a')`.
LITERAL = r"(?:[a-z]+\s*)?(?:'(?:[^']|'')*'|-?\d+)"
RANGE = late(rf"(?i)\bfor\s+values\s+from\s*\(\s*({LITERAL})\s*\)\s*to\s*\(\s*({LITERAL})\s*\)")
LIST = late(rf"(?i)\bfor\s+values\s+in\s*\(\s*({LITERAL}(?:\s*,\s*{LITERAL})*)\s*\)\s*;?$")
COLUMN = r"\"?(\w+)\"?"
VALUE = late(LITERAL, re.IGNORECASE)
CAST = re.compile(r"::\s*[\w ]+?(?=\s*(?:and\b|\)|,|$))", re.IGNORECASE)


def join(schema: Schema, step: SchemaStep) -> None:
    """Remember the default partition that a table gets."""
    made = step.operation is Operation.CREATE_TABLE
    parent = schema.table(step.parent if made else step.table)
    if parent is not None and DEFAULT.search(step.text):
        parent.has_default = True


def fits(step: SchemaStep, schema: Schema) -> bool:
    """Tell whether nothing has to be read to let a partition in.

    Its table has no default partition; it has just been made and is empty, or a validated CHECK of
    it says its bounds. PostgreSQL takes that for proof:
    https://www.postgresql.org/docs/current/sql-altertable.html, on ATTACH PARTITION
    """
    parent, part = schema.table(step.table), schema.table(step.name)
    if parent is None or part is None or parent.made is None or parent.has_default:
        return False
    if part.made is not None and part.made.path == step.location.path and not part.has_rows:
        return True
    checks = [
        CAST.sub("", each.condition)
        for each in part.constraints
        if each.kind == "check" and each.valid and not re.search(r"(?i)\bor\b", each.condition)
    ]
    return any(_never_null(part, column, checks) for column in _held(step, checks))


def _held(step: SchemaStep, checks: list[str]) -> Iterator[str]:
    """Yield the columns that a CHECK holds to the bounds of the step."""
    bounds, listed = RANGE.search(step.text), LIST.search(step.text)
    for check in checks:
        if bounds:
            low = _compared(check, ">=", bounds[1])
            yield from low & _compared(check, "<", bounds[2])
        elif listed:
            wanted = {value.lower() for value in VALUE.findall(listed[1])}
            for column, values in re.findall(rf"(?i){COLUMN}\s+in\s*\(([^()]*)\)", check):
                if {value.lower() for value in VALUE.findall(values)} <= wanted:
                    yield column.lower()
            for value in wanted:
                yield from _compared(check, "=", value)


def _compared(check: str, sign: str, value: str) -> set[str]:
    """Return the columns that a condition compares with a value in this way."""
    pattern = rf"(?i){COLUMN}\s*(?<![<>!]){sign}\s*\(?{re.escape(value)}(?!\w)"
    return {column.lower() for column in re.findall(pattern, check)}


def _never_null(part: Table, name: str, checks: list[str]) -> bool:
    column = part.columns.get(key(name))
    said = rf"(?i)\b{re.escape(name)}\"?\s+is\s+not\s+null\b"
    return (column is not None and column.nullable is False) or any(
        re.search(said, check) for check in checks
    )
