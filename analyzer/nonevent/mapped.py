"""What code says of a database's columns: the classes that map them, and the places that use them.

Readers make these facts; `link` puts models, steps and uses of one version side by side.
"""

from enum import StrEnum

from nonevent.location import Location
from nonevent.noun import NamedTuple

__all__ = ["Column", "ColumnUse", "Difference", "Manner", "Model", "ModelChange"]


class Column(NamedTuple):
    """A column that a class or a table of Python code maps."""

    attribute: str  # its name in the class: "customer"; that of the column in a table
    name: str  # its name in the database: "customer_id"; "" where it has none of its own
    location: Location
    type: str = ""  # as written, without what imports put before it: "String(50)"
    nullable: bool | None = None  # None where it cannot be told
    default: bool = False  # Python fills it where a row says nothing
    filled: bool = False  # the database does: server default, identity, computed
    deferred: bool = False  # a SELECT of the class leaves it out
    references: str = ""  # what it points to, as written: "users.id", "auth.User"
    values: tuple[str, ...] = ()  # of an enumeration
    relation: str = ""  # "many to many": a table of its own; "virtual": nothing in the database
    unique: bool = False
    primary: bool = False
    text: str = ""  # its line of source


class Model(NamedTuple):
    """A class that an ORM maps to a table, or a table made in Python code."""

    name: str  # dotted: "shop.models.Order"; of a table the variable: "shop.tables.orders"
    location: Location  # of its name
    framework: str  # "sqlalchemy", "django"; "" where only its bases tell
    table: str = ""  # as written; "" where the ORM, or a base, makes it up
    columns: tuple[Column, ...] = ()
    bases: tuple[str, ...] = ()  # dotted
    abstract: bool = False  # others derive from it; it has no table
    managed: bool = True  # False: Django's migrations leave its table alone
    open: bool = False  # it may map columns that cannot be read
    app: str = ""  # label of the Django app that its Meta names
    names: bool = False  # it makes up the tables of the classes below it
    text: str = ""  # its line of source
    excluded: tuple[str, ...] = ()  # attributes set to None: columns of a base that it leaves out
    history: bool = False  # a library keeps former rows of it in a table of the same columns


class Manner(StrEnum):
    """How code uses a column."""

    MAPPED = "mapped"  # a class names it in all of its SELECTs and INSERTs
    READ = "read"
    WRITE = "written"
    POSSIBLE = "possible"  # a text names both the table and the column; it may speak of another


class ColumnUse(NamedTuple):
    """A place in code that reads or writes a column."""

    table: str  # "orders"; of an ORM the class, dotted: "shop.models.Order"
    column: str  # of an ORM its attribute; "" for the table as a whole
    location: Location
    manner: Manner
    by: str = ""  # "`Order`", "SQL", "filter"
    text: str = ""  # its line of source
    running: bool = False  # filled by link: in the version before the change, which still runs


class Difference(StrEnum):
    """What a new version of the code changes of a model."""

    TABLE_ADDED = "table added"
    COLUMN_ADDED = "column added"
    COLUMN_REMOVED = "column removed"
    NULLABLE = "nullable"
    REQUIRED = "required"
    TYPE = "type"
    UNIQUE = "unique"


class ModelChange(NamedTuple):
    """A change of a model that no migration of the change follows. Made by link."""

    difference: Difference
    model: str  # name of the class
    table: str
    column: Column | None  # as the new version has it; as the old one had it where it is removed
    location: Location
    framework: str
    old: Column | None = None
    sure: bool = True  # False: a migration may do it in a way that cannot be read
