"""PostgreSQL statements: its own grammar says what they do, their tokens where and how written."""

from collections.abc import Iterator
from typing import Any

from nonevent.facts import Operation, Part
from nonevent.readers.libpgquery import parse
from nonevent.readers.sqlaction import read_action
from nonevent.readers.sqlalter import Action, actions_of, altered
from nonevent.readers.sqlcolumns import Draft, Fields, Tokens, source
from nonevent.readers.sqllexer import words
from nonevent.readers.sqlobjects import read_object
from nonevent.readers.sqltokens import read_tokens

__all__ = ["read_postgres"]

Tree = dict[str, Any]

CONSTRAINTS = {
    "CONSTR_PRIMARY": "primary key",
    "CONSTR_UNIQUE": "unique",
    "CONSTR_FOREIGN": "foreign key",
    "CONSTR_CHECK": "check",
    "CONSTR_EXCLUSION": "exclude",
    "CONSTR_NOTNULL": "not null",
}
DROPPED = ("OBJECT_TABLE", "OBJECT_FOREIGN_TABLE", "OBJECT_INDEX")
# The order in which one word stands for several constraints of a column.
INLINE = ("primary key", "unique", "foreign key", "check")
ON_COLUMN = {
    "AT_DropColumn": Operation.DROP_COLUMN,
    "AT_SetNotNull": Operation.SET_NOT_NULL,
    "AT_DropNotNull": Operation.DROP_NOT_NULL,
    "AT_AlterColumnType": Operation.ALTER_TYPE,
}
ON_CONSTRAINT = {
    "AT_ValidateConstraint": Operation.VALIDATE_CONSTRAINT,
    "AT_DropConstraint": Operation.DROP_CONSTRAINT,
}


def read_postgres(text: str, tokens: Tokens, filled: str) -> tuple[Draft, ...]:
    """Return the steps of one statement; `filled` is its text with placeholders filled in.

    Raises:
        RefusedError: PostgreSQL's grammar refuses it.

    """
    drafts: list[Draft] = []
    for tree in parse(filled):
        [(kind, node)] = tree.items()
        drafts += _read(text, tokens, kind, node)
    return tuple(drafts) or (_whole(Operation.OTHER, tokens, {}),)


def _read(text: str, tokens: Tokens, kind: str, node: Tree) -> Iterator[Draft]:
    if kind == "AlterTableStmt":
        yield from _alter(text, tokens, node)
    elif kind == "RenameStmt":
        yield from _rename(text, tokens, node)
    elif kind in {"CreateStmt", "CreateForeignTableStmt"}:
        yield _create(text, tokens, node.get("base") or node.get("baseStmt") or node)
    elif kind == "CreateTableAsStmt" and node.get("objtype") == "OBJECT_TABLE":
        into = node.get("into", {})
        created = _create(text, tokens, {"relation": into.get("rel", {})})
        yield created if into.get("skipData") else _filled(created)
    elif kind == "SelectStmt" and "intoClause" in node:
        yield _filled(_create(text, tokens, {"relation": node["intoClause"].get("rel", {})}))
    elif kind == "IndexStmt":
        yield _index(text, tokens, node)
    elif kind == "AlterObjectSchemaStmt" and node.get("objectType") == "OBJECT_TABLE":
        yield from read_tokens(text, tokens, "postgresql") or ()
    elif kind == "DropStmt" and node.get("removeType") in DROPPED:
        yield from _drop(text, tokens, node)
    else:
        yield _whole(Operation.OTHER, tokens, {})


def _whole(operation: Operation, tokens: Tokens, fields: Fields) -> Draft:
    return Draft(operation, tokens[0].start, tokens[-1].end, fields)


def _spelled(text: str, tokens: Tokens) -> Draft | None:
    """Return the one draft that the tokens alone give, for its spelling."""
    drafts = read_tokens(text, tokens, "postgresql")
    return drafts[0] if drafts and len(drafts) == 1 else None


def _qualified(relation: Tree) -> str:
    parts = (relation.get("catalogname"), relation.get("schemaname"), relation.get("relname"))
    return ".".join(part for part in parts if part)


# -- whole statements ----------------------------------------------------------------------------


def _create(text: str, tokens: Tokens, node: Tree) -> Draft:
    spelled = _spelled(text, tokens)
    elements = node.get("tableElts", ())
    columns = [item["ColumnDef"]["colname"] for item in elements if "ColumnDef" in item]
    fields: Fields = {"table": _qualified(node.get("relation", {})), "columns": tuple(columns)}
    fields["open"] = True
    if spelled is not None and spelled.operation is Operation.CREATE_TABLE:
        fields["table"] = spelled.fields["table"]
        fields |= {"parent": parent} if (parent := spelled.fields.get("parent")) else {}
        written = spelled.fields.get("columns", ())
        if len(written) == len(columns):
            fields |= {"columns": written, "parts": spelled.fields.get("parts", ())}
            fields["open"] = spelled.fields["open"]
    return _whole(Operation.CREATE_TABLE, tokens, fields)


def _filled(draft: Draft) -> Draft:
    return draft._replace(fields={**draft.fields, "from_query": True})


def _index(text: str, tokens: Tokens, node: Tree) -> Draft:
    params = [item.get("IndexElem", {}) for item in node.get("indexParams", ())]
    fields: Fields = {
        "name": node.get("idxname", ""),
        "table": _qualified(node.get("relation", {})),
        "columns": tuple(item.get("name", "") for item in params),
    }
    spelled = _spelled(text, tokens)
    if spelled is not None and spelled.operation is Operation.CREATE_INDEX:
        fields = {key: spelled.fields[key] for key in (*fields, "condition")}
    fields["unique"] = bool(node.get("unique"))
    fields["concurrently"] = bool(node.get("concurrent"))
    fields["only"] = not node.get("relation", {}).get("inh")
    return _whole(Operation.CREATE_INDEX, tokens, fields)


def _drop(text: str, tokens: Tokens, node: Tree) -> Iterator[Draft]:
    is_table = node["removeType"] != "OBJECT_INDEX"
    operation = Operation.DROP_TABLE if is_table else Operation.DROP_INDEX
    objects = [_name_of(item) for item in node.get("objects", ())]
    spelled = read_tokens(text, tokens, "postgresql") or ()
    if len(spelled) == len(objects):
        yield from spelled
        return
    for name in objects:
        fields: Fields = {"table": name} if is_table else {"name": name}
        fields |= {} if is_table else {"concurrently": bool(node.get("concurrent"))}
        fields |= {"cascade": True} if node.get("behavior") == "DROP_CASCADE" else {}
        yield _whole(operation, tokens, fields)


def _name_of(item: Tree) -> str:
    parts = item.get("List", {}).get("items", ())
    return ".".join(part.get("String", {}).get("sval", "") for part in parts)


def _rename(text: str, tokens: Tokens, node: Tree) -> Iterator[Draft]:
    table = {"table": _qualified(node.get("relation", {}))}
    head = altered(text, tokens)
    if head is not None:
        table["table"] = head.table
    renamed = {**table, "new_name": node.get("newname", "")}
    kind, of = node.get("renameType"), node.get("relationType")
    spelled = _spelled(text, tokens)
    if kind in {"OBJECT_TABLE", "OBJECT_FOREIGN_TABLE"}:
        draft = _whole(Operation.RENAME_TABLE, tokens, renamed)
    elif kind == "OBJECT_COLUMN" and of in {"OBJECT_TABLE", "OBJECT_FOREIGN_TABLE"}:
        fields = {**renamed, "column": node.get("subname", "")}
        draft = _whole(Operation.RENAME_COLUMN, tokens, fields)
    elif kind == "OBJECT_TABCONSTRAINT":
        fields = {**renamed, "name": node.get("subname", "")}
        draft = _whole(Operation.RENAME_CONSTRAINT, tokens, fields)
    elif kind == "OBJECT_INDEX":
        fields = {"name": table["table"], "new_name": node.get("newname", "")}
        draft = _whole(Operation.RENAME_INDEX, tokens, fields)
    else:
        draft = _whole(Operation.OTHER, tokens, table if head is not None else {})
    agreed = spelled is not None and spelled.operation is draft.operation
    yield spelled if agreed and spelled is not None else draft


# -- ALTER TABLE ---------------------------------------------------------------------------------


def _alter(text: str, tokens: Tokens, node: Tree) -> Iterator[Draft]:
    head = altered(text, tokens)
    if node.get("objtype") not in {"OBJECT_TABLE", "OBJECT_FOREIGN_TABLE"} or head is None:
        yield from read_object(text, tokens) or (_whole(Operation.OTHER, tokens, {}),)
        return
    commands = [item["AlterTableCmd"] for item in node.get("cmds", ())]
    actions = list(actions_of(tokens[head.at :]))
    if len(actions) != len(commands):
        whole = Action((), tokens, tokens[0].start, tokens[-1].end)
        actions = [whole] * len(commands)
    lead = source(text, tokens[: head.at])
    for command, action in zip(commands, actions, strict=True):
        written = read_action(text, head.table, action, lead)
        yield _command(command, action, head.table, lead, written)


def _command(
    command: Tree, action: Action, table: str, lead: str, written: tuple[Draft, ...]
) -> Draft:
    """Return the step of one action: what the grammar says, spelled as the tokens have it."""
    operation, fields = _said(command)
    if operation is Operation.ALTER_TABLE and len(written) == 1:
        return written[0]
    if command.get("behavior") == "DROP_CASCADE":
        fields["cascade"] = True
    if len(written) == 1 and written[0].operation is operation:
        spelled = {key: value for key, value in written[0].fields.items() if value != ""}
        exact = {key: value for key, value in fields.items() if key not in SPELLED}
        missing = {key: value for key, value in fields.items() if key not in spelled}
        return written[0]._replace(fields={**_spelling(spelled), **missing, **exact})
    return Draft(operation, action.start, action.end, {"table": table, **fields}, lead)


# Fields that are kept as written; what else the tokens seem to say, the grammar knows better.
SPELLED = words(
    "table column columns name type default references new_name using collation parts condition"
)


def _spelling(fields: Fields) -> Fields:
    return {key: value for key, value in fields.items() if key in SPELLED}


def _said(command: Tree) -> tuple[Operation, Fields]:
    """Return what PostgreSQL's tree says of one action."""
    kind, name, body = command.get("subtype", ""), command.get("name", ""), command.get("def", {})
    if kind == "AT_AddColumn":
        return Operation.ADD_COLUMN, _column(body.get("ColumnDef", {}))
    if kind == "AT_AddConstraint":
        return Operation.ADD_CONSTRAINT, _constraint(body.get("Constraint", {}))
    if kind == "AT_ColumnDefault":
        operation = Operation.SET_DEFAULT if body else Operation.DROP_DEFAULT
        return operation, {"column": name}
    if kind in ON_COLUMN:
        return ON_COLUMN[kind], {"column": name}
    if kind in ON_CONSTRAINT:
        return ON_CONSTRAINT[kind], {"name": name}
    return Operation.ALTER_TABLE, {}


SERIAL = frozenset(("serial", "bigserial", "smallserial", "serial2", "serial4", "serial8"))


def _column(node: Tree) -> Fields:
    """Return the fields of ADD COLUMN, but for what only its text tells (type, default)."""
    fields: Fields = {"column": node.get("colname", "")}
    names = [
        item.get("String", {}).get("sval") for item in node.get("typeName", {}).get("names", ())
    ]
    if names and names[-1] in SERIAL:
        fields |= {"generated": True, "fills": "serial"}
    kinds: set[str] = set()
    for item in node.get("constraints", ()):
        held = item.get("Constraint", {})
        kind = held.get("contype", "")
        kinds.add(CONSTRAINTS.get(kind, ""))
        if kind in {"CONSTR_NOTNULL", "CONSTR_PRIMARY"}:
            fields["nullable"] = False
        elif kind == "CONSTR_NULL":
            fields["nullable"] = True
        elif kind in {"CONSTR_IDENTITY", "CONSTR_GENERATED"}:
            fields |= {"generated": True, "fills": _filler(held)}
        elif kind == "CONSTR_FOREIGN":
            fields["references"] = _qualified(held.get("pktable", {}))
    constraint = next((kind for kind in INLINE if kind in kinds), "")
    return {**fields, "constraint": constraint} if constraint else fields


def _filler(held: Tree) -> str:
    if held["contype"] == "CONSTR_IDENTITY":
        return "identity"
    return "virtual" if held.get("generated_kind") == "v" else "stored"


def _constraint(node: Tree) -> Fields:
    kind = CONSTRAINTS.get(node.get("contype", ""), "")
    keys = node.get("fk_attrs") or node.get("keys") or ()
    fields: Fields = {
        "constraint": kind,
        "name": node.get("conname", ""),
        "columns": tuple(key.get("String", {}).get("sval", "") for key in keys),
        "valid": not node.get("skip_validation", False),
        "using_index": bool(node.get("indexname")),
    }
    if node.get("indexname"):
        fields["parts"] = (Part("index", node["indexname"]),)
    if kind == "foreign key":
        fields["references"] = _qualified(node.get("pktable", {}))
    return fields
