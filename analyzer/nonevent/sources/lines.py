"""Two versions of a text compared line by line, in time that no text can blow up."""

from collections import Counter
from collections.abc import Sequence

__all__ = ["added_lines", "similarity"]

_SMALL = 100  # lines; up to here the exact comparison, whose time grows with the square, is cheap
_EXACT = 500_000  # pairs of lines that are compared exactly, all gaps together

Gap = tuple[int, int, int, int]  # before: from, to; after: from, to


def added_lines(before: bytes, after: bytes) -> frozenset[int]:
    r"""Return the 1-based lines of `after` that `before` does not have in this place.

    Lines end at `\n`, `\r\n` or `\r`, and how they end is not compared. Lines that occur once in
    both versions are the anchors; between two anchors the exact difference is taken where that
    is cheap, otherwise a line counts as added that occurs more often than before.
    """
    old, new = before.splitlines(), after.splitlines()
    added: set[int] = set()
    left = _EXACT
    for gap in _gaps(old, new):
        rows, columns = gap[1] - gap[0], gap[3] - gap[2]
        exact = max(rows, columns) <= _SMALL and rows * columns <= left
        added.update(_inserted(old, new, gap) if exact else _surplus(old, new, gap))
        left -= rows * columns if exact else 0
    return frozenset(number + 1 for number in added)


def _gaps(old: Sequence[bytes], new: Sequence[bytes]) -> list[Gap]:
    """Return the stretches that differ: around the anchors, common lines taken off both ends."""
    gaps = []
    start = _trim(old, new, (0, len(old), 0, len(new)))
    old_at, new_at = start[0], start[2]
    for old_anchor, new_anchor in [*_anchors(old, new, start), (start[1], start[3])]:
        if old_anchor < old_at or new_anchor < new_at:
            continue  # swallowed by the common lines before it
        gap = _trim(old, new, (old_at, old_anchor, new_at, new_anchor))
        if gap[2] < gap[3]:
            gaps.append(gap)
        old_at, new_at = old_anchor + 1, new_anchor + 1
    return gaps


def _trim(old: Sequence[bytes], new: Sequence[bytes], gap: Gap) -> Gap:
    old_from, old_to, new_from, new_to = gap
    while old_from < old_to and new_from < new_to and old[old_from] == new[new_from]:
        old_from, new_from = old_from + 1, new_from + 1
    while old_from < old_to and new_from < new_to and old[old_to - 1] == new[new_to - 1]:
        old_to, new_to = old_to - 1, new_to - 1
    return old_from, old_to, new_from, new_to


def _anchors(old: Sequence[bytes], new: Sequence[bytes], gap: Gap) -> list[tuple[int, int]]:
    """Return the longest rising run of lines that occur once in both: (old, new) positions."""
    old_from, old_to, new_from, new_to = gap
    once_old = _once(old, old_from, old_to)
    once_new = _once(new, new_from, new_to)
    pairs = [(once_old[line], at) for line, at in once_new.items() if line in once_old]
    return _longest_rising(pairs)


def _once(lines: Sequence[bytes], start: int, end: int) -> dict[bytes, int]:
    counts = Counter(lines[start:end])
    return {lines[at]: at for at in range(start, end) if counts[lines[at]] == 1}


def _longest_rising(pairs: Sequence[tuple[int, int]]) -> list[tuple[int, int]]:
    from bisect import bisect_left

    tops: list[int] = []  # smallest last number of a run of each length
    ends: list[int] = []  # index of the pair that it ends with
    before: list[int] = []  # index of the pair that stands before each one in its run
    for index, (number, _) in enumerate(pairs):
        length = bisect_left(tops, number)
        tops[length : length + 1] = [number]
        ends[length : length + 1] = [index]
        before.append(ends[length - 1] if length else -1)
    run = []
    index = ends[-1] if ends else -1
    while index >= 0:
        run.append(pairs[index])
        index = before[index]
    return run[::-1]


def _inserted(old: Sequence[bytes], new: Sequence[bytes], gap: Gap) -> list[int]:
    from difflib import SequenceMatcher

    old_from, old_to, new_from, new_to = gap
    matcher = SequenceMatcher(None, old[old_from:old_to], new[new_from:new_to], autojunk=False)
    added: list[int] = []
    for tag, _, _, start, end in matcher.get_opcodes():
        if tag in {"insert", "replace"}:
            added.extend(range(new_from + start, new_from + end))
    return added


def _surplus(old: Sequence[bytes], new: Sequence[bytes], gap: Gap) -> list[int]:
    old_from, old_to, new_from, new_to = gap
    left = Counter(old[old_from:old_to])
    left.subtract(new[new_from:new_to])
    # Of a line that occurs more often than before, the last occurrences are the new ones.
    added = []
    for at in range(new_to - 1, new_from - 1, -1):
        if left[new[at]] < 0:
            left[new[at]] += 1
            added.append(at)
    return added


def similarity(old: Counter[bytes], new: Counter[bytes]) -> float:
    """Return the share of the larger text's bytes, 0 to 1, that stand in lines of both."""
    larger = max(_size(old), _size(new))
    common = sum(min(count, new[line]) * (len(line) + 1) for line, count in old.items())
    return common / larger if larger else 0.0


def _size(lines: Counter[bytes]) -> int:
    return sum(count * (len(line) + 1) for line, count in lines.items())
