"""The schema rules, each asked about steps made by hand."""

import functools
import importlib
import os
from typing import Any, NamedTuple

import pytest

import nonevent_rules.schema
from nonevent.catalogue import read_rows, typed
from nonevent.facts import Operation, SchemaStep
from nonevent.location import Location
from nonevent.rule import Problem, Rule, read_page
from nonevent_rules.schema.labels import grows

FOLDER = os.path.dirname(nonevent_rules.schema.__file__)
HERE = Location("example.sql", 1, 1, 1, 2)


class Word(NamedTuple):
    """What a user hears: the page's scales where the rule gives none."""

    message: str
    severity: str
    confidence: str
    persona: str = "regular"


def step(operation: Operation, **fields: Any) -> SchemaStep:
    shared = {"framework": "sql", "dialect": "postgresql", "table": "orders"}
    return SchemaStep(operation, HERE, **(shared | fields))


@functools.cache
def load(stem: str) -> tuple[Rule, Any]:
    found: Rule = importlib.import_module(f"nonevent_rules.schema.{stem}").RULE
    if found.table is None:
        return found, None
    name = f"{found.table.name}.yaml"
    with open(os.path.join(FOLDER, name), encoding="utf-8") as file:
        return found, typed(found.table.row, read_rows(file.read(), found.table.row, name))


def ask(stem: str, *steps: SchemaStep) -> list[Problem]:
    found, rows = load(stem)
    arguments = () if rows is None else (rows,)
    return [
        problem
        for asked in steps
        if not found.of or asked.operation in found.of
        for problem in found.find(asked, *arguments)
    ]


def hear(stem: str, asked: SchemaStep) -> list[Word]:
    with open(os.path.join(FOLDER, f"{stem}.md"), encoding="utf-8") as file:
        page = read_page(stem, "schema", file.read())
    return [
        Word(
            problem.message,
            problem.severity or page.severity,
            problem.confidence or page.confidence,
            problem.persona or page.persona,
        )
        for problem in ask(stem, asked)
    ]


DROP = step(Operation.DROP_COLUMN, column="note")
DROP_TABLE = step(Operation.DROP_TABLE, table="carts")
RENAME = step(Operation.RENAME_COLUMN, column="total", new_name="amount")
RENAME_TABLE = step(Operation.RENAME_TABLE, new_name="purchases")
ADD = step(Operation.ADD_COLUMN, column="channel", type="text", nullable=False)
RETYPE = step(Operation.ALTER_TYPE, column="total", type="bigint", old_type="integer")
INDEX = step(Operation.CREATE_INDEX, name="orders_note_idx", columns=("note",))
CHECK = step(Operation.ADD_CONSTRAINT, name="orders_total_check", constraint="check")
UNIQUE = step(
    Operation.ADD_CONSTRAINT, name="orders_number_key", constraint="unique", columns=("number",)
)
FOREIGN = step(
    Operation.ADD_CONSTRAINT,
    name="orders_customer_fkey",
    constraint="foreign key",
    columns=("customer_id",),
    references="customers",
)
REQUIRE = step(Operation.SET_NOT_NULL, column="channel", nullable=False)

# One step for each rule that it speaks of.
STEPS = {
    "dropped_column": DROP,
    "dropped_table": DROP_TABLE,
    "renamed_column": RENAME,
    "renamed_table": RENAME_TABLE,
    "required_column_without_default": ADD,
    "column_type_change": RETYPE,
    "blocking_index_build": INDEX,
    "validating_constraint": CHECK,
}

WRITES_WAIT = "writes wait until it is done"
ALL_WAIT = "reads and writes wait until it is done"
REFUSED = (
    "is added NOT NULL without a default in the database: the step fails on a table with rows, "
    "and INSERTs of the version still running fail after it"
)
REWRITES = (
    "PostgreSQL rewrites `orders` and its indexes under an ACCESS EXCLUSIVE lock, "
    "reads and writes wait until it is done"
)

SPOKEN = {
    "a dropped column breaks the version that still runs": (
        "dropped_column",
        DROP,
        Word(
            "`orders.note` is dropped while the version still running may read and write it: "
            "each of its queries that names the column fails until the roll is over",
            "error",
            "medium",
        ),
    ),
    "a dropped table breaks the version that still runs": (
        "dropped_table",
        DROP_TABLE,
        Word(
            "`carts` is dropped while the version still running may query it: those queries fail "
            "until the roll is over, and a rollback finds the rows gone",
            "error",
            "medium",
        ),
    ),
    "a renamed column breaks one of two versions": (
        "renamed_column",
        RENAME,
        Word(
            "`orders.total` is renamed in place to `amount`: the version still running asks for "
            "the old name and the next one for the new, so one of the two fails during the roll",
            "error",
            "high",
        ),
    ),
    "a renamed table breaks one of two versions": (
        "renamed_table",
        RENAME_TABLE,
        Word(
            "`orders` is renamed in place to `purchases`: the version still running queries the "
            "old name and the next one the new, so one of the two fails during the roll",
            "error",
            "high",
        ),
    ),
    "a required column without default fails in PostgreSQL": (
        "required_column_without_default",
        ADD,
        Word(f"`orders.channel` {REFUSED}", "error", "high"),
    ),
    "a default of NULL is none": (
        "required_column_without_default",
        ADD._replace(default="NULL"),
        Word(f"`orders.channel` {REFUSED}", "error", "high"),
    ),
    "a default that a later step drops again": (
        "required_column_without_default",
        ADD._replace(framework="alembic", dialect="", default="0", default_in_database=False),
        Word(
            "`orders.channel` is NOT NULL and its default is dropped from the database again: "
            "INSERTs of the version still running fail until the roll is over",
            "warning",
            "high",
        ),
    ),
    "Django drops its default again": (
        "required_column_without_default",
        ADD._replace(framework="django", default='"web"', default_in_database=False),
        Word(
            "`orders.channel` is NOT NULL and Django drops its default from the database again: "
            "INSERTs of the version still running fail until the roll is over",
            "warning",
            "high",
        ),
    ),
    "MySQL has an implicit default for old rows only": (
        "required_column_without_default",
        ADD._replace(dialect="mysql"),
        Word(
            "`orders.channel` is added NOT NULL without a default: MySQL fills the existing rows "
            "with an implicit one, and in strict mode INSERTs of the version still running fail",
            "error",
            "medium",
        ),
    ),
    "integer to bigint rewrites": (
        "column_type_change",
        RETYPE,
        Word(
            f"`orders.total` changes its type to `bigint` from `integer`: {REWRITES}",
            "error",
            "high",
        ),
    ),
    "an unknown old type may be free": (
        "column_type_change",
        RETYPE._replace(old_type="", type="numeric(11,2)"),
        Word(
            "`orders.total` changes its type to `numeric(11,2)`: unless that conversion is free, "
            f"{REWRITES}",
            "warning",
            "medium",
        ),
    ),
    "nothing becomes this type for free": (
        "column_type_change",
        RETYPE._replace(old_type=""),
        Word(f"`orders.total` changes its type to `bigint`: {REWRITES}", "error", "high"),
    ),
    "a type of one's own may be free": (
        "column_type_change",
        RETYPE._replace(framework="alembic", dialect="", type="Money()", old_type="sa.Integer()"),
        Word(
            "`orders.total` changes its type to `Money()` from `sa.Integer()`: unless that "
            f"conversion is free, {REWRITES}",
            "warning",
            "medium",
        ),
    ),
    "text from an unknown type mostly is free": (
        "column_type_change",
        RETYPE._replace(type="text", old_type=""),
        Word(
            "`orders.total` changes its type to `text`: unless that conversion is free, "
            f"{REWRITES}",
            "warning",
            "low",
            "auditor",
        ),
    ),
    "text by USING is a conversion": (
        "column_type_change",
        RETYPE._replace(
            type="text", old_type="", text="ALTER TABLE orders ALTER total TYPE text USING f(total)"
        ),
        Word(
            "`orders.total` changes its type to `text`: unless that conversion is free, "
            f"{REWRITES}",
            "warning",
            "medium",
        ),
    ),
    "a change of name in MySQL repeats the type": (
        "column_type_change",
        RETYPE._replace(
            dialect="mysql", old_type="", text="ALTER TABLE orders CHANGE `sum` `total` bigint"
        ),
        Word(
            "`orders.total` changes its type to `bigint`: unless that conversion is free, MySQL "
            "copies `orders` under a SHARED lock and writes wait until it is done",
            "warning",
            "low",
            "auditor",
        ),
    ),
    "a change of type in MySQL may repeat the name": (
        "column_type_change",
        RETYPE._replace(
            dialect="mysql", old_type="", text="ALTER TABLE orders CHANGE total total bigint"
        ),
        Word(
            "`orders.total` changes its type to `bigint`: unless that conversion is free, MySQL "
            "copies `orders` under a SHARED lock and writes wait until it is done",
            "warning",
            "medium",
        ),
    ),
    "MySQL copies for a larger integer": (
        "column_type_change",
        RETYPE._replace(dialect="mysql"),
        Word(
            "`orders.total` changes its type to `bigint` from `integer`: MySQL copies `orders` "
            "under a SHARED lock and writes wait until it is done",
            "error",
            "high",
        ),
    ),
    "SQL Server may update every row": (
        "column_type_change",
        RETYPE._replace(dialect="mssql"),
        Word(
            "`orders.total` changes its type to `bigint` from `integer`: unless that conversion "
            "is free, SQL Server updates every row of `orders` under a schema modification "
            "(Sch-M) lock",
            "warning",
            "medium",
        ),
    ),
    "an index is built under a SHARE lock": (
        "blocking_index_build",
        INDEX,
        Word(
            f"index `orders_note_idx` is built on `orders` under a SHARE lock: {WRITES_WAIT}",
            "error",
            "high",
        ),
    ),
    "an index for an unknown server may be PostgreSQL's": (
        "blocking_index_build",
        INDEX._replace(dialect="", framework="alembic", name="", unique=True),
        Word(
            "on PostgreSQL, the new unique index for `note` is built on `orders` under a SHARE "
            f"lock: {WRITES_WAIT}",
            "error",
            "medium",
        ),
    ),
    "SQL Server builds under a shared lock": (
        "blocking_index_build",
        INDEX._replace(dialect="mssql"),
        Word(
            f"index `orders_note_idx` is built on `orders` under a shared (S) lock: {WRITES_WAIT}",
            "error",
            "medium",
        ),
    ),
    "ONLINE = OFF is not online": (
        "blocking_index_build",
        INDEX._replace(dialect="mssql", text="CREATE INDEX i ON orders (n) WITH (ONLINE = OFF)"),
        Word(
            f"index `orders_note_idx` is built on `orders` under a shared (S) lock: {WRITES_WAIT}",
            "error",
            "medium",
        ),
    ),
    "Oracle builds under a share lock": (
        "blocking_index_build",
        INDEX._replace(dialect="oracle"),
        Word(
            f"index `orders_note_idx` is built on `orders` under a share lock: {WRITES_WAIT}",
            "error",
            "medium",
        ),
    ),
    "a CHECK reads every row": (
        "validating_constraint",
        CHECK,
        Word(
            "check constraint `orders_total_check` is checked against every row of `orders` "
            f"under an ACCESS EXCLUSIVE lock: {ALL_WAIT}",
            "error",
            "high",
        ),
    ),
    "a foreign key locks both tables": (
        "validating_constraint",
        FOREIGN,
        Word(
            "foreign key constraint `orders_customer_fkey` is checked against every row of "
            "`orders` under a SHARE ROW EXCLUSIVE lock on `orders` and `customers`: writes to "
            "both wait until it is done",
            "error",
            "high",
        ),
    ),
    "a UNIQUE constraint builds its index": (
        "validating_constraint",
        UNIQUE,
        Word(
            "unique constraint `orders_number_key` builds its index on `orders` under an "
            f"ACCESS EXCLUSIVE lock: {ALL_WAIT}",
            "error",
            "high",
        ),
    ),
    "a primary key builds its index": (
        "validating_constraint",
        UNIQUE._replace(name="", constraint="primary key", columns=("id",)),
        Word(
            "the primary key constraint on `orders.id` builds its index on `orders` under an "
            f"ACCESS EXCLUSIVE lock: {ALL_WAIT}",
            "error",
            "high",
        ),
    ),
    "an exclusion builds its index": (
        "validating_constraint",
        UNIQUE._replace(constraint="exclude"),
        Word(
            "exclude constraint `orders_number_key` builds its index on `orders` under an "
            f"ACCESS EXCLUSIVE lock: {ALL_WAIT}",
            "error",
            "high",
        ),
    ),
    "SET NOT NULL reads every row and binds the old version": (
        "validating_constraint",
        REQUIRE,
        Word(
            "NOT NULL on `orders.channel` is checked against every row of `orders` under an "
            f"ACCESS EXCLUSIVE lock: {ALL_WAIT}, and the version still running may go on "
            "writing NULL",
            "error",
            "medium",
        ),
    ),
    "a NOT NULL constraint of PostgreSQL 18 is SET NOT NULL": (
        "validating_constraint",
        step(Operation.ADD_CONSTRAINT, name="c", constraint="not null", columns=("channel",)),
        Word(
            "NOT NULL on `orders.channel` is checked against every row of `orders` under an "
            f"ACCESS EXCLUSIVE lock: {ALL_WAIT}, and the version still running may go on "
            "writing NULL",
            "error",
            "medium",
        ),
    ),
    "a new column's CHECK reads every row": (
        "validating_constraint",
        step(Operation.ADD_COLUMN, column="z", constraint="check"),
        Word(
            "the check constraint on `orders.z` is checked against every row of `orders` under "
            f"an ACCESS EXCLUSIVE lock: {ALL_WAIT}",
            "error",
            "high",
        ),
    ),
    "a new column's foreign key with a default reads every row": (
        "validating_constraint",
        step(
            Operation.ADD_COLUMN,
            column="z",
            constraint="foreign key",
            references="customers",
            default="1",
        ),
        Word(
            "the foreign key constraint on `orders.z` is checked against every row of `orders` "
            "under an ACCESS EXCLUSIVE lock: reads and writes wait until it is done",
            "error",
            "high",
        ),
    ),
    "unique_together may have held before": (
        "validating_constraint",
        UNIQUE._replace(framework="django", name="", columns=()),
        Word(
            "the new unique constraint builds its index on `orders` under an ACCESS EXCLUSIVE "
            f"lock: {ALL_WAIT}",
            "error",
            "medium",
        ),
    ),
    "MySQL copies for a foreign key": (
        "validating_constraint",
        FOREIGN._replace(dialect="mysql"),
        Word(
            "foreign key constraint `orders_customer_fkey` copies every row of `orders` under a "
            f"SHARED lock: {WRITES_WAIT}",
            "error",
            "medium",
        ),
    ),
    "MySQL copies for a CHECK": (
        "validating_constraint",
        CHECK._replace(dialect="mysql"),
        Word(
            "check constraint `orders_total_check` copies every row of `orders` under a SHARED "
            f"lock: {WRITES_WAIT}",
            "error",
            "medium",
        ),
    ),
    "SQL Server checks under a schema modification lock": (
        "validating_constraint",
        CHECK._replace(dialect="mssql"),
        Word(
            "check constraint `orders_total_check` is checked against every row of `orders` "
            f"under a schema modification (Sch-M) lock: {ALL_WAIT}",
            "error",
            "medium",
        ),
    ),
    "a column of a table named at run time is for auditors": (
        "dropped_column",
        DROP._replace(table=""),
        Word(
            "`note` is dropped while the version still running may read and write it: each of "
            "its queries that names the column fails until the roll is over",
            "error",
            "low",
            "auditor",
        ),
    ),
    "a column named at run time is still dropped": (
        "dropped_column",
        DROP._replace(column=""),
        Word(
            "a column of `orders` is dropped while the version still running may read and write "
            "it: each of its queries that names the column fails until the roll is over",
            "error",
            "medium",
        ),
    ),
    "a table in an SQLite file is for pedants": (
        "dropped_table",
        DROP_TABLE._replace(dialect="sqlite"),
        Word(
            "`carts` is dropped while the version still running may query it: those queries fail "
            "until the roll is over, and a rollback finds the rows gone",
            "error",
            "medium",
            "pedantic",
        ),
    ),
    "a renamed model may keep its table": (
        "renamed_table",
        RENAME_TABLE._replace(
            framework="django",
            table="shop_order",
            new_name="shop_purchase",
            text='migrations.RenameModel("Order", "Purchase")',
        ),
        Word(
            "`shop_order` is renamed in place to `shop_purchase`: the version still running "
            "queries the old name and the next one the new, so one of the two fails during the "
            "roll",
            "error",
            "medium",
        ),
    ),
    "quotes are left out of sentences": (
        "dropped_column",
        DROP._replace(table='"shop"."Orders"', column="`note`"),
        Word(
            "`shop.Orders.note` is dropped while the version still running may read and write "
            "it: each of its queries that names the column fails until the roll is over",
            "error",
            "medium",
        ),
    ),
}


@pytest.mark.parametrize(("stem", "asked", "expected"), SPOKEN.values(), ids=SPOKEN)
def test_a_rule_says(stem: str, asked: SchemaStep, expected: Word) -> None:
    assert hear(stem, asked) == [expected]


@pytest.mark.parametrize("stem", STEPS)
@pytest.mark.parametrize(
    "changes",
    [
        pytest.param({"direction": "down"}, id="on the way back"),
        pytest.param({"keeps_data": True}, id="on the state alone"),
        pytest.param({"table_is_new": True}, id="on a new table"),
        pytest.param({"table": "#copy"}, id="on a temporary table of SQL Server"),
        pytest.param({"table": "pg_temp.copy"}, id="on a temporary table of PostgreSQL"),
    ],
)
def test_every_rule_is_silent(stem: str, changes: dict[str, Any]) -> None:
    asked = STEPS[stem]._replace(**changes)

    assert ask(stem, STEPS[stem]) != []
    assert ask(stem, asked) == []


@pytest.mark.parametrize("stem", STEPS)
def test_a_rule_is_silent_about_the_steps_of_others(stem: str) -> None:
    others = [
        step(operation)
        for operation in Operation
        if operation is not STEPS[stem].operation and operation is not Operation.SET_NOT_NULL
    ]

    assert ask(stem, *others) == []


SILENT = {
    "a temporary table is dropped": (
        "dropped_table",
        DROP_TABLE._replace(dialect="mysql", text="DROP TEMPORARY TABLE carts"),
    ),
    "a column keeps its name": ("renamed_column", RENAME._replace(new_name="total")),
    "a table keeps its name": ("renamed_table", RENAME_TABLE._replace(new_name='"orders"')),
    "a column may be NULL": ("required_column_without_default", ADD._replace(nullable=True)),
    "it is not known whether a column may be NULL": (
        "required_column_without_default",
        ADD._replace(nullable=None),
    ),
    "a column has a default": ("required_column_without_default", ADD._replace(default="'web'")),
    "a column has a default of no characters": (
        "required_column_without_default",
        ADD._replace(default="''"),
    ),
    "a column has a db_default": (
        "required_column_without_default",
        ADD._replace(framework="django", default='"web"'),
    ),
    "a column is filled by the database": (
        "required_column_without_default",
        ADD._replace(generated=True),
    ),
    "an ENUM of MySQL defaults to its first value": (
        "required_column_without_default",
        ADD._replace(dialect="mysql", type="ENUM('web', 'shop')"),
    ),
    "a type of SQLite changes": ("column_type_change", RETYPE._replace(dialect="sqlite")),
    "a type of Oracle changes": ("column_type_change", RETYPE._replace(dialect="oracle")),
    "SQL Server widens a VARCHAR": (
        "column_type_change",
        RETYPE._replace(dialect="mssql", type="varchar(40)", old_type="varchar(20)"),
    ),
    "an unknown type stays": (
        "column_type_change",
        RETYPE._replace(type="Enum('a', name='x')", old_type="Enum('a',  name='x')"),
    ),
    "an index is built concurrently": ("blocking_index_build", INDEX._replace(concurrently=True)),
    "an index is declared on a parent only": ("blocking_index_build", INDEX._replace(only=True)),
    "InnoDB builds online": ("blocking_index_build", INDEX._replace(dialect="mysql")),
    "SQLite builds at once": ("blocking_index_build", INDEX._replace(dialect="sqlite")),
    "SQL Server builds online": (
        "blocking_index_build",
        INDEX._replace(dialect="mssql", text="CREATE INDEX i ON orders (n) WITH (ONLINE = ON)"),
    ),
    "Oracle builds online": (
        "blocking_index_build",
        INDEX._replace(dialect="oracle", text="CREATE INDEX i ON orders (note) ONLINE"),
    ),
    "a CHECK is not validated yet": ("validating_constraint", CHECK._replace(valid=False)),
    "a foreign key is not validated yet": (
        "validating_constraint",
        FOREIGN._replace(valid=False),
    ),
    "a UNIQUE constraint takes over an index": (
        "validating_constraint",
        UNIQUE._replace(using_index=True),
    ),
    "a new column's foreign key meets NULLs alone": (
        "validating_constraint",
        step(Operation.ADD_COLUMN, column="z", constraint="foreign key", references="customers"),
    ),
    "a new column's foreign key has a default of NULL": (
        "validating_constraint",
        step(Operation.ADD_COLUMN, column="z", constraint="foreign key", default="NULL"),
    ),
    "a new column has no constraint": (
        "validating_constraint",
        step(Operation.ADD_COLUMN, column="z"),
    ),
    "a new column of MySQL has a CHECK": (
        "validating_constraint",
        step(Operation.ADD_COLUMN, column="z", constraint="check", dialect="mysql"),
    ),
    "MySQL builds a UNIQUE index online": (
        "validating_constraint",
        UNIQUE._replace(dialect="mysql"),
    ),
    "MySQL rebuilds for NOT NULL online": (
        "validating_constraint",
        REQUIRE._replace(dialect="mysql"),
    ),
    "SQLite has one file": ("validating_constraint", CHECK._replace(dialect="sqlite")),
    "Oracle's constraints are not judged": (
        "validating_constraint",
        CHECK._replace(dialect="oracle"),
    ),
    "SQL Server leaves the rows alone": (
        "validating_constraint",
        CHECK._replace(
            dialect="mssql",
            text="ALTER TABLE orders WITH NOCHECK ADD CONSTRAINT c CHECK (total >= 0)",
        ),
    ),
}


@pytest.mark.parametrize(("stem", "asked"), SILENT.values(), ids=SILENT)
def test_a_rule_is_silent_where(stem: str, asked: SchemaStep) -> None:
    assert ask(stem, asked) == []


# What PostgreSQL 15 did to the file of a table with an index on the column: True it wrote it anew,
# False it did not. None: that depends on the time zone, or an index alone is built anew.
CONVERSIONS = [
    ("varchar(20)", "varchar(40)", False),
    ("varchar(40)", "varchar(20)", True),
    ("varchar(20)", "varchar", False),
    ("varchar(20)", "text", False),
    ("varchar", "text", False),
    ("text", "varchar", False),
    ("text", "varchar(50)", True),
    ("varchar(20)", "citext", None),
    ("text", "citext", None),
    ("citext", "text", None),
    ("char(5)", "char(10)", True),
    ("char(5)", "text", True),
    ("varchar(5)", "char(5)", True),
    ("numeric(10,2)", "numeric(12,2)", False),
    ("numeric(10,2)", "numeric(8,2)", True),
    ("numeric(10,2)", "numeric(12,4)", True),
    ("numeric(10,2)", "numeric", False),
    ("numeric(10)", "numeric(12, 0)", False),
    ("numeric", "numeric(10,2)", True),
    ("int", "bigint", True),
    ("int4", "integer", False),
    ("int", "numeric", True),
    ("bigint", "int", True),
    ("real", "double precision", True),
    ("float8", "double precision", False),
    ("timestamp", "timestamptz", None),
    ("timestamp with time zone", "timestamp without time zone", None),
    ("timestamp(3)", "timestamp(6)", False),
    ("timestamp(3)", "timestamp", False),
    ("timestamp", "timestamp(3)", True),
    ("timestamp(6)", "timestamp", False),
    ("timestamp(0) with time zone", "timestamptz", False),
    ("time(3)", "time", False),
    ("interval(3)", "interval", False),
    ("date", "timestamp", True),
    ("cidr", "inet", False),
    ("inet", "cidr", True),
    ("xml", "text", False),
    ("json", "jsonb", True),
    ("bit varying(4)", "bit varying(8)", False),
    ("bit varying(4)", "varbit", False),
    ("boolean", "int", True),
    ("uuid", "text", True),
    ("int[]", "bigint[]", None),
    ("varchar(5)[]", "varchar(10)[]", None),
    ('varchar(20) collate "C"', "varchar(40)", None),
    ("pg_catalog.int4", "pg_catalog.int8", True),
]
SPELLINGS = [
    ("sa.VARCHAR(length=50)", "sa.String(length=80)", False),
    ("sa.String(50)", "sa.Text()", False),
    ("sa.String", "sa.Text", False),
    ("sa.String(length=None)", "sa.Text()", False),
    ("sa.String(length=80)", "sa.String(length=50)", True),
    ("sa.String(length=50)", "sa.String(length=MAX)", None),
    ("sa.String(50, collation='C')", "sa.String(80)", None),
    ("sa.String(50)", "sa.String(80).with_variant(sa.Text(), 'sqlite')", None),
    ("String(20)", "String(40)", False),
    ("sqlmodel.sql.sqltypes.AutoString()", "sa.Text()", False),
    ("sa.INTEGER()", "sa.BigInteger()", True),
    ("mysql.INTEGER(display_width=11)", "sa.Integer()", False),
    ("sa.NUMERIC(precision=10, scale=2)", "sa.Numeric(12, 2)", False),
    ("sa.Numeric(10, 2, asdecimal=False)", "sa.Numeric(precision=10, scale=2)", False),
    ("sa.Numeric(10, 2)", "sa.Numeric(12, 3)", True),
    ("sa.DOUBLE_PRECISION(precision=53)", "sa.Float()", False),
    ("postgresql.TIMESTAMP()", "sa.DateTime()", False),
    ("postgresql.TIMESTAMP()", "sa.DateTime(timezone=True)", None),
    ("sa.TIMESTAMP(timezone=True)", "sa.DateTime(timezone=True)", False),
    ("sa.Time()", "sa.Time(timezone=True)", None),
    ("postgresql.JSON(astext_type=sa.Text())", "postgresql.JSONB(astext_type=sa.Text())", True),
    ("sa.Enum('a', name='x')", "sa.Enum('a', 'b', name='x')", None),
    ("CharField(max_length=20)", "CharField(max_length=40)", False),
    ("CharField(max_length=40)", "CharField(max_length=20)", True),
    ("CharField(max_length=40)", "TextField", False),
    ("IntegerField", "BigIntegerField", True),
    (
        "DecimalField(max_digits=8, decimal_places=2)",
        "DecimalField(max_digits=9, decimal_places=2)",
        False,
    ),
]
HEARD = {True: ["high"], False: [], None: ["medium"]}


@pytest.mark.parametrize(
    ("old", "new", "rewrites"),
    [pytest.param(*row, id=f"{row[0]} to {row[1]}") for row in CONVERSIONS + SPELLINGS],
)
def test_a_conversion_is_reported_as_far_as_it_rewrites(
    old: str, new: str, rewrites: bool | None
) -> None:
    heard = hear("column_type_change", RETYPE._replace(old_type=old, type=new))

    assert [word.confidence for word in heard] == HEARD[rewrites]


@pytest.mark.parametrize(
    ("old", "new", "copies"),
    [
        pytest.param("varchar(50)", "varchar(60)", False, id="one length byte in any charset"),
        pytest.param("varchar(300)", "varchar(400)", False, id="two length bytes in any charset"),
        pytest.param("varchar(100)", "varchar(255)", False, id="the same side in every charset"),
        pytest.param("varchar(60)", "varchar(100)", None, id="across the line in utf8mb4 alone"),
        pytest.param("varchar(50)", "varchar(300)", True, id="across the line in every charset"),
        pytest.param("varchar(100)", "varchar(50)", True, id="shorter"),
        pytest.param("varchar(100)", "text", True, id="to text"),
        pytest.param("numeric(10,2)", "numeric(12,2)", True, id="a wider number"),
        pytest.param("int(11)", "int", False, id="another display width"),
        pytest.param("int(11) unsigned", "int", None, id="an attribute that is not read"),
        pytest.param("", "varchar(40)", "low", id="VARCHAR from something unknown"),
        pytest.param("", "ENUM('a', 'b')", "low", id="ENUM from something unknown"),
        pytest.param("", "BIGINT", None, id="a number from something unknown"),
    ],
)
def test_mysql_copies_where_the_length_byte_changes(
    old: str, new: str, copies: bool | str | None
) -> None:
    heard = hear("column_type_change", RETYPE._replace(dialect="mysql", old_type=old, type=new))

    assert [word.confidence for word in heard] == (
        [copies] if isinstance(copies, str) else HEARD[copies]
    )


REMEDIES = {
    "SQL: drop a column a release later": (
        "dropped_column",
        DROP,
        (
            "Release code that no longer names `note`, and run `ALTER TABLE orders DROP COLUMN "
            "note` in the release after it"
        ),
    ),
    "Alembic: drop a column a release later": (
        "dropped_column",
        DROP._replace(framework="alembic"),
        (
            "Take `note` out of the code in this release, and run "
            '`op.drop_column("orders", "note")` in the next one'
        ),
    ),
    "Django: forget a field first": (
        "dropped_column",
        DROP._replace(framework="django"),
        (
            "Move the removal of `note` into `state_operations` of `SeparateDatabaseAndState` now, "
            "and drop the column with `RunSQL` in the next release"
        ),
    ),
    "SQL: two columns for a while": (
        "renamed_column",
        RENAME,
        (
            "Add `amount` to `orders` beside `total`, write both, backfill, move the readers, and "
            "drop `total` in a later release"
        ),
    ),
    "Django: keep the column": (
        "renamed_column",
        RENAME._replace(framework="django"),
        (
            'Keep the column with `db_column="total"` on the field `amount`, and put the '
            "`RenameField` into `state_operations` of `SeparateDatabaseAndState`"
        ),
    ),
    "SQL: a view of the new name": (
        "renamed_table",
        RENAME_TABLE,
        (
            "Keep the table and give the next version the new name as a view: "
            "`CREATE VIEW purchases AS SELECT * FROM orders`"
        ),
    ),
    "Alembic: keep the table": (
        "renamed_table",
        RENAME_TABLE._replace(framework="alembic", table="shop.orders"),
        'Keep the table and rename the class alone: `__tablename__ = "orders"`',
    ),
    "SQL: a column that may be NULL": (
        "required_column_without_default",
        ADD,
        (
            "Give `channel` a `DEFAULT`, or add it as `channel text NULL` and require it in the "
            "next release"
        ),
    ),
    "Alembic: a server_default": (
        "required_column_without_default",
        ADD._replace(framework="alembic"),
        (
            "Give `channel` a `server_default`, or add it with `nullable=True` and require it in "
            "the next release"
        ),
    ),
    "Django: a db_default": (
        "required_column_without_default",
        ADD._replace(framework="django", default='"web"', default_in_database=False),
        (
            "Give `channel` a `db_default` (Django 5.0 and later), or add it with `null=True` and "
            "require it in the next release"
        ),
    ),
    "Alembic: no default for a reference": (
        "required_column_without_default",
        ADD._replace(framework="alembic", references="channels"),
        "Add `channel` with `nullable=True` and require it in the next release",
    ),
    "SQL: a second column": (
        "column_type_change",
        RETYPE,
        (
            "Run `ALTER TABLE orders ADD COLUMN total_new bigint`, write both columns, backfill in "
            "batches, move the readers, and drop `total` in a later release"
        ),
    ),
    "Alembic: a second column": (
        "column_type_change",
        RETYPE._replace(framework="alembic", type="sa.BigInteger()", old_type="sa.Integer()"),
        (
            'Run `op.add_column("orders", sa.Column("total_new", sa.BigInteger()))`, write both '
            "columns, backfill in batches, move the readers, and drop `total` in a later release"
        ),
    ),
    "SQL: the statement itself, concurrently": (
        "blocking_index_build",
        INDEX._replace(
            text="create unique index orders_note_idx on orders (note) where note <> ''"
        ),
        (
            "Run `create unique index CONCURRENTLY orders_note_idx on orders (note) where note <> "
            "''` outside a transaction"
        ),
    ),
    "SQL in Alembic: outside a transaction": (
        "blocking_index_build",
        INDEX._replace(framework="alembic", text="CREATE INDEX orders_note_idx ON orders (note)"),
        "Run `CREATE INDEX CONCURRENTLY orders_note_idx ON orders (note)` outside a transaction",
    ),
    "SQL too long to repeat": (
        "blocking_index_build",
        INDEX._replace(text=f"CREATE INDEX {'i' * 180} ON orders"),
        "Run `CREATE INDEX CONCURRENTLY …` outside a transaction",
    ),
    "Alembic: the call itself": (
        "blocking_index_build",
        INDEX._replace(framework="alembic", text='batch_op.create_index("orders_note_idx", …)'),
        (
            'Run `op.create_index("orders_note_idx", "orders", ["note"], '
            "postgresql_concurrently=True)` inside `with op.get_context().autocommit_block():`"
        ),
    ),
    "Alembic: the call as it is written": (
        "blocking_index_build",
        INDEX._replace(
            framework="alembic",
            text='op.create_index("orders_note_idx", "orders", [sa.text("lower(note)")])',
        ),
        (
            'Run `op.create_index("orders_note_idx", "orders", [sa.text("lower(note)")], '
            "postgresql_concurrently=True)` inside `with op.get_context().autocommit_block():`"
        ),
    ),
    "Alembic: a unique index of a column": (
        "blocking_index_build",
        INDEX._replace(framework="alembic", name="", unique=True, text="op.add_column(…)"),
        (
            'Run `op.create_index("ix_orders_note", "orders", ["note"], unique=True, '
            "postgresql_concurrently=True)` inside `with op.get_context().autocommit_block():`"
        ),
    ),
    "Django: an operation of its own": (
        "blocking_index_build",
        INDEX._replace(framework="django", text="migrations.AddIndex(…)"),
        (
            'Declare `models.Index(fields=["note"], …)` in `Meta.indexes` and build it with '
            "`AddIndexConcurrently` in a migration with `atomic = False`"
        ),
    ),
    "Django: a field without its index": (
        "blocking_index_build",
        INDEX._replace(framework="django", text='migrations.AddField("order", "note", …)'),
        (
            'Give the field `db_index=False`, declare `models.Index(fields=["note"], …)` in '
            "`Meta.indexes` and build it with `AddIndexConcurrently` in a migration with "
            "`atomic = False`"
        ),
    ),
    "Django: a unique index in SQL": (
        "blocking_index_build",
        INDEX._replace(framework="django", unique=True, text="migrations.AddConstraint(…)"),
        (
            "Build it with `RunSQL` and `CREATE UNIQUE INDEX CONCURRENTLY` in a migration with "
            "`atomic = False`, and put this operation into its `state_operations`"
        ),
    ),
    "SQL in Django: the statement": (
        "dropped_column",
        DROP._replace(framework="django", text="ALTER TABLE orders DROP COLUMN note"),
        (
            "Release code that no longer names `note`, and run `ALTER TABLE orders DROP COLUMN "
            "note` in the release after it"
        ),
    ),
    "SQL: NOT VALID first": (
        "validating_constraint",
        CHECK,
        (
            "Add it `NOT VALID`, and run `ALTER TABLE orders VALIDATE CONSTRAINT "
            "orders_total_check` in a transaction of its own"
        ),
    ),
    "Alembic: NOT VALID first": (
        "validating_constraint",
        FOREIGN._replace(framework="alembic"),
        (
            "Pass `postgresql_not_valid=True` to `op.create_foreign_key`, and validate "
            "`orders_customer_fkey` in the next revision"
        ),
    ),
    "Django: NOT VALID first": (
        "validating_constraint",
        CHECK._replace(framework="django"),
        "Use `AddConstraintNotValid`, and `ValidateConstraint` in the next migration",
    ),
    "SQL: the index first": (
        "validating_constraint",
        UNIQUE,
        (
            "Run `CREATE UNIQUE INDEX CONCURRENTLY orders_number_key ON orders (number)` outside a "
            "transaction, then `ALTER TABLE orders ADD CONSTRAINT orders_number_key UNIQUE USING "
            "INDEX orders_number_key`"
        ),
    ),
    "SQL: a proof first": (
        "validating_constraint",
        REQUIRE,
        (
            "Add `CHECK (channel IS NOT NULL) NOT VALID` to `orders`, validate it in a later "
            "transaction, and set NOT NULL after that: PostgreSQL 12 and later take the CHECK for "
            "proof"
        ),
    ),
    "MySQL: no copy without checks": (
        "validating_constraint",
        FOREIGN._replace(dialect="mysql"),
        (
            "Check the rows by a query and add it in a session with `SET foreign_key_checks = 0`: "
            "nothing is copied then"
        ),
    ),
}


@pytest.mark.parametrize(("stem", "asked", "expected"), REMEDIES.values(), ids=REMEDIES)
def test_a_remedy_bears_the_users_own_names(stem: str, asked: SchemaStep, expected: str) -> None:
    assert [problem.remedy for problem in ask(stem, asked)] == [expected]


FRAMEWORKS = ("sql", "alembic", "django")
DIALECTS = ("", "postgresql", "mysql", "sqlite", "mssql", "oracle")


@pytest.mark.parametrize("stem", STEPS)
def test_a_step_that_says_nothing_is_met_with_whole_sentences(stem: str) -> None:
    known = STEPS[stem]
    bare = SchemaStep(
        known.operation, HERE, "", nullable=known.nullable, constraint=known.constraint
    )
    asked = [
        bare._replace(framework=framework, dialect=dialect, constraint=constraint)
        for framework in FRAMEWORKS
        for dialect in DIALECTS
        for constraint in (known.constraint, "foreign key", "unique", "exclude", "not null")
    ]
    said = [text for problem in ask(stem, *asked) for text in (problem.message, problem.remedy)]

    assert [text for text in said if "``" in text or "  " in text or text.endswith(".")] == []
    assert {problem.persona for problem in ask(stem, *asked)} == {"auditor"}


ENUMS = {
    "one behind": ("ENUM('a', 'b')", "ENUM('a','b','c')", True),
    "one in front": ("ENUM('a','b')", "ENUM('c','a','b')", False),
    "one less": ("ENUM('a','b')", "ENUM('a')", False),
    "the same, not NULL": ("ENUM('a','b')", "ENUM('a','b') NOT NULL", True),
    "a second byte": (
        f"ENUM({', '.join(repr(str(one)) for one in range(255))})",
        f"ENUM({', '.join(repr(str(one)) for one in range(256))})",
        False,
    ),
    "a SET of eight and of nine": (
        f"SET({', '.join(repr(str(one)) for one in range(8))})",
        f"SET({', '.join(repr(str(one)) for one in range(9))})",
        False,
    ),
    "SQLAlchemy's": ('sa.Enum("a", "b", name="x")', 'sa.Enum("a", "b", "c", name="y")', True),
    "a comma and a quote in a label": ("ENUM('a,b','it''s')", "ENUM('a,b','it''s','c')", True),
    "labels that nobody can read": ("sa.Enum(*OLD)", 'sa.Enum("a")', None),
    "another type": ("varchar(10)", "ENUM('a')", None),
    "an ENUM that becomes a SET": ("ENUM('a')", "SET('a')", None),
}


@pytest.mark.parametrize("name", ENUMS)
def test_labels_that_only_come_behind_cost_nothing(name: str) -> None:
    old, new, expected = ENUMS[name]

    assert grows(old, new) is expected
