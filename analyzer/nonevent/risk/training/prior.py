"""The model that is shipped: fitted to the changes of many organisations, judged on each unseen."""

from collections.abc import Mapping
from typing import Any, NamedTuple

import numpy as np

from nonevent.days import day_of
from nonevent.risk.artifact import Band, Head, Model, digest
from nonevent.risk.training.estimator import Labels, Matrix, Settings, calibrate, fit
from nonevent.risk.training.export import head_of
from nonevent.risk.training.measures import Judged
from nonevent.risk.training.protocol import MATURE, Unseen, judged, unseen
from nonevent.risk.training.table import HEADS, UNION, Table

__all__ = ["SETTINGS", "Made", "bands", "make", "ranks"]

# Boosted trees, alone or averaged in, ranked changes of unseen organisations worse than the linear
# part by itself: docs/risk.md.
SETTINGS: Mapping[str, Settings] = {
    "rollback": Settings(strength=0.001, share=1.0),
    "hotfix": Settings(strength=0.001, share=1.0),
}
LOW, HIGH = 0.5, 2.0  # of the usual rate: where the bands meet
LINES, CHURN = "source_added", ("lines_added", "lines_deleted")


class Made(NamedTuple):
    """A model and how it was judged."""

    model: Model
    told: Mapping[str, Mapping[str, Judged]]  # head → what predicts → measures
    bands: tuple[Band, ...]


def make(table: Table, settings: Mapping[str, Settings] = SETTINGS, workers: int = 1) -> Made:
    """Return the model that a table makes.

    Raises:
        ValueError: it has fewer than two organisations, or a head has nothing to learn.

    """
    if len(np.unique(table.org)) < 2:  # noqa: PLR2004
        raise ValueError("a model for others is judged by leaving organisations out: give two")
    found = unseen(table, settings, workers)
    y, probability = found.rows.label(UNION), found.probability[UNION]
    model = Model(
        features=table.names,
        mean=(),
        scale=(),
        limit=0.0,
        heads=(),
        bands=bands(y, probability),
        ranks=ranks(probability),
        base=float(y.mean()),
        digest="",
        trained=_card(found.rows),
    )
    model = _fitted(model, found, settings)
    model = model._replace(digest=digest(model))
    mature = table.mature(MATURE)
    churn = np.sum([table.column(name)[mature] for name in CHURN], axis=0)
    told = judged(found, table, table.column(LINES)[mature], churn)
    return Made(model, told, model.bands)


def _fitted(model: Model, found: Unseen, settings: Mapping[str, Settings]) -> Model:
    rows = found.rows
    heads: list[Head] = []
    for name, each in settings.items():
        y = rows.label(name)
        fitted = fit(rows.x, y, rows.names, each, rows.repo)
        calibration = calibrate(found.log_odds[name], y)
        heads.append(head_of(name, HEADS[name].days, float(y.mean()), fitted, calibration))
        model = model._replace(
            mean=tuple(map(float, fitted.mean)),
            scale=tuple(map(float, fitted.scale)),
            limit=each.limit,
        )
    return model._replace(heads=tuple(heads))


def bands(y: Labels, probability: Matrix) -> tuple[Band, ...]:
    """Return the bands: told less than half the usual rate, or more than twice it, or between.

    Each has the rate that was then measured.
    """
    rate = float(y.mean())
    found = []
    start = 0.0
    for name, end in (("low", LOW * rate), ("usual", HIGH * rate), ("high", 1.0)):
        own = (probability >= start) & (probability < end)
        share = float(own.mean())
        found.append(Band(name, end, float(y[own].mean()) if share else rate, share))
        start = end
    return tuple(found)


def ranks(probability: Matrix) -> tuple[float, ...]:
    """Return the percentiles of the probabilities."""
    return tuple(float(each) for each in np.percentile(probability, np.arange(101)))


def _card(rows: Table) -> dict[str, Any]:
    return {
        "repositories": len(np.unique(rows.repo)),
        "organisations": len(np.unique(rows.org)),
        "changes": len(rows.sha),
        "first": day_of(rows.time.min()),
        "last": day_of(rows.time.max()),
        "went wrong": {head: int(rows.label(head).sum()) for head in (*rows.after, UNION)},
    }
