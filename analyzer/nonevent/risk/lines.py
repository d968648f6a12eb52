"""Which change wrote each line of a file, kept up to date hunk by hunk: no `git blame` is run."""

import re
import zlib
from array import array
from collections.abc import Iterator, Sequence

from nonevent.sources.landed import FileDiff, Hunk

__all__ = ["LONGEST", "UNKNOWN", "Owners", "pack", "replace", "rewritten", "tells", "unpack"]

Owners = array  # of "i": for each line the number of the change that wrote it

UNKNOWN = -1  # a line of which it is not known who wrote it
LONGEST = 50_000  # lines; a longer file is data
# Lines that say nothing of what a program does: blank, brackets, comments, imports.
_IDLE = re.compile(
    rb"\s*(?:$|[\])}({\[,;]+\s*$|#|//|/\*|\*|--|<!--|\"\"\"|'''|pass\s*$|"
    rb"(?:import|from)\s+[\w.@\"'{*])"
)


def tells(line: bytes) -> bool:
    """Tell whether a line says what a program does."""
    return not _IDLE.match(line)


def _start(hunk: Hunk) -> int:
    """Return the 0-based index of the first line that goes, or before which lines come."""
    return hunk.old - 1 if hunk.deleted else hunk.old


def rewritten(owners: "Owners[int]", file: FileDiff) -> Iterator[tuple[int, bytes]]:
    """Yield the writer of each line that goes, with the line; b"" where it was not kept."""
    at = 0
    for hunk in file.hunks:
        start = _start(hunk)
        for offset in range(hunk.deleted):
            index = start + offset
            owner = owners[index] if index < len(owners) else UNKNOWN
            yield owner, file.deleted[at] if at < len(file.deleted) else b""
            at += 1


def replace(owners: "Owners[int]", hunks: Sequence[Hunk], writer: int) -> None:
    """Let the lines that come be written by `writer`, and those that go be gone."""
    for hunk in reversed(hunks):
        start = _start(hunk)
        missing = start + hunk.deleted - len(owners)
        if missing > 0:
            owners.extend([UNKNOWN] * missing)
        owners[start : start + hunk.deleted] = array("i", [writer]) * hunk.added


def pack(owners: "Owners[int]") -> bytes:
    """Return the writers as bytes: runs of one writer, squeezed."""
    runs = array("i")
    at = 0
    while at < len(owners):
        end = at + 1
        while end < len(owners) and owners[end] == owners[at]:
            end += 1
        runs.extend((owners[at], end - at))
        at = end
    return zlib.compress(runs.tobytes(), 1)


def unpack(data: bytes) -> "Owners[int]":
    """Return the writers that `pack` was given.

    Raises:
        ValueError: the bytes are not of `pack`.

    """
    try:
        runs = array("i", zlib.decompress(data))
    except zlib.error:
        raise ValueError("lines of a file are damaged") from None
    owners = array("i")
    for at in range(0, len(runs) - 1, 2):
        if 0 <= runs[at + 1] <= LONGEST:
            owners.extend(array("i", [runs[at]]) * runs[at + 1])
    return owners
