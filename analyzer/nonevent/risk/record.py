"""What is known of a change the moment it lands, and what was known of its surroundings before."""

from collections.abc import Mapping
from typing import NamedTuple

__all__ = [
    "AuthorPast",
    "FilePast",
    "FolderPast",
    "LinesPast",
    "Past",
    "Record",
    "RepoPast",
    "Touched",
    "Usual",
]


class Touched(NamedTuple):
    """One file of a change."""

    path: str  # posix; the old one where the file is deleted
    old_path: str  # "" unless it is renamed
    status: str  # "A" added, "M" modified, "D" deleted, "R" renamed
    added: int  # lines
    deleted: int  # lines
    hunks: int  # of a diff without context
    signs_added: Mapping[str, int]  # sign → how often in added lines; without zeros
    signs_deleted: Mapping[str, int]
    binary: bool = False


class Record(NamedTuple):
    """A change as it lands on the main line: a squashed or merged pull request, or a commit."""

    sha: str  # "" where it is not committed
    time: float  # seconds since 1970, when it lands
    author: str  # opaque; whoever made most of its commits
    title: str  # of the pull request where that is known, else of the commit
    body: str
    files: tuple[Touched, ...]
    commits: int = 1  # that were merged
    authors: int = 1  # of these commits
    started: float = 0.0  # when the first of them was made; 0 where unknown
    fixups: int = 0  # of these commits, with a title like "fixup" or "address review"
    bot: bool = False


class FilePast(NamedTuple):
    """A file before the change."""

    changes: int = 0  # that touched it; 0: it is new
    authors: int = 0  # who touched it
    own: int = 0  # changes of this change's author
    fixes: int = 0  # changes that called themselves a fix
    reverts: int = 0  # changes that were taken back
    mended: int = 0  # changes whose lines a fix rewrote within seven days
    recent: int = 0  # changes of the last seven days
    days: float = -1.0  # since the last change; -1 where there is none
    lines: int = 0


class FolderPast(NamedTuple):
    """A folder before the change, by its first two levels."""

    changes: int = 0
    own: int = 0  # changes of this change's author
    reverts: int = 0
    mended: int = 0


class AuthorPast(NamedTuple):
    """What the author did before; not how it went."""

    changes: int = 0
    recent: int = 0  # changes of the last 30 days
    days: float = -1.0  # since the last change; -1 where there is none


class RepoPast(NamedTuple):
    """The repository before the change."""

    changes: int = 0
    days: float = 0.0  # since its first change
    hours: float = -1.0  # since the last change; -1 where there is none
    last_day: int = 0  # changes of the last 24 hours
    last_week: int = 0
    last_month: int = 0  # of 30 days
    reverts_2: int = 0  # reverts of the last 48 hours
    reverts_30: int = 0  # of the last 30 days
    fixes_7: int = 0  # changes of the last seven days that called themselves a fix
    reverts: int = 0  # changes that were taken back, ever
    mended: int = 0  # changes that a fix rewrote within seven days, ever
    merges: float = 0.0  # share of the last 200 changes that came as merges of several commits


class LinesPast(NamedTuple):
    """The lines that the change deletes or rewrites, as far as it is known who wrote them."""

    known: int = 0
    days: float = -1.0  # median age; -1 where none is known
    young: int = 0  # written in the last 14 days
    own: int = 0  # written by this change's author
    origins: int = 0  # changes that wrote them


class Usual(NamedTuple):
    """What is usual here for one measure: of log(1 + x) over earlier changes."""

    changes: int = 0
    mean: float = 0.0
    spread: float = 0.0  # standard deviation


class Past(NamedTuple):
    """All that was known before the change landed."""

    files: tuple[FilePast, ...]  # one for each file of the change
    folders: tuple[FolderPast, ...]  # each once
    author: AuthorPast
    repo: RepoPast
    lines: LinesPast
    usual: Mapping[str, Usual]  # measure → what is usual
