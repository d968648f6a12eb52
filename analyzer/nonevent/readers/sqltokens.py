"""Statements read from their tokens alone: the forms that no parser here types."""

import re
from typing import Any

from nonevent.facts import Operation
from nonevent.readers.sqlaction import read_action
from nonevent.readers.sqlalter import actions_of, altered
from nonevent.readers.sqlcolumns import (
    Draft,
    Tokens,
    commas,
    group,
    index_columns,
    name_at,
    skip,
    source,
)
from nonevent.readers.sqllexer import text_of, words
from nonevent.readers.sqlparts import body

__all__ = ["is_index", "is_table", "read_alter", "read_tokens"]

# What may stand between CREATE or DROP and TABLE or INDEX.
BEFORE_TABLE = words(
    "OR REPLACE GLOBAL LOCAL TEMP TEMPORARY UNLOGGED FOREIGN EXTERNAL VIRTUAL PRIVATE SHARDED"
    " IMMUTABLE COLUMN ROW TRANSIENT"
)
BEFORE_INDEX = words(
    "OR REPLACE UNIQUE FULLTEXT SPATIAL CLUSTERED NONCLUSTERED COLUMNSTORE BITMAP PRIMARY XML"
    " ONLINE OFFLINE MULTIVALUE"
)


def is_table(tokens: Tokens) -> int:
    """Return the index after `CREATE … TABLE` or `DROP … TABLE`; 0 where it is neither."""
    return _after(tokens, "TABLE", BEFORE_TABLE)


def is_index(tokens: Tokens) -> int:
    """Return the index after `CREATE … INDEX` or `DROP … INDEX`; 0 where it is neither."""
    return _after(tokens, "INDEX", BEFORE_INDEX)


def _after(tokens: Tokens, noun: str, between: frozenset[str]) -> int:
    at = 1
    while at < len(tokens) and tokens[at].word in between:
        at += 1
    return at + 1 if at < len(tokens) and tokens[at].word == noun else 0


def read_tokens(text: str, tokens: Tokens, dialect: str) -> tuple[Draft, ...] | None:
    """Return the steps of one statement; None where its form is not known."""
    first = tokens[0].word
    if first == "CREATE" and is_table(tokens):
        return _create_table(text, tokens)
    if first == "CREATE" and is_index(tokens):
        return _create_index(text, tokens, dialect)
    if first == "DROP" and is_table(tokens):
        return _drop_table(text, tokens)
    if first == "DROP" and is_index(tokens):
        return _drop_index(text, tokens, dialect)
    if first == "ALTER" and is_index(tokens):
        return _rename_index(text, tokens)
    if first == "ALTER":
        return read_alter(text, tokens)
    if first == "RENAME":
        return _rename(text, tokens)
    if first == "SELECT" and dialect in {"", "mssql"}:
        return _select_into(text, tokens)
    if first in {"EXEC", "EXECUTE", "CALL"} or first.startswith("SP_"):
        return _sp_rename(text, tokens)
    return None


def _draft(operation: Operation, tokens: Tokens, **fields: Any) -> Draft:
    return Draft(operation, tokens[0].start, tokens[-1].end, fields)


# -- tables --------------------------------------------------------------------------------------


def _create_table(text: str, tokens: Tokens) -> tuple[Draft, ...] | None:
    at = skip(tokens, is_table(tokens), "IF", "NOT", "EXISTS")
    table, after = name_at(text, tokens, at)
    if not table:
        return None
    made = body(text, tokens[after:])
    fields: dict[str, Any] = {
        "table": table,
        "columns": made.columns,
        "parts": made.parts,
        "open": made.open,
    }
    if skip(tokens, after, "PARTITION", "OF") > after:
        fields["parent"] = name_at(text, tokens, after + 2)[0]
    if is_query(tokens, after):
        fields["from_query"] = True
    return (_draft(Operation.CREATE_TABLE, tokens, **fields),)


def is_query(tokens: Tokens, at: int) -> bool:
    """Tell whether a new table gets the rows of a query that stands after `at`."""
    depth = 0
    for token in tokens[at:]:
        depth += {"(": 1, ")": -1}.get(token.word, 0)
        if not depth and token.word == "SELECT":
            return [last.word for last in tokens[-3:]] != ["WITH", "NO", "DATA"]
    return False


def _select_into(text: str, tokens: Tokens) -> tuple[Draft, ...] | None:
    """Read `SELECT … INTO t FROM …`, which creates the table."""
    into = next((i for i, token in enumerate(tokens) if token.word == "INTO"), len(tokens))
    table, _ = name_at(text, tokens, into + 1)
    if not table:
        return None
    return (_draft(Operation.CREATE_TABLE, tokens, table=table, open=True, from_query=True),)


def _drop_table(text: str, tokens: Tokens) -> tuple[Draft, ...] | None:
    at = skip(tokens, is_table(tokens), "IF", "EXISTS")
    parts = list(commas(tokens[at:]))
    names = [name_at(text, part, 0)[0] for part in parts]
    if not names or not all(names):
        return None
    more = {"cascade": True} if tokens[-1].word == "CASCADE" else {}
    if len(parts) == 1:
        return (_draft(Operation.DROP_TABLE, tokens, table=names[0], **more),)
    lead = source(text, tokens[:at])
    return tuple(
        _draft(Operation.DROP_TABLE, part, table=name, **more)._replace(lead=lead)
        for part, name in zip(parts, names, strict=True)
    )


def read_alter(text: str, tokens: Tokens) -> tuple[Draft, ...] | None:
    """Return a step for each action of an ALTER TABLE; None where it is another ALTER."""
    head = altered(text, tokens)
    if head is None or head.at >= len(tokens):
        return None
    lead = source(text, tokens[: head.at])
    drafts: list[Draft] = []
    for action in actions_of(tokens[head.at :]):
        drafts += read_action(text, head.table, action, lead)
    return tuple(drafts) or (_draft(Operation.OTHER, tokens, table=head.table),)


def _rename(text: str, tokens: Tokens) -> tuple[Draft, ...] | None:
    """Read `RENAME TABLE a TO b, c TO d` (MySQL) and `RENAME a TO b` (Oracle)."""
    begin = skip(tokens, 1, "TABLE") if tokens[1:] else 1
    begin = skip(tokens, begin, "TABLES") if begin == 1 else begin
    begin = skip(tokens, begin, "IF", "EXISTS")
    parts = list(commas(tokens[begin:]))
    drafts: list[Draft] = []
    for part in parts:
        old, at = name_at(text, part, 0)
        new, _ = name_at(text, part, skip(part, at, "TO"))
        if not old or not new or skip(part, at, "TO") == at:
            return None
        where = tokens if len(parts) == 1 else part
        drafts.append(_draft(Operation.RENAME_TABLE, where, table=old, new_name=new))
    lead = source(text, tokens[:begin]) if len(parts) > 1 else ""
    return tuple(draft._replace(lead=lead) for draft in drafts) or None


# -- indexes -------------------------------------------------------------------------------------


def _create_index(text: str, tokens: Tokens, dialect: str) -> tuple[Draft, ...] | None:
    at = is_index(tokens)
    words = [token.word for token in tokens]
    concurrently = "CONCURRENTLY" in words[at : at + 1]
    at = skip(tokens, skip(tokens, at, "CONCURRENTLY"), "IF", "NOT", "EXISTS")
    name = "" if words[at : at + 1] == ["ON"] else name_at(text, tokens, at)[0]
    if "ON" not in words[at:]:
        return None
    on = words.index("ON", at) + 1
    only = words[on : on + 1] == ["ONLY"]
    table, after = name_at(text, tokens, on + only)
    if not table:
        return None
    while after < len(tokens) and tokens[after].word != "(":
        after += 1
    stop = group(tokens, after)
    fields = {
        "table": table,
        "name": name,
        "columns": index_columns(text, tokens[after:stop]),
        "unique": "UNIQUE" in words[:at],
        "concurrently": concurrently or is_online(words[stop:], dialect),
        "only": only,
        "condition": _where(text, tokens[stop:]),
    }
    return (_draft(Operation.CREATE_INDEX, tokens, **fields),)


def _where(text: str, tokens: Tokens) -> str:
    """Return the condition of an index over some of the rows; "" where it holds them all."""
    at = next((at for at, token in enumerate(tokens) if token.word == "WHERE"), len(tokens))
    return source(text, tokens[at + 1 :])


def is_online(words: list[str], dialect: str) -> bool:
    """Tell whether T-SQL's or Oracle's ONLINE lets writers go on while the index is built."""
    if dialect not in {"mssql", "oracle"} or "ONLINE" not in words:
        return False
    at = words.index("ONLINE")
    return words[at + 1 : at + 3] != ["=", "OFF"]


def _drop_index(text: str, tokens: Tokens, dialect: str) -> tuple[Draft, ...] | None:
    at = is_index(tokens)
    concurrently = skip(tokens, at, "CONCURRENTLY") > at
    at = skip(tokens, skip(tokens, at, "CONCURRENTLY"), "IF", "EXISTS")
    parts = list(commas(tokens[at:]))
    drafts: list[Draft] = []
    for part in parts:
        name, after = name_at(text, part, 0)
        if not name:
            return None
        table = name_at(text, part, after + 1)[0] if skip(part, after, "ON") > after else ""
        if dialect == "mssql" and not table and "." in name:  # `DROP INDEX t.i`
            table, _, name = name.rpartition(".")
        fields: dict[str, Any] = {"name": name, "concurrently": concurrently}
        fields |= {"table": table} if table else {}
        drafts.append(_draft(Operation.DROP_INDEX, tokens if len(parts) == 1 else part, **fields))
    lead = source(text, tokens[:at]) if len(parts) > 1 else ""
    return tuple(draft._replace(lead=lead) for draft in drafts) or None


def _rename_index(text: str, tokens: Tokens) -> tuple[Draft, ...] | None:
    name, at = name_at(text, tokens, skip(tokens, is_index(tokens), "IF", "EXISTS"))
    if not name or skip(tokens, at, "RENAME", "TO") == at:
        return None
    new_name, _ = name_at(text, tokens, at + 2)
    return (_draft(Operation.RENAME_INDEX, tokens, name=name, new_name=new_name),)


# -- sp_rename -----------------------------------------------------------------------------------

# A constraint's or an index's name by the prefixes that SQL Server and its designers give.
NO_TABLE = re.compile(
    r"(?:^|\.)(?:pk|fk|df|uq|uk|ix|idx|ak|ck|chk|tr|sp|usp|fn|vw?)_[^.]*$", re.IGNORECASE
)


def _sp_rename(text: str, tokens: Tokens) -> tuple[Draft, ...] | None:
    """Read `EXEC sp_rename 't.a', 'b', 'COLUMN'`; names may come as `@objname = N'…'`."""
    names = [token.word for token in tokens[:6] if token.kind == "word"]
    if "SP_RENAME" not in names:
        return None
    given = [_unquoted(text, token) for token in tokens if token.kind == "string"]
    if len(given) < 2:  # noqa: PLR2004 old and new name
        return None
    old, new = given[0], given[1]
    kind = given[2].upper() if len(given) > 2 else ""  # noqa: PLR2004
    if kind == "COLUMN":
        table, _, column = old.rpartition(".")
        fields = {"table": table, "column": column, "new_name": new}
        return (_draft(Operation.RENAME_COLUMN, tokens, **fields),)
    if kind in {"", "OBJECT"} and not NO_TABLE.search(old):
        return (_draft(Operation.RENAME_TABLE, tokens, table=old, new_name=new),)
    return (_draft(Operation.OTHER, tokens, name=old),)


def _unquoted(text: str, token: Any) -> str:
    written = text_of(text, token).lstrip("Nn")[1:-1].replace("''", "'")
    return re.sub(r"[\[\]\"]", "", written)
