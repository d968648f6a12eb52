"""`nonevent baseline`: accept what is there, show what is accepted, take out what is gone."""

import os
from collections import Counter
from collections.abc import Iterator
from typing import NamedTuple

from nonevent import config as config_of
from nonevent import output, pipeline
from nonevent.baseline import Baseline, Entry, date_of, entries_of, find, judge, read, text_of
from nonevent.error import UserError
from nonevent.judge import audible
from nonevent.options import Given, Options, complete
from nonevent.pipeline import Run
from nonevent.plain import table
from nonevent.progress import progress
from nonevent.reports.inert import defuse, visible
from nonevent.reports.serial import dumps
from nonevent.reports.summary import counted

__all__ = ["create", "prune", "show", "states"]


class Place(NamedTuple):
    """A baseline and the run that it is compared with."""

    path: str  # of the file, absolute
    name: str  # as the user knows it
    known: Baseline  # without entries where there is no file yet
    run: Run
    options: Options


def create(given: Given, *, reason: str = "", owner: str = "", until: str = "") -> int:
    """Write a baseline that accepts what a run of the whole project reports; return 0.

    An entry that is there keeps its reason, owner and day; one whose finding is gone is left out,
    as one is that has run out.

    Raises:
        UserError: the file is no baseline, cannot be written, or `until` is no day.

    """
    if until:
        date_of(until, "--until")
    place = _place(given)
    run = place.run
    shown = list(audible(run.outcome.findings, place.options.persona))
    said = judge(place.known, shown, run.outcome.lines, run.root)
    kept = [entry for _, entry in said.accepted]
    left = entries_of(said.left, run.outcome.lines, run.root, place.known.folder)
    new = [entry._replace(reason=reason, owner=owner, until=until) for entry in left]
    elsewhere = [entry for entry in said.unmatched if entry.rule not in run.task.judge.chosen]
    output.to_file(place.path, text_of([*kept, *new, *elsewhere]))
    gone = len(said.unmatched) - len(elsewhere)
    parts = [f"{len(new)} new", f"{len(kept) + len(elsewhere)} known"]
    parts += [f"{counted(gone, 'stale entry')} left out"] if gone else []
    total = len(kept) + len(new) + len(elsewhere)
    if not place.options.quiet:
        output.to_stdout(f"{place.name} accepts {counted(total, 'finding')}: {', '.join(parts)}.\n")
    return 0


def show(given: Given, *, form: str = "text") -> int:
    """Print the entries of the baseline, as `text` or `json`, with whether each is in use.

    Raises:
        UserError: there is no baseline, or it is not in order.

    """
    place = _place(given, there=True)
    rows = list(_states(place))
    if form == "json":
        listed = [{**entry._asdict(), "state": state} for entry, state in rows]
        output.to_stdout(dumps({"version": 1, "entries": listed}))
        return 0
    heads = ("STATE", "PATH", "RULE", "WHAT", "OWNER", "UNTIL", "REASON")
    lines = [
        tuple(
            map(visible, (state, e.path, e.rule, e.name or e.text[:40], e.owner, e.until, e.reason))
        )
        for e, state in rows
    ]
    if rows:
        output.to_stdout(defuse(table([heads, *lines])))
    states = [state for _, state in rows]
    parts = [f"{states.count(word)} {word}" for word in ("in use", "stale", "expired")]
    total = counted(len(rows), "entry")
    output.to_stdout(f"{place.name} has {total}: {', '.join(parts)}.\n")
    return 0


def prune(given: Given) -> int:
    """Take the entries out of the baseline whose finding is gone; return 0.

    Raises:
        UserError: there is no baseline, it is not in order, or it cannot be written.

    """
    place = _place(given, there=True)
    kept = [entry for entry, state in _states(place) if state != "stale"]
    gone = len(place.known.entries) - len(kept)
    if gone:
        output.to_file(place.path, text_of(kept))
        said = f"{counted(gone, 'stale entry')} taken out of {place.name}, {len(kept)} left."
    else:
        said = f"{place.name} has no stale entry."
    if not place.options.quiet:
        output.to_stdout(f"{said}\n")
    return 0


def states(given: Given) -> tuple[str, list[str]]:
    """Return the name of the baseline, and of each entry whether it is in use, stale or expired.

    Raises:
        UserError: there is no baseline, or it is not in order.

    """
    place = _place(given, there=True)
    return place.name, [state for _, state in _states(place)]


def _place(given: Given, *, there: bool = False) -> Place:
    """Return the baseline that was named, or the usual one, and a run of the whole project.

    Raises:
        UserError: it should be `there` and is not, or something else that was said makes no sense.

    """
    cwd = output.working_directory()
    settings = config_of.load(cwd, str(given.get("config", "")))
    options = complete(given, settings.settings)
    said = bool(given.get("baseline"))
    path = os.path.abspath(find(options.baseline, said, settings.root, cwd))
    name = os.path.relpath(path, cwd)
    exists = os.path.isfile(path)
    if there and not exists:
        raise UserError(f"there is no baseline '{name}': nonevent baseline create writes one")
    known = read(path, name) if exists else Baseline(folder=os.path.dirname(path))
    if not os.path.isdir(known.folder):
        raise UserError(f"--baseline {name}: the folder '{os.path.dirname(name)}' does not exist")
    with progress(quiet=options.quiet) as tell:
        run = pipeline.begin(options, settings, settings.root or cwd, tell=tell)
    return Place(path, name, known, run, options)


def _states(place: Place) -> Iterator[tuple[Entry, str]]:
    """Yield each entry, sorted, with whether it is "in use", "stale" or "expired".

    All findings count, whoever wants to hear them: an entry of another persona is in use.
    """
    run, known = place.run, place.known
    said = judge(known, run.outcome.findings, run.outcome.lines, run.root)
    stale = Counter(entry for entry in said.unmatched if entry.rule in run.task.judge.chosen)
    for entry in sorted(known.entries):
        if stale[entry]:
            stale[entry] -= 1
            yield entry, "stale"
        else:
            yield entry, "expired" if entry.until and entry.until < known.today else "in use"
