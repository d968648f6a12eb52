"""What a new table has from its first moment, whichever language creates it."""

from typing import Any

import pytest

from nonevent.facts import FileFacts, Part, SchemaStep
from nonevent.readers import alembic, django, python, sql
from nonevent.readers.interests import interests

ALEMBIC = "import sqlalchemy as sa\nfrom alembic import op\n\ndef upgrade():\n    "
DJANGO = (
    "from django.db import migrations, models\n\n\nclass Migration(migrations.Migration):\n"
    "    operations = ["
)
KEY = Part("primary key", columns=("id",))


def steps(facts: FileFacts) -> list[SchemaStep]:
    assert not facts.notes
    return [fact for fact in facts.facts if isinstance(fact, SchemaStep)]


def column(name: str, type: str, **more: Any) -> Part:  # noqa: A002
    return Part("column", name, type=type, **more)


SQL = [
    pytest.param(
        "postgresql",
        "CREATE TABLE a (id serial PRIMARY KEY, n varchar(20) NOT NULL DEFAULT 'x', b int)",
        (
            column("id", "serial", nullable=False, generated=True),
            KEY,
            column("n", "varchar(20)", nullable=False, default="'x'"),
            column("b", "int"),
        ),
        id="columns with type, default and key",
    ),
    pytest.param(
        "postgresql",
        "CREATE TABLE a (b int CONSTRAINT pos CHECK (b > 0) UNIQUE REFERENCES o (id) "
        "ON DELETE SET NULL)",
        (
            column("b", "int"),
            Part("check", "pos", ("b",), condition="b > 0"),
            Part("unique", "", ("b",)),
            Part("foreign key", "", ("b",), references="o"),
        ),
        id="constraints beside a column",
    ),
    pytest.param(
        "postgresql",
        "CREATE TABLE a (CONSTRAINT u UNIQUE (a, b), CHECK (a IS NOT NULL), "
        "CONSTRAINT f FOREIGN KEY (a) REFERENCES s.o)",
        (
            Part("unique", "u", ("a", "b")),
            Part("check", condition="a IS NOT NULL"),
            Part("foreign key", "f", ("a",), references="s.o"),
        ),
        id="constraints of the table",
    ),
    pytest.param(
        "mysql",
        "CREATE TABLE `a` (`id` int unsigned NOT NULL AUTO_INCREMENT, `n` varchar(9) DEFAULT NULL, "
        "PRIMARY KEY (`id`), UNIQUE KEY `u` (`n`(5)), KEY `k` (`n`), FULLTEXT INDEX f (n))",
        (
            column("id", "int unsigned", nullable=False, generated=True),
            column("n", "varchar(9)", default="NULL"),
            KEY,
            Part("unique", "u", ("n",)),
            Part("index", "k", ("n",)),
            Part("index", "f", ("n",)),
        ),
        id="keys of MySQL",
    ),
]


@pytest.mark.parametrize(("dialect", "text", "parts"), SQL)
def test_a_created_table(dialect: str, text: str, parts: tuple[Part, ...]) -> None:
    [step] = steps(sql.read("a.sql", text, dialect))

    assert (step.parts, step.open) == (parts, False)


OPEN = [
    "CREATE TABLE a AS SELECT 1",
    "CREATE TABLE a (LIKE b INCLUDING ALL)",
    "CREATE TABLE a (b int) INHERITS (c)",
    "CREATE TABLE a PARTITION OF b FOR VALUES IN (1)",
    "SELECT 1 AS b INTO a FROM c",
]


@pytest.mark.parametrize("text", OPEN)
def test_has_more_than_its_statement_tells(text: str) -> None:
    [step] = steps(sql.read("a.sql", text, "postgresql"))

    assert step.open


@pytest.mark.parametrize("text", ["CREATE TABLE a LIKE b", "CREATE TABLE a (b int) SELECT 1 AS c"])
def test_has_more_than_its_statement_tells_in_mysql(text: str) -> None:
    [step] = steps(sql.read("a.sql", text, "mysql"))

    assert step.open


def test_storage_parameters_bring_no_columns() -> None:
    [step] = steps(sql.read("a.sql", "CREATE TABLE a (b int) WITH (fillfactor=70)", "postgresql"))

    assert not step.open


def test_a_new_column_brings_its_constraints() -> None:
    text = "ALTER TABLE a ADD COLUMN b int UNIQUE CHECK (b > 0)"
    [step] = steps(sql.read("a.sql", text, "postgresql"))

    assert step.parts == (Part("unique", "", ("b",)), Part("check", "", ("b",), condition="b > 0"))


@pytest.mark.parametrize("dialect", ["postgresql", "sqlite", ""])
def test_conditions_are_kept(dialect: str) -> None:
    text = "ALTER TABLE a ADD CONSTRAINT c CHECK (b IS NOT NULL); CREATE INDEX i ON a (b) WHERE d"
    found = steps(sql.read("a.sql", text, dialect))

    assert [step.condition for step in found] == ["b IS NOT NULL", "d"]


def test_alembic() -> None:
    source = (
        f"{ALEMBIC}op.create_table('a', sa.Column('id', sa.Integer(), nullable=False),"
        "sa.Column('b', sa.String(9), sa.ForeignKey('o.id'), server_default='x', index=True),"
        "sa.PrimaryKeyConstraint('id'), sa.UniqueConstraint('id', 'b', name=op.f('u')),"
        "sa.ForeignKeyConstraint(['b'], ['s.p.id'], name='f'),"
        "sa.CheckConstraint('b > 0', name='c'), sa.Index('i', 'b'), schema='s')"
    )
    [step], notes = alembic.view(python.read("a.py", source, interests()), source)

    assert notes == ()
    assert step.columns == ("id", "b")
    assert not step.open
    assert step.parts == (
        column("id", "sa.Integer()", nullable=False, generated=True),
        column("b", "sa.String(9)", nullable=True, default="'x'"),
        Part("foreign key", "", ("b",), references="o"),
        Part("index", "", ("b",)),
        KEY,
        Part("unique", "u", ("id", "b")),
        Part("foreign key", "f", ("b",), references="s.p"),
        Part("check", "c", condition="b > 0"),
        Part("index", "i", ("b",)),
    )


def test_alembic_with_columns_of_a_list() -> None:
    source = f"{ALEMBIC}op.create_table('a', *COLUMNS)"
    [step], _ = alembic.view(python.read("a.py", source, interests()), source)

    assert step.open


def model(text: str) -> list[SchemaStep]:
    source = f"{DJANGO}{text}]\n"
    found = python.read("shop/migrations/0002_x.py", source, interests())
    made, notes = django.view(found, source)
    assert notes == ()
    return list(made)


def test_django() -> None:
    [step] = model(
        "migrations.CreateModel('Cart', [('id', models.BigAutoField(primary_key=True)),"
        "('tag', models.ForeignKey('shop.Tag', models.CASCADE, null=True)),"
        "('slug', models.SlugField(unique=True)), ('n', models.IntegerField(db_default=1))],"
        "options={'unique_together': {('tag', 'slug')},"
        "'indexes': [models.Index(fields=['tag'], name='i')]})"
    )

    assert step.parts == (
        column("id", "BigAutoField", nullable=False, generated=True),
        KEY,
        column("tag_id", "ForeignKey", nullable=True),
        Part("foreign key", "", ("tag_id",), references="shop_tag"),
        Part("index", "", ("tag_id",)),
        column("slug", "SlugField", nullable=False),
        Part("unique", "", ("slug",)),
        column("n", "IntegerField", nullable=False, default="1"),
        Part("unique", "", ("tag_id", "slug")),
        Part("index", "i", ("tag_id",)),
    )


def test_django_adds_a_key_where_none_is_named() -> None:
    [step] = model("migrations.CreateModel('Cart', [('n', models.TextField(null=True))])")

    assert step.parts == (
        column("id", "", nullable=False, generated=True),
        KEY,
        column("n", "TextField", nullable=True),
    )


def test_a_relation_of_many_to_many_has_a_table_of_its_own() -> None:
    made = model(
        "migrations.CreateModel('Cart', [('tags', models.ManyToManyField('shop.Tag')),"
        "('items', models.ManyToManyField('shop.Item', through='shop.Line'))])"
    )

    assert [step.table for step in made] == ["shop_cart", "shop_cart_tags"]
    assert [part.name for part in made[1].parts if part.kind == "column"] == [
        "id",
        "cart_id",
        "tag_id",
    ]


INTEGERS = {
    "an integer that is the whole key": ("'id', sa.Integer()", True),
    "one that is told not to count": ("'id', sa.Integer(), autoincrement=False", False),
    "one with a default": ("'id', sa.Integer(), server_default='1'", False),
    "one that points elsewhere": ("'id', sa.Integer(), sa.ForeignKey('o.id')", False),
    "a text": ("'id', sa.String(9)", False),
}


@pytest.mark.parametrize("name", INTEGERS)
def test_an_integer_that_is_the_key_counts_by_itself(name: str) -> None:
    written, expected = INTEGERS[name]
    source = f"{ALEMBIC}op.create_table('a', sa.Column({written}), sa.PrimaryKeyConstraint('id'))"
    [step], _ = alembic.view(python.read("a.py", source, interests()), source)

    assert step.parts[0].generated is expected


def test_a_column_of_an_index_may_have_an_order() -> None:
    source = f"{ALEMBIC}op.create_index('i', 'a', ['x', sa.text('y DESC'), sa.text('lower(z)')])"
    [step], _ = alembic.view(python.read("a.py", source, interests()), source)

    assert step.columns == ("x", "y", "lower(z)")
