"""What nonevent knows of the project: files, frameworks, database, baseline, cache, history."""

import os
from collections import Counter
from collections.abc import Iterator, Mapping
from time import time

from nonevent.doctor.sheet import Advice, Problem, Section
from nonevent.error import UserError
from nonevent.options import Given, Options
from nonevent.reports.inert import whereabouts
from nonevent.reports.summary import counted
from nonevent.sight import FEW
from nonevent.starting import dialect_of
from nonevent.survey import Survey

__all__ = ["baseline", "cache", "history", "project"]

DAY = 86_400  # seconds
OLD = 90  # days after which a history is worth mining again
SHOWN = 5  # files that are not analysed, and are named
MANY = 8  # frameworks and folders that are named


def project(seen: Survey, options: Options) -> Section:
    """Return what stands in the project."""
    total = sum(seen.kinds.values())
    rows = [("files", _listed(seen.kinds)), ("in", _listed(_named(seen.folders)))]
    rows += [
        ("frameworks", _listed(seen.frameworks)),
        ("roles", _listed({str(role): number for role, number in seen.roles.items()})),
    ]
    for (framework, folder), files in list(seen.migrations.items())[:MANY]:
        rows.append((f"migrations of {framework}", f"{counted(files, 'file')} in {folder}"))
    rows += [("database", said) for said in _databases(seen, options)]
    rows += [("not analysed", said) for said in _notes(seen)]
    problems = []
    if not seen.kinds.get("Python", 0) + seen.kinds.get("SQL", 0):
        what = f"no Python and no SQL among {counted(total, 'file')} that nonevent reads here"
        problems.append(Problem(what, "go to the folder of the project, or look at `exclude`"))
    return Section("project", rows, problems, list(_undecided(seen, options)))


def _named(folders: Mapping[str, int]) -> dict[str, int]:
    return {f"{name}/" if name else "the root": number for name, number in folders.items()}


def _listed(counts: Mapping[str, int]) -> str:
    shown = [f"{name} {number}" for name, number in list(counts.items())[:MANY]]
    more = [f"{len(counts) - MANY} more"] if len(counts) > MANY else []
    return ", ".join([*shown, *more]) or "none"


def _databases(seen: Survey, options: Options) -> Iterator[str]:
    """Yield which databases count, and why."""
    if options.dialect:
        yield f"{options.dialect}, where SQL does not show it: the settings say so"
    for each in seen.databases:
        yield f"{each.dialect}, as {each.location.path}:{each.location.line} says"
    for dialect, steps in seen.dialects.items():
        if dialect:
            yield f"{dialect}, by {counted(steps, 'step')} of migrations or their neighbours"
    if not options.dialect and not seen.databases and not any(seen.dialects):
        yield "not known"


def _undecided(seen: Survey, options: Options) -> Iterator[Advice]:
    open_ = seen.dialects.get("", 0)
    if open_ and not options.dialect and not dialect_of(seen)[0]:
        what = f"nothing says on which database {counted(open_, 'step')} of migrations run"
        yield Advice(what, 'dialect = "postgresql" in the settings, or the one that it is')


def _notes(seen: Survey) -> Iterator[str]:
    """Yield, for each reason, how many files are not analysed, or not whole, and some of them."""
    kinds = Counter(str(note.kind) for note in seen.notes)
    for kind, number in kinds.most_common():
        places = [whereabouts(note) for note in seen.notes if str(note.kind) == kind][:SHOWN]
        more = "" if number <= SHOWN else ", …"
        yield f"{kind} {number}: {', '.join(places)}{more}"


# -- cache ---------------------------------------------------------------------------------------


def cache(root: str, options: Options, files: int) -> Section:
    """Return where is kept what was learned, and whether it can be."""
    from nonevent.pipeline import FOLDER
    from nonevent.store import FILE, secret_file

    folder = os.path.join(root, options.cache_dir or FOLDER)
    file, secret = os.path.join(folder, FILE), secret_file()
    size = os.path.getsize(file) if os.path.isfile(file) else 0
    rows = [("place", folder), ("size", f"{size / 1_000_000:.1f} MB" if size else "empty")]
    problems = []
    for place, what in ((folder, "what was learned"), (os.path.dirname(secret), "the secret")):
        if not _writable(place):
            do = "make it writable, or name another with --cache-dir"
            do = do if place == folder else "make it writable, or set XDG_CACHE_HOME"
            problems.append(Problem(f"{what} cannot be kept in {place}: every run reads anew", do))
    rows.append(("writable", "no" if problems else "yes"))
    if files <= FEW:
        rows.append(("in use", f"no: {counted(files, 'file')} are read anew each time"))
    return Section("cache", rows, problems)


def _writable(folder: str) -> bool:
    while not os.path.exists(folder):
        folder = os.path.dirname(folder)
    return os.path.isdir(folder) and os.access(folder, os.W_OK | os.X_OK)


# -- baseline ------------------------------------------------------------------------------------


def baseline(given: Given) -> Section:
    """Return what is accepted, and how much of it is gone or has run out."""
    from nonevent.accepting import states

    try:
        name, rows = states(given)
    except UserError as error:
        if str(error).startswith("there is no baseline"):
            return Section("baseline", [("file", "none")])
        wrong = [
            Problem(str(error), "mend the file, or make it anew with nonevent baseline create")
        ]
        return Section("baseline", [("file", "not in order")], wrong)
    counts = Counter(rows)
    said = ", ".join(f"{counts[state]} {state}" for state in ("in use", "stale", "expired"))
    problems = []
    if counts["stale"]:
        what = f"{name} accepts {counted(counts['stale'], 'finding')} that are not there any more"
        problems.append(Problem(what, "nonevent baseline prune"))
    if counts["expired"]:
        what = f"in {name} the last day of {counts['expired']} is past: they are reported"
        problems.append(Problem(what, "mend them, or accept them anew: nonevent baseline create"))
    return Section("baseline", [("file", name), ("entries", f"{len(rows)}: {said}")], problems)


# -- history and model ---------------------------------------------------------------------------


def history(root: str) -> Section:
    """Return what is known of the past, and with which model changes are scored."""
    from nonevent.risk.measure import kept

    file, refused = kept(root, "")
    rows, advice, problems = [], [], []
    if refused:
        problems.append(Problem(f"the history is not used: {refused}", "nonevent history mine"))
        rows.append(("history", f"not used: {refused}"))
    elif not file:
        rows.append(("history", "none: changes are scored without the past"))
        advice.append(Advice("a risk that knows what landed here before", "nonevent history mine"))
    else:
        try:
            rows += _past(file, problems)
        except UserError as error:
            problems.append(Problem(str(error), "nonevent history mine, after moving it away"))
    rows += _model(file, problems)
    return Section("history and model", rows, problems, advice)


def _past(file: str, problems: list[Problem]) -> Iterator[tuple[str, str]]:
    from nonevent.risk.history import open_history

    with open_history(file, make=False) as found:
        length, fits = found.length(), found.fits()
    days = _days(file)
    yield "history", f"{counted(length, 'change')}, read {_ago(days)}: {file}"
    if not fits:
        problems.append(
            Problem("the history was mined with another version", "nonevent history mine")
        )
    elif days > OLD:
        problems.append(Problem(f"the history is {days} days old", "nonevent history mine"))


def _model(file: str, problems: list[Problem]) -> Iterator[tuple[str, str]]:
    from nonevent.scoring import CHANGE, PAST, find_model

    try:
        model, adapted = find_model("", PAST if file else CHANGE, file)
    except UserError as error:
        problems.append(Problem(str(error), "install nonevent anew, or nonevent train"))
        return
    trained = model.trained
    whose = "of this repository" if adapted else "shipped"
    until = f", changes up to {trained['last']}" if trained.get("last") else ""
    yield "model", f"{whose}, {model.digest[:12]}{until}"


def _days(file: str) -> int:
    return int((time() - os.path.getmtime(file)) // DAY)


def _ago(days: int) -> str:
    return "today" if days < 1 else f"{counted(days, 'day')} ago"
