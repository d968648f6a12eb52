"""Schema steps in the context of the change: what it creates is new."""

import pytest

from nonevent.facts import FileFacts, Operation, SchemaStep, Setting
from nonevent.link.schema import link_schema
from nonevent.location import Location
from nonevent.readers import python, sql
from nonevent.readers.interests import interests

HERE = Location("0001.sql", 1, 1, 1, 2)
INDEX = SchemaStep(Operation.CREATE_INDEX, HERE, "sql", table="public.Coupons")


def created(**fields: object) -> SchemaStep:
    step = SchemaStep(Operation.CREATE_TABLE, HERE, "sql", table='"coupons"')
    return step._replace(**fields)  # type: ignore[arg-type]  # the fields of a step


NEW = {
    "an added file creates it": (created(), "0001.sql", True),
    "an old file creates it": (created(), "", False),
    "the way back creates it": (created(direction="down"), "0001.sql", False),
    "only the models' state has it": (created(keeps_data=True), "0001.sql", False),
    "another table is created": (created(table="orders"), "0001.sql", False),
}


@pytest.mark.parametrize(("step", "added", "new"), NEW.values(), ids=NEW)
def test_a_table_is_new_if(step: SchemaStep, added: str, new: bool) -> None:
    files = (FileFacts("0001.sql", (step,)), FileFacts("0002.sql", (INDEX,)))
    linked = link_schema(files, {added})

    assert [fact.table_is_new for fact in linked[1].facts if isinstance(fact, SchemaStep)] == [new]


GOES = {
    "a later file makes another of its name": (
        {"1.sql": "ALTER TABLE t RENAME TO u", "2.sql": "CREATE TABLE t (a int)"},
        [False, False],
    ),
    "an earlier file has given it its name": (
        {"1.sql": "ALTER TABLE t RENAME TO u", "2.sql": "DROP TABLE u"},
        [False, True],
    ),
    "another takes its place": (
        {"1.sql": "DROP TABLE t", "2.sql": "ALTER TABLE u RENAME TO t"},
        [False, False],
    ),
}


@pytest.mark.parametrize(("texts", "new"), GOES.values(), ids=GOES)
def test_what_goes_is_new_if(texts: dict[str, str], new: list[bool]) -> None:
    linked = link_schema([sql.read(path, text) for path, text in texts.items()], set(texts))
    steps = [fact for facts in linked for fact in facts.facts if isinstance(fact, SchemaStep)]

    assert [step.table_is_new for step in steps] == new


def read(text: str, *databases: Setting) -> list[SchemaStep]:
    (linked,) = link_schema([sql.read("m/0002_x.sql", text)], (), databases)
    return [fact for fact in linked.facts if isinstance(fact, SchemaStep)]


def test_a_default_that_is_dropped_again_is_none_for_the_running_version() -> None:
    steps = read(
        "ALTER TABLE t ADD COLUMN a int NOT NULL DEFAULT 0;\n"
        "ALTER TABLE t ADD COLUMN b int NOT NULL DEFAULT 0;\n"
        "ALTER TABLE t ALTER COLUMN a DROP DEFAULT;\n"
    )

    assert [step.default_in_database for step in steps] == [False, True, True]


def test_the_way_back_names_the_old_type() -> None:
    steps = read(
        "-- +goose Up\nALTER TABLE t ALTER COLUMN a TYPE numeric(11,2);\n"
        "-- +goose Down\nALTER TABLE t ALTER COLUMN a TYPE numeric(8,2);\n"
    )

    assert [(step.direction, step.old_type) for step in steps] == [
        ("up", "numeric(8,2)"),
        ("down", "numeric(11,2)"),
    ]


STILL = {
    "a materialized view that the file makes": "CREATE MATERIALIZED VIEW r.v AS SELECT 1;",
    "a materialized view that the file fills": "REFRESH MATERIALIZED VIEW r.v;",
    "a table that the file empties": "TRUNCATE r.v;",
}


@pytest.mark.parametrize("first", STILL.values(), ids=STILL)
def test_an_index_waits_for_no_writer_on(first: str) -> None:
    steps = read(f"{first}\nCREATE INDEX i ON r.v (a);\nCREATE INDEX j ON r.w (a);\n")

    assert [step.table_is_new for step in steps[-2:]] == [True, False]


POSTGRES = "'django.db.backends.postgresql'"
SQLITE = "'django.db.backends.sqlite3'"
TOLD = {
    "one engine": ([f"{{'default': {{'ENGINE': {SQLITE}}}}}"], "sqlite"),
    "one engine, spread": (["{'default': {'NAME': n, **OPTIONS}}"], "sqlite"),
    "the service's beside the developer's": (
        [f"{{'default': {{'ENGINE': {POSTGRES}}}}}", f"{{'default': {{'ENGINE': {SQLITE}}}}}"],
        "postgresql",
    ),
    "an engine from elsewhere": (["{'default': {'ENGINE': env('ENGINE')}}"], ""),
    "a database from elsewhere": (["{'default': env.db()}"], ""),
    "one from elsewhere beside SQLite": (
        ["{'default': env.db()}", f"{{'default': {{'ENGINE': {SQLITE}}}}}"],
        "",
    ),
}


@pytest.mark.parametrize(("written", "expected"), TOLD.values(), ids=TOLD)
def test_settings_tell_the_dialect_of_django_s_migrations(
    written: list[str], expected: str
) -> None:
    databases = [
        fact
        for text in written
        for fact in python.read(
            "shop/settings.py",
            f"OPTIONS = {{'ENGINE': {SQLITE}}}\nDATABASES = {text}\n",
            interests((), ("DATABASES",)),
        ).facts
        if isinstance(fact, Setting)
    ]
    step = INDEX._replace(framework="django")
    (linked,) = link_schema([FileFacts("shop/migrations/0002_x.py", (step,))], (), databases)

    assert [fact.dialect for fact in linked.facts if isinstance(fact, SchemaStep)] == [expected]
