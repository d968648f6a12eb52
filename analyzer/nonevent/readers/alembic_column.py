"""What SQLAlchemy's `Column(…)` says of a column."""

import re

from nonevent.facts import Kind, Value
from nonevent.noun import NamedTuple
from nonevent.readers.excerpt import Source

__all__ = ["Column", "column", "default_text", "is_number", "name_of", "unsorted"]

# https://docs.sqlalchemy.org/en/20/core/metadata.html#sqlalchemy.schema.Column
_CONSTRAINTS = frozenset(("ForeignKey", "CheckConstraint", "Constraint"))
_GENERATORS = frozenset(("Identity", "Computed"))
_FILLERS = frozenset(("Sequence", "FetchedValue", "DefaultClause", "ColumnDefault"))
_NUMBERS = frozenset(("Integer", "BigInteger", "SmallInteger", "INTEGER", "BIGINT", "SMALLINT"))
_SERIALS = frozenset(("SERIAL", "BIGSERIAL", "SMALLSERIAL"))


class Column(NamedTuple):
    """A column as a migration declares it."""

    name: str = ""  # "" where it is computed
    type: str = ""  # as written
    nullable: bool | None = None  # None where it cannot be known
    default: str | None = None  # SQL of the server's default
    generated: bool = False
    fills: str = ""  # what fills a generated one: "serial", "identity", "stored", "virtual"
    unique: bool = False
    indexed: bool = False
    foreign_key: bool = False
    references: str = ""  # table of the foreign key, with its schema
    check: bool = False
    primary: bool = False


def column(value: Value, source: Source) -> Column:
    """Return what a `Column(…)` says; an empty one where `value` is no such call."""
    if value.kind is not Kind.CALL:
        return Column()
    keywords = dict(value.keywords)
    named = [item for item in value.items if isinstance(item.constant, str)]
    parts = [item for item in value.items if not isinstance(item.constant, str)]
    types = [item for item in parts if name_of(item) not in _CONSTRAINTS | _GENERATORS | _FILLERS]
    type_ = keywords.get("type_") or (types[0] if types else None)
    primary = _flag(keywords.get("primary_key"), default=False) is True
    references = [item for item in parts if name_of(item) == "ForeignKey"]
    written = name_of(type_) if type_ else ""
    return Column(
        name=_text(keywords.get("name") or (named[0] if named else None)),
        type=source.one_line(type_.span) if type_ else "",
        nullable=_nullable(value, keywords, primary=primary),
        default=default_text(keywords.get("server_default"), source),
        generated=_is_generated(parts, keywords, written, primary=primary),
        fills=_filler(parts, written),
        unique=_flag(keywords.get("unique"), default=False) is True,
        indexed=_flag(keywords.get("index"), default=False) is True,
        foreign_key=bool(references),
        references=_table(references[0]) if references else "",
        check=any(name_of(item) == "CheckConstraint" for item in parts),
        primary=primary,
    )


def name_of(value: Value) -> str:
    """Return the last part of what a value names or calls: "ForeignKey"."""
    return value.name.rpartition(".")[2].rpartition(":")[2]


def default_text(value: Value | None, source: Source) -> str | None:
    """Return the SQL of a `server_default=`; None where it sets none."""
    if value is None or (value.kind is Kind.CONSTANT and value.constant is None):
        return None
    if isinstance(value.constant, str) and value.kind is Kind.CONSTANT:
        return "'" + value.constant.replace("'", "''") + "'"
    name = name_of(value)
    first = value.items[0].constant if value.items else None
    if name in {"text", "literal_column", "DefaultClause"} and isinstance(first, str):
        return " ".join(first.split())
    if name in {"true", "false", "null"}:
        return name
    if name == "FetchedValue":
        return None
    if ".func." in value.name and not value.items:
        return f"{name}()"
    return source.one_line(value.span)


def _nullable(value: Value, keywords: dict[str, Value], *, primary: bool) -> bool | None:
    given = keywords.get("nullable")
    if given is None:
        return None if value.open else not primary
    return _flag(given, default=None)


def _is_generated(
    parts: list[Value], keywords: dict[str, Value], type_name: str, *, primary: bool
) -> bool:
    if any(name_of(item) in _GENERATORS for item in parts) or type_name in _SERIALS:
        return True
    increments = keywords.get("autoincrement")
    if increments is None:
        return primary and type_name in _NUMBERS
    return increments.constant is True


def _filler(parts: list[Value], type_name: str) -> str:
    """Return what fills the column, where an object says so or its type does."""
    if type_name in _SERIALS:
        return "serial"
    for item in parts:
        if name_of(item) == "Identity":
            return "identity"
        if name_of(item) == "Computed":
            persisted = dict(item.keywords).get("persisted")
            stays = persisted is None or persisted.constant is not False
            return "stored" if stays else "virtual"
    return ""


def _flag(value: Value | None, *, default: bool | None) -> bool | None:
    if value is None:
        return default
    return value.constant if isinstance(value.constant, bool) else None


def _text(value: Value | None) -> str:
    if value is not None and value.kind is Kind.CONSTANT and isinstance(value.constant, str):
        return value.constant
    return ""


def _table(reference: Value) -> str:
    """Return the table of `ForeignKey("schema.users.id")`."""
    target = reference.items[0] if reference.items else dict(reference.keywords).get("column")
    return _text(target).rpartition(".")[0]


# `text("created DESC NULLS LAST")` is about a column, in an order of its own.
SORTED = re.compile(r"(?i)^\"?(\w+)\"?\s+(?:asc|desc)\b(?:\s+nulls\s+(?:first|last))?$")


def unsorted(text: str) -> str:
    """Return the column that an index has in an order; any other text as it is."""
    found = SORTED.match(text.strip())
    return found[1] if found else text


def is_number(type_: str) -> bool:
    """Tell whether a type as written is an integer, which counts by itself as a primary key."""
    return type_.partition("(")[0].rpartition(".")[2] in _NUMBERS
