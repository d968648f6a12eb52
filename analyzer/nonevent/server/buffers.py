"""What stands in the editor: the text as it is now, and the last of it that could be read."""

import warnings
from collections.abc import Iterable, Iterator, Sequence
from typing import NamedTuple

from nonevent.finding import Finding
from nonevent.location import Location
from nonevent.text import codec

__all__ = ["Buffer", "carried", "encoded", "opened", "typed"]

MOST = 1_000_000  # pairs of lines that are compared: a thousand lines with a thousand


class Buffer(NamedTuple):
    """One file that is open in the editor."""

    text: str  # as it is now
    read: str  # as it is analysed: half a statement would take a whole file's facts away
    version: int = 0  # the client's count of its changes


def opened(text: str, version: int) -> Buffer:
    """Return the buffer of a file that was opened or saved: it is read as it is."""
    return Buffer(text, text, version)


def typed(path: str, text: str, version: int, before: Buffer) -> Buffer:
    """Return the buffer after a change; where it does not parse, the text before it is read."""
    return Buffer(text, text if _parses(path, text) else before.read, version)


def encoded(path: str, text: str) -> bytes:
    """Return the text as the bytes of a file of that name, in the encoding that it declares."""
    plain = text.encode("utf-8", "surrogatepass")
    try:
        return text.encode(codec(path, plain)[1])
    except (LookupError, UnicodeEncodeError):
        return plain


def carried(findings: Iterable[Finding], old: Sequence[str], new: Sequence[str]) -> list[Finding]:
    """Return the findings of the lines `old` as they stand among the lines `new`.

    What stands in lines that are still there moves with them; what stands in others is gone until
    the text is read again.
    """
    if old == new:
        return list(findings)
    blocks = list(_same(old, new))
    return [
        finding._replace(location=_down(place, by))
        for finding in findings
        for place in (finding.location,)
        for start, end, by in blocks
        if start < place.line and place.end_line <= end
    ]


def _same(old: Sequence[str], new: Sequence[str]) -> Iterator[tuple[int, int, int]]:
    """Yield the lines `old[start:end]` that are still there, and how far down they moved."""
    most = min(len(old), len(new))
    above = next((at for at in range(most) if old[at] != new[at]), most)
    rest = most - above
    below = next((at for at in range(rest) if old[-1 - at] != new[-1 - at]), rest)
    yield 0, above, 0
    one, two = old[above : len(old) - below], new[above : len(new) - below]
    if one and two and len(one) * len(two) <= MOST:
        from difflib import SequenceMatcher

        for first, second, length in SequenceMatcher(None, one, two).get_matching_blocks():
            yield above + first, above + first + length, second - first
    yield len(old) - below, len(old), len(new) - len(old)


def _down(place: Location, by: int) -> Location:
    return place._replace(line=place.line + by, end_line=place.end_line + by)


def _parses(path: str, text: str) -> bool:
    """Tell whether a text can be read as it is; of SQL one statement is lost, not the file."""
    if not path.endswith(".py"):
        return True
    import ast

    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        try:
            compile(text, path, "exec", ast.PyCF_ONLY_AST, dont_inherit=True)
        except (SyntaxError, ValueError, RecursionError, MemoryError, OverflowError):
            return False
    return True
