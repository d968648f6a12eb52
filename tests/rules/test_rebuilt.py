"""Tables of SQLite that are made anew: which of their columns the running version does not fill."""

# ruff: noqa: S608 - no query is run

import pytest

from nonevent.change import Change, ChangedFile, held
from nonevent.options import Options
from nonevent.pipeline import examine, prepare

TASK = prepare(Options())
NEW = "CREATE TABLE new_t (id integer PRIMARY KEY, a int NOT NULL, b int NOT NULL);\n"
SWAP = "DROP TABLE t;\nALTER TABLE new_t RENAME TO t;\n"
ROWS = {
    "a constant for a new column": (
        NEW + "INSERT INTO new_t (id, a, b) SELECT id, a, 1 FROM t;\n" + SWAP,
        ["b"],
    ),
    "a new column that nothing is said of": (
        NEW + "INSERT INTO new_t (id, a) SELECT id, a FROM t;\n" + SWAP,
        ["b"],
    ),
    "the old table makes way first": (
        (
            "ALTER TABLE t RENAME TO old;\n"
            "CREATE TABLE t (id integer PRIMARY KEY, a int NOT NULL, b int NOT NULL);\n"
            "INSERT INTO t (id, a, b) SELECT id, a, 1 FROM old;\nDROP TABLE old;\n"
        ),
        ["b"],
    ),
    "a default": (
        NEW.replace("b int NOT NULL", "b int NOT NULL DEFAULT 1")
        + "INSERT INTO new_t (id, a) SELECT id, a FROM t;\n"
        + SWAP,
        [],
    ),
    "a column that may be NULL": (
        NEW.replace("b int NOT NULL", "b int")
        + "INSERT INTO new_t (id, a) SELECT id, a FROM t;\n"
        + SWAP,
        [],
    ),
    "a column that was there": (
        NEW + "INSERT INTO new_t (id, a, b) SELECT id, a, coalesce(b, 0) FROM t;\n" + SWAP,
        [],
    ),
    "rows that nobody lists": (NEW + "INSERT INTO new_t SELECT * FROM t;\n" + SWAP, []),
    "a table that takes no other's place": (
        NEW + "INSERT INTO new_t (id, a, b) SELECT id, a, 1 FROM t;\n",
        [],
    ),
    "a table that the same file makes": (
        "CREATE TABLE t (id integer PRIMARY KEY, a int);\n"
        + NEW
        + "INSERT INTO new_t (id, a, b) SELECT id, a, 1 FROM t;\n"
        + SWAP,
        [],
    ),
}


@pytest.mark.parametrize(
    ("text", "columns"), [pytest.param(*row, id=name) for name, row in ROWS.items()]
)
def test_a_required_column_of_a_rebuilt_table_is_heard(text: str, columns: list[str]) -> None:
    change = Change((ChangedFile("migrations/sqlite/2_b.sql", held(text.encode())),))
    found = [
        (finding.message.split("`")[3], str(finding.persona))
        for finding in examine(change, TASK).findings
        if finding.rule == "required-column-without-default"
    ]

    assert found == [(column, "pedantic") for column in columns]
