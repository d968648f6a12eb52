"""What git prints of the files that a change touched, with as many of their lines as are kept."""

import re
from collections.abc import Iterator, Sequence
from typing import NamedTuple

from nonevent.sources.disk import printable
from nonevent.sources.patchhead import read_head
from nonevent.sources.patchtext import read_name

__all__ = ["FileDiff", "Hunk", "Lines", "read_files"]

MOST = 1_000_000  # bytes of a message that are kept
_KEPT = 400_000  # bytes of lines of one file that are kept; all are counted
_KEPT_OF_CHANGE = 20_000_000  # bytes of lines of all files of a change
_HUNK = re.compile(rb"@@ -(\d+)(?:,(\d+))? \+(\d+)(?:,(\d+))? @@")


class Hunk(NamedTuple):
    """One place of a file that changes; lines are 1-based, as in a diff without context."""

    old: int
    deleted: int  # lines
    new: int
    added: int  # lines


class FileDiff(NamedTuple):
    """What became of one file."""

    path: str
    old_path: str  # "" unless it is renamed
    status: str  # "A" added, "M" modified, "D" deleted, "R" renamed
    hunks: tuple[Hunk, ...]
    added: Sequence[bytes]  # lines without their ends, up to a limit
    deleted: Sequence[bytes]
    binary: bool = False  # or too large to compare

    @property
    def lines_added(self) -> int:
        """How many lines are added."""
        return sum(hunk.added for hunk in self.hunks)

    @property
    def lines_deleted(self) -> int:
        """How many lines are deleted."""
        return sum(hunk.deleted for hunk in self.hunks)


class Lines:
    """Lines, one of which can be given back."""

    def __init__(self, lines: Iterator[bytes]) -> None:
        """Take the lines."""
        self._lines = lines
        self._back: bytes | None = None

    def next(self) -> bytes | None:
        """Return the next line; None after the last."""
        if self._back is not None:
            line, self._back = self._back, None
            return line
        return next(self._lines, None)

    def until(self, mark: bytes) -> bytes | None:
        """Return what stands before the next line that is the mark, cut; None at the end."""
        found: list[bytes] = []
        room = MOST
        while (line := self.next()) is not None:
            if line == mark:
                return b"\n".join(found)
            room -= len(line) + 1
            if room > 0:
                found.append(line)
        return None

    def back(self, line: bytes) -> None:
        """Let the next line be this one."""
        self._back = line


def read_files(lines: Lines, nonce: bytes) -> Iterator[FileDiff]:
    """Yield the files up to the mark of the next commit, which is read as well."""
    head: list[bytes] = []
    room = _KEPT_OF_CHANGE
    while (line := lines.next()) is not None and line != nonce:
        if line.startswith(b"diff --git "):
            if head:
                yield _without_hunks(head)
            head = [line]
        elif line.startswith(b"@@ "):
            lines.back(line)
            file = _with_hunks(head, lines, min(room, _KEPT))
            room -= sum(map(len, file.added)) + sum(map(len, file.deleted))
            yield file
            head = []
        elif line.startswith(b":"):
            yield from _raw(line)
        elif head:
            head.append(line)
    if head:
        yield _without_hunks(head)


def _raw(line: bytes) -> Iterator[FileDiff]:
    """Yield the file of a line of `--raw`."""
    facts, _, path = line.partition(b"\t")
    status = facts[-1:].decode("ascii", "replace")
    if status in {"A", "M", "D", "T"} and path:
        name = read_name(path.decode("latin-1"))
        yield FileDiff(printable(name), "", status.replace("T", "M"), (), (), (), binary=True)


def _path(data: bytes) -> str:
    return printable(data.decode("utf-8", "surrogateescape"))


def _names(head: Sequence[bytes]) -> tuple[str, str, str]:
    """Return path, old path where it is renamed, and status."""
    marks = [line[:10] for line in head[1:]]
    first = head[0][len(b"diff --git ") :] if head else b""
    half = len(first) // 2
    if (
        b"rename fro" not in marks
        and b'"' not in first
        and first[:2] == b"a/"
        and first[half + 1 : half + 3] == b"b/"
        and first[2:half] == first[half + 3 :]
    ):
        path = _path(first[2:half])
        status = "A" if b"new file m" in marks else "D" if b"deleted fi" in marks else "M"
        return path, "", status
    told = read_head([line.decode("latin-1") for line in head])
    old, new = printable(told.old_path), printable(told.new_path)
    if not new:
        return old, "", "D"
    if not old:
        return new, "", "A"
    return new, old if old != new else "", "R" if old != new else "M"


def _without_hunks(head: Sequence[bytes]) -> FileDiff:
    path, old_path, status = _names(head)
    binary = any(line.startswith((b"Binary files ", b"GIT binary")) for line in head[1:])
    return FileDiff(path, old_path, status, (), (), (), binary)


def _with_hunks(head: Sequence[bytes], lines: Lines, room: int) -> FileDiff:
    """Return a file with its hunks, and as many bytes of lines as there is room for."""
    path, old_path, status = _names(head)
    hunks: list[Hunk] = []
    added: list[bytes] = []
    deleted: list[bytes] = []
    while (line := lines.next()) is not None:
        match = _HUNK.match(line)
        if match is None:
            if line.startswith(b"\\"):  # "\ No newline at end of file"
                continue
            lines.back(line)
            break
        old, minus, new, plus = (int(part) if part is not None else 1 for part in match.groups())
        hunks.append(Hunk(old, minus, new, plus))
        left = minus + plus
        while left and (line := lines.next()) is not None:
            sign = line[:1]
            if sign == b"\\":
                continue
            left -= 1
            room -= len(line)
            if room > 0:
                (added if sign == b"+" else deleted).append(line[1:])
    return FileDiff(path, old_path, status, tuple(hunks), added, deleted)
