"""Rule packs that are installed: the entry points of one group, read from their text files.

`importlib.metadata` gives the same answer (a test compares), but takes as long to import as a
commit hook's whole check.
"""

import os
from collections.abc import Iterable, Iterator

from nonevent.noun import NamedTuple

__all__ = ["EntryPoint", "entry_points", "folders"]

# https://packaging.python.org/en/latest/specifications/entry-points/#file-format
FILE = "entry_points.txt"


class EntryPoint(NamedTuple):
    """One line of an `entry_points.txt`: `builtin = nonevent_rules`."""

    name: str
    value: str  # importable name, without extras


def entry_points(group: str, path: Iterable[str]) -> tuple[EntryPoint, ...]:
    """Return the entry points of `group`, sorted, of all distributions in the folders `path`.

    As Python's own search does, the first of two distributions of one name counts. Unlike it,
    what stands in the working directory is left out: that is where the code under analysis lies,
    and a pack is code that runs.
    """
    seen: set[str] = set()
    found: set[EntryPoint] = set()
    for folder in folders(path):
        for name, file in _distributions(folder):
            if name not in seen:
                seen.add(name)
                found.update(_read(file, group))
    return tuple(sorted(found))


def folders(path: Iterable[str]) -> Iterator[str]:
    """Yield the folders of `path` in which what is installed lies, not the working directory."""
    here = _identity(os.curdir)
    for folder in path:
        if os.path.isabs(folder) and _identity(folder) != here:
            yield folder


def _identity(folder: str) -> tuple[int, int]:
    """Return what two names of one folder have in common."""
    try:
        status = os.stat(folder)
    except OSError:
        return 0, 0
    return status.st_dev, status.st_ino


def _distributions(folder: str) -> Iterator[tuple[str, str]]:
    """Yield the name of each distribution in a folder and its file of entry points."""
    try:
        names = sorted(os.listdir(folder))
    except OSError:  # a zip file, or an entry that is not there
        return
    for name in names:
        if name.endswith("-info"):
            stem, _, kind = name.lower().rpartition(".")
            if kind in ("dist-info", "egg-info"):
                distribution = stem.partition("-")[0].replace(".", "_")
                yield distribution, f"{folder}/{name}/{FILE}"


def _read(file: str, group: str) -> Iterator[EntryPoint]:
    try:
        with open(file, "rb", buffering=0) as stream:
            data = stream.read()
    except OSError:  # most distributions have none
        return
    if group.encode() not in data:
        return
    section = ""
    for line in map(str.strip, data.decode(errors="replace").splitlines()):
        if line.startswith("["):
            section = line.strip("[] ")
        elif section == group and "=" in line and not line.startswith(("#", ";")):
            name, _, value = line.partition("=")
            yield EntryPoint(name.strip(), value.partition("[")[0].strip())
