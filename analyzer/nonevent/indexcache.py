"""The index of a rule pack, kept between two runs.

Importing every rule and reading every page takes 0.3 ms a rule, of which a run on a handful of
files has no need. The index lies beside the pack's compiled modules and in the same trust: who
can write there can already change the rules. Like them it is a marshalled value.
"""

import marshal
import os
import sys
from collections.abc import Iterator
from typing import Any

from nonevent import __version__
from nonevent.index import Entry, Index, Shelf, build, import_pack

__all__ = ["files_of", "load"]

FORM = 7  # of the stored value; raised when `Entry` or `Shelf` change
KINDS = (".py", ".md", ".yaml")
CHECKSUM = 4  # bytes before the value


def load(name: str, *, cache: bool = True) -> tuple[Index, str]:
    """Return the index of the installed package `name` and its folder.

    Raises:
        UserError: the pack cannot be imported or is not in order.

    """
    pack = import_pack(name)
    folder = os.path.dirname(os.path.abspath(str(pack.__file__)))
    if not cache:
        return build(pack, folder), folder
    state = (FORM, __version__, name, tuple(sorted(files_of(folder))))
    file = cache_file(folder)
    stored = _read(file, state)
    if stored is None:
        index = build(pack, folder)
        _store(file, (state, *_plain(index)))
        return index, folder
    return stored, folder


def cache_file(folder: str) -> str:
    """Return where the index of the pack in `folder` is kept: where Python keeps its own."""
    tag = sys.implementation.cache_tag
    if sys.pycache_prefix is None:
        return os.path.join(folder, "__pycache__", f"nonevent-index.{tag}")
    below = os.path.splitdrive(folder)[1].lstrip(os.sep)
    return os.path.join(sys.pycache_prefix, below, f"nonevent-index.{tag}")


def files_of(folder: str, below: str = "") -> Iterator[tuple[str, int, int]]:
    """Yield name, time of change (ns) and size of all that an index is made from."""
    with os.scandir(folder) as entries:
        for entry in entries:
            if entry.name.endswith(KINDS):
                status = entry.stat()
                yield below + entry.name, status.st_mtime_ns, status.st_size
            elif "." not in entry.name and entry.name != "__pycache__" and entry.is_dir():
                yield from files_of(entry.path, f"{below}{entry.name}/")


def _read(file: str, state: tuple[Any, ...]) -> Index | None:
    """Return the stored index; None where there is none, or an old or damaged one."""
    try:
        with open(file, "rb") as stream:
            data = stream.read()
        if _checksum(data[CHECKSUM:]) != data[:CHECKSUM]:
            return None
        stored, entries, shelves = marshal.loads(data[CHECKSUM:])  # noqa: S302  # see the module
        if stored != state:
            return None
        return Index(
            {rule: Entry(*values) for rule, values in entries.items()},
            {name: Shelf(*values) for name, values in shelves.items()},
        )
    except (OSError, ValueError, TypeError, EOFError):
        return None


def _checksum(data: bytes) -> bytes:
    from zlib import crc32

    return crc32(data).to_bytes(CHECKSUM, "big")


def _plain(index: Index) -> tuple[Any, ...]:
    seen: dict[tuple[type, Any], Any] = {}
    entries = {rule: _once(tuple(entry), seen) for rule, entry in index.entries.items()}
    shelves = {name: _once(tuple(shelf), seen) for name, shelf in index.shelves.items()}
    return entries, shelves


def _once(value: Any, seen: dict[tuple[type, Any], Any]) -> Any:
    """Return `value` made of objects seen before, where they are equal: each is stored once."""
    if isinstance(value, tuple):
        return tuple(_once(part, seen) for part in value)
    return seen.setdefault((type(value), value), value)


def _store(file: str, value: tuple[Any, ...]) -> None:
    """Keep the index, unless Python is told to keep nothing or the folder takes nothing."""
    from nonevent.output import replace_file

    if sys.dont_write_bytecode:
        return
    data = marshal.dumps(value)
    try:
        os.makedirs(os.path.dirname(file), exist_ok=True)
        replace_file(file, _checksum(data) + data)
    except OSError:
        return
