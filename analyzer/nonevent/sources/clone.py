"""What a clone holds of its repository: where it stands, and how far back it goes."""

from typing import NamedTuple

from nonevent.error import UserError
from nonevent.sources.git import commit_of, find_index
from nonevent.sources.place import find_place
from nonevent.sources.quarantine import open_quarantine
from nonevent.sources.refs import branch_of, find_id

__all__ = ["BASES", "Clone", "look"]

# What changes are usually compared with, the surest first.
BASES = ("origin/HEAD", "origin/main", "origin/master", "main", "master")


class Clone(NamedTuple):
    """One clone."""

    program: str  # "git version 2.39.5"
    root: str  # folder of the work tree, absolute
    branch: str  # "" where none is checked out
    head: str  # full commit id; "" before the first commit
    shallow: bool  # history ends before its beginning
    base: str = ""  # the name that changes are compared with; "" none of the usual ones is there
    parted: str = ""  # the last commit that both have; "" none, or the clone does not reach back


def look(folder: str, base: str = "") -> Clone | None:
    """Return the clone that a folder lies in, compared with `base` or a usual one; None outside.

    Raises:
        UserError: git is not there, the repository cannot be read, or it has no such revision.

    """
    place = find_place(folder)
    if place is None:
        return None
    branch = branch_of(place)
    head = find_id(place, "HEAD")
    name = base or next((name for name in BASES if find_id(place, name)), "")
    with open_quarantine(place, find_index(place)) as git:
        program = (git.ask("version") or b"").decode("utf-8", "replace").strip()
        clone = Clone(program, place.root, branch, head, git.shallow, name)
        if not name or not head:
            return clone
        try:
            other = commit_of(git, place, name)
        except UserError:
            if base:
                raise
            return clone
        parted = git.ask("merge-base", other, head) or b""
        return clone._replace(parted=parted.decode("ascii").strip())
