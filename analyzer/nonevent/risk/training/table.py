"""What is learned from: changes with their features, and when what became of them was known."""

from collections.abc import Mapping, Sequence
from typing import NamedTuple

import numpy as np

from nonevent.risk.training.estimator import Labels, Mask, Matrix, Names

__all__ = ["DAY", "HEADS", "UNION", "Kind", "Table", "joined"]

DAY = 86_400.0
UNION = "bad"  # the label of a change that went wrong in either way


class Kind(NamedTuple):
    """What a head predicts."""

    days: int  # within which it happens
    outcomes: frozenset[str]  # words of the history


HEADS: Mapping[str, Kind] = {
    "rollback": Kind(30, frozenset({"reverted", "failed", "rolled back", "incident"})),
    "hotfix": Kind(7, frozenset({"mended", "hotfix"})),
}


class Table(NamedTuple):
    """Changes of one or many repositories; those of one in the order in which they landed."""

    names: tuple[str, ...]  # of the features
    x: Matrix
    repo: Names
    org: Names  # who stands behind: forks and families share people
    time: Matrix  # when it landed, seconds since 1970
    until: Matrix  # the last that is known of its repository
    after: Mapping[str, Matrix]  # head → seconds until it happened; infinite where it did not
    sha: Names

    def label(self, head: str) -> Labels:
        """Return 1 where it happened in time; of "bad" where any did."""
        if head == UNION:
            return np.asarray(np.max([self.label(each) for each in self.after], axis=0))
        return np.asarray(self.after[head] <= HEADS[head].days * DAY, dtype=np.int64)

    def mature(self, days: float, at: Matrix | float | None = None) -> Mask:
        """Tell which changes had `days` to go wrong, as of a moment; without one, of the end.

        Nothing later than that is known of these: a label that a training takes is one that was
        known then.
        """
        return self.time + days * DAY <= (self.until if at is None else at)

    def take(self, rows: Mask) -> "Table":
        """Return some of the rows."""
        return self._replace(
            x=self.x[rows],
            repo=self.repo[rows],
            org=self.org[rows],
            time=self.time[rows],
            until=self.until[rows],
            after={head: values[rows] for head, values in self.after.items()},
            sha=self.sha[rows],
        )

    def columns(self, names: Sequence[str]) -> "Table":
        """Return the table with these features alone."""
        places = [self.names.index(name) for name in names]
        return self._replace(names=tuple(names), x=self.x[:, places])

    def column(self, name: str) -> Matrix:
        """Return one feature."""
        return self.x[:, self.names.index(name)]


def joined(tables: Sequence[Table]) -> Table:
    """Return the tables as one.

    Raises:
        ValueError: their features differ.

    """
    first = tables[0]
    if any(table.names != first.names for table in tables):
        raise ValueError("the tables have different features: mine them with one version")
    return Table(
        first.names,
        np.concatenate([table.x for table in tables]),
        np.concatenate([table.repo for table in tables]),
        np.concatenate([table.org for table in tables]),
        np.concatenate([table.time for table in tables]),
        np.concatenate([table.until for table in tables]),
        {head: np.concatenate([table.after[head] for table in tables]) for head in first.after},
        np.concatenate([table.sha for table in tables]),
    )
