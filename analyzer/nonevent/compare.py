"""What a change brings: findings of the version after that the version before did not have."""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence

from nonevent.finding import Finding
from nonevent.location import line_at

__all__ = ["brought"]

Lines = Mapping[str, Sequence[str]]  # path → lines of text


def brought(
    after: Iterable[Finding],
    before: Iterable[Finding],
    lines_after: Lines,
    lines_before: Lines,
    moved: Mapping[str, str],
) -> Iterator[Finding]:
    """Yield the findings of `after` that have no counterpart in `before`.

    A finding is the same as long as its rule, its file (`moved`: old path → new path) and the
    text of its line are; where it stands in the file does not matter. Each one before answers
    for one after: a second copy of an old fault is new.
    """
    known = Counter(_key(finding, lines_before, moved) for finding in before)
    for finding in after:
        key = _key(finding, lines_after, {})
        if known[key] > 0:
            known[key] -= 1
        else:
            yield finding


def _key(finding: Finding, lines: Lines, moved: Mapping[str, str]) -> tuple[str, str, str]:
    place = finding.location
    line = line_at(lines, place)
    return finding.rule, moved.get(place.path, place.path), " ".join(line.split())
