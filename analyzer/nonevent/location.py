"""Where something stands in a source file."""

from typing import NamedTuple

__all__ = ["Location", "Span"]

# line, column, end line, end column: 1-based, columns count code points, the end is exclusive
Span = tuple[int, int, int, int]


class Location(NamedTuple):
    """A region of one file, as SARIF counts with `columnKind: unicodeCodePoints`."""

    path: str  # posix, relative to the root of the run
    line: int  # 1-based
    column: int  # 1-based, in code points
    end_line: int
    end_column: int  # exclusive
