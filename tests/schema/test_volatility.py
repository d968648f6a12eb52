"""What is known of functions in defaults: read from steps, and compared with real servers."""

import os
from collections.abc import Mapping
from functools import cache
from typing import Any

import pytest

import nonevent_rules.schema
from nonevent.catalogue import read_rows, typed
from nonevent.facts import Operation, SchemaStep
from nonevent.location import Location
from nonevent_rules.schema.volatility import Function, made_here, volatile_call

HERE = Location("example.sql", 1, 1, 1, 2)


@cache
def rows() -> Mapping[str, Function]:
    file = os.path.join(os.path.dirname(nonevent_rules.schema.__file__), "functions.yaml")
    with open(file, encoding="utf-8") as text:
        return typed(Function, read_rows(text.read(), Function, "functions.yaml"))


def add(default: str | None, **fields: Any) -> SchemaStep:
    step = SchemaStep(Operation.ADD_COLUMN, HERE, "sql", "postgresql", "orders", "token")
    return step._replace(default=default, **fields)


CALLED = {
    "a call": (add("gen_random_uuid()"), "gen_random_uuid"),
    "a call in capitals": (add("RANDOM()"), "random"),
    "a call inside of an expression": (add("(100 * random())::int"), "random"),
    "a call behind a schema of an extension": (
        add("extensions.uuid_generate_v4()"),
        "uuid_generate_v4",
    ),
    "a quoted name": (add("\"nextval\"('s')"), "nextval"),
    "another schema's function of that name": (add("shop.random()"), ""),
    "a stable function": (add("now()"), ""),
    "an immutable one": (add("uuid_generate_v5(uuid_nil(), 'x')"), ""),
    "a string that looks like a call": (add("'random()'"), ""),
    "a name without a call": (add("random"), ""),
    "no default": (add(None), ""),
    "MySQL's function on MySQL": (add("(uuid())", dialect="mysql"), "uuid"),
    "MySQL's function elsewhere": (add("uuid()"), ""),
    "PostgreSQL's function on MySQL": (add("(random())", dialect="mysql"), ""),
    "Django's expression": (add("RandomUUID()", framework="django"), "gen_random_uuid"),
    "Django's function by name": (
        add('models.Func(function="random")', framework="django"),
        "random",
    ),
    "Django's raw SQL": (
        add('RawSQL("clock_timestamp()", [])', framework="django"),
        "clock_timestamp",
    ),
    "Django's default is one value": (
        add("random()", framework="django", default_in_database=False),
        "",
    ),
}


@pytest.mark.parametrize(("step", "expected"), CALLED.values(), ids=CALLED)
def test_a_default_calls(step: SchemaStep, expected: str) -> None:
    assert volatile_call(step, rows()) == expected


def made(text: str) -> SchemaStep:
    step = SchemaStep(Operation.CREATE_OBJECT, HERE, "sql", "postgresql")
    return step._replace(object="function", name="shop.next_label", text=text)


MADE = {
    "declared as nothing": ("CREATE FUNCTION shop.next_label() …", "shop.next_label"),
    "declared stable": ("CREATE FUNCTION shop.next_label() STABLE …", ""),
    "too long to be read whole": ("CREATE FUNCTION shop.next_label() " + "x" * 200, ""),
}


@pytest.mark.parametrize(("text", "expected"), MADE.values(), ids=MADE)
def test_a_function_of_the_same_file(text: str, expected: str) -> None:
    step = add("shop.next_label()", earlier=(made(text),))

    assert made_here(step) == expected


# Functions that give a value which a default can hold.
CALLABLE = b"""
SELECT p.proname, p.provolatile = 'v' FROM pg_proc p
JOIN pg_namespace n ON n.oid = p.pronamespace
WHERE n.nspname = %s AND p.prokind = 'f' AND NOT p.proretset
AND p.prorettype NOT IN (SELECT oid FROM pg_type WHERE typname IN (
    'trigger', 'event_trigger', 'internal', 'language_handler', 'fdw_handler', 'index_am_handler',
    'table_am_handler', 'tsm_handler', 'void', 'cstring', 'record', 'opaque'
))
AND 'internal'::regtype <> ALL (p.proargtypes::oid[])
AND 'cstring'::regtype <> ALL (p.proargtypes::oid[])
"""
KINDS = {"v": "volatile", "s": "stable", "i": "immutable"}


@pytest.mark.slow
def test_every_volatile_function_of_a_server_is_known(postgres: str) -> None:
    import psycopg

    with psycopg.connect(postgres) as connection:
        version = connection.info.server_version // 100_00
        found = connection.execute(CALLABLE, ("pg_catalog",)).fetchall()
    told = {
        row.function
        for row in rows().values()
        if "postgresql" in row.dialects and row.volatility == "volatile"
        if not row.extension and not row.stands_for
        if int(row.since or 0) <= version < int(row.until or version + 1)
    }

    assert told == {name for name, volatile in found if volatile}


@pytest.mark.slow
def test_what_is_not_volatile_is_not(postgres: str) -> None:
    import psycopg

    asked = {
        row.function: row.volatility
        for row in rows().values()
        if "postgresql" in row.dialects and row.volatility != "volatile" and not row.extension
    }
    query = b"SELECT proname, provolatile FROM pg_proc WHERE proname = ANY (%s)"
    with psycopg.connect(postgres) as connection:
        version = connection.info.server_version // 100_00
        found = connection.execute(query, ([*asked],)).fetchall()
    there = [name for name in asked if int(rows()[name].since or 0) <= version]

    assert {name: KINDS[kind] for name, kind in found} == {name: asked[name] for name in there}


@pytest.mark.slow
@pytest.mark.parametrize("extension", ["uuid-ossp", "pgcrypto"])
def test_functions_of_an_extension(postgres: str, extension: str) -> None:
    import psycopg

    query = b"""SELECT p.proname, p.provolatile FROM pg_proc p
        JOIN pg_depend d ON d.objid = p.oid AND d.deptype = 'e'
        JOIN pg_extension e ON e.oid = d.refobjid WHERE e.extname = %s"""
    with psycopg.connect(postgres) as connection:
        known = connection.execute(b"SELECT name FROM pg_available_extensions").fetchall()
        if (extension,) not in known:
            pytest.skip(f"the server does not bring {extension}")
        connection.execute(f'CREATE EXTENSION "{extension}"'.encode())
        kinds: dict[str, str] = dict(connection.execute(query, (extension,)).fetchall())
        connection.rollback()
    told = {row.function: row.volatility for row in rows().values() if row.extension == extension}
    volatile = {name for name, kind in kinds.items() if kind == "v"} - {"gen_random_uuid"}

    assert {name: KINDS[kinds[name]] for name in told} == told
    assert {name for name, kind in told.items() if kind == "volatile"} == volatile


ARGUMENTS = {"random_bytes": "4", "nextval": "defaults.s", "lastval": "defaults.s"}


@pytest.mark.slow
@pytest.mark.parametrize(
    "row",
    [row for row in rows().values() if "mariadb" in row.dialects],
    ids=lambda row: row.function,
)
def test_mariadb_copies_a_table_for(mariadb: str, row: Function) -> None:
    import pymysql

    connection = pymysql.connect(unix_socket=mariadb, user="root")
    with connection.cursor() as cursor:
        cursor.execute("CREATE DATABASE IF NOT EXISTS defaults")
        cursor.execute("CREATE OR REPLACE TABLE defaults.t (id INT PRIMARY KEY)")
        cursor.execute("CREATE OR REPLACE SEQUENCE defaults.s")
        call = f"{row.function}({ARGUMENTS.get(row.function, '')})"
        statement = f"ALTER TABLE defaults.t ADD COLUMN z TEXT DEFAULT ({call})"
        with pytest.raises(pymysql.err.OperationalError, match="Try ALGORITHM=COPY"):
            cursor.execute(f"{statement}, ALGORITHM=INPLACE")
        cursor.execute(statement)
    connection.close()
