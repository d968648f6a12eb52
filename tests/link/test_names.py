"""What becomes of a name within one file."""

import pytest

from nonevent.facts import Operation, SchemaStep
from nonevent.link.names import named
from nonevent.readers import sql


def linked(text: str) -> list[SchemaStep]:
    facts = sql.read("a.sql", text, "postgresql")
    return list(named([fact for fact in facts.facts if isinstance(fact, SchemaStep)]))


AGAIN = {
    "a table that is swapped": (
        "ALTER TABLE t RENAME TO o; ALTER TABLE n RENAME TO t",
        [True, False],
    ),
    "a table whose name becomes a view": (
        "ALTER TABLE t RENAME TO n; CREATE VIEW t AS SELECT * FROM n",
        [True, False],
    ),
    "a view that is defined anew": ("DROP VIEW v; CREATE VIEW v AS SELECT 1", [True, False]),
    "a trigger of the same name on another table": (
        "DROP TRIGGER tr ON a; CREATE TRIGGER tr BEFORE INSERT ON b EXECUTE FUNCTION f()",
        [False, False],
    ),
    "a view made before it goes": ("CREATE VIEW v AS SELECT 1; DROP VIEW v", [False, False]),
    "a function is no table": ("DROP TABLE t; CREATE FUNCTION t() RETURNS int", [False, False]),
}


@pytest.mark.parametrize(("text", "expected"), AGAIN.values(), ids=AGAIN)
def test_a_name_that_comes_back_is_known(text: str, expected: list[bool]) -> None:
    found = [step.made_again for step in linked(text)]

    assert found == expected


def test_a_column_that_takes_the_name_of_another_is_known() -> None:
    text = (
        "ALTER TABLE t DROP COLUMN a, ADD COLUMN a int, ADD COLUMN b int; ALTER TABLE u ADD a int"
    )

    assert [step.reuses_name for step in linked(text)] == [False, True, False, False]


def test_what_the_file_renamed_is_known_to_nobody_else() -> None:
    text = "ALTER TYPE m RENAME TO m_old; CREATE TYPE m AS ENUM ('a'); DROP TYPE m_old"

    assert [(step.made_again, step.table_is_new) for step in linked(text)] == [
        (True, False),
        (False, False),
        (False, True),
    ]


def test_a_default_that_comes_back_and_one_of_a_new_column_are_known() -> None:
    text = (
        "ALTER TABLE t ADD COLUMN a int DEFAULT 1, ADD COLUMN b int DEFAULT 1;"
        "ALTER TABLE t ALTER a DROP DEFAULT, ALTER b DROP DEFAULT, ALTER c DROP DEFAULT;"
        "ALTER TABLE t ALTER c SET DEFAULT 2"
    )
    dropped = [step for step in linked(text) if step.operation is Operation.DROP_DEFAULT]

    assert [(step.column_is_new, step.made_again) for step in dropped] == [
        (True, False),
        (True, False),
        (False, True),
    ]


LABELS = {
    "in the same transaction": ("ALTER TYPE m ADD VALUE 'x'; UPDATE t SET a = 'x'", True),
    "another label": ("ALTER TYPE m ADD VALUE 'x'; UPDATE t SET a = 'y'", False),
    "after a COMMIT": ("BEGIN; ALTER TYPE m ADD VALUE 'x'; COMMIT; UPDATE t SET a = 'x'", False),
    "beside another label": (
        "ALTER TYPE m ADD VALUE 'x'; ALTER TYPE m ADD VALUE 'y' AFTER 'x'",
        False,
    ),
    "on the way back": (
        "-- +goose Up\nALTER TYPE m ADD VALUE 'x';\n-- +goose Down\nDELETE FROM t WHERE a = 'x';",
        False,
    ),
}


@pytest.mark.parametrize(("text", "expected"), LABELS.values(), ids=LABELS)
def test_a_label_used_in_its_own_transaction_is_known(text: str, *, expected: bool) -> None:
    found = [step.used_early for step in linked(text) if step.action == "add value"]

    assert found[0] is expected


GONE = {
    "dropped twice": ("DROP INDEX IF EXISTS i; DROP INDEX IF EXISTS i", [False, True]),
    "made again between": (
        "DROP INDEX i; CREATE INDEX i ON t (a); DROP INDEX IF EXISTS i",
        [False, False, False],
    ),
    "the index of a constraint": (
        "ALTER TABLE t DROP CONSTRAINT IF EXISTS k; DROP INDEX IF EXISTS k",
        [False, True],
    ),
    "another one": ("DROP TABLE a; DROP TABLE IF EXISTS b", [False, False]),
    "not asked whether it is there": ("DROP VIEW v; DROP VIEW v", [False, False]),
}


@pytest.mark.parametrize(("text", "expected"), GONE.values(), ids=GONE)
def test_what_is_dropped_twice_is_gone(text: str, expected: list[bool]) -> None:
    found = [step.gone for step in linked(text)]

    assert found == expected
