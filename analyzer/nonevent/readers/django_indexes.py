"""What operations on indexes and constraints do to a table."""

from collections.abc import Iterator

from nonevent.facts import Kind, Operation, SchemaStep, Value
from nonevent.readers.django_field import string
from nonevent.readers.django_move import Move

__all__ = [
    "add_constraint",
    "add_index",
    "column_of",
    "columns_of",
    "groups_of",
    "kind_of",
    "remove_index",
    "together",
]

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
        condition=_where(move, keywords),
        concurrently=move.name.endswith("Concurrently"),
    )


def _where(move: Move, keywords: dict[str, Value]) -> str:
    """Return the rows that an index holds, as Python writes them; "" where all."""
    value = keywords.get("condition")
    is_none = value is None or (value.kind is Kind.CONSTANT and value.constant is None)
    return "" if is_none or value is None else move.source.one_line(value.span)


def _indexed(move: Move, value: Value | None) -> tuple[str, ...]:
    """Return the columns of an index or constraint, its expressions as they are written."""
    if value is None:
        return ()
    expressions = tuple(
        column_of(move, string(item.items[0]))
        if item.name.endswith(".F") and item.items
        else move.source.one_line(item.span)
        for item in value.items
    )
    return expressions + columns_of(move, dict(value.keywords).get("fields"))


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
    constraint = kind_of(value) if value is not None else ""
    is_unique = constraint == "unique"
    step = move.step._replace(
        name=string(keywords.get("name")),
        columns=_indexed(move, value) if is_unique else (),
    )
    # What ALTER TABLE cannot say becomes a unique index.
    if is_unique and value is not None and (value.items or keywords.keys() & INDEX_KEYWORDS):
        where = _where(move, keywords)
        yield step._replace(operation=Operation.CREATE_INDEX, unique=True, condition=where)
        return
    check = (keywords.get("check") or keywords.get("condition")) if constraint == "check" else None
    yield step._replace(
        operation=Operation.ADD_CONSTRAINT,
        constraint=constraint,
        valid=move.name != "AddConstraintNotValid",
        condition=move.source.one_line(check.span) if check is not None else "",
    )


def kind_of(value: Value) -> str:
    """Return "unique", "check" or "exclude" of a constraint of Django's; "" of another."""
    kind = value.name.rpartition(".")[2]
    return next((word for name, word in CONSTRAINTS.items() if kind.endswith(name)), "")


def together(move: Move) -> Iterator[SchemaStep]:
    """Yield one step for the groups of fields that are to be unique, or indexed, together.

    The former groups stand in other files: with several, nobody here knows which one is new.
    """
    is_unique = move.name == "AlterUniqueTogether"
    value = move.value("unique_together" if is_unique else "index_together")
    groups = groups_of(value)
    if value is None or (not groups and value.kind is not Kind.SEQUENCE and not _is_empty(value)):
        yield move.step._replace(operation=Operation.OTHER)
    elif not groups:
        operation = Operation.DROP_CONSTRAINT if is_unique else Operation.DROP_INDEX
        yield move.step._replace(operation=operation, constraint="unique" if is_unique else "")
    else:
        columns = columns_of(move, groups[0]) if len(groups) == 1 else ()
        operation = Operation.ADD_CONSTRAINT if is_unique else Operation.CREATE_INDEX
        yield move.step._replace(
            operation=operation,
            columns=columns,
            constraint="unique" if is_unique else "",
        )


def groups_of(value: Value | None) -> list[Value]:
    """Return the groups of `{("a", "b")}` or `("a", "b")`."""
    if value is None:
        return []
    if value.kind is Kind.CALL and value.items:  # set([("a", "b")])
        return groups_of(value.items[0])
    if value.items and all(isinstance(item.constant, str) for item in value.items):
        return [value]
    return [item for item in value.items if item.items]


def _is_empty(value: Value) -> bool:
    if value.kind is Kind.CALL:  # set()
        return not value.items
    return value.kind is Kind.MAPPING or (value.kind is Kind.CONSTANT and value.constant is None)


def columns_of(move: Move, group: Value | None) -> tuple[str, ...]:
    """Return the columns of `["a", "-b"]`; the field's name where its column is not known."""
    if group is None:
        return ()
    items = group.items if group.kind is Kind.SEQUENCE else (group,)
    return tuple(
        column_of(move, name)
        if (name := string(item).lstrip("-"))
        else move.source.one_line(item.span)
        for item in items
    )


def column_of(move: Move, name: str) -> str:
    """Return the column of a field; the field's name where its column is not known."""
    known = move.models.known(move.model(), name)
    return known.column if known is not None and known.column else name
