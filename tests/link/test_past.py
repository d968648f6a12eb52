"""Histories: the order of migrations, the schema that they leave, what it tells of each step."""

from collections.abc import Mapping

import pytest

from nonevent.facts import FileFacts, Operation, SchemaStep, Setting
from nonevent.link.order import histories
from nonevent.link.past import followed, schemas
from nonevent.link.schema import link_schema
from nonevent.link.tables import Schema, Table
from nonevent.readers import alembic, django, hints, liquibase, python, sql
from nonevent.readers.interests import interests

WANTED = interests((), ())


def read(path: str, text: str) -> FileFacts:
    if path.endswith(".sql"):
        return sql.read(path, text)
    if path.endswith((".plan", ".conf", "Cargo.toml")):
        return hints.read(path, text)
    facts = python.read(path, text, WANTED)
    for view in (alembic, django):
        if view.concerns(facts):
            steps, notes = view.view(facts, text)
            assert notes == ()
            facts = facts._replace(facts=facts.facts + steps)
    return facts


def project(files: Mapping[str, str]) -> list[FileFacts]:
    return [read(path, text) for path, text in files.items()]


def numbered(*texts: str) -> dict[str, str]:
    return {f"db/{number:04}_x.sql": text for number, text in enumerate(texts, 1)}


def schema(*texts: str) -> Schema:
    (found,) = schemas(project(numbered(*texts)))
    return found


def table(*texts: str) -> Table:
    found = schema(*texts).table("t")
    assert found is not None
    return found


def last(*texts: str) -> SchemaStep:
    """Return the last step of the last file, in its context."""
    facts = followed(project(numbered(*texts)))[-1]
    found = [fact for fact in facts.facts if isinstance(fact, SchemaStep)]
    return found[-1]


# -- order ---------------------------------------------------------------------------------------


def names(files: Mapping[str, str]) -> list[list[str]]:
    return [
        [facts.path.removeprefix("m/") for facts in history.files]
        for history in histories(project(files))
    ]


X = "CREATE TABLE t (a int)"
ORDERS = {
    "numbers are compared as numbers": (
        {"m/10_x.sql": X, "m/9_x.sql": X},
        [["9_x.sql", "10_x.sql"]],
    ),
    "Flyway's versions have parts, and what repeats comes last": (
        {"m/R__v.sql": X, "m/V2__x.sql": X, "m/V1.10__x.sql": X, "m/V1_2__x.sql": X},
        [["V1_2__x.sql", "V1.10__x.sql", "V2__x.sql", "R__v.sql"]],
    ),
    "a folder for each release holds a part of one history": (
        {"m/1.10.0/0001_c.sql": X, "m/1.9.0/0002_b.sql": X, "m/1.9.0/0001_a.sql": X},
        [["1.9.0/0001_a.sql", "1.9.0/0002_b.sql", "1.10.0/0001_c.sql"]],
    ),
    "the folders' numbers count where the files have none": (
        {"m/v1.2/b.sql": X, "m/v1.1/z.sql": X, "m/v1.10/a.sql": X},
        [["v1.1/z.sql", "v1.2/b.sql", "v1.10/a.sql"]],
    ),
    "and may be whole numbers": (
        {"m/10/01_x.up.sql": X, "m/9/02_x.up.sql": X},
        [["9/02_x.up.sql", "10/01_x.up.sql"]],
    ),
    "in which Flyway's names tell the release as well": (
        {"m/2.0/ddl/V2.0_1__x.sql": X, "m/1.0/ddl/V1.0_1__x.sql": X},
        [["1.0/ddl/V1.0_1__x.sql", "2.0/ddl/V2.0_1__x.sql"]],
    ),
    "a date of Diesel is a time like any other": (
        {
            "m/2017-08-31-230457_b/up.sql": X,
            "m/20140924113530_a/up.sql": X,
            "m/2018-01-01_c/up.sql": X,
            "m/20171231235959_d/up.sql": X,
            "m/2018-01-01-000001-0000_e/up.sql": X,
            "m/00000000000000_diesel_initial_setup/up.sql": X,
        },
        [
            [
                "00000000000000_diesel_initial_setup/up.sql",
                "20140924113530_a/up.sql",
                "2017-08-31-230457_b/up.sql",
                "20171231235959_d/up.sql",
                "2018-01-01_c/up.sql",
                "2018-01-01-000001-0000_e/up.sql",
            ]
        ],
    ),
    "Sqitch follows its plan, in which a reworked change comes twice": (
        {
            "m/deploy/users.sql": X,
            "m/deploy/a/notes.sql": X,
            "m/deploy/users@v1.sql": X,
            "m/sqitch.plan": (
                "%syntax-version=1.0.0\n%project=shop\n\n# the first ones\n"
                "users 2026-01-01T00:00:00Z A <a@example.com> # users\n"
                "a/notes [users] 2026-01-02T00:00:00Z A <a@example.com> # notes\n"
                "@v1 2026-01-03T00:00:00Z A <a@example.com> # tag\n\n"
                "users [users@v1] 2026-01-04T00:00:00Z A <a@example.com> # again\n"
            ),
        },
        [["deploy/users@v1.sql", "deploy/a/notes.sql", "deploy/users.sql"]],
    ),
    "the way back is no part of the way": (
        {"m/1_x.up.sql": X, "m/1_x.down.sql": X, "m/U1__x.sql": X},
        [["1_x.up.sql"]],
    ),
    "a migration may be a folder": (
        {"m/2_b/migration.sql": X, "m/1_a/migration.sql": X},
        [["1_a/migration.sql", "2_b/migration.sql"]],
    ),
    "each folder is a chain of its own": (
        {"m/pg/1_x.sql": X, "m/my/1_x.sql": X},
        [["pg/1_x.sql"], ["my/1_x.sql"]],
    ),
    "a date is a number as well": (
        {"m/2017-03-16-212734_x.sql": X, "m/20140924113530_x.sql": X},
        [["20140924113530_x.sql", "2017-03-16-212734_x.sql"]],
    ),
    "files without numbers have no order": ({"m/a.sql": X, "m/b.sql": X}, []),
    "a dump beside the migrations is none": (
        {"m/1_a.sql": X, "m/2_b.sql": X, "m/schema.sql": X},
        [["1_a.sql", "2_b.sql"]],
    ),
}


@pytest.mark.parametrize(("files", "expected"), ORDERS.values(), ids=ORDERS)
def test_files_of_sql(files: dict[str, str], expected: list[list[str]]) -> None:
    assert names(files) == expected


def revision(name: str, before: str, body: str = "pass") -> str:
    return (
        "import sqlalchemy as sa\nfrom alembic import op\n\n"
        f"revision = {name!r}\ndown_revision = {before}\n\n\ndef upgrade():\n    {body}\n"
    )


REVISIONS = {
    "m/z.py": revision("1", "None"),
    "m/b.py": revision("2", "'1'"),
    "m/a.py": revision("3", "'1'"),
    "m/0.py": revision("4", "('2', '3')"),
}


def test_revisions_follow_their_graph() -> None:
    (history,) = histories(project(REVISIONS))

    assert [facts.path for facts in history.files] == ["m/z.py", "m/a.py", "m/b.py", "m/0.py"]
    assert history.whole


def test_a_chain_without_its_beginning_is_not_whole() -> None:
    (history,) = histories(project({"m/b.py": REVISIONS["m/b.py"]}))

    assert not history.whole


def test_a_circle_is_not_whole() -> None:
    files = {"m/a.py": revision("1", "'2'"), "m/b.py": revision("2", "'1'")}
    (history,) = histories(project(files))

    assert [facts.path for facts in history.files] == ["m/a.py", "m/b.py"]
    assert not history.whole


def migration(dependencies: str, operations: str, more: str = "") -> str:
    return (
        "from django.db import migrations, models\n\n\nclass Migration(migrations.Migration):\n"
        f"    dependencies = {dependencies}\n    {more}\n    operations = [{operations}]\n"
    )


CREATE = (
    "migrations.CreateModel('Cart', [('id', models.AutoField(primary_key=True)),"
    "('n', models.CharField(max_length=9)), ('tag', models.ForeignKey('Tag', models.CASCADE))])"
)
ADD = "migrations.AddField('cart', 'b', models.TextField(null=True))"
APP = {
    "shop/migrations/0001_initial.py": migration("[]", CREATE),
    "shop/migrations/0003_b.py": migration("[('shop', '0001_initial')]", ADD),
    "shop/migrations/0002_a.py": migration(
        "[('shop', '0003_b'), ('auth', '0001_initial')]",
        "migrations.RemoveField('cart', 'b')",
    ),
}


def test_django_follows_its_dependencies() -> None:
    (history,) = histories(project(APP))

    assert [facts.path[-8:] for facts in history.files] == ["itial.py", "003_b.py", "002_a.py"]
    assert history.whole


SQUASHED = migration(
    "[]", CREATE, "replaces = [('shop', '0001_initial'), ('shop', '0003_b'), ('shop', '0002_a')]"
)


def test_a_squashed_migration_beside_its_originals_does_nothing() -> None:
    (found,) = schemas(project({**APP, "shop/migrations/0001_squashed.py": SQUASHED}))

    assert list(found.tables["shop_cart"].columns) == ["id", "n", "tag_id"]
    assert found.whole


def test_a_squashed_migration_stands_for_originals_that_are_gone() -> None:
    after = migration("[('shop', '0002_a')]", ADD)
    files = {
        "shop/migrations/0001_squashed.py": SQUASHED,
        "shop/migrations/0004_c.py": after,
    }
    (found,) = schemas(project(files))

    assert list(found.tables["shop_cart"].columns) == ["id", "n", "tag_id", "b"]
    assert found.whole


# -- replay --------------------------------------------------------------------------------------

T = "CREATE TABLE t (id serial PRIMARY KEY, a varchar(9) NOT NULL, b int DEFAULT 1)"


def test_columns_come_go_and_change() -> None:
    found = table(
        T,
        "ALTER TABLE public.t ADD COLUMN c text, DROP COLUMN b",
        'ALTER TABLE "t" RENAME COLUMN a TO d; ALTER TABLE t ALTER d TYPE text',
        "ALTER TABLE t ALTER d SET NOT NULL",
        "ALTER TABLE t ALTER c SET DEFAULT 'x'",
    )

    assert [
        (column.name, column.type, column.nullable, column.default)
        for column in found.columns.values()
    ] == [
        ("id", "serial", False, None),
        ("d", "text", False, None),
        ("c", "text", True, "'x'"),
    ]
    assert found.whole


def test_a_new_definition_says_all_of_a_column_in_mysql() -> None:
    files = numbered(
        "CREATE TABLE t (a int NOT NULL DEFAULT 1, b int NOT NULL) ENGINE=InnoDB",
        "ALTER TABLE `t` MODIFY COLUMN a bigint unsigned, CHANGE COLUMN b c int NOT NULL",
    )
    (found,) = schemas([sql.read(path, text, "mysql") for path, text in files.items()])

    assert [tuple(column)[:4] for column in found.tables["t"].columns.values()] == [
        ("a", "bigint unsigned", True, None),
        ("c", "int", False, None),
    ]


def test_constraints_come_and_go() -> None:
    found = table(
        T,
        "ALTER TABLE t ADD CONSTRAINT c CHECK (b > 0) NOT VALID, ADD CONSTRAINT u UNIQUE (a)",
        "ALTER TABLE t VALIDATE CONSTRAINT c; ALTER TABLE t RENAME CONSTRAINT u TO v",
        "ALTER TABLE t DROP CONSTRAINT t_pkey",
    )

    assert [(each.kind, each.name, each.columns, each.valid) for each in found.constraints] == [
        ("check", "c", (), True),
        ("unique", "v", ("a",), True),
    ]


def test_indexes_come_and_go_without_naming_the_table() -> None:
    found = table(
        T,
        "CREATE INDEX i ON t (a); CREATE INDEX ON t (b)",
        "CREATE UNIQUE INDEX j ON t (a) WHERE b > 1",
        "ALTER INDEX i RENAME TO k; DROP INDEX t_b_idx",
    )

    assert [tuple(index) for index in found.indexes] == [
        ("k", ("a",), False, ""),
        ("j", ("a",), True, "b > 1"),
    ]


def test_a_dropped_column_takes_its_indexes_and_constraints_along() -> None:
    found = table(
        T, "CREATE INDEX i ON t (a, b); ALTER TABLE t ADD UNIQUE (b)", "ALTER TABLE t DROP b"
    )

    assert ([*found.indexes], [each.kind for each in found.constraints]) == ([], ["primary key"])


def test_a_dropped_column_takes_indexes_over_its_expressions_along() -> None:
    found = table(
        T,
        "CREATE INDEX i ON t (a, lower(b)); CREATE INDEX j ON t (a) WHERE b IS NULL",
        "CREATE INDEX k ON t (lower(a)); ALTER TABLE t DROP b",
    )

    assert [index.name for index in found.indexes] == ["k"]


def test_mysql_shortens_the_indexes_of_a_dropped_column() -> None:
    files = numbered(
        "CREATE TABLE t (a int, b int, KEY i (a, b), KEY j (b)) ENGINE=InnoDB",
        "ALTER TABLE `t` DROP COLUMN b",
    )
    (found,) = schemas([sql.read(path, text, "mysql") for path, text in files.items()])

    assert [(index.name, index.columns) for index in found.tables["t"].indexes] == [("i", ("a",))]


def test_a_unique_index_becomes_a_constraint() -> None:
    found = table(
        T,
        "CREATE UNIQUE INDEX CONCURRENTLY i ON t (a)",
        "ALTER TABLE t ADD CONSTRAINT u UNIQUE USING INDEX i",
    )

    assert ([*found.indexes], found.constraints[-1].columns) == ([], ("a",))


LONG = "CREATE TABLE escalation_policy_actions (escalation_policy_step_id text, schedule_id text)"
UNNAMED = {
    "a unique constraint of two columns, cut to 63 characters": (
        (
            f"{LONG}; ALTER TABLE escalation_policy_actions ADD UNIQUE "
            "(escalation_policy_step_id, schedule_id)"
        ),
        ["escalation_policy_actions_escalation_policy_step_id_schedul_key"],
    ),
    "a second foreign key of a column": (
        "CREATE TABLE t (a int REFERENCES o); ALTER TABLE t ADD FOREIGN KEY (a) REFERENCES p",
        ["t_a_fkey", "t_a_fkey1"],
    ),
    "checks of one column and of two": (
        "CREATE TABLE t (a int, b int, CHECK (a > 0), CHECK (a > b))",
        ["t_a_check", "t_check"],
    ),
    "indexes on expressions": (
        "CREATE TABLE t (a text); CREATE INDEX ON t (lower(a)); CREATE INDEX ON t ((a || a))",
        ["t_lower_idx", "t_expr_idx"],
    ),
    "a name that stays when the table gets another one": (
        "CREATE TABLE t (a int UNIQUE); ALTER TABLE t RENAME TO u",
        ["t_a_key"],
    ),
    "a unique constraint that is the primary key": (
        "CREATE TABLE t (a int UNIQUE, PRIMARY KEY (a))",
        ["t_pkey"],
    ),
}


@pytest.mark.parametrize(("text", "expected"), UNNAMED.values(), ids=UNNAMED)
def test_what_nobody_names_the_server_does(text: str, expected: list[str]) -> None:
    (found,) = schema(text).tables.values()

    named = [each.name for each in found.constraints] + [each.name for each in found.indexes]
    assert named == expected


def test_keys_follow_the_table_that_they_point_to() -> None:
    found = table(
        "CREATE TABLE o (a int)", "CREATE TABLE t (a int REFERENCES o)", "ALTER TABLE o RENAME TO p"
    )

    assert [each.references for each in found.constraints] == ["p"]


def test_a_check_goes_with_its_column_under_any_name() -> None:
    found = table(
        "CREATE TABLE t (a int, b int, CHECK (a > b))",
        "ALTER TABLE t RENAME a TO c",
        "ALTER TABLE t DROP COLUMN c",
    )

    assert found.constraints == []


@pytest.mark.parametrize(
    "text",
    [
        "CREATE TABLE t (a bigserial)",
        "CREATE TABLE t (a int GENERATED ALWAYS AS IDENTITY)",
        "CREATE TABLE t (b int); ALTER TABLE t ADD COLUMN a serial",
        "CREATE TABLE t (a int); ALTER TABLE t ALTER a ADD GENERATED BY DEFAULT AS IDENTITY",
    ],
)
def test_what_fills_itself_is_never_null(text: str) -> None:
    column = table(text).columns["a"]

    assert (column.nullable, column.generated) == (False, True)


def test_tables_are_renamed_and_dropped() -> None:
    found = schema(T, "CREATE TABLE o (a int); ALTER TABLE t RENAME TO s; DROP TABLE o")

    assert list(found.tables) == ["s"]


def test_what_exists_already_stays_as_it_is() -> None:
    found = table(
        T, "CREATE TABLE IF NOT EXISTS t (z int)", "ALTER TABLE t ADD COLUMN IF NOT EXISTS a int"
    )

    assert [column.type for column in found.columns.values()] == ["serial", "varchar(9)", "int"]


DOUBTS = {
    "a table that nobody creates": ("ALTER TABLE t ADD COLUMN a int",),
    "columns that another table gives": ("CREATE TABLE t (LIKE o)",),
    "a statement that nobody understands names it": (T, "ALTER TABLE t FROBNICATE a"),
    "SQL that is computed": (T, "DO $$ BEGIN EXECUTE 'ALTER TABLE ' || x || ' DROP a'; END $$"),
}


@pytest.mark.parametrize("texts", DOUBTS.values(), ids=DOUBTS)
def test_unknown_is_not_whole(texts: tuple[str, ...]) -> None:
    files = numbered(*texts)
    (found,) = schemas([sql.read(path, text, "postgresql") for path, text in files.items()])
    left = found.table("t")

    assert left is not None
    assert not left.whole


def test_a_statement_that_names_another_table_leaves_this_one_alone() -> None:
    assert table(T, "CREATE TABLE o (a int)", "ALTER TABLE o FROBNICATE a").whole


# -- what it tells of steps ------------------------------------------------------------------------


def test_the_former_type_stands_in_another_file() -> None:
    step = last(T, "ALTER TABLE t ALTER a TYPE varchar(20)")

    assert (step.old_type, step.old_nullable) == ("varchar(9)", False)


PROOFS = {
    "validated": (("ALTER TABLE t VALIDATE CONSTRAINT c",), True),
    "not validated": ((), False),
    "dropped again": (
        ("ALTER TABLE t VALIDATE CONSTRAINT c", "ALTER TABLE t DROP CONSTRAINT c"),
        False,
    ),
}


@pytest.mark.parametrize(("more", "expected"), PROOFS.values(), ids=PROOFS)
def test_a_check_proves_that_no_row_is_null(more: tuple[str, ...], expected: bool) -> None:
    check = "ALTER TABLE t ADD CONSTRAINT c CHECK (b IS NOT NULL) NOT VALID"
    step = last(T, check, *more, "ALTER TABLE t ALTER b SET NOT NULL")

    assert step.proved is expected


def test_a_dropped_index_names_its_table() -> None:
    step = last(T, "CREATE UNIQUE INDEX i ON t (a)", "DROP INDEX i")

    assert (step.table, step.columns, step.unique) == ("t", ("a",), True)


def test_a_dropped_constraint_is_told_by_its_name() -> None:
    step = last(
        T,
        "ALTER TABLE t ADD CONSTRAINT f FOREIGN KEY (b) REFERENCES o",
        "ALTER TABLE t DROP CONSTRAINT f",
    )

    assert (step.constraint, step.columns, step.references) == ("foreign key", ("b",), "o")


@pytest.mark.parametrize(
    ("index", "expected"), [("CREATE INDEX i ON t (b, a)", True), ("SELECT 1", False)]
)
def test_a_foreign_key_knows_whether_an_index_serves_it(index: str, expected: bool) -> None:
    step = last(T, index, "ALTER TABLE t ADD FOREIGN KEY (b) REFERENCES o")

    assert step.covered is expected


def test_the_way_back_starts_from_what_the_way_forward_made() -> None:
    (_, facts) = followed(
        project(
            numbered(
                T, "-- +goose Up\nALTER TABLE t ADD c int;\n-- +goose Down\nALTER TABLE t DROP c;"
            )
        )
    )
    steps = [fact for fact in facts.facts if isinstance(fact, SchemaStep)]

    assert [(step.direction, step.old_type) for step in steps] == [("up", ""), ("down", "int")]


def test_what_came_before_is_not_told_again() -> None:
    before, after = project(numbered(T, "ALTER TABLE t ALTER a TYPE text"))
    found = followed([after], [before])

    assert [facts.path for facts in found] == [after.path]
    assert [fact.old_type for fact in found[0].facts if isinstance(fact, SchemaStep)] == [
        "varchar(9)"
    ]


def of_django(operation: str) -> list[SchemaStep]:
    files = {
        "shop/migrations/0001_initial.py": migration(
            "[]",
            f"{CREATE}, migrations.AddField('cart', 'tags', models.ManyToManyField('Tag')),"
            "migrations.CreateModel('Tag', [], options={'db_table': 'tags'})",
        ),
        "shop/migrations/0002_x.py": migration("[('shop', '0001_initial')]", operation),
    }
    facts = followed(project(files))[-1]
    return [fact for fact in facts.facts if isinstance(fact, SchemaStep)]


FIELDS = {
    "a field that becomes wider": (
        "migrations.AlterField('cart', 'n', models.CharField(max_length=20))",
        [("alter column type", "shop_cart", "n", "CharField(max_length=9)")],
    ),
    "a field that becomes optional": (
        "migrations.AlterField('cart', 'n', models.CharField(max_length=9, null=True))",
        [("drop not null", "shop_cart", "n", "CharField(max_length=9)")],
    ),
    "a field that gets an index": (
        "migrations.AlterField('cart', 'n', models.CharField(max_length=9, db_index=True))",
        [("create index", "shop_cart", "n", "")],
    ),
    "a field that changes for Python alone": (
        "migrations.AlterField('cart', 'n', models.CharField(max_length=9, help_text='?'))",
        [("other", "shop_cart", "n", "")],
    ),
    "a relation that goes": (
        "migrations.RemoveField('cart', 'tag')",
        [("drop column", "shop_cart", "tag_id", "ForeignKey")],
    ),
    "a relation of many to many that goes": (
        "migrations.RemoveField('cart', 'tags')",
        [("drop table", "shop_cart_tags", "", "")],
    ),
    "a table that another migration named": (
        "migrations.AddField('tag', 'x', models.TextField(null=True))",
        [("add column", "tags", "x", "")],
    ),
    "a model whose table keeps its name": (
        "migrations.RenameModel('Tag', 'Label'), migrations.DeleteModel('Label')",
        [("rename table", "tags", "", ""), ("drop table", "tags", "", "")],
    ),
}


@pytest.mark.parametrize(("operation", "expected"), FIELDS.values(), ids=FIELDS)
def test_django(operation: str, expected: list[tuple[str, str, str, str]]) -> None:
    found = of_django(operation)

    assert [
        (step.operation.value, step.table, step.column, step.old_type) for step in found
    ] == expected


def test_alembic() -> None:
    files = {
        "m/1.py": revision("1", "None", "op.create_table('t', sa.Column('a', sa.String(9)))"),
        "m/2.py": revision("2", "'1'", "op.alter_column('t', 'a', type_=sa.Text())"),
    }
    facts = followed(project(files))[-1]
    (step,) = [fact for fact in facts.facts if isinstance(fact, SchemaStep)]

    assert (step.operation, step.old_type, step.old_nullable) == (
        Operation.ALTER_TYPE,
        "sa.String(9)",
        True,
    )


LOG = "<databaseChangeLog>{}</databaseChangeLog>"
SET = '<changeSet id="{}" author="x">{}</changeSet>'
LOGS = {
    "db/changelog/master.xml": LOG.format(
        '<include file="db/changelog/z.xml"/>'
        '<include file="a.yaml" relativeToChangelogFile="true"/>'
        '<includeAll path="db/changelog/more"/>'
    ),
    "db/changelog/z.xml": LOG.format(
        SET.format(
            1,
            '<createTable tableName="t"><column name="a" type="varchar(9)"/></createTable>',
        )
    ),
    "db/changelog/a.yaml": (
        "databaseChangeLog:\n- changeSet:\n    id: 2\n    author: x\n    changes:\n"
        "    - renameTable: {oldTableName: t, newTableName: u}\n"
    ),
    "db/changelog/more/2.sql": (
        "--liquibase formatted sql\n--changeset x:4\nALTER TABLE u ALTER COLUMN a TYPE text;\n"
    ),
    "db/changelog/more/1.xml": LOG.format(
        SET.format(3, '<addColumn tableName="u"><column name="b" type="int"/></addColumn>')
    ),
}


def changelogs() -> list[FileFacts]:
    return [
        sql.read(path, text) if path.endswith(".sql") else liquibase.read(path, text)
        for path, text in LOGS.items()
    ]


def test_changelogs_follow_their_includes() -> None:
    (history,) = histories(changelogs())

    assert [facts.path.removeprefix("db/changelog/") for facts in history.files] == [
        "z.xml",
        "a.yaml",
        "more/1.xml",
        "more/2.sql",
        "master.xml",
    ]


def test_a_changelog_tells_what_came_before() -> None:
    facts = {each.path: each for each in followed(changelogs())}
    (step,) = [
        fact for fact in facts["db/changelog/more/2.sql"].facts if isinstance(fact, SchemaStep)
    ]

    assert step.old_type == "varchar(9)"
    assert [list(found.tables) for found in schemas(changelogs())] == [["u"]]


def test_changelogs_that_include_each_other_end() -> None:
    text = LOG.format('<include file="{}"/>' + SET.format(1, '<dropTable tableName="t"/>'))
    files = [
        liquibase.read("db/a.xml", text.format("b.xml")),
        liquibase.read("db/b.xml", text.format("a.xml")),
    ]

    assert histories(files) == []


MADE = (
    "CREATE TABLE e (at date NOT NULL, k text) PARTITION BY RANGE (at); "
    "CREATE TABLE p (at date NOT NULL, k text)"
)
BOUNDS = "ALTER TABLE p ADD CONSTRAINT b CHECK (at >= '2030-01-01' AND at < '2031-01-01')"
ATTACH = "ALTER TABLE e ATTACH PARTITION p FOR VALUES FROM ('2030-01-01') TO ('2031-01-01')"
FITTING = {
    "a CHECK of the same bounds": ([MADE, BOUNDS], ATTACH, True),
    "one that is validated later": (
        [MADE, f"{BOUNDS} NOT VALID", "ALTER TABLE p VALIDATE CONSTRAINT b"],
        ATTACH,
        True,
    ),
    "one that is not validated": ([MADE, f"{BOUNDS} NOT VALID"], ATTACH, False),
    "none": ([MADE], ATTACH, False),
    "one of wider bounds": ([MADE, BOUNDS.replace("2031", "2032")], ATTACH, False),
    "one that lets the upper bound in": (
        [MADE, BOUNDS.replace("<", "<=")],
        ATTACH,
        False,
    ),
    "a column that may be NULL": ([MADE.replace(" NOT NULL", ""), BOUNDS], ATTACH, False),
    "a CHECK that says that it is not": (
        [
            MADE.replace(" NOT NULL", ""),
            BOUNDS.replace("(at", "(at IS NOT NULL AND at"),
        ],
        ATTACH,
        True,
    ),
    "either of two": ([MADE, BOUNDS.replace(" AND ", " OR ")], ATTACH, False),
    "a default partition beside it": (
        [MADE, "CREATE TABLE d PARTITION OF e DEFAULT", BOUNDS],
        ATTACH,
        False,
    ),
    "a default partition that was attached": (
        [
            MADE,
            "CREATE TABLE d (at date, k text)",
            "ALTER TABLE e ATTACH PARTITION d DEFAULT",
            BOUNDS,
        ],
        ATTACH,
        False,
    ),
    "a table that nobody saw made": ([MADE.partition("; ")[2], BOUNDS], ATTACH, False),
    "a list": (
        [MADE, "ALTER TABLE p ADD CONSTRAINT b CHECK (k IS NOT NULL AND k IN ('a', 'b'))"],
        "ALTER TABLE e ATTACH PARTITION p FOR VALUES IN ('a', 'b')",
        True,
    ),
    "a longer list": (
        [MADE, "ALTER TABLE p ADD CONSTRAINT b CHECK (k IS NOT NULL AND k IN ('a', 'b', 'c'))"],
        "ALTER TABLE e ATTACH PARTITION p FOR VALUES IN ('a', 'b')",
        False,
    ),
}


@pytest.mark.parametrize("name", FITTING)
def test_a_check_proves_that_a_partition_fits(name: str) -> None:
    before, asked, expected = FITTING[name]

    assert last(*before, asked).proved is expected


def test_one_word_of_mariadb_tells_of_all_its_history() -> None:
    made = "CREATE TABLE t (a int) ENGINE=InnoDB"
    told = "ALTER TABLE t ADD COLUMN IF NOT EXISTS b int, ENGINE=InnoDB"

    assert last(made, told, "ALTER TABLE `t` DROP `b`").dialect == "mariadb"
    assert last(made, "ALTER TABLE `t` DROP `b`").dialect == "mysql"


def test_configuration_tells_mariadb_from_mysql() -> None:
    files = project(numbered("ALTER TABLE `t` DROP `b`"))
    settings = hints.read("compose.yaml", "services:\n  db:\n    image: mariadb:10.11\n").facts

    linked = link_schema(files, (), [fact for fact in settings if isinstance(fact, Setting)])
    assert [fact.dialect for fact in linked[0].facts if isinstance(fact, SchemaStep)] == ["mariadb"]


def test_a_constraint_that_stays_open_is_told_where_a_later_migration_could_close_it() -> None:
    made = "CREATE TABLE t (a int)"
    opened = "ALTER TABLE t ADD CONSTRAINT c CHECK (a > 0) NOT VALID"
    after = {
        "SELECT 1": [True],
        "ALTER TABLE t VALIDATE CONSTRAINT c": [False],
        "ALTER TABLE t DROP CONSTRAINT c": [False],
        "DROP TABLE t": [False],
    }

    def left(*texts: str) -> list[bool]:
        facts = followed(project(numbered(made, opened, *texts)))[1]
        return [fact.unvalidated for fact in facts.facts if isinstance(fact, SchemaStep)]

    assert {text: left(text) for text in after} == after
    assert left() == [False]


def test_a_field_of_django_brings_a_foreign_key_and_may_lose_its_index() -> None:
    head = "from django.db import migrations, models\nclass Migration(migrations.Migration):\n"
    files = {
        "shop/migrations/0001_a.py": (
            f"{head}    operations = [migrations.CreateModel('Order', fields=["
            "('id', models.AutoField(primary_key=True)),"
            "('size', models.PositiveIntegerField(db_index=True))])]\n"
        ),
        "shop/migrations/0002_b.py": (
            f"{head}    dependencies = [('shop', '0001_a')]\n    operations = ["
            "migrations.AddField('order', 'after',"
            " models.ForeignKey('shop.Order', models.CASCADE, null=True)),"
            "migrations.AlterField('order', 'size', models.PositiveIntegerField())]\n"
        ),
    }
    (found,) = schemas(project(files))
    order = found.table("shop_order")
    assert order is not None

    held = [(each.kind, each.columns) for each in order.constraints]
    assert ("foreign key", ("after_id",)) in held
    assert ("check", ("size",)) in held
    assert [index.columns for index in order.indexes] == [("after_id",)]
    steps = [fact for fact in followed(project(files))[1].facts if isinstance(fact, SchemaStep)]
    dropped = [step.columns for step in steps if step.operation is Operation.DROP_INDEX]
    assert dropped == [("size",)]


def test_a_column_follows_its_type_to_its_new_name() -> None:
    found = table("CREATE TABLE t (a mood, b moody)", "ALTER TYPE mood RENAME TO spirit").columns

    assert [column.type for column in found.values()] == ["spirit", "moody"]


def test_an_index_that_names_rows_is_known_by_its_new_name() -> None:
    before = (
        T,
        "CREATE UNIQUE INDEX i ON t (a); ALTER TABLE t REPLICA IDENTITY USING INDEX i;",
        "ALTER INDEX i RENAME TO j",
    )

    assert last(*before, "DROP INDEX j").unkeyed == ("t",)
    assert last(*before, "ALTER TABLE t REPLICA IDENTITY FULL; DROP INDEX j").unkeyed == ()


def test_a_publication_knows_its_tables_without_a_key() -> None:
    before = (T, "CREATE TABLE u (a int); CREATE TABLE v (a int)")

    assert last(*before, "CREATE PUBLICATION p FOR ALL TABLES").unkeyed == ("u", "v")
    assert last(*before, "CREATE PUBLICATION p FOR TABLE t, ONLY u (a)").unkeyed == ("u",)
    assert last(*before, "ALTER PUBLICATION p SET TABLE v WHERE (a > 1)").unkeyed == ("v",)
    assert last(*before, "CREATE PUBLICATION p FOR TABLES IN SCHEMA s").unkeyed == ("u", "v")
    assert last(*before, "ALTER PUBLICATION p SET (publish = 'insert')").unkeyed == ()
