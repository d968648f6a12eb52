"""What each operation of a Django migration does to the schema."""

from collections.abc import Callable, Iterator
from typing import NamedTuple

from nonevent.facts import Call, Kind, Operation, SchemaStep, Value
from nonevent.note import Note
from nonevent.readers.django_field import Field, field, flag, string
from nonevent.readers.django_models import Models
from nonevent.readers.embedded import Reading, read_sql, unknown
from nonevent.readers.excerpt import Source

__all__ = ["Move", "read"]

# Positional parameters. https://docs.djangoproject.com/en/5.2/ref/migration-operations/
PARAMETERS = {
    "AddConstraint": ("model_name", "constraint"),
    "AddConstraintNotValid": ("model_name", "constraint"),
    "AddField": ("model_name", "name", "field"),
    "AddIndex": ("model_name", "index"),
    "AddIndexConcurrently": ("model_name", "index"),
    "AlterConstraint": ("model_name", "name", "constraint"),
    "AlterField": ("model_name", "name", "field"),
    "AlterIndexTogether": ("name", "index_together"),
    "AlterModelManagers": ("name", "managers"),
    "AlterModelOptions": ("name", "options"),
    "AlterModelTable": ("name", "table"),
    "AlterModelTableComment": ("name", "table_comment"),
    "AlterOrderWithRespectTo": ("name", "order_with_respect_to"),
    "AlterUniqueTogether": ("name", "unique_together"),
    "CreateCollation": ("name", "locale"),
    "CreateExtension": ("name",),
    "CreateModel": ("name", "fields", "options"),
    "DeleteModel": ("name",),
    "RemoveCollation": ("name", "locale"),
    "RemoveConstraint": ("model_name", "name"),
    "RemoveField": ("model_name", "name"),
    "RemoveIndex": ("model_name", "name"),
    "RemoveIndexConcurrently": ("model_name", "name"),
    "RenameField": ("model_name", "old_name", "new_name"),
    "RenameIndex": ("model_name", "new_name"),
    "RenameModel": ("old_name", "new_name"),
    "RunPython": ("code", "reverse_code"),
    "RunSQL": ("sql", "reverse_sql", "state_operations"),
    "SeparateDatabaseAndState": ("database_operations", "state_operations"),
    "ValidateConstraint": ("model_name", "name"),
}
# Operations on what a model's class says and the database does not hold, or that no rule judges.
OTHERS = frozenset(
    (
        "AlterConstraint",
        "AlterModelManagers",
        "AlterModelOptions",
        "AlterModelTableComment",
        "AlterOrderWithRespectTo",
        "CreateCollation",
        "RemoveCollation",
        "RenameIndex",
    )
)


class Move(NamedTuple):
    """One operation of a migration and what all its steps have in common."""

    name: str  # "AddField"
    call: Call
    step: SchemaStep  # framework, dialect, location, transaction, table, text
    source: Source
    models: Models  # what the file itself says of its models, as it stands before this operation

    def value(self, name: str) -> Value | None:
        """Return the argument for a parameter, by keyword or by position."""
        places = PARAMETERS.get(self.name, ())
        return self.call.argument(name, places.index(name) if name in places else None)

    def text(self, name: str) -> str:
        """Return a constant text; "" where it is computed."""
        return string(self.value(name))

    def model(self) -> str:
        """Return the model's name in lower case, as Django compares it."""
        names = PARAMETERS.get(self.name, ("name",))
        return self.text("model_name" if "model_name" in names else names[0]).lower()

    def field(self) -> Field:
        """Return the field that is given."""
        value = self.value("field")
        name = self.text("name")
        if value is None:
            return Field(column=name)
        return field(name, value, self.source, self.models.app, self.step.table)


def read(move: Move) -> Reading:
    """Return the steps of one operation, and change what is known of the models."""
    known = OPERATIONS.get(move.name)
    if known is not None:
        return tuple(known(move)), ()
    if move.name == "RunSQL":
        return _run_sql(move)
    if move.name in OTHERS or move.name.endswith("Extension"):
        return (move.step._replace(operation=Operation.OTHER, name=move.text("name")),), ()
    return unknown(
        move.step, f"operation `{move.name}` is not Django's own: what it does is not judged"
    )


# -- models ------------------------------------------------------------------------------------


def _create_model(move: Move) -> Iterator[SchemaStep]:
    model, models = move.model(), move.models
    options = dict(value.keywords) if (value := move.value("options")) is not None else {}
    models.name_table(model, string(options.get("db_table")))
    if flag(options.get("proxy")) is True or flag(options.get("managed")) is False:
        models.leave(model)
    table = models.table(model)
    fields = move.value("fields")
    for pair in fields.items if fields is not None else ():
        if len(pair.items) == 2 and (name := string(pair.items[0])):  # noqa: PLR2004  # name, field
            models.know(model, name, field(name, pair.items[1], move.source, models.app, table))
    yield move.step._replace(
        operation=Operation.CREATE_TABLE,
        table=table,
        keeps_data=move.step.keeps_data or models.is_left(model),
    )


def _delete_model(move: Move) -> Iterator[SchemaStep]:
    yield move.step._replace(operation=Operation.DROP_TABLE)


def _rename_model(move: Move) -> Iterator[SchemaStep]:
    old, new = move.model(), move.text("new_name").lower()
    named = move.models.is_named(old)
    move.models.rename(old, new)
    yield move.step._replace(
        operation=Operation.RENAME_TABLE,
        new_name=move.models.table(new),
        keeps_data=move.step.keeps_data or named,
    )


def _rename_table(move: Move) -> Iterator[SchemaStep]:
    move.models.name_table(move.model(), move.text("table"))
    yield move.step._replace(
        operation=Operation.RENAME_TABLE, new_name=move.models.table(move.model())
    )


def _together(move: Move) -> Iterator[SchemaStep]:
    """Yield one step for the groups of fields that are to be unique, or indexed, together.

    The former groups stand in other files: with several, nobody here knows which one is new.
    """
    is_unique = move.name == "AlterUniqueTogether"
    value = move.value("unique_together" if is_unique else "index_together")
    groups = _groups(value)
    if value is None or (not groups and value.kind is not Kind.SEQUENCE and not _is_empty(value)):
        yield move.step._replace(operation=Operation.OTHER)
    elif not groups:
        operation = Operation.DROP_CONSTRAINT if is_unique else Operation.DROP_INDEX
        yield move.step._replace(operation=operation, constraint="unique" if is_unique else "")
    else:
        columns = _columns(move, groups[0]) if len(groups) == 1 else ()
        operation = Operation.ADD_CONSTRAINT if is_unique else Operation.CREATE_INDEX
        yield move.step._replace(
            operation=operation,
            columns=columns,
            unique=is_unique,
            constraint="unique" if is_unique else "",
        )


def _groups(value: Value | None) -> list[Value]:
    """Return the groups of `{("a", "b")}` or `("a", "b")`."""
    if value is None:
        return []
    if value.kind is Kind.CALL and value.items:  # set([("a", "b")])
        return _groups(value.items[0])
    if value.items and all(isinstance(item.constant, str) for item in value.items):
        return [value]
    return [item for item in value.items if item.items]


def _is_empty(value: Value) -> bool:
    if value.kind is Kind.CALL:  # set()
        return not value.items
    return value.kind is Kind.MAPPING or (value.kind is Kind.CONSTANT and value.constant is None)


def _columns(move: Move, group: Value | None) -> tuple[str, ...]:
    """Return the columns of `["a", "-b"]`; the field's name where its column is not known."""
    if group is None:
        return ()
    items = group.items if group.kind is Kind.SEQUENCE else (group,)
    return tuple(
        _column(move, name)
        if (name := string(item).lstrip("-"))
        else move.source.one_line(item.span)
        for item in items
    )


def _column(move: Move, name: str) -> str:
    known = move.models.known(move.model(), name)
    return known.column if known is not None and known.column else name


# -- fields ------------------------------------------------------------------------------------


def _add_field(move: Move) -> Iterator[SchemaStep]:
    found = move.field()
    move.models.know(move.model(), move.text("name"), found)
    if found.relation == "many to many":
        yield _many_to_many(move, found, Operation.CREATE_TABLE)
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
        yield step._replace(constraint="primary key", unique=True)
    if new.unique and not old.unique:
        yield step._replace(constraint="unique", unique=True)
    if new.indexed and not old.indexed:
        yield step._replace(operation=Operation.CREATE_INDEX)


def _many_to_many(move: Move, found: Field, operation: Operation) -> SchemaStep:
    """Return what happens to the table of a relation; nothing where a model of its own holds it."""
    if found.through:
        return move.step._replace(operation=Operation.OTHER, name=move.text("name"))
    table = found.table or (f"{move.step.table}_{move.text('name')}" if move.step.table else "")
    return move.step._replace(operation=operation, table=table)


def _remove_field(move: Move) -> Iterator[SchemaStep]:
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


def _rename_field(move: Move) -> Iterator[SchemaStep]:
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


def _alter_field(move: Move) -> Iterator[SchemaStep]:
    """Yield what changes where this file has the former field; else one step that tells the new.

    Most alterations change what Python alone knows: choices, a help text, a validator.
    """
    new, name = move.field(), move.text("name")
    old = move.models.known(move.model(), name)
    move.models.know(move.model(), name, new)
    step = move.step._replace(column=new.column or name, type=new.type, nullable=new.nullable)
    if old is None or old.relation != new.relation or not new.column:
        yield step._replace(operation=Operation.OTHER, name=name)
        return
    found = list(_changes(move, new, old))
    yield from found or [step._replace(operation=Operation.OTHER, name=name)]


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


# -- indexes and constraints -------------------------------------------------------------------


def _add_index(move: Move) -> Iterator[SchemaStep]:
    value = move.value("index")
    keywords = dict(value.keywords) if value is not None else {}
    yield move.step._replace(
        operation=Operation.CREATE_INDEX,
        name=string(keywords.get("name")),
        columns=_indexed(move, value),
        concurrently=move.name.endswith("Concurrently"),
    )


def _indexed(move: Move, value: Value | None) -> tuple[str, ...]:
    """Return the columns of an index or constraint, its expressions as they are written."""
    if value is None:
        return ()
    expressions = tuple(move.source.one_line(item.span) for item in value.items)
    return expressions + _columns(move, dict(value.keywords).get("fields"))


def _remove_index(move: Move) -> Iterator[SchemaStep]:
    yield move.step._replace(
        operation=Operation.DROP_INDEX,
        name=move.text("name"),
        concurrently=move.name.endswith("Concurrently"),
    )


def _add_constraint(move: Move) -> Iterator[SchemaStep]:
    value = move.value("constraint")
    keywords = dict(value.keywords) if value is not None else {}
    kind = value.name.rpartition(".")[2] if value is not None else ""
    constraint = next((word for name, word in CONSTRAINTS.items() if kind.endswith(name)), "")
    is_unique = constraint == "unique"
    step = move.step._replace(
        name=string(keywords.get("name")),
        columns=_indexed(move, value) if is_unique else (),
        unique=is_unique,
    )
    # What ALTER TABLE cannot say becomes a unique index.
    if is_unique and value is not None and (value.items or keywords.keys() & INDEX_KEYWORDS):
        yield step._replace(operation=Operation.CREATE_INDEX)
        return
    yield step._replace(
        operation=Operation.ADD_CONSTRAINT,
        constraint=constraint,
        valid=move.name != "AddConstraintNotValid",
    )


def _named(operation: Operation) -> Callable[[Move], Iterator[SchemaStep]]:
    def read(move: Move) -> Iterator[SchemaStep]:
        yield move.step._replace(operation=operation, name=move.text("name"))

    return read


# -- SQL and Python ----------------------------------------------------------------------------


def _run_sql(move: Move) -> Reading:
    steps: list[SchemaStep] = []
    notes: list[Note] = []
    for name, direction in (("sql", "up"), ("reverse_sql", "down")):
        value = move.value(name)
        for part in _statements(value):
            found = read_sql(part, move.step._replace(direction=direction), move.source)
            steps.extend(found[0])
            notes.extend(found[1])
    return tuple(steps) or (move.step._replace(operation=Operation.OTHER),), tuple(notes)


def _statements(value: Value | None) -> Iterator[Value]:
    """Yield the texts of `"…"`, `["…", ("…", [1])]`; none of `RunSQL.noop`."""
    if value is None or value.name.endswith("RunSQL.noop"):
        return
    if value.kind is Kind.SEQUENCE:
        for item in value.items:
            pair = item.kind is Kind.SEQUENCE and item.items
            yield item.items[0] if pair else item
    elif not (value.kind is Kind.CONSTANT and value.constant in {None, ""}):
        yield value


def _run_python(move: Move) -> Iterator[SchemaStep]:
    code = move.value("code")
    is_noop = code is not None and code.name.endswith("RunPython.noop")
    yield move.step._replace(operation=Operation.OTHER if is_noop else Operation.DATA, table="")


CONSTRAINTS = {
    "UniqueConstraint": "unique",
    "CheckConstraint": "check",
    "ExclusionConstraint": "exclude",
}
# https://docs.djangoproject.com/en/5.2/ref/models/constraints/#uniqueconstraint
INDEX_KEYWORDS = frozenset(("condition", "include", "opclasses", "expressions"))
OPERATIONS: dict[str, Callable[[Move], Iterator[SchemaStep]]] = {
    "AddConstraint": _add_constraint,
    "AddConstraintNotValid": _add_constraint,
    "AddField": _add_field,
    "AddIndex": _add_index,
    "AddIndexConcurrently": _add_index,
    "AlterField": _alter_field,
    "AlterIndexTogether": _together,
    "AlterModelTable": _rename_table,
    "AlterUniqueTogether": _together,
    "CreateModel": _create_model,
    "DeleteModel": _delete_model,
    "RemoveConstraint": _named(Operation.DROP_CONSTRAINT),
    "RemoveField": _remove_field,
    "RemoveIndex": _remove_index,
    "RemoveIndexConcurrently": _remove_index,
    "RenameField": _rename_field,
    "RenameModel": _rename_model,
    "RunPython": _run_python,
    "ValidateConstraint": _named(Operation.VALIDATE_CONSTRAINT),
}
