"""How risky what changed since a revision is, and how far such a probability can be trusted.

Both come from the installed model; scikit-learn is met only where the repository has a history of
its own to judge the model on.
"""

import json
import os
from collections.abc import Iterator, Mapping
from typing import Any

from nonevent.ahead import Ahead, Band, Calibration, Scored, Tenth
from nonevent.days import day_of
from nonevent.error import UserError
from nonevent.risk.artifact import Model
from nonevent.risk.measure import kept
from nonevent.scoring import CHANGE, PAST, Asked, assess, find_model, shipped
from nonevent.sources.landed import Commit, open_main_line

__all__ = ["calibration", "with_risk"]

NEWEST = 12  # changes that are told one by one
REASONS = 2  # of each of them
METRICS = "metrics.json"


def with_risk(ahead: Ahead, cwd: str) -> Ahead:
    """Return what lies ahead with its risk, as one change and for the newest of its changes.

    Where no model is in order it says why.
    """
    try:
        findings = [
            found
            for migration in ahead.migrations
            for found in (*migration.findings, *(f for s in migration.steps for f in s.findings))
        ]
        risk = None
        if ahead.landed <= NEWEST:  # the model has seen changes, and no years of them at once
            risk = assess(cwd, Asked(f"{ahead.base}..HEAD"), findings, len(findings))
        changes = tuple(_changes(cwd, ahead.base))
        told = calibration(cwd, PAST if kept(cwd, "")[0] else CHANGE)
    except UserError as error:
        return ahead._replace(missing=str(error))
    return ahead._replace(risk=risk, changes=changes, calibration=told)


def _changes(cwd: str, base: str) -> Iterator[Scored]:
    """Yield the newest changes of the main line, each by itself."""
    for commit in _landed(cwd, base):
        risk = assess(cwd, Asked(f"{commit.parents[0]}..{commit.sha}"), (), 0)
        if risk is not None:
            yield Scored(
                commit.sha,
                commit.subject,
                day_of(commit.committed),
                risk.bad,
                risk.band,
                risk.reasons[:REASONS],
            )


def _landed(cwd: str, base: str) -> list[Commit]:
    """Return the newest commits of the main line since `base`, newest first."""
    with open_main_line(cwd) as line:
        at = line.commit("HEAD")
        commits = {each.sha: each for each in line.commits(at, base)}
    found: list[Commit] = []
    while at in commits and len(found) < NEWEST and commits[at].parents:
        found.append(commits[at])
        at = commits[at].parents[0]
    return found


# -- how far it can be trusted ---------------------------------------------------------------------


def calibration(cwd: str, form: str) -> Calibration | None:
    """Return how the model was measured when it was made; None where no figures came with it.

    Raises:
        UserError: there is no model, or it is not in order.

    """
    store, _ = kept(cwd, "")
    model, _ = find_model("", form, "")
    try:
        with open(os.path.join(shipped(), METRICS), encoding="utf-8") as file:
            measured = json.load(file)["forms"][form]
        if measured["digest"] != model.digest:
            return None  # figures of another model
        numbers = measured["measured"]["bad"]["model"]
        told = Calibration(
            model=model.digest[:12],
            bands=tuple(_bands(model)),
            usual=model.base,
            rows=int(numbers["rows"]),
            repositories=int(numbers["repositories"]),
            error=_between(numbers, "calibration_error"),
            skill=_between(numbers, "brier_skill"),
            auc=_between(numbers, "micro_auc"),
        )
    except (OSError, ValueError, KeyError, TypeError):
        return None
    if not store:
        return told
    own, missing = _own(cwd)
    return told._replace(own=own, missing=missing)


def _between(numbers: Mapping[str, Any], name: str) -> tuple[float, float, float]:
    """Return a figure and the ends of its interval."""
    low, high = numbers["intervals"][name]
    return float(numbers[name]), float(low), float(high)


def _bands(model: Model) -> Iterator[Band]:
    start = 0.0
    for band in model.bands:
        yield Band(band.name, start, band.below, band.share, band.rate)
        start = band.below


def _own(cwd: str) -> tuple[tuple[Tenth, ...], str]:
    """Return how the model tells the repository's own changes, or why that is not known."""
    from nonevent.trainer import tenths

    try:
        return tuple(Tenth(*each) for each in tenths(cwd)), ""
    except UserError as error:
        return (), str(error)
