"""What the configuration of tools says: which database there is, in which order and how they run.

A plan of Sqitch lists its changes, one a line: https://sqitch.org/docs/manual/sqitch-plan/
"""

import re
from collections.abc import Iterator

from nonevent.facts import FileFacts, Kind, Setting, Value
from nonevent.location import Location
from nonevent.readers import servers

__all__ = ["read"]

SETTING = "database"  # as `link.databases` looks for it
PLAN = "sqitch.plan"  # as `link.order` looks for it
COMPOSE = "compose"  # in the names of files that start containers
# As `link.runners` looks for them.
RUNNING = {"executeintransaction": "executeInTransaction", "mixed": "mixed"}
# Of Flyway for all migrations, or for the one whose name stands before ".conf":
# github.com/flyway/flyway, ConfigUtils.java and SqlScriptMetadata.java
FLYWAY = re.compile(
    r"(?im)^[ \t]*(?:flyway\.)?(executeInTransaction|mixed)[ \t]*=[ \t]*[\"']?(true|false)\b"
)
FLYWAYS = re.compile(r"(?:^|/)flyway\.(?:conf|toml)$|\.sql\.conf$")
CHANGE = re.compile(r"(?m)^[ \t]*(?:(@)|\+)?([^\s%#@+-][^\s@]*)")
# In what such files write: providers, addresses of databases, images of containers.
# https://www.prisma.io/docs/orm/reference/prisma-schema-reference#datasource,
# https://docs.sqlalchemy.org/en/20/core/engines.html#database-urls,
# https://documentation.red-gate.com/fd/url-184127454.html, https://docs.sqlc.dev (engine)
SAID = re.compile(
    r"""(?ix) ^[^\S\n]*(?!\#|//|;|--)[^\n]*?
    (?: (?:provider|engine|dialect|driver) \s* [:=] \s* ["']? (?P<named>[a-z0-9]+) ["']?
      | (?:jdbc:)? (?P<address>[a-z0-9]+) (?:\+\w+)? ://
      | jdbc: (?P<driver>[a-z]+) :
      | ^\s*-?\s* image: \s* ["']? (?:[\w.-]+/)* (?P<image>[a-z]+) (?:[:@"'\s]|$) )
    """,
    re.MULTILINE,
)
# What a Rust program is built with: https://docs.rs/sqlx, https://docs.rs/diesel, "Feature flags"
CRATE = "Cargo.toml"
FEATURES = re.compile(r"(?ms)^(?:sqlx|diesel)\b[^\n]*?\bfeatures\s*=\s*\[(?P<list>[^\]]*)\]")
# A crate that runs migrations itself: `sqlx = …`, `sqlx.workspace = true`, `[dependencies.sqlx]`.
SQLX = re.compile(r"(?m)^[ \t]*(?:(sqlx)\b[\w. ]*=|\[[\w.-]*dependencies\.(sqlx)\])")
FEATURE = re.compile(r"\"(postgres|mysql|sqlite)(?:-[\w-]+)?\"")
# Files whose word is the program's own, and no default that an environment replaces.
SURE = (".prisma", "migration_lock.toml", "sqlc.yaml", "sqlc.yml")
DIALECTS = {
    "cockroachdb": "postgresql",
    "mariadb": "mariadb",
    "mysql": "mysql",
    "mysql2": "mysql",
    "oracle": "oracle",
    "postgis": "postgresql",
    "postgres": "postgresql",
    "postgresql": "postgresql",
    "pg": "postgresql",
    "sqlite": "sqlite",
    "sqlite3": "sqlite",
    "sqlserver": "mssql",
    "mssql": "mssql",
}


def read(path: str, text: str) -> FileFacts:
    """Return what a file says of databases and of runners, as settings; nothing where it does not.

    Of two databases none counts.
    """
    if path.endswith(PLAN):
        return FileFacts(path, (_plan(path, text),))
    running = _running(path, text) if FLYWAYS.search(path) else ()
    if path.endswith(CRATE):
        return FileFacts(path, tuple(_crate(path, text)))
    serving = servers.said(path, text) if COMPOSE in path else ()
    return FileFacts(path, (*_database(path, text), *running, *serving))


def _plan(path: str, text: str) -> Setting:
    """Return the changes of a plan in order; a former state of a reworked one bears its tag."""
    names: list[str] = []
    at: dict[str, int] = {}  # name → its last place, where no tag stands behind it yet
    tags: dict[str, str] = {}
    for tag, name in CHANGE.findall(text):
        if tag:
            tags.update((one, name) for one in at if one not in tags)
            continue
        if name in at and name in tags:
            names[at[name]] = f"{name}@{tags.pop(name)}"
        at[name] = len(names)
        names.append(name)
    place = Location(path, 1, 1, 1, 1)
    items = tuple(Value(Kind.CONSTANT, place[1:], constant=name) for name in names)
    return Setting(PLAN, Value(Kind.SEQUENCE, place[1:], items=items), place)


def _running(path: str, text: str) -> Iterator[Setting]:
    for said in FLYWAY.finditer(text):
        place = _place(path, text, said.start(2), said.end(2))
        value = Value(Kind.CONSTANT, place[1:], constant=said[2].lower() == "true")
        yield Setting(RUNNING[said[1].lower()], value, place)


def _crate(path: str, text: str) -> Iterator[Setting]:
    """Yield the one database that a program is built for, and whether sqlx is a part of it.

    Of a list of any database none is told.
    """
    sqlx = SQLX.search(text)
    if sqlx is not None:
        place = _place(path, text, sqlx.start(sqlx.lastindex or 0), sqlx.end(sqlx.lastindex or 0))
        yield Setting("sqlx", Value(Kind.CONSTANT, place[1:], constant=True), place)
    for said in FEATURES.finditer(text):
        named = list(FEATURE.finditer(said["list"]))
        if len({each[1] for each in named}) == 1:
            start = said.start("list") + named[0].start(1)
            place = _place(path, text, start, start + len(named[0][1]))
            value = Value(Kind.CONSTANT, place[1:], constant=DIALECTS[named[0][1]])
            yield Setting(SETTING, value, place)


def _database(path: str, text: str) -> Iterator[Setting]:
    found: dict[str, Location] = {}
    for said in SAID.finditer(text):
        kind = next(group for group in ("named", "address", "driver", "image") if said[group])
        dialect = DIALECTS.get(said[kind].lower())
        if dialect:
            place = _place(path, text, said.start(kind), said.end(kind))
            found.setdefault(dialect, place)
    if not path.endswith(SURE):
        found.pop("sqlite", None)  # a developer's own, or the tests'
    if len(found) == 1:
        ((dialect, place),) = found.items()
        yield Setting(SETTING, Value(Kind.CONSTANT, place[1:], constant=dialect), place)


def _place(path: str, text: str, start: int, end: int) -> Location:
    line = text.count("\n", 0, start) + 1
    column = start - text.rfind("\n", 0, start)
    return Location(path, line, column, line, column + end - start)
