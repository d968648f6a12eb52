"""What operations on indexes and constraints do to a table."""

from collections.abc import Iterator

from nonevent.facts import Kind, Operation, SchemaStep, Value
from nonevent.readers.django_field import string
from nonevent.readers.django_move import Move

__all__ = ["add_constraint", "add_index", "remove_index", "together"]

CONSTRAINTS = {
    "UniqueConstraint": "unique",
    "CheckConstraint": "check",
    "ExclusionConstraint": "exclude",
}
# https://docs.djangoproject.com/en/5.2/ref/models/constraints/#uniqueconstraint
INDEX_KEYWORDS = frozenset(("condition", "include", "opclasses", "expressions"))


def add_index(move: Move) -> Iterator[SchemaStep]:
    """Yield the index that is built."""
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
    expressions = tuple(
        _column(move, string(item.items[0]))
        if item.name.endswith(".F") and item.items
        else move.source.one_line(item.span)
        for item in value.items
    )
    return expressions + _columns(move, dict(value.keywords).get("fields"))


def remove_index(move: Move) -> Iterator[SchemaStep]:
    """Yield the index that goes."""
    yield move.step._replace(
        operation=Operation.DROP_INDEX,
        name=move.text("name"),
        concurrently=move.name.endswith("Concurrently"),
    )


def add_constraint(move: Move) -> Iterator[SchemaStep]:
    """Yield the constraint, or the unique index that stands for it."""
    value = move.value("constraint")
    keywords = dict(value.keywords) if value is not None else {}
    kind = value.name.rpartition(".")[2] if value is not None else ""
    constraint = next((word for name, word in CONSTRAINTS.items() if kind.endswith(name)), "")
    is_unique = constraint == "unique"
    step = move.step._replace(
        name=string(keywords.get("name")),
        columns=_indexed(move, value) if is_unique else (),
    )
    # What ALTER TABLE cannot say becomes a unique index.
    if is_unique and value is not None and (value.items or keywords.keys() & INDEX_KEYWORDS):
        yield step._replace(operation=Operation.CREATE_INDEX, unique=True)
        return
    yield step._replace(
        operation=Operation.ADD_CONSTRAINT,
        constraint=constraint,
        valid=move.name != "AddConstraintNotValid",
    )


def together(move: Move) -> Iterator[SchemaStep]:
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
