"""SQL files in pieces: every runner's, client's and database's way of ending a statement."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from nonevent.readers.sqlsplit import Piece, Split, split

DIALECTS = ("", "postgresql", "mysql", "sqlite", "mssql", "oracle")


def statements(found: Split) -> list[str]:
    """Return the statements, white space collapsed."""
    return [" ".join(found.text[p.start : p.end].split()) for p in _kind(found, "statement")]


def _kind(found: Split, kind: str) -> list[Piece]:
    return [piece for piece in found.pieces if piece.kind == kind]


ENDS = {
    "semicolons in quotes and comments end nothing": (
        "postgresql",
        "A ';' \";\" /* ; /* ; */ ; */ -- ;\n B; C",
        ["A ';' \";\" /* ; /* ; */ ; */ -- ; B", "C"],
    ),
    "dollar quotes have tags": (
        "postgresql",
        "DO $a$ x; $$ y; $$ $b$; $a$; B",
        ["DO $a$ x; $$ y; $$ $b$; $a$", "B"],
    ),
    "only E'' knows the backslash in PostgreSQL": (
        "postgresql",
        r"A E'\'; x'; B 'c:\'; C",
        [r"A E'\'; x'", r"B 'c:\'", "C"],
    ),
    "a standard body has semicolons": (
        "postgresql",
        "CREATE FUNCTION f() RETURNS int BEGIN ATOMIC SELECT CASE WHEN a THEN 1 END; END; B",
        ["CREATE FUNCTION f() RETURNS int BEGIN ATOMIC SELECT CASE WHEN a THEN 1 END; END", "B"],
    ),
    "a rule's actions stand in brackets": (
        "postgresql",
        "CREATE RULE r AS ON INSERT TO t DO ALSO (A; B); C",
        ["CREATE RULE r AS ON INSERT TO t DO ALSO (A; B)", "C"],
    ),
    "psql's own lines are no statements": (
        "postgresql",
        "\\set ON_ERROR_STOP on\nA;\n\\i other.sql\nSELECT 1 \\gexec\nB",
        ["A", "SELECT 1", "B"],
    ),
    "rows of COPY are no statements": (
        "postgresql",
        "COPY t (a) FROM stdin;\n1\t;'\n\\.\nA; COPY u FROM '/x'; B",
        ["COPY t (a) FROM stdin", "A", "COPY u FROM '/x'", "B"],
    ),
    "BEGIN alone opens no body": ("postgresql", "BEGIN; A; END; B", ["BEGIN", "A", "END", "B"]),
    "DELIMITER changes the end": (
        "mysql",
        "DELIMITER //\nA; B //\nDELIMITER ;\nC; D",
        ["A; B", "C", "D"],
    ),
    "a delimiter that could be part of a name ends one": (
        "mysql",
        "DELIMITER $$\nCREATE PROCEDURE p()\nBEGIN\n  A;\nEND$$\nB$$\nDELIMITER ;\nC",
        ["CREATE PROCEDURE p() BEGIN A; END", "B", "C"],
    ),
    "a procedure's body, without DELIMITER": (
        "mysql",
        "CREATE PROCEDURE p() BEGIN IF a THEN B; END IF; CASE WHEN c THEN D; END CASE; END; E",
        [
            "CREATE PROCEDURE p() BEGIN IF a THEN B; END IF; CASE WHEN c THEN D; END CASE; END",
            "E",
        ],
    ),
    "comments of MySQL": ("mysql", "A # ;\n; B -- ;\n; C 1--1; D", ["A", "B", "C 1--1", "D"]),
    "GO ends a batch, other words do not": (
        "mssql",
        "A GO\nGO\nB [GO;]\ngo 5\nC",
        ["A GO", "B [GO;]", "C"],
    ),
    "a T-SQL procedure goes to the end of its batch": (
        "mssql",
        "CREATE OR ALTER PROC p AS\nSELECT 1;\nDROP TABLE t;\nGO\nA",
        ["CREATE OR ALTER PROC p AS SELECT 1; DROP TABLE t", "A"],
    ),
    "T-SQL statements end without a sign": (
        "mssql",
        (
            "ALTER TABLE t ADD a int\nALTER TABLE t\n  DROP COLUMN b\nEXEC sp_rename 'a', 'b'\n"
            "INSERT INTO t\nSELECT 1\nIF EXISTS (SELECT 1) DROP TABLE u"
        ),
        [
            "ALTER TABLE t ADD a int",
            "ALTER TABLE t DROP COLUMN b",
            "EXEC sp_rename 'a', 'b'",
            "INSERT INTO t SELECT 1",
            "IF EXISTS (SELECT 1)",
            "DROP TABLE u",
        ],
    ),
    "a transaction has a name, a block has none": (
        "mssql",
        "BEGIN TRANSACTION a\nUPDATE t\nSET b = 1\nCOMMIT TRAN a\nBEGIN TRY\nDROP TABLE c END TRY",
        [
            "BEGIN TRANSACTION a",
            "UPDATE t SET b = 1",
            "COMMIT TRAN a",
            "BEGIN TRY",
            "DROP TABLE c END TRY",
        ],
    ),
    "a view's CASE ends no statement": (
        "mssql",
        "CREATE VIEW v AS\nSELECT CASE WHEN a THEN 1\nEND AS b FROM t\nGO\nA",
        ["CREATE VIEW v AS SELECT CASE WHEN a THEN 1 END AS b FROM t", "A"],
    ),
    "a slash ends an Oracle block": (
        "oracle",
        "DECLARE n NUMBER; BEGIN A; END;\n/\nPROMPT done; really\nB;",
        ["DECLARE n NUMBER; BEGIN A; END;", "B"],
    ),
    "Oracle blocks end without a slash too": (
        "oracle",
        "CREATE PROCEDURE p IS BEGIN A; END; B",
        ["CREATE PROCEDURE p IS BEGIN A; END", "B"],
    ),
    "template statements are blank": (
        "",
        "{% if x %}A;{% endif %} {# ; #} <% y; %> B",
        ["A", "B"],
    ),
}


@pytest.mark.parametrize(
    ("dialect", "text", "expected"),
    [pytest.param(*row, id=name) for name, row in ENDS.items()],
)
def test_ends_statements(dialect: str, text: str, expected: list[str]) -> None:
    assert statements(split(text, dialect)) == expected


Way = tuple[str, str, bool | None]

RUNNERS: dict[str, tuple[str, list[Way]]] = {
    "goose": (
        "-- +goose Up\n-- +goose StatementBegin\nA\n-- +goose StatementEnd\nB;\n-- +goose Down\nC;",
        [("A", "up", True), ("B", "up", True), ("C", "down", True)],
    ),
    "goose without a transaction": (
        "-- +goose NO TRANSACTION\n-- +goose Up\nA;\n-- +goose Down\nB;",
        [("A", "up", False), ("B", "down", False)],
    ),
    "dbmate": (
        "-- migrate:up transaction:false\nA;\n-- migrate:down\nB;",
        [("A", "up", False), ("B", "down", True)],
    ),
    "sql-migrate": (
        "-- +migrate Up notransaction\nA;\n-- +migrate Down\nB;",
        [("A", "up", False), ("B", "down", True)],
    ),
    "sqitch": (
        "-- Deploy shop:orders to pg\nBEGIN;\nA;",
        [("BEGIN", "up", False), ("A", "up", False)],
    ),
    "sqitch, the way back": ("-- Revert shop:orders from pg\nA;", [("A", "down", False)]),
    "Liquibase": (
        (
            "--liquibase formatted sql\n--changeset a:1 runInTransaction:false\nA;\n"
            "--rollback B\n--rollback C;\n--changeset a:2\nD;\n--rollback empty\n"
        ),
        [("A", "up", False), ("B C", "down", None), ("D", "up", True)],
    ),
    "Liquibase with an end of its own": (
        "--liquibase formatted sql\n--changeset a:1 endDelimiter://\nA; B //\nC",
        [("A; B", "up", True), ("C", "up", True)],
    ),
    "atlas": ("-- atlas:txmode none\nA;", [("A", "up", False)]),
    "tern": (
        "A;\n---- create above / drop below ----\nB;",
        [("A", "up", None), ("B", "down", None)],
    ),
    "Play": ("# --- !Ups\nA;\n# --- !Downs\nB;", [("A", "up", None), ("B", "down", None)]),
    "nobody": ("A; -- up and down\nB;", [("A", "up", None), ("B", "up", None)]),
}


@pytest.mark.parametrize(
    ("text", "expected"), [pytest.param(*row, id=name) for name, row in RUNNERS.items()]
)
def test_hears_runners(text: str, expected: list[Way]) -> None:
    found = split(text, "")

    assert [
        (source, piece.direction, piece.wrapped)
        for source, piece in zip(statements(found), _kind(found, "statement"), strict=True)
    ] == expected


@pytest.mark.parametrize(
    ("path", "expected"),
    [
        ("db/1_users.up.sql", "up"),
        ("db/1_users.down.sql", "down"),
        ("migrations/2024-01-01_x/down.sql", "down"),
        ("revert/orders.sql", "down"),
        ("sql/U2.1__orders.sql", "down"),
        ("sql/V2.1__orders.sql", "up"),
        ("sql/update_markdown.sql", "up"),
    ],
)
def test_knows_the_way_back_by_its_name(path: str, expected: str) -> None:
    [piece] = _kind(split("A;", "", path), "statement")

    assert piece.direction == expected


@pytest.mark.parametrize(
    "text",
    [
        pytest.param("A 'b", id="a quote"),
        pytest.param("A $x$ b; $y$", id="a dollar quote"),
        pytest.param("A /* b;", id="a comment"),
        pytest.param("CREATE TRIGGER t BEGIN A; B;", id="a body"),
    ],
)
def test_tells_what_never_ends(text: str) -> None:
    [piece] = _kind(split(text, ""), "statement")

    assert not piece.closed


FRAGMENTS = st.sampled_from(
    [
        *"';\"`$/*-#\\[]{}()%<>:=,\n\r\t\0 é",
        "$a$",
        "--",
        "/*",
        "*/",
        "/*!",
        "E'",
        "q'[",
        "{{",
        "}}",
        "{%",
        "%}",
        "\nGO\n",
        "\n/\n",
        "\nDELIMITER //\n",
        "//",
        "COPY t FROM stdin;",
        "\\.\n",
        "BEGIN ",
        "END ",
        "CASE ",
        "CREATE TRIGGER ",
        "CREATE TABLE t (a int)",
        "ALTER TABLE t ADD COLUMN a int",
        " DROP COLUMN ",
        "DO $$ BEGIN ",
        "EXECUTE '",
        "--liquibase formatted sql\n",
        "\n--rollback ",
        "-- +goose Down\n",
        "RENAME ",
        "EXEC ",
        "INSERT INTO t VALUES (1, 'a')",
    ]
)
TEXTS = st.lists(FRAGMENTS, max_size=25).map("".join) | st.text(max_size=60)


@settings(max_examples=200, deadline=None)
@given(text=TEXTS, dialect=st.sampled_from(DIALECTS))
def test_pieces_are_the_text(text: str, dialect: str) -> None:
    pieces = split(text, dialect).pieces

    assert "".join(text[piece.start : piece.end] for piece in pieces) == text
    assert all(piece.start < piece.end for piece in pieces)
