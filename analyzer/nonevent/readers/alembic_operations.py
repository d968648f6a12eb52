"""What each operation of an Alembic migration does to the schema."""

from collections.abc import Callable, Iterator

from nonevent.facts import Call, Kind, Operation, Rows, SchemaStep
from nonevent.readers import alembic_column
from nonevent.readers.alembic_directive import Directive, given, qualified, text_of
from nonevent.readers.alembic_enums import sync_enum_values
from nonevent.readers.alembic_table import parts
from nonevent.readers.embedded import Reading, read_sql, unknown
from nonevent.readers.excerpt import Source

__all__ = ["OPERATIONS", "read"]

OPERATIONS = "alembic.op."
BATCH = "alembic.op.batch_alter_table."

CONSTRAINTS = {
    "create_check_constraint": "check",
    "create_exclude_constraint": "exclude",
    "create_foreign_key": "foreign key",
    "create_primary_key": "primary key",
    "create_unique_constraint": "unique",
}
# https://alembic.sqlalchemy.org/en/latest/ops.html#alembic.operations.Operations.drop_constraint
CONSTRAINT_TYPES = {
    "foreignkey": "foreign key",
    "primary": "primary key",
    "unique": "unique",
    "check": "check",
}
# What `op` offers beside operations.
TOOLS = frozenset(
    (
        "batch_alter_table",
        "f",
        "get_bind",
        "get_context",
        "implementation_for",
        "inline_literal",
        "register_operation",
        "run_async",
    )
)
RUNS = frozenset(("execute", "exec_driver_sql", "scalar", "scalars"))


def read(call: Call, step: SchemaStep, page: Source) -> Reading:
    """Return the steps of one call; `step` tells what all of them have in common."""
    batch = call.callee.startswith(BATCH)
    name = call.callee.removeprefix(BATCH if batch else OPERATIONS)
    if "." in name:  # op.get_bind().execute(…)
        runs = name.startswith("get_") and name.rpartition(".")[2] in RUNS
        return _execute(Directive("execute", call, step, page, batch=False)) if runs else ((), ())
    directive = Directive(name, call, step, page, batch)
    if name == "execute":
        return _execute(directive)
    if name == "sync_enum_values":
        return sync_enum_values(directive)
    known = DIRECTIVES.get(name)
    if known is not None:
        return tuple(known(directive)), ()
    if name in TOOLS:
        return (), ()
    return unknown(step, f"operation `{name}` is not Alembic's own: what it does is not judged")


def _execute(directive: Directive) -> Reading:
    value = directive.value("sqltext")
    if value is None and not directive.call.open:  # `bind.execute(…).scalar()`
        return (), ()
    if value is None:
        return unknown(directive.step, "SQL that is passed on is not judged")
    return read_sql(value, directive.step, directive.source)


def _add_column(directive: Directive) -> Iterator[SchemaStep]:
    step = directive.step._replace(
        operation=Operation.ADD_COLUMN,
        table=directive.table(),
        guarded=directive.flag("if_not_exists") is True,
    )
    value = directive.value("column")
    if value is None:
        yield step
        return
    column = alembic_column.column(value, directive.source)
    # A CHECK is part of ADD COLUMN; a foreign key only where it is asked for.
    inline = column.foreign_key and directive.flag("inline_references") is True
    yield step._replace(
        column=column.name,
        type=column.type,
        nullable=column.nullable,
        default=column.default,
        generated=column.generated,
        fills=column.fills,
        constraint="check" if column.check else ("foreign key" if inline else ""),
        references=column.references,
    )
    yield from _implied(step._replace(column=column.name), column, inline=inline)


def _implied(
    step: SchemaStep, column: alembic_column.Column, *, inline: bool
) -> Iterator[SchemaStep]:
    """Yield the statements that Alembic adds for keys and indexes of a new column."""
    named = step._replace(
        operation=Operation.ADD_CONSTRAINT, columns=(column.name,) if column.name else ()
    )
    if column.foreign_key and not inline:
        yield named._replace(constraint="foreign key", references=column.references)
    if column.indexed:
        yield named._replace(operation=Operation.CREATE_INDEX, unique=column.unique)
    elif column.unique:
        yield named._replace(constraint="unique")


def _drop_column(directive: Directive) -> Iterator[SchemaStep]:
    yield directive.step._replace(
        operation=Operation.DROP_COLUMN,
        table=directive.table(),
        column=_column_argument(directive),
        guarded=directive.flag("if_exists") is True,
    )


def _column_argument(directive: Directive) -> str:
    """Return the column that is changed: its name, or a `Column` that bears it."""
    value = directive.value("column_name") or directive.value("column")
    if value is not None and value.kind is Kind.CALL and "column" in value.name.lower():
        return alembic_column.column(value, directive.source).name
    return text_of(value)


def _alter_column(directive: Directive) -> Iterator[SchemaStep]:
    """Yield one step for each attribute that changes, in the order Alembic changes them."""
    step = directive.step._replace(table=directive.table(), column=_column_argument(directive))
    found = [*_alter_values(directive, step), *_alter_name(directive, step)]
    yield from found or [step._replace(operation=Operation.OTHER)]


def _alter_values(directive: Directive, step: SchemaStep) -> Iterator[SchemaStep]:
    nullable = directive.flag("nullable")
    if nullable is not None and nullable is not directive.flag("existing_nullable"):
        operation = Operation.DROP_NOT_NULL if nullable else Operation.SET_NOT_NULL
        yield step._replace(operation=operation, nullable=nullable)
    default = directive.value("server_default")
    if default is not None and default.constant is not False:
        written = alembic_column.default_text(default, directive.source)
        if alembic_column.name_of(default) in {"Identity", "Computed"}:
            fills = alembic_column.name_of(default).lower()
            yield step._replace(
                operation=Operation.ALTER_TABLE, generated=True, action=f"add {fills}"
            )
        elif written is None:
            yield step._replace(operation=Operation.DROP_DEFAULT)
        else:
            yield step._replace(operation=Operation.SET_DEFAULT, default=written)
    new_type = given(directive.value("type_"))
    if new_type is not None:
        former = given(directive.value("existing_type"))
        yield step._replace(
            operation=Operation.ALTER_TYPE,
            type=directive.source.one_line(new_type.span),
            using=_expression(directive),
            old_type="" if former is None else directive.source.one_line(former.span),
        )


def _expression(directive: Directive) -> str:
    """Return the expression of `postgresql_using=`; "" where there is none."""
    value = given(directive.value("postgresql_using"))
    return "" if value is None else text_of(value) or directive.source.one_line(value.span)


def _alter_name(directive: Directive, step: SchemaStep) -> Iterator[SchemaStep]:
    value = given(directive.value("new_column_name") or directive.value("name"))
    if value is not None:
        yield step._replace(operation=Operation.RENAME_COLUMN, new_name=text_of(value))


def _table_step(operation: Operation) -> Callable[[Directive], Iterator[SchemaStep]]:
    def read(directive: Directive) -> Iterator[SchemaStep]:
        yield directive.step._replace(operation=operation, table=directive.table())

    return read


def _create_table(directive: Directive) -> Iterator[SchemaStep]:
    arguments = [item for item in directive.call.arguments if not text_of(item)]
    found, more = parts(arguments, directive.source)
    yield directive.step._replace(
        operation=Operation.CREATE_TABLE,
        table=directive.table(),
        columns=tuple(part.name for part in found if part.kind == "column"),
        parts=found,
        open=more or directive.call.open,
    )


def _rename_table(directive: Directive) -> Iterator[SchemaStep]:
    yield directive.step._replace(
        operation=Operation.RENAME_TABLE,
        table=directive.table(),
        new_name=directive.text("new_table_name"),
    )


def _create_index(directive: Directive) -> Iterator[SchemaStep]:
    yield directive.step._replace(
        operation=Operation.CREATE_INDEX,
        table=directive.table(),
        name=directive.text("index_name"),
        columns=directive.columns("columns"),
        unique=directive.flag("unique") is True,
        concurrently=directive.flag("postgresql_concurrently") is True,
        condition=_condition(directive),
        guarded=directive.flag("if_not_exists") is True,
    )


def _condition(directive: Directive) -> str:
    """Return the rows that an index holds, as SQL or as the Python that is written there."""
    value = given(directive.value("postgresql_where") or directive.value("sqlite_where"))
    if value is None:
        return ""
    return text_of(value) or directive.source.one_line(value.span)


def _drop_index(directive: Directive) -> Iterator[SchemaStep]:
    yield directive.step._replace(
        operation=Operation.DROP_INDEX,
        table=directive.table(),
        name=directive.text("index_name"),
        concurrently=directive.flag("postgresql_concurrently") is True,
        guarded=directive.flag("if_exists") is True,
    )


def _create_constraint(directive: Directive) -> Iterator[SchemaStep]:
    constraint = CONSTRAINTS[directive.name]
    foreign = constraint == "foreign key"
    referent = directive.text("referent_table") if foreign else ""
    columns = (
        ()
        if constraint in {"check", "exclude"}
        else directive.columns("local_cols" if foreign else "columns")
    )
    yield directive.step._replace(
        operation=Operation.ADD_CONSTRAINT,
        table=directive.table(),
        name=directive.text("constraint_name"),
        columns=columns,
        constraint=constraint,
        references=qualified(referent, directive.schema("referent_schema")),
        valid=directive.flag("postgresql_not_valid") is not True,
        using_index=directive.value("postgresql_using_index") is not None,
        condition=text_of(directive.value("condition")) if constraint == "check" else "",
    )


def _drop_constraint(directive: Directive) -> Iterator[SchemaStep]:
    yield directive.step._replace(
        operation=Operation.DROP_CONSTRAINT,
        table=directive.table(),
        name=directive.text("constraint_name"),
        constraint=CONSTRAINT_TYPES.get(directive.text("type_"), ""),
    )


def _bulk_insert(directive: Directive) -> Iterator[SchemaStep]:
    value = directive.value("table")
    table = ""
    if value is not None and value.kind is Kind.CALL:
        table = text_of(value.items[0]) if value.items else ""
    yield directive.step._replace(operation=Operation.DATA, table=table, rows=Rows.NEW)


DIRECTIVES: dict[str, Callable[[Directive], Iterator[SchemaStep]]] = {
    "add_column": _add_column,
    "alter_column": _alter_column,
    "bulk_insert": _bulk_insert,
    "create_check_constraint": _create_constraint,
    "create_exclude_constraint": _create_constraint,
    "create_foreign_key": _create_constraint,
    "create_index": _create_index,
    "create_primary_key": _create_constraint,
    "create_table": _create_table,
    "create_table_comment": _table_step(Operation.OTHER),
    "create_unique_constraint": _create_constraint,
    "drop_column": _drop_column,
    "drop_constraint": _drop_constraint,
    "drop_index": _drop_index,
    "drop_table": _table_step(Operation.DROP_TABLE),
    "drop_table_comment": _table_step(Operation.OTHER),
    "rename_table": _rename_table,
}
