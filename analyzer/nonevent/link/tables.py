"""A database's tables as a history leaves them: what `replay` changes and everybody reads."""

import re
from collections.abc import Callable, Iterable, Iterator

from nonevent.location import Location
from nonevent.noun import NamedTuple

__all__ = ["Column", "Constraint", "Index", "Schema", "Table", "key"]


MOST = 10  # one in so many tables may come from elsewhere: an extension, a statement not read


class Column(NamedTuple):
    """A column as it stands."""

    name: str  # as written
    type: str = ""  # as written by whatever made it: `varchar(20)`, `sa.String(20)`, `CharField`
    nullable: bool | None = None  # None where nothing tells
    default: str | None = None
    generated: bool = False  # serial, identity, auto-increment or computed
    since: Location | None = None  # of the step that made it
    retired: str = ""  # the migration in which Django's models lost it, and the database did not


class Constraint(NamedTuple):
    """A constraint of a table; NOT NULL is the column's own."""

    kind: str  # "primary key", "foreign key", "unique", "check", "exclude"
    name: str = ""  # written, or as the server gives it; "" where nobody can tell
    columns: tuple[str, ...] = ()
    references: str = ""  # table
    condition: str = ""  # of a CHECK, as written
    valid: bool = True  # False: NOT VALID, and not validated since


class Index(NamedTuple):
    """An index that no constraint brings."""

    name: str = ""  # as of a constraint
    columns: tuple[str, ...] = ()  # names, and expressions as written
    unique: bool = False
    condition: str = ""  # of a partial index


class Table:
    """A table as it stands; what is done to it is `replay`'s."""

    __slots__ = (
        "columns",
        "constraints",
        "has_default",
        "has_rows",
        "identity",
        "indexes",
        "made",
        "name",
        "retired",
        "whole",
    )

    def __init__(self, name: str, *, whole: bool, made: Location | None = None) -> None:
        self.name = name  # as written by the step that made it
        self.columns: dict[str, Column] = {}  # key → column, in order
        self.constraints: list[Constraint] = []
        self.indexes: list[Index] = []
        self.whole = whole  # False: it may have more, or other, than is told here
        self.made = made  # by which step; None where no step of the history did
        self.retired = ""  # as of a column
        self.has_rows = True  # False: a step of the history made it, and none has put rows in
        self.has_default = False  # one of its partitions takes what fits into no other
        # What names a row to those who replicate the table: "" its primary key, "full", "nothing",
        # or the key of an index.
        self.identity = ""

    def column(self, name: str) -> Column | None:
        """Return the column of this name, in any case and quotes."""
        return self.columns.get(key(name))

    def change(self, columns: Iterable[str], how: Callable[[Column], Column]) -> None:
        """Put in place of each of these columns that is here what `how` makes of it."""
        for name in columns:
            column = self.columns.get(key(name))
            if column is not None:
                self.columns[key(name)] = how(column)

    def lose(self, column: str, *, shortens: bool) -> None:
        """Take a column away, with the indexes and constraints that are about it.

        MySQL and MariaDB `shorten` an index to its other columns; elsewhere it goes:
        https://dev.mysql.com/doc/refman/8.4/en/alter-table.html
        https://www.postgresql.org/docs/current/sql-altertable.html
        """
        gone = key(column)
        self.columns.pop(gone, None)
        self.constraints = [
            each
            for each in self.constraints
            if gone not in map(key, each.columns)
            and not (each.kind == "check" and _names(gone, each.condition))
        ]
        if shortens:
            rest = (
                index._replace(columns=tuple(one for one in index.columns if key(one) != gone))
                for index in self.indexes
            )
            self.indexes = [index for index in rest if index.columns]
        else:
            self.indexes = [
                index
                for index in self.indexes
                if not _names(gone, *map(_subject, index.columns), index.condition)
            ]

    def never_null(self, column: str) -> bool:
        """Tell whether a validated CHECK proves that the column holds no NULL."""
        wanted = key(column)
        return any(
            constraint.kind == "check"
            and constraint.valid
            and _not_null(constraint.condition) == wanted
            for constraint in self.constraints
        )

    def kinds_on(self, column: str) -> tuple[str, ...]:
        """Return the kinds of indexes and constraints that name the column, in order."""
        wanted = key(column)
        found = {
            "index" for index in self.indexes if _names(wanted, *index.columns, index.condition)
        }
        found |= {
            each.kind for each in self.constraints if _names(wanted, *each.columns, each.condition)
        }
        return tuple(sorted(found))

    def names_rows(self) -> bool:
        """Tell whether a row that changes can be named to those who replicate the table."""
        if self.identity:
            return self.identity != "nothing"
        return any(each.kind == "primary key" for each in self.constraints)

    def covers(self, columns: tuple[str, ...]) -> bool:
        """Tell whether some index, a constraint's among them, begins with these columns."""
        wanted = {key(column) for column in columns}
        lists = [index.columns for index in self.indexes if not index.condition]
        lists += [
            each.columns for each in self.constraints if each.kind in {"primary key", "unique"}
        ]
        return any({key(name) for name in held[: len(wanted)]} == wanted for held in lists)


class Schema:
    """All tables that a history has made so far.

    A name that is not here may be the table of another history. `whole` is False once a statement
    that nobody understands may have changed any table.
    """

    __slots__ = ("aliases", "tables", "whole")

    def __init__(self) -> None:
        self.tables: dict[str, Table] = {}
        self.aliases: dict[str, str] = {}  # Django: key of the usual name → the table's own
        self.whole = True

    def table(self, name: str) -> Table | None:
        """Return the table of this name, whatever its schema, case and quotes."""
        return self.tables.get(key(self.real(name)))

    def knows_most(self) -> bool:
        """Tell whether the history has made the tables it speaks of: it begins at the start."""
        unmade = sum(table.made is None for table in self.tables.values())
        return len(self.tables) > MOST * unmade

    def expected(self, name: str) -> Table | None:
        """Return the table of this name, made in doubt where the history has none; None of ""."""
        if not name:
            return None
        table = self.table(name)
        if table is None:
            table = self.tables[key(name)] = Table(name, whole=False)
        return table

    def real(self, name: str) -> str:
        """Return the name that the table of a Django model bears."""
        return self.aliases.get(key(name), name) if self.aliases else name

    def owner(self, name: str, *, of: str = "index") -> Table | None:
        """Return the table whose index or constraint bears this name."""
        wanted = key(name)
        for table in self.tables.values():
            if any(key(each) == wanted for each in names(table, of)):
                return table
        return None


def names(table: Table, of: str) -> Iterator[str]:
    """Yield the names of a table's indexes, or of its constraints."""
    if of == "index":
        yield from (index.name for index in table.indexes if index.name)
        held = [each for each in table.constraints if each.kind in {"primary key", "unique"}]
    else:
        held = table.constraints
    yield from (each.name for each in held if each.name)


def key(name: str) -> str:
    """Return the name by which two spellings of one thing are equal: no schema, no case."""
    return name.rpartition(".")[2].strip('"`[] ').lower()


def _subject(indexed: str) -> str:
    """Return what an index has in a column's place, a name without its quotes."""
    return indexed if "(" in indexed else key(indexed)


def _names(column: str, *texts: str) -> bool:
    return any(column in re.findall(r"\w+", text.lower()) for text in texts)


def _not_null(condition: str) -> str:
    """Return the key of the column of `(a IS NOT NULL)`, SQL's or Django's; "" of others."""
    text = condition.strip()
    while text.startswith("(") and text.endswith(")"):
        text = text[1:-1].strip()
    words = text.split()
    if len(words) == 4 and [word.upper() for word in words[1:]] == ["IS", "NOT", "NULL"]:  # noqa: PLR2004
        return key(words[0])
    _, _, asked = text.partition("Q(")
    column, mark, value = asked.rstrip(")").partition("__isnull=")
    return key(column) if mark and value == "False" and column.isidentifier() else ""
