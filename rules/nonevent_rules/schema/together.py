"""Which locks the earlier steps of a transaction still hold when a step runs."""

import re
from collections.abc import Iterator, Mapping

from nonevent.facts import Operation, SchemaStep
from nonevent_rules.schema.live import bare, is_live, plain
from nonevent_rules.schema.locks import Lock, effect

__all__ = [
    "Held",
    "changes",
    "held_before",
    "is_aside",
    "made_before",
    "named",
    "same_table",
    "shared",
]

# Where schema changes are part of a transaction; MySQL, MariaDB and Oracle commit at each.
# https://wiki.postgresql.org/wiki/Transactional_DDL_in_PostgreSQL:_A_Competitive_Analysis
TRANSACTIONAL = ("", "postgresql", "mssql")
UNCHANGING = (
    Operation.DATA,
    Operation.BEGIN,
    Operation.END,
    Operation.SET,
    Operation.OTHER,
    Operation.UNKNOWN,
    Operation.LOCK_TABLE,
    Operation.REINDEX,
    Operation.VALIDATE_CONSTRAINT,
)
# What holds no lock on a table that somebody uses, or none that keeps others waiting.
HARMLESS = (Operation.CREATE_TABLE, Operation.VALIDATE_CONSTRAINT, Operation.DATA)

TESTS = frozenset(("test", "tests", "testdata", "fixtures", "dev"))
CATALOGUES = ("pg_", "information_schema.")
# Where projects keep the number of their last migration, in one row.
VERSIONS = re.compile(r"(?:schema|db|database|migrations?)_?(?:versions?|info|migrations?|history)")

Held = tuple[SchemaStep, Lock]


def shared(step: SchemaStep) -> tuple[SchemaStep, ...]:
    """Return the earlier steps of a step's transaction.

    Where nothing tells who runs a file, it counts as one: most runners send it as a whole.
    """
    if step.in_transaction is False or step.dialect not in TRANSACTIONAL:
        return ()
    if step.dialect == "mssql" and not step.in_transaction:
        return ()  # its clients commit batch by batch
    return tuple(one for one in step.earlier if one.transaction == step.transaction)


def held_before(step: SchemaStep, rows: Mapping[str, Lock]) -> Iterator[Held]:
    """Yield the earlier steps of its transaction whose locks keep others waiting until it ends."""
    for one in shared(step):
        if one.operation in HARMLESS or not is_live(one) or not one.table:
            continue
        lock = effect(one, rows)
        if lock is not None and lock.transaction and lock.blocks.endswith("writes"):
            yield one, lock


def is_aside(step: SchemaStep) -> bool:
    """Tell whether a data step is of tests, of the server's catalogue, or of a schema's version."""
    folders = step.location.path.lower().split("/")[:-1]
    table = step.table.lower()
    return (
        not TESTS.isdisjoint(folders)
        or table.startswith(CATALOGUES)
        or VERSIONS.fullmatch(bare(table)) is not None
    )


def changes(steps: tuple[SchemaStep, ...]) -> list[SchemaStep]:
    """Return the steps that change a schema."""
    return [one for one in steps if one.operation not in UNCHANGING]


def made_before(step: SchemaStep, table: str) -> bool:
    """Tell whether an earlier step of the same file makes a table."""
    wanted = bare(table).lower()
    made = (one for one in step.earlier if one.operation is Operation.CREATE_TABLE)
    return any(bare(one.table).lower() == wanted for one in made)


def same_table(one: SchemaStep, other: SchemaStep) -> bool:
    """Tell whether two steps speak of one table, whose name is known."""
    return bool(one.table) and bare(one.table).lower() == bare(other.table).lower()


def named(step: SchemaStep) -> str:
    """Return a step as a sentence names it: "`ADD COLUMN` on `orders`"."""
    what = str(step.operation).upper()
    if what.endswith("OBJECT"):  # CREATE TRIGGER, DROP POLICY
        words = what.replace("OBJECT", step.object) if step.object else step.text
        what = " ".join(words.split()[:2]).upper()
    return f"`{what}` on `{plain(step.table)}`" if step.table else f"`{what}`"
