"""The risk model on organisations it never saw: `unseen_organisations.py PARQUET [SHARE]`.

PARQUET is a table of changes with their features at merge time and what became of them: columns
`repo`, `org`, `t`, `t_end`, `popl`, `dt_rev`, `dt_fix` (seconds until a change was taken back or
its lines were fixed) and from `la` on the features. It is read with the estimator and the protocol
that make and judge the shipped model; reading it needs pyarrow. SHARE is the linear part's share
in the log-odds, 1 without it: no trees.

Rates of persons (`a_rev_rate`, `a_szz_rate`) are left out, as in the product.
"""

# ruff: noqa: T201 - a script, started by its path, that prints

import sys
from pathlib import Path

import numpy as np
import pandas as pd

from nonevent.risk.training.estimator import Settings
from nonevent.risk.training.measures import Judged
from nonevent.risk.training.protocol import MATURE, judged, unseen
from nonevent.risk.training.table import Table

PERSONAL = ("a_rev_rate", "a_szz_rate")


def main(file: Path, share: float) -> None:
    """Print a row for each head and predictor."""
    table = read(file)
    settings = {head: Settings(share=share) for head in table.after}
    found = unseen(table, settings, workers=2)
    mature = table.mature(MATURE)
    added, deleted, source = (table.column(name)[mature] for name in ("la", "ld", "s_la"))
    print(f"{len(table.sha)} changes of {len(np.unique(table.repo))} repositories")
    for head, told in judged(found, table, source, added + deleted).items():
        for name, measured in told.items():
            print(row(head, name, measured))


def read(file: Path) -> Table:
    """Return the scored population of the file."""
    rows = pd.read_parquet(file).sort_values(["repo", "unit"], kind="stable")
    rows = rows[rows["popl"] == 1]
    names = [name for name in rows.columns[rows.columns.get_loc("la") :] if name not in PERSONAL]
    after = {"rollback": "dt_rev", "hotfix": "dt_fix"}
    return Table(
        tuple(names),
        rows[names].fillna(0.0).to_numpy(dtype=np.float64),
        rows["repo"].to_numpy(dtype=np.str_),
        rows["org"].to_numpy(dtype=np.str_),
        rows["t"].to_numpy(dtype=np.float64),
        rows["t_end"].to_numpy(dtype=np.float64),
        {
            head: rows[column].fillna(np.inf).to_numpy(dtype=np.float64)
            for head, column in after.items()
        },
        rows["sha"].to_numpy(dtype=np.str_),
    )


def row(head: str, name: str, told: Judged) -> str:
    """Return one line of the table, with intervals of 95 % over repositories."""
    found = [
        f"{head:<9} {name:<12} rows {told.rows} bad {told.bad} repos {told.repositories}",
        f"macro {told.macro_auc:.3f} {_between(told, 'macro_auc')}",
        f"micro {told.micro_auc:.3f} {_between(told, 'micro_auc')}",
        "top 5/10/20 % " + "/".join(f"{each:.3f}" for each in told.captures),
    ]
    if not np.isnan(told.brier_skill):
        found.append(f"Brier skill {told.brier_skill:+.3f} {_between(told, 'brier_skill')}")
        error = f"{told.calibration_error:.4f}"
        found.append(f"calibration error {error} {_between(told, 'calibration_error')}")
    return "  ".join(found)


def _between(told: Judged, name: str) -> str:
    low, high = told.intervals[name]
    return f"[{low:.3f}, {high:.3f}]"


if __name__ == "__main__":
    main(Path(sys.argv[1]), float(sys.argv[2]) if len(sys.argv) > 2 else 1.0)
