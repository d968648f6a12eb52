"""What could not be analysed, and why: said in every report, never skipped in silence."""

from enum import StrEnum

from nonevent.noun import NamedTuple

__all__ = ["Note", "NoteKind"]


class NoteKind(StrEnum):
    """Why something was left out."""

    UNREADABLE = "unreadable"  # the operating system refused
    ENCODING = "encoding"  # bytes that are not the text they claim to be
    SYNTAX = "syntax"  # no parser here reads it
    TOO_LARGE = "too-large"
    BINARY = "binary"
    STATEMENT = "statement"  # one SQL statement or operation nobody understood; the rest was read
    PATCH = "patch"  # a part of a patch that does not apply
    HISTORY = "history"  # a revision, object or submodule that is not there
    UNSUPPORTED = "unsupported"  # named explicitly, and no reader knows its type


class Note(NamedTuple):
    """One thing that was not analysed."""

    path: str  # posix, relative; "" where it concerns the whole run
    kind: NoteKind
    message: str  # one sentence: what, and what it means for the result
    line: int = 0  # 1-based; 0 where no line is known
