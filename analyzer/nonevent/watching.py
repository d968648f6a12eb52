"""`check --watch`: the check, and again whenever something that it reads has changed.

Files are looked at by their times, twice a second: nothing is asked of the system that not every
file system, container and network share has.
"""

import gc
import os
import sys
from collections.abc import Callable, Iterable, Mapping
from time import sleep
from typing import NamedTuple

from nonevent import config as config_of
from nonevent import output
from nonevent.baseline import find as find_baseline
from nonevent.config import OWN, Config
from nonevent.error import UserError
from nonevent.options import Given, Options, complete
from nonevent.reading import is_read
from nonevent.reports.inert import defuse, visible
from nonevent.reports.summary import counted
from nonevent.sources.files import from_paths
from nonevent.sources.place import find_place

__all__ = ["watch"]

BETWEEN = 0.5  # seconds between two looks
SETTLED = 0.2  # seconds without a further change: an editor saves, a checkout writes many files
NAMED = 3  # changed files that are named
CLEAR = "\x1b[2J\x1b[3J\x1b[H"  # the screen, what was scrolled off it, and the cursor home

Stamp = tuple[int, int, int] | None  # time of change, size, inode; None where there is nothing


class Scene(NamedTuple):
    """What is looked at."""

    root: str  # names are told relative to it
    files: Mapping[str, Stamp]  # what a run reads
    folders: Mapping[str, Stamp]  # where further files may appear


def watch(given: Given, run: Callable[[], int]) -> int:
    """Run the check, and again whenever a file of it changes, until it is interrupted.

    Raises:
        UserError: the first run cannot be made.
        KeyboardInterrupt: the end.

    """
    gc.enable()  # switched off for runs that are over at once
    quiet = bool(given.get("quiet"))
    screen = output.on_terminal() and os.environ.get("TERM") != "dumb"
    scene = _look(given)
    if screen:
        output.to_stdout(CLEAR)
    run()
    while True:
        if not quiet:
            there = sum(stamp is not None for stamp in scene.files.values())
            _say(f"Watching {counted(there, 'file')}; Ctrl-C ends it.")
        before, scene = scene, _changed(scene, given)
        if screen:
            output.to_stdout(CLEAR)
        if not quiet:
            _say(_told(before, scene))
        try:
            run()
        except UserError as error:  # settings that are being written, for instance
            _say(f"Error: {error}")


def _changed(scene: Scene, given: Given) -> Scene:
    """Wait until something is different and nothing more changes; return how it then is."""
    last = scene
    while True:
        sleep(BETWEEN)
        now = _look_again(last, given)
        if now.files != scene.files:
            break
        last = now
    while True:
        sleep(SETTLED)
        last, now = now, _look_again(now, given)
        if now.files == last.files:
            return now


def _look_again(scene: Scene, given: Given) -> Scene:
    """Return how it is now; folders are listed anew where something in them came or went."""
    folders = _stamps(scene.folders)
    if folders == scene.folders:
        return scene._replace(files=_stamps(scene.files))
    try:
        return _look(given)
    except UserError:  # the next run says it
        return Scene(scene.root, _stamps(scene.files), folders)


def _look(given: Given) -> Scene:
    """Return all that a run may read, as it is now.

    Raises:
        UserError: what was given makes no sense.

    """
    cwd = output.working_directory()
    config = config_of.load(cwd, str(given.get("config", "")))
    options = complete(given, config.settings)
    place = find_place(cwd)
    compares = bool(options.diff or options.staged or options.patch)
    root = place.root if compares and place is not None else cwd
    paths = (root,) if compares else options.paths
    read = from_paths(paths, root, is_read, options.exclude)
    names = [os.path.join(root, file.path) for file in read.files]
    written = {os.path.abspath(each.file) for each in options.output if each.file}
    files = {*map(os.path.abspath, names)} - written
    below = set(_folders(files, root))
    files.update(_beside(options, config, cwd))
    if compares and place is not None:
        files.update(os.path.join(place.git_dir, name) for name in ("HEAD", "index"))
    return Scene(root, _stamps(files), _stamps(below))


def _beside(options: Options, config: Config, cwd: str) -> Iterable[str]:
    """Yield what decides a run and is no source: settings, rows, the baseline, a patch."""
    yield config.path or os.path.join(cwd, OWN)
    yield os.path.join(cwd, "pyproject.toml")
    for name in options.facts:
        yield os.path.join(config.root, name)
    if not options.no_baseline:
        yield find_baseline(options.baseline, False, config.root, cwd)
    if options.patch:
        yield os.path.join(cwd, options.patch)


def _folders(files: Iterable[str], root: str) -> Iterable[str]:
    yield root
    seen = {root}
    for file in files:
        folder = os.path.dirname(file)
        while folder not in seen:
            seen.add(folder)
            yield folder
            parent = os.path.dirname(folder)
            if parent == folder:
                break
            folder = parent


def _stamps(paths: Iterable[str]) -> dict[str, Stamp]:
    return {path: _stamp(path) for path in paths}


def _stamp(path: str) -> Stamp:
    try:
        status = os.stat(path)
    except (OSError, ValueError):
        return None
    return status.st_mtime_ns, status.st_size, status.st_ino


def _told(before: Scene, now: Scene) -> str:
    """Return which files changed, the first ones by name."""
    pairs = sorted({*before.files.items()} ^ {*now.files.items()}, key=lambda pair: pair[0])
    names = [os.path.relpath(name, now.root) for name in dict.fromkeys(name for name, _ in pairs)]
    shown = ", ".join(map(visible, names[:NAMED]))
    more = f" and {counted(len(names) - NAMED, 'file')} more" if len(names) > NAMED else ""
    return f"Changed: {shown}{more}."


def _say(text: str) -> None:
    if sys.stderr is not None:
        sys.stderr.write(f"{defuse(visible(text))}\n")
        sys.stderr.flush()
