"""Timeouts that say None: the wait has a limit by its name only."""

from collections.abc import Iterator, Mapping

from nonevent.facts import Call, Value
from nonevent.rule import Problem, Table, rule
from nonevent_rules.timeouts.client import (
    AUDIT,
    Client,
    bounds,
    consequence,
    is_unbounded,
    place,
    said,
    weigh,
)
from nonevent_rules.timeouts.mend import bounded, limited


def find(call: Call, rows: Mapping[str, Client]) -> Iterator[Problem]:
    """Yield a problem where the limit that a call sets is no limit."""
    row = rows.get(call.callee)
    if row is None:
        return
    guilty = _limits(call, row) if row.limit else _given(call, row)
    weight = weigh(call, row)
    if guilty is None or weight is None:
        return
    if call.derived:  # a class of the project may say it for the one that calls
        weight = AUDIT
    value = guilty[0] if guilty else None
    edits = limited(call, row, weight, guilty) if row.limit else bounded(call, row, weight)
    yield Problem(
        f"{said(call)} is told to wait without limit: {row.waits_for} {consequence(call)}",
        remedy=f"Give it a number of seconds: `{row.example or f'{row.timeout[0]}=10'}`",
        location=place(call, value) if value is not None else None,
        confidence=weight.confidence,
        persona=weight.persona,
        edits=edits,
    )


def _given(call: Call, row: Client) -> tuple[Value, ...] | None:
    """Return the arguments that take the limit away; None where something still bounds it."""
    values = bounds(call, row)
    if values and all(is_unbounded(value, row.forever) for value in values):
        return values
    return None


def _limits(call: Call, row: Client) -> tuple[Value, ...] | None:
    """Return the same for an object that is a limit: what it does not name is unlimited too.

    () stands for one that is made without any of the arguments that limit something.
    """
    if call.open or len(call.arguments) > 1 + (row.position or 0):
        return None
    if not row.parts:
        values = bounds(call, row)
        return values if all(is_unbounded(value, row.forever) for value in values) else None
    parts = [call.argument(name) for name in row.parts]
    loose = [part for part in parts if part is not None and is_unbounded(part, row.forever)]
    whole = [value for value in bounds(call, row) if is_unbounded(value, row.forever)]
    return tuple(loose) or (tuple(whole) if whole and None in parts else None)


RULE = rule(__file__, on=Call, find=find, table=Table("clients", Client))
