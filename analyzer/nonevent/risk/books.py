"""What happened to one file, one folder, one author; and how it is kept between two runs."""

from array import array
from collections import deque
from collections.abc import Iterable, Sequence
from typing import Any, NamedTuple

from nonevent.risk.lines import Owners, unpack

__all__ = ["Book", "Kept", "Person"]


class Kept(NamedTuple):
    """A row of what is kept between two runs."""

    name: str
    book: str  # JSON
    owners: bytes = b""


class Book:
    """What happened to one file or folder."""

    __slots__ = ("authors", "changes", "fixes", "last", "length", "mended", "owners", "recent",
                 "reverts")  # fmt: skip

    def __init__(self) -> None:
        self.changes = self.fixes = self.reverts = self.mended = self.length = 0
        self.authors: dict[int, int] = {}
        self.recent: list[float] = []  # times of the last seven days
        self.last = 0.0
        self.owners: Owners[int] = array("i")

    def told(self) -> list[Any]:
        """Return what is kept of it, the lines aside."""
        people = [number for pair in self.authors.items() for number in pair]
        numbers = [self.changes, self.fixes, self.reverts, self.mended, self.length]
        return [*numbers, self.last, people, self.recent]

    @classmethod
    def made(cls, told: Sequence[Any], owners: bytes = b"") -> "Book":
        """Return the book that `told` told."""
        book = cls()
        book.changes, book.fixes, book.reverts, book.mended, book.length = told[:5]
        book.last, people, book.recent = told[5:8]
        book.authors = dict(zip(people[::2], people[1::2], strict=True))
        if owners:
            book.owners = unpack(owners)
        return book


class Person:
    """What one author did."""

    __slots__ = ("changes", "last", "recent")

    def __init__(self, changes: int = 0, last: float = 0.0, recent: Iterable[float] = ()) -> None:
        self.changes, self.last, self.recent = changes, last, deque(recent)
