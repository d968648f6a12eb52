"""What gives a wait its end, where a number at one place does."""

from collections.abc import Iterable

from nonevent.edit import Edit
from nonevent.facts import Call, Kind, Value
from nonevent.finding import Confidence
from nonevent.location import Location
from nonevent_rules.timeouts.client import Client, Weight

__all__ = ["bounded", "limited", "passed"]

SECONDS = "10"  # what pages say of most libraries
NUMERIC = frozenset("(0123456789")


def passed(call: Call, row: Client, weight: Weight) -> tuple[Edit, ...]:
    """Return the edit that passes a timeout; () where the row tells none that can be written."""
    text = row.example or (f"{row.timeout[0]}={SECONDS}" if row.timeout else "")
    name, _, value = text.partition("=")
    module = "" if _is_plain(value) else value.partition(".")[0]
    if row.instead or not name.isidentifier() or call.through or call.unpassed:
        return ()
    if module and module != call.callee.partition(".")[0]:  # a class of another module
        return ()
    imports = (module,) if module else ()
    safe = _is_safe(call, row, weight)
    seconds = name == "timeout" and _is_plain(value)
    edit = Edit(call.extent, text, adds=True, imports=imports, seconds=seconds, safe=safe)
    return (edit,)


def bounded(call: Call, row: Client, weight: Weight) -> tuple[Edit, ...]:
    """Return the edit that makes the first parameter a limit, where it was given as none."""
    value = call.argument(row.timeout[0], row.position)
    name, _, text = (row.example or f"{row.timeout[0]}={SECONDS}").partition("=")
    if value is None or name != row.timeout[0] or call.through:
        return ()
    if value.kind is Kind.SEQUENCE and not value.alias:
        return _read_part(call, row, weight, value.items, text)
    if not _is_literal(call, value) or not _is_plain(text):
        return ()
    safe = _is_safe(call, row, weight)
    return (Edit(_at(call, value), text, seconds=name == "timeout", safe=safe),)


def limited(call: Call, row: Client, weight: Weight, guilty: Iterable[Value]) -> tuple[Edit, ...]:
    """Return the edits that let an object limit something, of what takes its limits away."""
    safe = _is_safe(call, row, weight)
    values = tuple(guilty)
    if not row.timeout:
        return ()
    if not values:
        return (Edit(call.extent, f"{row.timeout[0]}={SECONDS}", adds=True, safe=safe),)
    if not all(_is_literal(call, value) for value in values):
        return ()
    return tuple(Edit(_at(call, value), SECONDS, safe=safe) for value in values)


def _read_part(
    call: Call, row: Client, weight: Weight, items: tuple[Value, ...], text: str
) -> tuple[Edit, ...]:
    """Return the edit of a pair's second part, the time to read: `(3.05, None)`."""
    parts = text.strip("()").split(",")
    if len(items) != len(parts) or not text.startswith("(") or not _is_literal(call, items[1]):
        return ()
    return (Edit(_at(call, items[1]), parts[1].strip(), safe=_is_safe(call, row, weight)),)


def _is_literal(call: Call, value: Value) -> bool:
    """Tell whether a constant is written in the call itself, not behind a name."""
    extent, (line, column, *_) = call.extent, value.span
    inside = (extent.line, extent.column) < (line, column) < (extent.end_line, extent.end_column)
    return value.kind is Kind.CONSTANT and not value.alias and inside


def _is_plain(text: str) -> bool:
    """Tell whether a value is a number or a pair of numbers."""
    return text[:1] in NUMERIC and "=" not in text


def _at(call: Call, value: Value) -> Location:
    return Location(call.location.path, *value.span)


def _is_safe(call: Call, row: Client, weight: Weight) -> bool:
    """Tell whether a limit is what everybody wants there, and is passed no other way."""
    sure = row.certainty is Confidence.HIGH and weight.confidence is not Confidence.LOW
    return sure and not call.open and not _unpacks(call)


def _unpacks(call: Call) -> bool:
    """Tell whether keywords were read from a mapping made elsewhere: it may have grown since."""
    extent = call.extent
    first, last = (extent.line, extent.column), (extent.end_line, extent.end_column)
    return any(not value.alias and not first < value.span[:2] < last for _, value in call.keywords)
