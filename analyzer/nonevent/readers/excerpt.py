"""The source text of one file, cut by the spans that facts bear."""

from bisect import bisect_right
from collections.abc import Callable, Iterable
from itertools import accumulate

from nonevent.location import Location, Span
from nonevent.noun import NamedTuple

__all__ = ["Source", "block", "inside", "source"]

LIMIT = 200  # characters of an operation that a report can show on one line


class Source(NamedTuple):
    """One file's text in lines, as Python counts them."""

    path: str  # posix, relative to the root of the run
    lines: tuple[str, ...]  # without line ends

    def cut(self, span: Span) -> str:
        """Return the text of a span, its lines joined by a plain line feed."""
        line, column, end_line, end_column = span
        if line == end_line:
            return self.lines[line - 1][column - 1 : end_column - 1]
        first = self.lines[line - 1][column - 1 :]
        last = self.lines[end_line - 1][: end_column - 1]
        return "\n".join([first, *self.lines[line : end_line - 1], last])

    def one_line(self, span: Span) -> str:
        """Return the text of a span with white space collapsed, at most 200 characters."""
        line, column, end_line, end_column = span
        # A model of a thousand lines is not joined only to be cut off again.
        if end_line - line > LIMIT:
            end_line, end_column = line + LIMIT, len(self.lines[line + LIMIT - 1]) + 1
        words = " ".join(self.cut((line, column, end_line, end_column)).split())
        words = words.replace("( ", "(").replace("[ ", "[").replace(", )", ")").replace(" )", ")")
        return words if len(words) <= LIMIT else words[: LIMIT - 1] + "…"

    def locate(self, span: Span) -> Location:
        """Return the location of a span of this file."""
        return Location(self.path, *span)


def source(path: str, text: str) -> Source:
    """Return the text in lines; form feeds and the like do not end a line in Python."""
    plain = text.replace("\r\n", "\n").replace("\r", "\n")
    return Source(path, tuple(plain.split("\n")))


def block(source: Source, *heads: str) -> str:
    """Return the lines of a function or a class that begins, unindented, with one of these.

    "" where none does.
    """
    first = next((at for at, line in enumerate(source.lines) if line.startswith(heads)), -1)
    if first < 0:
        return ""
    last = first + 1
    while last < len(source.lines) and _goes_on(source.lines[last]):
        last += 1
    return "\n".join(source.lines[first:last])


def _goes_on(line: str) -> bool:
    return not line.strip() or line[0] in " \t#)"


def inside(spans: Iterable[Span]) -> Callable[[Span], bool]:
    """Return a function that tells whether a span starts within one of these."""
    ordered = sorted(spans)
    starts = [span[:2] for span in ordered]
    ends = list(accumulate((span[2:] for span in ordered), max))

    def holds(span: Span) -> bool:
        before = bisect_right(starts, span[:2])
        return before > 0 and span[:2] < ends[before - 1]

    return holds
