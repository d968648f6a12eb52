"""Which database a project runs on, as the configuration of its tools says."""

import re

from nonevent.facts import FileFacts, Kind, Setting, Value
from nonevent.location import Location

__all__ = ["read"]

SETTING = "database"  # as `link.databases` looks for it
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
    """Return the database that a file names as a setting; nothing where it names none, or two."""
    found: dict[str, Location] = {}
    for said in SAID.finditer(text):
        kind = next(group for group in ("named", "address", "driver", "image") if said[group])
        dialect = DIALECTS.get(said[kind].lower())
        if dialect:
            line = text.count("\n", 0, said.start(kind)) + 1
            start = said.start(kind) - text.rfind("\n", 0, said.start(kind))
            place = Location(path, line, start, line, start + len(said[kind]))
            found.setdefault(dialect, place)
    if not path.endswith(SURE):
        found.pop("sqlite", None)  # a developer's own, or the tests'
    if len(found) != 1:
        return FileFacts(path)
    ((dialect, place),) = found.items()
    value = Value(Kind.CONSTANT, place[1:], constant=dialect)
    return FileFacts(path, (Setting(SETTING, value, place),))
