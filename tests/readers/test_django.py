"""What Django migrations say: tables of source and the steps it stands for."""

from collections.abc import Sequence
from textwrap import dedent, indent
from typing import Any

import pytest

from nonevent.facts import FileFacts, SchemaStep
from nonevent.note import Note
from nonevent.readers import django, python
from nonevent.readers.interests import interests

PATH = "shop/migrations/0002_change.py"
HEAD = """\
import django.db.models.deletion
from django.conf import settings
from django.contrib.postgres.operations import (
    AddConstraintNotValid,
    AddIndexConcurrently,
    RemoveIndexConcurrently,
    TrigramExtension,
    ValidateConstraint,
)
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("shop", "0001_initial")]
"""
# How a step is run; `test_sqlconduct` has these.
CONDUCT = ("guarded", "rows", "algorithm", "lock_mode", "reversible", "extent")
COMMON = {"framework": "django", "in_transaction": True}


def facts(source: str, path: str = PATH) -> FileFacts:
    found = python.read(path, source, interests())
    assert not found.notes
    return found


def migration(operations: str, body: str = "") -> str:
    listed = indent(dedent(operations).strip(), "        ")
    return f"{HEAD}{indent(dedent(body), '    ')}    operations = [\n{listed}\n    ]\n"


def view(source: str, dialect: str = "") -> tuple[tuple[SchemaStep, ...], tuple[Note, ...]]:
    return django.view(facts(source), source, dialect)


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


def add_field(field: str) -> str:
    return f'migrations.AddField("Order", "note", models.{field})'


ADDED = [
    pytest.param(
        "CharField(max_length=20, null=True)",
        [{"column": "note", "type": "CharField(max_length=20)", "nullable": True}],
        id="a nullable column",
    ),
    pytest.param(
        "IntegerField()",
        [{"column": "note", "type": "IntegerField", "nullable": False}],
        id="a column is required unless it says otherwise",
    ),
    pytest.param(
        "BooleanField(default=False, db_column='flag')",
        [
            {
                "column": "flag",
                "type": "BooleanField",
                "nullable": False,
                "default": "False",
                "default_in_database": False,
            }
        ],
        id="Django drops the default of a column again",
    ),
    pytest.param(
        "IntegerField(db_default=7)",
        [{"column": "note", "type": "IntegerField", "nullable": False, "default": "7"}],
        id="a default of the database stays",
    ),
    pytest.param(
        "TextField(blank=True)",
        [
            {
                "column": "note",
                "type": "TextField",
                "nullable": False,
                "default": "''",
                "default_in_database": False,
            }
        ],
        id="a text that may be blank is filled with nothing",
    ),
    pytest.param(
        "DateTimeField(auto_now_add=True)",
        [
            {
                "column": "note",
                "type": "DateTimeField",
                "nullable": False,
                "default": "now",
                "default_in_database": False,
            }
        ],
        id="a time of creation is filled with now",
    ),
    pytest.param(
        "DecimalField(max_digits=5, decimal_places=2, null=True, default=None)",
        [
            {
                "column": "note",
                "type": "DecimalField(max_digits=5, decimal_places=2)",
                "nullable": True,
            }
        ],
        id="None is no default",
    ),
    pytest.param(
        "IntegerField(**OPTIONS)",
        [{"column": "note", "type": "IntegerField"}],
        id="unread keywords leave it open whether NULL is allowed",
    ),
    pytest.param(
        "BigAutoField(primary_key=True)",
        [
            {
                "column": "note",
                "type": "BigAutoField",
                "nullable": False,
                "generated": True,
                "fills": "identity",
            },
            {
                "operation": "add constraint",
                "column": "note",
                "columns": ("note",),
                "constraint": "primary key",
            },
        ],
        id="the database fills an automatic key",
    ),
    pytest.param(
        "GeneratedField(expression=F('a'), output_field=models.IntegerField(), db_persist=True)",
        [
            {
                "column": "note",
                "type": "GeneratedField",
                "nullable": False,
                "generated": True,
                "fills": "stored",
            }
        ],
        id="the database fills a generated column",
    ),
    pytest.param(
        "CharField(max_length=9, unique=True, null=True)",
        [
            {"column": "note", "type": "CharField(max_length=9)", "nullable": True},
            {
                "operation": "add constraint",
                "column": "note",
                "columns": ("note",),
                "constraint": "unique",
            },
        ],
        id="a unique column brings a constraint",
    ),
    pytest.param(
        "SlugField(null=True)",
        [
            {"column": "note", "type": "SlugField", "nullable": True},
            {"operation": "create index", "column": "note", "columns": ("note",)},
        ],
        id="a slug brings an index",
    ),
    pytest.param(
        "SlugField(null=True, db_index=False)",
        [{"column": "note", "type": "SlugField", "nullable": True}],
        id="a slug without index",
    ),
    pytest.param(
        "ForeignKey(null=True, on_delete=models.CASCADE, to='users.User')",
        [
            {
                "column": "note_id",
                "type": "ForeignKey",
                "nullable": True,
                "constraint": "foreign key",
                "references": "users_user",
            },
            {"operation": "create index", "column": "note_id", "columns": ("note_id",)},
        ],
        id="a foreign key is written into its column and brings an index",
    ),
    pytest.param(
        "ForeignKey('self', models.CASCADE, null=True, db_constraint=False, db_index=False)",
        [
            {
                "column": "note_id",
                "type": "ForeignKey",
                "nullable": True,
                "references": "shop_order",
            }
        ],
        id="a foreign key of Python alone is a plain column",
    ),
    pytest.param(
        "OneToOneField(null=True, on_delete=models.CASCADE, to=settings.AUTH_USER_MODEL)",
        [
            {
                "column": "note_id",
                "type": "OneToOneField",
                "nullable": True,
                "constraint": "foreign key",
            },
            {
                "operation": "add constraint",
                "column": "note_id",
                "columns": ("note_id",),
                "constraint": "unique",
            },
        ],
        id="a one to one relation is unique and may point to a table of the settings",
    ),
    pytest.param(
        "ManyToManyField(to='shop.Tag')",
        [{"operation": "create table", "table": "shop_order_note", "table_is_new": True}],
        id="a many to many relation is a table of its own",
    ),
    pytest.param(
        "ManyToManyField(to='shop.Tag', through='shop.Tagging')",
        [{"operation": "other", "name": "note"}],
        id="a many to many relation through a model touches nothing",
    ),
]


@pytest.mark.parametrize(("field", "expected"), ADDED)
def test_an_added_field_is_read(field: str, expected: list[dict[str, Any]]) -> None:
    steps, notes = view(migration(add_field(field)))

    base = {"operation": "add column", "table": "shop_order"}
    assert (told(steps), notes) == ([base | step for step in expected], ())


ONE_OPERATION = [
    pytest.param(
        'migrations.CreateModel(name="Cart", fields=[("id", models.AutoField()), '
        '("tag", models.ForeignKey("shop.Tag", models.CASCADE))])',
        [
            {
                "operation": "create table",
                "table": "shop_cart",
                "columns": ("id", "tag_id"),
                "table_is_new": True,
            }
        ],
        id="a model is a table named after app and model",
    ),
    pytest.param(
        'migrations.CreateModel("Cart", [], options={"db_table": "carts"})',
        [
            {
                "operation": "create table",
                "table": "carts",
                "name": "shop_cart",
                "table_is_new": True,
            }
        ],
        id="db_table names the table",
    ),
    pytest.param(
        'migrations.CreateModel("Cart", [], options={"proxy": True})',
        [{"operation": "create table", "table": "shop_cart", "keeps_data": True}],
        id="a proxy is no table",
    ),
    pytest.param(
        'migrations.DeleteModel(name="Cart")',
        [{"operation": "drop table", "table": "shop_cart"}],
        id="a model is deleted",
    ),
    pytest.param(
        'migrations.RenameModel("Cart", "Basket")',
        [{"operation": "rename table", "table": "shop_cart", "new_name": "shop_basket"}],
        id="a model is renamed",
    ),
    pytest.param(
        'migrations.AlterModelTable(name="cart", table="baskets")',
        [
            {
                "operation": "rename table",
                "table": "shop_cart",
                "name": "shop_cart",
                "new_name": "baskets",
            }
        ],
        id="a table is renamed",
    ),
    pytest.param(
        'migrations.AlterModelTable(name="cart", table="shop_cart")',
        [{"operation": "rename table", "name": "shop_cart", "new_name": "shop_cart"}],
        id="a table gets the name that it is guessed to have",
    ),
    pytest.param(
        'migrations.RemoveField(model_name="cart", name="note")',
        [{"operation": "drop column", "table": "shop_cart", "column": "note"}],
        id="a field is removed",
    ),
    pytest.param(
        'migrations.RenameField("cart", "note", "remark")',
        [
            {
                "operation": "rename column",
                "table": "shop_cart",
                "column": "note",
                "new_name": "remark",
            }
        ],
        id="a field is renamed",
    ),
    pytest.param(
        'migrations.AlterField("cart", "note", models.CharField(max_length=9, choices=[]))',
        [
            {
                "operation": "other",
                "table": "shop_cart",
                "column": "note",
                "name": "note",
                "type": "CharField(max_length=9)",
                "nullable": False,
            }
        ],
        id="what an alteration changes is not known without the former field",
    ),
    pytest.param(
        'migrations.AddIndex("cart", models.Index(fields=["-a", "b"], name="ix"))',
        [
            {
                "operation": "create index",
                "table": "shop_cart",
                "columns": ("a", "b"),
                "name": "ix",
            }
        ],
        id="an index is added",
    ),
    pytest.param(
        'AddIndexConcurrently("cart", models.Index(Lower("a"), models.F("b"), name="ix"))',
        [
            {
                "operation": "create index",
                "table": "shop_cart",
                "columns": ('Lower("a")', "b"),
                "name": "ix",
                "concurrently": True,
            }
        ],
        id="an index over an expression is added concurrently",
    ),
    pytest.param(
        'migrations.RemoveIndex("cart", "ix")',
        [{"operation": "drop index", "table": "shop_cart", "name": "ix"}],
        id="an index is removed",
    ),
    pytest.param(
        'RemoveIndexConcurrently("cart", "ix")',
        [{"operation": "drop index", "table": "shop_cart", "name": "ix", "concurrently": True}],
        id="an index is removed concurrently",
    ),
    pytest.param(
        'migrations.RenameIndex("cart", new_name="iy", old_name="ix")',
        [{"operation": "rename index", "table": "shop_cart", "name": "ix", "new_name": "iy"}],
        id="an index is renamed",
    ),
    pytest.param(
        'migrations.AddConstraint("cart", models.UniqueConstraint(fields=["a"], name="uq"))',
        [
            {
                "operation": "add constraint",
                "table": "shop_cart",
                "columns": ("a",),
                "name": "uq",
                "constraint": "unique",
            }
        ],
        id="a unique constraint is added",
    ),
    pytest.param(
        'migrations.AddConstraint("cart", models.UniqueConstraint(fields=["a"], name="uq", '
        "condition=models.Q(b=1)))",
        [
            {
                "operation": "create index",
                "table": "shop_cart",
                "columns": ("a",),
                "name": "uq",
                "unique": True,
                "condition": "models.Q(b=1)",
            }
        ],
        id="a conditional unique constraint is an index",
    ),
    pytest.param(
        'migrations.AddConstraint("cart", models.CheckConstraint(check=models.Q(a=1), name="c"))',
        [
            {
                "operation": "add constraint",
                "table": "shop_cart",
                "name": "c",
                "constraint": "check",
                "condition": "models.Q(a=1)",
            }
        ],
        id="a check is added",
    ),
    pytest.param(
        'AddConstraintNotValid("cart", models.CheckConstraint(check=models.Q(a=1), name="c"))',
        [
            {
                "operation": "add constraint",
                "table": "shop_cart",
                "name": "c",
                "constraint": "check",
                "valid": False,
                "condition": "models.Q(a=1)",
            }
        ],
        id="a check is added without validation",
    ),
    pytest.param(
        'ValidateConstraint("cart", "c")',
        [{"operation": "validate constraint", "table": "shop_cart", "name": "c"}],
        id="a constraint is validated",
    ),
    pytest.param(
        'migrations.RemoveConstraint("cart", "c")',
        [{"operation": "drop constraint", "table": "shop_cart", "name": "c"}],
        id="a constraint is removed",
    ),
    pytest.param(
        'migrations.AlterUniqueTogether("cart", {("a", "b")})',
        [
            {
                "operation": "add constraint",
                "table": "shop_cart",
                "columns": ("a", "b"),
                "constraint": "unique",
            }
        ],
        id="fields become unique together",
    ),
    pytest.param(
        'migrations.AlterUniqueTogether("cart", set([("a", "b"), ("c",)]))',
        [
            {
                "operation": "add constraint",
                "table": "shop_cart",
                "constraint": "unique",
            }
        ],
        id="with several groups it is not known which is new",
    ),
    pytest.param(
        'migrations.AlterUniqueTogether("cart", unique_together=set())',
        [{"operation": "drop constraint", "table": "shop_cart", "constraint": "unique"}],
        id="no fields are unique together any longer",
    ),
    pytest.param(
        'migrations.AlterIndexTogether("cart", {("a", "b")})',
        [{"operation": "create index", "table": "shop_cart", "columns": ("a", "b")}],
        id="fields become indexed together",
    ),
    pytest.param(
        'migrations.AlterModelOptions("cart", {"ordering": ["a"]})',
        [{"operation": "other", "table": "shop_cart"}],
        id="options of a model change Python alone",
    ),
    pytest.param(
        "migrations.RunPython(forwards, migrations.RunPython.noop)",
        [{"operation": "data"}],
        id="Python code moves rows",
    ),
    pytest.param(
        "migrations.RunPython(migrations.RunPython.noop)",
        [{"operation": "other"}],
        id="Python code that does nothing",
    ),
    pytest.param("TrigramExtension()", [{"operation": "other"}], id="an extension is installed"),
    pytest.param(
        'migrations.RunSQL("DROP TABLE a", migrations.RunSQL.noop)',
        [{"operation": "drop table", "table": "a"}],
        id="SQL without a way back",
    ),
    pytest.param(
        'migrations.RunSQL("DROP TABLE a", reverse_sql="DROP TABLE b")',
        [
            {"operation": "drop table", "table": "a"},
            {"operation": "drop table", "table": "b", "direction": "down"},
        ],
        id="SQL with a way back",
    ),
    pytest.param(
        'migrations.RunSQL(["DROP TABLE a", ("UPDATE b SET c = %s", [1])])',
        [{"operation": "drop table", "table": "a"}, {"operation": "data", "table": "b"}],
        id="SQL in a list, some with parameters",
    ),
    pytest.param(
        "migrations.RunSQL(migrations.RunSQL.noop, migrations.RunSQL.noop)",
        [{"operation": "other"}],
        id="SQL that does nothing",
    ),
]


@pytest.mark.parametrize(("operation", "expected"), ONE_OPERATION)
def test_one_operation_is_read(operation: str, expected: list[dict[str, Any]]) -> None:
    steps, notes = view(migration(operation))

    assert (told(steps), notes) == (expected, ())


def test_other_databases_add_a_foreign_key_by_itself() -> None:
    field = "ForeignKey(null=True, db_index=False, on_delete=models.CASCADE, to='shop.Tag')"

    steps, _ = view(migration(add_field(field)), "mysql")
    assert [(step.operation, step.constraint) for step in steps] == [
        ("add column", ""),
        ("add constraint", "foreign key"),
    ]


# (operation, table, column or new name, keeps_data)
Line = tuple[str, str, str, bool]


def lines(steps: Sequence[SchemaStep]) -> list[Line]:
    return [
        (step.operation.value, step.table, step.new_name or step.column, step.keeps_data)
        for step in steps
    ]


STATES = [
    pytest.param(
        """
        migrations.SeparateDatabaseAndState(
            database_operations=[migrations.RunSQL("DROP TABLE a")],
            state_operations=[
                migrations.RemoveField("cart", "note"),
                unheard.Of("cart"),
            ],
        ),
        migrations.RemoveField("cart", "other"),
        """,
        "",
        [
            ("drop table", "a", "", False),
            ("drop column", "shop_cart", "note", True),
            ("drop column", "shop_cart", "other", False),
        ],
        id="state operations keep the data",
    ),
    pytest.param(
        "migrations.SeparateDatabaseAndState([], [migrations.DeleteModel('Cart')])",
        "",
        [("drop table", "shop_cart", "", True)],
        id="by position",
    ),
    pytest.param(
        "migrations.SeparateDatabaseAndState(state_operations=in_state)",
        'in_state = [migrations.RemoveField("cart", "note")]\n',
        [("drop column", "shop_cart", "note", True)],
        id="by a name",
    ),
    pytest.param(
        """
        migrations.RunSQL(
            "DROP TABLE a", state_operations=[migrations.DeleteModel("Cart")]
        ),
        """,
        "",
        [("drop table", "a", "", False), ("drop table", "shop_cart", "", True)],
        id="beside SQL",
    ),
    pytest.param(
        'migrations.RemoveField("cart", "note")',
        'replaces = [("shop", "0002_a"), ("shop", "0003_b")]\n',
        [("drop column", "shop_cart", "note", True)],
        id="in a squashed migration",
    ),
    pytest.param(
        'migrations.RemoveField("cart", "note")',
        "replaces = []\n",
        [("drop column", "shop_cart", "note", False)],
        id="in a migration that replaces none",
    ),
    pytest.param(
        """
        migrations.CreateModel("Cart", [], options={"managed": False}),
        migrations.AddField("cart", "note", models.TextField()),
        """,
        "",
        [("create table", "shop_cart", "", True), ("add column", "shop_cart", "note", True)],
        id="of a model that Django does not manage",
    ),
    pytest.param(
        """
        migrations.CreateModel("Cart", [], options={"db_table": "carts"}),
        migrations.RenameModel("Cart", "Basket"),
        migrations.DeleteModel("Basket"),
        """,
        "",
        [
            ("create table", "carts", "", False),
            ("rename table", "carts", "carts", True),
            ("drop table", "carts", "", False),
        ],
        id="of a model whose table is named by itself",
    ),
]


@pytest.mark.parametrize(("operations", "body", "expected"), STATES)
def test_what_leaves_the_database_alone(operations: str, body: str, expected: list[Line]) -> None:
    steps, notes = view(migration(operations, body))

    assert (lines(steps), notes) == (expected, ())


FORMER = [
    pytest.param(
        """
        migrations.AddField("cart", "note", models.CharField(max_length=9, null=True)),
        migrations.AlterField("cart", "note", models.CharField(max_length=9, unique=True)),
        """,
        [
            {"operation": "set not null", "column": "note", "nullable": False},
            {
                "operation": "add constraint",
                "column": "note",
                "columns": ("note",),
                "constraint": "unique",
            },
        ],
        id="a column becomes required and unique",
    ),
    pytest.param(
        """
        migrations.AddField("cart", "note", models.CharField(max_length=9)),
        migrations.AlterField("cart", "note", models.TextField(null=True)),
        """,
        [
            {
                "operation": "alter column type",
                "column": "note",
                "type": "TextField",
                "old_type": "CharField(max_length=9)",
            },
            {"operation": "drop not null", "column": "note", "nullable": True},
        ],
        id="a column changes its type and may be empty",
    ),
    pytest.param(
        """
        migrations.AddField("cart", "note", models.TextField()),
        migrations.AlterField("cart", "note", models.TextField(help_text="x")),
        """,
        [
            {
                "operation": "other",
                "column": "note",
                "name": "note",
                "type": "TextField",
                "nullable": False,
            }
        ],
        id="a help text changes Python alone",
    ),
    pytest.param(
        """
        migrations.AddField("cart", "tag", models.ForeignKey("shop.Tag", models.CASCADE)),
        migrations.RenameField("cart", "tag", "label"),
        """,
        [{"operation": "rename column", "column": "tag_id", "new_name": "label_id"}],
        id="a foreign key's column is renamed with it",
    ),
    pytest.param(
        """
        migrations.AddField("cart", "tag", models.ForeignKey("shop.Tag", models.CASCADE)),
        migrations.RemoveField("cart", "tag"),
        """,
        [{"operation": "drop column", "column": "tag_id"}],
        id="a foreign key's column goes with it",
    ),
    pytest.param(
        """
        migrations.AddField("cart", "a", models.TextField(db_column="b")),
        migrations.RenameField("cart", "a", "c"),
        """,
        [{"operation": "rename column", "column": "b", "new_name": "b", "keeps_data": True}],
        id="a column with a name of its own stays",
    ),
]


@pytest.mark.parametrize(("operations", "expected"), FORMER)
def test_the_former_field_is_known_in_one_file(
    operations: str, expected: list[dict[str, Any]]
) -> None:
    steps, _ = view(migration(operations))

    second = [step for step in steps if not step.text.startswith("migrations.AddField")]
    assert told(second) == [{"table": "shop_cart"} | step for step in expected]


NEW = [
    pytest.param(
        """
        migrations.AddField("cart", "a", models.TextField()),
        migrations.CreateModel("Cart", [("id", models.AutoField())]),
        migrations.AddField("Cart", "b", models.TextField()),
        migrations.RenameModel("Cart", "Basket"),
        migrations.AddIndex("basket", models.Index(fields=["b"], name="ix")),
        """,
        [False, True, True, True, True],
        id="a table is new after it is created, under every name",
    ),
    pytest.param(
        """
        migrations.SeparateDatabaseAndState(
            state_operations=[migrations.CreateModel("Cart", [])],
        ),
        migrations.AddField("cart", "b", models.TextField()),
        """,
        [False, False],
        id="a table that only the state learns of is not new",
    ),
]


@pytest.mark.parametrize(("operations", "expected"), NEW)
def test_new_tables_are_known(operations: str, expected: list[bool]) -> None:
    steps, _ = view(migration(operations))

    assert [step.table_is_new for step in steps] == expected


@pytest.mark.parametrize(
    ("path", "expected"),
    [
        pytest.param("shop/migrations/0002_initial.py", True, id="the second of the first ones"),
        pytest.param("shop/migrations/0009_users.py", False, id="a later one that says so"),
    ],
)
def test_initial_migrations_meet_new_tables(path: str, expected: bool) -> None:
    source = migration('migrations.RemoveField("cart", "note")', "initial = True\n")

    steps, _ = django.view(facts(source, path), source)
    assert [step.table_is_new for step in steps] == [expected]


def test_a_migration_may_run_without_a_transaction() -> None:
    steps, _ = view(migration('migrations.DeleteModel("Cart")', "atomic = False\n"))

    assert [step.in_transaction for step in steps] == [False]


NOTED = [
    pytest.param(
        "migrations.RunSQL(f'ALTER TABLE t {CHANGE}')",
        "SQL built at run time is not judged: `migrations.RunSQL(f'ALTER TABLE t {CHANGE}')`",
        id="SQL built at run time",
    ),
    pytest.param(
        "pgtrigger.migrations.MoveTrigger(model_name='cart')",
        "operation `MoveTrigger` is not Django's own: what it does is not judged",
        id="an operation of a plug-in",
    ),
    pytest.param(
        "migrations.SeparateDatabaseAndState([pgtrigger.MoveTrigger()], [])",
        "operation `MoveTrigger` is not Django's own: what it does is not judged",
        id="an operation of a plug-in inside another",
    ),
    pytest.param(
        "*more()",
        "operation `more` is not Django's own: what it does is not judged",
        id="operations made by a function",
    ),
]


@pytest.mark.parametrize(("operation", "message"), NOTED)
def test_what_is_not_understood_is_noted(operation: str, message: str) -> None:
    steps, notes = view(migration(operation))

    assert [step.operation.value for step in steps] == ["unknown"]
    assert [(note.kind, note.message, note.line) for note in notes] == [("statement", message, 16)]


# -- operations of the project's own -----------------------------------------------------------

PASSES_ON = """\
    def database_forwards(self, app_label, schema_editor, from_state, to_state):
        if schema_editor.connection.vendor == "postgresql":
            super().database_forwards(app_label, schema_editor, from_state, to_state)
"""
LEAVES_OUT = """\
    def database_forwards(self, *args):
        pass  # done by hand
"""
ELSEWISE = """\
    def database_forwards(self, app_label, schema_editor, from_state, to_state):
        schema_editor.execute(self.statement())
"""
OWN_ARGUMENTS = """\
    def __init__(self, table, column):
        super().__init__(table.split(".")[1], column)
"""
DROPPED = ["drop column"]


@pytest.mark.parametrize(
    ("base", "body", "call", "expected"),
    [
        pytest.param("migrations.RemoveField", "", '("cart", "note")', DROPPED, id="as it is"),
        pytest.param(
            "migrations.RemoveField", PASSES_ON, '("cart", "note")', DROPPED, id="on a condition"
        ),
        pytest.param(
            "migrations.RemoveField", ELSEWISE, '("cart", "note")', ["unknown"], id="in its own way"
        ),
        pytest.param(
            "migrations.RemoveField",
            OWN_ARGUMENTS,
            '("shop.cart", "note")',
            ["unknown"],
            id="arguments that mean something else",
        ),
        pytest.param(
            "migrations.RemoveField",
            OWN_ARGUMENTS,
            '(model_name="cart", name="note")',
            DROPPED,
            id="its own arguments under Django's names",
        ),
        pytest.param("Parent", "", '("cart", "note")', DROPPED, id="through another class"),
        pytest.param("object", "", '("cart", "note")', ["unknown"], id="none of Django's"),
    ],
)
def test_an_operation_made_in_the_migration_is_read_by_its_class(
    base: str, body: str, call: str, expected: list[str]
) -> None:
    parent = "class Parent(migrations.RemoveField):\n    reduces_to_sql = True\n\n\n"
    own = f"{parent}class Own({base}):\n    atomic = False\n\n{body}\n\n"
    text = migration(f"Own{call}").replace("class Migration(", f"{own}class Migration(")
    steps, _ = view(text)

    assert [step.operation.value for step in steps] == expected
    assert {(step.table, step.column) for step in steps if expected == DROPPED} <= {
        ("shop_cart", "note")
    }


def test_an_operation_that_leaves_the_database_alone_keeps_its_data() -> None:
    own = f"class Own(migrations.RemoveField):\n{LEAVES_OUT}\n\n"
    text = migration('Own("cart", "note")').replace("class Migration(", f"{own}class Migration(")
    steps, notes = view(text)

    assert [(step.operation.value, step.keeps_data) for step in steps] == [("drop column", True)]
    assert not notes


@pytest.mark.parametrize(
    ("operation", "expected"),
    [
        pytest.param('SafeRemoveField("cart", "note")', [("drop column", False)], id="safe"),
        pytest.param(
            'RemoveFieldIfExists(model_name="cart", name="note")',
            [("drop column", False)],
            id="more behind the name",
        ),
        pytest.param('RemoveFieldState("cart", "note")', [("drop column", True)], id="the state"),
        pytest.param('FakeRemoveField("cart", "note")', [("unknown", False)], id="nothing done"),
        pytest.param('RemoveFields("cart", "note")', [("unknown", False)], id="another word"),
        pytest.param('SafeRemoveField("cart")', [("unknown", False)], id="too few arguments"),
        pytest.param('SafeAddIndexConcurrently("cart")', [("unknown", False)], id="no index"),
        pytest.param("linter.IgnoreMigration()", [("other", False)], id="a linter's word"),
    ],
)
def test_an_operation_of_another_module_is_read_by_its_name(
    operation: str, expected: list[tuple[str, bool]]
) -> None:
    text = migration(operation).replace(
        "from django.db import", "from common.operations import *\nfrom django.db import", 1
    )
    steps, notes = view(text)

    assert [(step.operation.value, step.keeps_data) for step in steps] == expected
    assert bool(notes) == ("unknown" in expected[0])


@pytest.mark.parametrize("module", ["operations", "operations.fields"])
def test_operations_are_known_from_where_django_defines_them(module: str) -> None:
    text = migration('Gone("cart", "note")').replace(
        "from django.db import",
        f"from django.db.migrations.{module} import RemoveField as Gone\nfrom django.db import",
        1,
    )
    steps, _ = view(text)

    assert [step.operation.value for step in steps] == DROPPED


def test_a_step_stands_at_its_operation_and_quotes_it() -> None:
    inner = 'migrations.DeleteModel(\n        "Cart"\n    )'
    nested = f"migrations.SeparateDatabaseAndState(\n    [{inner}]\n)"
    steps, _ = view(migration(nested))

    assert [(step.location, step.text) for step in steps] == [
        ((PATH, 17, 14, 17, 36), 'migrations.DeleteModel("Cart")')
    ]


@pytest.mark.parametrize(
    ("path", "source", "expected"),
    [
        pytest.param(PATH, migration("migrations.DeleteModel('A')"), True, id="a migration"),
        pytest.param(
            "shop/changes/0002.py", migration("migrations.DeleteModel('A')"), True, id="elsewhere"
        ),
        pytest.param(PATH, migration(""), False, id="a migration without operations"),
        pytest.param(
            "tests/test_migrations.py",
            "from django.db import migrations\nmigrations.DeleteModel('A')\n",
            False,
            id="a test of migrations",
        ),
    ],
)
def test_it_concerns_migrations_with_operations(path: str, source: str, expected: bool) -> None:
    assert django.concerns(facts(source, path)) is expected
