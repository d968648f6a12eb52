"""What sqlglot makes of a statement: the second opinion on every database but PostgreSQL.

It has no places for its nodes, leaves as `Command` many a form that matters (RENAME TABLE,
MODIFY in Oracle, WITH NOCHECK, …) and takes longer to import than everything else here, so it is
asked about what the tokens do not tell.
"""

from functools import cache
from typing import Any

from nonevent.facts import Operation
from nonevent.readers.sqlcolumns import Fields

__all__ = ["Said", "ask_sqlglot"]

Said = tuple[tuple[Operation, Fields], ...]

READERS = {"mssql": "tsql", "postgresql": "postgres", "": None}
DROPS = {
    "COLUMN": Operation.DROP_COLUMN,
    "INDEX": Operation.DROP_INDEX,
    "KEY": Operation.DROP_INDEX,
    "CONSTRAINT": Operation.DROP_CONSTRAINT,
    "FOREIGN KEY": Operation.DROP_CONSTRAINT,
    "CHECK": Operation.DROP_CONSTRAINT,
    "PRIMARY KEY": Operation.DROP_CONSTRAINT,
}


def ask_sqlglot(statement: str, dialect: str) -> Said | None:
    """Return what one statement does, in order; None where sqlglot does not type it."""
    sqlglot, exp = _library()
    try:
        trees = sqlglot.parse(statement, read=READERS.get(dialect, dialect))
    except (sqlglot.errors.SqlglotError, RecursionError, LookupError, ValueError, TypeError):
        return None
    except (AttributeError, AssertionError):  # its parser's own slips on bad input
        return None
    if len(trees) != 1 or trees[0] is None:
        return None
    tree = trees[0]
    # `FOO bar` comes back as an alias: not understood, although typed.
    if isinstance(tree, (exp.Command, exp.Alias, exp.Column)):
        return None
    if isinstance(tree, exp.Alter):
        return _alter(exp, tree)
    if isinstance(tree, exp.Create) and (tree.kind or "").endswith(("TABLE", "INDEX")):
        return _create(exp, tree)
    if isinstance(tree, exp.Drop) and tree.kind in {"TABLE", "INDEX"}:
        return _drop(exp, tree)
    return ((Operation.OTHER, {}),)


@cache
def _library() -> tuple[Any, Any]:
    import logging

    import sqlglot
    from sqlglot import exp

    # It warns on standard error of every statement that it leaves as a Command.
    logging.getLogger("sqlglot").setLevel(logging.ERROR)
    return sqlglot, exp


def _table(exp: Any, node: Any) -> str:
    table = node if isinstance(node, exp.Table) else node.find(exp.Table)
    return ".".join(part.name for part in table.parts) if table is not None else ""


def _create(exp: Any, tree: Any) -> Said:
    if tree.kind.endswith("INDEX"):
        fields = {
            "name": tree.this.name,
            "table": _table(exp, tree),
            "unique": bool(tree.args.get("unique")),
        }
        return ((Operation.CREATE_INDEX, fields),)
    columns = tuple(
        column.name for column in tree.this.expressions if isinstance(column, exp.ColumnDef)
    )
    return ((Operation.CREATE_TABLE, {"table": _table(exp, tree.this), "columns": columns}),)


def _drop(exp: Any, tree: Any) -> Said:
    key, kind = (
        ("table", Operation.DROP_TABLE) if tree.kind == "TABLE" else ("name", Operation.DROP_INDEX)
    )
    return tuple((kind, {key: _table(exp, table)}) for table in tree.args.get("tables") or ())


def _alter(exp: Any, tree: Any) -> Said | None:
    if tree.args.get("kind") != "TABLE":
        return ((Operation.OTHER, {}),)
    table = {"table": _table(exp, tree)}
    said: list[tuple[Operation, Fields]] = []
    for action in tree.args.get("actions") or ():
        made = _action(exp, action)
        if made is None:
            return None
        said += [(operation, {**table, **fields}) for operation, fields in made]
    return tuple(said) or ((Operation.OTHER, table),)


def _action(exp: Any, action: Any) -> list[tuple[Operation, Fields]] | None:
    if isinstance(action, exp.Command):
        return None
    if isinstance(action, exp.Schema):
        return [(Operation.ADD_COLUMN, {"column": column.name}) for column in action.expressions]
    if isinstance(action, exp.ColumnDef):
        return [(Operation.ADD_COLUMN, {"column": action.name})]
    if isinstance(action, exp.RenameColumn):
        fields = {"column": action.this.name, "new_name": action.args["to"].name}
        return [(Operation.RENAME_COLUMN, fields)]
    if isinstance(action, exp.RenameIndex):
        fields = {"name": action.this.name, "new_name": action.args["to"].name}
        return [(Operation.RENAME_INDEX, fields)]
    if isinstance(action, exp.AlterRename):
        return [(Operation.RENAME_TABLE, {"new_name": _table(exp, action.this)})]
    if isinstance(action, exp.ModifyColumn):
        return _modified(action)
    if isinstance(action, exp.AlterColumn):
        return [(_column_change(action), {"column": action.name})]
    if isinstance(action, exp.DropPrimaryKey):
        return [(Operation.DROP_CONSTRAINT, {"constraint": "primary key"})]
    if isinstance(action, exp.Drop):
        kind = DROPS.get(action.args.get("kind") or "", Operation.OTHER)
        key = "column" if kind is Operation.DROP_COLUMN else "name"
        return [(kind, {key: item.name}) for item in action.args.get("tables") or ()]
    if isinstance(action, exp.AddConstraint):
        index = isinstance(action.expressions[0], exp.IndexColumnConstraint)
        return [(Operation.CREATE_INDEX if index else Operation.ADD_CONSTRAINT, {})]
    return [(Operation.OTHER, {})]


def _modified(action: Any) -> list[tuple[Operation, Fields]]:
    """Return the change of type, after the change of name where CHANGE brings one."""
    old, new = action.args.get("rename_from"), action.this.name
    typed: list[tuple[Operation, Fields]] = [(Operation.ALTER_TYPE, {"column": new})]
    if old is None or old.name.lower() == new.lower():
        return typed
    return [(Operation.RENAME_COLUMN, {"column": old.name, "new_name": new}), *typed]


def _column_change(action: Any) -> Operation:
    if action.args.get("dtype") is not None:
        return Operation.ALTER_TYPE
    if action.args.get("default") is not None:
        return Operation.SET_DEFAULT
    if action.args.get("allow_null") is not None:
        return Operation.DROP_NOT_NULL if action.args["allow_null"] else Operation.SET_NOT_NULL
    return Operation.DROP_DEFAULT if action.args.get("drop") else Operation.OTHER
