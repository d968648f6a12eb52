"""A schema step with what the schema before it tells: its table, the column's former self."""

import re
from collections.abc import Iterator

from nonevent.facts import Operation, SchemaStep
from nonevent.link.partitions import ATTACHED, fits
from nonevent.link.replication import unkeyed
from nonevent.link.tables import Column, Constraint, Index, Schema, Table, key

__all__ = ["filled"]

ON_COLUMN = frozenset(
    (
        Operation.ALTER_TYPE,
        Operation.DROP_COLUMN,
        Operation.DROP_DEFAULT,
        Operation.DROP_NOT_NULL,
        Operation.RENAME_COLUMN,
        Operation.SET_DEFAULT,
        Operation.SET_NOT_NULL,
    )
)
ON_INDEX = frozenset((Operation.DROP_INDEX, Operation.RENAME_INDEX))
ON_CONSTRAINT = frozenset(
    (Operation.DROP_CONSTRAINT, Operation.RENAME_CONSTRAINT, Operation.VALIDATE_CONSTRAINT)
)
ON_COLUMNS = frozenset((Operation.ADD_CONSTRAINT, Operation.CREATE_INDEX))


def filled(step: SchemaStep, schema: Schema) -> tuple[SchemaStep, ...]:
    """Return the step with what the schema tells of it; several where it turns out to be so.

    Of an `AlterField` only the former field tells what changes: it stands in another migration.
    What the history does not know stays as the reader said it.
    """
    if step.framework == "django":
        step = _named_by_models(step, schema)
    if step.operation in ON_INDEX or step.operation in ON_CONSTRAINT:
        return (_of_named(step, schema)._replace(unkeyed=_unkeyed(step, schema)),)
    if step.object == "publication":
        return (step._replace(unkeyed=_unkeyed(step, schema)),)
    if step.action == ATTACHED:
        return (step._replace(proved=fits(step, schema)),)
    table = schema.table(step.table) if step.table else None
    if table is None:
        drops = step.operation is Operation.DROP_TABLE and step.guarded and bool(step.table)
        return (step._replace(unmade=True) if drops and schema.knows_most() else step,)
    if step.framework == "django":
        step = _columns_of_fields(step, schema, table)
    if step.operation is Operation.OTHER and step.framework == "django":
        return tuple(_altered(step, table)) or (step,)
    if step.operation in ON_COLUMN:
        return (_on_column(step, table),)
    if step.operation is Operation.DROP_TABLE:
        return (step._replace(retired=_earlier(table.retired, step), unmade=False),)
    if step.using_index and not step.columns:
        step = step._replace(columns=_of_index(step, table))
    if _is_said_again(step, table):
        return (step._replace(operation=Operation.OTHER),)
    if step.operation is Operation.ADD_CONSTRAINT and step.columns and table.whole:
        step = step._replace(covered=table.covers(step.columns))
        if step.constraint == "primary key":
            step = step._replace(old_nullable=_any_nullable(step, table))
    return (step,)


def _unkeyed(step: SchemaStep, schema: Schema) -> tuple[str, ...]:
    asked = step.operation is Operation.DROP_INDEX or step.object == "publication"
    return unkeyed(step, schema) if asked else ()


def _is_said_again(step: SchemaStep, table: Table) -> bool:
    """Tell whether `AlterUniqueTogether` names the one group that is unique already."""
    if step.framework != "django" or step.name or len(step.columns) < 2:  # noqa: PLR2004
        return False
    wanted = set(map(key, step.columns))
    return step.constraint == "unique" and any(
        each.kind == "unique" and set(map(key, each.columns)) == wanted
        for each in table.constraints
    )


def _of_index(step: SchemaStep, table: Table) -> tuple[str, ...]:
    """Return the columns of the index that becomes a constraint."""
    names = {key(part.name) for part in step.parts if part.kind == "index"}
    return next((index.columns for index in table.indexes if key(index.name) in names), ())


def _any_nullable(step: SchemaStep, table: Table) -> bool | None:
    """Tell whether one of the columns admits NULL: a primary key changes and scans it."""
    found = [column.nullable for name in step.columns if (column := table.column(name))]
    return None if None in found or len(found) < len(step.columns) else any(found)


def _earlier(path: str, step: SchemaStep) -> str:
    """Return the path of a migration that is not the step's own; "" otherwise."""
    return "" if path == step.location.path else path


def _on_column(step: SchemaStep, table: Table) -> SchemaStep:
    column = table.column(step.column)
    if column is None:
        drops = step.operation is Operation.DROP_COLUMN and step.guarded and bool(step.column)
        known_whole = table.whole and table.made is not None
        return step._replace(unmade=True) if drops and known_whole else step
    known: dict[str, object] = {"old_nullable": column.nullable, "old_default": column.default}
    if step.operation is Operation.DROP_COLUMN:
        known["retired"] = _earlier(column.retired, step)
    if table.whole:
        known["hangs_on"] = table.kinds_on(step.column)
    if not step.old_type:
        known["old_type"] = column.type
    elif column.type and (named := ENUM.search(step.type)) and key(column.type) == key(named[1]):
        known["old_type"] = step.type  # it has this type by now
    if table.whole and table.never_null(step.column):
        known["proved"] = True
    if step.dialect in REDEFINING and _only_null_changes(step, column):
        # MySQL writes the whole definition to say it: MODIFY total int NOT NULL.
        known["operation"] = Operation.DROP_NOT_NULL if step.nullable else Operation.SET_NOT_NULL
    return step._replace(**known)  # type: ignore[arg-type]  # names of its fields


# SQLAlchemy's name of a type: `sa.Enum("a", "b", name="status")`.
ENUM = re.compile(r"\bEnum\(.*\bname\s*=\s*[\"'](\w+)[\"']", re.IGNORECASE)
REDEFINING = ("mysql", "mariadb", "mssql")


def _only_null_changes(step: SchemaStep, column: Column) -> bool:
    """Tell whether a definition written anew differs from the former in NOT NULL alone."""
    if step.operation is not Operation.ALTER_TYPE or step.placed:
        return False
    same = "".join(step.type.split()).lower() == "".join(column.type.split()).lower()
    # A definition in SQL that says nothing admits NULL.
    former = column.nullable is not False if step.framework == "sql" else column.nullable
    return same and None not in {step.nullable, former} and step.nullable != former


# -- indexes and constraints by their names -------------------------------------------------------


def _of_named(step: SchemaStep, schema: Schema) -> SchemaStep:
    """Return a step on an index or a constraint with what its name stands for."""
    of = "index" if step.operation in ON_INDEX else "constraint"
    table = schema.table(step.table) if step.table else None
    if table is None and step.name:
        table = schema.owner(step.name, of=of)
    if table is None:
        return step
    held: Index | Constraint | None = _find(table, step)
    known: dict[str, object] = {} if step.table else {"table": table.name}
    if held is not None and not step.columns:
        known["columns"] = held.columns
    if isinstance(held, Index):
        known["unique"] = held.unique
        known["condition"] = held.condition
    elif held is not None:
        known["constraint"] = step.constraint or held.kind
        known["references"] = held.references
        known["condition"] = held.condition
    return step._replace(**known)  # type: ignore[arg-type]  # names of its fields


def _find(table: Table, step: SchemaStep) -> Index | Constraint | None:
    wanted = key(step.name)
    lists: tuple[list[Index] | list[Constraint], ...] = (table.indexes, table.constraints)
    for held in lists if step.operation in ON_INDEX else lists[1:]:
        for each in held:
            if wanted and key(each.name) == wanted:
                return each
    kind = step.constraint
    alike = [each for each in table.constraints if each.kind == kind] if kind else []
    return alike[0] if len(alike) == 1 and not wanted else None


# -- Django ------------------------------------------------------------------------------------


def _named_by_models(step: SchemaStep, schema: Schema) -> SchemaStep:
    """Return the step on the table that its model has: `db_table` stands in another migration."""
    table = schema.real(step.table)
    if step.operation is Operation.CREATE_TABLE or table == step.table:
        return step
    if step.operation is Operation.RENAME_TABLE and not step.name:
        # The model gets another name and its table stays.
        return step._replace(table=table, new_name=table, name=step.new_name, keeps_data=True)
    return step._replace(table=table)


def _columns_of_fields(step: SchemaStep, schema: Schema, table: Table) -> SchemaStep:
    """Return the step with columns in the place of fields: a foreign key's ends in `_id`."""
    if step.operation in ON_COLUMNS and step.columns:
        return step._replace(columns=tuple(_column_of(name, table) for name in step.columns))
    if step.operation not in ON_COLUMN or table.column(step.column) is not None:
        return step
    column = _column_of(step.column, table)
    if column != step.column:
        new_name = f"{step.new_name}_id" if step.new_name else ""
        return step._replace(column=column, new_name=new_name)
    pairs = f"{step.table}_{step.column}"  # the table of a many-to-many relation
    if step.operation is Operation.DROP_COLUMN and schema.table(pairs) is not None:
        return step._replace(operation=Operation.DROP_TABLE, table=pairs, column="")
    if step.operation is Operation.RENAME_COLUMN and schema.table(pairs) is not None:
        new = f"{step.table}_{step.new_name}"
        return step._replace(operation=Operation.RENAME_TABLE, table=pairs, column="", new_name=new)
    return step._replace(operation=Operation.OTHER) if table.whole else step


def _column_of(field: str, table: Table) -> str:
    if table.column(field) is None and table.column(f"{field}_id") is not None:
        return f"{field}_id"
    return field


def _altered(step: SchemaStep, table: Table) -> Iterator[SchemaStep]:
    """Yield what an `AlterField` changes, where the former field is known."""
    old = table.column(step.column) if step.column and step.type else None
    if old is None or not old.type:
        return
    step = step._replace(old_type=old.type, old_nullable=old.nullable, name="")
    if step.type != old.type and not _is_relation(step.type, old):
        yield step._replace(operation=Operation.ALTER_TYPE, parts=())
    if None not in {step.nullable, old.nullable} and step.nullable != old.nullable:
        operation = Operation.DROP_NOT_NULL if step.nullable else Operation.SET_NOT_NULL
        proven = table.whole and table.never_null(step.column)
        yield step._replace(operation=operation, parts=(), proved=proven)
    yield from _more(step, table)


# Fields whose column points to a row: what happens when that row goes is Django's own business.
RELATIONS = ("ForeignKey", "OneToOneField")


def _is_relation(new: str, old: Column) -> bool:
    """Tell whether both types say whose row it is, not what of it is kept."""
    return all("ForeignKey" in each or "OneToOne" in each for each in (new, old.type))


def _more(step: SchemaStep, table: Table) -> Iterator[SchemaStep]:
    """Yield the index and the constraints of a field that its former self did not have."""
    if not table.whole:
        return
    of_column = (key(step.column),)
    had = {each.kind for each in table.constraints if tuple(map(key, each.columns)) == of_column}
    alike = [each for each in table.indexes if tuple(map(key, each.columns)) == of_column]
    indexed = bool(alike)
    wanted = {part.kind for part in step.parts}
    if "index" not in wanted and any(not each.name for each in alike):
        yield step._replace(
            operation=Operation.DROP_INDEX, parts=(), columns=(step.column,), type="", old_type=""
        )
    for part in step.parts:
        made = step._replace(parts=(), columns=part.columns, type="", old_type="", nullable=None)
        if part.kind == "index" and not indexed and "unique" not in had:
            yield made._replace(operation=Operation.CREATE_INDEX)
        elif part.kind in {"unique", "foreign key"} - had and not (
            part.kind == "foreign key" and step.old_type.partition("(")[0].endswith(RELATIONS)
        ):
            yield made._replace(
                operation=Operation.ADD_CONSTRAINT,
                constraint=part.kind,
                references=part.references,
                covered=indexed,
            )
