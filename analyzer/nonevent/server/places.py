"""Places as the protocol counts them: lines from 0, characters in units of the client's choice.

A location counts code points from 1. The protocol counts UTF-16 units unless both sides agree on
something else (https://microsoft.github.io/language-server-protocol, "Position"). Lines end as
Python's do: at a form feed or U+2028 none ends, whatever `str.splitlines` says.
"""

import re
from collections.abc import Sequence

from lsprotocol.types import Position, PositionEncodingKind, Range

from nonevent.location import Location

__all__ = ["range_of", "split", "whole_of"]

LINE_END = re.compile(r"\r\n|\r|\n")
WIDTHS = {PositionEncodingKind.Utf8: ("utf-8", 1), PositionEncodingKind.Utf16: ("utf-16-le", 2)}


def split(text: str) -> list[str]:
    """Return the lines of a text without their ends."""
    return LINE_END.split(text)


def range_of(place: Location, lines: Sequence[str], units: str) -> Range:
    """Return the range of a location in a file of these lines; `units` are the client's."""
    return Range(
        _position(place.line, place.column, lines, units),
        _position(place.end_line, place.end_column, lines, units),
    )


def whole_of(lines: Sequence[str], units: str) -> Range:
    """Return the range of all lines."""
    end = len(lines), len(lines[-1]) + 1
    return Range(Position(0, 0), _position(*end, lines, units))


def _position(line: int, column: int, lines: Sequence[str], units: str) -> Position:
    text = lines[line - 1] if 0 < line <= len(lines) else ""
    before = text[: column - 1] if text else "_" * (column - 1)  # of a text that nobody has
    codec, width = WIDTHS.get(PositionEncodingKind(units), ("", 1))
    count = len(before.encode(codec, "surrogatepass")) // width if codec else len(before)
    return Position(max(line - 1, 0), count)
