"""A source file as what it is: bytes, the text they stand for, and ways between the two."""

import ast
import re
import warnings
from collections.abc import Callable, Sequence
from typing import NamedTuple

from nonevent.location import Location
from nonevent.text import codec, decode

__all__ = [
    "LINE_END",
    "Older",
    "Refused",
    "Source",
    "Splice",
    "cut",
    "in_bytes",
    "line_end",
    "newline",
    "offset",
    "open_source",
    "parse",
    "place",
    "spliced",
]

# Returns newer Python in a form that this interpreter parses, each character at its place; None
# where it is none.
Older = Callable[[str, SyntaxError], str | None]
Refused = (SyntaxError, ValueError, RecursionError, MemoryError, OverflowError)

LINE_END = re.compile(r"\r\n|\r|\n")  # as Python counts lines


class Source(NamedTuple):
    """One file."""

    path: str
    data: bytes
    text: str  # without the byte order mark
    mark: bytes  # the byte order mark; b"" without one
    encoding: str
    starts: tuple[int, ...]  # of each line, in `text`
    older: Older | None


class Splice(NamedTuple):
    """A stretch of the text, in code points from 0, and what comes in its place."""

    start: int
    end: int
    text: str
    brings: str = ""  # the import that it is: two of the same are one


def parse(text: str, older: Older | None = None, *, whole: bool = False) -> ast.Module | None:
    """Return the tree of a text; None where it cannot be read or, a whole file, not be run."""
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # an invalid escape is the author's business
            if whole:  # `f(a=1, a=2)` parses, and `return` anywhere
                compile(text, "", "exec", dont_inherit=True)
            return ast.parse(text)
    except SyntaxError as error:
        written = older(text, error) if older is not None else None
        return parse(written, whole=whole) if written is not None else None
    except Refused:
        return None


def open_source(path: str, data: bytes, older: Older | None = None) -> Source | None:
    """Return the file; None where its bytes are no text, or the text does not give them back."""
    mark, encoding = codec(path, data)
    text = decode(path, data)
    if not isinstance(text, str):
        return None
    try:
        if mark + text.encode(encoding) != data:  # UTF-7 and its like have several spellings
            return None
    except UnicodeEncodeError:
        return None
    starts = (0, *(found.end() for found in LINE_END.finditer(text)))
    return Source(path, data, text, mark, encoding, starts, older)


def cut(source: Source, where: Location) -> tuple[int, int]:
    """Return start and end of a region in the text.

    Raises:
        IndexError: the text has no such line.

    """
    start = source.starts[where.line - 1] + where.column - 1
    return start, source.starts[where.end_line - 1] + where.end_column - 1


def offset(source: Source, line: int, column: int) -> int:
    """Return the place in the text of what `ast` counts in bytes of UTF-8."""
    start = source.starts[line - 1]
    written = source.text[start : line_end(source, line)].encode()[:column]
    return start + len(written.decode())


def in_bytes(source: Source, line: int, column: int) -> int:
    """Return a column, from 1, as `ast` counts it: in bytes of UTF-8, from 0."""
    start = source.starts[line - 1]
    return len(source.text[start : start + column - 1].encode())


def line_end(source: Source, line: int) -> int:
    """Return where the line behind this one starts, or the text ends."""
    return source.starts[line] if line < len(source.starts) else len(source.text)


def newline(source: Source) -> str:
    """Return what ends a line that comes into the file."""
    return "\r\n" if "\r\n" in source.text else "\n"


def place(source: Source, start: int, end: int) -> Location:
    """Return the region between two offsets of the text."""
    return Location(source.path, *_point(source, start), *_point(source, end))


def _point(source: Source, offset: int) -> tuple[int, int]:
    from bisect import bisect_right

    line = bisect_right(source.starts, offset)
    return line, offset - source.starts[line - 1] + 1


def spliced(source: Source, splices: Sequence[Splice]) -> bytes | None:
    """Return the file with the stretches replaced; all other bytes are as they were.

    None where the encoding has no room for that. The splices are in order and do not overlap.
    """
    parts, text, last, at = [source.mark], [], 0, len(source.mark)
    try:
        for splice in splices:
            kept = source.text[last : splice.start].encode(source.encoding)
            gone = source.text[splice.start : splice.end].encode(source.encoding)
            parts += [source.data[at : at + len(kept)], splice.text.encode(source.encoding)]
            text += [source.text[last : splice.start], splice.text]
            at, last = at + len(kept) + len(gone), splice.end
        whole = b"".join([*parts, source.data[at:]])
        expected = "".join([*text, source.text[last:]])
        same = whole[len(source.mark) :].decode(source.encoding) == expected
    except UnicodeError:
        return None
    return whole if same else None
