"""What a value says: its text, and the texts that it falls back to."""

from collections.abc import Iterator
from typing import NamedTuple

from nonevent.facts import Kind, Value

__all__ = ["Told", "entries", "told"]

TEXTS = (Kind.CONSTANT, Kind.TEXT)
DEEPEST = 6


class Told(NamedTuple):
    """A text, or a dotted name, that a value may come to."""

    said: str
    value: Value  # where it stands
    sure: bool  # False: one of several ways, or the default of a value from outside


def told(value: Value, *, sure: bool = True, depth: int = DEEPEST) -> Iterator[Told]:
    """Yield what a value says, the surest first; of an f-string its constant beginning."""
    if value.kind in TEXTS:
        if isinstance(value.constant, str) and value.constant:
            yield Told(value.constant, value, sure)
        return
    if value.name:
        yield Told(value.name, value, sure)
    if any(name == "required" and item.constant is True for name, item in value.keywords):
        return  # what it falls back to never holds
    if not depth or value.kind not in {Kind.CALL, Kind.EITHER, Kind.UNKNOWN}:
        return
    first = sure and value.kind is Kind.UNKNOWN  # `"sqlite:///" + path` begins with its first part
    for at, item in enumerate((*value.items, *(item for _, item in value.keywords))):
        yield from told(item, sure=first and not at, depth=depth - 1)


def entries(value: Value, *, sure: bool = True) -> Iterator[tuple[str, Value, bool]]:
    """Yield name, value and sureness of the entries of a mapping, or of each that it may be."""
    if value.kind is Kind.MAPPING or (value.kind is Kind.CALL and value.name == "dict"):
        yield from ((name, item, sure) for name, item in value.keywords)
    elif value.kind is Kind.EITHER:
        for item in value.items:
            yield from entries(item, sure=False)
