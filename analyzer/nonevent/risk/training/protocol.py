"""How a model is judged that meets organisations it was never trained on.

Each organisation is left out once, a large one alone, small ones together: the estimator is fitted
to all others' changes, and its calibration, too, comes from predictions for others that were left
out in their turn. Judged are
the last changes of each repository, those of its last three months apart, because what becomes of
them is not known yet.
"""

from collections.abc import Mapping
from typing import NamedTuple

import numpy as np
from joblib import Parallel, delayed

from nonevent.risk.training.estimator import (
    Labels,
    Mask,
    Matrix,
    Names,
    Settings,
    calibrate,
    fit,
    logistic,
)
from nonevent.risk.training.measures import Judged, judge
from nonevent.risk.training.table import UNION, Table

__all__ = ["MATURE", "Unseen", "judged", "late", "unseen"]

MATURE = 90.0  # days after which nothing more is expected to become of a change
GROUPS = 12  # in which organisations are left out
LAST = 0.3  # share of a repository's changes that are judged


class Unseen(NamedTuple):
    """Predictions for changes of organisations that the fit did not know."""

    rows: Table  # mature ones
    log_odds: Mapping[str, Matrix]  # head → of the estimator
    probability: Mapping[str, Matrix]  # head, and "bad" → calibrated


def late(table: Table) -> Mask:
    """Tell which changes are among the last of their repository and mature."""
    found: Mask = np.zeros(len(table.sha), dtype=bool)
    for repo in np.unique(table.repo):
        rows = np.nonzero(table.repo == repo)[0]
        found[rows[int(len(rows) * (1 - LAST)) :]] = True
    return found & table.mature(MATURE)


def unseen(table: Table, settings: Mapping[str, Settings], workers: int = 1) -> Unseen:
    """Return predictions for all mature changes, each by a fit to the other organisations."""
    rows = table.take(table.mature(MATURE))
    odds = {head: _left_out(rows, head, each, workers) for head, each in settings.items()}
    known = {head: _calibrated(odds[head], rows.label(head), rows.org) for head in settings}
    known[UNION] = 1 - np.prod([1 - known[head] for head in settings], axis=0)
    return Unseen(rows, odds, known)


def _left_out(rows: Table, head: str, settings: Settings, workers: int) -> Matrix:
    groups = _groups(rows.org)
    parts = Parallel(n_jobs=workers)(delayed(_one)(rows, head, settings, own) for own in groups)
    found = np.zeros(len(rows.sha))
    for own, part in zip(groups, parts, strict=True):
        found[own] = part
    return found


def _groups(orgs: Names) -> list[Mask]:
    """Return the rows that are left out together: of about equally many, an organisation whole."""
    names, counts = np.unique(orgs, return_counts=True)
    groups: list[list[str]] = [[] for _ in range(min(GROUPS, len(names)))]
    sizes = [0] * len(groups)
    for place in np.argsort(-counts, kind="stable"):
        least = sizes.index(min(sizes))
        groups[least].append(str(names[place]))
        sizes[least] += int(counts[place])
    return [np.isin(orgs, group) for group in groups]


def _one(rows: Table, head: str, settings: Settings, own: Mask) -> Matrix:
    others = rows.take(~own)
    fitted = fit(others.x, others.label(head), rows.names, settings, others.repo)
    return fitted.log_odds(rows.x[own])


def _calibrated(log_odds: Matrix, y: Labels, org: Names) -> Matrix:
    """Return probabilities; the sigmoid for an organisation is fitted to all others."""
    found = np.zeros(len(y))
    for each in np.unique(org):
        own = org == each
        slope, offset = calibrate(log_odds[~own], y[~own])
        found[own] = logistic(slope * log_odds[own] + offset)
    return found


def judged(
    found: Unseen, table: Table, lines: Matrix, churn: Matrix
) -> dict[str, dict[str, Judged]]:
    """Return head → what predicts → measures; beside the model lines added, and few lines first.

    `lines` and `churn` are those of the mature rows: lines added, and all that change.
    """
    mature = table.mature(MATURE)
    test = late(table)[mature]
    repo = found.rows.repo[test]
    told: dict[str, dict[str, Judged]] = {}
    for head, probability in found.probability.items():
        y = found.rows.label(head)[test]
        told[head] = {
            "model": judge(y, probability[test], repo),
            "lines added": judge(y, lines[test], repo, probability=False),
            "1 / lines": judge(y, -churn[test], repo, probability=False),
        }
    return told
