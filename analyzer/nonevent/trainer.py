"""The commands `nonevent train` and `nonevent evaluate`."""

import os
from collections.abc import Iterator
from importlib import import_module
from typing import Any

from nonevent.error import UserError
from nonevent.historian import place_of_store
from nonevent.output import replace_file, to_file, to_stdout
from nonevent.progress import counting, progress
from nonevent.risk.artifact import Model, dump
from nonevent.risk.features import names
from nonevent.risk.history import open_history
from nonevent.scoring import OWN, PAST, find_model

__all__ = ["evaluate", "tenths", "train"]

EXTRA = "training and evaluating need further packages: pip install 'nonevent[risk]'"


def train(repository: str, store: str, *, dry: bool, quiet: bool = False) -> int:
    """Adapt the shipped model to a history, if that is better, and return the exit code.

    Raises:
        UserError: there is no history, or what training needs is not installed.

    """
    adapt = _training("adapt")
    file = place_of_store(repository, store)
    model, _ = find_model("", PAST, "")
    with progress(quiet=quiet) as line:
        changed, heads = adapt.adapt(model, _table(file), counting(line, "folds"))
    place = os.path.join(os.path.dirname(file), OWN.format(form=PAST))
    lines = [line for head in heads for line in _told(head)]
    if changed is model:
        lines.append("Nothing is changed: the shipped model is used as it is.")
        if not dry and os.path.isfile(place):
            os.unlink(place)
    elif not dry:
        replace_file(place, dump(changed).encode())
        lines.append(f"From now on `nonevent score` uses {place}.")
    if not quiet:
        to_stdout("".join(f"{text}\n" for text in lines))
    return 0


def _told(adapted: Any) -> Iterator[str]:
    yield f"{adapted.head.name}: {adapted.bad:,} of {adapted.changes:,} changes"
    if not adapted.tested:
        yield "  too few to adapt to: from 50 on the shipped model gets a level of its own"
        return
    for tested in adapted.tested:
        mark = "<- used" if tested.way == adapted.chosen else ""
        gain = f"AUC {tested.auc:.3f}, better by {tested.gain:.1f} standard errors"
        yield f"  {tested.way:<20} log loss {tested.loss:.5f}  {gain}  {mark}".rstrip()


def evaluate(repository: str, store: str, svg: str, *, quiet: bool = False) -> int:
    """Print how well the shipped model tells a history, draw it and return the exit code.

    Raises:
        UserError: there is no history, too little of it, or what it needs is not installed.

    """
    evaluating, adapt = _training("evaluate"), _training("adapt")
    file = place_of_store(repository, store)
    table = _table(file)
    model, _ = find_model("", PAST, "")
    try:
        found = evaluating.evaluate(model, table)
    except ValueError as error:
        raise UserError(str(error)) from None
    lines = [*evaluating.told(found), "", "Adapted to this history, judged forward in time:"]
    with progress(quiet=quiet) as line:
        _, heads = adapt.adapt(model, table, counting(line, "folds"))
    lines += [line for head in heads for line in _told(head)]
    to_stdout("".join(f"{line}\n" for line in lines))
    if svg:
        to_file(svg, evaluating.drawn(found, _title(model)))
    return 0


def tenths(repository: str) -> list[tuple[float, float, float, float]]:
    """Return how the shipped model tells a history, by tenths of its changes.

    For each the mean probability that is told, and what came: an interval of 95 % and, between
    its ends, the share.

    Raises:
        UserError: there is no history, too little of it, or what it needs is not installed.

    """
    evaluating = _training("evaluate")
    model, _ = find_model("", PAST, "")
    try:
        found = evaluating.tenths(model, _table(place_of_store(repository, "")))
    except ValueError as error:
        raise UserError(str(error)) from None
    return [tuple(bar) for bar in found]


def _title(model: Model) -> str:
    return f"nonevent risk model {model.digest[:12]} on this history"


def _table(file: str) -> Any:
    mined = _training("mined")
    with open_history(file, make=False) as history:
        if not history.fits():
            raise UserError("the history is of another version: run `nonevent history mine`")
        table = mined.of_history(history, names(), "here", "here")
    if not len(table.sha):
        raise UserError("the history holds no changes to learn from: it needs more than 100")
    return table


def _training(name: str) -> Any:
    """Return a module of the training half.

    Raises:
        UserError: what it needs is not installed.

    """
    try:
        return import_module(f"nonevent.risk.training.{name}")
    except ImportError as error:
        raise UserError(f"{EXTRA} (no module {error.name!r})") from None
