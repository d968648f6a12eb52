"""A feature: one number of a change, with a name and a sentence for people."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from enum import StrEnum
from math import log2
from typing import NamedTuple

from nonevent.risk.places import folder_of, is_source, kinds_of
from nonevent.risk.record import Past, Record, Touched
from nonevent.risk.titles import Undoing, undoing, words_of

__all__ = ["Case", "Feature", "Group", "Sums", "of_change", "of_past", "share", "summed"]


class Group(StrEnum):
    """What features are told together, in the words of a report."""

    SIZE = "size"
    SPREAD = "spread"
    CONTENT = "what the code does"
    CONFIGURATION = "configuration and dependencies"
    TESTS = "tests"
    PURPOSE = "purpose"
    RELAND = "re-land or work in progress"
    HOT = "hot files"
    REVERTS = "revert history"
    UNFAMILIAR = "unfamiliar code"
    PROCESS = "process"
    REPOSITORY = "the repository lately"


class Sums(NamedTuple):
    """What the files of a change add up to."""

    source: tuple[Touched, ...]  # files that take part in what is deployed
    added: int
    deleted: int
    source_added: int
    source_deleted: int
    hunks: int
    entropy: float  # bits: how the changed lines are spread over files
    folders: frozenset[str]
    kinds: Mapping[str, int]  # kind → files
    lines_by_kind: Mapping[str, int]  # kind → lines added
    signs_added: Mapping[str, int]  # of source files
    signs_deleted: Mapping[str, int]
    words: frozenset[str]
    undoing: Undoing


class Case(NamedTuple):
    """What a feature is computed from."""

    record: Record
    sums: Sums
    past: Past | None  # None where nothing is known of the past


class Feature(NamedTuple):
    """One number of a change."""

    name: str
    group: Group
    sentence: str  # what it says, for people
    compute: Callable[[Case], float]
    needs_past: bool


def summed(record: Record) -> Sums:
    """Return what the files of a change add up to."""
    source = tuple(file for file in record.files if is_source(file.path))
    kinds: dict[str, int] = {}
    lines: dict[str, int] = {}
    for file in record.files:
        for kind in kinds_of(file.path):
            kinds[kind] = kinds.get(kind, 0) + 1
            lines[kind] = lines.get(kind, 0) + file.added
    return Sums(
        source,
        sum(file.added for file in record.files),
        sum(file.deleted for file in record.files),
        sum(file.added for file in source),
        sum(file.deleted for file in source),
        sum(file.hunks for file in record.files),
        _entropy([file.added + file.deleted for file in record.files]),
        frozenset(folder_of(file.path) for file in record.files),
        kinds,
        lines,
        _total(file.signs_added for file in source),
        _total(file.signs_deleted for file in source),
        words_of(record.title),
        undoing(record.title),
    )


def _total(counts: Iterable[Mapping[str, int]]) -> dict[str, int]:
    total: dict[str, int] = {}
    for each in counts:
        for sign, count in each.items():
            total[sign] = total.get(sign, 0) + count
    return total


def _entropy(sizes: Sequence[int]) -> float:
    whole = sum(sizes)
    parts = [size / whole for size in sizes if size]
    return -sum(part * log2(part) for part in parts) if len(parts) > 1 else 0.0


def share(part: float, whole: float) -> float:
    """Return a part of the whole; 0 of nothing."""
    return part / whole if whole else 0.0


def of_change(
    name: str, group: Group, sentence: str, compute: Callable[[Record, Sums], float]
) -> Feature:
    """Return a feature that the change alone tells."""
    return Feature(
        name, group, sentence, lambda case: float(compute(case.record, case.sums)), needs_past=False
    )


def of_past(
    name: str, group: Group, sentence: str, compute: Callable[[Record, Sums, Past], float]
) -> Feature:
    """Return a feature that needs what happened before."""

    def computed(case: Case) -> float:
        if case.past is None:
            raise ValueError(f"the feature '{name}' needs the past of the repository")
        return float(compute(case.record, case.sums, case.past))

    return Feature(name, group, sentence, computed, needs_past=True)
