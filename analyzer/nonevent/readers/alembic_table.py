"""What Alembic's `create_table` says of the parts of a table."""

from collections.abc import Iterable, Iterator

from nonevent.facts import Kind, Part, Value
from nonevent.readers.alembic_column import column, is_number, name_of, unsorted
from nonevent.readers.excerpt import Source

__all__ = ["parts"]

# https://docs.sqlalchemy.org/en/20/core/constraints.html
CONSTRAINTS = {
    "CheckConstraint": "check",
    "ExcludeConstraint": "exclude",
    "ForeignKeyConstraint": "foreign key",
    "PrimaryKeyConstraint": "primary key",
    "UniqueConstraint": "unique",
}


def parts(values: Iterable[Value], source: Source) -> tuple[tuple[Part, ...], bool]:
    """Return the columns, constraints and indexes among the arguments; whether there are more."""
    found: list[Part] = []
    more = False
    values = tuple(values)
    for value in values:
        name = name_of(value)
        if name.endswith("Column"):
            made = list(_column(value, source))
            found += made
            more |= not made
        elif name in CONSTRAINTS:
            found.append(_constraint(value, CONSTRAINTS[name]))
        elif name == "Index":
            columns = tuple(map(unsorted, _texts(value.items[1:])))
            unique = dict(value.keywords).get("unique")
            is_unique = unique is not None and unique.constant is True
            found.append(Part("index", _text(value.items[:1]), columns, unique=is_unique))
        else:
            more = True
    return tuple(_counting(found, values)), more


def _counting(found: Iterable[Part], values: Iterable[Value]) -> Iterator[Part]:
    """Yield the parts, an integer that is the whole primary key as one that counts by itself.

    https://docs.sqlalchemy.org/en/20/core/metadata.html#sqlalchemy.schema.Column.params.autoincrement
    """
    known = list(found)
    keys = [part.columns for part in known if part.kind == "primary key"]
    points = {name for part in known if part.kind == "foreign key" for name in part.columns}
    quiet = {
        _text(value.items[:1])
        for value in values
        if (said := dict(value.keywords).get("autoincrement")) is not None
        and said.constant is False
    }
    for part in known:
        counts = part.kind == "column" and keys == [(part.name,)] and part.default is None
        if counts and part.name not in points | quiet and is_number(part.type):
            yield part._replace(generated=True)
        else:
            yield part


def _column(value: Value, source: Source) -> Iterator[Part]:
    said = column(value, source)
    if not said.name:
        return
    yield Part(
        "column",
        said.name,
        type=said.type,
        nullable=said.nullable,
        default=said.default,
        generated=said.generated,
    )
    of_it = (said.name,)
    if said.primary:
        yield Part("primary key", columns=of_it)
    if said.foreign_key:
        yield Part("foreign key", columns=of_it, references=said.references)
    if said.check:
        yield Part("check", columns=of_it)
    if said.indexed:
        yield Part("index", columns=of_it, unique=said.unique)
    elif said.unique:
        yield Part("unique", columns=of_it)


def _constraint(value: Value, kind: str) -> Part:
    name = _text([dict(value.keywords)["name"]]) if "name" in dict(value.keywords) else ""
    if kind == "check":
        first = value.items[0] if value.items else None
        if first is not None and first.kind is Kind.CALL and first.items:  # sa.text("…")
            first = first.items[0]
        written = first.constant if first is not None else ""
        return Part(kind, name, condition=written if isinstance(written, str) else "")
    if kind == "exclude":
        return Part(kind, name)
    if kind == "foreign key":
        local, remote = (item.items for item in (*value.items, *[_NONE] * 2)[:2])
        targets = _texts(remote)
        table = targets[0].rpartition(".")[0] if targets else ""
        return Part(kind, name, _texts(local), references=table)
    return Part(kind, name, _texts(value.items))


_NONE = Value(Kind.UNKNOWN, (0, 0, 0, 0))


def _text(values: Iterable[Value]) -> str:
    return next(iter(_texts(values)), "")


def _texts(values: Iterable[Value]) -> tuple[str, ...]:
    """Return the texts among the values, those of `op.f("…")` and `text("…")` as well."""
    found: list[str] = []
    for value in values:
        held = value.items[0] if value.kind is Kind.CALL and value.items else value
        if isinstance(held.constant, str) and held.kind is Kind.CONSTANT:
            found.append(held.constant)
    return tuple(found)
