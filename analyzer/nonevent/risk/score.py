"""From the features of a change to probabilities, and to what each feature adds to them.

The arithmetic is that of scikit-learn's logistic regression and histogram gradient boosting,
done here for one row without numpy; a test holds both to the ninth decimal.
"""

from collections.abc import Sequence
from math import exp, log, log1p
from typing import NamedTuple

from nonevent.risk.artifact import Head, Model, Tree

__all__ = ["Scored", "band_of", "rank_of", "scaled", "score", "union"]


class Scored(NamedTuple):
    """What one head says of a change."""

    head: Head
    probability: float
    start: float  # log-odds of the usual change
    parts: tuple[float, ...]  # what each feature adds to them: start + sum(parts) is the log-odds


def score(model: Model, values: Sequence[float]) -> tuple[Scored, ...]:
    """Return what each head says of a change with these features, in the order of the model's.

    Raises:
        ValueError: there are more or fewer of them.

    """
    if len(values) != len(model.features):
        raise ValueError(f"{len(values)} features for a model of {len(model.features)}")
    at = scaled(model, values)
    return tuple(_scored(head, at, values) for head in model.heads)


def scaled(model: Model, values: Sequence[float]) -> list[float]:
    """Return the features in standard deviations from the mean, of their signed logarithms."""
    limit = model.limit
    columns = zip(values, model.mean, model.scale, strict=True)
    return [max(-limit, min(limit, (_log(x) - mean) / scale)) for x, mean, scale in columns]


def _log(value: float) -> float:
    return log1p(value) if value >= 0 else -log1p(-value)


def _scored(head: Head, at: Sequence[float], values: Sequence[float]) -> Scored:
    linear = head.slope * head.share
    parts = [linear * weight * x for weight, x in zip(head.weights, at, strict=True)]
    start = head.share * head.intercept
    if head.trees:
        rest = 1 - head.share
        start += rest * (head.start + sum(tree.value[0] for tree in head.trees))
        for tree in head.trees:
            _walk(tree, values, parts, head.slope * rest)
    start = head.slope * start + head.offset
    return Scored(head, _logistic(start + sum(parts)), start, tuple(parts))


def _walk(tree: Tree, values: Sequence[float], parts: list[float], factor: float) -> None:
    """Add to each feature on the way to a leaf by how much its question moves the value."""
    node = 0
    feature = tree.feature[0]
    while feature >= 0:
        left = values[feature] <= tree.threshold[node]
        child = tree.left[node] if left else tree.right[node]
        parts[feature] += factor * (tree.value[child] - tree.value[node])
        node = child
        feature = tree.feature[node]


def _logistic(log_odds: float) -> float:
    if log_odds >= 0:
        return 1 / (1 + exp(-log_odds))
    return exp(log_odds) / (1 + exp(log_odds))


def union(probabilities: Sequence[float]) -> float:
    """Return how likely one of several things is that do not hang together."""
    none = 1.0
    for probability in probabilities:
        none *= 1 - probability
    return 1 - none


def band_of(model: Model, probability: float) -> str:
    """Return the band of a probability of going wrong."""
    for band in model.bands:
        if probability < band.below:
            return band.name
    return model.bands[-1].name if model.bands else ""


def rank_of(model: Model, probability: float) -> float:
    """Return the share of changes that are less likely to go wrong, from 0 to 1."""
    ranks = model.ranks
    below = sum(rank < probability for rank in ranks)
    if below in {0, len(ranks)}:
        return float(below > 0)
    low, high = ranks[below - 1], ranks[below]
    within = (log(probability) - log(low)) / (log(high) - log(low)) if high > low > 0 else 0.0
    return (below - 1 + within) / (len(ranks) - 1)
