"""Every row of PostgreSQL in locks.yaml, run on real servers and compared with what they do."""

import os
import re
from collections.abc import Iterator, Mapping, Sequence
from functools import cache
from typing import NamedTuple

import pytest

import nonevent_rules.schema
from nonevent.catalogue import read_rows, typed
from nonevent.facts import SchemaStep
from nonevent.prove.compare import differences
from nonevent.prove.observe import MODES, Bench, Hold, Seen
from nonevent.prove.roles import Roles, find_own, find_roles, joined
from nonevent.readers import sql
from nonevent_rules.schema.locks import Lock, effects

pytestmark = pytest.mark.slow

HERE = os.path.dirname(__file__)
READ = "ACCESS SHARE"
# An example that needs one of these is left out where the server does not bring it.
EXTENSION = re.compile(r"create extension (\w+)")


@cache
def rows() -> Mapping[str, Lock]:
    file = os.path.join(os.path.dirname(nonevent_rules.schema.__file__), "locks.yaml")
    with open(file, encoding="utf-8") as text:
        return typed(Lock, read_rows(text.read(), Lock, "locks.yaml"))


PROVED = [row for row in rows().values() if row.form.startswith("postgresql ") and row.examples]


class Proof(NamedTuple):
    """An example, what the look-up says of it and what a server did."""

    example: str
    effects: tuple[Lock, ...]
    seen: Seen
    own: str  # table that it is about; "" none
    roles: Roles

    def differences(self, effects: Sequence[Lock] = ()) -> tuple[str, ...]:
        """Return what the rows and the server do not agree on.

        Rows that describe one statement together lock its table alike.
        """
        told = effects or self.effects
        wrong = differences(told, self.seen, self.own, self.roles, strict=False)
        return wrong if len({row.lock for row in told}) == 1 else (*wrong, "two locks")

    def shows(self, row: Lock, other: str) -> bool:
        """Return whether the server took a lock that the row tells of another relation."""
        alone = row._replace(others=(other,))
        said = differences((alone,), self.seen, self.own, self.roles)
        return not any(each.startswith("lock on what is ") for each in said)


class Server:
    """A server with the tables of the examples, and what it did in each of them."""

    def __init__(self, url: str) -> None:
        self.url = url
        self._statement("postgres", "CREATE DATABASE model")
        bench = Bench(self.address("model"))
        bench.run.execute(b"CREATE ROLE somebody")
        bench.run.execute(b"CREATE ACCESS METHOD heap2 TYPE TABLE HANDLER heap_tableam_handler")
        with open(os.path.join(HERE, "postgresql.sql"), encoding="utf-8") as tables:
            bench.run.execute(tables.read().encode())
        bench.run.execute(b"SET allow_in_place_tablespaces = on")
        bench.run.execute(b"CREATE TABLESPACE other_place LOCATION ''")
        self.version = str(bench.run.info.server_version // 100_00)
        names = bench.run.execute(b"SELECT name FROM pg_available_extensions").fetchall()
        self.extensions = {name for (name,) in names}
        bench.close()
        self._statement("postgres", "CREATE DATABASE examples TEMPLATE model")
        self.bench = Bench(self.address("examples"))
        self.proofs: dict[str, Proof] = {}

    def prove(self, row: Lock, example: str) -> Proof | None:
        """Run an example and return what it did; None where an extension of it is missing.

        The database is as before.
        """
        if not self.extensions.issuperset(EXTENSION.findall(example)):
            return None
        if example not in self.proofs:
            run = self._inside if row.transaction else self._outside
            self.proofs[example] = run(row, example)
        return self.proofs[example]

    def proofs_of(self, row: Lock) -> list[Proof]:
        """Return the proofs of a row's examples.

        The test is skipped where the server has another version than those that the row is for.
        """
        if not _holds_on(row, self.version):
            pytest.skip(f"the row holds from version {row.since or '0'} to {row.until or 'now'}")
        proofs = [self.prove(row, example) for example in row.examples]
        return [proof for proof in proofs if proof is not None]

    def _inside(self, row: Lock, example: str) -> Proof:
        try:
            self.bench.run.execute(b"BEGIN")
            return self._observed(self.bench, row, example, ())
        finally:
            self.bench.run.execute(b"ROLLBACK")

    def _outside(self, row: Lock, example: str) -> Proof:
        """Run what refuses a transaction in a copy of the database."""
        self._statement("postgres", "DROP DATABASE IF EXISTS copy")
        self._statement("postgres", "CREATE DATABASE copy TEMPLATE model")
        bench = Bench(self.address("copy"))
        try:
            return self._observed(bench, row, example, self._holds(example))
        finally:
            bench.close()

    def address(self, database: str) -> str:
        return self.url.replace("/postgres?", f"/{database}?")

    def _statement(self, database: str, statement: str) -> None:
        import psycopg

        with psycopg.connect(self.address(database), autocommit=True) as connection:
            connection.execute(statement.encode())

    def _holds(self, example: str) -> tuple[Hold, ...]:
        """Return what makes the statement wait under each lock that it takes."""
        table = "part" if " part " in example else "t"
        momentary = [Hold("part_1", "ACCESS SHARE")] if table == "part" else []
        return (Hold(table, "SHARE UPDATE EXCLUSIVE"), *momentary)

    def _observed(self, bench: Bench, row: Lock, example: str, hold: Sequence[Hold]) -> Proof:
        *before, statement = (part.strip() for part in example.split(";"))
        for each in before:
            bench.run.execute(each.encode())
        steps = _steps(statement)
        own = find_own(bench.run, steps[0])
        roles = find_roles(bench.run, own, statement)
        seen = bench.observe(statement, hold)
        roles = joined(roles, find_roles(bench.run, own, statement))
        found = {
            each.form: each
            for step in steps
            for each in effects(step, rows(), row.given, self.version)
        }
        return Proof(example, tuple(found.values()), seen, own, roles)


def _steps(statement: str) -> list[SchemaStep]:
    facts = sql.read("example.sql", f"{statement};", "postgresql").facts
    return [fact for fact in facts if isinstance(fact, SchemaStep)]


def _holds_on(row: Lock, version: str) -> bool:
    started = not row.since or int(row.since.partition(".")[0]) <= int(version)
    return started and (not row.until or int(version) < int(row.until.partition(".")[0]))


@pytest.fixture(scope="module")
def server(postgres: str) -> Iterator[Server]:
    made = Server(postgres)
    yield made
    made.bench.close()


@pytest.mark.parametrize("row", PROVED, ids=lambda row: row.form)
def test_a_server_does_what_the_row_says(server: Server, row: Lock) -> None:
    proofs = server.proofs_of(row)
    wrong = {proof.example: proof.differences() for proof in proofs}

    assert wrong == dict.fromkeys(wrong, ())
    assert _unseen(row, proofs) == []


def _unseen(row: Lock, proofs: Sequence[Proof]) -> list[str]:
    """Return what a row tells of other relations and none of its examples shows."""
    return [each for each in row.others if not any(proof.shows(row, each) for proof in proofs)]


@pytest.mark.parametrize("row", PROVED, ids=lambda row: row.form)
def test_a_row_that_says_anything_else_is_refuted(server: Server, row: Lock) -> None:
    """Break a row in each way that there is, and ask whether any of its examples speaks against."""
    proofs = server.proofs_of(row)
    if not proofs:
        pytest.skip("the server lacks the extension")
    unnoticed = [
        broken
        for broken in _broken(row)
        if not any(proof.differences(_instead(proof, row, broken)) for proof in proofs)
        if not _unseen(broken, proofs)
    ]

    assert unnoticed == []


def _broken(row: Lock) -> Iterator[Lock]:
    for mode in ("", *MODES):
        if mode != row.lock and {mode, row.lock} != {"", READ}:  # a read counts as no lock
            yield row._replace(lock=mode)
    for index, other in enumerate(row.others):
        if not other.endswith(READ):
            rest = row.others[:index] + row.others[index + 1 :]
            yield row._replace(others=rest)
            weaker = "ROW SHARE" if not other.endswith("ROW SHARE") else "ROW EXCLUSIVE"
            yield row._replace(others=(*rest, f"{_role(other)} {weaker}"))
    yield row._replace(rewrites=not row.rewrites)
    yield row._replace(scans=not row.scans)
    yield row._replace(builds_index=not row.builds_index)


def _role(other: str) -> str:
    return next(
        other.removesuffix(f" {mode}")
        for mode in sorted(MODES, key=len)[::-1]
        if other.endswith(f" {mode}")
    )


def _instead(proof: Proof, row: Lock, broken: Lock) -> tuple[Lock, ...]:
    return tuple(broken if each.form == row.form else each for each in proof.effects)


# What waits for a lock of each mode that another session holds.
WAITING = {"SELECT FROM p LIMIT 1": "reads", "UPDATE p SET id = id": "writes", "ANALYZE p": "ddl"}
BLOCKED = {
    "nothing": set(),
    "schema changes": {"ddl"},
    "writes to the same rows": set(),
    "writes": {"writes", "ddl"},
    "reads and writes": {"reads", "writes", "ddl"},
}


@pytest.mark.parametrize("mode", MODES)
def test_a_lock_blocks_what_its_rows_say(server: Server, mode: str) -> None:
    import psycopg

    said = {row.blocks for row in PROVED if row.lock == mode and not row.others}
    blocked = set()
    with psycopg.connect(server.address("examples")) as holder:
        holder.execute(f"LOCK TABLE p IN {mode} MODE".encode())
        for statement, kind in WAITING.items():
            with psycopg.connect(server.address("examples")) as other:
                other.execute(b"SET lock_timeout = '20ms'")
                try:
                    other.execute(statement.encode())
                except psycopg.errors.LockNotAvailable:
                    blocked.add(kind)
                other.rollback()

    assert said
    assert [BLOCKED[each] for each in said] == [blocked] * len(said)
