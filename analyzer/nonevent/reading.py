"""One file's bytes become facts: which reader reads what, in one place."""

import re
from collections.abc import Callable, Iterable, Mapping
from typing import Any, Protocol

from nonevent.change import Content
from nonevent.facts import Call, Class, Fact, FileFacts, Setting
from nonevent.noun import NamedTuple
from nonevent.pattern import late
from nonevent.readers import python
from nonevent.readers.interests import Interests
from nonevent.readers.view import MIGRATIONS

__all__ = [
    "READERS",
    "Asked",
    "Recall",
    "holds_schema",
    "is_data",
    "is_hint",
    "is_read",
    "is_requirements",
    "is_server",
    "is_setup",
    "read",
    "says_nothing",
]

# What stands for the suffix of a file that says which versions a project asks for.
PINS = "requirements"
# What stands for the suffix of a file that configures logging.
LOGS = "logging"
# What stands for the suffix of a changelog of Liquibase.
LOG = "changelog"
# What stands for the suffix of a file that tells a tool which database there is.
HINT = "database"
# What stands for the suffix of a file that starts programs.
COMMANDS = "commands"
# What stands for the suffix of a file that configures a web server.
SERVER = "server"
# The list of a Django migration: its steps are read from it.
OPERATIONS = "operations"
MARKING = frozenset({".xml", ".yaml", ".yml", ".json"})
SCRIPTS = frozenset({".conf", ".ini", ".service", ".sh"})
IMAGES = frozenset({"Conta", "Docke", "Procf"})  # how their names begin
YAML = frozenset({".yaml", ".yml"})
PINNING = frozenset({".cfg", ".txt", ".toml", ".lock"})
PROJECTS = frozenset(
    {"Pipfile.lock", "pdm.lock", "poetry.lock", "pylock.toml", "pyproject.toml", "setup.cfg"}
    | {"uv.lock"}
)
SETUP = "setup.py"


# Changelogs bear any name: a file is looked into where its path speaks of one, and read where it
# holds the name of their first element.
CHANGELOG = late(
    r"liquibase|change[-_]?log|change[-_]?set|db[._-]?changes?|(?:^|/)(?:db|migrations?)/",
    re.IGNORECASE,
)
NAMED = late(r"(?i)liquibase|change[-_]?log")
MARK = b"databaseChangeLog"
# Files that name the database to a tool of migrations, start one, or tell how it runs them.
HINTS = late(
    r"(?:migration_lock\.toml|Cargo\.toml|schema\.prisma|alembic\.ini|flyway\.(?:conf|toml)"
    r"|liquibase\.properties|sqlc\.ya?ml|atlas\.hcl|dbconfig\.ya?ml|sqitch\.(?:conf|plan)|\.sql\.conf"
    r"|(?:docker-)?compose(?:\.\w+)?\.ya?ml)$"
)
# Files that start programs: scripts, images, units, manifests.
STARTING = late(
    r"(?:^|/)(?:Dockerfile|Containerfile|Procfile)[^/]*$|\.(?:service|sh)$|(?:^|/)[\w-]*entrypoint$"
    r"|(?:^|[/_-])(?:supervisor\w*|circus)[^/]*\.(?:conf|ini)$"
    r"|(?:compose|k8s|kube\w*|helm|charts?|deploy\w*|manifests?)[^.]*(?:\.[\w-]+)*\.ya?ml$"
)
HINTING = frozenset(
    {".conf", ".hcl", ".ini", ".plan", ".prisma", ".properties", ".toml", ".yaml", ".yml"}
)


# Files that configure a web server, by their names; modules that do, for Gunicorn.
SERVING = re.compile(r"(?:^|/)(?:[\w.-]*uwsgi\.ini|serverless\.ya?ml)$")
CONFIGURING = late(r"(?:^|/)gunicorn(?:[._-]?(?:conf|config|settings))?(?:\.conf)?\.py$")


class Asked(NamedTuple):
    """What a reader is told beside the text."""

    interests: Interests
    dialect: str = ""  # of SQL that does not show it; "" unknown
    # Callee that a rule knows → sets of words, all of one of which stand where it is a finding.
    words: Mapping[str, frozenset[frozenset[str]]] = {}  # a default, never changed
    own: frozenset[str] = frozenset()  # callees that rows of the project name
    versioned: frozenset[str] = frozenset()  # libraries of which a version decides


class Recall(Protocol):
    """What is known already of the files of a version."""

    def recall(self, paths: Iterable[str], content: Callable[[str], bytes]) -> dict[str, FileFacts]:
        """Return the facts of those files that were read before."""

    def keep(self, facts: FileFacts, content: Content, encoded: bytes | None = None) -> None:
        """Keep the facts of a file that was read."""

    def scan(self, path: str, question: str, content: Content, scan: Callable[[bytes], Any]) -> Any:
        """Return what `scan` says of a file's bytes, a plain value; it may have said it before."""


def _read_python(path: str, text: str, asked: Asked) -> FileFacts:
    facts = python.read(path, text, asked.interests)
    if is_setup(path):
        facts = facts._replace(facts=facts.facts + _read_requirements(path, text, asked).facts)
    if CONFIGURING.search(path):
        facts = facts._replace(facts=facts.facts + _read_server(path, text, asked).facts)
    if not _migrates(facts):
        return facts
    from nonevent.readers import alembic, django

    for view in (alembic, django):
        if view.concerns(facts):
            steps, notes = view.view(facts, text, asked.dialect)
            facts = facts._replace(facts=facts.facts + steps, notes=facts.notes + notes)
    return facts._replace(facts=tuple(fact for fact in facts.facts if not _is_told(fact, asked)))


def _migrates(facts: FileFacts) -> bool:
    """Tell whether a file may hold a migration: reading one costs an import or two."""
    for fact in facts.facts:
        if type(fact) is Call:
            if fact.callee.startswith(MIGRATIONS):
                return True
        elif type(fact) is Class and any(base.endswith("Migration") for base in fact.bases):
            return True
    return False


def _is_told(fact: Fact, asked: Asked) -> bool:
    """Tell whether the steps of a migration have said all that anybody asks of a fact."""
    if type(fact) is Call:
        return fact.callee.startswith(MIGRATIONS) and fact.callee not in asked.interests.calls
    is_list = type(fact) is Setting and fact.name == OPERATIONS and bool(fact.scope)
    return is_list and OPERATIONS not in asked.interests.settings


def _read_sql(path: str, text: str, asked: Asked) -> FileFacts:
    from nonevent.readers import sql

    return sql.read(path, text, asked.dialect)


def _read_requirements(path: str, text: str, asked: Asked) -> FileFacts:
    from nonevent.readers import requirements

    return requirements.read(path, text, asked.versioned)


def _read_server(path: str, text: str, asked: Asked) -> FileFacts:
    del asked
    from nonevent.readers import servers

    return servers.read(path, text)


def _read_logging(path: str, text: str, asked: Asked) -> FileFacts:
    del asked
    from nonevent.readers import logconf

    return logconf.read(path, text)


def _read_changelog(path: str, text: str, asked: Asked) -> FileFacts:
    from nonevent.readers import liquibase

    return liquibase.read(path, text, asked.dialect)


def _read_hint(path: str, text: str, asked: Asked) -> FileFacts:
    del asked
    from nonevent.readers import commands, hints

    facts = hints.read(path, text)
    started = tuple(commands.workers(path, text)) if STARTING.search(path) else ()
    return facts._replace(facts=facts.facts + started)


def _read_commands(path: str, text: str, asked: Asked) -> FileFacts:
    del asked
    from nonevent.readers import commands

    return commands.read(path, text)


READERS: Mapping[str, Callable[[str, str, Asked], FileFacts]] = {
    ".py": _read_python,
    ".sql": _read_sql,
    PINS: _read_requirements,
    LOGS: _read_logging,
    LOG: _read_changelog,
    HINT: _read_hint,
    COMMANDS: _read_commands,
    SERVER: _read_server,
}


def is_read(path: str) -> bool:
    """Tell whether some reader reads files of this name."""
    return _suffix(path) in READERS


def read(path: str, text: str, asked: Asked) -> FileFacts:
    """Return what the file says."""
    return READERS[_suffix(path)](path, text, asked)


def says_nothing(path: str, data: bytes) -> bool:
    """Tell whether a file only looks like what is read, by its name."""
    if _suffix(path) == COMMANDS:
        from nonevent.readers.commands import speaks

        return not speaks(data)
    return path.endswith(tuple(MARKING)) and MARK not in data and _suffix(path) == LOG


def is_data(path: str) -> bool:
    """Tell whether a file that is too large to be looked into is rather data than a changelog."""
    return _suffix(path) == LOG and not NAMED.search(path)


def holds_schema(path: str) -> bool:
    """Tell whether a file of this name holds nothing but steps of a schema."""
    return _suffix(path) in {".sql", LOG}


def is_hint(path: str) -> bool:
    """Tell whether a file of this name may tell the database."""
    return _suffix(path) == HINT


def is_requirements(path: str) -> bool:
    """Tell whether a file of this name says which versions a project asks for."""
    folder, _, name = path.rpartition("/")
    if name.endswith(".txt"):
        return "requirements" in name or folder.rpartition("/")[2] == "requirements"
    return name in PROJECTS


def is_server(path: str) -> bool:
    """Tell whether a file of this name may start a web server, or configure one."""
    return _suffix(path) in {SERVER, COMMANDS} or CONFIGURING.search(path) is not None


def is_setup(path: str) -> bool:
    """Tell whether a module is there to install the project, which says what that asks for."""
    return path.rpartition("/")[2] == SETUP


def _suffix(path: str) -> str:
    if path.endswith(".py"):
        return ".py"
    name = path.rpartition("/")[2]
    suffix = "." + name.rpartition(".")[2].lower()
    if name[:3].lower() == "log" and suffix not in READERS:
        from nonevent.readers.logconf import is_logging

        if is_logging(name.lower()):
            return LOGS
    if suffix in HINTING and HINTS.search(name):
        return HINT
    if SERVING.search(path):
        return SERVER
    if suffix in MARKING:
        if CHANGELOG.search(path):
            return LOG
        return COMMANDS if suffix in YAML and STARTING.search(path) else suffix
    if (suffix in SCRIPTS or name[:5] in IMAGES or "entrypoint" in name) and STARTING.search(path):
        return COMMANDS
    return PINS if suffix in PINNING and is_requirements(path) else suffix
