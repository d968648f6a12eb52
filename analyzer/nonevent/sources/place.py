"""Where a repository keeps its things, found and read as plain files: no git is started."""

import os

from nonevent.error import UserError
from nonevent.noun import NamedTuple
from nonevent.sources.disk import printable, read_file, reason

__all__ = [
    "Place",
    "find_place",
    "find_root",
    "read_text",
    "require_bare_place",
    "require_place",
    "way_from",
]

_TEXT_LIMIT = 1_000_000  # bytes of a file that git writes as a line or two


class Place(NamedTuple):
    """The folders of one repository."""

    root: str  # of the work tree, absolute
    git_dir: str  # what belongs to this work tree: HEAD, index
    common_dir: str  # what all work trees share: objects, refs, config


def find_root(path: str) -> str | None:
    """Return the root of the work tree that `path` lies in; None outside a repository."""
    place = find_place(path)
    return place.root if place else None


def way_from(folder: str, root: str) -> str:
    """Return what leads a path relative to `root` to be relative to `folder`: "", "shop/"."""
    way = os.path.relpath(root, folder).replace(os.sep, "/")
    return "" if way == "." else f"{way}/"


def require_place(path: str) -> Place:
    """Return the repository that `path` lies in.

    Raises:
        UserError: there is none.

    """
    place = find_place(path)
    if place is None and _is_bare(os.path.abspath(path)):
        raise UserError(f"{printable(path)!r} is a bare repository: make a clone, which has files")
    if place is None:
        raise UserError(f"not a git repository, nor any folder above it: {printable(path)!r}")
    return place


def require_bare_place(path: str) -> Place:
    """Return the repository that `path` lies in, or that it is: a mirror has no work tree.

    Only a path that was given for this may be one: a folder of bare repository's look that lies
    in a work tree is content, and says nothing of the repository around it.

    Raises:
        UserError: there is none.

    """
    here = os.path.abspath(path)
    if _is_bare(here):
        return Place(here, here, _common_dir(here))
    return require_place(path)


def _is_bare(here: str) -> bool:
    parts = (os.path.join(here, part) for part in ("objects", "refs"))
    return os.path.isfile(os.path.join(here, "HEAD")) and all(map(os.path.isdir, parts))


def find_place(path: str) -> Place | None:
    """Return the repository whose work tree `path` lies in, looking upwards; None without one."""
    here = os.path.abspath(path)
    while True:
        git_dir = _git_dir(os.path.join(here, ".git"))
        if git_dir:
            return Place(here, git_dir, _common_dir(git_dir))
        above = os.path.dirname(here)
        if above == here:
            return None
        here = above


def _git_dir(entry: str) -> str:
    if os.path.isdir(entry):
        return entry if os.path.lexists(os.path.join(entry, "HEAD")) else ""
    if not os.path.isfile(entry):
        return ""
    # A linked work tree or a submodule: https://git-scm.com/docs/gitrepository-layout
    key, _, folder = read_text(entry).partition(": ")
    if key != "gitdir" or not folder.strip():
        return ""
    git_dir = os.path.normpath(os.path.join(os.path.dirname(entry), folder.rstrip("\r\n")))
    return git_dir if os.path.isdir(git_dir) else ""


def _common_dir(git_dir: str) -> str:
    folder = read_text(os.path.join(git_dir, "commondir")).rstrip("\r\n")
    return os.path.normpath(os.path.join(git_dir, folder)) if folder else git_dir


def read_text(path: str, limit: int = _TEXT_LIMIT) -> str:
    """Return the text of a small file of git's; "" where there is none.

    Raises:
        UserError: something is there that cannot be read.

    """
    try:
        return os.fsdecode(read_file(path, limit))
    except (OSError, ValueError) as error:
        if not os.path.lexists(path) or os.path.isdir(path):
            return ""
        why = reason(error) if isinstance(error, OSError) else "not a path"
        name = os.path.basename(path)
        raise UserError(f"the repository is damaged: {name!r} cannot be read: {why}") from None
