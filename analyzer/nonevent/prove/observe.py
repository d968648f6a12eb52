"""What one statement really does on a PostgreSQL server: its locks, rewrites, scans and time."""

import time
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any, NamedTuple

if TYPE_CHECKING:
    from psycopg import Connection

__all__ = ["MODES", "RELATIONS", "Bench", "Hold", "Seen", "Taken", "strongest"]

# PostgreSQL's lock modes, the weakest first, as its manual writes them and as pg_locks does.
MODES = {
    "ACCESS SHARE": "AccessShareLock",
    "ROW SHARE": "RowShareLock",
    "ROW EXCLUSIVE": "RowExclusiveLock",
    "SHARE UPDATE EXCLUSIVE": "ShareUpdateExclusiveLock",
    "SHARE": "ShareLock",
    "SHARE ROW EXCLUSIVE": "ShareRowExclusiveLock",
    "EXCLUSIVE": "ExclusiveLock",
    "ACCESS EXCLUSIVE": "AccessExclusiveLock",
}
WRITTEN = {spelled: mode for mode, spelled in MODES.items()}
ORDER = tuple(MODES)

KINDS = {
    "r": "table",
    "p": "table",
    "i": "index",
    "I": "index",
    "m": "materialized view",
    "v": "view",
    "S": "sequence",
    "f": "foreign table",
}
STORED = ("table", "materialized view")  # what has rows

RELATIONS = b"""
SELECT c.oid,
       CASE WHEN n.nspname = 'public' THEN c.relname ELSE n.nspname || '.' || c.relname END,
       c.relkind, pg_catalog.pg_relation_filenode(c.oid), coalesce(i.indrelid, 0)
FROM pg_catalog.pg_class c
JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
LEFT JOIN pg_catalog.pg_index i ON i.indexrelid = c.oid
WHERE n.nspname <> 'information_schema' AND n.nspname !~ '^pg_'
"""
HELD = b"""
SELECT relation, mode, granted FROM pg_catalog.pg_locks
WHERE locktype = 'relation' AND pid = %s
"""
SCANS = b"SELECT relid, seq_scan FROM pg_catalog.pg_stat_xact_all_tables"
ALL_SCANS = b"SELECT relid, seq_scan FROM pg_catalog.pg_stat_all_tables"

FLUSHES = 150000  # first version that tells its statistics when it is asked to
PAUSE = 0.002  # seconds between two looks at the locks
PATIENCE = 5.0  # seconds until a statement that neither waits nor ends is let go on


class Relation(NamedTuple):
    """A relation of the database, at one moment."""

    name: str  # with its schema, where that is not "public"
    kind: str  # of KINDS
    filenode: int | None  # of the file that holds it; None where there is none
    table: int  # of an index: oid of its table; else 0


class Taken(NamedTuple):
    """A lock on a relation that was there before the statement."""

    relation: str
    kind: str  # "table", "index", "view", …
    mode: str  # in the manual's words: "ACCESS EXCLUSIVE"
    new: bool = True  # False: an earlier statement of the transaction holds it already
    table: str = ""  # of an index: its table


class Seen(NamedTuple):
    """What one statement did."""

    locks: tuple[Taken, ...]  # all that the transaction holds, on what was there before
    rewritten: tuple[str, ...]  # relations with rows, whose rows are in another file now
    scanned: tuple[str, ...]  # relations that were read as a whole
    built: tuple[str, ...]  # indexes made or made anew, on tables that were there before
    seconds: float
    made: int = 0  # relations that there are now and were not before, and the other way round


class Hold(NamedTuple):
    """A lock that another session holds until the statement waits for it, or is through."""

    relation: str
    mode: str  # in the manual's words


Relations = Mapping[int, Relation]
Scans = Mapping[int, int]


def strongest(modes: Iterable[str]) -> str:
    """Return the strongest of some lock modes; "" of none."""
    return max(modes, key=ORDER.index, default="")


class Bench:
    """A database and three sessions in it: one runs statements, one looks, one holds locks."""

    def __init__(self, url: str) -> None:
        import psycopg

        self._connect: Callable[[], Connection] = lambda: psycopg.connect(url, autocommit=True)
        self.run = self._connect()
        self._eye = self._connect()

    def close(self) -> None:
        """End the sessions; what is not committed is gone."""
        self.run.close()
        self._eye.close()

    @property
    def server(self) -> str:
        """Return the name and version of the server: "PostgreSQL 18.4"."""
        row = self._eye.execute(b"SHOW server_version").fetchone()
        return f"PostgreSQL {str(row[0]).split()[0]}" if row else "PostgreSQL"

    @property
    def in_transaction(self) -> bool:
        """Return whether the running session is in a transaction, also in one that has failed."""
        return self.run.info.transaction_status.name in ("INTRANS", "INERROR")

    def execute(self, statement: str) -> None:
        """Run a statement that nobody asks about."""
        self.run.execute(statement.encode())

    def is_table(self, name: str) -> bool:
        """Return whether another session can lock the relation: its definition is committed."""
        query = b"SELECT FROM pg_class WHERE oid = to_regclass(%s) AND relkind IN ('r', 'p')"
        quoted = ".".join(f'"{part}"' for part in name.split("."))
        return self._eye.execute(query, (quoted,)).fetchone() is not None

    def observe(self, statement: str, hold: Sequence[Hold] = ()) -> Seen:
        """Run one statement and return what it did.

        Inside a transaction its locks are read before that ends. Outside they are looked at while
        it runs; those that it is kept waiting for by `hold` are seen for certain.

        Raises:
            psycopg.Error: the server refuses the statement.

        """
        if self.run.info.transaction_status.name == "INTRANS":
            return self._inside(statement)
        return self._outside(statement, hold)

    def _inside(self, statement: str) -> Seen:
        before, scans = self._relations(), self._scans(SCANS)
        locked = self._locks()
        started = time.perf_counter()
        self.run.execute(statement.encode())
        seconds = time.perf_counter() - started
        now = self._locks()
        if self.run.info.transaction_status.name != "INTRANS":  # it was a COMMIT or a ROLLBACK
            return Seen((), (), (), (), seconds)
        counted = self._scans(SCANS)
        return self._seen(
            before, now, locked, (scans, counted), seconds, truncates=_truncates(statement)
        )

    def _outside(self, statement: str, hold: Sequence[Hold]) -> Seen:
        before, scans = self._relations(), self._flushed()
        with self._holding(hold) as holders, ThreadPoolExecutor(1) as pool:
            started = time.perf_counter()
            running = pool.submit(self.run.execute, statement.encode())
            locks = self._watch(running, holders)
        running.result()
        seconds = time.perf_counter() - started
        return self._seen(
            before,
            locks,
            frozenset(),
            (scans, self._flushed()),
            seconds,
            truncates=_truncates(statement),
        )

    @contextmanager
    def _holding(self, hold: Sequence[Hold]) -> "Iterator[list[Connection]]":
        """Let other sessions hold the locks, each one of its own."""
        holders: list[Connection] = []
        try:
            for relation, mode in hold:
                holders.append(self._connect())
                holders[-1].execute(b"BEGIN")
                locked = ".".join(f'"{part}"' for part in relation.split("."))
                holders[-1].execute(f"LOCK TABLE {locked} IN {mode} MODE".encode())
            yield holders
        finally:
            for holder in holders:
                holder.close()

    def _watch(
        self, running: "Future[Any]", holders: "list[Connection]"
    ) -> frozenset[tuple[int, str]]:
        """Return every lock that is seen until a statement is through; let go what it waits for."""
        found: set[tuple[int, str]] = set()
        left = list(holders)
        since = time.monotonic()
        while not running.done():
            rows = self._eye.execute(HELD, (self.run.info.backend_pid,)).fetchall()
            found.update((oid, WRITTEN[mode]) for oid, mode, _ in rows)
            waits = not all(granted for _, _, granted in rows)
            if left and (waits or time.monotonic() - since > PATIENCE):
                left.pop(0).close()
                since = time.monotonic()
            time.sleep(PAUSE)
        return frozenset(found)

    # -- one look at the server ------------------------------------------------------------------

    def _relations(self) -> Relations:
        """Return what the running session sees: its own changes are not committed yet."""
        rows = self.run.execute(RELATIONS).fetchall()
        return {
            oid: Relation(name, KINDS.get(kind, ""), filenode, table)
            for oid, name, kind, filenode, table in rows
        }

    def _locks(self) -> frozenset[tuple[int, str]]:
        rows = self._eye.execute(HELD, (self.run.info.backend_pid,)).fetchall()
        return frozenset((oid, WRITTEN[mode]) for oid, mode, granted in rows if granted)

    def _scans(self, query: bytes) -> Scans:
        return dict(self.run.execute(query).fetchall())

    def _flushed(self) -> Scans:
        """Return the scans of all sessions, those of this one told to the statistics first.

        A server older than PostgreSQL 15 cannot be asked to: its scans are not seen here.
        """
        if self.run.info.server_version >= FLUSHES:
            self.run.execute(b"SELECT pg_stat_force_next_flush()")
            self.run.execute(b"SELECT 1")  # a flush comes after a statement
        return self._scans(ALL_SCANS)

    def _seen(
        self,
        before: Relations,
        locks: Iterable[tuple[int, str]],
        locked: frozenset[tuple[int, str]],
        scans: tuple[Scans, Scans],
        seconds: float,
        *,
        truncates: bool,
    ) -> Seen:
        after = self._relations()
        taken = [
            _taken(before, oid, mode, new=(oid, mode) not in locked)
            for oid, mode in locks
            if oid in before
        ]
        moved = self._moved(before, after)
        full = {oid for oid in moved if after[oid].kind in STORED}
        # a table that was emptied lies in another file, too
        emptied = {oid for oid in full if truncates and self._is_empty(oid)}
        files = {each.filenode for each in before.values()}
        built = {
            oid
            for oid, each in after.items()
            if each.kind == "index" and each.table in before and each.filenode
            if each.filenode not in files and each.table not in emptied
        }
        counts, counted = scans
        scanned = {
            oid
            for oid, each in before.items()
            if each.kind in STORED and counted.get(oid, 0) > counts.get(oid, 0)
            if oid not in emptied
        }
        return Seen(
            tuple(sorted(taken)),
            tuple(sorted(after[oid].name for oid in full - emptied)),
            tuple(sorted(before[oid].name for oid in scanned)),
            tuple(sorted(after[oid].name for oid in built)),
            seconds,
            len(after.keys() ^ before.keys()),
        )

    def _moved(self, before: Relations, after: Relations) -> set[int]:
        """Return what lies in another file now."""
        return {
            oid
            for oid, each in after.items()
            if oid in before and each.filenode and each.filenode != before[oid].filenode
        }

    def _is_empty(self, oid: int) -> bool:
        row = self.run.execute(b"SELECT pg_relation_size(%s)", (oid,)).fetchone()
        return row == (0,)


def _taken(before: Relations, oid: int, mode: str, *, new: bool) -> Taken:
    each = before[oid]
    table = before[each.table].name if each.table in before else ""
    return Taken(each.name, each.kind, mode, new, table)


def _truncates(statement: str) -> bool:
    """Return whether a table's new file may be one without rows."""
    return "truncate" in statement.lower()
