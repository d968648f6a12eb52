"""Source frames: the lines of a finding with carets under what is meant and a word beside it."""

from collections.abc import Callable, Iterator, Sequence

from nonevent.finding import Related
from nonevent.location import Location
from nonevent.reports.inert import shown
from nonevent.text import widths

__all__ = ["WIDTH", "frame", "older", "split_lines", "wrap"]

WIDTH = 80  # columns of a report, where its words allow it
TAB = 4  # columns between tab stops
BEFORE = 2  # lines of context above
MOST = 5  # lines of a region that are shown whole
DOTS = "..."

Paint = Callable[[str], str]


def split_lines(text: str) -> list[str]:
    """Return the lines of a file without their ends, as Python and SARIF count them."""
    return text.replace("\r\n", "\n").replace("\r", "\n").split("\n")


def older(related: Related) -> list[str]:
    """Return the lines of a file as it was before, as far as the place shows one of them."""
    return [*[""] * (related.location.line - 1), related.before or ""]


def frame(
    lines: Sequence[str],
    location: Location,
    label: str,
    *,
    before: int = BEFORE,
    gutter: int = 0,
    paint: Paint,
) -> list[str]:
    """Return the printed lines of a frame; `label` stands under the carets.

    Of a region with many lines the first ones and the last are shown, with carets under both. A
    location outside of `lines` gives its label alone. `gutter` is the least width of the line
    numbers, `before` the number of lines above; `paint` colours carets and label.
    """
    first, start, last, end = _within(lines, location)
    gutter = max(gutter, len(str(last)))
    blank = f"  {'':{gutter}} |"
    room = WIDTH - len(blank) - 1
    rows = []
    caret = 0
    for number in _numbers(first, last, before, len(lines)):
        if not number:
            rows.append(f"  {DOTS:>{gutter}}")
            continue
        line = lines[number - 1]
        left = start if number == first else len(line) - len(line.lstrip())
        right = end if number == last else len(line.rstrip())
        code, caret_here, stop = _row(line, left, right, room)
        rows.append(f"  {number:>{gutter}} | {code}".rstrip())
        if number in (first, last):
            caret = caret_here
            rows.append(f"{blank} {' ' * caret}{paint('^' * (stop - caret))}")
    rows += [f"{blank} {' ' * indent}{paint(text)}" for indent, text in _label(label, caret, room)]
    return rows


def wrap(text: str, room: int) -> list[str]:
    """Return `text` in lines of at most `room` columns, broken at spaces only."""
    rows: list[str] = []
    for word in text.split():
        if rows and len(rows[-1]) + 1 + len(word) <= room:
            rows[-1] += f" {word}"
        else:
            rows.append(word)
    return rows


def _within(lines: Sequence[str], location: Location) -> tuple[int, int, int, int]:
    """Return first line, 0-based start, last line and exclusive end; a region ends where it ends.

    A region that ends before the first character of a line ends with the line above.
    """
    _, first, column, last, end_column = location
    last = max(first, last)
    if last > first and end_column <= 1:
        last -= 1
        end = len(lines[last - 1]) if last <= len(lines) else 0
    else:
        end = end_column - 1
    return first, max(column - 1, 0), last, max(end, 0)


def _numbers(first: int, last: int, before: int, count: int) -> Iterator[int]:
    """Yield the numbers of the lines to show, 0 for a gap; none where the file has no such line."""
    if not 1 <= first <= last <= count:
        return
    yield from range(max(1, first - before), first)
    if last - first < MOST:
        yield from range(first, last + 1)
    else:
        yield from range(first, first + MOST - 2)
        yield 0
        yield last


def _row(line: str, start: int, end: int, room: int) -> tuple[str, int, int]:
    """Return the code that fits into `room` columns around the carets, and the carets' columns."""
    skip = max(0, start - room) if len(line) > 4 * room else 0
    piece = line[skip : skip + 4 * room]  # a line may have megabytes; no more of it can be shown
    cells, edges = _cells(piece)
    left = edges[min(max(start - skip, 0), len(piece))]
    right = max(left + 1, edges[min(max(end - skip, 0), len(piece))])
    if not skip and edges[-1] <= room:
        return "".join(cells), left, right
    fits = not skip and right <= room - len(DOTS)
    lead = 0 if fits else _first_at(edges, left - room // 3)
    opening = DOTS if skip + lead else ""
    shift = len(opening) - edges[lead]
    whole = skip + len(piece) == len(line) and edges[-1] + shift <= room
    until = len(cells) if whole else _first_at(edges, room - len(DOTS) - shift + 1) - 1
    code = opening + "".join(cells[lead:until]) + ("" if whole else DOTS)
    stop = min(right + shift, edges[until] + shift)
    return code, left + shift, max(left + shift + 1, stop)


def _first_at(edges: Sequence[int], column: int) -> int:
    """Return the first index whose edge is at or right of `column`."""
    from bisect import bisect_left

    return min(bisect_left(edges, column), len(edges) - 1)


def _cells(piece: str) -> tuple[Sequence[str], Sequence[int]]:
    """Return what is printed for each character, and the column where each starts, and the end."""
    if piece.isascii() and piece.isprintable():
        return piece, range(len(piece) + 1)
    cells = []
    edges = [0]
    wide = widths(piece)
    for character in piece:
        column = edges[-1]
        if character == "\t":
            cell = " " * (TAB - column % TAB)
            width = len(cell)
        else:
            cell = shown(character)
            width = wide(character) if cell == character else len(cell)
        cells.append(cell)
        edges.append(column + width)
    return cells, edges


def _label(label: str, caret: int, room: int) -> Iterator[tuple[int, str]]:
    """Yield indentation and text: under the caret where it fits, else wrapped from the left."""
    if caret + len(label) <= room:
        yield caret, label
    else:
        for text in wrap(label, room):
            yield 0, text
