"""What one part of a patch does to one file, forwards and backwards."""

from collections.abc import Sequence
from enum import Enum, auto
from typing import NamedTuple

from nonevent.note import NoteKind
from nonevent.sources.patchhead import read_head
from nonevent.sources.patchtext import Part

__all__ = [
    "Delta",
    "Fit",
    "Hunk",
    "MismatchError",
    "PartError",
    "read_delta",
    "reverse",
    "transform",
]

_NEAR = 1_000  # places of its first line at which a hunk is tried

Lines = tuple[bytes, ...]  # with their line ends, but the last one maybe


class MismatchError(ValueError):
    """A hunk does not stand in the text it is applied to."""


class PartError(ValueError):
    """A part of a patch that cannot be used, and what kind of note says so."""

    def __init__(self, path: str, kind: NoteKind, message: str) -> None:
        super().__init__(message)
        self.path = path
        self.kind = kind
        self.message = message


class Hunk(NamedTuple):
    """One stretch of lines in both versions."""

    head: str  # "@@ -1,3 +1,4 @@"
    old_start: int  # 0-based
    old: Lines
    new_start: int
    new: Lines
    added: int  # lines
    removed: int


class Delta(NamedTuple):
    """The change of one file: "" is the name of a file that is not there."""

    old_path: str
    new_path: str
    hunks: tuple[Hunk, ...] = ()
    copied: bool = False  # the old file stays


def reverse(delta: Delta) -> Delta:
    """Return the change that takes `delta` back."""
    hunks = tuple(
        Hunk(
            hunk.head, hunk.new_start, hunk.new, hunk.old_start, hunk.old, hunk.removed, hunk.added
        )
        for hunk in delta.hunks
    )
    return Delta(delta.new_path, delta.old_path, hunks)


class Fit(Enum):
    """How closely a text must be the one that a change was made from."""

    EXACT = auto()
    ENDS = auto()  # lines may end otherwise
    PLACE = auto()  # and hunks may stand elsewhere than at their line numbers


def transform(content: Lines | None, delta: Delta, fit: Fit) -> Lines | None:
    """Return the lines after the change; None where the file is not there.

    Raises:
        MismatchError: the text is not the one that the change was made from.

    """
    if not delta.old_path:
        if content is not None:
            raise MismatchError("the file is there already")
        content = ()
    elif content is None:
        raise MismatchError("the file is not there")
    parts: list[bytes] = []
    at = shift = 0
    for hunk in delta.hunks:
        found = _find(content, hunk, at, hunk.old_start + shift, fit)
        parts += content[at:found]
        parts += hunk.new
        at, shift = found + len(hunk.old), found - hunk.old_start
    parts += content[at:]
    if delta.new_path:
        return tuple(parts)
    if parts:
        raise MismatchError("the file holds more than the patch deletes")
    return None


def _find(content: Lines, hunk: Hunk, least: int, expected: int, fit: Fit) -> int:
    wanted = [_line(line, fit) for line in hunk.old]
    for at in _places(content, wanted, max(expected, least), fit):
        there = content[at : at + len(wanted)]
        if least <= at <= len(content) and [_line(line, fit) for line in there] == wanted:
            return at
    raise MismatchError(f"hunk {hunk.head} does not apply")


def _line(line: bytes, fit: Fit) -> bytes:
    return line if fit is Fit.EXACT else line.rstrip(b"\r\n")


def _places(content: Lines, wanted: Sequence[bytes], expected: int, fit: Fit) -> list[int]:
    if fit is not Fit.PLACE or not wanted:
        return [expected]
    places = [at for at, line in enumerate(content) if _line(line, fit) == wanted[0]]
    return sorted(places, key=lambda at: (abs(at - expected), at))[:_NEAR]


def read_delta(part: Part) -> Delta | None:
    """Return what the part says; None where it brings no content (mode, symbolic link, submodule).

    Raises:
        PartError: it is binary, combined or damaged.

    """
    head = read_head(part.head)
    path = head.new_path or head.old_path
    if head.combined or any(lines[0].startswith("@@@") for lines in part.hunks):
        raise PartError(path, NoteKind.PATCH, "a combined diff of a merge: not analysed")
    if head.no_file:
        return None
    if head.binary:
        raise PartError(path, NoteKind.BINARY, "a binary patch: not analysed")
    hunks = tuple(_read_hunk(path, number, lines) for number, lines in enumerate(part.hunks, 1))
    if not hunks and head.old_path == head.new_path:
        return None
    return Delta(head.old_path, head.new_path, hunks, head.copied)


def _read_hunk(path: str, number: int, lines: Sequence[str]) -> Hunk:
    from io import StringIO

    from unidiff.errors import UnidiffParseError
    from unidiff.patch import PatchSet

    head = lines[0].split(" @@")[0] + " @@"
    text = "--- a/file\n+++ b/file\n" + "".join(lines)
    try:
        parsed = PatchSet(StringIO(text if text.endswith("\n") else text + "\n"))[0][0]
    except (UnidiffParseError, IndexError):
        parsed = None
    if parsed is None or len(parsed) != len(lines) - 1:  # cut short, or longer than it says
        message = f"hunk {number} ({head}) is damaged: the file is not analysed"
        raise PartError(path, NoteKind.PATCH, message)
    sides: dict[str, list[bytes]] = {"-": [], "+": []}
    last = ""
    for line in parsed:
        if line.line_type == "\\":  # "No newline at end of file" speaks of the line before
            for side in _SIDES.get(last, ""):
                sides[side][-1] = sides[side][-1].rstrip(b"\n")
            continue
        last = line.line_type
        for side in _SIDES.get(last, ""):
            sides[side].append(line.value.encode("latin-1"))
    # "-5,0" means after line 5; any other count starts with the line itself.
    old_start = parsed.source_start - (1 if sides["-"] else 0)
    new_start = parsed.target_start - (1 if sides["+"] else 0)
    return Hunk(
        head,
        max(old_start, 0),
        tuple(sides["-"]),
        max(new_start, 0),
        tuple(sides["+"]),
        parsed.added,
        parsed.removed,
    )


_SIDES = {"-": "-", "+": "+", " ": "-+"}
