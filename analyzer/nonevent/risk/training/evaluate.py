"""How well a model tells the changes of one history: in windows of time, and whether it drifts."""

from collections.abc import Iterator, Mapping
from itertools import pairwise
from typing import NamedTuple

import numpy as np

from nonevent.days import day_of
from nonevent.risk.artifact import Model
from nonevent.risk.draw import Bar, Panel, draw
from nonevent.risk.training.adapt import probability as probability_of
from nonevent.risk.training.estimator import Labels, Matrix
from nonevent.risk.training.measures import (
    GATES,
    average_precision,
    brier_skill,
    calibration_error,
    capture,
    interval,
    roc_auc,
)
from nonevent.risk.training.table import UNION, Table

__all__ = ["FEW", "Evaluation", "Window", "drawn", "evaluate", "shifts", "tenths", "told"]

FEW = 20  # bad ends without which no ranking is told
WINDOWS = 4
DRAWS = 300
MATURE = 30.0  # days
TOP = 10  # features whose drift is looked at
SHIFTED = 0.25  # https://doi.org/10.3390/risks7020053: a PSI above it is a large shift
_TENTHS = 10
_LEAST = 1e-4  # share of an empty tenth


class Window(NamedTuple):
    """One stretch of time, or all of it."""

    first: str  # day
    last: str
    changes: int
    bad: int
    expected: float  # bad ends that the model expects
    auc: Mapping[str, tuple[float, float, float]]  # what ranks → AUC, and its interval of 95 %
    precision: float  # average
    captures: tuple[float, ...]
    brier: float  # skill against always telling this window's rate
    calibration: float


class Evaluation(NamedTuple):
    """What was measured."""

    whole: Window
    windows: tuple[Window, ...]
    shift: Mapping[str, float]  # feature → PSI of the last window against the first
    rows: Table
    probability: Matrix


def evaluate(model: Model, table: Table) -> Evaluation:
    """Return how well the model tells changes that had time to go wrong.

    Raises:
        ValueError: too few of them went wrong to say anything.

    """
    rows, x, probability = _judged(model, table)
    y = rows.label(UNION)
    cuts = [round(len(y) * part / WINDOWS) for part in range(WINDOWS + 1)]
    parts = [_window(rows, probability, a, b) for a, b in pairwise(cuts)]
    return Evaluation(
        _window(rows, probability, 0, len(y)),
        tuple(parts),
        shifts(model, x[: cuts[1]], x[cuts[-2] :]),
        rows,
        probability,
    )


def tenths(model: Model, table: Table) -> list[Bar]:
    """Return rate against probability for tenths of the changes that had time to go wrong.

    Raises:
        ValueError: too few of them went wrong to say anything.

    """
    rows, _, probability = _judged(model, table)
    return _bars(rows.label(UNION), probability)


def _judged(model: Model, table: Table) -> tuple[Table, Matrix, Matrix]:
    """Return the changes that had time to go wrong, their features and what the model tells."""
    rows = table.take(table.mature(MATURE))
    y = rows.label(UNION)
    if y.sum() < FEW:
        raise ValueError(
            f"{int(y.sum())} of {len(y)} changes went wrong: from {FEW} on a ranking can be judged"
        )
    x = rows.columns(model.features).x
    return rows, x, probability_of(model, x)


def _window(rows: Table, probability: Matrix, start: int, end: int) -> Window:
    part = slice(start, end)
    y, told_ = rows.label(UNION)[part], probability[part]
    bad = int(y.sum())
    nan = float("nan")
    return Window(
        day_of(rows.time[start]),
        day_of(rows.time[end - 1]),
        end - start,
        bad,
        float(told_.sum()),
        {name: _ranked(y, score[part]) for name, score in _rankings(rows, probability).items()},
        average_precision(y, told_),
        tuple(capture(y, told_, gate) for gate in GATES),
        brier_skill(y, told_) if 0 < bad < len(y) else nan,
        calibration_error(y, told_),
    )


def _rankings(rows: Table, probability: Matrix) -> dict[str, Matrix]:
    """Return by what changes are put in order: the model, and what it is compared with."""
    return {
        "model": probability,
        "lines added": rows.column("source_added"),
        "1 / lines": -(rows.column("lines_added") + rows.column("lines_deleted")),
    }


def _ranked(y: Labels, score: Matrix) -> tuple[float, float, float]:
    dice = np.random.default_rng(0)
    if y.sum() < FEW or y.all():
        return float("nan"), float("nan"), float("nan")
    drawn_ = [dice.integers(len(y), size=len(y)) for _ in range(DRAWS)]
    low, high = interval(np.array([roc_auc(y[rows], score[rows]) for rows in drawn_]))
    return roc_auc(y, score), low, high


def shifts(model: Model, before: Matrix, after: Matrix) -> dict[str, float]:
    """Return the population stability index of the features with most weight."""
    weight = np.sum([np.abs(head.weights) for head in model.heads], axis=0)
    top = np.argsort(-weight, kind="stable")[:TOP]
    return {model.features[place]: _psi(before[:, place], after[:, place]) for place in top}


def _psi(before: Matrix, after: Matrix) -> float:
    edges = np.unique(np.quantile(before, np.linspace(0, 1, _TENTHS + 1)[1:-1]))
    shares = [
        np.bincount(np.searchsorted(edges, part), minlength=len(edges) + 1) / len(part)
        for part in (before, after)
    ]
    old, new = (np.maximum(share, _LEAST) for share in shares)
    return float(np.sum((new - old) * np.log(new / old)))


# -- told ----------------------------------------------------------------------------------------


def told(found: Evaluation) -> Iterator[str]:
    """Yield the lines of a report."""
    whole = found.whole
    yield f"{whole.changes:,} changes that had {MATURE:.0f} days to go wrong, {whole.bad:,} did."
    yield ""
    yield f"{'from':<11} {'to':<11} {'changes':>7} {'bad':>5} {'expected':>8}  AUC of the model"
    for window in (*found.windows, whole):
        yield (
            f"{window.first:<11} {window.last:<11} {window.changes:>7,} {window.bad:>5,} "
            f"{window.expected:>8.1f}  {_between(window.auc['model'])}, lines added "
            f"{_between(window.auc['lines added'])}, 1 / lines {_between(window.auc['1 / lines'])}"
        )
    yield ""
    gates = ", ".join(
        f"{share:.0%} in the riskiest {gate:.0%}"
        for gate, share in zip(GATES, whole.captures, strict=True)
    )
    yield f"Of all bad ends: {gates}."
    yield f"Average precision {whole.precision:.3f}, the rate {whole.bad / whole.changes:.3f}."
    yield f"Brier skill {whole.brier:+.3f}, calibration error {whole.calibration:.4f}."
    yield ""
    yield from _drift(found)


def _between(measured: tuple[float, float, float]) -> str:
    value, low, high = measured
    return f"{value:.3f} [{low:.3f}, {high:.3f}]" if value == value else "too few"  # noqa: PLR0124


def _drift(found: Evaluation) -> Iterator[str]:
    moved = {name: value for name, value in found.shift.items() if value > SHIFTED}
    last = found.windows[-1]
    ratio = last.bad / last.expected if last.expected else float("nan")
    yield f"In the last window {ratio:.2f} times as many went wrong as expected."
    if moved:
        listed = ", ".join(f"{name} ({value:.2f})" for name, value in moved.items())
        yield f"Features that have shifted since the first window (PSI above {SHIFTED}): {listed}."
    else:
        yield f"None of the {TOP} weightiest features has shifted (PSI above {SHIFTED})."
    model, lines = (last.auc[name][0] for name in ("model", "lines added"))
    if model < lines:
        yield "In the last window lines added alone ranked better than the model."


# -- drawn ---------------------------------------------------------------------------------------


def drawn(found: Evaluation, title: str) -> str:
    """Return ROC, precision and recall, calibration and captures as one SVG."""
    y = found.rows.label(UNION)
    rankings = _rankings(found.rows, found.probability)
    curves = {name: _curve(y, score) for name, score in rankings.items()}
    bad, good = int(y.sum()), int((1 - y).sum())
    bars = _bars(y, found.probability)
    top = max((bar.high for bar in bars), default=1.0)
    return draw(
        title,
        [
            Panel(
                "Receiver operating characteristic",
                "share of good changes passed over",
                "share of bad ends caught",
                {
                    name: [((taken - hit) / good, hit / bad) for taken, hit in points]
                    for name, points in curves.items()
                },
            ),
            Panel(
                "Precision and recall",
                "share of bad ends caught",
                "share of bad among those taken",
                {
                    name: [(hit / bad, hit / taken) for taken, hit in points if taken]
                    for name, points in curves.items()
                },
            ),
            Panel(
                "Calibration, tenths of equally many changes",
                "probability told",
                "share that went wrong, interval of 95 %",
                {"as told": [(0.0, 0.0), (top, top)]},
                bars,
                top,
                top,
            ),
            Panel(
                "Caught in the riskiest changes",
                "share of changes",
                "share of bad ends",
                {
                    name: [(taken / len(y), hit / bad) for taken, hit in points]
                    for name, points in curves.items()
                },
            ),
        ],
    )


def _curve(y: Labels, score: Matrix) -> list[tuple[int, int]]:
    """Return how many are taken and how many of these went wrong, at up to 200 places."""
    order = np.argsort(-score, kind="stable")
    hits = np.concatenate([[0], np.cumsum(y[order])])
    places = np.unique(np.linspace(0, len(y), 200).astype(int))
    return [(int(place), int(hits[place])) for place in places]


def _bars(y: Labels, probability: Matrix) -> list[Bar]:
    """Return rate against probability for tenths of the changes, with Wilson's interval."""
    order = np.argsort(probability, kind="stable")
    bars = []
    for part in np.array_split(order, _TENTHS):
        rate, size, z = float(y[part].mean()), len(part), 1.96
        middle = (rate + z * z / (2 * size)) / (1 + z * z / size)
        reach = z * np.sqrt(rate * (1 - rate) / size + z * z / (4 * size * size))
        reach = float(reach / (1 + z * z / size))
        bars.append(Bar(float(probability[part].mean()), middle - reach, rate, middle + reach))
    return bars
