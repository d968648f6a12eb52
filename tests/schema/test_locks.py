"""The look-up in `locks.yaml`: a step, as its reader gives it, finds the row that describes it."""

import os
from collections.abc import Mapping
from typing import Any

import pytest

import nonevent_rules.schema
from nonevent.catalogue import read_rows, typed
from nonevent.facts import Operation, SchemaStep
from nonevent.location import Location
from nonevent.readers import sql
from nonevent_rules.schema.locks import GIVEN, Lock, effect, effects, held

HERE = Location("example.sql", 1, 1, 1, 2)


def load() -> Mapping[str, Lock]:
    file = os.path.join(os.path.dirname(nonevent_rules.schema.__file__), "locks.yaml")
    with open(file, encoding="utf-8") as text:
        return typed(Lock, read_rows(text.read(), Lock, "locks.yaml"))


ROWS = load()
EXAMPLES = [(row, example) for row in ROWS.values() for example in row.examples]


def steps(example: str, dialect: str) -> list[SchemaStep]:
    """Return the steps of the last statement of an example."""
    read = sql.read("example.sql", f"{example};", "mysql" if dialect == "mariadb" else dialect)
    last = example.rpartition(";")[2].strip()
    found = [fact for fact in read.facts if isinstance(fact, SchemaStep)]
    return [step._replace(dialect=dialect) for step in found if _is_of(step, last)]


def _is_of(step: SchemaStep, statement: str) -> bool:
    lead = " ".join(statement.split()[:2])
    return step.text.startswith(lead)


@pytest.mark.parametrize(("row", "example"), EXAMPLES, ids=lambda value: str(value)[:80])
def test_an_example_finds_its_row(row: Lock, example: str) -> None:
    dialect = row.form.split()[0]
    found = {
        each.form for step in steps(example, dialect) for each in effects(step, ROWS, row.given)
    }

    assert row.form in found


def test_what_a_row_takes_for_given_is_explained() -> None:
    assert {word for row in ROWS.values() for word in row.given} == set(GIVEN)


def test_every_row_of_a_server_that_runs_here_has_an_example() -> None:
    bare = [
        row.form
        for row in ROWS.values()
        if row.form.startswith(("postgresql ", "mariadb ")) and not row.examples and not row.until
    ]

    assert bare == []


# What a lock of PostgreSQL keeps waiting; tests/schema/test_proof_postgresql.py asks the server.
SAME = {"nothing", "writes to the same rows"}
KEEPS_WAITING = {
    "": {"nothing"},
    "ACCESS SHARE": {"nothing"},
    "ROW SHARE": SAME,
    "ROW EXCLUSIVE": SAME,
    "SHARE UPDATE EXCLUSIVE": {"schema changes"},
    "SHARE": {"writes"},
    "SHARE ROW EXCLUSIVE": {"writes"},
    "EXCLUSIVE": {"writes"},
    "ACCESS EXCLUSIVE": {"reads and writes"},
}
POSTGRESQL = [row for row in ROWS.values() if row.form.startswith("postgresql ")]


def _mode(other: str) -> str:
    words = sorted(KEEPS_WAITING, key=len)
    return [mode for mode in words if mode and other.endswith(f" {mode}")][-1]


@pytest.mark.parametrize("row", POSTGRESQL, ids=lambda row: row.form)
def test_the_strongest_lock_says_who_waits(row: Lock) -> None:
    # an index under a table that is locked itself keeps back who wants the index
    others = [each for each in row.others if not (row.lock and each.startswith("index"))]
    modes = [row.lock, *map(_mode, others)]
    strongest = max(modes, key=[*KEEPS_WAITING].index)

    assert row.blocks in KEEPS_WAITING[strongest]


def step(operation: Operation, **fields: Any) -> SchemaStep:
    return SchemaStep(operation, HERE, "sql", "postgresql", "orders")._replace(**fields)


def found(asked: SchemaStep, *given: str, version: str = "") -> list[str]:
    return [row.form for row in effects(asked, ROWS, given, version)]


def test_the_heaviest_of_several_effects_comes_first() -> None:
    asked = step(
        Operation.ADD_COLUMN, column="z", type="serial", generated=True, constraint="check"
    )

    assert found(asked) == [
        "postgresql add column serial",
        "postgresql add column check",
        "postgresql add column",
    ]


def test_a_version_picks_the_row_that_holds_for_it() -> None:
    asked = step(Operation.ADD_COLUMN, column="z", type="int", default="0")

    assert found(asked, version="10.5") == ["postgresql add column default (before 11)"]
    assert found(asked, version="15") == ["postgresql add column default"]


def test_a_form_that_no_server_of_that_age_has_is_none() -> None:
    asked = step(Operation.ADD_CONSTRAINT, constraint="not null", valid=False)

    assert effect(asked, ROWS, version="17") is None
    assert found(asked) == ["postgresql add not null not valid"]


def test_a_statement_that_no_row_knows_is_none() -> None:
    assert effect(step(Operation.OTHER, text="SECURITY LABEL ON t IS 'x'"), ROWS) is None
    assert effect(step(Operation.UNKNOWN, text="CREATE INDEX"), ROWS) is None


def test_mariadb_asks_mysql_for_what_it_has_no_row_of() -> None:
    asked = step(Operation.OTHER, dialect="mariadb", text="OPTIMIZE TABLE orders")

    assert found(asked) == ["mysql optimize table"]


def test_alembic_and_django_are_found_by_the_operation_alone() -> None:
    asked = step(Operation.DROP_COLUMN, framework="django", text="migrations.RemoveField(…)")

    assert found(asked) == ["postgresql drop column"]


def test_a_sentence_names_lock_and_victims() -> None:
    row = ROWS["postgresql add foreign key"]

    assert held(row, "orders", "customers") == (
        "is checked against every row of `orders` under a SHARE ROW EXCLUSIVE lock on `orders` "
        "and `customers`: writes to both wait until it is done"
    )
