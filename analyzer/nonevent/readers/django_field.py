"""What a Django model field means for the table: its column, its index, its constraints."""

from nonevent.facts import Kind, Value
from nonevent.noun import NamedTuple
from nonevent.readers.excerpt import Source

__all__ = ["Field", "field", "flag", "string"]

# Keywords that change the column's type: https://docs.djangoproject.com/en/5.2/ref/models/fields/
_TYPE_KEYWORDS = frozenset(
    (
        "base_field",
        "db_collation",
        "decimal_places",
        "dim",
        "dimensions",
        "geography",
        "max_digits",
        "max_length",
        "size",
        "srid",
    )
)
# Fields whose missing value is '' where `blank=True`: `empty_strings_allowed` of the field class.
_TEXTS = frozenset(
    (
        "BinaryField",
        "CharField",
        "CommaSeparatedIntegerField",
        "EmailField",
        "FileField",
        "FilePathField",
        "ImageField",
        "SlugField",
        "TextField",
        "URLField",
    )
)
_GENERATED = frozenset(("AutoField", "BigAutoField", "GeneratedField", "SmallAutoField"))
_FOREIGN = ("ForeignKey", "ParentalKey", "ForeignKeyField")
# Fields that have no column: relations from the other side and managers in a field's clothes.
_VIRTUAL = ("GenericForeignKey", "GenericRelation", "CompositePrimaryKey", "Manager")


class Field(NamedTuple):
    """A field as the database sees it."""

    relation: str = ""  # "foreign key", "one to one", "many to many", "virtual" or ""
    column: str = ""  # "" where there is none
    type: str = ""  # `CharField(max_length=20)`
    nullable: bool | None = None  # None where it cannot be known
    default: str | None = None  # Python's text of it
    default_in_database: bool = True  # False: Django drops it after the column is filled
    generated: bool = False
    fills: str = ""  # what fills a generated one: "identity", "stored" or "virtual"
    unique: bool = False
    indexed: bool = False
    primary_key: bool = False
    constrained: bool = False  # a foreign key in the database, too
    references: str = ""  # table that a foreign key points to, "" where a setting names it
    table: str = ""  # of a many-to-many relation, where `db_table` names it
    through: bool = False  # a many-to-many relation over a model of its own
    fixed: bool = False  # `db_column` names the column: renaming the field changes nothing


def field(name: str, value: Value, source: Source, app: str, table: str) -> Field:
    """Return what `models.CharField(…)` says of the field `name` of `table`."""
    kind = value.name.rpartition(".")[2].rpartition(":")[2]
    keywords = dict(value.keywords)
    relation = _relation(kind)
    is_foreign = relation in {"foreign key", "one to one"}
    column = string(keywords.get("db_column"))
    default, in_database = _default(kind, keywords, source)
    unique = relation == "one to one" or flag(keywords.get("unique")) is True
    primary = flag(keywords.get("primary_key")) is True
    if relation in {"many to many", "virtual"}:
        plain = ""
    else:
        plain = column or (f"{name}_id" if is_foreign and name else name)
    return Field(
        relation=relation,
        column=plain,
        type=_type(kind, keywords, source),
        nullable=_nullable(kind, value, keywords),
        default=default,
        default_in_database=in_database,
        generated=kind in _GENERATED,
        fills=_filler(kind, keywords),
        unique=unique and not primary,
        indexed=not unique and not primary and _is_indexed(kind, value.name, keywords),
        primary_key=primary,
        constrained=is_foreign and flag(keywords.get("db_constraint")) is not False,
        references=_referenced(value, keywords, app, table)
        if relation and relation != "virtual"
        else "",
        table=string(keywords.get("db_table")),
        through="through" in keywords,
        fixed=bool(column),
    )


def _relation(kind: str) -> str:
    if kind.endswith(_FOREIGN):
        return "virtual" if kind.endswith(_VIRTUAL) else "foreign key"
    if kind.endswith("OneToOneField"):
        return "one to one"
    if kind.endswith("ManyToManyField"):
        return "many to many"
    return "virtual" if kind.endswith(_VIRTUAL) else ""


def _type(kind: str, keywords: dict[str, Value], source: Source) -> str:
    written = [
        f"{key}={source.one_line(value.span)}"
        for key, value in keywords.items()
        if key in _TYPE_KEYWORDS
    ]
    return f"{kind}({', '.join(written)})" if written else kind


def _nullable(kind: str, value: Value, keywords: dict[str, Value]) -> bool | None:
    given = keywords.get("null")
    if given is not None:
        return flag(given)
    if value.open or value.kind is not Kind.CALL:
        return None
    return kind == "NullBooleanField"


def _filler(kind: str, keywords: dict[str, Value]) -> str:
    if kind == "GeneratedField":
        return "stored" if flag(keywords.get("db_persist")) is not False else "virtual"
    return "identity" if kind in _GENERATED else ""


def _default(kind: str, keywords: dict[str, Value], source: Source) -> tuple[str | None, bool]:
    """Return the text of the value that existing rows get, and whether the database keeps it.

    https://docs.djangoproject.com/en/5.2/ref/models/fields/#db-default
    """
    for key, stays in (("db_default", True), ("default", False)):
        given = keywords.get(key)
        is_none = given is not None and given.kind is Kind.CONSTANT and given.constant is None
        if given is not None and not is_none and not given.name.endswith("NOT_PROVIDED"):
            return source.one_line(given.span), stays
    # What the schema editor fills in by itself where a field has no default.
    if flag(keywords.get("null")) is not True:
        if flag(keywords.get("blank")) is True and kind in _TEXTS:
            return "''", False
        if flag(keywords.get("auto_now")) is True or flag(keywords.get("auto_now_add")) is True:
            return "now", False
    return None, True


def _is_indexed(kind: str, name: str, keywords: dict[str, Value]) -> bool:
    given = flag(keywords.get("db_index"))
    if given is not None:
        return given
    if name.startswith("django.contrib.gis.") and kind != "RasterField":
        return flag(keywords.get("spatial_index")) is not False
    return kind == "SlugField" or _relation(kind) == "foreign key"


def _referenced(value: Value, keywords: dict[str, Value], app: str, table: str) -> str:
    """Return the table of `to="shop.Order"`; settings.AUTH_USER_MODEL names one we cannot know."""
    target = string(keywords.get("to") or (value.items[0] if value.items else None)).lower()
    if target == "self":
        return table
    if target and "." not in target and app:
        return f"{app}_{target}"
    return target.replace(".", "_")


def string(value: Value | None) -> str:
    """Return a constant text; "" for anything else."""
    if value is not None and value.kind is Kind.CONSTANT and isinstance(value.constant, str):
        return value.constant
    return ""


def flag(value: Value | None) -> bool | None:
    """Return a constant boolean; None for anything else."""
    return value.constant if value is not None and isinstance(value.constant, bool) else None
