"""Where something stands in a source file."""

from collections.abc import Mapping, Sequence

from nonevent.noun import NamedTuple

__all__ = ["Location", "Span", "line_at"]

# line, column, end line, end column: 1-based, columns count code points, the end is exclusive
Span = tuple[int, int, int, int]


class Location(NamedTuple):
    """A region of one file, as SARIF counts with `columnKind: unicodeCodePoints`."""

    path: str  # posix, relative to the root of the run
    line: int  # 1-based
    column: int  # 1-based, in code points
    end_line: int
    end_column: int  # exclusive


def line_at(lines: Mapping[str, Sequence[str]], place: Location) -> str:
    """Return the text of a place's first line; "" where `lines`, by path, do not hold it."""
    text = lines.get(place.path, ())
    return text[place.line - 1] if 0 < place.line <= len(text) else ""
