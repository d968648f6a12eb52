"""How a code base came to be what it is: earlier versions, audited from git's objects.

Nothing is checked out. A version is a commit, and a commit never changes: what it comes to is kept,
and files that several versions have in common are read once.
"""

import os
import posixpath
from collections.abc import Sequence
from typing import TYPE_CHECKING, NamedTuple

from nonevent import pipeline
from nonevent.areas import areas
from nonevent.audit import sizes, stock, widened
from nonevent.change import Change, ChangedFile, held
from nonevent.config import Config
from nonevent.days import day_of
from nonevent.error import UserError
from nonevent.incoming import without
from nonevent.inventory import Moment
from nonevent.nearest import hint
from nonevent.options import Options
from nonevent.progress import Tell
from nonevent.readiness import moment
from nonevent.reading import is_read
from nonevent.sources.ignore import choose
from nonevent.sources.place import find_root
from nonevent.sources.versions import Version, Versions, is_release, open_versions

if TYPE_CHECKING:
    from nonevent.keepsakes import Keepsakes

__all__ = ["KINDS", "MOST", "trend", "versions_asked"]

KINDS = ("tags", "months", "commits")
MOST = 60  # versions
FEWEST = 2  # tags from which on they tell a history


class Asked(NamedTuple):
    """Which versions are to be looked at."""

    kind: str  # one of KINDS; "" tags where there are two, else months
    number: int


class Auditor(NamedTuple):
    """What is asked of every version."""

    asked: Options
    config: Config
    cwd: str
    task: pipeline.Task
    folder: str  # where what was learned is kept; "" nowhere


def trend(
    options: Options, config: Config, cwd: str, text: str, tell: Tell | None = None
) -> tuple[Moment, ...]:
    """Return what earlier versions came to, oldest first; `text` is "12" or "months:12".

    Raises:
        UserError: the text is of another form, or there is no earlier version to look at.

    """
    wanted = versions_asked(text)
    asked = widened(options)
    folder = "" if options.no_cache else os.path.join(cwd, options.cache_dir or pipeline.FOLDER)
    auditor = Auditor(asked, config, cwd, pipeline.prepare(asked, config.root), folder)
    with open_versions(cwd) as versions:
        chosen = _chosen(versions, wanted)
        if not chosen:
            raise UserError(f"--trend {text}: there is no earlier version of this kind")
        known = _known(auditor)
        found = []
        for number, version in enumerate(chosen):
            if tell is not None:
                tell("versions", number, len(chosen))
            told = known.get(version.sha, Moment) if known is not None else None
            if told is None:
                told, lasting = _audited(versions, version, auditor)
                if known is not None and lasting:
                    known.put(version.sha, told)
            found.append(told._replace(name=version.name))
        if known is not None:
            known.save()
    return tuple(found)


def versions_asked(text: str) -> Asked:
    """Return what "12" or "tags:12" asks for.

    Raises:
        UserError: it is of another form.

    """
    kind, colon, number = text.rpartition(":")
    if colon and kind not in KINDS:
        raise UserError(f"--trend does not know '{kind}'{hint(kind, KINDS)}")
    if not number.isdecimal() or not 1 <= int(number) <= MOST:
        raise UserError(f"--trend takes a number from 1 to {MOST}, or KIND:NUMBER, not '{text}'")
    return Asked(kind, int(number))


def _chosen(versions: Versions, asked: Asked) -> list[Version]:
    """Return the versions, oldest first."""
    found: list[Version] = []
    if asked.kind in ("", "tags"):
        found = [each for each in versions.tags() if is_release(each)]
    if asked.kind == "commits":
        found = versions.commits()
    elif asked.kind == "months" or (not asked.kind and len(found) < FEWEST):
        found = _months(versions.commits())
    return found[: asked.number][::-1]


def _months(commits: Sequence[Version]) -> list[Version]:
    """Return the last version of each month, named by it."""
    found: dict[str, Version] = {}
    for each in commits:
        month = day_of(each.seconds)[:7]
        found.setdefault(month, each._replace(name=month))
    return list(found.values())


def _audited(versions: Versions, version: Version, auditor: Auditor) -> tuple[Moment, bool]:
    """Return what a version comes to, and whether it always will."""
    asked, config, cwd, task, folder = auditor
    files = _files(versions, version.sha, asked, cwd)
    change = Change(
        tuple(ChangedFile(path, held(data)) for path, data in sorted(files.items())),
        head=version.sha,
    )
    change = without(change, config, cwd)
    outcome = pipeline.examine(change, task, folder=folder)
    run = pipeline.Run(task, change, None, outcome, root=cwd)
    code = ((file.path, file.after) for file in change.files if file.after is not None)
    inventory = stock(run, asked, areas(sizes(code, task.markers)))
    told = moment(inventory, version.name)._replace(day=day_of(version.seconds))
    return told, not outcome.dated


def _files(versions: Versions, sha: str, asked: Options, cwd: str) -> dict[str, bytes]:
    """Return the files below the paths of a run, named as in the folder `cwd`."""
    way = _way(cwd)
    below = [posixpath.normpath(posixpath.join(way, path)) for path in _relative(asked.paths, cwd)]
    wanted = choose(is_read, asked.exclude)

    def chosen(path: str) -> bool:
        inside = any(each in (".", path) or path.startswith(f"{each}/") for each in below)
        return inside and wanted(_named(path, way))

    found = versions.files(sha, chosen)
    return {_named(path, way): data for path, data in found.items()}


def _way(cwd: str) -> str:
    """Return the folder, relative to the root of its repository; "." for the root."""
    root = os.path.realpath(find_root(cwd) or cwd)
    return os.path.relpath(os.path.realpath(cwd), root).replace(os.sep, "/")


def _relative(paths: Sequence[str], cwd: str) -> list[str]:
    return [os.path.relpath(os.path.join(cwd, path), cwd).replace(os.sep, "/") for path in paths]


def _named(path: str, way: str) -> str:
    return path if way == "." else posixpath.relpath(path, way)


def _known(auditor: Auditor) -> "Keepsakes | None":
    """Return what earlier runs kept of the same question; None where nothing is kept."""
    if not auditor.folder:
        return None
    from nonevent.keepsakes import keepsakes

    asked, config = auditor.asked, auditor.config
    outside = _way(config.root) if config.root else ""
    where = (_way(auditor.cwd), asked.paths, asked.exclude, outside, config.settings.get("exclude"))
    return keepsakes(auditor.folder, pipeline.question(auditor.task) + repr(where).encode())
