"""What a file has done so far: the transaction it opened, the tables it made."""

from collections.abc import Sequence

from nonevent.facts import Operation, SchemaStep
from nonevent.noun import NamedTuple
from nonevent.readers.sqlcolumns import Tokens, skip

__all__ = ["Created", "Transaction", "rebuilt"]


class Transaction:
    """The explicit transaction of a file, section by section."""

    def __init__(self) -> None:
        self._section = -1
        self._inside: bool | None = None  # None: the file has said nothing

    def at(self, section: int, otherwise: bool | None) -> bool | None:
        """Return whether a statement here runs in a transaction; `otherwise` if nothing tells."""
        if section != self._section:
            self._section, self._inside = section, None
        return otherwise if self._inside is None else self._inside

    def hear(self, tokens: Tokens, dialect: str) -> None:
        """Take in BEGIN, COMMIT and their like."""
        words = [token.word for token in tokens[:3]]
        first, second = words[0], words[1] if len(words) > 1 else ""
        if (first == "START" and second == "TRANSACTION") or (
            first == "BEGIN" and (dialect != "mssql" or second in {"TRAN", "TRANSACTION"})
        ):
            self._inside = True
        elif first in {"COMMIT", "ROLLBACK", "ABORT"} or (first == "END" and dialect != "mssql"):
            chained = "CHAIN" in words and "NO" not in words
            to_savepoint = first == "ROLLBACK" and "TO" in words
            if not to_savepoint and second != "PREPARED":
                # Also a runner's own transaction is over after this.
                self._inside = chained


class _Table(NamedTuple):
    certain: bool  # False: CREATE TABLE IF NOT EXISTS


# Steps that only make sense on a table that was there before: nobody creates a table and changes
# its columns in one file, except for the case that IF NOT EXISTS found it existing.
OF_AN_OLD_TABLE = frozenset(
    (
        Operation.ADD_COLUMN,
        Operation.DROP_COLUMN,
        Operation.RENAME_COLUMN,
        Operation.ALTER_TYPE,
        Operation.DROP_TABLE,
        Operation.RENAME_TABLE,
    )
)


# How SQL Server and PostgreSQL name what only one session sees.
TEMPORARY = ("#", "pg_temp.", "tempdb..#")


class Created:
    """The tables that a file has created so far, each way by itself."""

    def __init__(self) -> None:
        self._tables: dict[tuple[str, str], _Table] = {}

    def is_new(self, step: SchemaStep) -> bool:
        """Return whether the step meets a table that no running version can know."""
        if step.operation is Operation.CREATE_TABLE:
            return False
        if step.object and not step.table:
            return self._is_made(step)
        if step.table.lower().startswith(TEMPORARY):
            return True
        table = self._tables.get(_key(step.direction, step.table))
        if table is None:
            return False
        return table.certain or step.operation not in OF_AN_OLD_TABLE

    def _is_made(self, step: SchemaStep) -> bool:
        """Return whether the object that the step meets came earlier in the file."""
        made = self._tables.get(_object_key(step))
        return made is not None and made.certain and step.operation is not Operation.CREATE_OBJECT

    def hear(self, step: SchemaStep, tokens: Tokens) -> None:
        """Take in a step, whose statement's tokens are given."""
        key = _key(step.direction, step.table)
        if step.operation is Operation.CREATE_TABLE:
            words = [token.word for token in tokens[:12]]
            temporary = "TEMP" in words[:4] or "TEMPORARY" in words[:4]
            maybe = any(skip(tokens, at, "IF", "NOT", "EXISTS") > at for at in range(6))
            self._tables[key] = _Table(temporary or not maybe)
        elif step.operation is Operation.DROP_TABLE:
            self._tables.pop(key, None)
        elif step.operation is Operation.RENAME_TABLE and key in self._tables:
            self._tables[_key(step.direction, step.new_name)] = self._tables.pop(key)

        elif step.operation is Operation.CREATE_OBJECT:
            maybe = step.replaces or any(
                skip(tokens, at, "IF", "NOT", "EXISTS") > at for at in range(8)
            )
            self._tables[_object_key(step)] = _Table(not maybe)
            if step.object == "materialized view":  # it can bear an index, as a table does
                self._tables[_key(step.direction, step.name)] = _Table(certain=True)
        elif step.operation is Operation.DROP_OBJECT:
            self._tables.pop(_object_key(step), None)


def _object_key(step: SchemaStep) -> tuple[str, str]:
    return step.direction, f"{step.object} {step.name.rpartition('.')[2].lower()}"


def _key(direction: str, table: str) -> tuple[str, str]:
    return direction, table.rpartition(".")[2].lower()


def rebuilt(steps: Sequence[SchemaStep]) -> tuple[SchemaStep, ...]:
    """Mark each DROP TABLE whose name a new table takes afterwards.

    That is how SQLite changes a column: CREATE TABLE new_t, copy, DROP TABLE t, RENAME new_t TO t
    (https://www.sqlite.org/lang_altertable.html, section 7). The rows and the name stay.
    """
    out = list(steps)
    taken: set[tuple[str, str]] = set()
    for index in range(len(out) - 1, -1, -1):
        step = out[index]
        if step.operation is Operation.RENAME_TABLE and step.table_is_new:
            taken.add(_key(step.direction, step.new_name))
        elif step.operation is Operation.DROP_TABLE and _key(step.direction, step.table) in taken:
            taken.discard(_key(step.direction, step.table))
            out[index] = step._replace(keeps_data=True)
    _older_way(out)
    return tuple(out)


def _older_way(steps: list[SchemaStep]) -> None:
    """Mark the same done in the other order: RENAME t TO old, CREATE TABLE t, copy, DROP old."""
    renamed: dict[tuple[str, str], tuple[str, str]] = {}
    made: set[tuple[str, str]] = set()  # renamed, and another table bears their former name
    for index, step in enumerate(steps):
        if step.operation is Operation.RENAME_TABLE:
            renamed[_key(step.direction, step.new_name)] = _key(step.direction, step.table)
        elif step.operation is Operation.CREATE_TABLE:
            key = _key(step.direction, step.table)
            made |= {new for new, old in renamed.items() if old == key != new}
        elif step.operation is Operation.DROP_TABLE and _key(step.direction, step.table) in made:
            steps[index] = step._replace(keeps_data=True)
