"""Names that servers give to indexes and constraints which a migration leaves unnamed."""

import re
from collections.abc import Iterable

from nonevent.link.tables import Constraint, Index, Table, key

__all__ = ["named_by_server"]

# Of the bytes of a name that PostgreSQL keeps: NAMEDATALEN - 1.
LONGEST = 63
ENDINGS = {"foreign key": "fkey", "unique": "key", "check": "check", "exclude": "excl"}
CALL = re.compile(r"(?:[\w\"]+\.)?\"?(\w+)\"?\s*\(")
WORD = re.compile(r"[A-Za-z_]\w*")


def named_by_server(table: Table, held: Index | Constraint, dialect: str) -> str:
    """Return the name that the server gives to an index or a constraint; "" where not known.

    PostgreSQL: table, columns and kind, as `ChooseIndexName` and `ChooseConstraintName` of its
    sources have them. MySQL: an index is called as its first column.
    https://www.postgresql.org/docs/current/sql-createtable.html,
    https://dev.mysql.com/doc/refman/8.4/en/create-table.html
    """
    if dialect in {"", "postgresql"}:
        return _postgresql(table, held)
    is_index = isinstance(held, Index) or held.kind == "unique"
    if dialect in {"mysql", "mariadb"} and is_index and held.columns:
        return held.columns[0]
    return ""


def _postgresql(table: Table, held: Index | Constraint) -> str:
    bare = table.name.rpartition(".")[2].strip('"')
    taken = {key(each.name) for each in table.indexes}
    taken.update(key(each.name) for each in table.constraints)
    if isinstance(held, Index):
        columns, ending = [_column(name) for name in held.columns], "idx"
    elif held.kind == "primary key":
        columns, ending = [], "pkey"
    else:
        columns, ending = [*held.columns], ENDINGS.get(held.kind, "key")
        if held.kind == "check":
            columns = list(_of_condition(table, held.condition)) or columns
            columns = columns if len(columns) == 1 else []
    for number in ("", *map(str, range(1, 10))):
        name = _joined(bare, "_".join(columns)[:LONGEST], ending + number)
        if key(name) not in taken:
            return name
    return ""


def _column(name: str) -> str:
    """Return what stands for an expression of an index: its function, or "expr"."""
    if name.isidentifier() or not (name.startswith("(") or "(" in name or " " in name):
        return name
    found = CALL.match(name.strip("( "))
    return found[1] if found else "expr"


def _of_condition(table: Table, condition: str) -> Iterable[str]:
    """Return the columns that a condition names."""
    return dict.fromkeys(
        table.columns[word.lower()].name
        for word in WORD.findall(condition)
        if word.lower() in table.columns
    )


def _joined(table: str, columns: str, ending: str) -> str:
    """Return a name of at most 63 characters: the longer part is cut first."""
    room = LONGEST - len(ending) - 1 - (1 if columns else 0)
    one, two = len(table), len(columns)
    while one + two > room:
        if one > two:
            one -= 1
        else:
            two -= 1
    parts = [table[:one], columns[:two]] if columns else [table[:one]]
    return "_".join((*parts, ending))
