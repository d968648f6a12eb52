"""Statements on tables and rights as a whole: TRUNCATE, REFRESH, VACUUM, GRANT."""

from collections.abc import Iterator

from nonevent.facts import Operation
from nonevent.readers.sqlcolumns import Draft, Fields, Tokens, commas, group, name_at, skip, source

__all__ = ["read_upkeep"]


def read_upkeep(text: str, tokens: Tokens) -> tuple[Draft, ...] | None:
    """Return the steps of such a statement; None where it is none, or does nothing of note."""
    known = READERS.get(tokens[0].word)
    if known is None or len(tokens) < 2:  # noqa: PLR2004 a verb alone
        return None
    return tuple(known(text, tokens)) or None


def _draft(operation: Operation, tokens: Tokens, fields: Fields) -> Draft:
    return Draft(operation, tokens[0].start, tokens[-1].end, fields)


def _truncate(text: str, tokens: Tokens) -> Iterator[Draft]:
    at = skip(tokens, 1, "TABLE")
    fields: Fields = {"cascade": True} if tokens[-1].word == "CASCADE" else {}
    parts = list(commas(tokens[at:]))
    lead = source(text, tokens[:at]) if len(parts) > 1 else ""
    for part in parts:
        table, _ = name_at(text, part, skip(part, 0, "ONLY"))
        where = part if lead else tokens
        yield _draft(Operation.TRUNCATE, where, {**fields, "table": table})._replace(lead=lead)


def _refresh(text: str, tokens: Tokens) -> Iterator[Draft]:
    at = skip(tokens, 1, "MATERIALIZED", "VIEW")
    if at == 1:
        return
    name_from = skip(tokens, at, "CONCURRENTLY")
    name, after = name_at(text, tokens, name_from)
    empty = skip(tokens, after, "WITH", "NO", "DATA") > after
    yield _draft(
        Operation.ALTER_OBJECT,
        tokens,
        {
            "object": "materialized view",
            "name": name,
            "action": "refresh with no data" if empty else "refresh",
            "concurrently": name_from > at,
        },
    )


def _cluster(text: str, tokens: Tokens) -> Iterator[Draft]:
    at = group(tokens, 1) if tokens[1].word == "(" else skip(tokens, 1, "VERBOSE")
    table, _ = name_at(text, tokens, at)
    options = {token.word for token in tokens[1:at]}
    yield _draft(
        Operation.ALTER_TABLE,
        tokens,
        {
            "table": table,
            "action": tokens[0].word.lower(),
            "concurrently": "CONCURRENTLY" in options,
        },
    )


VACUUMING = frozenset(("FULL", "FREEZE", "VERBOSE", "ANALYZE"))


def _vacuum(text: str, tokens: Tokens) -> Iterator[Draft]:
    at = group(tokens, 1) if tokens[1].word == "(" else 1
    while at < len(tokens) and tokens[at].word in VACUUMING:
        at += 1
    said = [token.word for token in tokens[1:at]]
    full = "FULL" in said and said[said.index("FULL") + 1 :][:1] not in (["FALSE"], ["OFF"])
    for part in commas(tokens[at:]) if full else ():
        table, _ = name_at(text, part, 0)
        yield _draft(Operation.ALTER_TABLE, tokens, {"table": table, "action": "vacuum full"})
    if full and at >= len(tokens):
        yield _draft(Operation.ALTER_TABLE, tokens, {"action": "vacuum full"})


def _optimize(text: str, tokens: Tokens) -> Iterator[Draft]:
    at = skip(tokens, skip(tokens, skip(tokens, 1, "NO_WRITE_TO_BINLOG"), "LOCAL"), "TABLE")
    if tokens[at - 1].word != "TABLE":
        return
    for part in commas(tokens[at:]):
        table, _ = name_at(text, part, 0)
        yield _draft(Operation.ALTER_TABLE, tokens, {"table": table, "action": "optimize"})


def _switch(text: str, tokens: Tokens) -> Iterator[Draft]:
    """Read T-SQL's `DISABLE TRIGGER tr ON t`."""
    words = [token.word for token in tokens]
    if words[1] != "TRIGGER" or "ON" not in words:
        return
    name, _ = name_at(text, tokens, 2)
    table, _ = name_at(text, tokens, words.index("ON") + 1)
    action = f"{words[0]} trigger".lower()
    yield _draft(Operation.ALTER_TABLE, tokens, {"table": table, "name": name, "action": action})


# Kinds that may stand after ON; where none does, it is a table.
ON = {
    "TABLE": "",
    "SEQUENCE": "sequence",
    "FUNCTION": "function",
    "PROCEDURE": "procedure",
    "ROUTINE": "function",
    "SCHEMA": "schema",
    "DATABASE": "database",
    "TYPE": "type",
    "DOMAIN": "domain",
    "LANGUAGE": "language",
    "TABLESPACE": "tablespace",
    "PARAMETER": "parameter",
}


def _rights(text: str, tokens: Tokens) -> Iterator[Draft]:
    """Read GRANT, REVOKE and DENY: what is given, on what, to whom."""
    words = [token.word for token in tokens]
    operation = Operation.GRANT if words[0] == "GRANT" else Operation.REVOKE
    to = "TO" if words[0] in {"GRANT", "DENY"} else "FROM"
    if to not in words:
        return
    end = words.index(to)
    role, _ = name_at(text, tokens, end + 1)
    on = words.index("ON") if "ON" in words[:end] else end
    begin = skip(tokens, 1, "GRANT", "OPTION", "FOR")
    fields: Fields = {"action": source(text, tokens[begin:on]).lower(), "new_name": role}
    if on == end:  # a role, or a right of the whole server
        yield _draft(operation, tokens, {**fields, "object": "role"})
        return
    fields |= _target(text, tokens, on + 1, words)
    yield _draft(operation, tokens, fields)


def _target(text: str, tokens: Tokens, at: int, words: list[str]) -> Fields:
    if words[at : at + 1] == ["ALL"] and "SCHEMA" in words[at : at + 5]:
        name, _ = name_at(text, tokens, words.index("SCHEMA", at) + 1)
        return {"object": words[at + 1].lower(), "name": name}
    kind = words[at] if words[at] in ON and words[at + 1 : at + 2] != ["."] else ""
    if kind:
        at = skip(tokens, at + 1, "::") - 1  # T-SQL: ON SCHEMA::sales
    name, _ = name_at(text, tokens, at + 1 if kind else at)
    return {"object": ON[kind], "name": name} if kind and ON[kind] else {"table": name}


READERS = {
    "TRUNCATE": _truncate,
    "REFRESH": _refresh,
    "CLUSTER": _cluster,
    "REPACK": _cluster,
    "VACUUM": _vacuum,
    "OPTIMIZE": _optimize,
    "ENABLE": _switch,
    "DISABLE": _switch,
    "GRANT": _rights,
    "REVOKE": _rights,
    "DENY": _rights,
}
