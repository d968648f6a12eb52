"""What is known of a repository's past while its changes are read one after the other.

A change is looked at before it is entered: nothing of its features comes from itself or later.
"""

import json
from array import array
from collections import deque
from collections.abc import Callable, Iterable, Mapping, Sequence
from math import sqrt
from statistics import median_low
from typing import NamedTuple

from nonevent.risk.books import Book, Kept, Person
from nonevent.risk.features.feature import Sums
from nonevent.risk.features.usual import measured
from nonevent.risk.lines import LONGEST, pack, replace, rewritten, tells
from nonevent.risk.places import folder_of, is_source
from nonevent.risk.record import (
    AuthorPast,
    FilePast,
    FolderPast,
    LinesPast,
    Past,
    Record,
    RepoPast,
    Usual,
)
from nonevent.risk.titles import is_fix
from nonevent.sources.landed import FileDiff

__all__ = ["DAY", "Ledger", "Origins"]

DAY = 86_400.0
_WEEK, _MONTH, _YOUNG = 7 * DAY, 30 * DAY, 14 * DAY
_LATELY = 200  # changes over which the share of merges is taken


class Origins(NamedTuple):
    """Who wrote the lines that a change deletes or rewrites."""

    lines: Mapping[int, int]  # writer → lines, all that are known
    telling: Mapping[int, Mapping[str, int]]  # writer → path → lines that say what a program does


class Ledger:
    """The past of one repository."""

    def __init__(self, load: Callable[[str], Kept | None]) -> None:
        """Take what finds a file's kept row."""
        self._load = load
        self._files: dict[str, Book | None] = {}
        self._folders: dict[str, Book] = {}
        self._people: dict[str, int] = {}
        self._persons: list[Person] = []
        self._times: array[float] = array("d")  # by number of the change
        self._authors: array[int] = array("i")
        self._changed: dict[str, set[str]] = {"file": set(), "folder": set(), "person": set()}
        self._month: deque[float] = deque()
        self._reverts: deque[float] = deque()
        self._fixes: deque[float] = deque()
        self._merges: deque[int] = deque(maxlen=_LATELY)
        self._usual: dict[str, list[float]] = {}  # measure → mean, sum of squares from it
        self._counts = {"changes": 0, "reverts": 0, "mended": 0, "usual": 0}
        self._first = 0.0

    @property
    def last(self) -> float:
        """When the last change landed; 0 where there is none."""
        return self._times[-1] if self._times else 0.0

    @property
    def length(self) -> int:
        """How many changes were entered."""
        return len(self._times)

    def time_of(self, number: int) -> float:
        """Return when a change landed."""
        return self._times[number]

    # -- what is known before a change -----------------------------------------------------------

    def origins(self, files: Iterable[FileDiff]) -> Origins:
        """Return who wrote the lines that the files lose."""
        lines: dict[int, int] = {}
        telling: dict[int, dict[str, int]] = {}
        for file in files:
            name = file.old_path or file.path
            book = self._file(name)
            if book is None or not book.owners:
                continue
            for owner, line in rewritten(book.owners, file):
                if not 0 <= owner < len(self._times):
                    continue
                lines[owner] = lines.get(owner, 0) + 1
                if line and tells(line):
                    paths = telling.setdefault(owner, {})
                    paths[name] = paths.get(name, 0) + 1
        return Origins(lines, telling)

    def before(self, record: Record, origins: Origins) -> Past:
        """Return all that is known before a change lands."""
        person = self._people.get(record.author, -1)
        time = max(record.time, self.last)
        self._forget(time)
        folders = sorted({folder_of(file.path) for file in record.files})
        return Past(
            tuple(self._file_past(f.old_path or f.path, person, time) for f in record.files),
            tuple(self._folder_past(folder, person) for folder in folders),
            self._author_past(person, time),
            self._repo_past(time),
            self._lines_past(origins, person, time),
            self._usual_past(),
        )

    def _file_past(self, path: str, person: int, time: float) -> FilePast:
        book = self._file(path)
        if book is None:
            return FilePast()
        return FilePast(
            book.changes,
            len(book.authors),
            book.authors.get(person, 0),
            book.fixes,
            book.reverts,
            book.mended,
            sum(at > time - _WEEK for at in book.recent),
            (time - book.last) / DAY,
            book.length,
        )

    def _folder_past(self, folder: str, person: int) -> FolderPast:
        book = self._folders.get(folder)
        if book is None:
            return FolderPast()
        return FolderPast(book.changes, book.authors.get(person, 0), book.reverts, book.mended)

    def _author_past(self, person: int, time: float) -> AuthorPast:
        if person < 0:
            return AuthorPast()
        known = self._persons[person]
        recent = sum(at > time - _MONTH for at in known.recent)
        return AuthorPast(known.changes, recent, (time - known.last) / DAY)

    def _repo_past(self, time: float) -> RepoPast:
        if not self._times:
            return RepoPast()
        return RepoPast(
            self._counts["changes"],
            (time - self._first) / DAY,
            (time - self.last) / 3600,
            _since(self._month, time - DAY),
            _since(self._month, time - _WEEK),
            len(self._month),
            _since(self._reverts, time - 2 * DAY),
            len(self._reverts),
            len(self._fixes),
            self._counts["reverts"],
            self._counts["mended"],
            sum(self._merges) / len(self._merges) if self._merges else 0.0,
        )

    def _lines_past(self, origins: Origins, person: int, time: float) -> LinesPast:
        ages = sorted((time - self._times[owner], lines) for owner, lines in origins.lines.items())
        known = sum(lines for _, lines in ages)
        if not known:
            return LinesPast()
        return LinesPast(
            known,
            median_low([age for age, lines in ages for _ in range(lines)]) / DAY,
            sum(lines for age, lines in ages if age <= _YOUNG),
            sum(lines for owner, lines in origins.lines.items() if self._authors[owner] == person),
            len(ages),
        )

    def _usual_past(self) -> dict[str, Usual]:
        number = self._counts["usual"]
        return {
            name: Usual(number, mean, sqrt(squares / (number - 1)) if number > 1 else 0.0)
            for name, (mean, squares) in self._usual.items()
        }

    def _forget(self, time: float) -> None:
        """Drop what lies outside of the windows."""
        windows = ((self._month, _MONTH), (self._reverts, _MONTH), (self._fixes, _WEEK))
        for times, window in windows:
            while times and times[0] <= time - window:
                times.popleft()

    # -- entering a change -----------------------------------------------------------------------

    def enter(self, record: Record, sums: Sums, files: Iterable[FileDiff], *, known: bool) -> int:
        """Enter a change and return its number.

        What was there before the first change is entered with `known` False: of its lines and
        files nobody knows who made them.
        """
        number = len(self._times)
        time = max(record.time, self.last)
        person = self._person(record.author)
        if not self._times:
            self._first = time
        self._times.append(time)
        self._authors.append(person)
        fix = is_fix(record.title)
        for file in files:
            self._enter_file(file, number if known else -1, person, time, fix=fix)
        if known:
            self._enter_change(record, sums, person, time, fix=fix)
        return number

    def _enter_change(
        self, record: Record, sums: Sums, person: int, time: float, *, fix: bool
    ) -> None:
        for folder in {folder_of(file.path) for file in record.files}:
            book = self._folder(folder)
            book.changes += 1
            book.authors[person] = book.authors.get(person, 0) + 1
        author = self._persons[person]
        author.changes += 1
        author.last = time
        author.recent.append(time)
        while author.recent[0] <= time - _MONTH:
            author.recent.popleft()
        self._changed["person"].add(record.author)
        self._counts["changes"] += 1
        self._month.append(time)
        self._merges.append(int(record.commits > 1))
        if fix:
            self._fixes.append(time)
        self._forget(time)
        if not record.bot:
            self._learn(record, sums)

    def _learn(self, record: Record, sums: Sums) -> None:
        """Learn what is usual: mean and spread in one pass (Welford)."""
        self._counts["usual"] += 1
        number = self._counts["usual"]
        for name, value in measured(record, sums).items():
            told = self._usual.setdefault(name, [0.0, 0.0])
            off = value - told[0]
            told[0] += off / number
            told[1] += off * (value - told[0])

    def _enter_file(
        self, file: FileDiff, number: int, person: int, time: float, *, fix: bool
    ) -> None:
        book = self._file(file.old_path or file.path)
        if book is None:
            book = Book()
        if file.old_path:
            self._files[file.old_path] = None
            self._changed["file"].add(file.old_path)
        self._files[file.path] = book
        self._changed["file"].add(file.path)
        book.length = max(0, book.length + file.lines_added - file.lines_deleted)
        if number >= 0:
            book.changes += 1
            book.fixes += fix
            book.authors[person] = book.authors.get(person, 0) + 1
            book.recent = [at for at in book.recent if at > time - _WEEK] + [time]
        book.last = time
        # of a file that could not be read nobody knows what became of its lines
        if file.binary or file.status == "D" or book.length > LONGEST or not is_source(file.path):
            book.owners = array("i")
        else:
            replace(book.owners, file.hunks, number)

    def take_back(self, paths: Sequence[str]) -> None:
        """Enter that a change of these files was taken back."""
        self._counts["reverts"] += 1
        for book in self._books(paths):
            book.reverts += 1

    def undone(self, time: float) -> None:
        """Enter that a revert landed, whatever it took back."""
        self._reverts.append(max(time, self.last))

    def mend(self, paths: Iterable[str]) -> None:
        """Enter that lines of a change in these files were mended within seven days."""
        self._counts["mended"] += 1
        for book in self._books(list(paths)):
            book.mended += 1

    def _books(self, paths: Sequence[str]) -> Iterable[Book]:
        """Yield the books of files that are still known, and of their folders."""
        for path in paths:
            book = self._file(path)
            if book is not None:
                self._changed["file"].add(path)
                yield book
        for folder in {folder_of(path) for path in paths}:
            yield self._folder(folder)

    def _file(self, path: str) -> Book | None:
        if path not in self._files:
            kept = self._load(path)
            self._files[path] = Book.made(json.loads(kept.book), kept.owners) if kept else None
        return self._files[path]

    def _folder(self, folder: str) -> Book:
        self._changed["folder"].add(folder)
        return self._folders.setdefault(folder, Book())

    def _person(self, author: str) -> int:
        if author not in self._people:
            self._people[author] = len(self._persons)
            self._persons.append(Person())
            self._changed["person"].add(author)
        return self._people[author]

    # -- between two runs ------------------------------------------------------------------------

    def remember(
        self,
        whole: str,
        changes: Iterable[tuple[float, int]],
        folders: Iterable[Kept],
        people: Iterable[Kept],
    ) -> None:
        """Take up what `kept` and `summary` told in an earlier run.

        Raises:
            ValueError, TypeError, KeyError: it is damaged.

        """
        told = json.loads(whole)
        self._month, self._reverts, self._fixes = (
            deque(told[name]) for name in ("month", "reverts", "fixes")
        )
        self._merges = deque(told["merges"], maxlen=_LATELY)
        self._usual, self._counts, self._first = told["usual"], told["counts"], told["first"]
        for time, author in changes:
            self._times.append(time)
            self._authors.append(author)
        self._folders = {kept.name: Book.made(json.loads(kept.book)) for kept in folders}
        for kept in people:
            changes_, last, recent = json.loads(kept.book)
            self._people[kept.name] = len(self._persons)
            self._persons.append(Person(changes_, last, recent))

    def summary(self) -> str:
        """Return what is known of the repository as a whole, as JSON."""
        lists = {"month": self._month, "reverts": self._reverts, "fixes": self._fixes}
        told = {name: list(times) for name, times in lists.items()}
        return json.dumps(
            {
                **told,
                "merges": list(self._merges),
                "usual": self._usual,
                "counts": self._counts,
                "first": self._first,
            }
        )

    def person_of(self, number: int) -> int:
        """Return the number of a change's author."""
        return self._authors[number]

    def kept(self) -> dict[str, list[Kept | str]]:
        """Return what changed since the last call: rows of "file", "folder" and "person".

        A name alone is of a file that is no more under this name. People come in the order in
        which they were met.
        """
        files: list[Kept | str] = []
        for path in sorted(self._changed["file"]):
            book = self._files.get(path)
            told = json.dumps(book.told()) if book else ""
            files.append(Kept(path, told, pack(book.owners)) if book else path)
        folders: list[Kept | str] = [
            Kept(name, json.dumps(self._folders[name].told()))
            for name in sorted(self._changed["folder"])
        ]
        people: list[Kept | str] = []
        for name in sorted(self._changed["person"], key=self._people.__getitem__):
            person = self._persons[self._people[name]]
            people.append(Kept(name, json.dumps([person.changes, person.last, [*person.recent]])))
        for names in self._changed.values():
            names.clear()
        return {"file": files, "folder": folders, "person": people}


def _since(times: deque[float], start: float) -> int:
    """Return how many of the times, which rise, are after `start`."""
    number = 0
    for at in reversed(times):
        if at <= start:
            break
        number += 1
    return number
