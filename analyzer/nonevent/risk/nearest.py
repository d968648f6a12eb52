"""Earlier changes that went wrong and are most like one that is scored."""

from collections.abc import Iterator, Mapping, Sequence
from math import sqrt
from time import gmtime, strftime
from typing import NamedTuple

from nonevent.prospect import Precedent
from nonevent.risk.artifact import Model
from nonevent.risk.explain import Told, contributions
from nonevent.risk.features import FEATURES
from nonevent.risk.history import ChangeRow, History, Outcome

__all__ = ["MOST", "Compared", "precedents"]

GROUPS = {feature.name: str(feature.group) for feature in FEATURES}
MOST = 200  # of the latest that went wrong are looked at
_SHOWN = 3
_LIKE = 0.5  # likeness below which a change has nothing to tell
PART = "part"  # evidence: only a part of the change was taken back
_GROUPS = 2  # that are named
_STANDS_OUT = 0.1  # log-odds from which both stand out in a group
_WORDS = {
    "reverted": "taken back",
    "mended": "mended",
    "failed": "its deploy failed",
    "rolled back": "rolled back",
    "incident": "an incident",
    "hotfix": "hot-fixed",
}
_UNITS = ((86_400.0, "day"), (3_600.0, "hour"), (60.0, "minute"))


class Compared(NamedTuple):
    """The change that others are compared with."""

    told: Told
    paths: tuple[str, ...]
    until: int  # number that it has, or will have, on the main line


def precedents(
    history: History,
    model: Model,
    places: Sequence[int],
    asked: Compared,
) -> tuple[Precedent, ...]:
    """Return up to three changes that went wrong, most alike first.

    Alike are changes whose features pull the same way; a file that both touch makes them more so.
    `places` are those of the model's features in what the history keeps.
    """
    found = []
    groups = [GROUPS[name] for name in model.features]
    own = _by_group(groups, asked.told.parts)
    touched = set(asked.paths)
    for row, outcome in _bad(history, asked.until):
        other = contributions(model, [row.features[place] for place in places])
        common = len(touched.intersection(row.paths)) / max(len(touched | set(row.paths)), 1)
        like = _cosine(asked.told.parts, other.parts) + common
        if like >= _LIKE:
            found.append((like, row, outcome, _by_group(groups, other.parts)))
    found.sort(key=lambda each: -each[0])
    return tuple(
        Precedent(row.sha, row.title, _day(row.time), _became(row, outcome), _shared(own, groups_))
        for _, row, outcome, groups_ in found[:_SHOWN]
    )


def _bad(history: History, until: int) -> Iterator[tuple[ChangeRow, Outcome]]:
    """Yield the latest changes that went wrong, each with what was known of it first."""
    first: dict[str, Outcome] = {}
    for outcome in history.outcomes():
        if outcome.evidence != PART:
            first.setdefault(outcome.sha, outcome)
    for sha in list(first)[-MOST:]:
        row = history.change(sha)
        if row is not None and row.features and 0 <= row.number < until:
            yield row, first[sha]


def _by_group(groups: Sequence[str], parts: Sequence[float]) -> dict[str, float]:
    sums: dict[str, float] = {}
    for group, part in zip(groups, parts, strict=True):
        sums[group] = sums.get(group, 0.0) + part
    return sums


def _shared(one: Mapping[str, float], other: Mapping[str, float]) -> tuple[str, ...]:
    both = {group: min(one[group], other[group]) for group in one}
    strongest = sorted(
        (group for group in both if both[group] > _STANDS_OUT), key=lambda g: -both[g]
    )
    return tuple(strongest[:_GROUPS])


def _cosine(one: Sequence[float], other: Sequence[float]) -> float:
    product = sum(a * b for a, b in zip(one, other, strict=True))
    size = sqrt(sum(a * a for a in one) * sum(b * b for b in other))
    return product / size if size else 0.0


def _day(seconds: float) -> str:
    return strftime("%Y-%m-%d", gmtime(seconds))


def _became(row: ChangeRow, outcome: Outcome) -> str:
    """Return "taken back after 3 hours"."""
    seconds = max(outcome.at - row.time, 0.0)
    for size, unit in _UNITS:
        if seconds >= size:
            count = int(seconds / size)
            return f"{_WORDS[outcome.kind]} after {count} {unit}{'s' if count > 1 else ''}"
    return f"{_WORDS[outcome.kind]} at once"
