"""What one action of ALTER TABLE does, told by its tokens, in every database read here."""

from nonevent.facts import Operation
from nonevent.readers.sqlalter import OPTIONS, QUIET, Action
from nonevent.readers.sqlcolumns import (
    Draft,
    Fields,
    Tokens,
    commas,
    constraint,
    default_of,
    definition,
    group,
    index_columns,
    name_at,
    skip,
)
from nonevent.readers.sqllexer import words
from nonevent.readers.sqlobjects import action_of

__all__ = ["read_action"]

NO_COLUMN = words(
    "CONSTRAINT PRIMARY FOREIGN CHECK INDEX KEY PARTITION PERIOD SYSTEM UNUSED UNIQUE SUPPLEMENTAL"
)


def read_action(text: str, table: str, action: Action, lead: str) -> tuple[Draft, ...]:
    """Return the steps of one action: none for an option, an unknown one where nothing tells.

    `lead` is what the statement begins with: "ALTER TABLE t".
    """
    made = _read(text, action)
    if action.verb and action.tokens and action.tokens[0].start == action.start:
        lead = " ".join((lead, *action.verb))
    return tuple(
        Draft(operation, action.start, action.end, _of_table(table, operation, fields), lead)
        for operation, fields in ([(Operation.UNKNOWN, {})] if made is None else made)
    )


def _of_table(table: str, operation: Operation, fields: Fields) -> Fields:
    if operation is Operation.RENAME_TABLE and fields["new_name"].endswith("."):
        fields = {"new_name": fields["new_name"] + table.rpartition(".")[2]}
    return {"table": table, **fields}


Made = list[tuple[Operation, Fields]]


def _read(text: str, action: Action) -> Made | None:
    tokens = action.tokens
    first = tokens[0].word if tokens else ""
    if not action.verb:
        return _without_verb(text, tokens, first)
    if not tokens:
        return None
    verb = action.verb[-1] if action.verb[0] == "WITH" else action.verb[0]
    is_column = action.verb[-1] == "COLUMN"
    made: Made | None = None
    if verb == "ADD":
        made = _add(text, tokens, is_column=is_column)
    elif verb == "DROP":
        made = _drop(text, tokens, is_column=is_column)
    elif verb == "MODIFY":
        made = _modify(text, tokens, is_column=is_column)
    elif verb == "CHANGE":
        made = _change(text, tokens)
    elif verb == "ALTER":
        made = _alter(text, tokens)
    elif verb == "RENAME":
        made = _rename(text, tokens)
    elif verb == "VALIDATE" and first == "CONSTRAINT":
        made = [(Operation.VALIDATE_CONSTRAINT, {"name": name_at(text, tokens, 1)[0]})]
    if made and action.verb[:2] == ("WITH", "NOCHECK"):
        made = [(operation, {**fields, "valid": False}) for operation, fields in made]
    return made


def _without_verb(text: str, tokens: Tokens, first: str) -> Made | None:
    if first in OPTIONS:
        return []
    words = [token.word for token in tokens[:4]]
    if words[:4] == ["WITH", "CHECK", "CHECK", "CONSTRAINT"]:
        return [(Operation.VALIDATE_CONSTRAINT, {"name": name_at(text, tokens, 4)[0]})]
    if words[:2] == ["SET", "UNUSED"]:
        return _unused(text, tokens)
    return _whole(text, tokens) if first in QUIET or first == "WITH" else None


NAMED = ("partition", "trigger", "rule", "constraint", "cluster")  # a name stands after these


def _whole(text: str, tokens: Tokens) -> Made:
    """Return what is done to the table as a whole: "set logged", "attach partition"."""
    action = action_of(tokens)
    if not action:
        return [(Operation.OTHER, {})]
    at = len(action.split())
    if action == "set schema":
        return [(Operation.RENAME_TABLE, {"new_name": f"{name_at(text, tokens, at)[0]}."})]
    fields: Fields = {"action": action}
    if action.endswith(NAMED):
        fields["name"] = name_at(text, tokens, at)[0]
    if tokens[-1].word in {"CONCURRENTLY", "FINALIZE"}:
        fields["concurrently"] = True
    return [(Operation.ALTER_TABLE, fields)]


def _unused(text: str, tokens: Tokens) -> Made:
    """Oracle: the column is gone for every query; its bytes are freed later."""
    at = skip(tokens, 2, "COLUMN")
    inner = (
        tokens[at + 1 : group(tokens, at) - 1] if tokens[at].word == "(" else tokens[at : at + 1]
    )
    return [(Operation.DROP_COLUMN, {"column": name_at(text, p, 0)[0]}) for p in commas(inner)]


def _add(text: str, tokens: Tokens, *, is_column: bool) -> Made | None:
    at = skip(tokens, 0, "IF", "NOT", "EXISTS")
    tokens = tokens[at:]
    first, second = tokens[0].word if tokens else "", tokens[1].word if len(tokens) > 1 else ""
    if not tokens:
        return None
    if is_column:
        return _add_column(text, tokens)
    default = _named_default(text, tokens)
    if default is not None:
        return default
    held = constraint(text, tokens)
    if held is not None and first in {
        "CONSTRAINT",
        "PRIMARY",
        "FOREIGN",
        "UNIQUE",
        "CHECK",
        "EXCLUDE",
        "NOT",
    }:
        return [(Operation.ADD_CONSTRAINT, held)]
    if first in {"INDEX", "FULLTEXT", "SPATIAL"} or (first == "KEY" and _is_key(tokens)):
        return _add_index(text, tokens)
    if first in {"PARTITION", "PERIOD", "SUPPLEMENTAL", "SYSTEM", "VALUE"} or (
        first == "OVERFLOW" and not second
    ):
        action = action_of(tokens) or first.lower()
        return [(Operation.ALTER_TABLE, {"action": f"add {action}"})]
    return _add_column(text, tokens) if first != "CONSTRAINT" else None


def _add_column(text: str, tokens: Tokens) -> Made | None:
    fields = definition(text, tokens)
    return [(Operation.ADD_COLUMN, fields)] if fields["column"] else None


def _is_key(tokens: Tokens) -> bool:
    """Tell MySQL's `KEY i (a)` from a column that is called key: `key varchar(10)`."""
    for index, token in enumerate(tokens[1:3], 1):
        if token.word == "(":
            return index + 1 < len(tokens) and tokens[index + 1].kind != "number"
    return False


def _add_index(text: str, tokens: Tokens) -> Made:
    at = 1
    while tokens[at:] and tokens[at].word in {"INDEX", "KEY"}:
        at += 1
    at = skip(tokens, at, "IF", "NOT", "EXISTS")
    name, _ = name_at(text, tokens, at) if tokens[at:] and tokens[at].word != "USING" else ("", at)
    while at < len(tokens) and tokens[at].word != "(":
        at += 1
    columns = index_columns(text, tokens[at : group(tokens, at)])
    return [(Operation.CREATE_INDEX, {"name": name, "columns": columns})]


def _named_default(text: str, tokens: Tokens) -> Made | None:
    """T-SQL: `ADD CONSTRAINT d DEFAULT 0 FOR a` is what others call SET DEFAULT."""
    named = skip(tokens, 0, "CONSTRAINT")
    name, at = name_at(text, tokens, named) if named else ("", 0)
    if skip(tokens, at, "DEFAULT") == at:
        return None
    default, after = default_of(text, tokens, at + 1)
    if skip(tokens, after, "FOR") == after:
        return None
    column, _ = name_at(text, tokens, after + 1)
    return [(Operation.SET_DEFAULT, {"name": name, "column": column, "default": default})]


def _drop(text: str, tokens: Tokens, *, is_column: bool) -> Made | None:
    first = tokens[0].word
    second = tokens[1].word if len(tokens) > 1 else ""
    at = skip(tokens, 1 if first in {"CONSTRAINT", "COLUMN", *NO_COLUMN} else 0, "IF", "EXISTS")
    if is_column and first in {"CONSTRAINT", "INDEX"}:  # T-SQL: `DROP COLUMN a, CONSTRAINT c`
        is_column = len(tokens) == 1
    if not is_column and first in {"INDEX", "KEY"} and len(tokens) > 1:
        return [(Operation.DROP_INDEX, {"name": name_at(text, tokens, at)[0]})]
    if not is_column and first in {"PRIMARY", "FOREIGN"} and second == "KEY":
        at = skip(tokens, 2, "IF", "EXISTS")
        name = "" if first == "PRIMARY" else name_at(text, tokens, at)[0]
        fields: Fields = {"name": name, "constraint": f"{first} KEY".lower()}
        return [(Operation.DROP_CONSTRAINT, fields)]
    if not is_column and first in {"CONSTRAINT", "CHECK"} and len(tokens) > 1:
        fields = {"name": name_at(text, tokens, at)[0]}
        fields |= {"constraint": "check"} if first == "CHECK" else {}
        fields |= {"cascade": True} if tokens[-1].word == "CASCADE" else {}
        return [(Operation.DROP_CONSTRAINT, fields)]
    if not is_column and first in NO_COLUMN and len(tokens) > 1:
        if first == "UNIQUE":
            return [(Operation.DROP_CONSTRAINT, {})]
        action = action_of(tokens) or first.lower()
        return [(Operation.ALTER_TABLE, {"action": f"drop {action}"})]
    at = skip(tokens, skip(tokens, 0, "COLUMN"), "IF", "EXISTS")
    column, _ = name_at(text, tokens, at)
    dropped: Fields = {"column": column}
    if tokens[-1].word == "CASCADE" and len(tokens) > at + 1:
        dropped["cascade"] = True
    return [(Operation.DROP_COLUMN, dropped)] if column else None


def _modify(text: str, tokens: Tokens, *, is_column: bool) -> Made | None:
    """MySQL's and Oracle's MODIFY: the definition anew; Oracle lets what stays be left out."""
    if not is_column and tokens[0].word in {"CONSTRAINT", "PARTITION", "LOB", "NESTED", "PRIMARY"}:
        return [(Operation.OTHER, {})]
    fields = definition(text, tokens[skip(tokens, 0, "IF", "EXISTS") :])
    if not fields["column"]:
        return None
    return _redefined(fields)


def _redefined(fields: Fields) -> Made:
    """Return what a column's new definition changes; without a type only the rest of it."""
    if fields["type"]:
        return [(Operation.ALTER_TYPE, fields)]
    column = {"column": fields["column"]}
    made: Made = []
    if fields.get("nullable") is not None:
        null = Operation.DROP_NOT_NULL if fields["nullable"] else Operation.SET_NOT_NULL
        made.append((null, column))
    if "default" in fields:
        made.append((Operation.SET_DEFAULT, {**column, "default": fields["default"]}))
    return made or [(Operation.OTHER, column)]


def _change(text: str, tokens: Tokens) -> Made | None:
    at = skip(tokens, 0, "IF", "EXISTS")
    old, at = name_at(text, tokens, at)
    fields = definition(text, tokens[at:]) if tokens[at:] else {"column": ""}
    if not old or not fields["column"]:
        return None
    typed: Made = [(Operation.ALTER_TYPE, fields)] if fields["type"] else []
    if old.lower() == fields["column"].lower():  # column names have no case in MySQL
        return typed
    return [(Operation.RENAME_COLUMN, {"column": old, "new_name": fields["column"]}), *typed]


def _alter(text: str, tokens: Tokens) -> Made | None:
    at = skip(tokens, 0, "COLUMN")
    if not at and tokens[0].word in {"INDEX", "CONSTRAINT", "CHECK"}:
        return [(Operation.OTHER, {})]
    at = skip(tokens, at, "IF", "EXISTS")
    column, at = name_at(text, tokens, at)
    rest = tokens[at:]
    if not column or not rest:
        return None
    on_column: Fields = {"column": column}
    words = [token.word for token in rest]
    if words[:3] in (["SET", "NOT", "NULL"], ["DROP", "NOT", "NULL"]):
        kind = Operation.SET_NOT_NULL if words[0] == "SET" else Operation.DROP_NOT_NULL
        return [(kind, on_column)]
    if words[:2] == ["SET", "DEFAULT"]:
        default, _ = default_of(text, rest, 2)
        return [(Operation.SET_DEFAULT, {**on_column, "default": default})]
    if words[:2] == ["DROP", "DEFAULT"]:
        return [(Operation.DROP_DEFAULT, on_column)]
    if words[:1] == ["TYPE"] or words[:3] == ["SET", "DATA", "TYPE"]:
        typed = definition(text, [tokens[at - 1], *rest[1 if words[0] == "TYPE" else 3 :]])
        kept: Fields = {key: typed[key] for key in ("type", "using", "collation") if key in typed}
        return [(Operation.ALTER_TYPE, {**on_column, **kept})]
    if words[0] == "RENAME":
        return [
            (
                Operation.RENAME_COLUMN,
                {**on_column, "new_name": name_at(text, rest, skip(rest, 1, "TO"))[0]},
            )
        ]
    if words[0] in {"SET", "DROP", "ADD", "RESET", "RESTART"}:
        return [(Operation.ALTER_TABLE, {**on_column, "action": _on_column(rest)})]
    return _redefined({**definition(text, [tokens[at - 1], *rest]), **on_column})


RENAMED = {
    "INDEX": Operation.RENAME_INDEX,
    "KEY": Operation.RENAME_INDEX,
    "CONSTRAINT": Operation.RENAME_CONSTRAINT,
    "PARTITION": Operation.OTHER,
}


def _on_column(rest: Tokens) -> str:
    """Return what is done to a column: "set storage", "add identity", "drop expression"."""
    words = [token.word for token in rest]
    if words[:2] == ["ADD", "GENERATED"]:
        return "add identity"
    return action_of(rest)


def _rename(text: str, tokens: Tokens) -> Made | None:
    first = tokens[0].word
    second = tokens[1].word if len(tokens) > 1 else ""
    if first in {"TO", "AS", "="}:
        name, _ = name_at(text, tokens, 1)
        return [(Operation.RENAME_TABLE, {"new_name": name})] if name else None
    if len(tokens) > 2 and first in RENAMED and second != "TO":  # noqa: PLR2004
        old, after = name_at(text, tokens, 1)
        new = name_at(text, tokens, skip(tokens, after, "TO"))[0]
        return [(RENAMED[first], {"name": old, "new_name": new})]
    at = skip(tokens, 0, "COLUMN") if second != "TO" else 0
    old, after = name_at(text, tokens, skip(tokens, at, "IF", "EXISTS"))
    if skip(tokens, after, "TO") > after:
        new, _ = name_at(text, tokens, after + 1)
        fields = {"column": old, "new_name": new}
        return [(Operation.RENAME_COLUMN, fields)] if old and new else None
    return [(Operation.RENAME_TABLE, {"new_name": old})] if old and not at else None
