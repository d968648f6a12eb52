"""Pages and tables as plain text for a terminal."""

import re
from collections.abc import Iterator, Sequence

from nonevent.text import widths

__all__ = ["plain", "table"]

BOLD = "\x1b[1m{}\x1b[0m"
LINK = re.compile(r"(?<!!)\[([^\]]+)\]\((\S+?)\)")
PATH = re.compile(r"\bpath=(\S+)")
INDENT = "    "


def plain(markdown: str, *, color: bool = False) -> str:
    """Return a page as text: headings underlined or bold, code indented, links written out."""
    return "\n".join(_lines(markdown.strip("\n").split("\n"), color)) + "\n"


def table(rows: Sequence[Sequence[str]]) -> str:
    """Return rows as columns of equal width, two spaces between; the last column runs free."""
    columns = [[_wide(text) for text in column] for column in zip(*rows, strict=True)][:-1]
    rooms = [[" " * (max(column) - width) for width in column] for column in columns]
    lines = (
        "  ".join([*(f"{text}{room[at]}" for text, room in zip(row, rooms, strict=False)), row[-1]])
        for at, row in enumerate(rows)
    )
    return "".join(f"{line.rstrip()}\n" for line in lines)


def _wide(text: str) -> int:
    return sum(map(widths(text), text))


def _lines(lines: Sequence[str], color: bool) -> Iterator[str]:
    fence = ""
    for line in lines:
        mark = line[: len(line) - len(line.lstrip("`"))]
        if not fence and len(mark) >= 3:  # noqa: PLR2004  # Markdown: three or more
            fence = mark
            path = PATH.search(line)
            if path:
                yield f"{path[1]}:"
        elif fence and line.rstrip() == fence:
            fence = ""
        elif fence:
            yield f"{INDENT}{line}".rstrip()
        elif line.startswith("#"):
            yield from _heading(line, color)
        else:
            yield LINK.sub(r"\1 (\2)", line)


def _heading(line: str, color: bool) -> Iterator[str]:
    marks, _, text = line.partition(" ")
    if color:
        yield BOLD.format(text)
    else:
        yield text
        yield ("=" if marks == "#" else "-") * len(text)
