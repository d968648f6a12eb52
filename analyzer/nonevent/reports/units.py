"""Columns in the units of other tools: ours count code points."""

from collections.abc import Mapping, Sequence

from nonevent.report import Report
from nonevent.reports.frame import split_lines

__all__ = ["bytes_before", "lines_of", "units_before"]


def lines_of(report: Report) -> dict[str, list[str]]:
    """Return the lines of each file with findings, by path."""
    return {path: split_lines(text) for path, text in report.sources.items()}


def bytes_before(lines: Mapping[str, Sequence[str]], path: str, line: int, column: int) -> int:
    """Return how many bytes of UTF-8 stand before a column of a line, both 1-based."""
    return len(_before(lines, path, line, column).encode("utf-8", "surrogatepass"))


def units_before(lines: Mapping[str, Sequence[str]], path: str, line: int, column: int) -> int:
    """Return how many units of UTF-16 stand before a column of a line, both 1-based."""
    return len(_before(lines, path, line, column).encode("utf-16-le", "surrogatepass")) // 2


def _before(lines: Mapping[str, Sequence[str]], path: str, line: int, column: int) -> str:
    text = lines.get(path, ())
    if 1 <= line <= len(text):
        return text[line - 1][: max(0, column - 1)]
    return " " * max(0, column - 1)
