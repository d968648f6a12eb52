"""Rule packs that are installed: the entry points of one group, read from their text files.

`importlib.metadata` gives the same answer (a test compares), but takes as long to import as a
commit hook's whole check.
"""

import os
from collections.abc import Iterable, Iterator
from typing import NamedTuple

__all__ = ["EntryPoint", "entry_points"]

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
    here = os.path.realpath(os.curdir)
    for folder in path:
        if folder and os.path.isabs(folder) and os.path.realpath(folder) != here:
            for name, file in _distributions(folder):
                if name not in seen:
                    seen.add(name)
                    found.update(_read(file, group))
    return tuple(sorted(found))


def _distributions(folder: str) -> Iterator[tuple[str, str]]:
    """Yield the name of each distribution in a folder and its file of entry points."""
    try:
        names = sorted(os.listdir(folder))
    except OSError:  # a zip file, or an entry that is not there
        return
    for name in names:
        stem, dot, kind = name.lower().rpartition(".")
        if dot and kind in ("dist-info", "egg-info"):
            distribution = stem.partition("-")[0].replace(".", "_")
            yield distribution, os.path.join(folder, name, FILE)


def _read(file: str, group: str) -> Iterator[EntryPoint]:
    try:
        with open(file, encoding="utf-8") as stream:
            text = stream.read()
    except (OSError, UnicodeDecodeError):  # most distributions have none
        return
    section = ""
    for line in map(str.strip, text.splitlines() if group in text else ()):
        if line.startswith("["):
            section = line.strip("[] ")
        elif section == group and "=" in line and not line.startswith(("#", ";")):
            name, _, value = line.partition("=")
            yield EntryPoint(name.strip(), value.partition("[")[0].strip())
