"""Regularised logistic regression with a level for each group, at its one maximum.

It is scikit-learn's `LogisticRegression` with one more column for each group. Those columns are
never written down: what the groups take is worked out of Newton's equations beforehand, so that two
hundred repositories cost no more than one.
"""

import math
from collections.abc import Iterator
from typing import NamedTuple, TypeAlias

import numpy as np
from numpy.typing import NDArray

__all__ = ["Labels", "Likely", "Mask", "Matrix", "Names", "most_likely"]

Matrix: TypeAlias = NDArray[np.float64]
Labels: TypeAlias = NDArray[np.int64]
Names: TypeAlias = NDArray[np.str_]
Mask: TypeAlias = NDArray[np.bool_]  # or the numbers of rows

_STEPS = 50  # of Newton's; ten are the rule
_HALVES = 20  # of a step that went too far
_NEAR = 1e-9  # change of any weight below which it is the maximum
_ROWS = 50_000  # that are looked at together
_LEAST = 1e-300


class Likely(NamedTuple):
    """What fits best."""

    intercept: float
    weights: Matrix  # of the columns
    levels: Matrix  # of the groups, in the order of their names
    level: float  # the mean of the rows'


class _Rows(NamedTuple):
    """What is fitted to."""

    x: Matrix
    y: Labels
    weight: Matrix
    place: Mask  # number of each row's group
    penalty: float  # of half the sum of squared weights
    own: float  # of half the sum of squared levels; infinite where groups have none


def most_likely(
    x: Matrix,
    y: Labels,
    weight: Matrix,
    strength: float,
    *,
    groups: Names | None = None,
    level: float = 0.0,
) -> Likely:
    """Return the maximum of the likelihood; the intercept alone is not drawn to zero.

    `strength` is the inverse of the penalty, `level` how freely each group gets its own.
    """
    place: Mask = np.zeros(len(y), dtype=np.intp)
    own = math.inf
    if groups is not None and level:
        place = np.unique(groups, return_inverse=True)[1]
        own = 1 / (strength * level**2)
    rows = _Rows(x, y, weight, place, 1 / strength, own)
    rate = float(np.average(y, weights=weight))
    at = (math.log(rate / (1 - rate)), np.zeros(x.shape[1]), np.zeros(int(place.max()) + 1))
    loss = _loss(rows, *at)
    for _ in range(_STEPS):
        step = _step(rows, *at)
        found, less = _walked(rows, at, step, loss)
        far = max(float(np.max(np.abs(new - old))) for new, old in zip(found, at, strict=True))
        at, loss = found, less
        if far < _NEAR:
            break
    intercept, weights, levels = at
    return Likely(intercept, weights, levels, float(np.mean(levels[place])))


_At: TypeAlias = tuple[float, Matrix, Matrix]  # intercept, weights, levels


def _odds(rows: _Rows, intercept: float, weights: Matrix, levels: Matrix) -> Matrix:
    return np.asarray(rows.x @ weights + (intercept + levels)[rows.place], dtype=np.float64)


def _loss(rows: _Rows, intercept: float, weights: Matrix, levels: Matrix) -> float:
    odds = _odds(rows, intercept, weights, levels)
    each = np.logaddexp(0.0, odds) - rows.y * odds
    drawn = rows.penalty * float(weights @ weights)
    if math.isfinite(rows.own):
        drawn += rows.own * float(levels @ levels)
    return float(rows.weight @ each) + drawn / 2


def _walked(rows: _Rows, at: _At, step: _At, loss: float) -> tuple[_At, float]:
    """Return where a step leads, shortened until it leads no higher, and the loss there."""
    part = 1.0
    for _ in range(_HALVES):
        there = (at[0] + part * step[0], at[1] + part * step[1], at[2] + part * step[2])
        less = _loss(rows, *there)
        if less <= loss:
            return there, less
        part /= 2
    return at, loss


def _step(rows: _Rows, intercept: float, weights: Matrix, levels: Matrix) -> _At:
    """Return Newton's step.

    The groups' part of the second derivatives is a diagonal: it is worked out of the equations for
    the columns and the intercept, which stand together, the intercept last. Single precision is
    enough for a step: where it ends is told by the first derivatives alone.
    """
    chance = 1 / (1 + np.exp(-np.clip(_odds(rows, intercept, weights, levels), -700, 700)))
    rest = rows.weight * (rows.y - chance)
    bend = np.maximum(rows.weight * chance * (1 - chance), _LEAST)
    size, groups = len(weights), len(levels)
    second = np.zeros((size + 1, size + 1))
    for part, bent in _parts(rows, bend):
        rooted = (part * np.sqrt(bent)[:, None]).astype(np.float32)
        second[:size, :size] += rooted.T @ rooted
    second[np.arange(size), np.arange(size)] += rows.penalty
    second[:size, size] = second[size, :size] = rows.x.T @ bend
    second[size, size] = bend.sum()
    first: Matrix = np.append(rows.x.T @ rest - rows.penalty * weights, rest.sum())
    if not math.isfinite(rows.own):
        found = np.linalg.solve(second, first)
        return float(found[size]), found[:size], np.zeros(groups)
    between = np.zeros((groups, size + 1))
    for group in range(groups):
        mine = rows.place == group
        between[group] = np.append(bend[mine] @ rows.x[mine], bend[mine].sum())
    whole = np.bincount(rows.place, bend, groups) + rows.own
    pull = np.bincount(rows.place, rest, groups) - rows.own * levels
    found = np.linalg.solve(
        second - between.T @ (between / whole[:, None]), first - between.T @ (pull / whole)
    )
    return float(found[size]), found[:size], (pull - between @ found) / whole


def _parts(rows: _Rows, bend: Matrix) -> Iterator[tuple[Matrix, Matrix]]:
    """Yield the rows in parts, so that no second copy of all is made."""
    for start in range(0, len(bend), _ROWS):
        yield rows.x[start : start + _ROWS], bend[start : start + _ROWS]
