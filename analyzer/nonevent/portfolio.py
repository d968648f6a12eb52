"""Many repositories at once: each audited by its own settings, side by side, one page for all."""

import contextlib
import os
import re
import sys
from collections.abc import Iterator, Mapping, Sequence
from functools import partial
from importlib.util import find_spec
from typing import NamedTuple

from nonevent import __version__, output
from nonevent.auditing import take_stock
from nonevent.engine import Engine, each
from nonevent.error import UserError
from nonevent.inventory import Audited, Inventory, Portfolio
from nonevent.options import Given, Output
from nonevent.progress import Tell, progress
from nonevent.readiness import open_holders, readiness
from nonevent.sources.disk import printable, reason
from nonevent.sources.place import find_root

__all__ = ["are_repositories", "file_name", "listed", "read_list", "run", "taken"]

FAILED = 1  # exit code where a repository could not be read
LARGEST = 1_000_000  # bytes of a list
ENGINE = ("--engine", "--scheduler", "--jobs")  # who works says nothing of what comes out


class Job(NamedTuple):
    """What a process is told to do."""

    name: str
    path: str  # as it was given
    folder: str  # absolute


def are_repositories(paths: Sequence[str], cwd: str) -> bool:
    """Tell whether paths of a command line are repositories and not parts of the one at hand."""
    if len(paths) < 2:  # noqa: PLR2004
        return False
    here = find_root(cwd)
    roots = [os.path.abspath(os.path.join(cwd, path)) for path in paths]
    return any(root != here and os.path.lexists(os.path.join(root, ".git")) for root in roots)


def read_list(file: str, cwd: str) -> list[str]:
    """Return the paths in a file, one a line; what follows a # is a comment.

    They are relative to the folder of the file.

    Raises:
        UserError: it cannot be read, or names none.

    """
    try:
        with open(os.path.join(cwd, file), "rb") as stream:
            text = stream.read(LARGEST).decode("utf-8", "surrogateescape")
    except OSError as error:
        raise UserError(f"--repositories {file}: {reason(error)}") from None
    lines = [re.sub(r"(?:^|\s)#.*", "", line).strip() for line in text.splitlines()]
    folder = os.path.dirname(file)
    paths = [os.path.join(folder, line) for line in lines if line]
    if not paths:
        raise UserError(f"--repositories {file}: it names no repository")
    return paths


def listed(paths: Sequence[str], cwd: str) -> list[Job]:
    """Return what is to be done, each repository once, with names of their own."""
    folders = {os.path.realpath(os.path.join(cwd, path)): path for path in reversed(paths)}
    jobs: list[Job] = []
    used: set[str] = set()
    for folder, path in reversed(folders.items()):
        base = printable(os.path.basename(folder)) or "root"
        name, number = base, 1
        while file_name(name).lower() in used:
            number += 1
            name = f"{base}-{number}"
        used.add(file_name(name).lower())
        jobs.append(Job(name, printable(path), folder))
    return jobs


def file_name(name: str) -> str:
    """Return a name that any system takes for a file."""
    return re.sub(r"[^A-Za-z0-9._-]", "-", name).lstrip(".-") or "repository"


def taken(
    paths: Sequence[str],
    given: Given,
    arguments: Sequence[str],
    engine: Engine,
    cwd: str,
    *,
    tell: Tell | None = None,
) -> Portfolio:
    """Return the repositories, each with its inventory or why there is none.

    `tell` is told how many of them are done.

    Raises:
        UserError: the engine cannot be had.

    """
    said = dict(given)
    for name in ("config", "cache_dir"):
        if said.get(name):
            said[name] = os.path.join(cwd, str(said[name]))
    if said.get("trend"):
        from nonevent.trend import versions_asked

        versions_asked(str(said["trend"]))  # what nobody understands is misuse, and not theirs
    told = tuple(_without_engine(arguments))
    work = partial(_audited, given=said, arguments=told)
    jobs = listed(paths, cwd)
    _say_alone(engine, len(jobs))
    found = []
    for one in each(work, jobs, engine):
        found.append(one)
        if tell is not None:
            tell("repositories", len(found), len(jobs))
    return Portfolio(tuple(sorted(found, key=_order)), __version__, told)


def _audited(job: Job, given: Mapping[str, object], arguments: tuple[str, ...]) -> Audited:
    """Return what one repository comes to, whatever process this is."""
    try:
        with contextlib.chdir(job.folder):
            inventory = take_stock({**given, "paths": ()}, arguments, job.folder, lenient=True)  # type: ignore[dict-item]
    except UserError as error:
        return Audited(job.name, job.path, error=str(error))
    except OSError as error:
        return Audited(job.name, job.path, error=reason(error))
    page = _page(inventory) if _pages(given) else ""
    return Audited(job.name, job.path, inventory._replace(sources={}), page=page)


def _page(inventory: Inventory) -> str:
    from nonevent.reports import inventory_html

    return inventory_html.render(inventory)


def _pages(given: Mapping[str, object]) -> bool:
    """Tell whether a page for each repository is to be written: beside the page of all."""
    outputs = given.get("output")
    return any(str(each).startswith("html:") for each in outputs) if outputs else False  # type: ignore[attr-defined]


def _order(entry: Audited) -> tuple[object, ...]:
    if entry.inventory is None:
        return True, 0, entry.name
    return False, readiness(open_holders(entry.inventory)), entry.name


def _without_engine(arguments: Sequence[str]) -> Iterator[str]:
    rest = iter(arguments)
    for argument in rest:
        name, equals, _ = argument.partition("=")
        if name not in ENGINE:
            yield argument
        elif not equals:
            next(rest, None)


# -- the reports -----------------------------------------------------------------------------------


def run(
    paths: Sequence[str],
    given: Given,
    arguments: Sequence[str],
    engine: Engine,
    outputs: Sequence[Output],
) -> int:
    """Write the reports on many repositories; return the exit code.

    Raises:
        UserError: the engine cannot be had, or a report cannot be written.

    """
    cwd = output.working_directory()
    with progress(quiet=bool(given.get("quiet"))) as line:
        portfolio = taken(paths, given, arguments, engine, cwd, tell=line)
    for entry in portfolio.entries:
        if entry.error:
            sys.stderr.write(f"Error: {_safe(entry.path)}: {_safe(entry.error)}\n")
    for format_, file in outputs:
        told = _written(portfolio, file) if format_ == "html" and file else portfolio
        text = _rendered(told, format_, given, file)
        output.send(text, file, "" if format_ == "text" else "utf-8")
    return FAILED if any(entry.error for entry in portfolio.entries) else 0


def _say_alone(engine: Engine, repositories: int) -> None:
    """Say that no processes work side by side, where they were to."""
    several = engine.name == "local" and engine.jobs > 1 and repositories > 1
    if several and find_spec("joblib") is None:
        sys.stderr.write("joblib, of the extra `risk`, is missing: one repository after another.\n")


def _safe(text: str) -> str:
    from nonevent.reports.inert import visible

    return visible(text)


def _written(portfolio: Portfolio, file: str) -> Portfolio:
    """Write the page of each repository into a folder beside the page of all.

    Raises:
        UserError: the folder or a page cannot be written.

    """
    stem = os.path.splitext(os.path.basename(file))[0]
    folder = os.path.join(os.path.dirname(file), stem)
    if os.path.exists(folder) and not os.path.isdir(folder):
        raise UserError(f"--output html:{file}: '{folder}', for the pages, is no folder")
    entries = []
    for entry in portfolio.entries:
        if entry.page:
            try:
                os.makedirs(folder, exist_ok=True)
            except OSError as error:
                raise UserError(f"'{folder}' cannot be made: {reason(error)}") from None
            name = f"{file_name(entry.name)}.html"
            output.to_file(os.path.join(folder, name), entry.page)
            entries.append(entry._replace(file=f"{stem}/{name}"))
        else:
            entries.append(entry)
    return portfolio._replace(entries=tuple(entries))


def _rendered(portfolio: Portfolio, format_: str, given: Given, file: str) -> str:
    if format_ == "json":
        from nonevent.reports import portfolio_json

        return portfolio_json.render(portfolio)
    if format_ == "html":
        from nonevent.reports import portfolio_html

        return portfolio_html.render(portfolio)
    from nonevent.reports import portfolio_text

    if format_ == "markdown":
        return portfolio_text.markdown(portfolio)
    choice = str(given.get("color", "auto"))
    return portfolio_text.render(portfolio, color=output.paints(choice, file))
