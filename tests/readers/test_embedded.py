"""SQL in Python literals: every statement stands where its characters stand."""

from textwrap import dedent

import pytest

from nonevent.facts import Kind, Operation, SchemaStep, Value
from nonevent.location import Location
from nonevent.readers import alembic, python
from nonevent.readers.embedded import read_sql
from nonevent.readers.excerpt import source
from nonevent.readers.interests import interests

PATH = "migrations/versions/0002_change.py"
HEAD = "import sqlalchemy as sa\nfrom alembic import op\n"

LITERALS = [
    pytest.param('op.execute("DROP TABLE a")', ["DROP TABLE a"], id="a plain literal"),
    pytest.param(
        "op.execute(r'DROP TABLE a; DROP TABLE b')",
        ["DROP TABLE a", "DROP TABLE b"],
        id="two statements in a raw literal",
    ),
    pytest.param(
        '''
        op.execute("""
            DROP TABLE a;
            DROP TABLE b
        """)
        ''',
        ["DROP TABLE a", "DROP TABLE b"],
        id="statements on lines of their own",
    ),
    pytest.param(
        '''
        op.execute("""\\
        DROP TABLE a;
        DROP TABLE b;
        """)
        ''',
        ["DROP TABLE a", "DROP TABLE b"],
        id="a backslash at the end of the first line",
    ),
    pytest.param(
        r"""op.execute('\tDROP TABLE a;\nDROP TABLE \x22b\x22;\n DROP TABLE x\N{DIGIT ONE}')""",
        ["DROP TABLE a", r"DROP TABLE \x22b\x22", r"DROP TABLE x\N{DIGIT ONE}"],
        id="escapes",
    ),
    pytest.param(
        """
        op.execute(
            "DROP TABLE a; "  # the first
            'DROP TABLE b; '
            "DROP "
            "TABLE c"
        )
        """,
        ["DROP TABLE a", "DROP TABLE b", 'DROP "\n    "TABLE c'],
        id="literals that Python joins",
    ),
    pytest.param(
        'op.execute("DROP TABLE a; " + "DROP TABLE b")',
        ["DROP TABLE a", "DROP TABLE b"],
        id="literals that are added",
    ),
    pytest.param(
        'op.execute(sa.text("DROP TABLE größe; DROP TABLE b"))',
        ["DROP TABLE größe", "DROP TABLE b"],
        id="letters of more than one byte",
    ),
    pytest.param(
        'SQL = "DROP TABLE a; DROP TABLE b"\nop.execute(SQL)',
        ["DROP TABLE a", "DROP TABLE b"],
        id="a literal with a name",
    ),
    pytest.param(
        'op.execute("DROP TABLE a" if x else sa.DDL("DROP TABLE b"))',
        ["DROP TABLE a", "DROP TABLE b"],
        id="one literal or the other",
    ),
    pytest.param(
        'op.execute(f"DROP TABLE a; SELECT {{}}")',
        ['f"DROP TABLE a; SELECT {{}}"', 'f"DROP TABLE a; SELECT {{}}"'],
        id="where letters cannot be told apart the whole literal is the place",
    ),
]


@pytest.mark.parametrize("end", [pytest.param("\n", id="lines"), pytest.param("\r\n", id="crlf")])
@pytest.mark.parametrize(("body", "expected"), LITERALS)
def test_statements_stand_where_they_are_written(body: str, expected: list[str], end: str) -> None:
    text = (HEAD + dedent(body)).replace("\n", end)
    facts = python.read(PATH, text, interests())

    steps, _ = alembic.view(facts, text)
    page = source(PATH, text)
    assert [page.cut(step.location[1:]) for step in steps] == expected


COMMON = SchemaStep(Operation.OTHER, Location(PATH, 1, 1, 1, 9), "django", text="op.execute(x)")

COMPUTED = [
    pytest.param("UPDATE t SET a = ", "data", id="an update"),
    pytest.param("\n -- why\n /* how */ insert into t ", "data", id="an insert after comments"),
    pytest.param("WITH x AS (SELECT 1) ", "data", id="a query with a name can only move rows"),
    pytest.param("SELECT ", "other", id="a query"),
    pytest.param("SET lock_timeout = ", "other", id="a setting"),
    pytest.param("ALTER TABLE ", "unknown", id="a change of the schema"),
    pytest.param("", "unknown", id="nothing constant"),
    pytest.param("/* " * 5000, "unknown", id="comments without an end"),
    pytest.param("/**/" * 5000 + "1", "unknown", id="comments without a word after them"),
]


@pytest.mark.parametrize(("lead", "operation"), COMPUTED)
def test_the_constant_beginning_tells_of_computed_sql(lead: str, operation: str) -> None:
    value = Value(Kind.TEXT, (1, 1, 1, 2), constant=lead)

    steps, notes = read_sql(value, COMMON, source(PATH, "f"))
    assert [step.operation for step in steps] == [operation]
    assert [note.message for note in notes] == (
        ["SQL built at run time is not judged: `op.execute(x)`"] * (operation == "unknown")
    )


BUILT = [
    pytest.param("users.update().values(a=1)", "data", id="a method of a table"),
    pytest.param("sa.delete(users)", "data", id="a function of SQLAlchemy"),
    pytest.param("sa.insert(users).from_select(['a'], sa.select(x))", "data", id="rows of a query"),
    pytest.param("sa.select(users.c.id)", "other", id="a query"),
    pytest.param("CreateSchema('shop')", "other", id="a schema"),
    pytest.param("sa.text('UPDATE t SET a = :a').bindparams(a=1)", "data", id="bound parameters"),
    pytest.param("statement", "unknown", id="a name of nothing"),
    pytest.param("view.creation()", "unknown", id="a call of somebody else's"),
]


@pytest.mark.parametrize(("code", "operation"), BUILT)
def test_statements_made_of_calls_are_told_by_their_verb(code: str, operation: str) -> None:
    text = f"{HEAD}op.execute({code})\n"
    facts = python.read(PATH, text, interests())

    steps, _ = alembic.view(facts, text)
    assert [step.operation for step in steps] == [operation]


GIVEN = [
    pytest.param('"UPDATE t SET a = {x}"', "data", id="an update"),
    pytest.param('(\n    "INSERT INTO t "\n    "VALUES ({x})"\n)', "data", id="in brackets"),
    pytest.param('"ALTER TABLE {x} DROP COLUMN a"', "unknown", id="a change of the schema"),
    pytest.param("other", "unknown", id="another name"),
]


@pytest.mark.parametrize(("literal", "operation"), GIVEN)
def test_what_is_formatted_begins_as_its_name_was_given(literal: str, operation: str) -> None:
    text = f"{HEAD}QUERY = {literal}\nop.execute(QUERY.format(x=1))\n"
    facts = python.read(PATH, text, interests())

    steps, _ = alembic.view(facts, text)
    assert [step.operation for step in steps] == [operation]
