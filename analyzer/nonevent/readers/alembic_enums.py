"""`op.sync_enum_values`, which two plug-ins of Alembic offer to PostgreSQL's enums."""

from collections.abc import Iterator

from nonevent.facts import Kind, Operation, SchemaStep, Value
from nonevent.readers.alembic_directive import Directive, text_of
from nonevent.readers.embedded import Reading, unknown

__all__ = ["sync_enum_values"]


def sync_enum_values(directive: Directive) -> Reading:
    """Return the steps of a call, by what its fourth argument is.

    alembic-postgresql-enum is given columns: it makes a new type and casts each of them to it.
    alembic-autogenerate-enums is given the labels before and after: it adds what is new.
    https://pypi.org/project/alembic-postgresql-enum/
    https://pypi.org/project/alembic-autogenerate-enums/
    """
    labels = [_labels(directive.value(name)) for name in ("old_values", "new_values")]
    columns = directive.value("affected_columns")
    if None not in labels and columns is None:
        return tuple(_added(directive, *labels)), ()  # type: ignore[arg-type]
    found = _columns(directive.call.argument("affected_columns", 3))
    if found is None:
        return unknown(directive.step, "which columns change with their enum is not known")
    return tuple(_cast(directive, found)), ()


def _labels(value: Value | None) -> list[str] | None:
    """Return a list of texts; None for anything else."""
    if value is None or value.kind is not Kind.SEQUENCE or value.open:
        return None
    texts = [item.constant for item in value.items if isinstance(item.constant, str)]
    return texts if len(texts) == len(value.items) else None


def _added(directive: Directive, old: list[str], new: list[str]) -> Iterator[SchemaStep]:
    step = directive.step._replace(
        operation=Operation.ALTER_OBJECT,
        object="type",
        action="add value",
        name=directive.text("enum_name"),
        in_transaction=False,  # it commits first: before PostgreSQL 12 no transaction may add one
    )
    added = [label for label in new if label not in old]
    yield from (step._replace(values=(label,)) for label in added)
    if not added:
        yield directive.step._replace(operation=Operation.OTHER)


def _columns(value: Value | None) -> list[tuple[str, str]] | None:
    """Return table and column of `TableReference(…)` or `("orders", "state")`, one by one."""
    if value is None or value.kind is not Kind.SEQUENCE or value.open:
        return None
    found = []
    for item in value.items:
        keywords = dict(item.keywords)
        places = (*item.items, None, None)
        table = text_of(keywords.get("table_name", places[0]))
        column = text_of(keywords.get("column_name", places[1]))
        if not (table and column):
            return None
        found.append((table, column))
    return found


def _cast(directive: Directive, columns: list[tuple[str, str]]) -> Iterator[SchemaStep]:
    kind = directive.text("enum_name") or "…"
    for table, column in columns:
        yield directive.step._replace(
            operation=Operation.ALTER_TYPE,
            table=table,
            column=column,
            type=kind,
            old_type=f"{kind}_old",  # what it renames the former one to
            using=f"{column}::text::{kind}",
        )
    if not columns:  # a new type in the place of one that no column has
        yield directive.step._replace(operation=Operation.OTHER)
