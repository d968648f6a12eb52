"""Files and folders named on the command line, as a `Change` that compares nothing."""

import errno
import os
import stat
from collections.abc import Iterator, Sequence
from functools import partial

from nonevent.change import Change, ChangedFile
from nonevent.error import UserError
from nonevent.note import Note, NoteKind
from nonevent.noun import NamedTuple
from nonevent.sources.disk import is_inside, printable, read_file, reason, relative_path
from nonevent.sources.ignore import Ignore, Wanted, compile_globs, is_ignored, read_ignore
from nonevent.sources.place import find_place

__all__ = ["SKIPPED", "from_paths", "missing", "walk"]

# Folders that hold no code of the project, whatever `.gitignore` says: the stores of version
# control, installed packages and the caches of tools. Virtual environments by any name are
# known by the files in `_ENVIRONMENT`.
SKIPPED = frozenset(
    {
        ".git",
        ".hg",
        ".svn",
        ".bzr",
        "node_modules",
        "site-packages",
        "__pycache__",
        "__pypackages__",
        ".venv",
        ".direnv",
        ".eggs",
        ".tox",
        ".nox",
        ".cache",
        ".mypy_cache",
        ".nonevent_cache",
        ".pytest_cache",
        ".ruff_cache",
        ".hypothesis",
        ".ipynb_checkpoints",
        ".terraform",
    }
)

_ENVIRONMENT = frozenset({"pyvenv.cfg", "conda-meta"})  # PEP 405; conda


class Found(NamedTuple):
    """A file on disk, or the reason why there is none."""

    path: str  # posix, relative to the root
    full: str  # absolute; "" where `note` says why there is nothing to read
    note: Note | None = None


def from_paths(
    paths: Sequence[str], root: str, wanted: Wanted, exclude: Sequence[str] = ()
) -> Change:
    """Return the files that `paths` name, folders walked; nothing is read yet.

    A file named explicitly is taken even if an ignore file leaves it out; `exclude` holds for
    it too. A path outside `root` keeps its `..`. A symbolic link to a file of the project is
    that file; one that leaves the project, or leads to a folder met on a walk, is not followed.

    Raises:
        UserError: a path does not exist.

    """
    excluded = compile_globs(exclude)
    found: dict[str, Found] = {}
    for path in paths:
        for file in _look_up(path, root, wanted, [excluded] if excluded else []):
            found.setdefault(file.path, file)
    listed = [found[path] for path in sorted(found)]
    return Change(
        files=tuple(
            ChangedFile(printable(file.path), partial(read_file, file.full))
            for file in listed
            if file.full
        ),
        notes=tuple(file.note for file in listed if file.note),
    )


def _look_up(path: str, root: str, wanted: Wanted, excluded: list[Ignore]) -> Iterator[Found]:
    mode = _mode_of(path)
    if stat.S_ISDIR(mode):
        folder = os.path.realpath(path) if os.path.islink(path) else os.path.abspath(path)
        yield from walk(folder, root, wanted, excluded)
        return
    file = _one_file(path, root, mode)
    if is_ignored(excluded, file.path):
        return
    if file.full and not wanted(file.path):
        file = _left_out(file.path, NoteKind.UNSUPPORTED, "no reader knows this type of file")
    yield file


def _mode_of(path: str) -> int:
    try:
        return os.stat(path).st_mode
    except OSError as error:
        if os.path.islink(path) or error.errno not in {errno.ENOENT, errno.ENOTDIR}:
            return 0  # it is there; `_one_file` says what is wrong with it
        raise UserError(missing(path)) from None
    except ValueError:  # a null byte
        raise UserError(missing(path)) from None


def missing(path: str) -> str:
    """Return what is said of a path that is not there, with the nearest name in its folder."""
    from nonevent.nearest import nearest

    folder, name = os.path.split(os.path.normpath(path))
    try:
        names = [entry.name for entry in os.scandir(folder or ".")]
    except (OSError, ValueError):
        names = []
    near = nearest(name, names)
    hint = f"; nearest: {printable(os.path.join(folder, near))!r}" if near else ""
    return f"no such file or directory: {printable(path)!r}{hint}"


def _one_file(path: str, root: str, mode: int) -> Found:
    shown = relative_path(path, root)
    real = os.path.realpath(path)
    base = os.path.realpath(root)
    if not shown.startswith("../") and not os.path.isabs(shown):
        if not is_inside(real, base):
            return _left_out(shown, NoteKind.UNREADABLE, "a symbolic link leads out of the project")
        if mode:
            shown = relative_path(real, base)
    if not mode:
        return _left_out(shown, NoteKind.UNREADABLE, _why_unreadable(path))
    if not stat.S_ISREG(mode):
        return _left_out(shown, NoteKind.UNREADABLE, "not a regular file")
    return Found(shown, real)


def _why_unreadable(path: str) -> str:
    try:
        os.stat(path)
    except OSError as error:
        if error.errno == errno.ENOENT:
            return "a symbolic link leads nowhere"
        return reason(error)
    return "it changed while it was looked at"


def _left_out(path: str, kind: NoteKind, message: str) -> Found:
    return Found(path, "", Note(printable(path), kind, message))


def walk(
    folder: str,
    root: str,
    wanted: Wanted,
    excluded: Sequence[Ignore] = (),
    *,
    nested: bool = True,
) -> Iterator[Found]:
    """Yield the wanted files under `folder`, an absolute path, in no particular order.

    Ignore files between `root` and each file are honoured; `nested` false leaves out the
    repositories inside this one. The walk keeps its own stack: depth costs nothing.
    """
    base = os.path.realpath(root)
    start = relative_path(folder, root)
    prefix = "" if start == "." else f"{start}/"
    stack = [(folder, prefix, _inherited(root, prefix))]
    while stack:
        here, prefix, ignores = stack.pop()
        try:
            with os.scandir(here) as listing:
                entries = list(listing)
        except OSError as error:
            message = f"folder left out: {reason(error)}"
            yield _left_out(prefix.rstrip("/"), NoteKind.UNREADABLE, message)
            continue
        names = {entry.name for entry in entries}
        if here != folder and (names & _ENVIRONMENT or (not nested and ".git" in names)):
            continue
        if ".gitignore" in names:
            own = read_ignore(os.path.join(here, ".gitignore"), prefix)
            ignores = [*ignores, own] if own else ignores
        for entry in entries:
            path = prefix + entry.name
            if _is_folder(entry):
                if entry.name not in SKIPPED and not _is_left_out(path + "/", excluded, ignores):
                    stack.append((entry.path, path + "/", ignores))
            elif wanted(path) and not _is_left_out(path, excluded, ignores):
                yield from _met(entry, path, base, wanted, excluded)


def _is_folder(entry: "os.DirEntry[str]") -> bool:
    try:
        return entry.is_dir(follow_symlinks=False)
    except OSError:
        return False


def _is_left_out(path: str, excluded: Sequence[Ignore], ignores: Sequence[Ignore]) -> bool:
    return is_ignored(excluded, path) or is_ignored(ignores, path)


def _met(
    entry: "os.DirEntry[str]", path: str, base: str, wanted: Wanted, excluded: Sequence[Ignore]
) -> Iterator[Found]:
    if entry.is_file(follow_symlinks=False):
        yield Found(path, entry.path)
        return
    if not entry.is_symlink():
        yield _left_out(path, NoteKind.UNREADABLE, "not a regular file")
        return
    try:
        mode = os.stat(entry.path).st_mode
    except OSError:
        mode = 0
    if stat.S_ISDIR(mode):
        return
    target = _one_file(entry.path, base, mode)
    if not target.note:
        if SKIPPED.intersection(target.path.split("/")) or is_ignored(excluded, target.path):
            return
        if not wanted(target.path):
            return
    yield target


def _inherited(root: str, prefix: str) -> list[Ignore]:
    """Return the ignore files above the folder that a walk starts in, up to the repository's.

    Where they leave out that very folder they are forgotten: it was named explicitly.
    """
    if prefix.startswith("../") or os.path.isabs(prefix):
        return []
    ignores = _above(os.path.abspath(root))
    parts = prefix.split("/")[:-1]
    for depth in range(len(parts)):
        base = "".join(f"{part}/" for part in parts[:depth])
        ignores.append(read_ignore(os.path.join(root, base, ".gitignore"), base))
    kept = [ignore for ignore in ignores if ignore]
    return [] if is_ignored(kept, prefix) else kept


def _above(root: str) -> list[Ignore | None]:
    place = find_place(root)
    if place is None:
        return []
    way = relative_path(root, place.root)
    parts = [] if way == "." else way.split("/")
    files = [
        (os.path.join(place.common_dir, "info", "exclude"), 0),
        *((os.path.join(place.root, *parts[:at], ".gitignore"), at) for at in range(len(parts))),
    ]
    read = [(read_ignore(path), depth) for path, depth in files]
    return [
        ignore and ignore._replace(above="".join(f"{part}/" for part in parts[depth:]))
        for ignore, depth in read
    ]
