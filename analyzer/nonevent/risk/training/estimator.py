"""The estimator: regularised logistic regression and small boosted trees, averaged in log-odds.

Nothing is reweighted to balance the classes: log-odds stay those of the rates that were seen, and
two numbers of a sigmoid are all that calibration has to set.
"""

from collections.abc import Sequence
from typing import Any, NamedTuple

import numpy as np
from sklearn.ensemble import ExtraTreesClassifier, HistGradientBoostingClassifier
from sklearn.linear_model import LogisticRegression

from nonevent.risk.training.likelihood import Labels, Mask, Matrix, Names, most_likely

__all__ = [
    "Fitted",
    "Labels",
    "Mask",
    "Matrix",
    "Names",
    "Settings",
    "Shape",
    "calibrate",
    "fit",
    "logistic",
    "logit",
    "scaled",
]

_NEAR = 1e-6  # of a probability to 0 or 1
_FREE = 1e6  # so little is a calibration drawn to zero


class Shape(NamedTuple):
    """The boosted trees."""

    rounds: int = 120
    rate: float = 0.06
    leaves: int = 6
    least: int = 150  # rows of a leaf
    penalty: float = 30.0
    columns: float = 0.3  # share of the features that a split may choose from


class Settings(NamedTuple):
    """All that a fit depends on, beside its rows."""

    strength: float = 0.001  # inverse of the linear part's penalty
    own_level: float = 5.0  # how freely each group gets its own intercept; 0: none does
    share: float = 0.5  # of the linear part; the rest is the trees'
    shape: Shape = Shape()
    seeds: int = 1  # boosted ensembles that are averaged
    forest: int = 0  # extremely random trees that are averaged in; they do not fit into JSON
    rising: tuple[str, ...] = ()  # features of which more is never told to be less risk
    falling: tuple[str, ...] = ()
    half_life: float = 0.0  # share of the rows by which a row's weight halves; 0: all weigh alike
    limit: float = 6.0  # standard deviations


class Fitted(NamedTuple):
    """A fit: log-odds for new rows."""

    settings: Settings
    mean: Matrix
    scale: Matrix
    intercept: float
    weights: Matrix
    boosted: tuple[Any, ...]
    forest: Any = None

    def linear(self, x: Matrix) -> Matrix:
        """Return the log-odds of the linear part."""
        at = scaled(x, self.mean, self.scale, self.settings.limit)
        return np.asarray(at @ self.weights + self.intercept, dtype=np.float64)

    def trees(self, x: Matrix) -> Matrix:
        """Return the log-odds of the trees."""
        sums = [each.decision_function(x) for each in self.boosted]
        return np.asarray(np.mean(sums, axis=0), dtype=np.float64)

    def log_odds(self, x: Matrix) -> Matrix:
        """Return the log-odds, not calibrated yet."""
        share = self.settings.share if self.boosted else 1.0
        mixed = share * self.linear(x)
        if self.boosted:
            mixed = mixed + (1 - share) * self.trees(x)
        if self.forest is None:
            return mixed
        woods = logit(self.forest.predict_proba(x)[:, 1])
        return np.asarray((mixed + woods) / 2, dtype=np.float64)


def fit(
    x: Matrix,
    y: Labels,
    names: Sequence[str],
    settings: Settings,
    groups: Names | None = None,
) -> Fitted:
    """Return the estimator fitted to rows in the order of time.

    Rows of one group (a repository) share an intercept of their own while it is fitted: that
    bad ends are told more often in one than in the other is nothing its features explain. What
    comes out has the average of them.

    Raises:
        ValueError: the rows are all good, or all bad.

    """
    if len(np.unique(y)) < 2:  # noqa: PLR2004
        raise ValueError("there is nothing to learn where all changes ended alike")
    weight = _weights(len(y), settings.half_life)
    logs = _logs(x)
    mean, scale = logs.mean(axis=0), logs.std(axis=0)
    scale[scale < 1e-9] = 1.0  # noqa: PLR2004 - a feature that never differs
    at = scaled(x, mean, scale, settings.limit)
    intercept, weights = _linear(at, y, weight, settings, groups)
    signs = _signs(settings, names)
    boosted = tuple(
        _boost((x, y, weight), settings, signs, seed)
        for seed in range(settings.seeds if settings.share < 1 else 0)
    )
    forest = _grow(x, y, weight, settings) if settings.forest else None
    return Fitted(settings, mean, scale, intercept, weights, boosted, forest)


def _weights(rows: int, half_life: float) -> Matrix:
    if not half_life:
        return np.ones(rows)
    age = (rows - 1 - np.arange(rows)) / rows
    return np.asarray(0.5 ** (age / half_life), dtype=np.float64)


def _linear(
    at: Matrix, y: Labels, weight: Matrix, settings: Settings, groups: Names | None
) -> tuple[float, Matrix]:
    level = settings.own_level if groups is not None else 0.0
    found = most_likely(at, y, weight, settings.strength, groups=groups, level=level)
    return found.intercept + found.level, found.weights


def _signs(settings: Settings, names: Sequence[str]) -> Matrix:
    """Return 1 for features that only rise, -1 for those that only fall, else 0."""
    found: Matrix = np.zeros(len(names), dtype=np.int8)
    for sign, named in ((1, settings.rising), (-1, settings.falling)):
        found[[place for place, name in enumerate(names) if name in named]] = sign
    return found


def _boost(
    rows: tuple[Matrix, Labels, Matrix], settings: Settings, signs: Matrix, seed: int
) -> HistGradientBoostingClassifier:
    x, y, weight = rows
    shape = settings.shape
    model = HistGradientBoostingClassifier(
        max_iter=shape.rounds,
        learning_rate=shape.rate,
        max_leaf_nodes=shape.leaves,
        min_samples_leaf=shape.least,
        l2_regularization=shape.penalty,
        max_features=shape.columns,
        monotonic_cst=signs,
        early_stopping=False,
        random_state=seed,
    )
    return model.fit(x, y, sample_weight=weight)


def _grow(x: Matrix, y: Labels, weight: Matrix, settings: Settings) -> ExtraTreesClassifier:
    model = ExtraTreesClassifier(
        settings.forest, min_samples_leaf=8, max_features=0.5, n_jobs=-1, random_state=0
    )
    return model.fit(x, y, sample_weight=weight)


def calibrate(log_odds: Matrix, y: Labels) -> tuple[float, float]:
    """Return slope and offset of the sigmoid that turns log-odds into rates.

    Platt, https://scikit-learn.org/stable/modules/calibration.html#sigmoid: at the counts of a
    repository's rollbacks a curve of two numbers is calibrated better than one of steps.
    """
    model = LogisticRegression(C=_FREE, max_iter=300, tol=1e-8)
    model.fit(log_odds.reshape(-1, 1), y)
    return float(model.coef_[0, 0]), float(model.intercept_[0])


def scaled(x: Matrix, mean: Matrix, scale: Matrix, limit: float) -> Matrix:
    """Return the features in standard deviations from the mean, of their signed logarithms."""
    return np.asarray(np.clip((_logs(x) - mean) / scale, -limit, limit), dtype=np.float64)


def _logs(x: Matrix) -> Matrix:
    return np.asarray(np.sign(x) * np.log1p(np.abs(x)), dtype=np.float64)


def logit(probability: Matrix) -> Matrix:
    """Return the log-odds of probabilities; of 0 and 1 those of numbers beside them."""
    inner = np.clip(probability, _NEAR, 1 - _NEAR)
    return np.asarray(np.log(inner / (1 - inner)), dtype=np.float64)


def logistic(log_odds: Matrix) -> Matrix:
    """Return the probabilities of log-odds."""
    return np.asarray(1 / (1 + np.exp(-log_odds)), dtype=np.float64)
