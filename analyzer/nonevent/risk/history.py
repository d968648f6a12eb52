"""The store of changes and of what became of them: one SQLite file, which loses no row.

Several runs may use it at once, and any may be killed: what was accepted is there, whole.
"""

import os
import sqlite3
import zlib
from array import array
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager, suppress
from typing import Any, NamedTuple

from nonevent.digest import blake2b
from nonevent.error import UserError
from nonevent.risk.books import Kept
from nonevent.risk.deploys import Deploy
from nonevent.risk.features import names
from nonevent.risk.ledger import Ledger

__all__ = ["FILE", "Batch", "ChangeRow", "History", "Outcome", "open_history"]

FILE = "history.sqlite3"
APPLICATION = 0x6E6F6E68  # "nonh": SQLite's mark of whose file it is
FORM = 1  # of the tables; a higher one was written by a newer program
WAIT = 120.0  # seconds for another run that writes
SCHEMA = """
CREATE TABLE fact (name TEXT PRIMARY KEY, value TEXT NOT NULL) WITHOUT ROWID;
CREATE TABLE change (id INTEGER PRIMARY KEY, sha TEXT NOT NULL UNIQUE, number INTEGER,
    time REAL NOT NULL, person INTEGER NOT NULL, request INTEGER NOT NULL, title TEXT NOT NULL,
    branch TEXT NOT NULL, bot INTEGER NOT NULL, back INTEGER NOT NULL, reland INTEGER NOT NULL,
    catches_up INTEGER NOT NULL, merge INTEGER NOT NULL, complete INTEGER NOT NULL,
    source INTEGER NOT NULL, paths TEXT NOT NULL, features BLOB);
CREATE UNIQUE INDEX change_number ON change (number);
CREATE TABLE brought (sha TEXT PRIMARY KEY, number INTEGER NOT NULL) WITHOUT ROWID;
CREATE TABLE outcome (id INTEGER PRIMARY KEY, sha TEXT NOT NULL, kind TEXT NOT NULL,
    at REAL NOT NULL, by_sha TEXT NOT NULL, evidence TEXT NOT NULL, weight REAL NOT NULL,
    UNIQUE (sha, kind, by_sha, evidence));
CREATE TABLE deploy (id INTEGER PRIMARY KEY, environment TEXT NOT NULL, sha TEXT NOT NULL,
    named TEXT NOT NULL, at REAL NOT NULL, outcome TEXT NOT NULL, severity TEXT NOT NULL,
    recovered REAL, source TEXT NOT NULL, UNIQUE (environment, named, at, outcome));
CREATE TABLE file (name TEXT PRIMARY KEY, book TEXT NOT NULL, owners BLOB NOT NULL) WITHOUT ROWID;
CREATE TABLE folder (name TEXT PRIMARY KEY, book TEXT NOT NULL) WITHOUT ROWID;
CREATE TABLE person (id INTEGER PRIMARY KEY, name TEXT NOT NULL UNIQUE, book TEXT NOT NULL);
"""
TABLES = tuple(" ".join(table.split()) for table in SCHEMA.split(";") if table.strip())
_MINED = ("file", "folder", "person", "brought", "outcome")  # what mining makes, and makes again


class ChangeRow(NamedTuple):
    """A change as it is kept."""

    sha: str
    number: int  # on the main line, from 0; -1 where it is no longer there
    time: float  # when it landed, seconds since 1970; never less than that of the one before
    person: int  # the author, by a number
    request: int  # number of the pull request; 0 where none is named
    title: str
    branch: str  # that was merged; "" where it is not known
    bot: bool
    back: bool  # it takes back something
    reland: bool  # it brings again what was taken back
    # It merges the main line into a branch that became the main line, or is dated more than a day
    # before the change that it follows: nobody knows when it landed.
    catches_up: bool
    merge: bool
    complete: bool  # False: what it changed could not be read
    source: bool  # a file of source changes
    paths: tuple[str, ...]
    features: tuple[float, ...]  # in the order of `FEATURES`; empty where it is not complete

    @property
    def scored(self) -> bool:
        """Whether it is one of those that are trained on: people's changes of what is deployed."""
        if self.bot or self.back or self.catches_up:
            return False
        return self.complete and self.source


class Outcome(NamedTuple):
    """What became of a change."""

    sha: str  # of the change
    kind: str  # "reverted", "mended"; of deploys: "failed", "rolled back", "incident", "hotfix"
    at: float  # when it was known, seconds since 1970
    by: str  # the change that took it back or mended it, or the deploy
    evidence: str
    weight: float  # 1: it was this change; less: one of several, or only a part of it


class Batch(NamedTuple):
    """What one step of mining adds."""

    changes: list[ChangeRow]
    brought: list[tuple[str, int]]  # commit → number of the change that brought it
    outcomes: list[Outcome]
    kept: Mapping[str, list[Kept | str]]
    summary: str


class History:
    """An open store."""

    def __init__(self, connection: sqlite3.Connection, file: str) -> None:
        """Take a connection to a file in order."""
        self._connection = connection
        self.file = file

    # -- the main line ---------------------------------------------------------------------------

    def fact(self, name: str) -> str:
        """Return a fact of the store: "tip", "root", "summary", "features"; "" where unknown."""
        row = self._one("SELECT value FROM fact WHERE name = ?", name)
        return str(row[0]) if row else ""

    def length(self) -> int:
        """Return how many changes the main line has."""
        row = self._one("SELECT max(number) FROM change")
        return 0 if row is None or row[0] is None else int(row[0]) + 1

    def number_of(self, sha: str) -> int | None:
        """Return the number of the change that brought a commit, by its id or its beginning."""
        question = "SELECT DISTINCT number FROM brought WHERE sha >= ? AND sha < ? LIMIT 2"
        rows = self._connection.execute(question, (sha, sha + "g")).fetchall()
        return int(rows[0][0]) if len(rows) == 1 else None  # of several nobody knows which

    def ledger(self) -> Ledger:
        """Return what is known of the past.

        Raises:
            UserError: it is damaged.

        """
        found = Ledger(self.book)
        summary = self.fact("summary")
        if summary:
            execute = self._connection.execute
            try:
                found.remember(
                    summary,
                    execute("SELECT time, person FROM change WHERE number >= 0 ORDER BY number"),
                    (Kept(*row) for row in execute("SELECT name, book FROM folder")),
                    (Kept(*row) for row in execute("SELECT name, book FROM person ORDER BY id")),
                )
            except (ValueError, TypeError, KeyError):
                raise _damaged(self.file) from None
        return found

    def book(self, path: str) -> Kept | None:
        """Return what is kept of a file; None where it is not known."""
        row = self._one("SELECT name, book, owners FROM file WHERE name = ?", path)
        return Kept(*row) if row else None

    def sha_of(self, number: int) -> str:
        """Return the id of a change of the main line."""
        return str(self._one("SELECT sha FROM change WHERE number = ?", number)[0])

    def paths_of(self, number: int) -> list[str]:
        """Return the files that a change of the main line touched."""
        row = self._one("SELECT paths FROM change WHERE number = ?", number)
        return str(row[0]).split("\0") if row and row[0] else []

    def _one(self, question: str, *values: Any) -> Any:
        return self._connection.execute(question, values).fetchone()

    def changes(self, *, gone: bool = False) -> Iterator[ChangeRow]:
        """Yield the changes of the main line in order; with `gone` also those no longer on it."""
        where = "" if gone else "WHERE number >= 0"
        fields = ", ".join(ChangeRow._fields)
        question = f"SELECT {fields} FROM change {where} ORDER BY number"  # noqa: S608 - our names
        for row in self._connection.execute(question):
            yield _change(row)

    def between(self, first: int, last: int) -> list[ChangeRow]:
        """Return the changes of the main line from one number to another, both included."""
        fields = ", ".join(ChangeRow._fields)
        question = f"SELECT {fields} FROM change WHERE number BETWEEN ? AND ? ORDER BY number"  # noqa: S608 - our names
        return [_change(row) for row in self._connection.execute(question, (first, last))]

    def change(self, sha: str) -> ChangeRow | None:
        """Return the change that landed as a commit; None where it is not known."""
        fields = ", ".join(ChangeRow._fields)
        row = self._one(f"SELECT {fields} FROM change WHERE sha = ?", sha)  # noqa: S608 - our names
        return _change(row) if row else None

    def outcomes(self) -> list[Outcome]:
        """Return what mining and deploys say of the changes, in the order of time."""
        from nonevent.risk.blame import blamed

        question = "SELECT sha, kind, at, by_sha, evidence, weight FROM outcome"
        mined = [Outcome(*row) for row in self._connection.execute(question)]
        return sorted([*mined, *blamed(self)], key=lambda outcome: (outcome.at, outcome.sha))

    def taken(self) -> dict[str, set[int]]:
        """Return the numbers of changes that were taken back or mended: kind → numbers."""
        question = (
            "SELECT kind, number FROM outcome JOIN change USING (sha) "
            "WHERE number >= 0 AND evidence <> 'part'"
        )
        found: dict[str, set[int]] = {}
        for kind, number in self._connection.execute(question):
            found.setdefault(kind, set()).add(number)
        return found

    def line(self) -> list[tuple[str, float, int]]:
        """Return id, time and pull request of the changes of the main line."""
        question = "SELECT sha, time, request FROM change WHERE number >= 0 ORDER BY number"
        return self._connection.execute(question).fetchall()

    # -- mining ----------------------------------------------------------------------------------

    def add(self, batch: Batch, tip: str, before: str, root: str) -> bool:
        """Add what a step of mining found, if the main line is still at `before`.

        Returns False, and adds nothing, where another run has gone on in the meantime.
        """
        with self._writing() as execute:
            if self.fact("tip") != before:
                return False
            for change in batch.changes:
                execute(_UPSERT, _row(change))
            self._many("INSERT OR REPLACE INTO brought VALUES (?, ?)", batch.brought)
            self._many(
                "INSERT OR IGNORE INTO outcome (sha, kind, at, by_sha, evidence, weight) "
                "VALUES (?, ?, ?, ?, ?, ?)",
                batch.outcomes,
            )
            for kept in batch.kept["file"]:
                if isinstance(kept, str):
                    execute("DELETE FROM file WHERE name = ?", (kept,))
                else:
                    execute("INSERT OR REPLACE INTO file VALUES (?, ?, ?)", kept)
            self._many("INSERT OR REPLACE INTO folder VALUES (?, ?)", _pairs(batch.kept["folder"]))
            self._many(
                "INSERT INTO person (name, book) VALUES (?, ?) "
                "ON CONFLICT (name) DO UPDATE SET book = excluded.book",
                _pairs(batch.kept["person"]),
            )
            facts = {"tip": tip, "root": root, "summary": batch.summary, "features": _features()}
            self._many("INSERT OR REPLACE INTO fact VALUES (?, ?)", facts.items())
        return True

    def restart(self, before: str) -> bool:
        """Let mining begin anew; what was imported stays, and so do the changes.

        Returns False, and does nothing, where another run has done something in the meantime.
        """
        with self._writing() as execute:
            if self.fact("tip") != before:
                return False
            execute("UPDATE change SET number = NULL")
            for table in _MINED:
                execute(f"DELETE FROM {table}")  # noqa: S608 - our names
            execute("DELETE FROM fact")
        return True

    def fits(self) -> bool:
        """Tell whether its features are those that this program computes."""
        return self.fact("features") in {"", _features()}

    def _many(self, command: str, rows: Iterable[Any]) -> None:
        self._connection.executemany(command, rows)

    # -- deploys ---------------------------------------------------------------------------------

    def add_deploys(self, deploys: Iterable[Deploy]) -> int:
        """Add deploys and return how many were not there before."""
        before = self._connection.total_changes
        with self._writing():
            self._many(
                "INSERT INTO deploy (environment, sha, named, at, outcome, severity, recovered, "
                "source) VALUES (?, ?, ?, ?, ?, ?, ?, ?) "
                "ON CONFLICT (environment, named, at, outcome) DO NOTHING",
                deploys,
            )
        return self._connection.total_changes - before

    def deploys(self) -> list[Deploy]:
        """Return the deploys, by environment and time."""
        question = (
            "SELECT environment, sha, named, at, outcome, severity, recovered, source FROM deploy "
            "ORDER BY environment, at, id"
        )
        return [Deploy(*row) for row in self._connection.execute(question)]

    @contextmanager
    def _writing(self) -> Iterator[Callable[..., sqlite3.Cursor]]:
        """Write all or nothing.

        Raises:
            UserError: it cannot be written.

        """
        try:
            with self._connection:
                self._connection.execute("BEGIN IMMEDIATE")
                yield self._connection.execute
        except sqlite3.OperationalError as error:
            raise UserError(f"the history {self.file!r} cannot be written: {error}") from None

    def close(self) -> None:
        """Let go of the file."""
        self._connection.close()


_UPSERT = (
    f"INSERT INTO change ({', '.join(ChangeRow._fields)}) "  # noqa: S608 - our names
    f"VALUES ({', '.join('?' * len(ChangeRow._fields))}) ON CONFLICT (sha) DO UPDATE SET "
    + ", ".join(f"{name} = excluded.{name}" for name in ChangeRow._fields if name != "sha")
)


def _row(change: ChangeRow) -> tuple[Any, ...]:
    features = zlib.compress(array("d", change.features).tobytes(), 1) if change.features else None
    kept = change._replace(features=())
    return (*kept[:-2], "\0".join(change.paths), features)


def _change(row: tuple[Any, ...]) -> ChangeRow:
    features = tuple(array("d", zlib.decompress(row[-1]))) if row[-1] else ()
    number = -1 if row[1] is None else row[1]
    flags = (bool(flag) for flag in row[7:-2])
    paths = tuple(row[-2].split("\0")) if row[-2] else ()
    return ChangeRow._make((row[0], number, *row[2:7], *flags, paths, features))


def _pairs(kept: Iterable[Kept | str]) -> Iterator[tuple[str, str]]:
    return ((each.name, each.book) for each in kept if isinstance(each, Kept))


def _features() -> str:
    """Return what tells these features from those of another version."""
    return blake2b("\n".join(names()).encode(), digest_size=16).hexdigest()


def _damaged(file: str) -> UserError:
    return UserError(f"the history {file!r} is damaged: move it away and mine anew")


@contextmanager
def open_history(file: str, *, make: bool = True) -> Iterator[History]:
    """Open a store; with `make` it is made where there is none.

    Raises:
        UserError: there is none, it is of another program or a newer one, damaged or locked.

    """
    if not make and not os.path.isfile(file):
        raise UserError(f"there is no history {file!r}: make one with `nonevent history mine`")
    if os.path.islink(file) or (os.path.lexists(file) and not os.path.isfile(file)):
        raise UserError(f"the history {file!r} is no plain file")
    connection = None
    try:
        connection = sqlite3.connect(file, timeout=WAIT, isolation_level=None)
        _prepare(connection, file)
        yield History(connection, file)
    except sqlite3.OperationalError as error:
        raise UserError(f"the history {file!r} cannot be opened: {error}") from None
    except (sqlite3.DatabaseError, zlib.error):
        raise _damaged(file) from None
    finally:
        if connection is not None:
            with suppress(sqlite3.Error):
                connection.close()


def _prepare(connection: sqlite3.Connection, file: str) -> None:
    """Make the tables where there are none, and refuse what is not ours."""
    execute = connection.execute
    execute("PRAGMA trusted_schema = OFF")  # what a file from elsewhere defines is not run
    if not _marks(connection)[0]:
        execute("PRAGMA journal_mode = WAL")
        with connection:
            execute("BEGIN IMMEDIATE")
            if not _marks(connection)[0]:  # another run may have made them
                for table in TABLES:
                    execute(table)
                execute(f"PRAGMA application_id = {APPLICATION}")
                execute(f"PRAGMA user_version = {FORM}")
    schema, application, form = _marks(connection)
    if application != APPLICATION:
        raise UserError(f"{file!r} is a file of another program")
    if form > FORM:
        raise UserError(
            f"the history {file!r} was written by a newer nonevent (form {form}, known: {FORM})"
        )
    if sorted(schema) != sorted(TABLES):
        raise _damaged(file)
    execute("PRAGMA synchronous = FULL")  # what was accepted outlives a loss of power


def _marks(connection: sqlite3.Connection) -> tuple[list[str], int, int]:
    execute = connection.execute
    schema = execute("SELECT sql FROM sqlite_master WHERE sql IS NOT NULL").fetchall()
    marks = [execute(f"PRAGMA {name}").fetchone()[0] for name in ("application_id", "user_version")]
    return [sql for (sql,) in schema], marks[0], marks[1]
