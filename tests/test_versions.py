"""A migration beside the code of the version before it: what is still used, and what is not."""

from textwrap import dedent

import pytest

from nonevent.change import Change, ChangedFile, Side, held
from nonevent.facts import Operation, SchemaStep
from nonevent.finding import Finding, Persona
from nonevent.judge import audible
from nonevent.location import Location
from nonevent.options import Options
from nonevent.pipeline import examine, prepare
from nonevent.versions import matters

TASK = prepare(Options())
RULES = (
    "column-still-used",
    "table-still-used",
    "null-still-written",
    "dropped-column",
    "dropped-table",
    "renamed-column",
    "renamed-table",
    "renamed-enum-value",
    "column-and-code-in-one-release",
)
MIGRATION = "migrations/versions/0007_x.py"
MODELS = """
    from shop.db import Base

    class Order(Base):
        __tablename__ = "orders"
        id = Column(Integer, primary_key=True)
        note = Column("note", Text)
"""


def side(files: dict[str, str]) -> Side:
    contents = {path: held(dedent(text).encode()) for path, text in files.items()}
    return {path: content for path, content in contents.items() if content is not None}


def migration(*operations: str) -> str:
    body = "\n    ".join(operations)
    return (
        f"from alembic import op\nrevision = '7'\ndown_revision = '6'\ndef upgrade():\n    {body}\n"
    )


def brought(
    before: dict[str, str], after: dict[str, str | None], persona: Persona = Persona.PEDANTIC
) -> list[Finding]:
    """Return what a change finds of columns and tables; `after` holds the files that it changes."""
    old = side(before)
    files = tuple(
        ChangedFile(path, held(dedent(text).encode()) if text is not None else None, old.get(path))
        for path, text in after.items()
    )
    outcome = examine(Change(files, compares=True, whole=lambda: old), TASK)
    return [found for found in audible(outcome.findings, persona) if found.rule in RULES]


def rules(found: list[Finding]) -> list[str]:
    return [each.rule for each in found]


DROP = migration("op.drop_column('orders', 'note')")


def test_code_and_column_that_go_in_one_release_are_found_from_the_version_before() -> None:
    without = "\n".join(line for line in MODELS.splitlines() if "note" not in line)

    (found,) = brought({"shop/models.py": MODELS}, {"shop/models.py": without, MIGRATION: DROP})

    assert (found.rule, found.severity, found.location.line) == ("column-still-used", "error", 5)
    (place,) = found.related
    assert place.location[:2] == ("shop/models.py", 7)
    assert place.before == '    note = Column("note", Text)'
    assert "running version" in place.message


def test_a_file_that_the_change_deletes_is_read_as_it_was() -> None:
    found = brought({"shop/models.py": MODELS}, {"shop/models.py": None, MIGRATION: DROP})

    assert rules(found) == ["column-still-used"]


def test_a_column_that_no_code_names_any_more_is_for_the_pedantic() -> None:
    models = MODELS.replace("note", "remark")

    (found,) = brought({"shop/models.py": models}, {MIGRATION: DROP})

    assert (found.rule, found.severity) == ("dropped-column", "note")
    assert "no code of the running version names it" in found.message
    assert brought({"shop/models.py": models}, {MIGRATION: DROP}, Persona.REGULAR) == []


@pytest.mark.parametrize(
    "files",
    [
        pytest.param({}, id="no class maps the table"),
        pytest.param(
            {"shop/models.py": MODELS.replace("note", "remark").replace("(Base)", "(Base, Other)")},
            id="a base of the class stands nowhere",
        ),
        pytest.param(
            {
                "shop/models.py": MODELS.replace("note", "remark"),
                "shop/report.py": "TEXT = 'select note, id from orders, users'",
            },
            id="a query names the column beside two tables",
        ),
        pytest.param(
            {
                "shop/models.py": 'orders = Table("orders", metadata, autoload_with=engine)',
            },
            id="the table is read from the database",
        ),
        pytest.param(
            {
                "shop/models.py": MODELS.replace("note", "remark"),
                "shop/broken.py": "from shop.models import Order\nnote = = 1",
            },
            id="a file that names both cannot be parsed",
        ),
    ],
)
def test_what_cannot_be_read_whole_stays_an_error(files: dict[str, str]) -> None:
    (found,) = brought(files, {MIGRATION: DROP})

    assert (found.rule, found.severity) == ("dropped-column", "error")


@pytest.mark.parametrize(
    "files",
    [
        pytest.param(
            {
                "shop/models.py": """
                    class Order(Noted):
                        __tablename__ = "orders"
                        id = Column(Integer, primary_key=True)
                """,
                "shop/mixins.py": "class Noted:\n    note = Column(Text)",
            },
            id="a mixin of another module brings the column",
        ),
        pytest.param(
            {"shop/tables.py": 'orders = Table("orders", metadata, Column("note", Text))'},
            id="a table of Core holds it",
        ),
        pytest.param({"shop/jobs.py": "Q = 'UPDATE orders SET note = 1'"}, id="SQL writes it"),
        pytest.param({"queries/late.sql": "SELECT note FROM orders;"}, id="a file of SQL reads it"),
        pytest.param(
            {
                "shop/models.py": """
                    class Order(db.Model):
                        id = db.Column(db.Integer, primary_key=True)
                        text = db.Column("note", db.Text)
                """
            },
            id="another attribute stands for it",
        ),
        pytest.param(
            {
                "shop/models.py": """
                    class Order(SQLModel, table=True):
                        __tablename__ = "orders"
                        id: int = Field(primary_key=True)
                        note: str
                """
            },
            id="SQLModel maps an annotation",
        ),
    ],
)
def test_a_use_of_the_version_before_is_found(files: dict[str, str]) -> None:
    migrations = migration("op.drop_column('orders', 'note')", "op.drop_column('order', 'note')")
    found = brought(files, {MIGRATION: migrations})

    assert "column-still-used" in rules(found)


@pytest.mark.parametrize(
    "files",
    [
        pytest.param({"tests/models.py": MODELS}, id="a test serves nobody"),
        pytest.param({"migrations/versions/0001_a.py": MODELS}, id="a migration has run"),
        pytest.param(
            {"shop/models.py": MODELS.replace('"orders"', '"bills"')}, id="the table is another one"
        ),
        pytest.param(
            {"shop/jobs.py": '"""Select note from orders."""'}, id="a docstring is no query"
        ),
    ],
)
def test_what_is_no_use_is_none(files: dict[str, str]) -> None:
    assert "column-still-used" not in rules(brought(files, {MIGRATION: DROP}))


def test_a_table_that_goes_or_changes_its_name_is_found() -> None:
    done = migration("op.drop_table('orders')", "op.rename_table('bills', 'invoices')")
    models = MODELS + MODELS.replace("Order", "Bill").replace('"orders"', '"bills"')

    found = brought({"shop/models.py": models}, {MIGRATION: done})

    assert rules(found) == ["table-still-used", "table-still-used"]


def test_a_table_that_the_migration_makes_again_is_there() -> None:
    done = migration("op.rename_table('orders', 'old')", "op.rename_table('copy', 'orders')")

    found = brought({"shop/models.py": MODELS}, {MIGRATION: done})

    assert "table-still-used" not in rules(found)


def test_a_table_renamed_before_is_known_by_its_old_name() -> None:
    done = migration("op.rename_table('orders', 'bills')", "op.drop_column('bills', 'note')")

    found = brought({"shop/models.py": MODELS}, {MIGRATION: done})

    assert rules(found) == ["table-still-used", "column-still-used"]


def test_a_history_of_rows_has_the_columns_of_its_model() -> None:
    models = """
        from django.db import models

        class Order(models.Model):
            note = models.TextField()
            history = HistoricalRecords()
    """
    done = """
        from django.db import migrations

        class Migration(migrations.Migration):
            operations = [migrations.RemoveField("historicalorder", "note")]
    """
    found = brought({"shop/models.py": models}, {"shop/migrations/0002_x.py": done})

    assert rules(found) == ["column-still-used"]


@pytest.mark.parametrize(
    ("bases", "body", "table"),
    [
        ("Base, Versioned", "note = Column(Text)", "orders_history"),
        ("Base", "__versioned__ = {}\n            note = Column(Text)", "orders_version"),
    ],
    ids=["the recipe of SQLAlchemy's documentation", "SQLAlchemy-Continuum"],
)
def test_a_table_of_former_rows_has_the_columns_of_its_class(
    bases: str, body: str, table: str
) -> None:
    models = f"""
        from sqlalchemy import Column, Integer, Text
        from shop.base import Base, Versioned

        class Order({bases}):
            __tablename__ = "orders"
            id = Column(Integer, primary_key=True)
            {body}
    """
    done = migration(f"op.drop_column('{table}', 'note')")
    gone = migration(f"op.drop_column('{table}', 'other')")

    assert rules(brought({"shop/models.py": models}, {MIGRATION: done})) == ["column-still-used"]
    assert "column-still-used" not in rules(brought({"shop/models.py": models}, {MIGRATION: gone}))


@pytest.mark.parametrize("base", ["models.TextChoices", "models.QuerySet", "forms.ModelForm"])
def test_a_class_of_django_that_is_no_model_maps_nothing(base: str) -> None:
    models = f"""
        from django import forms
        from django.db import models

        class Bill(models.Model):
            pass

        class Order({base}):
            note = forms.CharField()
    """
    done = """
        from django.db import migrations

        class Migration(migrations.Migration):
            operations = [migrations.RemoveField("order", "note")]
    """
    (found,) = brought({"shop/models.py": models}, {"shop/migrations/0002_x.py": done})

    assert (found.rule, found.severity) == ("dropped-column", "note")


def test_the_table_of_a_relation_is_used_by_its_class() -> None:
    models = """
        from django.db import models

        class Order(models.Model):
            tags = models.ManyToManyField("Tag")
    """
    done = migration("op.execute('ALTER TABLE shop_order_tags RENAME TO shop_marks')")

    (found,) = brought({"shop/models.py": models}, {MIGRATION: done})

    assert (found.rule, found.related[0].location.line) == ("table-still-used", 5)


def test_a_table_that_a_library_may_name_after_a_class_stays_unknown() -> None:
    models = """
        from django.db import models

        class Order(with_copies("uuid"), models.Model):
            note = models.TextField()
    """
    done = """
        from django.db import migrations

        class Migration(migrations.Migration):
            operations = [
                migrations.RemoveField("copiedorder", "note"),
                migrations.DeleteModel("CopiedOrder"),
                migrations.DeleteModel("Coupon"),
            ]
    """
    found = brought({"shop/models.py": models}, {"shop/migrations/0002_x.py": done})

    assert [(each.rule, each.severity) for each in found] == [
        ("dropped-column", "error"),
        ("dropped-table", "error"),
        ("dropped-table", "note"),
    ]


def test_a_field_of_django_without_a_column_loses_nothing() -> None:
    models = """
        from django.db import models

        class Order(models.Model):
            target = GenericForeignKey("kind", "number")
    """
    done = """
        from django.db import migrations

        class Migration(migrations.Migration):
            operations = [migrations.RemoveField("order", "target")]
    """

    assert brought({"shop/models.py": models}, {"shop/migrations/0002_x.py": done}) == []


def test_a_drop_and_an_addition_that_the_new_code_needs_have_no_order() -> None:
    done = migration(
        "op.add_column('orders', sa.Column('remark', sa.Text()))",
        "op.drop_column('orders', 'note')",
    )

    added, found = brought(
        {"shop/models.py": MODELS},
        {"shop/models.py": MODELS.replace("note", "remark"), MIGRATION: done},
    )

    assert added.rule == "column-and-code-in-one-release"
    assert found.message.endswith(
        "the new version needs `orders.remark` first, so no order of the two works"
    )


@pytest.mark.parametrize(
    ("old", "new", "expected"),
    [
        pytest.param("String(40)", "sa.Integer()", ["column-still-used"], id="another sort"),
        pytest.param("String(40)", "sa.String(20)", ["column-still-used"], id="a shorter one"),
        pytest.param("String(40)", "sa.Text()", [], id="a longer one"),
        pytest.param("Integer", "sa.BigInteger()", [], id="a wider one"),
        pytest.param("Money", "sa.Integer()", [], id="a type of the project's own"),
    ],
)
def test_a_column_that_becomes_another_type(old: str, new: str, expected: list[str]) -> None:
    models = MODELS.replace("Text", old)
    done = migration(f"op.alter_column('orders', 'note', type_={new})")

    assert rules(brought({"shop/models.py": models}, {MIGRATION: done})) == expected


def test_a_label_that_changes_is_shown_where_an_enumeration_holds_it() -> None:
    states = """
        class OrderState(StrEnum):
            NEW = "new"
            PAID = "paid"

        class BillState(StrEnum):
            PAID = "paid"
    """
    done = migration("op.execute(\"ALTER TYPE order_state RENAME VALUE 'paid' TO 'settled'\")")

    (found,) = brought({"shop/states.py": states}, {MIGRATION: done})

    assert found.rule == "renamed-enum-value"
    assert [place.location[:2] for place in found.related] == [("shop/states.py", 4)]


def test_a_change_without_such_steps_reads_no_other_version() -> None:
    def never() -> Side:
        raise AssertionError("the version before was read")

    added = migration("op.add_column('orders', sa.Column('remark', sa.Text()))")
    file = ChangedFile(MIGRATION, held(added.encode()), None)

    examine(Change((file,), compares=True, whole=never), TASK)


def test_a_step_that_stood_there_before_is_not_put_beside_the_code() -> None:
    file = ChangedFile(MIGRATION, held(DROP.encode()), held(DROP.encode()), added=frozenset({1}))
    change = Change((file,), compares=True, whole=lambda: side({"shop/models.py": MODELS}))

    assert examine(change, TASK).findings == ()


def test_the_way_back_takes_nothing() -> None:
    place = Location(MIGRATION, 1, 1, 1, 1)
    step = SchemaStep(Operation.DROP_COLUMN, place, "alembic", table="a", column="b")

    assert matters(step)
    assert not matters(step._replace(direction="down"))
    assert not matters(step._replace(table_is_new=True))
    assert not matters(step._replace(keeps_data=True))


def plain(files: dict[str, str]) -> list[tuple[str, str, int]]:
    """Return what is found without a version before."""
    change = Change(
        tuple(ChangedFile(path, content) for path, content in sorted(side(files).items()))
    )
    outcome = examine(change, TASK)
    return [
        (found.rule, found.location.path, found.location.line)
        for found in outcome.findings
        if found.rule in RULES
    ]


FIRST = migration("op.create_table('orders', sa.Column('id', sa.Integer()))").replace("'6'", "None")
LAST = DROP.replace("'7'", "'8'").replace("'6'", "'7'")


def test_without_a_version_before_the_newest_migration_meets_the_code_as_it_is() -> None:
    files = {"shop/models.py": MODELS, MIGRATION: FIRST, "migrations/versions/0008_y.py": LAST}

    assert plain(files) == [("column-still-used", "migrations/versions/0008_y.py", 5)]


def test_without_a_version_before_what_the_code_does_not_use_stays_unknown() -> None:
    models = MODELS.replace("note", "remark")
    files = {"shop/models.py": models, MIGRATION: FIRST, "migrations/versions/0008_y.py": LAST}

    assert plain(files) == [("dropped-column", "migrations/versions/0008_y.py", 5)]


def test_without_a_version_before_an_older_migration_does_not_meet_the_code() -> None:
    newest = migration("op.add_column('orders', sa.Column('note', sa.Text()))")
    files = {
        "shop/models.py": MODELS,
        MIGRATION: FIRST,
        "migrations/versions/0008_y.py": LAST,
        "migrations/versions/0009_z.py": newest.replace("'7'", "'9'").replace("'6'", "'8'"),
    }

    assert plain(files) == [("dropped-column", "migrations/versions/0008_y.py", 5)]


@pytest.mark.parametrize(
    ("path", "needed"),
    [
        pytest.param("shop/models.py", "`orders.remark`", id="code begins to name it"),
        pytest.param("tests/test_models.py", "", id="a test does"),
    ],
)
def test_a_column_that_code_of_the_change_begins_to_name(path: str, needed: str) -> None:
    done = migration("op.add_column('orders', sa.Column('remark', sa.Text()))")
    found = brought(
        {"shop/models.py": MODELS}, {path: MODELS + "    remark = Column(Text)", MIGRATION: done}
    )

    assert [each.message[: len(needed)] for each in found] == [needed] * bool(needed)


# -- what Django's models lose first, and the database later --------------------------------------

OF_DJANGO = "from django.db import migrations, models\n\n\nclass Migration(migrations.Migration):\n"


def django_migration(before: str, operation: str) -> str:
    needed = f'    dependencies = [("shop", "{before}")]\n' if before else "    initial = True\n"
    return f"{OF_DJANGO}{needed}    operations = [{operation}]\n"


MADE = django_migration(
    "",
    'migrations.CreateModel("Order", [("id", models.AutoField(primary_key=True)), '
    '("note", models.TextField())])',
)
IN_STATE = "migrations.SeparateDatabaseAndState(state_operations=[{}])"
TAKEN = {
    "a column": (
        'migrations.RemoveField("order", "note")',
        'migrations.RunSQL("ALTER TABLE shop_order DROP COLUMN note")',
        "dropped-column",
        "`shop_order.note`",
    ),
    "a table": (
        'migrations.DeleteModel("Order")',
        'migrations.RunSQL("DROP TABLE shop_order")',
        "dropped-table",
        "`shop_order`",
    ),
}


@pytest.mark.parametrize(("lost", "dropped", "rule", "what"), TAKEN.values(), ids=TAKEN)
def test_what_the_models_lost_in_an_earlier_migration_is_a_note(
    lost: str, dropped: str, rule: str, what: str
) -> None:
    files = side(
        {
            "shop/migrations/0001_initial.py": MADE,
            "shop/migrations/0002_forget.py": django_migration(
                "0001_initial", IN_STATE.format(lost)
            ),
            "shop/migrations/0003_drop.py": django_migration("0002_forget", dropped),
        }
    )
    outcome = examine(Change(tuple(ChangedFile(path, text) for path, text in files.items())), TASK)
    found = [finding for finding in outcome.findings if finding.rule == rule]

    assert [(one.severity, one.persona) for one in found] == [("note", Persona.PEDANTIC)]
    assert found[0].message.startswith(f"{what} is dropped; `0002_forget` took it out of the")


@pytest.mark.parametrize(("lost", "dropped", "rule", "what"), TAKEN.values(), ids=TAKEN)
def test_what_the_models_lose_in_the_same_migration_still_runs(
    lost: str, dropped: str, rule: str, what: str
) -> None:
    both = f"{IN_STATE.format(lost)}, {dropped}"
    files = side(
        {
            "shop/migrations/0001_initial.py": MADE,
            "shop/migrations/0002_drop.py": django_migration("0001_initial", both),
        }
    )
    outcome = examine(Change(tuple(ChangedFile(path, text) for path, text in files.items())), TASK)
    found = [finding for finding in outcome.findings if finding.rule == rule]

    assert [(one.severity, one.message.partition(" is ")[0]) for one in found] == [("error", what)]


def test_what_the_models_lose_in_the_same_change_still_runs() -> None:
    """The code of the version before cannot be read: it may use the column."""
    lost, dropped, rule, _ = TAKEN["a column"]
    old = side({"shop/migrations/0001_initial.py": MADE, "shop/models.py": "class Order(\n"})
    new = side(
        {
            "shop/migrations/0002_forget.py": django_migration(
                "0001_initial", IN_STATE.format(lost)
            ),
            "shop/migrations/0003_drop.py": django_migration("0002_forget", dropped),
        }
    )
    files = tuple(ChangedFile(path, text) for path, text in new.items())
    change = Change(files, compares=True, whole=lambda: old)
    outcome = examine(change, TASK, around=lambda: old)
    found = [finding for finding in outcome.findings if finding.rule == rule]

    assert [one.severity for one in found] == ["error"]
