"""How a migration is run rather than what it makes: settings, transactions, locks, rows."""

import itertools
import re
from collections.abc import Iterator

from nonevent.facts import Operation, Rows
from nonevent.readers.sqlcolumns import Draft, Fields, Tokens, commas, group, name_at, skip
from nonevent.readers.sqllexer import text_of, words

__all__ = ["conduct", "copied_by", "guarded", "options", "rows_of"]

REINDEXED = words("INDEX TABLE SCHEMA DATABASE SYSTEM")
# The mode that PostgreSQL takes where LOCK TABLE names none:
# https://www.postgresql.org/docs/current/sql-lock.html
UNNAMED = "access exclusive"
CONFIGURES = re.compile(r"(?is)set_config\s*\(\s*'([\w.]+)'\s*,\s*'([^']*)'")
MYSQL_LOCKS = {"READ": "read", "WRITE": "write"}


def conduct(text: str, tokens: Tokens, dialect: str) -> Iterator[Draft]:
    """Yield the steps of a statement that sets, begins, ends, locks or builds anew; else none."""
    first = tokens[0].word
    start, end = tokens[0].start, tokens[-1].end
    found: tuple[tuple[Operation, Fields], ...] = ()
    if first in {"SET", "RESET", "SELECT"}:
        found = _set(text, tokens, first)
    elif first in {"BEGIN", "START", "COMMIT", "ROLLBACK", "END", "ABORT"}:
        found = _transaction(tokens, dialect)
    elif first == "REINDEX":
        found = _reindex(text, tokens)
    elif first == "LOCK":
        found = tuple(_lock(text, tokens, dialect))
    return (Draft(operation, start, end, fields) for operation, fields in found)


def _set(text: str, tokens: Tokens, first: str) -> tuple[tuple[Operation, Fields], ...]:
    if first == "SELECT":
        written = text[tokens[0].start : tokens[-1].end]
        pairs = CONFIGURES.findall(written) if "set_config" in written.lower() else []
        return tuple((Operation.SET, {"name": n.lower(), "default": v}) for n, v in pairs)
    at = 1
    while at < len(tokens) and tokens[at].word in {"LOCAL", "SESSION", "GLOBAL", "PERSIST"}:
        at += 1
    name, after = name_at(text, tokens, at)
    name = name.lower().rpartition("@@")[2].rpartition("session.")[2]
    if not name:
        return ()
    if first == "RESET":
        return ((Operation.SET, {"name": name, "default": ""}),)
    if tokens[after:] and tokens[after].word in {"=", "TO", ":"}:
        after += 1
    value = " ".join(text_of(text, token) for token in tokens[after:])
    value = value.strip("'\" =")
    return (
        (Operation.SET, {"name": name, "default": "" if value.upper() == "DEFAULT" else value}),
    )


def _transaction(tokens: Tokens, dialect: str) -> tuple[tuple[Operation, Fields], ...]:
    names = [token.word for token in tokens[:3]]
    first, second = names[0], names[1] if len(names) > 1 else ""
    of_sql_server = dialect == "mssql"
    if dialect == "oracle" and first == "BEGIN":  # a block: transactions begin by themselves
        return ((Operation.OTHER, {}),)
    if first == "START" or (first == "BEGIN" and not of_sql_server):
        return ((Operation.BEGIN, {}),) if first == "BEGIN" or second == "TRANSACTION" else ()
    if first == "BEGIN":
        return ((Operation.BEGIN, {}),) if second in {"TRAN", "TRANSACTION"} else ()
    kept = second == "PREPARED" or (first == "ROLLBACK" and "TO" in names)
    return () if kept or (first == "END" and of_sql_server) else ((Operation.END, {}),)


def _reindex(text: str, tokens: Tokens) -> tuple[tuple[Operation, Fields], ...]:
    names = [token.word for token in tokens]
    at = 1
    if names[at : at + 1] == ["("]:
        at = group(tokens, at)
    concurrently = "CONCURRENTLY" in names[: at + 2]
    if concurrently and names[names.index("CONCURRENTLY") + 1] in {"FALSE", "OFF"}:
        concurrently = False
    kind = names[at] if names[at : at + 1] and names[at] in REINDEXED else ""
    at = skip(tokens, at + bool(kind), "CONCURRENTLY")
    name = name_at(text, tokens, at)[0]
    if kind == "TABLE":
        return ((Operation.REINDEX, {"table": name, "concurrently": concurrently}),)
    return ((Operation.REINDEX, {"name": name, "concurrently": concurrently}),)


def _lock(text: str, tokens: Tokens, dialect: str) -> Iterator[tuple[Operation, Fields]]:
    at = skip(tokens, 1, "TABLE")
    at = skip(tokens, at, "TABLES")
    if at < len(tokens) and tokens[at].word in {"INSTANCE", "TABLES"}:
        return
    names = [token.word for token in tokens]
    stop = len(names)
    for word in ("IN", "NOWAIT"):
        stop = min(stop, names.index(word, at)) if word in names[at:] else stop
    mode = " ".join(names[stop + 1 :]).partition(" MODE")[0].lower() if "IN" in names else UNNAMED
    for part in commas(tokens[at:stop]):
        only = skip(part, 0, "ONLY")
        table, after = name_at(text, part, only)
        said = mode
        if dialect == "mysql" or (part[-1].word in MYSQL_LOCKS and after < len(part)):
            said = MYSQL_LOCKS.get(part[-1].word, "")
        if table:
            yield Operation.LOCK_TABLE, {"table": table, "lock_mode": said}


# -- what is said beside ---------------------------------------------------------------------------


def guarded(tokens: Tokens, start: int, end: int) -> bool:
    """Tell whether what stands here does nothing where its thing is there already, or is not."""
    names = [token.word for token in tokens if start <= token.start < end][:16]
    pairs = zip(names, [*names[1:], ""], strict=True)
    return any(one == "IF" and two in {"EXISTS", "NOT"} for one, two in pairs)


def options(tokens: Tokens) -> Fields:
    """Return MySQL's ALGORITHM and LOCK, where a statement asks for them."""
    fields: Fields = {}
    for index, token in enumerate(tokens):
        if token.word in {"ALGORITHM", "LOCK"} and index:
            at = skip(tokens, index + 1, "=")
            value = tokens[at].word.lower() if at < len(tokens) else ""
            if value in {"copy", "inplace", "instant", "nocopy", "default"}:
                fields |= {"algorithm": value} if token.word == "ALGORITHM" else {}
            if value in {"none", "shared", "exclusive"}:
                fields |= {"lock_mode": value} if token.word == "LOCK" else {}
    return fields


# -- rows ------------------------------------------------------------------------------------------

# Columns that name one row, or the few rows of one parent.
KEY = re.compile(
    r"(?i)(?:^|_)(?:id|ids|pk|uuid|guid|key|code|slug|email|username|login|version|name)$"
)
BOUNDS = words("LIMIT TOP FETCH ROWNUM BETWEEN CTID")


def rows_of(text: str, tokens: Tokens) -> Rows:
    """Return how many rows a statement that changes rows goes through."""
    names = [token.word for token in tokens]
    first = names[0]
    if first in {"INSERT", "REPLACE"}:
        chosen = "SELECT" in names and "FROM" in names[names.index("SELECT") :]
        return _found(text, tokens, names) if chosen else Rows.NEW
    if first in {"COPY", "LOAD"}:
        return Rows.NEW
    if first in {"UPDATE", "DELETE"}:
        return _found(text, tokens, names)
    if first == "WITH" and BOUNDS & set(names):
        return Rows.BATCH
    return Rows.MANY if first in {"WITH", "MERGE"} else Rows.UNKNOWN


def copied_by(text: str, tokens: Tokens) -> tuple[str, ...]:
    """Return the columns that `INSERT INTO t (a, b) SELECT a, 1 FROM u` takes from rows: `a`."""
    names = [token.word for token in tokens]
    opens = names.index("(") if "(" in names else len(names)
    if names[0] != "INSERT" or "SELECT" not in names[opens:] or "FROM" not in names[opens:]:
        return ()
    closes = group(tokens, opens)
    chosen = names.index("SELECT", opens)
    ends = names.index("FROM", chosen) if "FROM" in names[chosen:] else len(names)
    if chosen != closes:
        return ()
    columns = [name_at(text, part, 0)[0] for part in commas(tokens[opens + 1 : closes - 1])]
    values = [*commas(tokens[chosen + 1 : ends])]
    if len(columns) != len(values):
        return ()
    return tuple(
        column
        for column, value in zip(columns, values, strict=True)
        if any(token.kind in {"word", "quoted"} and token.word != "NULL" for token in value)
    )


def _found(text: str, tokens: Tokens, names: list[str]) -> Rows:
    if BOUNDS & set(names):
        return Rows.BATCH
    where = _outer(names, "WHERE")
    if where < 0:
        joined = {"JOIN", "FROM", "USING"} & set(names[2:]) and names[0] != "INSERT"
        return Rows.MANY if joined else Rows.ALL
    condition = tokens[where + 1 :]
    if _is_keyed(text, condition):
        return Rows.FEW
    return Rows.BATCH if _is_bounded(text, condition) else Rows.MANY


def _outer(names: list[str], word: str) -> int:
    depth = 0
    for index, name in enumerate(names):
        depth += {"(": 1, ")": -1}.get(name, 0)
        if name == word and not depth:
            return index
    return -1


def _is_bounded(text: str, tokens: Tokens) -> bool:
    """Tell whether a condition takes a stretch of keys: `id >= a AND id < b`."""
    signs = {
        token.word
        for before, token in itertools.pairwise(tokens)
        if before.kind in {"word", "quoted"} and KEY.search(text_of(text, before))
    }
    return bool(signs & {"<", "<="}) and bool(signs & {">", ">="})


def _is_keyed(text: str, tokens: Tokens) -> bool:
    """Tell whether a condition compares a key with what is written out: `id = 5 AND …`."""
    for index, token in enumerate(tokens):
        if token.kind not in {"word", "quoted"} or not KEY.search(text_of(text, token)):
            continue
        after = [each.word for each in tokens[index + 1 : index + 4]]
        if after[:1] == ["="] and index + 2 < len(tokens):
            if tokens[index + 2].kind in {"string", "number", "placeholder"}:
                return "OR" not in {each.word for each in tokens}
        elif after[:2] == ["IN", "("] and index + 3 < len(tokens):
            return tokens[index + 3].kind in {"string", "number", "placeholder"}
    return False
