"""Compares replayed schemas with a server's: `python -m tests.accuracy.schemas CLONES`.

The migrations of real projects that are plain SQL are run on a PostgreSQL and a MariaDB of this
machine, statement by statement, and replayed by nonevent without a server. Then both schemas are
compared table by table. What a type or a default means the server itself says: the replayed
columns are created beside, as the history writes them.
"""

# ruff: noqa: T201, S608 - a script that prints and talks to servers of its own

import argparse
import os
import re
import shutil
import subprocess
import tempfile
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any, NamedTuple

from tests.accuracy.histories import PROJECTS, Project, facts_of

from nonevent.facts import FileFacts
from nonevent.link.order import histories
from nonevent.link.past import schema_after
from nonevent.link.tables import Schema, Table, key
from nonevent.readers.sqlsplit import split
from nonevent.text import decode

POSTGRESQL = "/usr/lib/postgresql/15/bin"
HEADS = (
    *("project", "server", "statements", "refused", "tables"),
    *("doubtful", "equal", "columns", "differences"),
)
# What stands in the place of templates and of Flyway's placeholders.
FILLED = (('{{ index .Options "Namespace" }}', "auth"), ('{{index .Options "Namespace" }}', "auth"))
# Histories that these servers do not run: PostgreSQL 16's syntax, MySQL's own functions.
WITHOUT = {("lemmy", False), ("kestra", True)}
BEFORE = {
    "auth": (
        "CREATE SCHEMA auth",
        "SET search_path TO auth, public",
        "CREATE ROLE postgres SUPERUSER",
        "CREATE ROLE anon",
    ),
    "goalert": (),
}
# One index or constraint: columns, and what else tells it from others.
Held = tuple[Any, ...]


class Side(NamedTuple):
    """One table as a server, or the replay, has it."""

    columns: dict[str, Held]  # key → type, admits NULL, default
    indexes: list[Held]
    constraints: list[Held]


class Result(NamedTuple):
    """How far both sides agree."""

    statements: int
    refused: int  # by the server, for reasons of its own: roles, extensions, data
    tables: int
    equal: int
    columns: int
    doubtful: int  # tables that the replay itself leaves in doubt; not among the equal ones
    wrong: list[str]


Ask = Callable[..., list[tuple[Any, ...]]]


def main() -> None:
    """Print a row for each project whose clone is there."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("clones", type=Path, nargs="+")
    parser.add_argument("--verbose", action="store_true", help="print every difference")
    options = parser.parse_args()
    print(f"| {' | '.join(HEADS)} |\n{'|---' * len(HEADS)}|")
    for project in PROJECTS:
        folder = next(
            (each / project.name for each in options.clones if (each / project.name).is_dir()), None
        )
        is_mysql = "mysql" in project.files[0]
        runs = all(pattern.endswith(".sql") for pattern in project.files)
        if folder is None or not runs or (project.name, is_mysql) in WITHOUT:
            continue
        with mariadb() if is_mysql else postgresql() as ask:
            result = compare(project, folder, ask, "mysql" if is_mysql else "postgresql")
        server = "MariaDB 10.11" if is_mysql else "PostgreSQL 15"
        print(
            f"| {project.name} | {server} | {result.statements} | {result.refused} |"
            f" {result.tables} | {result.doubtful} | {result.equal} | {result.columns} |"
            f" {len(result.wrong) - result.refused} |"
        )
        for line in result.wrong if options.verbose else ():
            print(f"    {line}")


def compare(project: Project, folder: Path, ask: Ask, dialect: str) -> Result:
    """Return how the replayed schema of a project differs from the server's."""
    files = facts_of(project._replace(dialect=dialect), folder)
    schema = Schema()
    statements = refused = 0
    wrong: list[str] = []
    for statement in BEFORE.get(project.name, ()):
        with suppress(Exception):  # there already
            ask(statement)
    for history in histories(files):
        for facts in history.files:
            for statement in _statements(folder, facts, dialect):
                statements += 1
                try:
                    ask(statement)
                except Exception as error:  # noqa: BLE001 - whatever the driver raises
                    refused += 1
                    wrong.append(f"refused: {facts.path}: {str(error)[:150]!r}")
        schema.tables.update(schema_after(history).tables)
    return judged(schema, ask, dialect, Result(statements, refused, 0, 0, 0, 0, wrong))


def judged(
    schema: Schema,
    ask: Ask,
    dialect: str,
    ran: Result,
    *,
    spelled: Mapping[str, str] | None = None,
    own: str = "$^",
) -> Result:
    """Return how a replayed schema differs from what a server holds, beside how that came.

    `spelled` has types as SQL where the history has them in Python; one that is missing there is
    taken from the server. Tables of names that match `own` are the tool's.
    """
    wrong = list(ran.wrong)
    real = of_mariadb(ask) if dialect == "mysql" else of_postgresql(ask, "real")
    real = {name: side for name, side in real.items() if not re.match(own, name)}
    told = _replayed(schema, ask, dialect, real, spelled)
    equal = columns = doubtful = 0
    for name in sorted(real.keys() | told.keys()):
        if name in schema.tables and not schema.tables[name].whole:
            doubtful += name in real
            continue
        found = list(_differences(name, real.get(name), told.get(name)))
        wrong += found
        equal += not found
        columns += len(real[name].columns) if name in real else 0
    return Result(ran.statements, ran.refused, len(real), equal, columns, doubtful, wrong)


def _statements(folder: Path, facts: FileFacts, dialect: str) -> Iterator[str]:
    path = folder / facts.path
    text = decode(facts.path, path.read_bytes())
    assert isinstance(text, str)
    for old, new in FILLED:
        text = text.replace(old, new)
    parts = split(text, dialect, facts.path)
    for piece in parts.pieces:
        locks = [token.word for token in piece.tokens[:1]] == ["LOCK"]
        if piece.kind == "statement" and piece.direction == "up" and not locks:
            yield parts.text[piece.start : piece.end]


def _differences(name: str, real: Side | None, told: Side | None) -> Iterator[str]:
    if real is None or told is None:
        yield f"{name}: only {'replayed' if real is None else 'on the server'}"
        return
    for column in sorted(real.columns.keys() | told.columns.keys()):
        here, there = told.columns.get(column), real.columns.get(column)
        if here != there:
            yield f"{name}.{column}: replayed {here}, on the server {there}"
    for kind, ours, theirs in (
        ("index", told.indexes, real.indexes),
        ("constraint", told.constraints, real.constraints),
    ):
        rest = list(theirs)
        for each in ours:
            if each in rest:
                rest.remove(each)
            elif kind == "constraint" and (same := _pointing(each, rest)) is not None:
                rest.remove(same)
            else:
                yield f"{name}: {kind} {each} is not on the server"
        for each in rest:
            yield f"{name}: {kind} {each} is not replayed"


def _pointing(held: Held, others: list[Held]) -> Held | None:
    """Return the foreign key of the same columns, where only a setting names the target."""
    if held[0] != "foreign key" or held[2]:
        return None
    return next((one for one in others if one[:2] == held[:2] and one[3] == held[3]), None)


# -- the replayed side ---------------------------------------------------------------------------


def _replayed(
    schema: Schema,
    ask: Ask,
    dialect: str,
    real: Mapping[str, Side],
    spelled: Mapping[str, str] | None,
) -> dict[str, Side]:
    """Return the replayed tables, their types and defaults as the server understands them."""
    sides: dict[str, Side] = {}
    for name, table in schema.tables.items():
        if table.made is None:  # another history's, or a view's
            continue
        there = real[name].columns if name in real else {}
        columns = _understood(table, ask, dialect, there, spelled)
        sides[name] = Side(
            columns, sorted(_indexes(table, dialect)), sorted(_constraints(table, dialect))
        )
    return sides


def _understood(
    table: Table,
    ask: Ask,
    dialect: str,
    real: Mapping[str, Held],
    spelled: Mapping[str, str] | None,
) -> dict[str, Held]:
    found: dict[str, Held] = {}
    quote = "`" if dialect == "mysql" else '"'
    for name, column in table.columns.items():
        nullable = column.nullable
        default = f" DEFAULT {column.default}" if column.default and not column.generated else ""
        null = "" if dialect != "mysql" else (" NULL" if nullable else " NOT NULL")
        kind = column.type
        if spelled is not None:
            kind = spelled.get(kind) or str(real.get(name, ["int"])[0])
        for old, new in FILLED:
            kind = kind.replace(old, new)
        try:
            ask("DROP TABLE IF EXISTS replayed")
            ask(f"CREATE TABLE replayed ({quote}{column.name}{quote} {kind}{default}{null})")
        except Exception as error:  # noqa: BLE001 - whatever the driver raises
            found[name] = (f"refused: {column.type}{default}: {str(error)[:80]}", nullable, "")
            continue
        sides = (
            of_mariadb(ask, "replayed") if dialect == "mysql" else of_postgresql(ask, "replayed")
        )
        kind, _, said = sides["replayed"].columns[name]
        found[name] = (kind, nullable, "generated" if column.generated else said)
    ask("DROP TABLE IF EXISTS replayed")
    return found


def _indexes(table: Table, dialect: str) -> Iterator[Held]:
    for index in table.indexes:
        if dialect != "mysql" or not index.unique:
            columns = tuple(_plain(name, table) for name in index.columns)
            yield columns, index.unique, bool(index.condition)


def _plain(name: str, table: Table) -> str:
    return key(name) if key(name) in table.columns else "(expression)"


def _constraints(table: Table, dialect: str) -> Iterator[Held]:
    if dialect == "mysql":  # one thing by two names
        unique = [index for index in table.indexes if index.unique]
        yield from (("unique", tuple(map(key, index.columns)), "", True) for index in unique)
    for each in table.constraints:
        columns = tuple(map(key, each.columns))
        if each.kind in {"check", "exclude"}:
            columns = ()
        if dialect == "mysql" and each.kind == "check":
            continue
        yield each.kind, columns, key(each.references), each.valid


# -- PostgreSQL ----------------------------------------------------------------------------------

KINDS = {"p": "primary key", "u": "unique", "f": "foreign key", "c": "check", "x": "exclude"}
COLUMNS = """
SELECT c.relname, a.attname, format_type(a.atttypid, a.atttypmod), NOT a.attnotnull,
       pg_get_expr(d.adbin, d.adrelid), a.attidentity, a.attgenerated
FROM pg_attribute a JOIN pg_class c ON c.oid = a.attrelid
     JOIN pg_namespace n ON n.oid = c.relnamespace
     LEFT JOIN pg_attrdef d ON d.adrelid = c.oid AND d.adnum = a.attnum
WHERE c.relkind IN ('r', 'p') AND a.attnum > 0 AND NOT a.attisdropped
      AND n.nspname NOT IN ('pg_catalog', 'information_schema') AND {}
"""
INDEXES = """
SELECT c.relname, i.indisunique, i.indpred IS NOT NULL,
       ARRAY(SELECT a.attname FROM unnest(i.indkey::int[]) WITH ORDINALITY k(num, place)
             LEFT JOIN pg_attribute a ON a.attrelid = c.oid AND a.attnum = k.num AND k.num > 0
             WHERE k.place <= i.indnkeyatts ORDER BY k.place)::text[]
FROM pg_index i JOIN pg_class c ON c.oid = i.indrelid
     JOIN pg_namespace n ON n.oid = c.relnamespace
WHERE c.relkind IN ('r', 'p') AND n.nspname NOT IN ('pg_catalog', 'pg_toast')
      AND NOT EXISTS (SELECT FROM pg_constraint k WHERE k.conindid = i.indexrelid
                      AND k.contype IN ('p', 'u', 'x')) AND {}
"""
CONSTRAINTS = """
SELECT c.relname, k.contype, f.relname, k.convalidated,
       ARRAY(SELECT a.attname FROM unnest(k.conkey) WITH ORDINALITY x(num, place)
             JOIN pg_attribute a ON a.attrelid = c.oid AND a.attnum = x.num
             ORDER BY x.place)::text[]
FROM pg_constraint k JOIN pg_class c ON c.oid = k.conrelid
     JOIN pg_namespace n ON n.oid = c.relnamespace
     LEFT JOIN pg_class f ON f.oid = k.confrelid
WHERE k.contype IN ('p', 'u', 'f', 'c', 'x') AND c.relkind IN ('r', 'p')
      AND n.nspname NOT IN ('pg_catalog', 'information_schema') AND {}
"""


def of_postgresql(ask: Ask, which: str) -> dict[str, Side]:
    """Return the tables of the server's database: the one called "replayed", or the others."""
    only = f"c.relname {'=' if which == 'replayed' else '<>'} 'replayed'"
    sides: dict[str, Side] = {}
    for table, column, kind, nullable, default, identity, generated in ask(COLUMNS.format(only)):
        side = sides.setdefault(key(table), Side({}, [], []))
        said = default or ""
        if identity or generated or said.startswith("nextval("):
            said = "generated"
        # A default keeps the cast to the type that its column had when it was given.
        said = re.sub(r"::[a-z ]+$", "", said).removeprefix("NULL")
        side.columns[key(column)] = (kind, nullable, said)
    for table, unique, partial, columns in ask(INDEXES.format(only)):
        if key(table) in sides:
            names = tuple("(expression)" if name is None else key(name) for name in columns)
            sides[key(table)].indexes.append((names, unique, partial))
    for table, kind, references, valid, columns in ask(CONSTRAINTS.format(only)):
        if key(table) in sides:
            names = () if kind in "cx" else tuple(map(key, columns))
            held = (KINDS[kind], names, key(references or ""), valid)
            sides[key(table)].constraints.append(held)
    for side in sides.values():
        side.indexes.sort()
        side.constraints.sort()
    return sides


def _run(*command: str) -> None:
    subprocess.run(command, check=True, capture_output=True)


@contextmanager
def started(port: int = 0) -> Iterator[str]:
    """Start a server that is thrown away; yield the folder of its socket.

    With a port it listens on this machine as well.
    """
    folder = tempfile.mkdtemp(prefix="nonevent-")
    os.chmod(folder, 0o777)  # noqa: S103 - the server runs as another user
    data = f"{folder}/data"
    own = ["runuser", "-u", "postgres", "--"] if os.geteuid() == 0 else []
    listens = f"-c listen_addresses=127.0.0.1 -p {port}" if port else "-c listen_addresses=''"
    settings = f"{listens} -k {folder} -c fsync=off"
    options = ["-o", settings, "-l", f"{folder}/log"]
    _run(*own, f"{POSTGRESQL}/initdb", "-A", "trust", "-D", data, "-U", "root")
    _run(*own, f"{POSTGRESQL}/pg_ctl", "-w", "-D", data, *options, "start")
    try:
        yield folder
    finally:
        _run(*own, f"{POSTGRESQL}/pg_ctl", "-D", data, "-m", "immediate", "stop")
        shutil.rmtree(folder, ignore_errors=True)


@contextmanager
def postgresql() -> Iterator[Ask]:
    """Start a server that is thrown away; yield what asks it."""
    with started() as folder, asking(folder) as ask:
        yield ask


@contextmanager
def asking(folder: str, port: int = 0) -> Iterator[Ask]:
    """Yield what asks the server whose socket lies in a folder."""
    import psycopg

    place = f"host={folder} port={port or 5432} user=root dbname=postgres"
    connection = psycopg.connect(place, autocommit=True)

    def ask(statement: str) -> list[tuple[Any, ...]]:
        cursor = connection.execute(statement.encode())
        return cursor.fetchall() if cursor.description else []

    try:
        yield ask
    finally:
        connection.close()


# -- MariaDB -------------------------------------------------------------------------------------


def of_mariadb(ask: Ask, only: str = "") -> dict[str, Side]:
    """Return the tables of the server's database: the one of this name, or the others."""
    sides: dict[str, Side] = {}
    where = f"table_schema = 'test' AND table_name {'=' if only else '<>'} 'replayed'"
    rows = ask(
        "SELECT table_name, column_name, column_type, is_nullable, column_default, extra "
        f"FROM information_schema.columns WHERE {where}"
    )
    for table, column, kind, nullable, default, extra in rows:
        side = sides.setdefault(key(table), Side({}, [], []))
        said = "generated" if "auto_increment" in extra or "GENERATED" in extra else default or ""
        said = "" if said == "NULL" else said
        side.columns[key(column)] = (kind, nullable == "YES", said)
    indexes: dict[tuple[str, str, bool], list[str]] = {}
    for table, index, column, unique in ask(
        "SELECT table_name, index_name, column_name, non_unique = 0 FROM "
        f"information_schema.statistics WHERE {where} ORDER BY 1, 2, seq_in_index"
    ):
        indexes.setdefault((table, index, bool(unique)), []).append(key(column))
    keys: dict[tuple[str, str, str], list[str]] = {}
    for table, name, column, references in ask(
        "SELECT table_name, constraint_name, column_name, referenced_table_name FROM "
        f"information_schema.key_column_usage WHERE {where} "
        "AND referenced_table_name IS NOT NULL ORDER BY 1, 2, ordinal_position"
    ):
        keys.setdefault((table, name, references), []).append(key(column))
    for (table, index, unique), columns in indexes.items():
        side = sides[key(table)]
        kind = "primary key" if index == "PRIMARY" else "unique" if unique else ""
        if kind:
            side.constraints.append((kind, tuple(columns), "", True))
        else:
            side.indexes.append((tuple(columns), False, False))
    for (table, _, references), columns in keys.items():
        sides[key(table)].constraints.append(("foreign key", tuple(columns), key(references), True))
    for side in sides.values():
        side.indexes.sort()
        side.constraints.sort()
    return sides


@contextmanager
def mariadb() -> Iterator[Ask]:
    """Start a server that is thrown away."""
    import time

    import pymysql

    folder = tempfile.mkdtemp(prefix="nonevent-")
    os.chmod(folder, 0o777)  # noqa: S103 - the server runs as another user
    common = [
        f"--datadir={folder}/data",
        "--user=mysql" if os.geteuid() == 0 else "--skip-networking",
    ]
    subprocess.run(
        ["mariadb-install-db", *common, "--auth-root-authentication-method=normal"],
        check=True,
        capture_output=True,
    )
    server = subprocess.Popen(
        [
            "mariadbd",
            *common,
            "--skip-networking",
            f"--socket={folder}/s",
            f"--pid-file={folder}/p",
        ],
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    try:
        for _ in range(100):
            if os.path.exists(f"{folder}/s"):
                break
            time.sleep(0.2)
        connection = pymysql.connect(unix_socket=f"{folder}/s", user="root", autocommit=True)

        def ask(statement: str) -> list[tuple[Any, ...]]:
            with connection.cursor() as cursor:
                cursor.execute(statement)
                return list(cursor.fetchall())

        ask("CREATE DATABASE IF NOT EXISTS test")
        ask("USE test")
        yield ask
        connection.close()
    finally:
        server.terminate()
        server.wait(30)
        shutil.rmtree(folder, ignore_errors=True)


if __name__ == "__main__":
    main()
