"""SQL files as a whole: places, comments, notes, transactions, new tables, hostile text."""

import subprocess
import sys
from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from nonevent.facts import FileFacts, Operation, SchemaStep
from nonevent.location import Location
from nonevent.note import Note, NoteKind
from nonevent.readers import sql

PATH = "db/1.sql"


def steps(facts: FileFacts) -> list[SchemaStep]:
    return [fact for fact in facts.facts if isinstance(fact, SchemaStep)]


def cut(text: str, location: Location) -> str:
    """Return the text at a location, counted in lines and code points."""
    lines = text.replace("\r\n", "\n").replace("\r", "\n").split("\n")
    if location.line == location.end_line:
        return lines[location.line - 1][location.column - 1 : location.end_column - 1]
    first = lines[location.line - 1][location.column - 1 :]
    between = lines[location.line : location.end_line - 1]
    last = lines[location.end_line - 1][: location.end_column - 1]
    return "\n".join([first, *between, last])


PLACES = {
    "each action at its own place": (
        "ALTER TABLE t\n  ADD COLUMN a int,\n  DROP COLUMN b;",
        ["ADD COLUMN a int", "DROP COLUMN b"],
    ),
    "columns count code points, not bytes": (
        '/* é𝄞 */ ALTER TABLE "é𝄞" ADD "ü" text DEFAULT \'𝄞\', DROP b; DROP TABLE ü',
        ["ADD \"ü\" text DEFAULT '𝄞'", "DROP b", "DROP TABLE ü"],
    ),
    "carriage returns, alone and before a line feed": (
        "-- a\r\nDROP TABLE a;\r\n\r\nALTER TABLE t\r\n\tDROP b;\rDROP TABLE c",
        ["DROP TABLE a", "DROP b", "DROP TABLE c"],
    ),
    "a tab is one column": ("\t\tDROP TABLE\ta\t;", ["DROP TABLE\ta"]),
    "tables that go together": ("DROP TABLE a,\n  b.c;", ["a", "b.c"]),
    "statements in a DO block": (
        (
            "DO $x$\nBEGIN\n  IF a THEN ALTER TABLE t DROP b; END IF;\n"
            "  EXECUTE 'ALTER TABLE t ADD c text DEFAULT ''é'', DROP d';\nEND $x$;"
        ),
        ["DROP b", "ADD c text DEFAULT ''é''", "DROP d"],
    ),
    "columns of one bracket": (
        "ALTER TABLE `t` ADD COLUMN (\n  a int,\n  b int\n)",
        ["a int", "b int"],
    ),
    "placeholders do not move anything": (
        "{% if x %}ALTER TABLE {{ t }} DROP ${c}, DROP d;{% endif %}",
        ["DROP ${c}", "DROP d"],
    ),
    "Liquibase's way back": (
        "--liquibase formatted sql\n--changeset a:1\nDROP TABLE a;\n--rollback DROP TABLE b;\n",
        ["DROP TABLE a", "DROP TABLE b"],
    ),
}


@pytest.mark.parametrize(
    ("text", "expected"), [pytest.param(*row, id=name) for name, row in PLACES.items()]
)
def test_places(text: str, expected: list[str]) -> None:
    found = [cut(text, step.location) for step in steps(sql.read(PATH, text))]

    assert found == expected


def test_says_line_and_column() -> None:
    [step] = steps(sql.read(PATH, "-- é\n  /* é */ DROP TABLE é;"))

    assert step.location == Location(PATH, 2, 11, 2, 23)


def test_quotes_the_operation_with_what_it_belongs_to() -> None:
    text = "ALTER TABLE t\n  DROP  a, -- why\n  ADD COLUMN (b int)"

    found = [step.text for step in steps(sql.read(PATH, text, "mysql"))]

    assert found == ["ALTER TABLE t DROP a", "ALTER TABLE t ADD COLUMN (b int)"]


def test_cuts_a_long_quote_off() -> None:
    [step] = steps(sql.read(PATH, f"CREATE TABLE t ({', '.join('a int' for _ in range(99))})"))

    assert len(step.text) == 200
    assert step.text.endswith("…")


# -- comments and notes ----------------------------------------------------------------------------

COMMENTS = {
    "on a line of its own": (
        "",
        "-- nonevent: ignore[x] y\nDROP TABLE a;",
        [("nonevent: ignore[x] y", (1, 1, 1, 25), True)],
    ),
    "after code, in brackets of C": (
        "",
        "DROP TABLE a; /* nonevent: ignore[x] y */",
        [("nonevent: ignore[x] y", (1, 15, 1, 42), False)],
    ),
    "inside a statement": (
        "",
        "ALTER TABLE t\n  DROP a, -- nonevent: b\n  DROP c;",
        [("nonevent: b", (2, 11, 2, 25), False)],
    ),
    "after another tool's": (
        "",
        "-- squawk-ignore x -- nonevent: b",
        [("nonevent: b", (1, 1, 1, 34), True)],
    ),
    "in a DO block": (
        "",
        "DO $$ BEGIN\n-- nonevent: b\nDROP TABLE a; END $$",
        [("nonevent: b", (2, 1, 2, 15), True)],
    ),
    "MySQL's own": (
        "mysql",
        "DROP TABLE a; # nonevent: b\r\n",
        [("nonevent: b", (1, 15, 1, 28), False)],
    ),
    "a string is none": ("", "INSERT INTO t VALUES ('-- nonevent: b')", []),
    "prose is none": ("", "-- make it a nonevent\n-- xnonevent: b", []),
}


@pytest.mark.parametrize(
    ("dialect", "text", "expected"), [pytest.param(*row, id=name) for name, row in COMMENTS.items()]
)
def test_hears_comments(
    dialect: str, text: str, expected: list[tuple[str, tuple[int, ...], bool]]
) -> None:
    found = sql.read(PATH, text, dialect).comments

    assert [(item.text, item.location[1:], item.alone) for item in found] == expected


NOTES = {
    "a statement that nobody understands": (
        "DROP TABLE a;\nFOO BAR BAZ;\nDROP TABLE b;",
        ["drop table", "unknown", "drop table"],
        ["2 `FOO BAR BAZ` is not understood"],
    ),
    "one action of several": (
        "ALTER TABLE `t`\nMUMBLE x,\nDROP b",
        ["unknown", "drop column"],
        ["2 `ALTER TABLE `t` MUMBLE x` is not understood"],
    ),
    "a quote that never ends": (
        "DROP TABLE a;\nINSERT INTO t VALUES ('b);\nDROP TABLE c;",
        ["drop table", "unknown"],
        [
            (
                "2 `INSERT INTO t VALUES ('b); DROP TABLE c;` has no end: "
                "a quote, comment or body is left open"
            )
        ],
    ),
    "a file that another one reads": (
        "\\i other.sql\nDROP TABLE a;",
        ["drop table"],
        ["1 `\\i other.sql` reads another file, which is not followed"],
    ),
    "SQL that the server computes": (
        "DO $$ BEGIN\nEXECUTE statement; EXECUTE format('DROP TABLE %I', t); END $$",
        ["unknown", "drop table"],
        ["2 `EXECUTE statement` runs SQL that is computed, which is not read"],
    ),
    "SQL of which the server computes the end": (
        "DO $$ BEGIN\nEXECUTE 'ALTER TABLE '|| a ||' ADD CONSTRAINT '|| b ||' '|| c; END $$",
        ["unknown"],
        ["2 `ALTER TABLE … ADD CONSTRAINT … …` is not understood"],
    ),
}


@pytest.mark.parametrize(
    ("text", "operations", "notes"), [pytest.param(*row, id=name) for name, row in NOTES.items()]
)
def test_loses_nothing(text: str, operations: list[str], notes: list[str]) -> None:
    facts = sql.read(PATH, text)

    assert [step.operation.value for step in steps(facts)] == operations
    assert [f"{note.line} {note.message}" for note in facts.notes] == notes
    assert {(note.path, note.kind) for note in facts.notes} == {(PATH, NoteKind.STATEMENT)}


def test_leaves_out_names_that_the_server_computes() -> None:
    text = "DO $$ BEGIN EXECUTE format('ALTER TABLE %I DROP COLUMN a', t); END $$"

    [step] = steps(sql.read(PATH, text))

    assert (step.table, step.column, step.text) == ("", "a", "ALTER TABLE … DROP COLUMN a")


def test_keeps_no_word_for_the_columns_that_the_server_computes() -> None:
    text = """DO $$ BEGIN
        EXECUTE format('CREATE INDEX i ON t (%I, b)', c);
        EXECUTE format('CREATE TABLE u (%I int, b int)', c);
    END $$"""

    index, table = steps(sql.read(PATH, text))

    assert (index.name, index.columns) == ("i", ())
    assert ([part.name for part in table.parts], table.open) == (["b"], True)


# -- what stood before -----------------------------------------------------------------------------

TRANSACTIONS: dict[str, tuple[str, list[bool | None]]] = {
    "nothing tells": ("DROP TABLE a;", [None]),
    "BEGIN and COMMIT": (
        "A; BEGIN; DROP TABLE a; COMMIT; DROP TABLE b;".replace("A; ", ""),
        [None, True, True, False],
    ),
    "a savepoint ends nothing": (
        "START TRANSACTION; ROLLBACK TO s; DROP TABLE a; ROLLBACK; DROP TABLE b;",
        [None, True, True, True, False],
    ),
    "COMMIT AND CHAIN opens the next": (
        "BEGIN; COMMIT AND CHAIN; DROP TABLE a;",
        [None, True, True],
    ),
    "a runner's transaction, until COMMIT": (
        "-- +goose Up\nDROP TABLE a; COMMIT; DROP TABLE b;\n-- +goose Down\nDROP TABLE c;",
        [True, True, False, True],
    ),
    "a DO block is atomic": ("DO $$ BEGIN DROP TABLE a; END $$; DROP TABLE b", [True, None]),
}


@pytest.mark.parametrize(
    ("text", "expected"), [pytest.param(*row, id=name) for name, row in TRANSACTIONS.items()]
)
def test_follows_transactions(text: str, expected: list[bool | None]) -> None:
    found = [step.in_transaction for step in steps(sql.read(PATH, text))]

    assert found == expected


NEW = {
    "a table of the same file": (
        "CREATE TABLE s.t (a int); CREATE INDEX i ON T (a); ALTER TABLE u DROP b",
        [False, True, False],
    ),
    "not before it is there": ("DROP TABLE t; CREATE TABLE t (a int)", [False, False]),
    "not after it is gone": (
        "CREATE TABLE t (a int); DROP TABLE t; ALTER TABLE t DROP a",
        [False, True, False],
    ),
    "under its next name": (
        "CREATE TABLE t (a int); ALTER TABLE t RENAME TO u; CREATE INDEX i ON u (a)",
        [False, True, True],
    ),
    "IF NOT EXISTS brings its indexes, but columns come to an old table": (
        (
            "CREATE TABLE IF NOT EXISTS t (a int); CREATE INDEX i ON t (a); "
            "ALTER TABLE t ADD PRIMARY KEY (a), ADD COLUMN b int, DROP COLUMN c"
        ),
        [False, True, True, False, False],
    ),
    "a temporary table is always new": (
        (
            "CREATE TEMP TABLE IF NOT EXISTS t (a int); ALTER TABLE t ADD b int; "
            "ALTER TABLE pg_temp.u ADD b int"
        ),
        [False, True, True],
    ),
    "a materialized view": (
        "CREATE MATERIALIZED VIEW v AS SELECT 1; CREATE UNIQUE INDEX ON v (a)",
        [False, True],
    ),
    "not what only the way back makes": (
        (
            "-- migrate:up\nALTER TABLE t DROP a;\n-- migrate:down\nCREATE TABLE t (a int);\n"
            "ALTER TABLE t ADD b int;"
        ),
        [False, False, True],
    ),
    "a table of a DO block": (
        "DO $$ BEGIN CREATE TABLE t (a int); EXECUTE 'ALTER TABLE t ADD b int'; END $$",
        [False, True],
    ),
}


@pytest.mark.parametrize(
    ("text", "expected"), [pytest.param(*row, id=name) for name, row in NEW.items()]
)
def test_knows_new_tables(text: str, expected: list[bool]) -> None:
    found = [step.table_is_new for step in steps(sql.read(PATH, text))]

    assert found == expected


# -- SQL in strings --------------------------------------------------------------------------------


def test_reads_sql_that_stands_in_a_string() -> None:
    def locate(start: int, end: int) -> Location:
        return Location("m.py", 7, start + 20, 7, end + 20)

    found, notes = sql.steps(
        "DROP TABLE é; FOO BAR BAZ", "", locate, "alembic", in_transaction=True
    )

    assert [(step.operation, step.framework, step.in_transaction) for step in found] == [
        (Operation.DROP_TABLE, "alembic", True),
        (Operation.UNKNOWN, "alembic", True),
    ]
    assert found[0].location == Location("m.py", 7, 20, 7, 32)
    message = "`FOO BAR BAZ` is not understood"
    assert notes == (Note("m.py", NoteKind.STATEMENT, message, 7),)


# -- cost ------------------------------------------------------------------------------------------

HEAVY = ("sqlglot", "postgast", "google.protobuf", "ctypes", "json", "logging")
COSTS = {
    "the reader itself": ("", "", []),
    "rows and settings need no parser": (
        "",
        (
            "INSERT INTO t VALUES (1); UPDATE t SET a = 1; SET x = 1; GRANT a TO b; SELECT 1; "
            "COMMENT ON TABLE t IS 'x'; CREATE VIEW v AS SELECT 1; BEGIN; COMMIT"
        ),
        [],
    ),
    "PostgreSQL needs its grammar, and no protobuf": (
        "postgresql",
        "ALTER TABLE t ADD a int",
        ["ctypes", "json"],
    ),
    "MySQL's everyday forms need nothing": (
        "mysql",
        "ALTER TABLE t ADD a int; RENAME TABLE a TO b; CREATE TABLE t (a int)",
        [],
    ),
}


@pytest.mark.slow
@pytest.mark.parametrize(
    ("dialect", "text", "expected"), [pytest.param(*row, id=name) for name, row in COSTS.items()]
)
def test_imports_a_parser_only_for_what_needs_one(
    dialect: str, text: str, expected: list[str]
) -> None:
    program = (
        "import sys\n"
        "from nonevent.readers import sql\n"
        f"sql.read('a.sql', {text!r}, {dialect!r})\n"
        f"print(*[name for name in {HEAVY!r} if name in sys.modules])\n"
    )
    shown = subprocess.run(
        [sys.executable, "-c", program], capture_output=True, text=True, check=True
    ).stdout

    assert sorted(shown.split()) == expected


# -- hostile text ----------------------------------------------------------------------------------

HOSTILE = {
    "a line of two megabytes": "INSERT INTO t VALUES " + "(1, 'abc', NULL), " * 120_000 + "(1);",
    "a hundred thousand semicolons": ";" * 100_000,
    "quotes": "'" * 49_999,
    "NUL": "ALTER TABLE t\0DROP a;\0",
    "open brackets": "ALTER TABLE t ADD CHECK (" + "(" * 50_000,
    "brackets in brackets": "ALTER TABLE t ADD CHECK (" + "(" * 5_000 + ")" * 5_000 + ")",
    "NOT after NOT": "ALTER TABLE t ADD CHECK (" + "NOT " * 20_000 + "a)",
    "CASE in CASE": "ALTER TABLE t ADD CHECK (" + "CASE WHEN a THEN " * 5_000 + ")",
    "a long sum": "ALTER TABLE t ADD CHECK (" + "a + " * 20_000 + "a > 0)",
    "comments in comments": "/*" * 50_000,
    "templates that never end": "{{" * 20_000 + "{%" * 20_000 + "<%" * 20_000,
    "empty lines": "\n" * 50_000,
    "empty comments": "--\n" * 20_000,
    "a thousand actions": "ALTER TABLE t " + "DROP a, " * 1_000 + "DROP b",
    "strings in strings": "DO $a$ BEGIN EXECUTE $b$ " * 500 + "$b$; END $a$;" * 500,
    "surrogates": "ALTER TABLE t ADD COLUMN \ud800 int",
    "a name of many bytes": "DROP TABLE " + "é" * 5_000,
}


@pytest.mark.parametrize("text", [pytest.param(text, id=name) for name, text in HOSTILE.items()])
def test_reads_hostile_text_to_its_end(text: str) -> None:
    facts = sql.read(PATH, text)

    unknown = [s.location.line for s in steps(facts) if s.operation is Operation.UNKNOWN]
    assert [note.line for note in facts.notes] == unknown


WORDS = st.sampled_from(
    [
        *"();,.'\"`$[]{}:=\n\r\0é",
        *"""ALTER TABLE ADD COLUMN DROP CONSTRAINT RENAME TO CREATE INDEX ON UNIQUE MODIFY CHANGE
        SET NOT NULL DEFAULT TYPE USING VALIDATE WITH CHECK PRIMARY KEY EXEC sp_rename EXECUTE DO
        DECLARE BEGIN END IF THEN SELECT INTO INSERT t a b REFERENCES FOREIGN AS GENERATED int
        varchar(10) 'x' $$ CASE --+ /*""".split(),  # noqa: SIM905 as a sentence
    ]
)


@settings(max_examples=300, deadline=None)
@given(
    text=st.lists(WORDS, max_size=14).map(" ".join) | st.text(max_size=40),
    dialect=st.sampled_from(("", "postgresql", "mysql", "mssql", "oracle", "sqlite")),
)
def test_never_raises(text: str, dialect: str) -> None:
    facts = sql.read(PATH, text, dialect)

    lines = text.replace("\r\n", "\n").replace("\r", "\n").split("\n")
    for step in steps(facts):
        line, column, end_line, end_column = step.location[1:]
        assert (1, 1) <= (line, column) <= (end_line, end_column)
        assert end_column <= len(lines[end_line - 1]) + 1


def test_keeps_steps_in_order() -> None:
    text = "DROP TABLE a; ALTER TABLE b ADD c int, DROP d;\nINSERT INTO e VALUES (1); FOO BAR BAZ;"

    found = steps(sql.read(PATH, text))

    assert all(a.location[1:3] < b.location[1:3] for a, b in pairwise(found))


CALLED = {
    "a function that the file calls": (
        "postgresql",
        (
            "CREATE FUNCTION f() RETURNS void LANGUAGE plpgsql AS $$\nBEGIN\n"
            "  IF true THEN\n    ALTER TABLE t DROP COLUMN a;\n  END IF;\nEND $$;\nSELECT f();"
        ),
        [("create object", 1), ("drop column", 4), ("other", 7)],
    ),
    "a function that is only made": (
        "postgresql",
        "CREATE FUNCTION f() RETURNS void LANGUAGE plpgsql AS $$ BEGIN DROP TABLE t; END $$;",
        [("create object", 1)],
    ),
    "a procedure of MySQL, which is dropped again": (
        "mysql",
        (
            "DELIMITER //\nCREATE PROCEDURE p()\nBEGIN\n  ALTER TABLE t ADD COLUMN a int;\nEND //\n"
            "DELIMITER ;\nCALL p();\nDROP PROCEDURE p;"
        ),
        [("create object", 2), ("add column", 4), ("other", 7), ("drop object", 8)],
    ),
    "a function of another name": (
        "postgresql",
        (
            "CREATE FUNCTION f() RETURNS void LANGUAGE plpgsql AS $$ BEGIN DROP TABLE t; END $$;\n"
            "SELECT g();"
        ),
        [("create object", 1), ("other", 2)],
    ),
}


@pytest.mark.parametrize(("dialect", "text", "expected"), CALLED.values(), ids=CALLED)
def test_the_body_of_a_routine_counts_where_the_file_calls_it(
    dialect: str, text: str, expected: list[tuple[str, int]]
) -> None:
    steps = [
        fact for fact in sql.read("a.sql", text, dialect).facts if isinstance(fact, SchemaStep)
    ]

    assert [(step.operation.value, step.location.line) for step in steps] == expected


def test_mariadb_is_read_as_mysql_is_and_keeps_its_name() -> None:
    facts = sql.read("a.sql", "# a note\nALTER TABLE `t` MODIFY `a` int", "mariadb")
    [step] = [fact for fact in facts.facts if isinstance(fact, SchemaStep)]

    assert (step.dialect, step.table, step.column, step.type) == ("mariadb", "t", "a", "int")
