"""Nouns as plain text and back: what is kept between two runs or passed between processes.

Named tuples and enumerations are written as JSON does of itself; what was read is made again
by the annotations of their fields, and refused where it does not fit them.
"""

import types
from collections.abc import Callable, Mapping
from enum import Enum
from typing import Any, Union, get_args, get_origin, get_type_hints

__all__ = ["Codec", "dump", "load"]

Make = Callable[[Any], Any]  # plain value → noun; raises where it does not fit
NAMES = (str, int, float, bool, type(None))
BYTES, COMPLEX = "b", "c"  # keys of what JSON has no form for


def dump(value: Any) -> bytes:
    """Return a value as text.

    Raises:
        ValueError, TypeError, RecursionError: it has no form here.

    """
    import json

    return json.dumps(value, default=_other, separators=(",", ":"), check_circular=False).encode()


def _other(value: Any) -> Any:
    if isinstance(value, bytes):
        return {BYTES: value.decode("latin-1")}
    if isinstance(value, complex):
        return {COMPLEX: [value.real, value.imag]}
    if isinstance(value, frozenset | set):
        return sorted(sorted(part) if isinstance(part, frozenset) else part for part in value)
    if isinstance(value, Mapping):
        return dict(value)
    raise TypeError(type(value).__name__)


def load(data: bytes) -> Any:
    """Return what `dump` wrote, as lists, dicts and scalars.

    Raises:
        ValueError, RecursionError: it is no such text.

    """
    import json

    return json.loads(data)


class Codec:
    """Makes nouns of what `load` returns; it learns each type when it first meets it."""

    def __init__(self, facts: tuple[type, ...]) -> None:
        """Take the types of which a list may hold one beside another, told by their place."""
        self.codes = {kind: code for code, kind in enumerate(facts)}
        self._facts = facts
        self._makers: dict[Any, Make | None] = {}

    def coded(self, values: tuple[Any, ...]) -> list[tuple[int, Any]]:
        """Return nouns of different types, each with the code of its own."""
        return [(self.codes[type(value)], value) for value in values]

    def decoded(self, values: list[Any]) -> tuple[Any, ...]:
        """Return the nouns that `coded` was given.

        Raises:
            ValueError, TypeError, LookupError: the values do not fit.

        """
        return tuple(self.make(self._facts[code], value) for code, value in values)

    def make(self, kind: Any, value: Any) -> Any:
        """Return the noun of the type `kind` that a plain value stands for.

        Raises:
            ValueError, TypeError, LookupError: the value does not fit.

        """
        maker = self._maker(kind)
        return maker(value) if maker is not None else value

    def _maker(self, kind: Any) -> Make | None:
        """Return what makes a type of its plain form; None where they are the same."""
        if kind not in self._makers:
            self._makers[kind] = self._made(kind)
        return self._makers[kind]

    def _made(self, kind: Any) -> Make | None:
        if kind in NAMES:
            return None
        origin = get_origin(kind)
        if origin in {Union, types.UnionType}:
            return self._union(get_args(kind))
        if origin is tuple:
            return self._tuple(get_args(kind))
        if isinstance(kind, type) and issubclass(kind, Enum):
            members = {member.value: member for member in kind}
            return members.__getitem__
        if isinstance(kind, type) and hasattr(kind, "_fields"):
            return self._noun(kind)
        return _constant

    def _union(self, kinds: tuple[Any, ...]) -> Make | None:
        others = [kind for kind in kinds if kind is not type(None)]
        if len(others) != 1:  # the constants of a program
            return _constant
        inner = self._maker(others[0])
        if inner is None:
            return None
        return lambda value: None if value is None else inner(value)

    def _tuple(self, kinds: tuple[Any, ...]) -> Make:
        if kinds[1:] == (Ellipsis,):
            make = self._maker(kinds[0])
            if make is None:
                return tuple
            return lambda value: tuple([make(part) for part in value]) if value else ()
        makers = [self._maker(kind) for kind in kinds]
        if makers == [None] * len(kinds):
            return tuple
        return lambda value: tuple(
            [make(part) if make else part for make, part in zip(makers, value, strict=True)]
        )

    def _noun(self, kind: Any) -> Make:
        hints = get_type_hints(kind)
        size = len(kind._fields)
        parts: list[tuple[int, Make]] = []
        new = tuple.__new__

        def make(row: list[Any]) -> Any:
            if type(row) is not list or len(row) != size:
                raise ValueError(kind.__name__)
            for at, maker in parts:
                row[at] = maker(row[at])
            return new(kind, row)

        self._makers[kind] = make  # before its fields are looked at: they may hold the same
        for at, field in enumerate(kind._fields):
            maker = self._maker(hints[field])
            if maker is not None:
                parts.append((at, maker))
        return make


def _constant(value: Any) -> Any:
    """Return a constant of a program from its plain form."""
    if type(value) is not dict:
        if type(value) is list:
            raise ValueError("a list is no constant")
        return value
    if not value:
        return value
    ((key, content),) = value.items()
    if key == BYTES:
        return content.encode("latin-1")
    if key == COMPLEX:
        return complex(*content)
    raise ValueError(key)
