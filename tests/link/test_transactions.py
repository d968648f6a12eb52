"""Steps beside one another: their transactions, limits and neighbours, and proofs of NOT NULL."""

import pytest

from nonevent.facts import Call, FileFacts, Kind, Operation, SchemaStep, Value
from nonevent.link.schema import link_schema
from nonevent.location import Location
from nonevent.readers import sql

NOWHERE = Location("a.sql", 1, 1, 1, 2)


def linked(*texts: str) -> list[SchemaStep]:
    files = [sql.read(f"{at}.sql", text, "postgresql") for at, text in enumerate(texts)]
    return [
        fact
        for facts in link_schema(files, ())
        for fact in facts.facts
        if isinstance(fact, SchemaStep)
    ]


def test_a_transaction_of_the_file_has_a_number_of_its_own() -> None:
    steps = linked("DROP TABLE a; BEGIN; DROP TABLE b; DROP TABLE c; COMMIT; DROP TABLE d;")

    numbers = [step.transaction for step in steps if step.operation is Operation.DROP_TABLE]

    assert [numbers.index(number) for number in numbers] == [0, 1, 1, 3]


def test_steps_outside_any_transaction_share_none() -> None:
    steps = linked("-- +goose NO TRANSACTION\n-- +goose Up\nDROP TABLE a; DROP TABLE b;")

    assert len({step.transaction for step in steps}) == len(steps)


def test_a_step_knows_what_stands_before_and_after_it() -> None:
    middle = linked("ALTER TABLE t ADD a int; DROP INDEX i; CREATE TABLE n (a int);")[1]

    assert [(one.operation, one.table) for one in middle.earlier] == [(Operation.ADD_COLUMN, "t")]
    assert [(one.operation, one.table) for one in middle.later] == [(Operation.CREATE_TABLE, "n")]


def test_what_leads_back_is_no_neighbour_of_what_leads_forward() -> None:
    text = "-- migrate:up\nDROP INDEX i;\n-- migrate:down\nCREATE INDEX i ON t (a);"

    assert [(step.earlier, step.later) for step in linked(text)] == [((), ())] * 2


def test_very_many_steps_do_not_all_know_one_another() -> None:
    steps = linked("".join(f"DROP TABLE t{at};" for at in range(200)))

    assert max(len(step.earlier) for step in steps) < 30


LIMITS = {
    "none": ("DROP TABLE a", ()),
    "set before": ("SET lock_timeout = '2s'; DROP TABLE a", (("lock_timeout", "2s"),)),
    "set and put back": ("SET lock_timeout = '2s'; SET lock_timeout = 0; DROP TABLE a", ()),
    "set afterwards": ("DROP TABLE b; DROP TABLE a; SET lock_timeout = '2s'", ()),
    "another setting": ("SET work_mem = '1GB'; DROP TABLE a", ()),
    "of the role": (
        "ALTER ROLE app SET lock_timeout = '3s'; DROP TABLE a",
        (("lock_timeout", "3s"),),
    ),
}


@pytest.mark.parametrize(("text", "limits"), LIMITS.values(), ids=LIMITS)
def test_a_step_knows_the_limits_in_force(text: str, limits: tuple[tuple[str, str], ...]) -> None:
    [dropped] = [step for step in linked(text) if step.table == "a"]

    assert dropped.limits == limits


def test_an_engine_tells_the_limits_of_its_connections() -> None:
    options = Value(Kind.CONSTANT, (1, 1, 1, 2), "-c lock_timeout=4000 -c statement_timeout=0")
    given = Value(Kind.MAPPING, (1, 1, 1, 2), keywords=(("options", options),))
    engine = Call(
        "sqlalchemy.create_engine", NOWHERE, NOWHERE, (), (("connect_args", given),), False, ""
    )
    files = [FileFacts("env.py", (engine,)), sql.read("a.sql", "DROP TABLE a", "postgresql")]

    [step] = [
        fact
        for facts in link_schema(files, ())
        for fact in facts.facts
        if isinstance(fact, SchemaStep)
    ]

    assert step.limits == (("lock_timeout", "4000"),)


CHECK = "ALTER TABLE t ADD CONSTRAINT c CHECK (a IS NOT NULL)"
REQUIRED = "ALTER TABLE t ALTER COLUMN a SET NOT NULL"
PROOFS = {
    "validated in another file": (
        [f"{CHECK} NOT VALID", "ALTER TABLE t VALIDATE CONSTRAINT c"],
        True,
    ),
    "checked at once": ([CHECK], True),
    "never validated": ([f"{CHECK} NOT VALID"], False),
    "another one is validated": (
        [f"{CHECK} NOT VALID", "ALTER TABLE t VALIDATE CONSTRAINT d"],
        False,
    ),
    "of another table": ([CHECK.replace("TABLE t", "TABLE u")], False),
    "of another column": ([CHECK.replace("(a", "(b")], False),
    "one of two": (["ALTER TABLE t ADD CONSTRAINT c CHECK (a IS NOT NULL OR b > 1)"], False),
}


@pytest.mark.parametrize(("before", "proved"), PROOFS.values(), ids=PROOFS)
def test_a_check_proves_that_no_row_is_null(before: list[str], proved: bool) -> None:
    assert linked(*before, REQUIRED)[-1].proved is proved


def test_a_log_of_many_migrations_is_no_single_transaction() -> None:
    steps = linked("".join(f"DROP TABLE t{at};" for at in range(200)))

    assert len({step.transaction for step in steps}) == len(steps)
