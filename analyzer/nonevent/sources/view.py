"""Files of a project in one version, by absolute path: on disk, in a commit, in the index."""

import errno
import os
from collections.abc import Callable

from nonevent.noun import NamedTuple
from nonevent.sources.disk import is_inside, read_file

__all__ = ["DISK", "OUTSIDE", "View", "guarded"]

OUTSIDE = "a link leads out of the project"


class View(NamedTuple):
    """What is there, and what it holds. Paths may hold `..`."""

    is_file: Callable[[str], bool]
    read: Callable[[str], bytes]  # raises OSError
    # Before a file's name where somebody is told of it: "1a2b3c4d5e:", as git writes a commit's
    # files.
    prefix: str = ""
    commit: str = ""  # full id; "" where it is none's


def _read(path: str) -> bytes:
    with open(path, "rb") as file:
        return file.read()


# Whatever the user names is read, a pipe as well.
DISK = View(os.path.isfile, _read)


def guarded(root: str) -> View:
    """Return the files below `root` as they are on disk; a link that leads out of it is not read.

    Who makes a change chooses where its links lead.
    """
    real = os.path.realpath(root)

    def read(path: str) -> bytes:
        there = os.path.realpath(path)
        if not is_inside(there, real):
            raise OSError(errno.EACCES, OUTSIDE, path)
        return read_file(there)

    return View(os.path.isfile, read)
