"""Files that moved: a deletion and an addition of the same or of much the same content."""

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from itertools import islice, product
from typing import NamedTuple

from nonevent.sources.lines import similarity

__all__ = ["Step", "pair_renames"]

_SIMILAR = 0.5  # share of equal lines, from which git calls it a rename as well
_PAIRS = 10_000  # compared by content at most; beyond, only files of the same name
_LINES = 5_000_000  # compared at most, all pairs together


class Step(NamedTuple):
    """What becomes of one path; contents are named by their blob ids."""

    path: str
    before: str = ""  # "" where the path was not there
    after: str = ""  # "" where it is gone
    old_path: str = ""  # where it stood before a rename


def pair_renames(steps: Sequence[Step], contents: Mapping[str, bytes]) -> list[Step]:
    """Return the steps with every deletion and addition that belong together made one.

    `contents` holds what is known by id; what is not there is compared by its id alone.
    """
    gone = {step.path: step for step in steps if not step.after}
    come = {step.path: step for step in steps if not step.before}
    moves = _same_content(gone, come)
    moved = set(moves.values())
    moves |= _like_content(
        [step for path, step in gone.items() if path not in moved],
        [step for path, step in come.items() if path not in moves],
        contents,
    )
    moved = set(moves.values())
    kept = [step for step in steps if step.path not in moves and step.path not in moved]
    for path, old_path in moves.items():
        kept.append(Step(path, gone[old_path].before, come[path].after, old_path))
    return sorted(kept)


def _same_content(gone: Mapping[str, Step], come: Mapping[str, Step]) -> dict[str, str]:
    """Return new path → old path; of several candidates the one of the same name is taken."""
    moves: dict[str, str] = {}
    taken: set[str] = set()
    for key in (_content_and_name, _content):
        waiting: dict[tuple[str, str], list[str]] = {}
        for path in sorted(gone.keys() - taken, reverse=True):
            waiting.setdefault(key(path, gone[path].before), []).append(path)
        for path in sorted(come.keys() - moves.keys()):
            candidates = waiting.get(key(path, come[path].after))
            if candidates:
                moves[path] = candidates.pop()
                taken.add(moves[path])
    return moves


def _content_and_name(path: str, identity: str) -> tuple[str, str]:
    return identity, _name(path)


def _content(_path: str, identity: str) -> tuple[str, str]:
    return identity, ""


def _like_content(
    gone: Sequence[Step], come: Sequence[Step], contents: Mapping[str, bytes]
) -> dict[str, str]:
    old = {step.path: _lines(contents, step.before) for step in gone if step.before in contents}
    new = {step.path: _lines(contents, step.after) for step in come if step.after in contents}
    scored = []
    left = _LINES
    for old_path, path in _candidates(list(old), list(new)):
        left -= len(old[old_path]) + len(new[path])
        if left < 0:
            break
        score = similarity(old[old_path], new[path])
        if score >= _SIMILAR:
            scored.append((-score, _name(path) != _name(old_path), path, old_path))
    moves: dict[str, str] = {}
    taken: set[str] = set()
    for _, _, path, old_path in sorted(scored):
        if path not in moves and old_path not in taken:
            moves[path] = old_path
            taken.add(old_path)
    return moves


def _candidates(old: Sequence[str], new: Sequence[str]) -> Iterator[tuple[str, str]]:
    if len(old) * len(new) <= _PAIRS:
        yield from product(old, new)
        return
    by_name: dict[str, list[str]] = {}
    for old_path in old:
        by_name.setdefault(_name(old_path), []).append(old_path)
    every = ((old_path, path) for path in new for old_path in by_name.get(_name(path), []))
    yield from islice(every, _PAIRS)


def _lines(contents: Mapping[str, bytes], identity: str) -> Counter[bytes]:
    return Counter(contents[identity].splitlines())


def _name(path: str) -> str:
    return path.rpartition("/")[2]
