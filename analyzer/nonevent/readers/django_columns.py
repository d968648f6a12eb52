"""What operations on fields do to a table's columns."""

from collections.abc import Iterator

from nonevent.facts import Operation, SchemaStep
from nonevent.readers.django_field import Field
from nonevent.readers.django_move import Move
from nonevent.readers.django_table import parts_of, relation

__all__ = ["add_field", "alter_field", "remove_field", "rename_field"]


def add_field(move: Move) -> Iterator[SchemaStep]:
    """Yield the new column with its index and constraints, or the table of a relation."""
    found = move.field()
    move.models.know(move.model(), move.text("name"), found)
    if found.relation == "many to many":
        if found.through:
            yield _many_to_many(move, found, Operation.CREATE_TABLE)
        else:
            yield relation(move, move.text("name"), found)
        return
    if found.relation == "virtual":
        yield move.step._replace(operation=Operation.OTHER, name=move.text("name"))
        return
    # PostgreSQL's schema editor writes the foreign key into ADD COLUMN itself.
    inline = found.constrained and move.step.dialect in {"", "postgresql"}
    yield move.step._replace(
        operation=Operation.ADD_COLUMN,
        column=found.column,
        type=found.type,
        nullable=found.nullable,
        default=found.default,
        default_in_database=found.default_in_database,
        generated=found.generated,
        fills=found.fills,
        constraint="foreign key" if inline else "",
        references=found.references,
    )
    yield from _implied(move, found, Field(constrained=inline))


def _implied(move: Move, new: Field, old: Field) -> Iterator[SchemaStep]:
    """Yield the index and the constraints that a field brings and its former self did not."""
    step = move.step._replace(
        operation=Operation.ADD_CONSTRAINT, column=new.column, columns=(new.column,)
    )
    if new.constrained and not old.constrained:
        yield step._replace(constraint="foreign key", references=new.references)
    if new.primary_key and not old.primary_key:
        yield step._replace(constraint="primary key")
    if new.unique and not old.unique:
        yield step._replace(constraint="unique")
    if new.indexed and not old.indexed:
        yield step._replace(operation=Operation.CREATE_INDEX)


def _many_to_many(move: Move, found: Field, operation: Operation) -> SchemaStep:
    """Return what happens to the table of a relation; nothing where a model of its own holds it."""
    if found.through:
        return move.step._replace(operation=Operation.OTHER, name=move.text("name"))
    table = found.table or (f"{move.step.table}_{move.text('name')}" if move.step.table else "")
    return move.step._replace(operation=operation, table=table)


def remove_field(move: Move) -> Iterator[SchemaStep]:
    """Yield the column that goes: by the field's name where another file has the field."""
    name = move.text("name")
    known = move.models.known(move.model(), name)
    move.models.forget(move.model(), name)
    if known is not None and known.relation == "many to many":
        yield _many_to_many(move, known, Operation.DROP_TABLE)
    elif known is not None and known.relation == "virtual":
        yield move.step._replace(operation=Operation.OTHER, name=name)
    else:
        column = known.column if known is not None else name
        yield move.step._replace(operation=Operation.DROP_COLUMN, column=column)


def rename_field(move: Move) -> Iterator[SchemaStep]:
    """Yield the renamed column; `db_column` keeps it, where this file has the field."""
    old, new = move.text("old_name"), move.text("new_name")
    known = move.models.known(move.model(), old)
    step = move.step._replace(operation=Operation.RENAME_COLUMN, column=old, new_name=new)
    if known is not None:
        move.models.forget(move.model(), old)
        suffix = "_id" if known.relation in {"foreign key", "one to one"} else ""
        column = known.column if known.fixed else f"{new}{suffix}"
        step = step._replace(
            column=known.column, new_name=column, keeps_data=step.keeps_data or known.fixed
        )
        move.models.know(move.model(), new, known._replace(column=column))
        if known.relation in {"many to many", "virtual"}:
            step = move.step._replace(operation=Operation.OTHER, name=old, new_name=new)
    yield step


def alter_field(move: Move) -> Iterator[SchemaStep]:
    """Yield what changes where this file has the former field; else one step that tells the new.

    Most alterations change what Python alone knows: choices, a help text, a validator.
    """
    new, name = move.field(), move.text("name")
    old = move.models.known(move.model(), name)
    move.models.know(move.model(), name, new)
    step = move.step._replace(column=new.column or name, type=new.type, nullable=new.nullable)
    if old is None or old.relation != new.relation or not new.column:
        yield step._replace(operation=Operation.OTHER, name=name, parts=tuple(parts_of(new))[1:])
        return
    unchanged = step._replace(operation=Operation.OTHER, name=name, parts=tuple(parts_of(new))[1:])
    yield from list(_changes(move, new, old)) or [unchanged]


def _changes(move: Move, new: Field, old: Field) -> Iterator[SchemaStep]:
    step = move.step._replace(column=new.column)
    if new.column != old.column:
        yield step._replace(
            operation=Operation.RENAME_COLUMN, column=old.column, new_name=new.column
        )
    if new.type != old.type:
        yield step._replace(operation=Operation.ALTER_TYPE, type=new.type, old_type=old.type)
    if new.nullable is not None and old.nullable is not None and new.nullable != old.nullable:
        operation = Operation.DROP_NOT_NULL if new.nullable else Operation.SET_NOT_NULL
        yield step._replace(operation=operation, nullable=new.nullable)
    yield from _implied(move, new, old)
