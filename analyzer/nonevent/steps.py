"""What migrations do: the one language in which SQL, Alembic, Django and Liquibase are told.

Readers make these facts; `link` fills the fields that only the other steps can tell.
"""

from enum import StrEnum

from nonevent.location import Location
from nonevent.mapped import ColumnUse
from nonevent.noun import NamedTuple

__all__ = ["Disorder", "Operation", "Part", "Placing", "Rows", "SchemaStep", "excluding"]


class Operation(StrEnum):
    """What one schema step does."""

    CREATE_TABLE = "create table"
    DROP_TABLE = "drop table"
    RENAME_TABLE = "rename table"
    ADD_COLUMN = "add column"
    DROP_COLUMN = "drop column"
    RENAME_COLUMN = "rename column"
    ALTER_TYPE = "alter column type"
    SET_NOT_NULL = "set not null"
    DROP_NOT_NULL = "drop not null"
    SET_DEFAULT = "set default"
    DROP_DEFAULT = "drop default"
    CREATE_INDEX = "create index"
    DROP_INDEX = "drop index"
    RENAME_INDEX = "rename index"
    ADD_CONSTRAINT = "add constraint"
    DROP_CONSTRAINT = "drop constraint"
    VALIDATE_CONSTRAINT = "validate constraint"
    RENAME_CONSTRAINT = "rename constraint"
    REINDEX = "reindex"
    LOCK_TABLE = "lock table"
    SET = "set"  # of the session or the transaction: `name` becomes `default`
    BEGIN = "begin"  # a transaction that the file itself opens
    END = "end"  # COMMIT or ROLLBACK of one
    ALTER_TABLE = "alter table"  # as a whole, or a column: `action` says how
    TRUNCATE = "truncate"
    # Views, sequences, types, functions, triggers, schemas and their like: `object` says which.
    CREATE_OBJECT = "create object"
    DROP_OBJECT = "drop object"
    RENAME_OBJECT = "rename object"
    ALTER_OBJECT = "alter object"  # `action` says how
    GRANT = "grant"
    REVOKE = "revoke"
    DATA = "data"  # INSERT, UPDATE, DELETE, or Python code that does it
    OTHER = "other"  # understood, and none of the above
    UNKNOWN = "unknown"  # not understood; a note stands beside it


class Part(NamedTuple):
    """What a new table, or a new column, has from its first moment."""

    kind: str  # "column", "index", or the constraint's: "primary key", "unique", "check", …
    name: str = ""  # of the column, the index or the constraint; "" where the server names it
    columns: tuple[str, ...] = ()  # of an index or a constraint
    type: str = ""  # of a column, as written
    nullable: bool | None = None  # None where it is not said
    default: str | None = None
    generated: bool = False  # serial, identity, auto-increment or computed
    references: str = ""  # table a foreign key points to
    unique: bool = False  # of an index
    condition: str = ""  # of a CHECK, as written


class Rows(StrEnum):
    """How many rows of a table in use a data step goes through."""

    UNKNOWN = "unknown"
    NEW = "new"  # it adds rows that it spells out
    FEW = "few"  # those that a key names
    BATCH = "batch"  # some at a time
    MANY = "many"  # those that a condition finds, which no key bounds
    ALL = "all"


class SchemaStep(NamedTuple):
    """One schema operation, whichever language it is written in."""

    operation: Operation
    location: Location  # of the very operation, also inside a Python call or a string
    framework: str  # "sql", "alembic", "django"
    dialect: str = ""  # "postgresql", "mysql", "mariadb", "sqlite", "mssql", "oracle"; "": unknown
    table: str = ""  # as written, with its schema; Django: app_model or db_table
    column: str = ""
    columns: tuple[str, ...] = ()  # of an index or a constraint
    name: str = ""  # of the index or the constraint
    new_name: str = ""  # of a renamed table or column
    type: str = ""  # new type, as written
    old_type: str = ""  # where the file itself tells it (Alembic's existing_type)
    nullable: bool | None = None  # None where the step does not say
    default: str | None = None  # text of the default; None: none given
    default_in_database: bool = True  # False: the framework drops it again (Django's default=)
    generated: bool = False  # serial, identity, auto-increment or computed: the database fills it
    constraint: str = ""  # "primary key", "foreign key", "unique", "check", "not null", "exclude"
    references: str = ""  # table a foreign key points to
    valid: bool = True  # False: NOT VALID, existing rows are not scanned
    using_index: bool = False  # ADD CONSTRAINT … USING INDEX
    unique: bool = False
    concurrently: bool = False
    keeps_data: bool = False  # a state-only step: the database is not touched
    in_transaction: bool | None = None  # None where the runner decides and is not known
    direction: str = "up"  # "down": the way back
    table_is_new: bool = False  # table or object is created earlier in the same file or change
    text: str = ""  # source of the operation, one line, at most 200 characters
    only: bool = False  # CREATE INDEX … ON ONLY a partitioned table: nothing is built yet
    parts: tuple[Part, ...] = ()  # of a new table, column; of USING INDEX: the index
    open: bool = False  # CREATE TABLE … LIKE, AS SELECT, INHERITS: it has more than `parts`
    condition: str = ""  # of a CHECK, or of an index over some rows, as written
    guarded: bool = False  # IF EXISTS, IF NOT EXISTS: it does nothing where that fails
    rows: Rows = Rows.UNKNOWN  # of a data step
    algorithm: str = ""  # MySQL's ALGORITHM, asked for: "copy", "inplace", "instant", "nocopy"
    lock_mode: str = ""  # LOCK of MySQL, LOCK TABLE of PostgreSQL: "exclusive", "access exclusive"
    reversible: bool | None = None  # False: nothing leads back; None where the step does not say
    transaction: int = 0  # filled by link: steps of one number share one, unless they have none
    # Filled by link: what the same file does before and after it in the same direction; one of a
    # kind, not all of very many, and without neighbours of their own.
    earlier: "tuple[SchemaStep, ...]" = ()
    later: "tuple[SchemaStep, ...]" = ()
    limits: tuple[tuple[str, str], ...] = ()  # filled by link: "lock_timeout" → value in force
    proved: bool = False  # filled by link: a CHECK that is validated says the same
    extent: Location | None = None  # of the whole call, or of the whole statement of an SQL file
    object: str = ""  # "view", "materialized view", "type", …: what `name` is the name of
    action: str = ""  # words of an ALTER, in lower case: "set logged", "add value", "vacuum full"
    cascade: bool = False  # DROP or TRUNCATE … CASCADE: what depends on it goes as well
    replaces: bool = False  # CREATE OR REPLACE
    # Labels of an enumerated type: all of a new one, or those changed. Of a publication: the tables
    # that it is given and whose changed rows it sends, "*" for all.
    values: tuple[str, ...] = ()
    fills: str = ""  # what fills a `generated` column: "serial", "identity", "stored", "virtual" …
    using: str = ""  # expression that converts a column to its new type
    collation: str = ""  # of a column
    placed: str = ""  # where MySQL puts a column: "first" or "after total"
    parent: str = ""  # partitioned table that a new table is a partition of
    from_query: bool = False  # CREATE TABLE … AS SELECT, SELECT … INTO
    # Filled by link, of what is dropped, renamed or redefined: the same file makes a thing of this
    # name again, so that whoever knows the old name finds one.
    made_again: bool = False
    reuses_name: bool = False  # filled by link: the same file took this name from another column
    column_is_new: bool = False  # filled by link: the same file adds the column
    used_early: bool = False  # filled by link, of ADD VALUE: its transaction names the label again
    # Filled by link from the schema as it stands before the step; see `link.replay`:
    old_nullable: bool | None = None  # whether the column admitted NULL; None where not known
    covered: bool | None = None  # an index begins with the columns; None where not known
    old_default: str | None = None  # of the column, where the history tells one
    # Kinds of what names the column: "index", "check", "foreign key" …; None where not known.
    hangs_on: tuple[str, ...] | None = None
    uses: tuple[ColumnUse, ...] = ()  # filled by link: code that the step takes something from
    unused: bool = False  # filled by link: the code can be read, and none of it names what goes
    needed: str = ""  # filled by link: what the same change adds and its new code cannot do without
    unvalidated: bool = False  # filled by link, of NOT VALID: no later migration validates it
    # Line of each `if` that the step stands in, and which of its branches: of two, one runs.
    branch: tuple[tuple[int, int], ...] = ()
    gone: bool = False  # filled by link: the same file has taken away what it drops IF EXISTS
    # Filled by link: whether a whole history has none of what the step drops; None: nothing tells.
    unmade: bool | None = None
    # Filled by link, of a drop: the earlier migration that took it out of Django's models alone.
    retired: str = ""
    # Filled by link: tables that are published, or lose their replica identity, without a key.
    unkeyed: tuple[str, ...] = ()


def excluding(one: SchemaStep, other: SchemaStep) -> bool:
    """Tell whether two steps stand in two branches of one `if`: one of them runs."""
    taken = dict(other.branch)
    return any(taken.get(start, number) != number for start, number in one.branch)


class Placing(StrEnum):
    """What is wrong with the place of a migration among the others."""

    BRANCH = "branch"  # nothing follows it, and nothing follows another one of the same history
    BEHIND = "behind"  # it comes before one that is already applied
    TWICE = "twice"  # another one has its number


class Disorder(NamedTuple):
    """A migration that its tool stops at, or passes over, for its place. Made by link."""

    placing: Placing
    location: Location  # of what gives it its place: `down_revision`, `dependencies`, the file
    tool: str  # "alembic", "django", "flyway", "golang-migrate", "paired" (of such), "supabase"
    name: str  # as the tool calls it: a revision, a number
    others: tuple[str, ...]  # names of the migrations that it stands against
    places: tuple[Location, ...] = ()  # of these, where they are known
