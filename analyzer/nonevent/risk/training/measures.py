"""How good probabilities are: ranking, captures, calibration, with intervals over repositories."""

from collections.abc import Callable
from functools import partial
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from nonevent.risk.training.estimator import Labels, Matrix, Names

__all__ = [
    "Judged",
    "average_precision",
    "brier_skill",
    "calibration_error",
    "capture",
    "interval",
    "judge",
    "macro",
    "roc_auc",
]

FEW = 8  # bad ends of a repository below which its ranking is left out of the mean
GATES = (0.05, 0.10, 0.20)


class Judged(NamedTuple):
    """What was measured of one prediction."""

    rows: int
    bad: int
    repositories: int  # with enough bad ends for a ranking of their own
    macro_auc: float
    micro_auc: float
    average_precision: float
    captures: tuple[float, ...]  # share of the bad ends in the riskiest 5, 10, 20 % of all rows
    macro_captures: tuple[float, ...]  # the same within each repository, averaged
    calibration_error: float  # NaN where the prediction is no probability, as the next
    brier_skill: float
    intervals: dict[str, tuple[float, float]]  # of 95 %, repositories drawn with replacement


def roc_auc(y: Labels, score: Matrix) -> float:
    """Return the probability that a bad end is ranked above a good one; ties count half."""
    bad = int(y.sum())
    good = len(y) - bad
    if not bad or not good:
        return float("nan")
    return float((_ranks(score)[y == 1].sum() - bad * (bad + 1) / 2) / (bad * good))


def _ranks(score: Matrix) -> Matrix:
    """Return ranks from 1; equal scores share the mean of theirs."""
    _, place, count = np.unique(score, return_inverse=True, return_counts=True)
    ends = np.cumsum(count)
    return np.asarray((ends - (count - 1) / 2)[place], dtype=np.float64)


def average_precision(y: Labels, score: Matrix) -> float:
    """Return the area below precision over recall, equal scores taken together."""
    order = np.argsort(-score, kind="stable")
    hits = np.cumsum(y[order])
    ends: Any = np.append(np.nonzero(np.diff(score[order]))[0], len(y) - 1)
    recall = hits[ends] / max(int(y.sum()), 1)
    precision = hits[ends] / (ends + 1)
    return float(np.sum(np.diff(recall, prepend=0.0) * precision))


def capture(y: Labels, score: Matrix, gate: float) -> float:
    """Return the share of bad ends in the riskiest part; of equal scores a fitting share counts."""
    room = len(y) * gate
    order = np.argsort(-score, kind="stable")
    values, hits = score[order], y[order]
    cut = values[min(max(round(room), 1), len(y)) - 1]
    above = values > cut
    level = values == cut
    part = (room - above.sum()) / level.sum()
    caught = hits[above].sum() + min(max(part, 0.0), 1.0) * hits[level].sum()
    return float(caught / max(int(y.sum()), 1))


def calibration_error(y: Labels, probability: Matrix, bins: int = 10) -> float:
    """Return the mean distance of rate and probability over bins of equally many rows."""
    order = np.argsort(probability, kind="stable")
    parts = np.array_split(order, bins)
    gaps = [abs(y[part].mean() - probability[part].mean()) * len(part) for part in parts]
    return float(sum(gaps) / len(y))


def brier_skill(y: Labels, probability: Matrix, base: Matrix | float | None = None) -> float:
    """Return by how much of its error the prediction beats always telling the rate."""
    usual = float(y.mean()) if base is None else base
    return float(1 - np.mean((y - probability) ** 2) / np.mean((y - usual) ** 2))


def macro(y: Labels, score: Matrix, repo: Names, measure: Callable[[Labels, Matrix], float]) -> Any:
    """Return repository → measure, for those with enough bad ends."""
    found = {}
    for name in np.unique(repo):
        own = repo == name
        if y[own].sum() >= FEW and (y[own] == 0).any():
            found[str(name)] = measure(y[own], score[own])
    return found


def judge(
    y: Labels, score: Matrix, repo: Names, *, probability: bool = True, draws: int = 200
) -> Judged:
    """Return all measures; with `draws` also how far they would be off by chance."""
    own = macro(y, score, repo, roc_auc)
    within = [macro(y, score, repo, partial(capture, gate=gate)) for gate in GATES]
    nan = float("nan")
    return Judged(
        len(y),
        int(y.sum()),
        len(own),
        _mean(own),
        roc_auc(y, score),
        average_precision(y, score),
        tuple(capture(y, score, gate) for gate in GATES),
        tuple(_mean(each) for each in within),
        calibration_error(y, score) if probability else nan,
        brier_skill(y, score) if probability else nan,
        _intervals(y, score, repo, own, draws, probability=probability) if draws else {},
    )


def _mean(values: dict[str, float]) -> float:
    return float(np.mean(list(values.values()))) if values else float("nan")


def _intervals(
    y: Labels, score: Matrix, repo: Names, own: dict[str, float], draws: int, *, probability: bool
) -> dict[str, tuple[float, float]]:
    rows = {name: np.nonzero(repo == name)[0] for name in np.unique(repo)}
    names = list(rows)
    dice = np.random.default_rng(0)
    found: dict[str, list[float]] = {}
    for _ in range(draws):
        drawn = [names[place] for place in dice.integers(len(names), size=len(names))]
        part = np.concatenate([rows[name] for name in drawn])
        ranked = [own[name] for name in drawn if name in own]
        told = {
            "macro_auc": float(np.mean(ranked)) if ranked else float("nan"),
            "micro_auc": roc_auc(y[part], score[part]),
            "capture_10": capture(y[part], score[part], 0.10),
        }
        if probability:
            told["calibration_error"] = calibration_error(y[part], score[part])
            told["brier_skill"] = brier_skill(y[part], score[part])
        for name, value in told.items():
            found.setdefault(name, []).append(value)
    return {name: interval(np.array(values)) for name, values in found.items()}


def interval(values: NDArray[np.float64]) -> tuple[float, float]:
    """Return between what 95 % of the values lie."""
    low, high = np.nanpercentile(values, [2.5, 97.5])
    return float(low), float(high)
