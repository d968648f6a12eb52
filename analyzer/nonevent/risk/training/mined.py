"""The changes of a history as a table to learn from."""

from collections.abc import Iterable, Mapping, Sequence

import numpy as np

from nonevent.risk.history import ChangeRow, History
from nonevent.risk.pushes import NEARBY, combined, pushes
from nonevent.risk.training.estimator import Matrix
from nonevent.risk.training.table import HEADS, Kind, Table

__all__ = ["of_history"]

NEVER = float("inf")
FIRST = 100  # changes of a repository that are read and not learned from: their past is thin
HALF = 0.5  # weight from which an outcome is this change's own, and not one of several's
PART = "part"  # evidence: only a part of the change was taken back


def of_history(history: History, names: Sequence[str], repo: str, org: str) -> Table:
    """Return the changes of a history that count: people's, of what is deployed, with a past.

    What landed together is one change: it is deployed, and was looked at, as one.
    """
    landed = list(history.changes())
    groups = [group for group in pushes(landed) if _counts(group)]
    known = {head: _first(history, kind) for head, kind in HEADS.items()}
    until = max((row.time for row in landed), default=0.0)
    told = [_told(group, landed) for group in groups]
    x = np.array(told, dtype=np.float64).reshape(len(groups), len(names))
    return Table(
        tuple(names),
        x,
        np.full(len(groups), repo),
        np.full(len(groups), org),
        np.array([group[-1].time for group in groups]),
        np.full(len(groups), until),
        {head: _after(groups, when) for head, when in known.items()},
        np.array([group[-1].sha for group in groups], dtype=np.str_),
    )


def _counts(group: Sequence[ChangeRow]) -> bool:
    return group[0].number >= FIRST and any(row.scored for row in group)


def _told(group: Sequence[ChangeRow], landed: Sequence[ChangeRow]) -> tuple[float, ...]:
    """Return the features of what landed together; a change stands at the place of its number."""
    first = group[0].number
    return combined(group, landed[max(0, first - NEARBY) : first])


def _first(history: History, kind: Kind) -> dict[str, float]:
    """Return when each change was first known to have gone wrong."""
    found: dict[str, float] = {}
    for outcome in history.outcomes():
        if outcome.kind in kind.outcomes and outcome.evidence != PART and outcome.weight >= HALF:
            found[outcome.sha] = min(outcome.at, found.get(outcome.sha, NEVER))
    return found


def _after(groups: Iterable[Sequence[ChangeRow]], known: Mapping[str, float]) -> Matrix:
    """Return the seconds until any change of a group is known to have gone wrong."""
    return np.array(
        [max(min(known.get(r.sha, NEVER) for r in group) - group[-1].time, 0.0) for group in groups]
    )
