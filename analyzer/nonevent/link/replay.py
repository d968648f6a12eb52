"""The steps of a history applied one after the other: the schema as it stands before each.

    for step in steps:                 # in the order of `link.order`
        … schema as it stands before the step …
        replay(schema, step)

`replay` knows what every step does to tables, columns, constraints and indexes; what it does not
know leaves a table, or the whole schema, in doubt (`whole` is False): unknown, which is not safe.
"""

import re
from collections.abc import Callable, Sequence

from nonevent.facts import Operation, Part, SchemaStep
from nonevent.link.constraints import (
    add_constraint,
    constrain,
    create_index,
    drop_constraint,
    drop_index,
    hold_index,
    rename_constraint,
    rename_index,
    validate,
)
from nonevent.link.partitions import ATTACHED, join
from nonevent.link.replication import identify
from nonevent.link.tables import Column, Constraint, Index, Schema, Table, key

__all__ = ["replay"]

WORD = re.compile(r"\w+")
# What PostgreSQL makes NOT NULL by itself.
SERIAL = re.compile(r"(?i)(?:big|small)?serial[248]?$")
FILLED = frozenset(("identity", "serial"))
# Kinds of constraints that come with a column, by what it is written in.
KINDS = frozenset(("primary key", "foreign key", "unique", "check"))
OWN = {"django": frozenset(("foreign key",))}
# Django's fields whose column has a CHECK of its own.
POSITIVE = re.compile(r"Positive(?:Small|Big)?IntegerField\b")
CHANGING = frozenset(("alter", "drop", "rename"))
# What a computed statement may speak of beside tables.
OBJECTS = frozenset(("type", "trigger", "function", "view", "sequence", "extension", "policy"))
# What may do without a table's name, as SQL has it, or changes no table that is there.
OF_NO_TABLE = frozenset(
    (
        Operation.CREATE_TABLE,
        Operation.RENAME_OBJECT,
        Operation.DROP_INDEX,
        Operation.RENAME_INDEX,
        Operation.DROP_CONSTRAINT,
        Operation.RENAME_CONSTRAINT,
        Operation.VALIDATE_CONSTRAINT,
        Operation.CREATE_INDEX,
        Operation.ADD_COLUMN,
        Operation.ALTER_TABLE,
        Operation.DROP_DEFAULT,
        Operation.SET_DEFAULT,
        Operation.DATA,
    )
)
# Databases in which a new definition of a column says everything anew.
# https://dev.mysql.com/doc/refman/8.4/en/alter-table.html, section on MODIFY
# https://docs.liquibase.com/change-types/modify-data-type.html says the same of itself.
WRITTEN = frozenset(("sql", "liquibase"))
REDEFINED = frozenset(("mysql", "mariadb", "mssql"))
SHORTENING = frozenset(("mysql", "mariadb"))


def replay(schema: Schema, step: SchemaStep, *, in_fact: bool = False) -> None:
    """Change the schema as the step does.

    A step that keeps the data is left out, unless it counts `in_fact`: those of a squashed
    migration whose originals are gone.
    """
    if step.framework == "django" and step.name:
        _name(schema, step)
    if step.keeps_data and not in_fact:
        _retire(schema, step)
        return
    if step.operation is Operation.UNKNOWN:
        _doubt(schema, step.text)
        return
    apply = APPLY.get(step.operation)
    if not step.table and step.operation not in OF_NO_TABLE and apply is not None:
        _doubt(schema, "alter")  # the table's name is computed
    elif apply is not None:
        apply(schema, step)


def _retire(schema: Schema, step: SchemaStep) -> None:
    """Remember what Django's models lose while the database keeps it."""
    table = schema.table(step.table) if step.framework == "django" and step.table else None
    if table is None:
        return
    path = step.location.path
    if step.operation is Operation.DROP_TABLE:
        table.retired = path
    elif step.operation is Operation.DROP_COLUMN:
        table.change((step.column,), lambda column: column._replace(retired=path))


def _name(schema: Schema, step: SchemaStep) -> None:
    """Remember which table a model has, where it is not the usual one."""
    if step.operation is Operation.CREATE_TABLE:
        schema.aliases[key(step.name)] = step.table
    elif step.operation is Operation.RENAME_TABLE:
        schema.aliases[key(step.name)] = step.new_name


def _doubt(schema: Schema, text: str) -> None:
    """Leave in doubt the tables that a statement names, or all where it may change any."""
    words = {word.lower() for word in WORD.findall(text)}
    named = words & schema.tables.keys()
    if not named and not words.isdisjoint(CHANGING) and words.isdisjoint(OBJECTS):
        schema.whole = False
        named = set(schema.tables)
    for name in named:
        schema.tables[name].whole = False


# -- tables ------------------------------------------------------------------------------------


def _create_table(schema: Schema, step: SchemaStep) -> None:
    if not step.table or key(step.table) in schema.tables:  # IF NOT EXISTS: it stays as it is
        return
    whole = schema.whole and not step.open and bool(step.parts)
    table = schema.tables[key(step.table)] = Table(step.table, whole=whole, made=step.location)
    table.has_rows = step.from_query
    for part in step.parts:
        _take(table, part, step)
    for column in step.columns:
        table.columns.setdefault(key(column), Column(column, since=step.location))
    if step.parent:
        join(schema, step)


def _take(table: Table, part: Part, step: SchemaStep) -> None:
    """Add a part to a table that is made, or to a column's table."""
    if part.kind == "column":
        nullable = part.nullable
        if SERIAL.match(part.type):
            nullable = False
        elif nullable is None and step.framework != "django":
            nullable = True
        table.columns.setdefault(
            key(part.name),
            Column(part.name, part.type, nullable, part.default, part.generated, step.location),
        )
    elif part.kind == "index":
        hold_index(table, Index(part.name, part.columns, part.unique, part.condition), step)
    elif part.kind == "not null":
        table.change(part.columns, lambda column: column._replace(nullable=False))
    else:
        held = Constraint(part.kind, part.name, part.columns, part.references, part.condition)
        constrain(table, held, step)


def _drop_table(schema: Schema, step: SchemaStep) -> None:
    schema.tables.pop(key(step.table), None)


def _rename_table(schema: Schema, step: SchemaStep) -> None:
    table = schema.tables.pop(key(step.table), None)
    if table is None:
        table = Table(step.new_name, whole=False)
    old = key(table.name)
    table.name = step.new_name
    if step.new_name:
        schema.tables[key(step.new_name)] = table
    for other in schema.tables.values():
        if any(key(each.references) == old for each in other.constraints):
            other.constraints = [
                each._replace(references=step.new_name) if key(each.references) == old else each
                for each in other.constraints
            ]


def _rename_object(schema: Schema, step: SchemaStep) -> None:
    """Give columns the new name of their type."""
    if step.object != "type" or not step.new_name:
        return
    old = re.compile(rf"(?i)\b{re.escape(key(step.name))}\b")
    for table in schema.tables.values():
        for name, column in table.columns.items():
            if old.search(column.type):
                written = old.sub(lambda _: step.new_name, column.type)
                table.columns[name] = column._replace(type=written)


# -- columns -----------------------------------------------------------------------------------


def _add_column(schema: Schema, step: SchemaStep) -> None:
    table = schema.expected(step.table)
    if table is None or not step.column or key(step.column) in table.columns:
        return
    default = step.default if step.default_in_database else None
    nullable = False if step.fills in FILLED else step.nullable
    column = Part("column", step.column, (), step.type, nullable, default, step.generated)
    _take(table, column, step)
    for part in step.parts:
        _take(table, part, step)
    # Of a field of Django the other constraints are steps of their own.
    if step.framework == "django" and POSITIVE.match(step.type):
        held = Constraint("check", "", (step.column,), "", f"{step.column} >= 0")
        constrain(table, held, step)
    if step.constraint and not step.parts and step.constraint in OWN.get(step.framework, KINDS):
        constrain(table, Constraint(step.constraint, "", (step.column,), step.references), step)


def _drop_column(schema: Schema, step: SchemaStep) -> None:
    table = schema.table(step.table)
    if table is not None and key(step.column) in table.columns:
        table.lose(step.column, shortens=step.dialect in SHORTENING)


def _rename_column(schema: Schema, step: SchemaStep) -> None:
    table = schema.expected(step.table)
    if table is None or not step.new_name:
        return
    old = key(step.column)
    if old not in table.columns:
        table.columns.setdefault(key(step.new_name), Column(step.new_name))
        return
    table.columns = {
        (key(step.new_name) if name == old else name): (
            column._replace(name=step.new_name) if name == old else column
        )
        for name, column in table.columns.items()
    }

    def renamed(columns: Sequence[str]) -> tuple[str, ...]:
        return tuple(step.new_name if key(name) == old else name for name in columns)

    def reworded(condition: str) -> str:
        return WORD.sub(lambda word: step.new_name if key(word[0]) == old else word[0], condition)

    table.constraints = [
        each._replace(columns=renamed(each.columns), condition=reworded(each.condition))
        for each in table.constraints
    ]
    table.indexes = [
        each._replace(columns=renamed(each.columns), condition=reworded(each.condition))
        for each in table.indexes
    ]


def _alter_column(schema: Schema, step: SchemaStep) -> None:
    table = schema.expected(step.table)
    if table is None or not step.column:
        return
    column = table.columns.get(key(step.column)) or Column(step.column)
    operation = step.operation
    if operation is Operation.ALTER_TYPE:
        column = column._replace(type=step.type)
        if step.framework in WRITTEN and step.dialect in REDEFINED:
            nullable = True if step.nullable is None else step.nullable
            column = column._replace(nullable=nullable, generated=step.generated)
            if step.dialect != "mssql":
                column = column._replace(default=step.default)
        elif step.nullable is not None and step.framework in WRITTEN:
            column = column._replace(nullable=step.nullable)
    elif operation is Operation.SET_NOT_NULL:
        column = column._replace(nullable=False)
    elif operation is Operation.DROP_NOT_NULL:
        column = column._replace(nullable=True)
    elif operation is Operation.SET_DEFAULT:
        column = column._replace(default=step.default)
    else:
        column = column._replace(default=None)
    table.columns[key(step.column)] = column


def _alter_table(schema: Schema, step: SchemaStep) -> None:
    """Take in what ALTER TABLE does beside types: what fills a column, what names rows."""
    if step.action == ATTACHED:
        join(schema, step)
    table = schema.table(step.table)
    if table is not None:
        identify(table, step)
    if table is None or not step.column:
        return
    if step.action in {"add identity", "add generated"}:
        table.change([step.column], lambda each: each._replace(generated=True, nullable=False))
    elif step.action in {"drop identity", "drop expression"}:
        table.change([step.column], lambda each: each._replace(generated=False))


def _fill(schema: Schema, step: SchemaStep) -> None:
    table = schema.table(step.table) if step.table else None
    for each in schema.tables.values() if table is None else (table,):
        each.has_rows = True


APPLY: dict[Operation, Callable[[Schema, SchemaStep], None]] = {
    Operation.CREATE_TABLE: _create_table,
    Operation.DATA: _fill,
    Operation.DROP_TABLE: _drop_table,
    Operation.RENAME_TABLE: _rename_table,
    Operation.RENAME_OBJECT: _rename_object,
    Operation.ADD_COLUMN: _add_column,
    Operation.DROP_COLUMN: _drop_column,
    Operation.RENAME_COLUMN: _rename_column,
    Operation.ALTER_TYPE: _alter_column,
    Operation.SET_NOT_NULL: _alter_column,
    Operation.DROP_NOT_NULL: _alter_column,
    Operation.ALTER_TABLE: _alter_table,
    Operation.SET_DEFAULT: _alter_column,
    Operation.DROP_DEFAULT: _alter_column,
    Operation.CREATE_INDEX: create_index,
    Operation.DROP_INDEX: drop_index,
    Operation.RENAME_INDEX: rename_index,
    Operation.ADD_CONSTRAINT: add_constraint,
    Operation.DROP_CONSTRAINT: drop_constraint,
    Operation.VALIDATE_CONSTRAINT: validate,
    Operation.RENAME_CONSTRAINT: rename_constraint,
}
