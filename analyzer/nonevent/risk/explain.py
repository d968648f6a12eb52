"""What a score rests on, for people: groups of features, and the same change made otherwise."""

from collections.abc import Mapping, Sequence
from math import expm1, floor
from typing import NamedTuple

from nonevent.prospect import Alternative, Reason
from nonevent.risk.artifact import Model
from nonevent.risk.features.feature import Feature, Group
from nonevent.risk.score import Scored, score, union

__all__ = ["Told", "alternatives", "contributions", "reasons"]

_HEARD = 0.05  # log-odds below which a group is not worth a line
_FEATURES = 2  # of a group that are named
_BETTER = 0.9  # another way has to lower the probability to so much of it

# What half a change has half of. Its history, its title and its kind stay what they are.
_HALVED = frozenset(
    {
        *("lines_added", "lines_deleted", "source_added", "source_deleted"),
        *("python_added", "frontend_added", "largest_file"),
        *("files", "source_files", "hunks", "files_added", "files_deleted"),
    }
)
_COUNTED = ("in_", "adds_", "deletes_", "files_", "binary_")  # features that count
_NONE = 0.5  # the usual count below which one speaks of none
_ANSWERED = frozenset(  # features that are yes or no
    {
        *("only_dependencies", "only_configuration", "only_frontend", "without_tests"),
        *("loses_functions", "reland", "file_ever_reverted", "author_new"),
    }
)


class Told(NamedTuple):
    """A score with what each feature adds to the log-odds of going wrong."""

    bad: float
    heads: tuple[Scored, ...]
    parts: tuple[float, ...]  # by feature


def contributions(model: Model, values: Sequence[float]) -> Told:
    """Return the probability that a change goes wrong in any way, and what adds to it.

    The heads' parts are mixed by what each head has in the probability: to first order that is
    how the log-odds of the union change with those of its members.
    """
    heads = score(model, values)
    bad = union([head.probability for head in heads])
    shares = [head.probability / bad if bad else 0.0 for head in heads]
    columns = zip(*(head.parts for head in heads), strict=True)
    mixed = (
        sum(share * part for share, part in zip(shares, each, strict=True)) for each in columns
    )
    return Told(bad, heads, tuple(mixed))


def reasons(
    model: Model, values: Sequence[float], told: Told, features: Mapping[str, Feature]
) -> tuple[Reason, ...]:
    """Return the groups of features that move the probability, strongest first."""
    groups: dict[Group, list[tuple[float, int]]] = {}
    for place, (name, part) in enumerate(zip(model.features, told.parts, strict=True)):
        groups.setdefault(features[name].group, []).append((part, place))
    found = []
    for group, parts in groups.items():
        points = sum(part for part, _ in parts)
        if abs(points) < _HEARD:
            continue
        along = sorted((each for each in parts if each[0] * points > 0), key=lambda e: -abs(e[0]))
        named = [
            _sentence(features[model.features[place]], values[place], model.mean[place])
            for _, place in along[:_FEATURES]
        ]
        found.append(Reason(str(group), points, tuple(named)))
    return tuple(sorted(found, key=lambda reason: -abs(reason.points)))


def _sentence(feature: Feature, value: float, mean: float) -> str:
    """Return "lines added: 420, usually 31"."""
    what = feature.sentence.rstrip(".")
    what = what[:1].lower() + what[1:]
    if feature.name in _ANSWERED or feature.name.startswith("says_"):
        return f"{what}: {'yes' if value else 'no'}"
    usual = expm1(mean) if mean >= 0 else -expm1(-mean)
    rarely = feature.name.startswith(_COUNTED) and usual < _NONE
    return f"{what}: {_number(value)}, usually {'none' if rarely else _number(usual)}"


def _number(value: float) -> str:
    if not value:
        return "none"
    if abs(value) >= 10 or value == int(value):  # noqa: PLR2004 - enough digits
        return f"{round(value):,}"
    return f"{value:.1f}" if abs(value) >= 1 else f"{value:.2f}"


def alternatives(model: Model, values: Sequence[float], bad: float) -> tuple[Alternative, ...]:
    """Return what the same change would be in two halves, where that is told to be better.

    Only what a person can change, and what has a cause to it, is asked: not who makes it, and
    not when.
    """
    halves = [
        _half(value) if name in _HALVED else value
        for name, value in zip(model.features, values, strict=True)
    ]
    if halves == list(values):
        return ()
    each = contributions(model, halves).bad
    if each > _BETTER * bad:
        return ()
    return (Alternative("in two changes of half the size", each, union([each, each])),)


def _half(value: float) -> float:
    return float(floor(value / 2 + 0.5)) if value > 1 else value
