"""Migrations whose place among the others stops their tool, and how tools run a script."""

from collections.abc import Collection, Mapping

import pytest

from nonevent.facts import FileFacts, SchemaStep, Setting
from nonevent.link.disorder import disorders
from nonevent.link.schema import link_schema
from nonevent.readers import hints, python, sql
from nonevent.readers.interests import interests

WANTED = interests((), ())


def project(files: Mapping[str, str]) -> list[FileFacts]:
    readers = {"py": lambda path, text: python.read(path, text, WANTED), "sql": sql.read}
    return [
        readers.get(path.rpartition(".")[2], hints.read)(path, text) for path, text in files.items()
    ]


def told(files: Mapping[str, str], added: Collection[str] = ()) -> dict[str, list[tuple[str, ...]]]:
    found = disorders(project(files), (), added)
    return {
        path: [(each.placing.value, each.name, *each.others) for each in those]
        for path, those in found.items()
    }


def revision(name: str, after: str, more: str = "") -> str:
    return f"from alembic import op\nrevision = {name!r}\ndown_revision = {after}\n{more}\n"


ALEMBIC = {
    "two that follow one": (
        {"a": "None", "b": "'a'", "c": "'a'"},
        "",
        {"v/c.py": [("branch", "c", "b")]},
    ),
    "two that are joined": (
        {"a": "None", "b": "'a'", "c": "'a'", "d": "('b', 'c')"},
        "",
        {},
    ),
    "one that begins a history of its own": ({"a": "None", "b": "'a'", "x": "None"}, "", {}),
    "one that is computed": ({"a": "None", "b": "'a'", "c": "'a'", "d": "BASE"}, "", {}),
    "branches that are meant": (
        {"a": "None", "b": "'a'", "c": "'a'"},
        "branch_labels = ('x',)",
        {},
    ),
    "one that another depends on": (
        {"a": "None", "b": "'a'", "c": "'a'"},
        "depends_on = 'b'",
        {},
    ),
}


@pytest.mark.parametrize("name", ALEMBIC)
def test_heads_of_alembic(name: str) -> None:
    graph, more, expected = ALEMBIC[name]
    files = {
        f"v/{one}.py": revision(one, after, more if one == "c" else "")
        for one, after in graph.items()
    }

    assert told(files) == expected


def migration(*after: str, more: str = "") -> str:
    pairs = ", ".join(f"('shop', {one!r})" for one in after)
    return (
        "from django.db import migrations\n"
        "class Migration(migrations.Migration):\n"
        f"    dependencies = [{pairs}]\n    operations = []\n{more}"
    )


SQUASHED = "    replaces = [('shop', '0001_a'), ('shop', '0002_b')]\n"
DJANGO = {
    "two that follow one": (
        {"0001_a": migration(), "0002_b": migration("0001_a"), "0002_c": migration("0001_a")},
        {"shop/migrations/0002_c.py": [("branch", "0002_c", "0002_b")]},
    ),
    "two that are joined": (
        {
            "0001_a": migration(),
            "0002_b": migration("0001_a"),
            "0002_c": migration("0001_a"),
            "0003_m": migration("0002_b", "0002_c"),
        },
        {},
    ),
    "a squashed one beside its originals": (
        {
            "0001_a": migration(),
            "0002_b": migration("0001_a"),
            "0001_s": migration(more=SQUASHED),
        },
        {},
    ),
    "one after the originals, one after the squashed": (
        {
            "0001_a": migration(),
            "0002_b": migration("0001_a"),
            "0001_s": migration(more=SQUASHED),
            "0003_c": migration("0002_b"),
            "0003_d": migration("0001_s"),
        },
        {"shop/migrations/0003_d.py": [("branch", "0003_d", "0003_c")]},
    ),
    "two after what was squashed and is gone": (
        {
            "0001_s": migration(more=SQUASHED),
            "0003_c": migration("0002_b"),
            "0003_d": migration("0002_b"),
        },
        {"shop/migrations/0003_d.py": [("branch", "0003_d", "0003_c")]},
    ),
    "one after what was squashed and is gone": (
        {"0001_s": migration(more=SQUASHED), "0003_c": migration("0002_b")},
        {},
    ),
    "one whose dependencies are computed": (
        {
            "0001_a": migration(),
            "0002_b": migration("0001_a"),
            "0002_c": migration("0001_a"),
            "0003_m": migration().replace("[]\n    operations", "BOTH\n    operations"),
        },
        {},
    ),
}


@pytest.mark.parametrize("name", DJANGO)
def test_leaves_of_django(name: str) -> None:
    files, expected = DJANGO[name]

    assert told({f"shop/migrations/{one}.py": text for one, text in files.items()}) == expected


X = "CREATE TABLE t (a int)"
NUMBERS = {
    "a version twice": (
        ["V1.0__a.sql", "V1__b.sql"],
        [],
        {"m/V1__b.sql": [("twice", "V1__b.sql", "V1.0__a.sql")]},
    ),
    "a pair is one": (["1_a.up.sql", "1_a.down.sql"], [], {}),
    "an undo script and a repeatable one": (["V1__a.sql", "U1__a.sql", "R__1.sql"], [], {}),
    "a new one before the last": (
        ["V1__a.sql", "V3__c.sql", "V2__b.sql"],
        ["V2__b.sql"],
        {"m/V2__b.sql": [("behind", "V2__b.sql", "V3__c.sql")]},
    ),
    "a new one behind the last": (["V1__a.sql", "V10__b.sql"], ["V10__b.sql"], {}),
    "all of them new": (["V1__a.sql", "V10__b.sql"], ["V1__a.sql", "V10__b.sql"], {}),
    "a tool that applies what is missing": (
        ["20260101000000_a.up.sql", "20260102000000_b.up.sql"],
        ["20260101000000_a.up.sql"],
        {},
    ),
    "golang-migrate's own numbers": (
        ["000001_a.up.sql", "000002_b.up.sql"],
        ["000001_a.up.sql"],
        {"m/000001_a.up.sql": [("behind", "000001_a.up.sql", "000002_b.up.sql")]},
    ),
}


@pytest.mark.parametrize("name", NUMBERS)
def test_numbers_of_files(name: str) -> None:
    names, added, expected = NUMBERS[name]

    assert told({f"m/{one}": X for one in names}, [f"m/{one}" for one in added]) == expected


INDEX = "CREATE INDEX CONCURRENTLY i ON t (a);"
ALTER = "ALTER TABLE t ADD COLUMN note text;"
ENGINE = {"flyway.conf": "flyway.url=jdbc:postgresql://db/shop\n"}
SQLX = {"Cargo.toml": '[dependencies]\nsqlx = { features = ["postgres"] }\n'}
RUNS = {
    "a script": ("V1__x.sql", ALTER, {}, [True]),
    "one that can have no transaction": ("V1__x.sql", INDEX, {}, [False]),
    "both kinds": ("V1__x.sql", ALTER + INDEX, {}, [True, True]),
    "both kinds, which is allowed": (
        "V1__x.sql",
        ALTER + INDEX,
        {"flyway.conf": ENGINE["flyway.conf"] + "flyway.mixed=true\n"},
        [False, False],
    ),
    "its own configuration": (
        "V1__x.sql",
        ALTER,
        {"V1__x.sql.conf": "executeInTransaction=false\n"},
        [False],
    ),
    "another one's configuration": (
        "V1__x.sql",
        ALTER,
        {"V2__x.sql.conf": "executeInTransaction=false\n"},
        [True],
    ),
    "that of all": (
        "V1__x.sql",
        ALTER,
        {"flyway.toml": '[flyway]\nurl = "jdbc:postgresql://db/x"\nexecuteInTransaction = false\n'},
        [False],
    ),
    "a database that has none": (
        "V1__x.sql",
        ALTER,
        {"flyway.conf": "flyway.url=jdbc:mysql://db/shop\n"},
        [None],
    ),
    "no script of Flyway": ("1_x.sql", ALTER, {}, [None]),
    "a script of sqlx": ("migrations/1_x.sql", ALTER, SQLX, [True]),
    "one that sqlx is told to run alone": (
        "migrations/1_x.sql",
        f"-- no-transaction\n{INDEX}",
        SQLX,
        [False],
    ),
    "a workspace whose crate is built with sqlx": (
        "migrations/1_x.up.sql",
        ALTER,
        {"crates/db/Cargo.toml": "[dependencies]\nsqlx.workspace = true\n"},
        [True],
    ),
    "a crate beside the script": (
        "other/migrations/1_x.sql",
        ALTER,
        {"db/Cargo.toml": SQLX["Cargo.toml"]},
        [None],
    ),
    "a script that sqlx does not run": ("migrations/x.sql", ALTER, SQLX, [None]),
}


@pytest.mark.parametrize("name", RUNS)
def test_transactions_of_tools(name: str) -> None:
    path, text, more, expected = RUNS[name]
    files = project({path: text, **ENGINE, **more})
    settings = [fact for facts in files for fact in facts.facts if isinstance(fact, Setting)]
    linked = link_schema(files, (), settings)

    found = [fact for facts in linked for fact in facts.facts if isinstance(fact, SchemaStep)]
    assert [step.in_transaction for step in found] == expected
