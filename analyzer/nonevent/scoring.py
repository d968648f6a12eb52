"""A change, its past where a history knows it, and a trained model → how likely it goes wrong.

Nothing of the change has a say in how it is scored. The model is an installed package's, one that
was made from the repository's history, or one that the command line names; settings of the
project are not read.
"""

import os
from collections.abc import Sequence
from importlib import import_module
from typing import NamedTuple

from nonevent.entrypoints import entry_points, folders
from nonevent.error import UserError
from nonevent.finding import SEVERITIES, Finding
from nonevent.prospect import Precedent, Risk
from nonevent.report import Report
from nonevent.risk.artifact import Model, load
from nonevent.risk.explain import Told, alternatives, contributions, reasons
from nonevent.risk.features import FEATURES, OF_CHANGE, Group, names
from nonevent.risk.measure import Measured, kept, measure, measure_patch
from nonevent.risk.readiness import readiness
from nonevent.risk.score import band_of, rank_of

__all__ = ["GROUP", "OWN", "Asked", "assess", "beside", "find_model", "run", "shipped"]

GROUP = "nonevent.models"
PACKAGE = "nonevent_models"  # where nothing says what is installed
OWN = "risk-{form}.json"  # made from the repository's history, beside it
CHANGE, PAST = "change", "past"  # what a model knows: the change alone, or also what was before


class Asked(NamedTuple):
    """What is to be scored, and with what."""

    revisions: str = ""  # "BASE", "A..B" or "A...B"; "" what is staged
    history: str = ""  # a file; "" the usual one, where it is there
    model: str = ""  # a folder with artifacts; "" that of the history, else the installed ones
    trust: str = ""  # "base": settings, baseline and facts of the version before count
    patch: str = ""  # a file with a unified diff; then there are no revisions


def run(asked: Asked, form: str, fail_above: float | None) -> int:
    """Score a change beside what the rules find, print it and return the exit code.

    Raises:
        UserError: a revision, the history or the model is not there or not in order.

    """
    from nonevent import config, output, pipeline
    from nonevent.options import BASE, Given, complete

    folder = output.working_directory()
    source: Given = {"diff": asked.revisions} if asked.revisions else {"staged": True}
    if asked.patch:
        source = {"patch": asked.patch}
    if asked.trust == BASE:
        from nonevent.trust import settle

        options, settings, _, told = settle({**source, "trust": BASE}, folder)
        report = pipeline.conclude(pipeline.begin(options, settings, folder, told=told), options)
    else:
        settings = config.load(folder)
        options = complete(source, settings.settings)
        report = pipeline.check(options, settings, folder)
    risk = assess(folder, asked, report.findings, _blockers(report))
    if risk is None:
        what = f"'{asked.revisions}' changes nothing" if asked.revisions else "nothing is staged"
        raise UserError(f"{what}: there is nothing to score")
    passed = fail_above is not None and risk.bad > fail_above
    report = report._replace(risk=risk, exit_code=report.exit_code or int(passed))
    if form == "text":
        from nonevent.reports.risk_text import lines

        output.to_stdout("".join(f"{line}\n" for line in lines(risk)))
    else:
        from nonevent.options import Output
        from nonevent.reports import render
        from nonevent.sources.ci import suited

        form = suited((Output(form),), os.environ)[0][0].format
        output.to_stdout(render(report, form), "utf-8")
    return report.exit_code


def beside(cwd: str, revisions: str, report: Report) -> Risk | None:
    """Return the risk for the last line of a check; None where there is none to tell.

    What is wrong with a history or a model is told by `nonevent score`; it fails no check.
    """
    if report.base:  # what `revisions` stood for
        revisions = f"{report.base}..{report.head or 'HEAD'}"
    try:
        return assess(cwd, Asked(revisions), report.findings, _blockers(report))
    except UserError:
        return None


def _blockers(report: Report) -> int:
    if report.fail_on not in SEVERITIES:
        return 0
    failing = SEVERITIES[: SEVERITIES.index(report.fail_on) + 1]
    return sum(found.severity in failing for found in report.findings)


def assess(cwd: str, asked: Asked, findings: Sequence[Finding], blockers: int) -> Risk | None:
    """Return how likely a change is to go wrong; None where it holds nothing to score.

    Raises:
        UserError: a revision, the history or the model is not there or not in order.

    """
    store, refused = kept(cwd, asked.history)
    if asked.patch:
        from nonevent.incoming import read_patch

        measured: Measured | None = measure_patch(read_patch(asked.patch, cwd), store)
    else:
        measured = measure(cwd, asked.revisions, store)
    if measured is None:
        return None
    form = PAST if measured.known else CHANGE
    model, adapted = find_model(asked.model, form, store)
    places = [names().index(name) for name in model.features]
    values = _values(model, places, measured)
    told = contributions(model, values)
    features = {feature.name: feature for feature in FEATURES}
    return Risk(
        bad=told.bad,
        rollback=_of(told, "rollback"),
        hotfix=_of(told, "hotfix"),
        usual=model.base,
        band=band_of(model, told.bad),
        rank=rank_of(model, told.bad),
        blockers=blockers,
        readiness=readiness(told.bad, findings),
        reasons=reasons(model, values, told, features),
        alternatives=alternatives(model, values, told.bad),
        precedents=_precedents(store, model, places, told, measured),
        knows=f"the change and {measured.known:,} before it" if measured.known else "the change",
        measured="adapted to this repository" if adapted else "measured on other organisations",
        model=model.digest[:12],
        place=measured.place,
        missing=measured.missing or refused,
    )


def _of(told: Told, name: str) -> float:
    return next((each.probability for each in told.heads if each.head.name == name), 0.0)


def _values(model: Model, places: Sequence[int], measured: Measured) -> list[float]:
    """Return the model's features; where no title is known yet those of a title count as usual."""
    from math import expm1

    values = [measured.values[place] for place in places]
    if not measured.titled:
        for column, place in enumerate(places):
            if FEATURES[place].group in {Group.PURPOSE, Group.RELAND}:
                mean = model.mean[column]
                values[column] = expm1(mean) if mean >= 0 else -expm1(-mean)
    return values


def _precedents(
    store: str, model: Model, places: Sequence[int], told: Told, measured: Measured
) -> tuple[Precedent, ...]:
    if not measured.known:
        return ()
    from nonevent.risk.history import open_history
    from nonevent.risk.nearest import Compared, precedents

    asked = Compared(told, measured.paths, measured.known)
    with open_history(store, make=False) as history:
        return precedents(history, model, places, asked)


# -- models --------------------------------------------------------------------------------------


def find_model(folder: str, form: str, store: str) -> tuple[Model, bool]:
    """Return the model of a form, and whether it was adapted to the repository.

    Raises:
        UserError: it is not there or not in order.

    """
    if not folder and store:
        own = os.path.join(os.path.dirname(store), OWN.format(form=form))
        if os.path.isfile(own) and not os.path.islink(own):
            return _read(own), True
    return _read(os.path.join(folder or shipped(), f"{form}.json")), False


def shipped() -> str:
    """Return the folder of the installed models.

    Raises:
        UserError: there is none.

    """
    import sys

    for point in entry_points(GROUP, sys.path):
        package = import_module(point.value)
        return next(iter(package.__path__))
    # An installation from before there was a model, of a work tree that was updated since.
    for folder in folders(sys.path):
        place = os.path.join(folder, PACKAGE)
        if os.path.isfile(os.path.join(place, f"{CHANGE}.json")):
            return place
    raise UserError(f"no model is installed: the package {PACKAGE} is missing")


def _read(file: str) -> Model:
    known = names(FEATURES) if os.path.basename(file).find(PAST) >= 0 else names(OF_CHANGE)
    try:
        with open(file, "rb") as stream:
            return load(stream.read(), known)
    except OSError as error:
        raise UserError(f"the model {file!r} cannot be read: {error.strerror}") from None
    except ValueError as error:
        raise UserError(f"{file!r}: {error}") from None
