"""The estimator of the risk model on two published tables: `published_risk.py FOLDER [TABLE …]`.

FOLDER holds `lapredict6/` with the six projects of LApredict (Zeng et al., ISSTA 2021,
https://doi.org/10.1145/3460319.3464819), one `NAME.csv.gz` each, and `apachejit-test-small.csv.gz`
(Keshavarz and Nagappan, MSR 2022, https://doi.org/10.1145/3524842.3527996). Both are the
authors' rows; nothing of them is kept here. TABLE is `lapredict` or `apachejit`, both without it.

The splits are the published ones: the first 80 % of each project in time against its last 20 %;
the first 70 % of ApacheJIT in time against its last 30 %. Features are the fourteen of Kamei et
al. and what can be computed from these columns and from changes before: ratios, distances from
what is usual in the project, how often it changes. Of ApacheJIT, which has many projects, the
rate of bad changes in a project's training rows is one more. A test row's label is used to
measure and for nothing else.
"""

# ruff: noqa: T201 - a script, started by its path, that prints

import sys
from pathlib import Path

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from nonevent.risk.training.estimator import Matrix, Settings, Shape, fit
from nonevent.risk.training.measures import roc_auc

PROJECTS = ("qt", "openstack", "jdt", "platform", "gerrit", "go")
PUBLISHED = (0.744, 0.749, 0.676, 0.746, 0.750, 0.683)  # lines added alone, as the study printed
KAMEI = (
    *("la", "ld", "nf", "ns", "nd", "entropy", "lt"),
    *("fix", "ndev", "age", "nuc", "exp", "rexp", "sexp"),
)
USUAL = ("la", "ld", "nf", "entropy", "lt", "ndev", "nuc", "exp")
RISING = ("la", "nf", "entropy")
WEEK = 7 * 86400
HALVES = 200  # changes after which what is usual counts half
SMALL = Shape(rounds=150, rate=0.05, leaves=8, least=60, penalty=5.0, columns=0.4)
SETTINGS = Settings(
    strength=0.1, share=0.0, shape=SMALL, seeds=3, forest=300, rising=RISING, half_life=0.5
)
APACHE = SETTINGS._replace(
    strength=0.03,
    share=0.5,
    forest=0,
    half_life=0.0,
    shape=Shape(rounds=120, rate=0.05, leaves=6, least=40, penalty=5.0, columns=0.4),
)


def main(folder: Path, tables: list[str]) -> None:
    """Print the tables."""
    if "lapredict" in tables:
        lapredict(folder / "lapredict6")
    if "apachejit" in tables:
        apachejit(folder / "apachejit-test-small.csv.gz")


def lapredict(folder: Path) -> None:
    """Print the AUC of lines added and ours, a row for each project, and their means."""
    print(f"{'project':<10} {'changes':>8} {'published':>10} {'lines added':>12} {'ours':>7}")
    told = []
    for name, published in zip(PROJECTS, PUBLISHED, strict=True):
        rows = pd.read_csv(folder / f"{name}.csv.gz").rename(columns={"entrophy": "entropy"})
        cut = int(len(rows) * 0.8)
        y = rows["bug"].to_numpy(dtype=np.int64)
        table = derived(rows[list(KAMEI)].astype(float))
        table = surrounded(table, rows["date"].to_numpy(dtype=float))
        alone = roc_auc(y[cut:], rows["la"].to_numpy(dtype=float)[cut:])
        told.append((published, alone, learned(table, y, cut, SETTINGS)))
        print(f"{name:<10} {len(y):>8} {published:>10.3f} {alone:>12.3f} {told[-1][2]:>7.3f}")
    means = np.mean(told, axis=0)
    print(f"{'mean':<10} {'':>8} {means[0]:>10.3f} {means[1]:>12.3f} {means[2]:>7.4f}")


def apachejit(file: Path) -> None:
    """Print the AUC of lines added and ours."""
    rows = pd.read_csv(file).sort_values("author_date", kind="stable").reset_index(drop=True)
    names = {"ent": "entropy", "aexp": "exp", "arexp": "rexp", "asexp": "sexp"}
    rows = rows.rename(columns=names)
    cut = int(len(rows) * 0.7)
    y = rows["buggy"].to_numpy(dtype=np.int64)
    plain = rows[[name for name in KAMEI if name in rows]].astype(float)
    alone = roc_auc(y[cut:], plain["la"].to_numpy()[cut:])
    print(f"ApacheJIT small: {cut} rows before, {len(y) - cut} after, {y[cut:].mean():.1%} buggy")
    print(f"lines added                          {alone:.3f}")
    print(f"ours, the thirteen features          {learned(plain, y, cut, APACHE):.3f}")
    base = y[:cut].mean()
    known = pd.Series(y[:cut]).groupby(rows["project"][:cut]).agg(["sum", "count"])
    rate = (known["sum"] + 10 * base) / (known["count"] + 10)
    with_rate = plain.assign(rate=1000 * rows["project"].map(rate).fillna(base))
    print(f"ours, and the project's rate before  {learned(with_rate, y, cut, APACHE):.3f}")


def derived(table: pd.DataFrame) -> pd.DataFrame:
    """Return the table with ratios of its columns."""
    files = table["nf"].clip(lower=1)
    return table.assign(
        even=table["entropy"] / np.log2(files.clip(lower=2)),
        la_lt=table["la"] / (table["lt"] + 1),
        ld_lt=table["ld"] / (table["lt"] + 1),
        churn=table["la"] + table["ld"],
        net=table["la"] - table["ld"],
        la_file=table["la"] / files,
        lt_file=table["lt"] / files,
        nuc_file=table["nuc"] / files,
        ndev_file=table["ndev"] / files,
        sexp_share=table["sexp"] / (table["exp"] + 1),
        rexp_share=table["rexp"] / (table["exp"] + 1),
        new=(table["lt"] == 0).astype(float),
    )


def surrounded(table: pd.DataFrame, time: Matrix) -> pd.DataFrame:
    """Return the table with what the changes before tell: how often, and how large they were."""
    week = np.arange(len(time)) - np.searchsorted(time, time - WEEK)
    logs = np.log1p(table[list(USUAL)].clip(lower=0))
    usual = logs.ewm(halflife=HALVES).mean().shift(1).fillna(0.0)
    return table.assign(
        gap=np.diff(time, prepend=time[0]),
        week=week.astype(float),
        **{f"{name}_here": logs[name] - usual[name] for name in USUAL},
    )


def learned(table: pd.DataFrame, y: NDArray[np.int64], cut: int, settings: Settings) -> float:
    """Return the AUC after the cut of what was fitted before it."""
    x = table.to_numpy(dtype=np.float64)
    fitted = fit(x[:cut], y[:cut], list(table.columns), settings)
    return roc_auc(y[cut:], fitted.log_odds(x[cut:]))


if __name__ == "__main__":
    main(Path(sys.argv[1]), sys.argv[2:] or ["lapredict", "apachejit"])
