"""The changes of a history as a table to learn from."""

from collections.abc import Iterable, Mapping, Sequence

import numpy as np

from nonevent.risk.history import ChangeRow, History
from nonevent.risk.training.estimator import Matrix
from nonevent.risk.training.table import HEADS, Kind, Table

__all__ = ["of_history"]

NEVER = float("inf")
FIRST = 100  # changes of a repository that are read and not learned from: their past is thin
HALF = 0.5  # weight from which an outcome is this change's own, and not one of several's
PART = "part"  # evidence: only a part of the change was taken back


def of_history(history: History, names: Sequence[str], repo: str, org: str) -> Table:
    """Return the changes of a history that count: people's, of what is deployed, with a past."""
    rows = [row for row in history.changes() if row.scored and row.number >= FIRST]
    known = {head: _first(history, kind) for head, kind in HEADS.items()}
    until = max((row.time for row in history.changes()), default=0.0)
    x = np.array([row.features for row in rows], dtype=np.float64).reshape(len(rows), len(names))
    return Table(
        tuple(names),
        x,
        np.full(len(rows), repo),
        np.full(len(rows), org),
        np.array([row.time for row in rows]),
        np.full(len(rows), until),
        {head: _after(rows, when) for head, when in known.items()},
        np.array([row.sha for row in rows], dtype=np.str_),
    )


def _first(history: History, kind: Kind) -> dict[str, float]:
    """Return when each change was first known to have gone wrong."""
    found: dict[str, float] = {}
    for outcome in history.outcomes():
        if outcome.kind in kind.outcomes and outcome.evidence != PART and outcome.weight >= HALF:
            found[outcome.sha] = min(outcome.at, found.get(outcome.sha, NEVER))
    return found


def _after(rows: Iterable[ChangeRow], known: Mapping[str, float]) -> Matrix:
    return np.array([max(known.get(row.sha, NEVER) - row.time, 0.0) for row in rows])
