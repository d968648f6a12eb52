"""Places in SQL text, and the comments that speak to nonevent from there."""

import re
from bisect import bisect_right
from collections.abc import Callable

from nonevent.facts import Comment
from nonevent.location import Location
from nonevent.readers.sqllexer import Token

__all__ = ["Locate", "comment_at", "locator"]

# From the offsets at which something starts and ends to its place in a file.
Locate = Callable[[int, int], Location]

LINE_END = re.compile(r"\r\n|\n|\r")


def locator(path: str, text: str) -> Locate:
    """Return the function that places offsets of `text` in its file; columns count code points."""
    starts = [0, *(match.end() for match in LINE_END.finditer(text))]

    def locate(start: int, end: int) -> Location:
        first = bisect_right(starts, start) - 1
        last = bisect_right(starts, end) - 1
        columns = start - starts[first] + 1, end - starts[last] + 1
        return Location(path, first + 1, columns[0], last + 1, columns[1])

    return locate


ADDRESSED = re.compile(r"(?:^|(?<=[\s#/*-]))nonevent:.*", re.DOTALL)


def comment_at(text: str, token: Token, locate: Locate) -> Comment | None:
    """Return the comment if it speaks to nonevent."""
    written = text[token.start : token.end]
    if "nonevent:" not in written:
        return None
    inner = written.removeprefix("/*").removesuffix("*/") if written[0] == "/" else written
    found = ADDRESSED.search(inner)
    if found is None:
        return None
    before = text[_line_start(text, token.start) : token.start]
    after = LINE_END.split(text[token.end : token.end + 400], maxsplit=1)[0]
    said = found[0].strip().splitlines()[0].strip()
    return Comment(said, locate(token.start, token.end), not before.strip() and not after.strip())


def _line_start(text: str, position: int) -> int:
    return max(text.rfind("\n", 0, position), text.rfind("\r", 0, position)) + 1
