"""Migrations mended in SQL, Alembic and Django: the finding goes, and nothing else changes."""

from collections.abc import Sequence
from typing import NamedTuple

import pytest

from nonevent.change import Change, ChangedFile
from nonevent.edit import Edit
from nonevent.finding import Finding
from nonevent.fixes.mend import fix, fixes, mend
from nonevent.fixes.script import Word
from nonevent.location import Location
from nonevent.options import Options
from nonevent.pipeline import examine, prepare
from nonevent.readers.sqlwords import statements

TASK = prepare(Options())
SQL = "db/0002.sql"
ALEMBIC = "migrations/versions/0002.py"
DJANGO = "shop/migrations/0002_change.py"
HEAD = "from alembic import op\n\nrevision = '2'\ndown_revision = '1'\n\n\ndef upgrade():\n"
DOWN = "\n\ndef downgrade():\n    pass\n"
BLOCK = "    with op.get_context().autocommit_block():\n"


def found(path: str, text: str, rule: str) -> list[Finding]:
    data = text.encode()
    outcome = examine(Change((ChangedFile(path, lambda: data),)), TASK)
    assert outcome.notes == ()
    return [each for each in outcome.findings if each.rule == rule]


def mended(path: str, text: str, rule: str, *, unsafe: bool) -> str:
    """Return the text after as many rounds as change it."""
    for _ in range(4):
        findings = found(path, text, rule)
        groups = [each.edits for each in findings if each.edits]
        edits = [edit for group in groups for edit in group]
        made = mend(
            path, text.encode(), edits, None, together=groups, statements=statements, unsafe=unsafe
        )
        if made.data == text.encode():
            return text
        text = made.data.decode()
    raise AssertionError(f"it goes on changing: {text}")


class Case(NamedTuple):
    """A migration before and after; a finding that is not cleared at once is another's."""

    path: str
    rule: str
    before: str
    after: str
    safe: bool


CASES = {
    "an index where there is no transaction": Case(
        SQL,
        "blocking-index-build",
        "-- +goose NO TRANSACTION\n-- +goose Up\ncreate unique index i\n  on a (x);\n",
        "-- +goose NO TRANSACTION\n-- +goose Up\ncreate unique index CONCURRENTLY i\n  on a (x);\n",
        True,
    ),
    "an index where dbmate opens one": Case(
        SQL,
        "blocking-index-build",
        "-- migrate:up\nCREATE INDEX i ON a (x); -- why\n-- migrate:down\nDROP INDEX i;\n",
        "-- migrate:up transaction:false\nCREATE INDEX CONCURRENTLY i ON a (x); -- why\n"
        "-- migrate:down\nDROP INDEX i;\n",
        False,
    ),
    "a required column, one of two actions": Case(
        SQL,
        "required-column-without-default",
        "ALTER TABLE a ADD COLUMN x int NOT NULL, -- why\n  ALTER COLUMN y SET NOT NULL;\n",
        "ALTER TABLE a ADD COLUMN x int NULL, -- why\n  ALTER COLUMN y SET NOT NULL;\n",
        False,
    ),
    "two required columns of one statement": Case(
        SQL,
        "required-column-without-default",
        "ALTER TABLE a ADD COLUMN x int NOT NULL, ADD COLUMN y int /* b */ not null;\n",
        "ALTER TABLE a ADD COLUMN x int NULL, ADD COLUMN y int /* b */ null;\n",
        False,
    ),
    "a required column of Alembic": Case(
        ALEMBIC,
        "required-column-without-default",
        f"{HEAD}    op.add_column('a', sa.Column('x', sa.Text(), nullable=False))\n{DOWN}",
        f"{HEAD}    op.add_column('a', sa.Column('x', sa.Text(), nullable=True))\n{DOWN}",
        False,
    ),
    "a required column in a batch": Case(
        ALEMBIC,
        "required-column-without-default",
        f"{HEAD}    with op.batch_alter_table('a') as batch_op:\n"
        f"        batch_op.add_column(sa.Column('x', sa.Text(), nullable=False))\n{DOWN}",
        f"{HEAD}    with op.batch_alter_table('a') as batch_op:\n"
        f"        batch_op.add_column(sa.Column('x', sa.Text(), nullable=True))\n{DOWN}",
        False,
    ),
    "an index in a changeset of Liquibase": Case(
        SQL,
        "blocking-index-build",
        "--liquibase formatted sql\n--changeset me:1\nSELECT 1;\n"
        "--changeset me:2\nCREATE INDEX i ON a (x);\n",
        "--liquibase formatted sql\n--changeset me:1\nSELECT 1;\n"
        "--changeset me:2 runInTransaction:false\nCREATE INDEX CONCURRENTLY i ON a (x);\n",
        False,
    ),
    "an index where goose opens one": Case(
        SQL,
        "blocking-index-build",
        "-- +goose Up\nCREATE INDEX i ON a (x);\n",
        "-- +goose NO TRANSACTION\n-- +goose Up\nCREATE INDEX CONCURRENTLY i ON a (x);\n",
        False,
    ),
    "an index where sql-migrate opens one": Case(
        SQL,
        "blocking-index-build",
        "-- +migrate Up\nCREATE INDEX i ON a (x);\n",
        "-- +migrate Up notransaction\nCREATE INDEX CONCURRENTLY i ON a (x);\n",
        False,
    ),
    "an index that nobody says how it is run": Case(
        SQL,
        "blocking-index-build",
        "CREATE INDEX i ON a (x);\r\n",
        "CREATE INDEX CONCURRENTLY i ON a (x);\r\n",
        False,
    ),
    "an index dropped": Case(
        SQL,
        "blocking-index-drop",
        "-- migrate:up transaction:false\nDROP INDEX IF EXISTS i;\n",
        "-- migrate:up transaction:false\nDROP INDEX CONCURRENTLY IF EXISTS i;\n",
        False,
    ),
    "indexes built anew": Case(
        SQL,
        "blocking-reindex",
        "-- migrate:up transaction:false\nREINDEX TABLE a;\nREINDEX INDEX i;\n",
        "-- migrate:up transaction:false\n"
        "REINDEX TABLE CONCURRENTLY a;\nREINDEX INDEX CONCURRENTLY i;\n",
        True,
    ),
    "a concurrent build inside a runner's transaction": Case(
        SQL,
        "concurrently-in-transaction",
        "-- migrate:up\nCREATE INDEX CONCURRENTLY i ON a (x);\n",
        "-- migrate:up transaction:false\nCREATE INDEX CONCURRENTLY i ON a (x);\n",
        False,
    ),
    "a leftover of a failed build": Case(
        SQL,
        "concurrent-index-if-not-exists",
        "CREATE INDEX CONCURRENTLY IF NOT EXISTS i ON s.a (x)",
        "DROP INDEX CONCURRENTLY IF EXISTS s.i;\n"
        "CREATE INDEX CONCURRENTLY IF NOT EXISTS i ON s.a (x)",
        False,
    ),
    "a constraint checked at once": Case(
        SQL,
        "validating-constraint",
        "-- migrate:up transaction:false\n"
        "ALTER TABLE a\n  ADD CONSTRAINT c CHECK (x > 0) -- why\n  ;\n",
        "-- migrate:up transaction:false\n"
        "ALTER TABLE a\n  ADD CONSTRAINT c CHECK (x > 0) NOT VALID -- why\n  ;\n"
        "ALTER TABLE a VALIDATE CONSTRAINT c;\n",
        False,
    ),
    "a wait without limit": Case(
        SQL,
        "unbounded-lock-wait",
        "BEGIN;\n  ALTER TABLE a ADD x int;\nCOMMIT;\n",
        "BEGIN;\n  SET LOCAL lock_timeout = '2s';\n  ALTER TABLE a ADD x int;\nCOMMIT;\n",
        False,
    ),
    "a wait of MySQL without limit": Case(
        SQL,
        "unbounded-lock-wait",
        "ALTER TABLE `a` ADD x int;\n",
        "SET lock_wait_timeout = 2;\nALTER TABLE `a` ADD x int;\n",
        False,
    ),
    "a build that a timeout may cancel": Case(
        SQL,
        "concurrent-build-under-timeout",
        "SET statement_timeout = '5s'; CREATE INDEX CONCURRENTLY i ON a (x);",
        "SET statement_timeout = '5s'; "
        "SET statement_timeout = 0; CREATE INDEX CONCURRENTLY i ON a (x);",
        False,
    ),
    "indexes of Alembic": Case(
        ALEMBIC,
        "blocking-index-build",
        f"{HEAD}    # why\n    op.create_index('i', 'a', ['x'])\n"
        f"    op.create_index(\n        'j',\n        'a',\n        ['y'],\n    )  # and\n{DOWN}",
        f"{HEAD}    # why\n{BLOCK}"
        "        op.create_index('i', 'a', ['x'], postgresql_concurrently=True)\n"
        f"{BLOCK}        op.create_index(\n            'j',\n            'a',\n"
        "            ['y'],\n            postgresql_concurrently=True,\n"
        f"        )  # and\n{DOWN}",
        True,
    ),
    "an index of Alembic beside an added column": Case(
        ALEMBIC,
        "blocking-index-build",
        f"{HEAD}    op.drop_column('a', 'z')\n    op.create_index('i', 'a', ['x'])\n{DOWN}",
        f"{HEAD}    op.drop_column('a', 'z')\n{BLOCK}"
        f"        op.create_index('i', 'a', ['x'], postgresql_concurrently=True)\n{DOWN}",
        False,
    ),
    "an index dropped by Alembic": Case(
        ALEMBIC,
        "blocking-index-drop",
        f"{HEAD}    op.drop_index('i', table_name='a')\n{DOWN}",
        f"{HEAD}{BLOCK}"
        f"        op.drop_index('i', table_name='a', postgresql_concurrently=True)\n{DOWN}",
        False,
    ),
    "a concurrent build inside Alembic's transaction": Case(
        ALEMBIC,
        "concurrently-in-transaction",
        f"{HEAD}    op.create_index('i', 'a', ['x'], postgresql_concurrently=True)\n{DOWN}",
        f"{HEAD}{BLOCK}"
        f"        op.create_index('i', 'a', ['x'], postgresql_concurrently=True)\n{DOWN}",
        True,
    ),
    "a constraint of Alembic": Case(
        ALEMBIC,
        "validating-constraint",
        f"{HEAD}    op.create_check_constraint('c', 'a', 'x > 0')\n{DOWN}",
        f"{HEAD}    op.create_check_constraint('c', 'a', 'x > 0', postgresql_not_valid=True)\n"
        f'{BLOCK}        op.execute("ALTER TABLE a VALIDATE CONSTRAINT c")\n{DOWN}',
        False,
    ),
    "a wait of Alembic without limit": Case(
        ALEMBIC,
        "unbounded-lock-wait",
        f"{HEAD}    op.drop_column('a', 'z')\n{DOWN}",
        f"{HEAD}    op.execute(\"SET LOCAL lock_timeout = '2s'\")\n"
        f"    op.drop_column('a', 'z')\n{DOWN}",
        False,
    ),
    "an index in a string of Alembic, of which nobody says that it is PostgreSQL's": Case(
        ALEMBIC,
        "blocking-index-build",
        f"{HEAD}    op.execute(\n        'create index i '\n        'on a (x)'\n    )\n{DOWN}",
        f"{HEAD}{BLOCK}        op.execute(\n            'create index CONCURRENTLY i '\n"
        f"            'on a (x)'\n        )\n{DOWN}",
        False,
    ),
    "an index of PostgreSQL in a string of Alembic, over several lines": Case(
        ALEMBIC,
        "blocking-index-build",
        f'{HEAD}    op.execute("""\n      CREATE INDEX i\n'
        f'        ON a USING gin (x);\n    """)\n{DOWN}',
        f'{HEAD}{BLOCK}        op.execute("""\n      CREATE INDEX CONCURRENTLY i\n'
        f'        ON a USING gin (x);\n    """)\n{DOWN}',
        True,
    ),
    "an index dropped in a string of Alembic": Case(
        ALEMBIC,
        "blocking-index-drop",
        f"{HEAD}    op.execute(sa.text('DROP INDEX IF EXISTS i'))\n{DOWN}",
        f"{HEAD}{BLOCK}        op.execute(sa.text('DROP INDEX CONCURRENTLY IF EXISTS i'))\n{DOWN}",
        False,
    ),
    "a concurrent build in a string, inside Alembic's transaction": Case(
        ALEMBIC,
        "concurrently-in-transaction",
        f"{HEAD}    op.execute('CREATE INDEX CONCURRENTLY i ON a (x)')\n{DOWN}",
        f"{HEAD}{BLOCK}        op.execute('CREATE INDEX CONCURRENTLY i ON a (x)')\n{DOWN}",
        True,
    ),
    "a constraint in a string of Alembic": Case(
        ALEMBIC,
        "validating-constraint",
        f"{HEAD}    op.execute('ALTER TABLE a ADD CONSTRAINT c CHECK (x > 0);')\n{DOWN}",
        f"{HEAD}    op.execute('ALTER TABLE a ADD CONSTRAINT c CHECK (x > 0) NOT VALID;')\n"
        f'{BLOCK}        op.execute("ALTER TABLE a VALIDATE CONSTRAINT c")\n{DOWN}',
        False,
    ),
    "an index in a string of Django": Case(
        DJANGO,
        "blocking-index-build",
        "from django.db import migrations\n\n\nclass Migration(migrations.Migration):\n"
        "    operations = [\n"
        '        migrations.RunSQL("CREATE INDEX i ON a (x)", "DROP INDEX i"),\n'
        "    ]\n",
        "from django.db import migrations\n\n\nclass Migration(migrations.Migration):\n"
        "    atomic = False\n    operations = [\n"
        '        migrations.RunSQL("CREATE INDEX CONCURRENTLY i ON a (x)", "DROP INDEX i"),\n'
        "    ]\n",
        False,
    ),
    "a CHECK of Django": Case(
        DJANGO,
        "validating-constraint",
        "from django.db import migrations, models\n\n\nclass Migration(migrations.Migration):\n"
        "    operations = [\n"
        '        migrations.AddConstraint("order", models.CheckConstraint(check=Q, name="c")),\n'
        "    ]\n",
        "from django.db import migrations, models\n"
        "from django.contrib.postgres.operations import AddConstraintNotValid\n\n\n"
        "class Migration(migrations.Migration):\n    operations = [\n"
        '        AddConstraintNotValid("order", models.CheckConstraint(check=Q, name="c")),\n'
        "    ]\n",
        False,
    ),
    "indexes of Django": Case(
        DJANGO,
        "blocking-index-build",
        "from django.db import migrations, models\n\n\nclass Migration(migrations.Migration):\n"
        '    dependencies = [("shop", "0001")]\n    operations = [\n'
        '        migrations.AddIndex("order", models.Index(fields=["x"], name="i")),\n'
        '        migrations.AddIndex("order", models.Index(fields=["y"], name="j")),\n    ]\n',
        "from django.db import migrations, models\n"
        "from django.contrib.postgres.operations import AddIndexConcurrently\n\n\n"
        "class Migration(migrations.Migration):\n"
        '    dependencies = [("shop", "0001")]\n    atomic = False\n    operations = [\n'
        '        AddIndexConcurrently("order", models.Index(fields=["x"], name="i")),\n'
        '        AddIndexConcurrently("order", models.Index(fields=["y"], name="j")),\n    ]\n',
        False,
    ),
    "a concurrent build inside Django's transaction": Case(
        DJANGO,
        "concurrently-in-transaction",
        "from django.contrib.postgres.operations import AddIndexConcurrently\n"
        "from django.db import migrations, models\n\n\nclass Migration(migrations.Migration):\n"
        "    operations = [\n"
        '        AddIndexConcurrently("order", models.Index(fields=["x"], name="i")),\n    ]\n',
        "from django.contrib.postgres.operations import AddIndexConcurrently\n"
        "from django.db import migrations, models\n\n\nclass Migration(migrations.Migration):\n"
        "    atomic = False\n    operations = [\n"
        '        AddIndexConcurrently("order", models.Index(fields=["x"], name="i")),\n    ]\n',
        True,
    ),
}


@pytest.mark.parametrize("case", CASES.values(), ids=CASES)
def test_a_migration_is_mended_and_then_left_alone(case: Case) -> None:
    after = mended(case.path, case.before, case.rule, unsafe=True)

    assert after == case.after
    assert found(case.path, after, case.rule) == []


@pytest.mark.parametrize("case", CASES.values(), ids=CASES)
def test_what_may_change_more_is_left_to_those_who_ask_for_it(case: Case) -> None:
    expected = case.after if case.safe else case.before

    assert mended(case.path, case.before, case.rule, unsafe=False) == expected


LEFT = {
    "an index in a transaction of the file": (
        SQL,
        "blocking-index-build",
        "BEGIN;\nCREATE INDEX i ON a (x);\nCOMMIT;\n",
    ),
    "an index beside other steps in a runner's transaction": (
        SQL,
        "blocking-index-build",
        "-- migrate:up\nALTER TABLE a ADD x int;\nCREATE INDEX i ON a (x);\n",
    ),
    "a required column with a CHECK of its own": (
        SQL,
        "required-column-without-default",
        "ALTER TABLE a ADD COLUMN x int NOT NULL CHECK (NOT x < 3);\n",
    ),
    "a constraint whose transaction is not known": (
        SQL,
        "validating-constraint",
        "ALTER TABLE a ADD CONSTRAINT c CHECK (x > 0);\n",
    ),
    "one of several actions of a statement": (
        SQL,
        "validating-constraint",
        (
            "-- migrate:up transaction:false\n"
            "ALTER TABLE a ADD CONSTRAINT c CHECK (x > 0), ADD COLUMN y int;\n"
        ),
    ),
    "two calls of one line": (
        ALEMBIC,
        "blocking-index-build",
        f"{HEAD}    op.drop_table('b'); op.create_index('i', 'a', ['x'])\n{DOWN}",
    ),
    "SQL that has a name": (
        ALEMBIC,
        "blocking-index-build",
        f"{HEAD}    op.execute(SQL)\n{DOWN}\n\nSQL = 'CREATE INDEX i ON a (x)'\n",
    ),
    "SQL with names that are filled in": (
        ALEMBIC,
        "blocking-index-build",
        (
            f"{HEAD}    for name in ('a', 'b'):\n"
            f"        op.execute(f'CREATE INDEX {{name}}_i ON orders (x)')\n{DOWN}"
        ),
    ),
    "two statements of one string": (
        ALEMBIC,
        "blocking-index-build",
        f"{HEAD}    op.execute('CREATE INDEX i ON a (x); CREATE INDEX j ON a (y)')\n{DOWN}",
    ),
    "operations that stand outside of the class": (
        DJANGO,
        "blocking-index-build",
        (
            "from django.db import migrations, models\n\n"
            'STEPS = [migrations.AddIndex("order", models.Index(fields=["x"], name="i"))]\n\n\n'
            "class Migration(migrations.Migration):\n    operations = STEPS\n"
        ),
    ),
}


@pytest.mark.parametrize(("path", "rule", "text"), LEFT.values(), ids=LEFT)
def test_what_cannot_be_mended_in_its_place_is_left(path: str, rule: str, text: str) -> None:
    assert found(path, text, rule)
    assert mended(path, text, rule, unsafe=True) == text


def test_sqlx_is_told_in_the_first_line() -> None:
    text = "CREATE INDEX i ON a (x);\r\n"
    runner = Edit(Location(SQL, 1, 1, 1, 24), "no transaction", stands="runner")
    made = mend(SQL, text.encode(), [runner], None, statements=statements, unsafe=True)

    assert made.data == b"-- no-transaction\r\n" + text.encode()


def test_edits_of_one_finding_are_made_all_or_none() -> None:
    text = "-- rambler up\nCREATE INDEX i ON a (x);\n"
    place = Location(SQL, 2, 1, 2, 24)
    word = Edit(place, "CONCURRENTLY", instead_of="INDEX", stands="behind")
    runner = Edit(place, "no transaction", stands="runner")  # of a tool that cannot be told

    made = mend(
        SQL,
        text.encode(),
        [word, runner],
        None,
        together=[(word, runner)],
        statements=statements,
        unsafe=True,
    )

    assert made.data == text.encode()


def test_a_block_around_a_call_leaves_its_strings_as_they_are() -> None:
    text = f'{HEAD}    op.create_index("""i\n""", "a", ["x"])\n{DOWN}'
    place = Location(ALEMBIC, 8, 5, 9, 16)
    block = Edit(place, "op.get_context().autocommit_block()", stands="around")

    made = mend(ALEMBIC, text.encode(), [block], None, unsafe=True).data.decode()

    assert made == f'{HEAD}{BLOCK}        op.create_index("""i\n""", "a", ["x"])\n{DOWN}'


SPELLED = {
    "an escape before it": (
        r"'\x43REATE INDEX i ON a (x)'",
        f"{HEAD}{BLOCK}        op.execute({{}})\n{DOWN}",
        r"'\x43REATE INDEX CONCURRENTLY i ON a (x)'",
    ),
    "the word in two parts": (
        "'CREATE IN' 'DEX i ON a (x)'",
        f"{HEAD}    op.execute({{}})\n{DOWN}",
        "'CREATE IN' 'DEX i ON a (x)'",
    ),
    "the word before it, in a comment": (
        "'/* index */ CREATE INDEX i ON a (x)'",
        f"{HEAD}{BLOCK}        op.execute({{}})\n{DOWN}",
        "'/* index */ CREATE INDEX CONCURRENTLY i ON a (x)'",
    ),
}


@pytest.mark.parametrize(("written", "page", "expected"), SPELLED.values(), ids=SPELLED)
def test_a_word_comes_into_a_string_where_its_place_is_certain(
    written: str, page: str, expected: str
) -> None:
    text = f"{HEAD}    op.execute({written})\n{DOWN}"

    after = mended(ALEMBIC, text, "blocking-index-build", unsafe=True)

    assert after == page.format(expected)


# -- many fixes of one file ------------------------------------------------------------------------

INDEXES = "".join(f"CREATE INDEX cart_{at} ON cart (user_{at});\n" for at in range(40))


def behind(line: int, word: str = "CONCURRENTLY") -> Edit:
    """Return the edit that puts a word behind the INDEX of a line."""
    place = Location(SQL, line, 1, line, len("CREATE INDEX cart_1"))
    return Edit(place, word, instead_of="INDEX", stands="behind")


def test_fixes_of_one_file_are_proved_together_and_are_those_that_are_proved_alone() -> None:
    asked = [(behind(line),) for line in range(1, 41)]
    read: list[str] = []

    def reading(text: str) -> Sequence[Sequence[Word]]:
        read.append(text)
        return statements(text)

    made = fixes(SQL, INDEXES.encode(), asked, None, statements=reading)

    assert None not in made
    assert made == [fix(SQL, INDEXES.encode(), each, None, statements=statements) for each in asked]
    assert len({text for text in read if len(text) > len(INDEXES) / 2}) == 2  # before and after


def test_a_fix_that_is_not_proved_takes_no_other_along() -> None:
    asked = [(behind(1),), (behind(2, "CONCURRENTLY 'open"),), (behind(3),)]

    made = fixes(SQL, INDEXES.encode(), asked, None, statements=statements)

    assert [each is not None for each in made] == [True, False, True]


def test_fixes_that_overlap_are_proved_each_by_itself() -> None:
    asked = [(behind(1),), (behind(1, "IF NOT EXISTS"),)]

    made = fixes(SQL, INDEXES.encode(), asked, None, statements=statements)

    assert [[one.text for one in each.replacements] for each in made if each] == [
        [" CONCURRENTLY"],
        [" IF NOT EXISTS"],
    ]
