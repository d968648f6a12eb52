"""What is being deployed: files with their content before and after."""

from collections.abc import Callable, Mapping

from nonevent.note import Note
from nonevent.noun import NamedTuple

__all__ = ["Change", "ChangedFile", "Content", "Side", "held"]

# Reads one file's bytes when they are needed; raises OSError where they cannot be had.
Content = Callable[[], bytes]
Side = Mapping[str, Content]  # path → content, of one version of the project


def held(data: bytes | None) -> Content | None:
    """Return the content of a file whose bytes are at hand; None where there is none."""
    return None if data is None else lambda: data


class ChangedFile(NamedTuple):
    """One file of a change."""

    path: str  # posix, relative to the root of the run
    after: Content | None  # None: the change deletes the file
    before: Content | None = None  # None: the change adds the file, or nothing is compared
    old_path: str = ""  # where it stood before a rename; "" where the name did not change
    added: frozenset[int] | None = (
        None  # 1-based lines of `after` that the change brings; None: all
    )


class Change(NamedTuple):
    """The files under analysis and how they came to be there."""

    files: tuple[ChangedFile, ...]  # sorted by path
    notes: tuple[Note, ...] = ()  # what the source could not bring
    compares: bool = False  # True where `before` means something: only what is new is reported
    base: str = ""  # full commit id of the version before, where there is one
    head: str = ""  # full commit id of the version after; "" for a work tree
    # All files of the version before, read when they are asked for; None where no commit is.
    whole: Callable[[], Side] | None = None
