"""Which change a run is about, and what stands around it: from options to `Change`."""

import os
import re
import sys
from collections.abc import Callable, Collection, Sequence
from functools import cache

from nonevent.change import Change, Side
from nonevent.config import Config
from nonevent.error import UserError
from nonevent.noun import NamedTuple
from nonevent.options import Options
from nonevent.reading import is_read

__all__ = ["Beyond", "around_of", "beyond_of", "change_of", "root_of", "without"]


class Beyond(NamedTuple):
    """What is told of the files that a change leaves alone."""

    tells: Callable[[str], bool]  # of a path: what the change brings there is reported
    bounded: bool = False  # only where a glance at few of them says that it may bring something


def change_of(options: Options, config: Config, cwd: str) -> Change:
    """Return what a run in the folder `cwd` is about.

    Raises:
        UserError: a path or a revision that was named is not there.

    """
    root = cwd
    if options.diff or options.staged or options.patch:
        from nonevent.sources.place import find_root

        root = find_root(cwd) or cwd
    change = _source(options, root, cwd)
    if change.compares:
        change = _within(change, options.paths, cwd, root)
    return without(change, config, root)


def _source(options: Options, root: str, cwd: str) -> Change:
    if options.diff or options.staged:
        from nonevent.sources import git

        if options.diff:
            return git.from_diff(cwd, options.diff, is_read, options.exclude)
        return git.from_staged(cwd, is_read, options.exclude)
    if options.patch:
        from nonevent.sources import patch

        return patch.from_patch(root, read_patch(options.patch, cwd), is_read, options.exclude)
    from nonevent.sources import files

    return files.from_paths(options.paths, cwd, is_read, options.exclude)


def without(change: Change, config: Config, root: str) -> Change:
    """Return the change without what the settings of another folder than the root leave out."""
    leaves_out = _leaving_out(config, root)
    if leaves_out is None:
        return change
    return change._replace(
        files=tuple(file for file in change.files if not leaves_out(file.path)),
        notes=tuple(note for note in change.notes if not leaves_out(note.path)),
    )


def _leaving_out(config: Config, root: str) -> Callable[[str], bool] | None:
    globs, folder = config.settings.get("exclude"), config.root
    if not isinstance(globs, tuple) or folder == root:
        return None
    from nonevent.sources.ignore import compile_globs, is_ignored
    from nonevent.sources.place import way_from

    way = way_from(folder, root)
    below = way.startswith("../")
    base = way_from(root, folder) if below else ""
    ignore = compile_globs(globs, base)
    if ignore is None:
        return None
    ignores = [ignore if below else ignore._replace(above=way)]
    return lambda path: is_ignored(ignores, path)


def beyond_of(change: Change, options: Options, config: Config, cwd: str) -> Beyond | None:
    """Return what is told of the files beside a change; None where nothing is."""
    if not change.compares:
        return None
    root = root_of(change, cwd)
    inside = _inside(["."] if options.paths == (".",) else _relative(options.paths, cwd, root))
    leaves_out = _leaving_out(config, root)

    def tells(path: str) -> bool:
        return inside(path) and not (leaves_out is not None and leaves_out(path))

    return Beyond(tells, bounded=options.staged)


def around_of(change: Change, options: Options, cwd: str) -> Callable[[], Side] | None:
    """Return what lists the files beside those of a change or those that were named.

    They are taken from the work tree: what is not staged can differ there from what is deployed,
    but decides only who is known to call what changed. Where the work tree shows another version
    they are those of the version before.
    """
    root = root_of(change, cwd)
    changed = {path for file in change.files for path in (file.path, file.old_path)}
    if change.head:
        from nonevent.sources.place import find_place
        from nonevent.sources.refs import find_id

        place = find_place(cwd)
        if place is None or find_id(place, "HEAD") != change.head:
            return _unchanged(change, changed)

    def around() -> Side:
        from nonevent.sources import files

        rest = files.from_paths((root,), root, is_read, options.exclude)
        return {
            file.path: file.after for file in rest.files if file.after and file.path not in changed
        }

    return cache(around)


def _unchanged(change: Change, changed: Collection[str]) -> Callable[[], Side] | None:
    """Return what lists the files of the version before that a change leaves alone."""
    whole = change.whole
    if whole is None:
        return None
    return cache(
        lambda: {path: content for path, content in whole().items() if path not in changed}
    )


def read_patch(name: str, cwd: str) -> bytes:
    """Return the bytes of a patch; "-" is standard input.

    Raises:
        UserError: it cannot be read.

    """
    if name == "-":
        return sys.stdin.buffer.read()
    try:
        with open(os.path.join(cwd, name), "rb") as file:
            return file.read()
    except OSError as error:
        raise UserError(f"--patch {name}: {error.strerror}") from None


def _within(change: Change, paths: Sequence[str], cwd: str, root: str) -> Change:
    """Return the part of a change that lies below `paths`; "." stands for all of it.

    Raises:
        UserError: a path is neither there nor part of the change.

    """
    below = _relative(paths, cwd, root)
    if tuple(paths) == (".",) or "." in below:  # no path given: the whole change
        return change
    spoken_of = [name for file in change.files for name in (file.path, file.old_path)]
    spoken_of += [note.path for note in change.notes]
    for path, name in zip(paths, below, strict=True):
        if not os.path.lexists(os.path.join(cwd, path)) and not any(
            each == name or each.startswith(f"{name}/") for each in spoken_of
        ):
            from nonevent.sources.files import missing

            raise UserError(missing(path))
    inside = _inside(below)
    return change._replace(
        files=tuple(file for file in change.files if inside(file.path)),
        notes=tuple(note for note in change.notes if inside(note.path)),
    )


def _relative(paths: Sequence[str], cwd: str, root: str) -> list[str]:
    return [os.path.relpath(os.path.join(cwd, path), root).replace(os.sep, "/") for path in paths]


def _inside(below: Sequence[str]) -> Callable[[str], bool]:
    if "." in below:
        return lambda _: True
    match = re.compile("|".join(rf"{re.escape(path)}(?:/|\Z)" for path in below)).match
    return lambda path: match(path) is not None


def root_of(change: Change, cwd: str) -> str:
    """Return the folder that the paths of a change are relative to."""
    if not change.compares:
        return cwd
    from nonevent.sources.place import find_root

    return find_root(cwd) or cwd
