"""What a schema step does to a database under load: the rows of `locks.yaml`, and their look-up.

`effects(step, rows)` returns the rows that describe a step and `effect` the heaviest of them;
what only a replay of the schema or another catalogue can tell is `given` in words: see `GIVEN`.
A row is found by its form: the dialect and words that `forms` makes from a step, so
`postgresql add column check`, or `postgresql reindex table` from the words of a statement that
has no operation of its own. A member that comes new to `Operation` is found by its value.
"""

import re
from collections.abc import Collection, Iterator, Mapping
from typing import Literal, NamedTuple

from nonevent.facts import SchemaStep
from nonevent_rules.schema.forms import forms

__all__ = ["GIVEN", "Lock", "effect", "effects", "forms", "held", "on_server"]

# What `given` may say, and of which step.
GIVEN = {
    "volatile default": "ADD COLUMN: every row gets a value of its own",
    "constrained domain": "ADD COLUMN: its type is a domain with NOT NULL or a CHECK",
    "generated table": "MySQL, ADD COLUMN in the middle or MODIFY: it has generated columns",
    "fulltext": "MySQL, ADD COLUMN: the table has a full-text index",
    "free": "ALTER TYPE: no row is touched",
    "rechecked": "ALTER TYPE: no row is touched, a CHECK on the column reads them all",
    "reindexed": "ALTER TYPE: no row is touched, an index on the column is built anew",
    "not null": "MySQL, MODIFY: the column becomes NOT NULL, or no longer is, and nothing else",
    "indexed": "MySQL, DROP COLUMN or a new collation: an index holds the column",
    "proved": "SET NOT NULL, ATTACH PARTITION: a valid CHECK or the table says that it holds",
    "nullable": "ADD PRIMARY KEY USING INDEX: a column of it is not NOT NULL yet",
    "foreign key": "DROP or VALIDATE CONSTRAINT: which kind it is",
    "primary key": "DROP CONSTRAINT: which kind it is",
    "partition": "DROP TABLE: it is a partition of another one",
    "partitioned": "CREATE INDEX: the table has partitions",
    "unchecked": "MySQL, ADD FOREIGN KEY: the session has set foreign_key_checks = 0",
}


BUILT = re.compile(r" create (?:\w+ )?index")


class Lock(NamedTuple):
    """What one form of schema change locks and does, and whom that keeps waiting."""

    form: str  # dialect and what is done: "postgresql add check"
    lock: str  # on the step's own table, in the server's own words: "ACCESS EXCLUSIVE"; "" none
    blocks: Literal[
        "nothing", "schema changes", "writes to the same rows", "writes", "reads and writes"
    ]  # what waits until it is done, or until the transaction ends
    source: str  # URL of the server's manual
    others: tuple[str, ...] = ()  # on what else: "referenced SHARE ROW EXCLUSIVE"
    moment: tuple[str, ...] = ()  # stronger ones, held for a moment: "own EXCLUSIVE"
    rewrites: bool = False  # every row is written anew
    scans: bool = False  # every row is read
    builds_index: bool = False  # an index is built, or built anew
    algorithm: str = ""  # MySQL's and MariaDB's word: "INSTANT", "NOCOPY", "INPLACE" or "COPY"
    transaction: bool = True  # false: the server refuses it inside a transaction
    since: str = ""  # first version of the server for which this row holds; "" every supported one
    until: str = ""  # first version for which it no longer does; "" none
    given: tuple[str, ...] = ()  # what must be known beside the step: see `GIVEN` in locks.py
    examples: tuple[str, ...] = ()  # statements that the proof runs; those before a ";" prepare

    @property
    def lasts(self) -> bool:
        """Return whether the time that it takes grows with the table."""
        return self.rewrites or self.scans or self.builds_index

    @property
    def stalls(self) -> bool:
        """Return whether readers or writers wait for as long as the table is large."""
        return self.lasts and self.blocks in ("writes", "reads and writes")

    @property
    def weight(self) -> tuple[int, ...]:
        """Return what sorts rows by how much they hurt."""
        blocks = ("nothing", "schema changes", "writes to the same rows", "writes")
        blocked = blocks.index(self.blocks) if self.blocks in blocks else len(blocks)
        return self.stalls, self.rewrites, self.lasts, blocked


def effects(
    step: SchemaStep, rows: Mapping[str, Lock], given: Collection[str] = (), version: str = ""
) -> tuple[Lock, ...]:
    """Return the rows that describe a step, the heaviest first; () where the table knows none.

    A step has more than one where it does several things: ADD COLUMN with a CHECK and a default.
    Where the step bears no dialect, PostgreSQL's rows are asked. `version` of the server, "15" or
    "8.0.29", picks a row that holds for it; without one the latest counts.
    """
    found: dict[str, Lock] = {}
    for row in _found(step, rows, frozenset(given)):
        held = _of_version(row, rows, version) if version else row
        if held is not None:
            found.setdefault(held.form, held)
    return tuple(sorted(found.values(), key=lambda row: row.weight, reverse=True))


def effect(
    step: SchemaStep, rows: Mapping[str, Lock], given: Collection[str] = (), version: str = ""
) -> Lock | None:
    """Return the heaviest row that describes a step, None where there is none; see `effects`."""
    return next(iter(effects(step, rows, given, version)), None)


def _found(step: SchemaStep, rows: Mapping[str, Lock], given: frozenset[str]) -> Iterator[Lock]:
    dialect = step.dialect or "postgresql"
    for choices in forms(step, given):
        names = [f"{dialect} {choice}" for choice in choices]
        if dialect == "mariadb":  # what it shares with MySQL stands there alone
            names += [f"mysql {choice}" for choice in choices]
        row = next((rows[name] for name in names if name in rows), None)
        if row is not None:
            yield row


def _of_version(row: Lock, rows: Mapping[str, Lock], version: str) -> Lock | None:
    """Return the variant of a row that holds for a version: "add check (before 8)"."""
    variants = [row, *(other for other in rows.values() if other.form.startswith(f"{row.form} ("))]
    at = _numbers(version)
    return next((each for each in variants if _holds(each, at)), None)


def _holds(row: Lock, version: tuple[int, ...]) -> bool:
    started = not row.since or _numbers(row.since) <= version
    return started and (not row.until or version < _numbers(row.until))


def _numbers(version: str) -> tuple[int, ...]:
    return tuple(int(part) for part in version.split(".") if part.isdecimal())


def held(lock: Lock, table: str, referenced: str = "") -> str:
    """Return the second half of a sentence whose subject is what is added to `table`."""
    article = "an" if lock.lock[0] in "AEIOU" else "a"
    both = f"referenced {lock.lock}" in lock.others
    where = f" on `{table}` and `{referenced or '…'}`" if both else ""
    blocks = f"{lock.blocks} to both" if both else lock.blocks
    return (
        f"{_work(lock)} `{table}` under {article} {lock.lock} lock{where}: "
        f"{blocks} wait until it is done"
    )


def _work(lock: Lock) -> str:
    if BUILT.search(lock.form):
        return "is built on"
    if lock.rewrites:
        return "copies every row of"
    return "builds its index on" if lock.builds_index else "is checked against every row of"


def on_server(dialect: str) -> str:
    """Return what opens a sentence whose server is not known: it speaks of PostgreSQL then."""
    return "" if dialect else "on PostgreSQL, "
