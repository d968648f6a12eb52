"""SQL files and SQL in strings become schema steps: the door to everything that reads SQL here.

sqlsplit cuts a text into statements, by the tokens of sqllexer and the words of runners and
clients (sqldirectives, sqlclients); sqlverbs tells which of them need reading at all; sqlparse
chooses who reads them: PostgreSQL's own grammar (postgres), the tokens (sqltokens), sqlglot
(sqldialects). No parser is imported before a statement needs it.
"""

import re
from collections.abc import Sequence

from nonevent.aside import is_aside
from nonevent.facts import FileFacts, Operation, SchemaStep
from nonevent.note import Note, NoteKind
from nonevent.readers.sqlguess import guess_dialect
from nonevent.readers.sqllexer import Token
from nonevent.readers.sqlplaces import Locate, comment_at, locator
from nonevent.readers.sqlreading import Reading
from nonevent.readers.sqlstate import rebuilt

# How sqlc and its like name the queries that a program runs: no migration.
# https://docs.sqlc.dev/en/latest/reference/query-annotations.html
QUERIES = re.compile(r"(?m)^--\s*name:\s*\w+\s*:(?:exec|one|many|copyfrom|batch)")

# Databases inside of one process, which serve developers and tests.
EMBEDDED = re.compile(r"(?i)(?:^|/)(?:h2|hsqldb|derby)/")
# What mysqldump, pg_dump and phpMyAdmin write on top of a whole database.
DUMP = re.compile(r"(?im)^--\s(?:mysql dump|mariadb dump|postgresql database dump|phpmyadmin sql)")
HEAD = 2000  # characters in which that stands

# https://clickhouse.com/docs/engines/table-engines
CLICKHOUSE = re.compile(
    r"(?i)\bengine\s*=\s*\w*MergeTree\b|\bon\s+cluster\s+(?:\w+|'[^']*')\s*[;(]"
)

__all__ = ["guess_dialect", "read", "steps"]


def read(path: str, text: str, dialect: str = "") -> FileFacts:
    """Return the facts of a whole SQL file: its steps in order, comments to nonevent, notes.

    Where no dialect is given, syntax tells it; where that is silent, the file is read as
    PostgreSQL first and the steps bear no dialect.
    """
    dialect = dialect or guess_dialect(path, text)
    locate = locator(path, text)
    if QUERIES.search(text) or is_aside(path):
        return FileFacts(path)
    if CLICKHOUSE.search(text) or "/clickhouse/" in f"/{path}":
        message = "SQL of ClickHouse is not judged: it locks nothing as other databases do"
        return FileFacts(path, notes=(Note(path, NoteKind.UNSUPPORTED, message),))
    if EMBEDDED.search(path):
        message = "SQL of H2, HSQLDB or Derby is not judged: such a database serves one process"
        return FileFacts(path, notes=(Note(path, NoteKind.UNSUPPORTED, message),))
    reading = Reading(text, dialect, locate, "sql", None)
    reading.run(path)
    steps = rebuilt(reading.steps)
    if DUMP.search(text[:HEAD]):  # it makes a database anew: nobody uses one that it drops
        steps = tuple(step._replace(table_is_new=True) for step in steps)
    if _is_taken_back(steps):
        steps = ()
    comments = (comment_at(text, token, locate) for token in sorted(reading.comments, key=_start))
    return FileFacts(
        path,
        facts=steps,
        comments=tuple(comment for comment in comments if comment is not None),
        notes=tuple(reading.notes),
    )


def steps(
    text: str,
    dialect: str,
    locate: Locate,
    framework: str = "sql",
    in_transaction: bool | None = None,
) -> tuple[tuple[SchemaStep, ...], tuple[Note, ...]]:
    """Return the steps of SQL that stands in a string, and notes on what nobody understands.

    `locate(start, end)` tells where the characters `text[start:end]` stand.
    """
    reading = Reading(text, dialect or guess_dialect("", text), locate, framework, in_transaction)
    reading.run("")
    return rebuilt(reading.steps), tuple(reading.notes)


def _is_taken_back(steps: Sequence[SchemaStep]) -> bool:
    """Tell whether the file begins one transaction and rolls it back: it tries something out."""
    marks = [step for step in steps if step.operation in (Operation.BEGIN, Operation.END)]
    return (
        [step.operation for step in marks] == [Operation.BEGIN, Operation.END]
        and steps[-1] is marks[-1]
        and marks[-1].text.upper().rstrip("; ") in ("ROLLBACK", "ABORT", "ROLLBACK TRANSACTION")
    )


def _start(token: Token) -> int:
    return token.start
