"""What Alembic migrations say: tables of source and the steps it stands for."""

from collections.abc import Sequence
from textwrap import dedent, indent
from typing import Any

import pytest

from nonevent.facts import FileFacts, SchemaStep
from nonevent.note import Note
from nonevent.readers import alembic, python
from nonevent.readers.interests import interests

PATH = "migrations/versions/0002_change.py"
HEAD = (
    "import sqlalchemy as sa\nfrom alembic import op\nfrom sqlalchemy.dialects import postgresql\n"
)
# What every step of these tests has.
# How a step is run; `test_sqlconduct` has these.
CONDUCT = ("guarded", "rows", "algorithm", "lock_mode", "reversible", "extent")
COMMON = {"framework": "alembic", "in_transaction": True, "location": None, "text": None}


def facts(source: str) -> FileFacts:
    found = python.read(PATH, source, interests())
    assert not found.notes
    return found


def view(source: str) -> tuple[tuple[SchemaStep, ...], tuple[Note, ...]]:
    return alembic.view(facts(source), source)


def upgrade(body: str) -> str:
    return f"{HEAD}\ndef upgrade():\n{indent(dedent(body).strip(), '    ')}\n"


def told(steps: Sequence[SchemaStep]) -> list[dict[str, Any]]:
    """Return what each step says beyond the defaults and what all have in common."""
    return [
        {
            key: value
            for key, value in step._asdict().items()
            if value != COMMON.get(key, SchemaStep._field_defaults.get(key))
            and key not in {"location", "text", "parts"}
            and key not in CONDUCT
        }
        for step in steps
    ]


ONE_CALL = [
    pytest.param(
        'op.add_column("users", sa.Column("note", sa.String(20)))',
        [
            {
                "operation": "add column",
                "table": "users",
                "column": "note",
                "type": "sa.String(20)",
                "nullable": True,
            }
        ],
        id="a column is nullable unless it says otherwise",
    ),
    pytest.param(
        'op.add_column("users", sa.Column("age", sa.Integer, nullable=False), schema="app")',
        [
            {
                "operation": "add column",
                "table": "app.users",
                "column": "age",
                "type": "sa.Integer",
                "nullable": False,
            }
        ],
        id="a table bears its schema",
    ),
    pytest.param(
        'op.add_column("t", sa.Column("a", sa.Boolean(), nullable=False, server_default="f"))',
        [
            {
                "operation": "add column",
                "table": "t",
                "column": "a",
                "type": "sa.Boolean()",
                "nullable": False,
                "default": "'f'",
            }
        ],
        id="a server default given as a string is a literal",
    ),
    pytest.param(
        'op.add_column("t", sa.Column("a", sa.DateTime(), server_default=sa.func.now()))',
        [
            {
                "operation": "add column",
                "table": "t",
                "column": "a",
                "type": "sa.DateTime()",
                "nullable": True,
                "default": "now()",
            }
        ],
        id="a server default given as a function is a call",
    ),
    pytest.param(
        'op.add_column("t", sa.Column("a", sa.Uuid, server_default=sa.text("gen_random_uuid()")))',
        [
            {
                "operation": "add column",
                "table": "t",
                "column": "a",
                "type": "sa.Uuid",
                "nullable": True,
                "default": "gen_random_uuid()",
            }
        ],
        id="a server default given as text is SQL",
    ),
    pytest.param(
        'op.add_column("t", sa.Column("a", sa.Integer, default=0, nullable=False))',
        [
            {
                "operation": "add column",
                "table": "t",
                "column": "a",
                "type": "sa.Integer",
                "nullable": False,
            }
        ],
        id="a default of the client is none of the database",
    ),
    pytest.param(
        'op.add_column("t", sa.Column("n", sa.BigInteger, sa.Identity(), nullable=False))',
        [
            {
                "operation": "add column",
                "table": "t",
                "column": "n",
                "type": "sa.BigInteger",
                "nullable": False,
                "generated": True,
                "fills": "identity",
            }
        ],
        id="an identity is filled by the database",
    ),
    pytest.param(
        'op.add_column("t", sa.Column("n", sa.Integer, sa.Computed("a * 2")))',
        [
            {
                "operation": "add column",
                "table": "t",
                "column": "n",
                "type": "sa.Integer",
                "nullable": True,
                "generated": True,
                "fills": "stored",
            }
        ],
        id="a computed column is filled by the database",
    ),
    pytest.param(
        'op.add_column("t", sa.Column("o", sa.Integer, sa.ForeignKey("app.orders.id")))',
        [
            {
                "operation": "add column",
                "table": "t",
                "column": "o",
                "type": "sa.Integer",
                "nullable": True,
                "references": "app.orders",
            },
            {
                "operation": "add constraint",
                "table": "t",
                "column": "o",
                "columns": ("o",),
                "constraint": "foreign key",
                "references": "app.orders",
            },
        ],
        id="a foreign key follows its column in a statement of its own",
    ),
    pytest.param(
        'op.add_column("t", sa.Column("o", sa.Integer, sa.ForeignKey("o.id")), '
        "inline_references=True)",
        [
            {
                "operation": "add column",
                "table": "t",
                "column": "o",
                "type": "sa.Integer",
                "nullable": True,
                "constraint": "foreign key",
                "references": "o",
            }
        ],
        id="an inline reference is part of its column",
    ),
    pytest.param(
        """op.add_column("t", sa.Column("n", sa.Integer, sa.CheckConstraint("n > 0")))""",
        [
            {
                "operation": "add column",
                "table": "t",
                "column": "n",
                "type": "sa.Integer",
                "nullable": True,
                "constraint": "check",
            }
        ],
        id="a check is part of its column",
    ),
    pytest.param(
        'op.add_column("t", sa.Column("k", sa.Text(), unique=True))',
        [
            {
                "operation": "add column",
                "table": "t",
                "column": "k",
                "type": "sa.Text()",
                "nullable": True,
            },
            {
                "operation": "add constraint",
                "table": "t",
                "column": "k",
                "columns": ("k",),
                "constraint": "unique",
            },
        ],
        id="a unique column brings a constraint",
    ),
    pytest.param(
        'op.add_column("t", sa.Column("k", sa.Text(), unique=True, index=True))',
        [
            {
                "operation": "add column",
                "table": "t",
                "column": "k",
                "type": "sa.Text()",
                "nullable": True,
            },
            {
                "operation": "create index",
                "table": "t",
                "column": "k",
                "columns": ("k",),
                "unique": True,
            },
        ],
        id="a unique indexed column brings one unique index",
    ),
    pytest.param(
        'op.add_column("t", COLUMN)',
        [{"operation": "add column", "table": "t"}],
        id="a column from elsewhere stays unknown",
    ),
    pytest.param(
        'op.add_column("t", sa.Column("a", sa.Text(), **OPTIONS))',
        [{"operation": "add column", "table": "t", "column": "a", "type": "sa.Text()"}],
        id="unread keywords leave it open whether NULL is allowed",
    ),
    pytest.param(
        'op.drop_column("t", "a")',
        [{"operation": "drop column", "table": "t", "column": "a"}],
        id="a column is dropped",
    ),
    pytest.param(
        'op.drop_column(table_name="t", column_name="a", schema="s")',
        [{"operation": "drop column", "table": "s.t", "column": "a"}],
        id="keywords read like positions",
    ),
    pytest.param(
        'op.alter_column("t", "a", new_column_name="b")',
        [{"operation": "rename column", "table": "t", "column": "a", "new_name": "b"}],
        id="a column is renamed",
    ),
    pytest.param(
        'op.alter_column("t", "a", existing_type=sa.Integer(), type_=sa.BigInteger(), '
        "existing_nullable=False)",
        [
            {
                "operation": "alter column type",
                "table": "t",
                "column": "a",
                "type": "sa.BigInteger()",
                "old_type": "sa.Integer()",
            }
        ],
        id="a change of type knows the former type",
    ),
    pytest.param(
        'op.alter_column("t", "a", existing_type=sa.TEXT(), nullable=False)',
        [{"operation": "set not null", "table": "t", "column": "a", "nullable": False}],
        id="a column is made required",
    ),
    pytest.param(
        'op.alter_column("t", "a", nullable=True, server_default=None, type_=sa.Text, '
        'new_column_name="b")',
        [
            {"operation": "drop not null", "table": "t", "column": "a", "nullable": True},
            {"operation": "drop default", "table": "t", "column": "a"},
            {"operation": "alter column type", "table": "t", "column": "a", "type": "sa.Text"},
            {"operation": "rename column", "table": "t", "column": "a", "new_name": "b"},
        ],
        id="each changed attribute is a step",
    ),
    pytest.param(
        'op.alter_column("t", "a", nullable=False, existing_nullable=False, '
        'server_default=sa.text("0"))',
        [{"operation": "set default", "table": "t", "column": "a", "default": "0"}],
        id="what was required before does not become required",
    ),
    pytest.param(
        'op.alter_column("t", "a", comment="x", existing_nullable=True, server_default=False)',
        [{"operation": "other", "table": "t", "column": "a"}],
        id="a comment changes nothing that matters",
    ),
    pytest.param(
        'op.rename_table("old", "new", schema="s")',
        [{"operation": "rename table", "table": "s.old", "new_name": "new"}],
        id="a table is renamed",
    ),
    pytest.param(
        'op.drop_table("t")',
        [{"operation": "drop table", "table": "t"}],
        id="a table is dropped",
    ),
    pytest.param(
        'op.create_table("t", sa.Column("id", sa.Integer, primary_key=True), schema="s")',
        [{"operation": "create table", "table": "s.t", "columns": ("id",), "table_is_new": True}],
        id="a table is created",
    ),
    pytest.param(
        'op.create_index(op.f("ix_t_a"), "t", ["a", sa.text("lower(b)")], unique=True)',
        [
            {
                "operation": "create index",
                "table": "t",
                "name": "ix_t_a",
                "columns": ("a", "lower(b)"),
                "unique": True,
            }
        ],
        id="an index knows columns and expressions",
    ),
    pytest.param(
        'op.create_index("ix", "t", ["a"], postgresql_concurrently=True)',
        [
            {
                "operation": "create index",
                "table": "t",
                "name": "ix",
                "columns": ("a",),
                "concurrently": True,
            }
        ],
        id="an index is built concurrently",
    ),
    pytest.param(
        'op.drop_index("ix", table_name="t", postgresql_concurrently=True)',
        [{"operation": "drop index", "table": "t", "name": "ix", "concurrently": True}],
        id="an index is dropped concurrently",
    ),
    pytest.param(
        'op.create_foreign_key("fk", "t", "o", ["o_id"], ["id"], source_schema="s", '
        'referent_schema="r")',
        [
            {
                "operation": "add constraint",
                "table": "s.t",
                "name": "fk",
                "columns": ("o_id",),
                "constraint": "foreign key",
                "references": "r.o",
            }
        ],
        id="a foreign key knows both tables with their schemas",
    ),
    pytest.param(
        'op.create_foreign_key(None, "t", "o", ["o_id"], ["id"], postgresql_not_valid=True)',
        [
            {
                "operation": "add constraint",
                "table": "t",
                "columns": ("o_id",),
                "constraint": "foreign key",
                "references": "o",
                "valid": False,
            }
        ],
        id="a foreign key may be left unvalidated",
    ),
    pytest.param(
        'op.create_unique_constraint("uq", "t", ["a", "b"])',
        [
            {
                "operation": "add constraint",
                "table": "t",
                "name": "uq",
                "columns": ("a", "b"),
                "constraint": "unique",
            }
        ],
        id="a unique constraint is added",
    ),
    pytest.param(
        'op.create_check_constraint("ck", "t", sa.column("a") > 0)',
        [{"operation": "add constraint", "table": "t", "name": "ck", "constraint": "check"}],
        id="a check is added",
    ),
    pytest.param(
        'op.create_primary_key("pk", "t", ["id"])',
        [
            {
                "operation": "add constraint",
                "table": "t",
                "name": "pk",
                "columns": ("id",),
                "constraint": "primary key",
            }
        ],
        id="a primary key is added",
    ),
    pytest.param(
        'op.create_exclude_constraint("ex", "t", ("during", "&&"))',
        [{"operation": "add constraint", "table": "t", "name": "ex", "constraint": "exclude"}],
        id="an exclusion is added",
    ),
    pytest.param(
        'op.drop_constraint("fk", "t", type_="foreignkey")',
        [
            {
                "operation": "drop constraint",
                "table": "t",
                "name": "fk",
                "constraint": "foreign key",
            }
        ],
        id="a constraint is dropped",
    ),
    pytest.param(
        'op.bulk_insert(sa.table("t", sa.column("a")), [{"a": 1}])',
        [{"operation": "data", "table": "t"}],
        id="rows are inserted",
    ),
    pytest.param(
        'op.create_table_comment("t", "what it holds")',
        [{"operation": "other", "table": "t"}],
        id="a table gets a comment",
    ),
    pytest.param(
        'op.execute(users.update().where(users.c.id == 1).values(a="b"))',
        [{"operation": "data"}],
        id="a statement made of calls moves rows",
    ),
    pytest.param(
        'op.execute(sa.schema.CreateSequence(sa.Sequence("s")))',
        [{"operation": "other"}],
        id="a sequence is made",
    ),
    pytest.param(
        "op.execute(f\"UPDATE {table} SET a = 'ALTER TABLE'\")",
        [{"operation": "data"}],
        id="SQL built at run time is data where its verb says so",
    ),
    pytest.param(
        'op.drop_column(table, "a")',
        [{"operation": "drop column", "column": "a"}],
        id="a computed table has no name",
    ),
    pytest.param("op.get_bind()", [], id="a tool is no operation"),
    pytest.param(
        'op.get_bind().execute(sa.text("UPDATE t SET a = 1")).scalar()',
        [{"operation": "data", "table": "t"}],
        id="what the connection runs counts once",
    ),
]


@pytest.mark.parametrize(("call", "expected"), ONE_CALL)
def test_one_call_is_read(call: str, expected: list[dict[str, Any]]) -> None:
    steps, notes = view(upgrade(call))

    assert (told(steps), notes) == (expected, ())


BATCHES = [
    pytest.param(
        """
        with op.batch_alter_table("t", schema="s") as batch_op:
            batch_op.add_column(sa.Column("a", sa.Text()))
            batch_op.drop_column("b")
            batch_op.alter_column("c", nullable=False)
            batch_op.create_index(batch_op.f("ix"), ["a"], unique=False)
            batch_op.drop_index("iy")
            batch_op.create_unique_constraint("uq", ["a"])
            batch_op.create_foreign_key("fk", "o", ["a"], ["id"])
            batch_op.drop_constraint("ck", type_="check")
        """,
        [
            {
                "operation": "add column",
                "table": "s.t",
                "column": "a",
                "type": "sa.Text()",
                "nullable": True,
            },
            {"operation": "drop column", "table": "s.t", "column": "b"},
            {"operation": "set not null", "table": "s.t", "column": "c", "nullable": False},
            {"operation": "create index", "table": "s.t", "name": "ix", "columns": ("a",)},
            {"operation": "drop index", "table": "s.t", "name": "iy"},
            {
                "operation": "add constraint",
                "table": "s.t",
                "name": "uq",
                "columns": ("a",),
                "constraint": "unique",
            },
            {
                "operation": "add constraint",
                "table": "s.t",
                "name": "fk",
                "columns": ("a",),
                "constraint": "foreign key",
                "references": "o",
            },
            {
                "operation": "drop constraint",
                "table": "s.t",
                "name": "ck",
                "constraint": "check",
            },
        ],
        id="operations of a batch belong to its table",
    ),
    pytest.param(
        """
        for name in names():
            with op.batch_alter_table(name) as batch_op:
                batch_op.drop_column("b")
        """,
        [{"operation": "drop column", "column": "b"}],
        id="a batch over a computed table has no table",
    ),
]


@pytest.mark.parametrize(("body", "expected"), BATCHES)
def test_a_batch_is_read(body: str, expected: list[dict[str, Any]]) -> None:
    steps, _ = view(upgrade(body))

    assert told(steps) == expected


WAYS = [
    pytest.param(
        """
        def upgrade():
            op.drop_table("a")

        def downgrade():
            op.drop_table("b")
        """,
        {"a": "up", "b": "down"},
        id="downgrade is the way back",
    ),
    pytest.param(
        """
        def upgrade():
            forth()
            both()

        def downgrade():
            back()
            both()

        def forth():
            op.drop_table("a")

        def back():
            deeper()

        def deeper():
            op.drop_table("b")

        def both():
            op.drop_table("c")

        def nobody():
            op.drop_table("d")
        """,
        {"a": "up", "b": "down", "c": "up", "d": "up"},
        id="functions that only downgrade reaches are the way back",
    ),
    pytest.param(
        """
        def upgrade(engine_name):
            globals()["upgrade_" + engine_name]()

        def downgrade(engine_name):
            globals()["downgrade_" + engine_name]()

        def upgrade_users():
            op.drop_table("a")

        def downgrade_users():
            op.drop_table("b")
        """,
        {"a": "up", "b": "down"},
        id="with several databases each has its two ways",
    ),
    pytest.param(
        """
        def upgrade():
            op.drop_table("a")

        def downgrade():
            upgrade()
        """,
        {"a": "up"},
        id="an upgrade that downgrade calls stays an upgrade",
    ),
]


@pytest.mark.parametrize(("body", "expected"), WAYS)
def test_the_direction_is_known(body: str, expected: dict[str, str]) -> None:
    steps, _ = view(HEAD + dedent(body))

    assert {step.table: step.direction for step in steps} == expected


def fresh(steps: Sequence[SchemaStep]) -> list[tuple[str, str, bool]]:
    return [(step.operation.value, step.table, step.table_is_new) for step in steps]


NEW = [
    pytest.param(
        """
        def upgrade():
            op.create_index("i", "t", ["a"])
            op.create_table("t")
            op.create_index("j", "t", ["a"])
            op.create_index("k", "u", ["a"])
        """,
        [
            ("create index", "t", False),
            ("create table", "t", True),
            ("create index", "t", True),
            ("create index", "u", False),
        ],
        id="a table is new after it is created",
    ),
    pytest.param(
        """
        def upgrade():
            op.create_table("new", schema="s")
            op.drop_table("old", schema="s")
            op.rename_table("new", "old", schema="s")
            op.create_index("i", "old", ["a"], schema="s")
        """,
        [
            ("create table", "s.new", True),
            ("drop table", "s.old", False),
            ("rename table", "s.new", True),
            ("create index", "s.old", True),
        ],
        id="a new table is new under its next name",
    ),
    pytest.param(
        """
        def upgrade():
            op.create_table("t")

        def downgrade():
            op.drop_table("t")
        """,
        [("create table", "t", True), ("drop table", "t", False)],
        id="the way back meets a table in use",
    ),
    pytest.param(
        """
        def upgrade():
            make()
            op.create_index("i", "t", ["a"])

        def make():
            op.create_table("t")
        """,
        [("create index", "t", True), ("create table", "t", True)],
        id="a table made by another function is new",
    ),
    pytest.param(
        """
        def upgrade():
            op.execute("CREATE MATERIALIZED VIEW v AS SELECT 1 AS a")
            op.create_index("i", "v", ["a"])
        """,
        [("create object", "", False), ("create index", "v", True)],
        id="a materialized view is new",
    ),
    pytest.param(
        """
        def upgrade():
            op.execute("CREATE TABLE public.t (a int)")
            op.create_index("i", "t", ["a"])
        """,
        [("create table", "public.t", True), ("create index", "t", True)],
        id="a table made in SQL is new",
    ),
]


@pytest.mark.parametrize(("body", "expected"), NEW)
def test_new_tables_are_known(body: str, expected: list[tuple[str, str, bool]]) -> None:
    steps, _ = view(HEAD + dedent(body))

    assert fresh(steps) == expected


def test_a_table_that_is_built_again_keeps_its_data() -> None:
    body = """
    op.create_table("new_t")
    op.execute("INSERT INTO new_t SELECT * FROM t")
    op.drop_table("t")
    op.rename_table("new_t", "t")
    """
    steps, _ = view(upgrade(body))

    assert [(step.operation, step.keeps_data) for step in steps] == [
        ("create table", False),
        ("data", False),
        ("drop table", True),
        ("rename table", False),
    ]


TRANSACTIONS = [
    pytest.param(
        """
        op.create_index("a", "t", ["a"])
        with op.get_context().autocommit_block():
            op.create_index("b", "t", ["b"])
            op.create_index("c", "t", ["c"])
        op.create_index("d", "t", ["d"])
        """,
        {"a": True, "b": False, "c": False, "d": True},
        id="an autocommit block has no transaction",
    ),
    pytest.param(
        """
        context = op.get_context()
        with context.autocommit_block():
            op.create_index("a", "t", ["a"])
        """,
        {"a": False},
        id="an autocommit block may come by a name",
    ),
    pytest.param(
        """
        op.create_index("a", "t", ["a"])
        op.execute("COMMIT")
        op.create_index("b", "t", ["b"])
        op.execute("BEGIN")
        op.create_index("c", "t", ["c"])
        """,
        {"a": True, "b": False, "c": True},
        id="a COMMIT ends the transaction",
    ),
]


@pytest.mark.parametrize(("body", "expected"), TRANSACTIONS)
def test_the_transaction_is_known(body: str, expected: dict[str, bool]) -> None:
    steps, _ = view(upgrade(body))

    assert {step.name: step.in_transaction for step in steps if step.name} == expected


# -- enums of plug-ins -------------------------------------------------------------------------

CAST = {
    "operation": "alter column type",
    "table": "jobs",
    "column": "state",
    "type": "state",
    "old_type": "state_old",
    "using": "state::text::state",
}


@pytest.mark.parametrize(
    "columns",
    [
        '[TableReference(table_schema="public", table_name="jobs", column_name="state")]',
        '[TableReference("jobs", "state")]',
        '[("jobs", "state")]',
    ],
)
@pytest.mark.parametrize(
    "call",
    [
        'op.sync_enum_values("public", "state", ["new", "done"], {})',
        (
            'op.sync_enum_values(enum_schema="public", enum_name="state", new_values=["new"],'
            " affected_columns={})"
        ),
    ],
    ids=["by place", "by name"],
)
def test_columns_are_cast_to_the_enum_that_is_made_anew(call: str, columns: str) -> None:
    steps, notes = view(upgrade(call.format(columns)))

    assert (told(steps), notes) == ([CAST], ())


def test_each_column_of_an_enum_is_cast() -> None:
    call = 'op.sync_enum_values("public", "state", ["new"], [("jobs", "state"), ("runs", "state")])'
    steps, _ = view(upgrade(call))

    assert [step.table for step in steps] == ["jobs", "runs"]


@pytest.mark.parametrize(
    ("before", "after", "added"),
    [
        ('["new"]', '["new", "done", "lost"]', [("done",), ("lost",)]),
        ('["new", "done"]', '["new"]', []),
    ],
)
def test_labels_are_added_to_an_enum_that_is_given_with_those_before(
    before: str, after: str, added: list[tuple[str, ...]]
) -> None:
    steps, notes = view(upgrade(f'op.sync_enum_values("public", "state", {before}, {after})'))

    assert [step.values for step in steps if step.action == "add value"] == added
    assert {step.name for step in steps if step.action} == ({"state"} if added else set())
    assert (len(steps), notes) == (len(added) or 1, ())


def test_an_enum_whose_columns_are_computed_is_noted() -> None:
    steps, notes = view(upgrade('op.sync_enum_values("public", "state", ["new"], columns())'))

    assert [step.operation.value for step in steps] == ["unknown"]
    assert [note.message for note in notes] == ["which columns change with their enum is not known"]


NOTED = [
    pytest.param(
        'op.execute(f"ALTER TABLE t {change}")',
        'SQL built at run time is not judged: `op.execute(f"ALTER TABLE t {change}")`',
        id="SQL built at run time",
    ),
    pytest.param(
        "op.execute(*statements)", "SQL that is passed on is not judged", id="SQL passed on"
    ),
    pytest.param(
        'op.create_entity("x")',
        "operation `create_entity` is not Alembic's own: what it does is not judged",
        id="an operation of a plug-in",
    ),
    pytest.param(
        'op.batch_alter_table("t").paint("red")',
        "operation `paint` is not Alembic's own: what it does is not judged",
        id="an operation of a plug-in on a batch",
    ),
]


@pytest.mark.parametrize(("call", "message"), NOTED)
def test_what_is_not_understood_is_noted(call: str, message: str) -> None:
    steps, notes = view(upgrade(call))

    assert [step.operation.value for step in steps] == ["unknown"]
    assert [(note.kind, note.message, note.line) for note in notes] == [("statement", message, 6)]


def test_a_step_stands_at_its_call_and_quotes_it() -> None:
    steps, _ = view(upgrade('op.drop_column(\n    "t",\n    "a",\n)'))

    assert [(step.location, step.text) for step in steps] == [
        ((PATH, 6, 5, 6, 19), 'op.drop_column("t", "a")')
    ]


def test_the_dialect_is_handed_on() -> None:
    source = upgrade('op.drop_table("t")')

    steps, _ = alembic.view(facts(source), source, "mysql")
    assert [step.dialect for step in steps] == ["mysql"]


@pytest.mark.parametrize(
    ("source", "expected"),
    [
        pytest.param(upgrade('op.drop_table("t")'), True, id="a migration with an operation"),
        pytest.param(upgrade("pass"), False, id="a migration without one"),
        pytest.param("op.drop_table('t')\n", False, id="another thing of that name"),
        pytest.param(
            "down_revision = None\ndef upgrade(op, tables):\n    op.drop_table('t')\n",
            True,
            id="operations that are handed over",
        ),
        pytest.param(
            "def upgrade(op, tables):\n    op.drop_table('t')\n", False, id="not in a migration"
        ),
        pytest.param(
            "down_revision = None\ndef helper(op):\n    op.drop_table('t')\n",
            False,
            id="not to what Alembic calls",
        ),
        pytest.param("from alembic.op import drop_table as gone\ngone('t')\n", True, id="an alias"),
    ],
)
def test_it_concerns_files_with_operations(source: str, expected: bool) -> None:
    assert alembic.concerns(facts(source)) is expected
