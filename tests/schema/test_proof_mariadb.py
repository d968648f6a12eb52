"""Every row of MariaDB in locks.yaml, run on a real server and compared with what it does."""

import os
import re
from collections.abc import Iterator, Mapping
from functools import cache
from typing import Any, NamedTuple

import pytest

import nonevent_rules.schema
from nonevent.catalogue import read_rows, typed
from nonevent_rules.schema.locks import Lock

pytestmark = pytest.mark.slow

HERE = os.path.dirname(__file__)
ALGORITHMS = ("INSTANT", "NOCOPY", "INPLACE", "COPY")  # the lightest first
LOCKS = ("NONE", "SHARED", "EXCLUSIVE")
UNSUPPORTED = (1845, 1846)  # ER_ALTER_OPERATION_NOT_SUPPORTED, and with its reason
WAITED = 1205  # ER_LOCK_WAIT_TIMEOUT
TABLE = re.compile(r"ALTER TABLE (\w+)")


@cache
def rows() -> Mapping[str, Lock]:
    file = os.path.join(os.path.dirname(nonevent_rules.schema.__file__), "locks.yaml")
    with open(file, encoding="utf-8") as text:
        return typed(Lock, read_rows(text.read(), Lock, "locks.yaml"))


PROVED = [row for row in rows().values() if row.form.startswith("mariadb ") and row.examples]


class Done(NamedTuple):
    """What the server did with an example."""

    algorithm: str  # the lightest that it accepts
    lock: str  # the lightest that it accepts with that algorithm
    rewrites: bool  # the table is another one now
    builds_index: bool  # one of its indexes is
    waits: bool  # it waits for a transaction that has read the table

    def differences(self, row: Lock) -> tuple[str, ...]:
        """Return what a row says and the server does not do, or the other way round.

        Rows are read by what writes them anew or builds an index, and by nothing else.
        """
        told = {
            "algorithm": row.algorithm,
            "lock": row.lock,
            "rewrites": row.rewrites,
            "builds_index": row.builds_index,
            "waits": row.moment == ("own EXCLUSIVE",),
        }
        wrong = [name for name, value in told.items() if value != getattr(self, name)]
        if row.scans != (row.rewrites or row.builds_index):
            wrong.append("scans")
        return tuple(wrong)


class Server:
    """A server with the tables of the examples, and what it did in each of them."""

    def __init__(self, socket: str) -> None:
        import pymysql
        from pymysql.constants import CLIENT

        server: dict[str, Any] = {"unix_socket": socket, "user": "root", "autocommit": True}
        with open(os.path.join(HERE, "mariadb.sql"), encoding="utf-8") as text:
            self._tables = text.read()
        self.connection = pymysql.connect(**server, client_flag=CLIENT.MULTI_STATEMENTS)
        self.reader = pymysql.connect(**server)
        self.run("SET NAMES utf8mb4")
        self.reset()
        self.done: dict[str, Done] = {}

    def run(self, statement: str, *values: object) -> list[tuple[Any, ...]]:
        with self.connection.cursor() as cursor:
            cursor.execute(statement, values or None)
            found = list(cursor.fetchall())
            while cursor.nextset():
                pass
            return found

    def reset(self, table: str = "") -> None:
        """Make the tables anew, or one of them."""
        if not table:
            self.run("CREATE DATABASE examples; USE examples")
        self.run(f"DROP TABLE IF EXISTS {table or 'old'}, t2")
        made = re.compile(rf"(?:CREATE TABLE|INSERT INTO) {table}\b" if table else "")
        for statement in self._tables.split(";\n"):
            if statement.strip() and made.search(statement):
                self.run(statement)

    def prove(self, example: str) -> Done:
        """Run an example and return what it did; the tables are as before."""
        if example not in self.done:
            *before, statement = (part.strip() for part in example.split(";"))
            for each in before:
                self.run(each)
            try:
                self.done[example] = self._proved(statement)
            finally:
                self.run("SET foreign_key_checks = 1")
                self.reset(TABLE.match(statement)[1])  # type: ignore[index]  # each is one
        return self.done[example]

    def _proved(self, statement: str) -> Done:
        found = TABLE.match(statement)
        assert found
        waits = self._waits(statement, found[1])
        before = self._stored(found[1])
        algorithm, lock = self._lightest(statement)
        renamed = re.search(r"RENAME TO (\w+)", statement)
        after = self._stored(renamed[1] if renamed else found[1])
        rewrites = before[0] != after[0]
        return Done(algorithm, lock, rewrites, bool(after[1] - before[1]), waits)

    def _lightest(self, statement: str) -> tuple[str, str]:
        """Run it under the lightest algorithm and lock that the server accepts."""
        import pymysql

        for algorithm in ALGORITHMS:
            for lock in LOCKS:
                try:
                    self.run(f"{statement}, ALGORITHM={algorithm}, LOCK={lock}")
                except pymysql.err.MySQLError as error:
                    if error.args[0] not in UNSUPPORTED:
                        raise
                else:
                    return algorithm, lock
        raise AssertionError(statement)

    def _waits(self, statement: str, table: str) -> bool:
        import pymysql

        with self.reader.cursor() as cursor:
            cursor.execute("BEGIN")
            cursor.execute(f"SELECT 1 FROM examples.{table}")  # noqa: S608  # of mariadb.sql
            try:
                self.run("SET lock_wait_timeout = 0")
                self.run(statement)
            except pymysql.err.OperationalError as error:
                if error.args[0] != WAITED:
                    raise
                return True
            else:
                return False
            finally:
                cursor.execute("ROLLBACK")
                self.run("SET lock_wait_timeout = 30")

    def _stored(self, table: str) -> tuple[int, set[int]]:
        """Return the number of a table in the storage engine, and those of its indexes."""
        tables = "SELECT table_id FROM information_schema.innodb_sys_tables WHERE name = %s"
        [[number]] = self.run(tables, f"examples/{table}")
        stored = "SELECT index_id FROM information_schema.innodb_sys_indexes WHERE table_id = %s"
        indexes = self.run(stored, number)
        return number, {index for (index,) in indexes}


@pytest.fixture(scope="module")
def server(mariadb: str) -> Iterator[Server]:
    made = Server(mariadb)
    yield made
    made.reader.close()
    made.connection.close()


@pytest.mark.parametrize("row", PROVED, ids=lambda row: row.form)
def test_a_server_does_what_the_row_says(server: Server, row: Lock) -> None:
    wrong = {example: server.prove(example).differences(row) for example in row.examples}

    assert wrong == dict.fromkeys(row.examples, ())


@pytest.mark.parametrize("row", PROVED, ids=lambda row: row.form)
def test_a_row_that_says_anything_else_is_refuted(server: Server, row: Lock) -> None:
    done = [server.prove(example) for example in row.examples]
    unnoticed = [
        broken for broken in _broken(row) if not any(each.differences(broken) for each in done)
    ]

    assert unnoticed == []


def _broken(row: Lock) -> Iterator[Lock]:
    yield from (row._replace(lock=lock) for lock in LOCKS if lock != row.lock)
    yield from (row._replace(algorithm=other) for other in ALGORITHMS if other != row.algorithm)
    yield row._replace(rewrites=not row.rewrites)
    yield row._replace(scans=not row.scans)
    yield row._replace(builds_index=not row.builds_index)
    yield row._replace(moment=())
