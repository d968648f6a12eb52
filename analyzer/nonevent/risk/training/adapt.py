"""A repository's own history against the shipped model: is an adapted one better there?

The prior's log-odds stay what a change is told by. From 50 bad ends on they get the repository's
own level and slope (Platt), from 100 on also small corrections of single features; each only
where a back-test that goes forward in time, with the labels known at each moment, clearly finds it
better.
"""

from collections.abc import Callable, Mapping, Sequence
from functools import partial
from itertools import pairwise
from typing import Any, NamedTuple

import numpy as np
from sklearn.linear_model import LogisticRegression

from nonevent.risk.artifact import Head, Model, digest
from nonevent.risk.training.estimator import Labels, Mask, Matrix, calibrate, logistic, scaled
from nonevent.risk.training.measures import roc_auc
from nonevent.risk.training.prior import ranks
from nonevent.risk.training.table import HEADS, Table

__all__ = ["PLATT", "RESIDUAL", "Adapted", "Tested", "adapt", "log_odds", "probability"]

PLATT = 50  # bad ends from which level and slope are the repository's own
RESIDUAL = 100  # bad ends from which features are corrected
WINDOWS = 4  # of the back-test: the last four fifths of the history, one after the other
STRENGTH = 3e-4  # inverse of the penalty on the corrections
FEW = 10  # bad ends that a window needs to be judged by
CLEAR = 1.0  # standard errors by which it has to be better


class Tested(NamedTuple):
    """What a back-test says of one way to tell the same changes."""

    way: str  # "shipped", "level and slope", "corrected features"
    loss: float  # mean log loss over all windows
    auc: float
    gain: float  # by how many standard errors its loss is less than the shipped model's


class Adapted(NamedTuple):
    """One head after it met the history."""

    head: Head
    bad: int  # ends that were known
    changes: int  # that had time to go wrong
    tested: tuple[Tested, ...]  # () where there are too few
    chosen: str  # the way that is used from now on


def adapt(
    model: Model, table: Table, told: Callable[[int, int], None] | None = None
) -> tuple[Model, tuple[Adapted, ...]]:
    """Return the model as it fits this history best, and how each head was chosen.

    Where every head stays as it was shipped, the model is the one that was given. `told` hears how
    many folds of the back-tests are done, and of how many.
    """
    rows = table.columns(model.features)
    folds = WINDOWS * len(model.heads)
    found = tuple(
        _head(model, head, rows, partial(_count, told, at * WINDOWS, folds))
        for at, head in enumerate(model.heads)
    )
    if all(each.chosen == SHIPPED for each in found):
        return model, found
    changed = model._replace(heads=tuple(each.head for each in found))
    base = float(np.max([rows.label(head.name) for head in changed.heads], axis=0).mean())
    changed = changed._replace(
        base=base,
        ranks=ranks(probability(changed, rows.x)),
        trained={
            **model.trained,
            "adapted": {
                "prior": model.digest,
                "changes": len(rows.sha),
                "until": float(rows.until.max()),
                "ways": {each.head.name: each.chosen for each in found},
            },
        },
    )
    return changed._replace(digest=digest(changed)), found


SHIPPED, OWN, CORRECTED = "shipped", "level and slope", "corrected features"


def _count(told: Callable[[int, int], None] | None, before: int, whole: int, done: int) -> None:
    if told is not None:
        told(before + done, whole)


def log_odds(model: Model, head: Head, x: Matrix) -> Matrix:
    """Return the calibrated log-odds of a head.

    Raises:
        ValueError: it has trees, which are not adapted.

    """
    if head.trees:
        raise ValueError("a model with trees is not adapted: train a linear one")
    at = scaled(x, np.array(model.mean), np.array(model.scale), model.limit)
    plain = head.share * (at @ np.array(head.weights) + head.intercept)
    return np.asarray(head.slope * plain + head.offset, dtype=np.float64)


def probability(model: Model, x: Matrix) -> Matrix:
    """Return how likely changes go wrong in either way.

    Raises:
        ValueError: see `log_odds`.

    """
    good = [1 - logistic(log_odds(model, head, x)) for head in model.heads]
    return np.asarray(1 - np.prod(good, axis=0), dtype=np.float64)


class _Way(NamedTuple):
    """A way to tell: log-odds are slope * prior + offset + at @ weights."""

    slope: float
    offset: float
    weights: Matrix

    def tell(self, prior: Matrix, at: Matrix) -> Matrix:
        return np.asarray(self.slope * prior + self.offset + at @ self.weights, dtype=np.float64)


def _head(model: Model, head: Head, table: Table, told: Callable[[int], object]) -> Adapted:
    rows = table.take(table.mature(HEADS[head.name].days))
    y = rows.label(head.name)
    bad = int(y.sum())
    if bad < PLATT:
        return Adapted(head, bad, len(y), (), SHIPPED)
    prior = log_odds(model, head, rows.x)
    at = scaled(rows.x, np.array(model.mean), np.array(model.scale), model.limit)
    ways = [SHIPPED, OWN, *([CORRECTED] if bad >= RESIDUAL else [])]
    tested = _back_test(ways, rows, head.name, prior, at, said=told)
    if not tested:
        return Adapted(head, bad, len(y), (), SHIPPED)
    better = [each for each in tested if each.gain > CLEAR]
    best = min(better, key=lambda each: each.loss, default=tested[0])
    way = _learn(best.way, y, prior, at)
    return Adapted(_merged(head, way), bad, len(y), tested, best.way)


def _back_test(
    ways: Sequence[str],
    rows: Table,
    head: str,
    prior: Matrix,
    at: Matrix,
    *,
    said: Callable[[int], object],
) -> tuple[Tested, ...]:
    """Return how each way would have done: learned at each moment, judged on what came next."""
    y = rows.label(head)
    cuts = [int(len(y) * part / (WINDOWS + 1)) for part in range(1, WINDOWS + 2)]
    told: Mapping[str, list[Matrix]] = {way: [] for way in ways}
    ends: list[Labels] = []
    for number, (start, end) in enumerate(pairwise(cuts)):
        said(number)
        known: Mask = rows.mature(HEADS[head].days, rows.time[start])
        known[start:] = False
        if y[known].sum() < FEW or y[start:end].sum() < 1:
            continue
        ends.append(y[start:end])
        for way in ways:
            learned = _learn(way, y[known], prior[known], at[known])
            told[way].append(learned.tell(prior[start:end], at[start:end]))
    if not ends:
        return ()
    truth = np.concatenate(ends)
    odds = {way: np.concatenate(parts) for way, parts in told.items()}
    losses = {way: np.logaddexp(0, each) - truth * each for way, each in odds.items()}
    return tuple(
        Tested(
            way,
            float(np.mean(losses[way])),
            roc_auc(truth, odds[way]),
            _errors(losses[SHIPPED] - losses[way]),
        )
        for way in ways
    )


def _errors(gained: Matrix) -> float:
    """Return the mean in standard errors."""
    spread = float(np.std(gained))
    return float(np.mean(gained)) / spread * len(gained) ** 0.5 if spread else 0.0


def _learn(way: str, y: Labels, prior: Matrix, at: Matrix) -> _Way:
    none: Any = np.zeros(at.shape[1])
    if way == SHIPPED or y.min() == y.max():
        return _Way(1.0, 0.0, none)
    slope, offset = calibrate(prior, y)
    if slope <= 0:  # the prior would be turned round: too few to believe that
        slope, offset = 1.0, 0.0
    if way == OWN:
        return _Way(slope, offset, none)
    # The level and slope enter as one column that is hardly drawn to zero.
    lead = 100.0 * (slope * prior + offset)
    columns = np.hstack([lead[:, None], at])
    model = LogisticRegression(C=STRENGTH, max_iter=300, tol=1e-5).fit(columns, y)
    weight = 100.0 * float(model.coef_[0, 0])
    return _Way(
        weight * slope, weight * offset + float(model.intercept_[0]), model.coef_[0, 1:].copy()
    )


def _merged(head: Head, way: _Way) -> Head:
    """Return the head that tells what the way does: all of it is linear."""
    slope = head.slope * way.slope
    weights = [
        weight + float(more) / (slope * head.share)
        for weight, more in zip(head.weights, way.weights, strict=True)
    ]
    offset = way.slope * head.offset + way.offset
    return head._replace(slope=slope, offset=offset, weights=tuple(weights))
