"""What a change asks of the migrations that came before it: what it reads, what that tells."""

from collections.abc import Mapping

import pytest

from nonevent.change import Content
from nonevent.facts import FileFacts, SchemaStep
from nonevent.gather import Gathered, gather
from nonevent.link.schema import link_schema
from nonevent.options import Options
from nonevent.pipeline import prepare

TASK = prepare(Options())
HEAD = "import sqlalchemy as sa\nfrom alembic import op\n\n"


def side(files: Mapping[str, str]) -> dict[str, Content]:
    def content(text: str) -> Content:
        return text.encode

    return {path: content(text) for path, text in files.items()}


def gathered(files: Mapping[str, str], mine: str) -> Gathered:
    rest = side(files)
    change = {mine: rest.pop(mine)}
    return gather(change, TASK.asked, TASK.markers, TASK.judge.hangs, around=lambda: rest)


def linked(files: Mapping[str, str], mine: str) -> list[SchemaStep]:
    found = gathered(files, mine)
    (facts,) = link_schema(found.files, (), found.databases, found.past)
    return [fact for fact in facts.facts if isinstance(fact, SchemaStep)]


def read(facts: FileFacts) -> bool:
    return any(isinstance(fact, SchemaStep) for fact in facts.facts)


SQL = {
    "db/1_a.sql": "CREATE TABLE carts (n varchar(9) NOT NULL)",
    "db/2_b.sql": "CREATE TABLE orders (n int)",
    "db/3_c.sql": "ALTER TABLE carts RENAME TO baskets",
    "db/4_d.sql": "ALTER TABLE baskets ALTER n TYPE varchar(20)",
    "db/5_e.sql": "CREATE INDEX i ON baskets (n)",
    "db/6_f.sql": "DROP INDEX i",
    "db/7_g.sql": "CREATE INDEX j ON baskets (n)",
    "other/1_a.sql": "CREATE TABLE baskets (n text)",
}


def test_files_are_read_that_name_the_table_under_any_of_its_names() -> None:
    past = gathered(SQL, "db/4_d.sql").past

    assert [facts.path for facts in past if read(facts)] == [
        "db/1_a.sql",
        "db/3_c.sql",
        "db/5_e.sql",
        "db/7_g.sql",
    ]


def test_what_they_say_is_known_of_the_change() -> None:
    (step,) = linked(SQL, "db/4_d.sql")

    assert (step.old_type, step.old_nullable) == ("varchar(9)", False)


def test_what_comes_later_is_not_what_came_before() -> None:
    files = {**SQL, "db/8_h.sql": "ALTER TABLE baskets ALTER n TYPE text"}
    (step,) = linked(files, "db/4_d.sql")

    assert step.old_type == "varchar(9)"


def test_an_index_that_goes_is_found_by_its_name() -> None:
    (step,) = linked(SQL, "db/6_f.sql")

    assert (step.table, step.columns) == ("baskets", ("n",))


def test_a_change_that_asks_nothing_of_the_past_reads_none_of_it() -> None:
    files = {**SQL, "db/8_h.sql": "CREATE INDEX CONCURRENTLY k ON baskets (n)"}

    assert gathered(files, "db/8_h.sql").past == ()


def revision(name: str, before: str, body: str) -> str:
    said = f"revision = {name!r}\ndown_revision = {before}\n"
    return f"{HEAD}{said}\ndef upgrade():\n    {body}\n"


ALEMBIC = {
    "m/z.py": revision("1", "None", "op.create_table('t', sa.Column('a', sa.String(9)))"),
    "m/y.py": revision("2", "'1'", "op.create_table('u', sa.Column('a', sa.Text()))"),
    "m/x.py": revision("3", "(\n    '2',\n)", "op.alter_column('t', 'a', type_=sa.String(10))"),
    "m/w.py": revision("4", "'3'", "op.alter_column('t', 'a', nullable=False)"),
}


@pytest.mark.parametrize("mine", ["m/w.py", "m/x.py"])
def test_revisions_that_are_not_read_keep_their_place(mine: str) -> None:
    past = gathered(ALEMBIC, mine).past
    (step,) = linked(ALEMBIC, mine)

    assert [facts.path for facts in past if not read(facts)] == ["m/y.py"]
    assert step.old_type == {"m/w.py": "sa.String(10)", "m/x.py": "sa.String(9)"}[mine]


def migration(before: str, operations: str) -> str:
    return (
        "from django.db import migrations, models\n\n\nclass Migration(migrations.Migration):\n"
        f"    dependencies = [{before}]\n    operations = [{operations}]\n"
    )


DJANGO = {
    "shop/migrations/0001_initial.py": migration(
        "", "migrations.CreateModel('Cart', [('n', models.CharField(max_length=9))])"
    ),
    "shop/migrations/0002_other.py": migration(
        "('shop', '0001_initial')", "migrations.CreateModel('Tag', [])"
    ),
    "shop/migrations/0003_cart.py": migration(
        "('shop', '0002_other')",
        "migrations.AlterField('Cart', 'n', models.CharField(max_length=20))",
    ),
}


def test_a_former_field_is_known() -> None:
    found = gathered(DJANGO, "shop/migrations/0003_cart.py").past
    (step,) = linked(DJANGO, "shop/migrations/0003_cart.py")

    assert [read(facts) for facts in found] == [True, False]
    assert (step.operation.value, step.old_type) == ("alter column type", "CharField(max_length=9)")


INDEX = "CREATE INDEX i ON carts (n)"
TOLD = {
    "a neighbour's own words": (
        {"db/1_a.sql": "CREATE TABLE carts (n int) ENGINE=InnoDB", "db/2_b.sql": INDEX},
        "mysql",
    ),
    "neighbours of two databases": (
        {
            "db/1_a.sql": "CREATE TABLE carts (n int) ENGINE=InnoDB",
            "db/2_b.sql": INDEX,
            "db/3_c.sql": "CREATE TABLE b (n jsonb)",
        },
        "",
    ),
    "a file above": (
        {"db/2_b.sql": INDEX, "compose.yaml": "services:\n  db:\n    image: mysql:8\n"},
        "mysql",
    ),
    "the nearest file": (
        {
            "db/2_b.sql": INDEX,
            "compose.yaml": "services:\n  db:\n    image: mysql:8\n",
            "db/migration_lock.toml": 'provider = "sqlite"',
        },
        "sqlite",
    ),
    "a file elsewhere": (
        {"db/2_b.sql": INDEX, "other/compose.yaml": "services:\n  db:\n    image: mysql:8\n"},
        "",
    ),
    "nothing": ({"db/2_b.sql": INDEX}, ""),
}


@pytest.mark.parametrize(("files", "expected"), TOLD.values(), ids=TOLD)
def test_a_statement_of_all_databases_is_told_by(files: dict[str, str], expected: str) -> None:
    (step,) = linked(files, "db/2_b.sql")

    assert step.dialect == expected
