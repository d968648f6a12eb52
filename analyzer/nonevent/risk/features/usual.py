"""Measures of which it is known what is usual in a repository, and how far a change is from it."""

from collections.abc import Callable
from math import log1p

from nonevent.risk.features.feature import Group, Sums
from nonevent.risk.record import Past, Record

__all__ = ["FAR", "MEASURES", "distance", "measured"]

_ENOUGH = 30  # changes before anything is called usual
FAR = 5.0  # standard deviations, beyond which it does not matter how many

Measure = Callable[[Record, Sums], float]

MEASURES: dict[str, tuple[Group, str, Measure]] = {
    "lines_added": (
        Group.SIZE,
        "How its lines compare with what is usual here.",
        lambda _record, sums: sums.added,
    ),
    "lines_deleted": (
        Group.SIZE,
        "How its deleted lines compare with what is usual here.",
        lambda _record, sums: sums.deleted,
    ),
    "source_added": (
        Group.SIZE,
        "How its lines of source compare with what is usual here.",
        lambda _record, sums: sums.source_added,
    ),
    "files": (
        Group.SPREAD,
        "How its files compare with what is usual here.",
        lambda record, _sums: len(record.files),
    ),
    "folders": (
        Group.SPREAD,
        "How its folders compare with what is usual here.",
        lambda _record, sums: len(sums.folders),
    ),
    "hunks": (
        Group.SPREAD,
        "How the places that change compare with what is usual here.",
        lambda _record, sums: sums.hunks,
    ),
    "entropy": (
        Group.SPREAD,
        "How its spread compares with what is usual here.",
        lambda _record, sums: sums.entropy,
    ),
    "commits": (
        Group.PROCESS,
        "How its commits compare with what is usual here.",
        lambda record, _sums: record.commits,
    ),
    "days_open": (
        Group.PROCESS,
        "How the days it was open compare with what is usual here.",
        lambda record, _sums: max(0.0, (record.time - (record.started or record.time)) / 86_400),
    ),
}


def measured(record: Record, sums: Sums) -> dict[str, float]:
    """Return log(1 + x) of each measure."""
    return {name: log1p(measure(record, sums)) for name, (_, _, measure) in MEASURES.items()}


def distance(record: Record, sums: Sums, past: Past, measure: str) -> float:
    """Return by how many standard deviations a measure differs from what is usual."""
    usual = past.usual.get(measure)
    if usual is None or usual.changes < _ENOUGH or not usual.spread:
        return 0.0
    value = log1p(MEASURES[measure][2](record, sums))
    return max(-FAR, min(FAR, (value - usual.mean) / usual.spread))
