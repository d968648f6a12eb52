"""From fitted estimators to the artifact that is scored without them."""

from collections.abc import Sequence

from nonevent.risk.artifact import Head, Tree
from nonevent.risk.training.estimator import Fitted

__all__ = ["head_of"]


def head_of(
    name: str, days: int, base: float, fitted: Fitted, calibration: tuple[float, float]
) -> Head:
    """Return the head that a fit makes; exact to the last bit that JSON's numbers carry.

    Raises:
        ValueError: the fit has a forest, which no artifact holds.

    """
    if fitted.forest is not None:
        raise ValueError("a forest is not exported: fit without one")
    trees, start = _trees(fitted)
    slope, offset = calibration
    return Head(
        name=name,
        days=days,
        base=base,
        intercept=fitted.intercept,
        weights=tuple(float(weight) for weight in fitted.weights),
        share=fitted.settings.share if trees else 1.0,
        start=start,
        trees=trees,
        slope=slope,
        offset=offset,
    )


def _trees(fitted: Fitted) -> tuple[tuple[Tree, ...], float]:
    """Return the trees and what their sum begins with; several ensembles count as their mean."""
    many = len(fitted.boosted)
    trees: list[Tree] = []
    start = 0.0
    for model in fitted.boosted:
        start += float(model._baseline_prediction[0, 0]) / many  # noqa: SLF001 - not public
        for (grown,) in model._predictors:  # noqa: SLF001
            trees.append(_tree(grown.nodes, many))
    return tuple(trees), start


def _tree(nodes: Sequence[object], many: int) -> Tree:
    rows = [
        {name: node[name].item() for name in node.dtype.names}  # type: ignore[index, attr-defined]
        for node in nodes
    ]
    return Tree(
        tuple(-1 if row["is_leaf"] else int(row["feature_idx"]) for row in rows),
        tuple(0.0 if row["is_leaf"] else float(row["num_threshold"]) for row in rows),
        tuple(0 if row["is_leaf"] else int(row["left"]) for row in rows),
        tuple(0 if row["is_leaf"] else int(row["right"]) for row in rows),
        tuple(float(row["value"]) / many for row in rows),
    )
