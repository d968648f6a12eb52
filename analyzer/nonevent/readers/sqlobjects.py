"""CREATE, ALTER and DROP of what is no table: views, types, sequences, functions, triggers."""

from itertools import pairwise

from nonevent.facts import Operation
from nonevent.readers.sqlcolumns import Draft, Fields, Tokens, commas, group, name_at, skip
from nonevent.readers.sqllexer import Token, words

__all__ = ["action_of", "read_object"]

# Kinds by their word; what stands before it may say more ("MATERIALIZED VIEW").
KINDS = {
    "VIEW": "view",
    "FUNCTION": "function",
    "PROCEDURE": "procedure",
    "PROC": "procedure",
    "ROUTINE": "function",
    "AGGREGATE": "function",
    "PACKAGE": "package",
    "TRIGGER": "trigger",
    "EVENT": "event",
    "TYPE": "type",
    "DOMAIN": "domain",
    "SEQUENCE": "sequence",
    "SCHEMA": "schema",
    "DATABASE": "database",
    "EXTENSION": "extension",
    "POLICY": "policy",
    "RULE": "rule",
    "PUBLICATION": "publication",
    "SUBSCRIPTION": "subscription",
    "SYNONYM": "synonym",
    "COLLATION": "collation",
    "CAST": "cast",
    "OPERATOR": "operator",
    "ROLE": "role",
    "USER": "role",
    "GROUP": "role",
    "LOGIN": "role",
    "INDEX": "index",
    "STATISTICS": "statistics",
    "SERVER": "server",
    "TABLESPACE": "tablespace",
    "OWNED": "owned",
}
# Words that may stand between the verb and the kind.
BEFORE = words(
    "OR REPLACE ALTER MATERIALIZED TEMP TEMPORARY RECURSIVE CONSTRAINT FORCE NO EDITIONABLE"
    " NONEDITIONABLE PUBLIC DEFINER CURRENT_USER SQL SECURITY INVOKER ALGORITHM MERGE TEMPTABLE"
    " UNDEFINED EVENT TRUSTED PROCEDURAL FOREIGN USER PRIVATE GLOBAL LOCAL BODY DEFAULT SECURE"
)
ON_TABLE = frozenset(("trigger", "policy", "rule", "index"))


def read_object(text: str, tokens: Tokens) -> tuple[Draft, ...] | None:
    """Return the steps of a statement on objects; None where it is about none that is known."""
    verb = tokens[0].word
    if verb not in {"CREATE", "ALTER", "DROP"}:
        return None
    kind, at = _kind(tokens)
    if not kind:
        return None
    made: list[tuple[Operation, Fields]]
    if verb == "CREATE":
        made = _create(text, tokens, kind, at)
    elif verb == "DROP":
        made = _drop(text, tokens, kind, at)
    else:
        made = _alter(text, tokens, kind, at)
    return tuple(_whole(operation, tokens, fields) for operation, fields in made)


def _whole(operation: Operation, tokens: Tokens, fields: Fields) -> Draft:
    return Draft(operation, tokens[0].start, tokens[-1].end, fields)


def _kind(tokens: Tokens) -> tuple[str, int]:
    """Return the kind of object and the index after its word; "" where none is named."""
    for at in range(1, min(len(tokens), 16)):
        token = tokens[at]
        after = tokens[at + 1].word if at + 1 < len(tokens) else ""
        if token.word == "EVENT" and after == "TRIGGER":
            return "event trigger", at + 2
        if token.word == "USER" and after in {"TYPE", "MAPPING"}:
            continue
        if token.word in KINDS:
            kind = KINDS[token.word]
            if kind == "view" and tokens[at - 1].word == "MATERIALIZED":
                kind = "materialized view"
            return kind, skip(tokens, at + 1, "BODY")
        known = token.word in BEFORE or token.word.startswith("@") or tokens[at - 1].word == "="
        if token.kind == "word" and not known:
            return "", at
    return "", 0


# -- CREATE --------------------------------------------------------------------------------------


def _create(text: str, tokens: Tokens, kind: str, at: int) -> list[tuple[Operation, Fields]]:
    begin = [token.word for token in tokens[:at]]
    sure = skip(tokens, at, "IF", "NOT", "EXISTS")
    name, after = name_at(text, tokens, sure)
    fields: Fields = {"object": kind, "name": name}
    if begin[1:3] in (["OR", "REPLACE"], ["OR", "ALTER"]):
        fields["replaces"] = True
    if kind in ON_TABLE:
        fields |= _table(text, tokens, kind, after)
    if kind == "type":
        fields |= _labels(text, tokens, skip(tokens, skip(tokens, after, "AS"), "ENUM"))
    if kind == "publication":
        fields["values"] = _published(text, tokens[after:])
    return [(Operation.CREATE_OBJECT, fields)]


def _table(text: str, tokens: Tokens, kind: str, at: int) -> Fields:
    """Return the table that stands after ON, or in a rule after TO."""
    word = "TO" if kind == "rule" else "ON"
    limit = min(len(tokens), at + 60)
    for index in range(at, limit):
        if tokens[index].word == word:
            start = skip(tokens, index + 1, "ONLY")
            table, _ = name_at(text, tokens, start)
            return {"table": table} if table else {}
    return {}


def _labels(text: str, tokens: Tokens, at: int) -> Fields:
    if tokens[at - 1].word != "ENUM" or at >= len(tokens):
        return {}
    inner = tokens[at + 1 : group(tokens, at) - 1]
    return {"values": tuple(_string(text, token) for token in inner if token.kind == "string")}


def _published(text: str, rest: Tokens) -> tuple[str, ...]:
    """Return the tables behind `FOR TABLE`, `ADD TABLE`; none where only new rows are sent."""
    said = [token.word for token in rest]
    ends = said.index("WITH") if "WITH" in said else len(rest)
    sent = text[rest[ends].start : rest[-1].end].lower() if ends < len(rest) else ""
    if "publish" in sent and "update" not in sent and "delete" not in sent:
        return ()
    if said[1:3] == ["ALL", "TABLES"] or said[1:3] == ["TABLES", "IN"]:
        return ("*",)
    if said[1:2] != ["TABLE"]:
        return ()
    parts = commas(rest[2:ends])
    return tuple(name_at(text, part, skip(part, 0, "ONLY"))[0] for part in parts)


def _string(text: str, token: Token) -> str:
    return text[token.start : token.end].lstrip("EeNn").strip("'").replace("''", "'")


# -- DROP ----------------------------------------------------------------------------------------


def _drop(text: str, tokens: Tokens, kind: str, at: int) -> list[tuple[Operation, Fields]]:
    shared: Fields = {"object": kind}
    if tokens[-1].word == "CASCADE":
        shared["cascade"] = True
    if kind == "owned":
        at = skip(tokens, at, "BY")
    at = skip(tokens, at, "CONCURRENTLY")
    at = skip(tokens, at, "IF", "EXISTS")
    made: list[tuple[Operation, Fields]] = []
    for part in commas(tokens[at:]):
        name, after = name_at(text, part, 0)
        fields = {**shared, "name": name}
        if kind in {"trigger", "policy", "rule"} and skip(part, after, "ON") > after:
            fields["table"] = name_at(text, part, after + 1)[0]
        made.append((Operation.DROP_OBJECT, fields))
    return made


# -- ALTER ---------------------------------------------------------------------------------------

DEFINED = frozenset(("view", "function", "procedure", "trigger", "package"))


def _alter(text: str, tokens: Tokens, kind: str, at: int) -> list[tuple[Operation, Fields]]:
    at = skip(tokens, at, "IF", "EXISTS")
    name, at = name_at(text, tokens, at)
    fields: Fields = {"object": kind, "name": name}
    if tokens[at:] and tokens[at].word == "(":  # a function's parameters
        end = group(tokens, at)
        at = end if end < len(tokens) and tokens[end].word != "AS" else at
    if kind in ON_TABLE and skip(tokens, at, "ON") > at:
        fields["table"], at = name_at(text, tokens, at + 1)
    rest = tokens[at:]
    first = [token.word for token in rest[:3]]
    renamed = _renamed(text, rest, first, name, kind)
    if renamed is not None:
        return [(Operation.RENAME_OBJECT, {**fields, **renamed})]
    if kind in DEFINED and "AS" in [token.word for token in rest[:200]]:
        return [(Operation.CREATE_OBJECT, {**fields, "replaces": True})]
    if kind == "type" and first[:2] in (["ADD", "VALUE"], ["RENAME", "VALUE"]):
        return [(Operation.ALTER_OBJECT, {**fields, **_value(text, rest, first[0])})]
    fields["action"] = action_of(rest)
    if kind == "publication" and first[:1] in (["ADD"], ["SET"]):
        fields["values"] = _published(text, rest)
    if kind == "domain" and first[:1] == ["ADD"]:
        fields["valid"] = ("NOT", "VALID") not in pairwise(token.word for token in rest)
    return [(Operation.ALTER_OBJECT, fields)]


def _renamed(text: str, rest: Tokens, first: list[str], name: str, kind: str) -> Fields | None:
    """Return the new name of an object, of one of its columns, or in another schema."""
    if first[:2] == ["RENAME", "TO"]:
        return {"new_name": name_at(text, rest, 2)[0]}
    if first[:2] == ["MODIFY", "NAME"]:  # T-SQL: ALTER DATABASE d MODIFY NAME = e
        return {"new_name": name_at(text, rest, skip(rest, 2, "="))[0]}
    if first[:2] == ["SET", "SCHEMA"]:
        schema = name_at(text, rest, 2)[0]
        return {"new_name": f"{schema}.{name.rpartition('.')[2]}"}
    if first[:1] == ["RENAME"] and first[1:2] != ["VALUE"] and kind != "index":
        at = 2 if first[1:2] in (["COLUMN"], ["ATTRIBUTE"]) else 1
        old, at = name_at(text, rest, at)
        if old and skip(rest, at, "TO") > at:
            return {"column": old, "new_name": name_at(text, rest, at + 1)[0]}
    return None


def _value(text: str, rest: Tokens, verb: str) -> Fields:
    labels = [_string(text, token) for token in rest if token.kind == "string"]
    fields: Fields = {"action": f"{verb} VALUE".lower(), "values": tuple(labels[:1])}
    if verb == "RENAME":
        fields["new_name"] = labels[1] if labels[1:] else ""
    return fields


ACTIONS = words(
    "ACCESS ADD ALWAYS ATTACH ATTRIBUTE AUTO_INCREMENT BY CACHE CHARACTER CHARSET CHECK CLUSTER"
    " COALESCE COLLATE COLUMN COLUMNS COMMENT COMPRESSION CONNECTION CONSTRAINT CONVERT CYCLE"
    " DATA DATABASE DEFAULT DETACH DISABLE DISCARD DROP ENABLE ENGINE EXCHANGE EXPRESSION FORCE"
    " GENERATED IDENTITY IMPORT INCREMENT INHERIT INVISIBLE KEYS LEVEL LOGGED LOGGING MATCHED"
    " MAXVALUE MERGE METHOD MINVALUE MODIFY MOVE NO NOCHECK NOLOGGING NOT NULL OF OIDS OPTIMIZE"
    " OPTIONS ORDER OWNED OWNER PARTITION PARTITIONING PARTITIONS PASSWORD READ REBUILD REFRESH"
    " REMOVE RENAME REORGANIZE REPLICA RESET RESTART ROW ROW_FORMAT RULE SCHEMA SECURITY SET SHRINK"
    " SPACE SPLIT START STATISTICS STORAGE SWITCH TABLE TABLES TABLESPACE TO TRIGGER TRUNCATE"
    " TYPE UNLOGGED UNUSABLE UPDATE UPGRADE USABLE USING VALIDATE VALUE VERSION VISIBLE WITH"
    " WITHOUT WRITE"
)
LONGEST = 5  # words of an action: "no force row level security"


def action_of(tokens: Tokens) -> str:
    """Return the words that an action begins with, in lower case: "set access method"."""
    said: list[str] = []
    for token in tokens[:LONGEST]:
        if token.word not in ACTIONS:
            break
        said.append(token.word.lower())
    return " ".join(said)
