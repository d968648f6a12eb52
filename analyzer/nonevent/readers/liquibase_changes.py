"""What each change of a Liquibase changeset does to the schema.

Names and attributes: https://docs.liquibase.com/change-types/home.html
"""

from collections.abc import Callable, Iterator

from nonevent.facts import Operation, Part, Rows, SchemaStep
from nonevent.note import Note, NoteKind
from nonevent.readers.liquibase_change import Change, Made
from nonevent.readers.liquibase_constraints import (
    add_constraint,
    create_index,
    drop_constraint,
    drop_index,
)

__all__ = ["read_change"]

DEFAULTS = (
    "defaultValue",
    "defaultValueNumeric",
    "defaultValueBoolean",
    "defaultValueDate",
    "defaultValueComputed",
    "defaultValueSequenceNext",
)
VALUES = ("value", "valueNumeric", "valueBoolean", "valueDate", "valueComputed")
QUOTED = frozenset(("defaultValue", "defaultValueDate"))


def read_change(change: Change) -> tuple[tuple[SchemaStep, ...], tuple[Note, ...]]:
    """Return the steps of one change, and notes on what nobody understands."""
    name = change.element.name
    known = CHANGES.get(name)
    if known is not None:
        return tuple(known(change)), ()
    if name == "sql":
        return _sql(change)
    if name in OBJECTS:
        operation, kind = OBJECTS[name]
        named = change.get(f"{kind.split()[-1]}Name", "oldViewName", "oldSequenceName", "name")
        step = change.step._replace(
            operation=operation,
            object=kind,
            name=named,
            new_name=change.get("newViewName", "newSequenceName"),
            replaces=change.flag("replaceIfExists"),
        )
        return (step,), ()
    if name in QUIET:
        return (change.step,), ()
    step = change.step._replace(operation=Operation.UNKNOWN)
    place = step.location
    message = f"change `{name}` is a program's own: what it does is not judged"
    return (step,), (Note(place.path, NoteKind.STATEMENT, message, place.line),)


def _sql(change: Change) -> tuple[tuple[SchemaStep, ...], tuple[Note, ...]]:
    from nonevent.readers import sql

    element, step = change.element, change.step
    text = element.text
    ending = element.get("endDelimiter").replace("\\n", "\n")
    if ending and ";" not in ending and element.get("splitStatements").lower() != "false":
        text = text.replace(ending, ";" + " " * (len(ending) - 1))  # of the same length
    found, notes = sql.steps(
        text, step.dialect, element.locate, step.framework, step.in_transaction
    )
    kept = (
        one._replace(direction=step.direction, guarded=one.guarded or step.guarded) for one in found
    )
    return tuple(kept), notes


# -- tables --------------------------------------------------------------------------------------


def _create_table(change: Change) -> Made:
    parts: list[Part] = []
    keys: list[str] = []
    for column in change.columns():
        made, is_key = _column(column)
        parts += made
        keys += [made[0].name] if is_key else []
    if keys:
        parts.append(Part("primary key", _key_name(change), tuple(keys)))
    columns = tuple(part.name for part in parts if part.kind == "column")
    yield change.step._replace(
        operation=Operation.CREATE_TABLE,
        table=change.table(),
        columns=columns,
        parts=tuple(parts),
        guarded=change.step.guarded or change.flag("ifNotExists"),
    )


def _key_name(change: Change) -> str:
    names = (
        change.filled(inner.get("primaryKeyName"))
        for column in change.element.all("column")
        for inner in column.all("constraints")
    )
    return next(filter(None, names), "")


def _column(change: Change) -> tuple[list[Part], bool]:
    """Return a column with its constraints, and whether it is one of the primary key's."""
    name = change.get("name")
    held = next(change.element.all("constraints"), None)
    inner = change.inner(held) if held is not None else None
    said = inner.get("nullable").lower() if inner is not None else ""
    is_key = inner is not None and inner.flag("primaryKey")
    nullable = None if not said else said != "false"
    generated = change.flag("autoIncrement") or bool(change.get("generationType"))
    column = Part(
        "column",
        name,
        type=change.get("type"),
        nullable=False if is_key else nullable,
        default=_default(change),
        generated=generated,
    )
    return [column, *(_constraints(inner, name) if inner is not None else ())], is_key


def _constraints(change: Change, column: str) -> Iterator[Part]:
    """Yield what the `constraints` of a column say beside the primary key."""
    columns = (column,)
    if change.flag("unique"):
        yield Part("unique", change.get("uniqueConstraintName"), columns)
    target = change.get("referencedTableName") or change.get("references").partition("(")[0].strip()
    if target:
        yield Part("foreign key", change.get("foreignKeyName"), columns, references=target)
    if change.get("checkConstraint"):
        yield Part("check", columns=columns, condition=change.get("checkConstraint"))


def _default(change: Change) -> str | None:
    for name in DEFAULTS:
        if name in change.element.attributes:
            value = change.get(name)
            if name in QUOTED and not value.startswith("'") and value.upper() != "NULL":
                return "'" + value.replace("'", "''") + "'"
            return value
    return None


def _drop_table(change: Change) -> Made:
    cascade = change.flag("cascadeConstraints")
    yield change.step._replace(
        operation=Operation.DROP_TABLE, table=change.table(), cascade=cascade
    )


def _rename_table(change: Change) -> Made:
    yield change.step._replace(
        operation=Operation.RENAME_TABLE,
        table=change.table("oldTableName"),
        new_name=change.get("newTableName"),
    )


def _lookup_table(change: Change) -> Made:
    """Yield what `addLookupTable` makes: a table out of a column's values, and a key to it."""
    new, column = change.get("newTableName"), change.get("newColumnName")
    made = Part("column", column, type=change.get("newColumnDataType"), nullable=False)
    key = Part("primary key", columns=(column,))
    yield change.step._replace(
        operation=Operation.CREATE_TABLE, table=new, columns=(column,), parts=(made, key)
    )
    yield change.step._replace(operation=Operation.DATA, table=new, rows=Rows.ALL)
    yield change.step._replace(
        operation=Operation.ADD_CONSTRAINT,
        table=change.table("existingTableName", schema="existingTableSchemaName"),
        columns=change.names("existingColumnName"),
        constraint="foreign key",
        name=change.get("constraintName"),
        references=new,
    )


# -- columns -------------------------------------------------------------------------------------


def _add_column(change: Change) -> Made:
    table = change.table()
    for column in change.columns():
        (made, *parts), is_key = _column(column)
        if is_key:
            parts.append(Part("primary key", _key_name(change), (made.name,)))
        kinds = [part.kind for part in parts]
        after = column.get("afterColumn")
        yield column.step._replace(
            operation=Operation.ADD_COLUMN,
            table=table,
            column=made.name,
            type=made.type,
            nullable=made.nullable,
            default=made.default,
            generated=made.generated,
            constraint=kinds[0] if kinds else "",
            references=next((part.references for part in parts if part.references), ""),
            parts=tuple(parts),
            placed=f"after {after}" if after else "",
        )
        if any(name in column.element.attributes for name in VALUES):
            yield column.step._replace(operation=Operation.DATA, table=table, rows=Rows.ALL)


def _drop_column(change: Change) -> Made:
    table, step = change.table(), change.step._replace(operation=Operation.DROP_COLUMN)
    if change.get("columnName"):
        yield step._replace(table=table, column=change.get("columnName"))
    for column in change.columns():
        yield column.step._replace(
            operation=Operation.DROP_COLUMN, table=table, column=column.get("name")
        )


def _rename_column(change: Change) -> Made:
    yield change.step._replace(
        operation=Operation.RENAME_COLUMN,
        table=change.table(),
        column=change.get("oldColumnName"),
        new_name=change.get("newColumnName"),
    )


def _merge_columns(change: Change) -> Made:
    """Yield a new column, its rows filled from two old ones, which go."""
    table, step = change.table(), change.step
    yield step._replace(
        operation=Operation.ADD_COLUMN,
        table=table,
        column=change.get("finalColumnName"),
        type=change.get("finalColumnType"),
    )
    yield step._replace(operation=Operation.DATA, table=table, rows=Rows.ALL)
    for name in ("column1Name", "column2Name"):
        yield step._replace(operation=Operation.DROP_COLUMN, table=table, column=change.get(name))


def _modify_type(change: Change) -> Made:
    yield change.step._replace(
        operation=Operation.ALTER_TYPE,
        table=change.table(),
        column=change.get("columnName"),
        type=change.get("newDataType"),
    )


def _modify_columns(change: Change) -> Made:
    """Yield the new types of `modifyColumn`, the name that `modifyDataType` had once."""
    for column in change.columns():
        yield column.step._replace(
            operation=Operation.ALTER_TYPE,
            table=change.table(),
            column=column.get("name"),
            type=column.get("type"),
        )


def _not_null(change: Change) -> Made:
    table, column = change.table(), change.get("columnName")
    if change.get("defaultNullValue"):  # UPDATE … WHERE column IS NULL
        yield change.step._replace(operation=Operation.DATA, table=table, rows=Rows.MANY)
    yield change.step._replace(
        operation=Operation.SET_NOT_NULL,
        table=table,
        column=column,
        nullable=False,
        valid=change.get("validate").lower() != "false",
    )


def _on_column(operation: Operation) -> Callable[[Change], Made]:
    def read(change: Change) -> Made:
        made = change.step._replace(
            operation=operation, table=change.table(), column=change.get("columnName")
        )
        if operation is Operation.DROP_NOT_NULL:
            made = made._replace(nullable=True)
        yield made._replace(default=_default(change)) if operation is SETS else made

    return read


SETS = Operation.SET_DEFAULT


def _auto_increment(change: Change) -> Made:
    yield change.step._replace(
        operation=Operation.ALTER_TABLE,
        table=change.table(),
        column=change.get("columnName"),
        action="add generated",
        generated=True,
    )


# -- rows ----------------------------------------------------------------------------------------


def _rows(rows: Rows) -> Callable[[Change], Made]:
    def read(change: Change) -> Made:
        found = rows
        bounded = bool(change.get("where")) or any(True for _ in change.element.all("where"))
        if rows is Rows.ALL and bounded:
            found = Rows.MANY
        yield change.step._replace(operation=Operation.DATA, table=change.table(), rows=found)

    return read


CHANGES: dict[str, Callable[[Change], Made]] = {
    "addAutoIncrement": _auto_increment,
    "addCheckConstraint": add_constraint("check"),
    "addColumn": _add_column,
    "addDefaultValue": _on_column(Operation.SET_DEFAULT),
    "addForeignKeyConstraint": add_constraint("foreign key"),
    "addLookupTable": _lookup_table,
    "addNotNullConstraint": _not_null,
    "addPrimaryKey": add_constraint("primary key"),
    "addUniqueConstraint": add_constraint("unique"),
    "createIndex": create_index,
    "createTable": _create_table,
    "delete": _rows(Rows.ALL),
    "dropAllForeignKeyConstraints": drop_constraint("foreign key"),
    "dropCheckConstraint": drop_constraint("check"),
    "dropColumn": _drop_column,
    "dropDefaultValue": _on_column(Operation.DROP_DEFAULT),
    "dropForeignKeyConstraint": drop_constraint("foreign key"),
    "dropIndex": drop_index,
    "dropNotNullConstraint": _on_column(Operation.DROP_NOT_NULL),
    "dropPrimaryKey": drop_constraint("primary key"),
    "dropTable": _drop_table,
    "dropUniqueConstraint": drop_constraint("unique"),
    "insert": _rows(Rows.NEW),
    "loadData": _rows(Rows.NEW),
    "loadUpdateData": _rows(Rows.FEW),
    "mergeColumns": _merge_columns,
    "modifyColumn": _modify_columns,
    "modifyDataType": _modify_type,
    "renameColumn": _rename_column,
    "renameTable": _rename_table,
    "update": _rows(Rows.ALL),
}
OBJECTS = {
    "alterSequence": (Operation.ALTER_OBJECT, "sequence"),
    "createFunction": (Operation.CREATE_OBJECT, "function"),
    "createPackage": (Operation.CREATE_OBJECT, "package"),
    "createPackageBody": (Operation.CREATE_OBJECT, "package body"),
    "createProcedure": (Operation.CREATE_OBJECT, "procedure"),
    "createSequence": (Operation.CREATE_OBJECT, "sequence"),
    "createSynonym": (Operation.CREATE_OBJECT, "synonym"),
    "createTrigger": (Operation.CREATE_OBJECT, "trigger"),
    "createView": (Operation.CREATE_OBJECT, "view"),
    "dropFunction": (Operation.DROP_OBJECT, "function"),
    "dropPackage": (Operation.DROP_OBJECT, "package"),
    "dropProcedure": (Operation.DROP_OBJECT, "procedure"),
    "dropSequence": (Operation.DROP_OBJECT, "sequence"),
    "dropSynonym": (Operation.DROP_OBJECT, "synonym"),
    "dropTrigger": (Operation.DROP_OBJECT, "trigger"),
    "dropView": (Operation.DROP_OBJECT, "view"),
    "renameSequence": (Operation.RENAME_OBJECT, "sequence"),
    "renameView": (Operation.RENAME_OBJECT, "view"),
}
# What changes no schema, or only what is said of it.
QUIET = frozenset(
    (
        "alterDatabase",
        "disableCheckConstraint",
        "disableTrigger",
        "enableCheckConstraint",
        "enableTrigger",
        "markUnused",
        "renameTrigger",
        "setColumnRemarks",
        "setTableRemarks",
    )
)
