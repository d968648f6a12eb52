"""What each operation of a Django migration does to the schema."""

from collections.abc import Callable, Iterator

from nonevent.facts import Kind, Operation, SchemaStep, Value
from nonevent.note import Note
from nonevent.readers.django_code import work_of
from nonevent.readers.django_columns import add_field, alter_field, remove_field, rename_field
from nonevent.readers.django_field import string
from nonevent.readers.django_indexes import add_constraint, add_index, remove_index, together
from nonevent.readers.django_move import MODELS, Move
from nonevent.readers.django_table import create_model
from nonevent.readers.embedded import Reading, read_sql, unknown

__all__ = ["read"]

# Operations on what a model's class says and the database does not hold, or that no rule judges.
OTHERS = frozenset(
    (
        "AlterConstraint",
        "AlterModelManagers",
        "AlterModelOptions",
        "AlterModelTableComment",
        "AlterOrderWithRespectTo",
        "CreateCollation",
        "IgnoreMigration",  # a word to django-migration-linter; it does nothing
        "RemoveCollation",
    )
)


def read(move: Move) -> Reading:
    """Return the steps of one operation, and change what is known of the models."""
    known = OPERATIONS.get(move.name)
    if known is not None:
        return tuple(known(move)), ()
    if move.name == "RunSQL":
        return _run_sql(move)
    if move.name in OTHERS or move.name.endswith("Extension"):
        name = "" if move.name in MODELS else move.text("name")
        return (move.step._replace(operation=Operation.OTHER, name=name),), ()
    return unknown(
        move.step, f"operation `{move.name}` is not Django's own: what it does is not judged"
    )


# -- models ------------------------------------------------------------------------------------


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
    new_name = move.models.table(move.model())
    # The former name is a guess; where it is the new one, another file has named the table.
    table = "" if new_name == move.step.table else move.step.table
    usual = move.models.usual(move.model())
    yield move.step._replace(
        operation=Operation.RENAME_TABLE, table=table, new_name=new_name, name=usual
    )


def _rename_index(move: Move) -> Iterator[SchemaStep]:
    step = move.step._replace(operation=Operation.RENAME_INDEX, new_name=move.text("new_name"))
    yield step._replace(name=move.text("old_name"))


def _named(operation: Operation) -> Callable[[Move], Iterator[SchemaStep]]:
    def read(move: Move) -> Iterator[SchemaStep]:
        yield move.step._replace(operation=operation, name=move.text("name"))

    return read


# -- of plug-ins -------------------------------------------------------------------------------


def _add_default(move: Move) -> Iterator[SchemaStep]:
    value = move.value("value")
    yield move.step._replace(
        operation=Operation.SET_DEFAULT,
        column=move.text("name"),
        default=None if value is None else move.source.one_line(value.span),
    )


def _add_trigger(move: Move) -> Iterator[SchemaStep]:
    value = move.value("trigger")
    name = "" if value is None else string(dict(value.keywords).get("name"))
    yield move.step._replace(operation=Operation.CREATE_OBJECT, object="trigger", name=name)


def _remove_trigger(move: Move) -> Iterator[SchemaStep]:
    yield move.step._replace(
        operation=Operation.DROP_OBJECT, object="trigger", name=move.text("name")
    )


# -- SQL and Python ----------------------------------------------------------------------------


def _run_sql(move: Move) -> Reading:
    steps: list[SchemaStep] = []
    notes: list[Note] = []
    if move.value("sql") is None:
        return unknown(move.step, "SQL that is passed on is not judged")
    one_way = False if move.value("reverse_sql") is None and not move.call.open else None
    for name, direction in (("sql", "up"), ("reverse_sql", "down")):
        value = move.value(name)
        for part in _statements(value):
            shared = move.step._replace(direction=direction, reversible=one_way)
            found = read_sql(part, shared, move.source)
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
    if is_noop:
        yield move.step._replace(operation=Operation.OTHER, table="")
        return
    named = code.alias or code.name if code is not None else ""
    work = work_of(named.rpartition(".")[2].rpartition(":")[2], move.source)
    app, _, model = work.model.rpartition(".")
    yield move.step._replace(
        operation=Operation.DATA,
        table=f"{app}_{model}" if app else "",
        rows=work.rows,
        reversible=False if move.value("reverse_code") is None and not move.call.open else None,
    )


OPERATIONS: dict[str, Callable[[Move], Iterator[SchemaStep]]] = {
    "AddConstraint": add_constraint,
    "AddConstraintNotValid": add_constraint,
    "AddDefaultValue": _add_default,
    "AddField": add_field,
    "AddIndex": add_index,
    "AddIndexConcurrently": add_index,
    "AddTrigger": _add_trigger,
    "AlterField": alter_field,
    "AlterIndexTogether": together,
    "AlterModelTable": _rename_table,
    "AlterUniqueTogether": together,
    "CreateModel": create_model,
    "DeleteModel": _delete_model,
    "RemoveConstraint": _named(Operation.DROP_CONSTRAINT),
    "RemoveField": remove_field,
    "RemoveIndex": remove_index,
    "RemoveIndexConcurrently": remove_index,
    "RemoveTrigger": _remove_trigger,
    "RenameField": rename_field,
    "RenameIndex": _rename_index,
    "RenameModel": _rename_model,
    "RunPython": _run_python,
    "ValidateConstraint": _named(Operation.VALIDATE_CONSTRAINT),
}
