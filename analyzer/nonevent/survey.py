"""What nonevent sees in a project before it judges anything: files, frameworks, database."""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from typing import Any, NamedTuple

from nonevent import pipeline
from nonevent.config import Config
from nonevent.facts import Class, FileFacts, Function, Kind, Role, SchemaStep, Setting, Value
from nonevent.gather import gather
from nonevent.incoming import change_of
from nonevent.link.databases import HINT, SETTING, dialect_of
from nonevent.link.modules import index
from nonevent.link.roles import Markers, find
from nonevent.link.schema import link_schema
from nonevent.location import Location
from nonevent.note import Note
from nonevent.options import Options
from nonevent.reading import is_hint, is_requirements, is_server

__all__ = ["Database", "Survey", "survey"]

LIQUIBASE = (".xml", ".yaml", ".yml", ".json")


class Database(NamedTuple):
    """A database that the project names."""

    dialect: str
    location: Location  # of what says so


class Survey(NamedTuple):
    """What a project holds."""

    kinds: Mapping[str, int]  # "Python", "SQL", … → files
    folders: Mapping[str, int]  # folder at the top → files of Python and SQL below; "" the root
    frameworks: Mapping[str, int]  # "flask" → functions and classes that bear its marks
    roles: Mapping[Role, int]  # → functions
    migrations: Mapping[tuple[str, str], int]  # framework and folder → files with schema steps
    dialects: Mapping[str, int]  # → steps that show it, or are told; "" of which nothing is known
    databases: tuple[Database, ...]
    notes: tuple[Note, ...]  # what could not be read


def survey(options: Options, config: Config, cwd: str) -> Survey:
    """Return what a run of all in the folder `cwd` would see; every file is read.

    Raises:
        UserError: a rule that the settings name does not exist, or rows that they add are not in
            order.

    """
    task = pipeline.prepare(options, config.root)
    change = change_of(options._replace(paths=(cwd,)), config, cwd)
    side = {file.path: file.after for file in change.files if file.after}
    seen = gather(side, task.asked, task.markers, task.judge.hangs, filtered=False)
    placed = link_schema(seen.files, (), seen.databases, seen.past, seen.limits)
    steps = [(facts, step) for facts in placed for step in _steps(facts)]
    bearers = find(seen.files, index(seen.files), task.markers)
    return Survey(
        kinds=_counted(map(_kind, side)),
        folders=_counted(
            path.partition("/")[0] if "/" in path else ""
            for path in side
            if path.endswith((".py", ".sql"))
        ),
        frameworks=_counted(_frameworks(seen.files, task.markers)),
        roles=_counted(bearers.functions.values()),
        migrations=_counted(
            {(s.framework, facts.path): _home(facts, s) for facts, s in steps}.values()
        ),
        dialects=_counted(step.dialect for _, step in steps if not step.keeps_data),
        databases=tuple(_databases(seen.databases)),
        notes=tuple(sorted((*change.notes, *seen.notes), key=lambda note: (note.path, note.line))),
    )


def _counted(words: Iterable[Any]) -> dict[Any, int]:
    """Return word → how often, the most frequent first."""
    return dict(sorted(Counter(words).items(), key=lambda pair: (-pair[1], pair[0])))


def _kind(path: str) -> str:
    if path.endswith((".py", ".pyi")):
        return "Python"
    if path.endswith(".sql"):
        return "SQL"
    if is_requirements(path):
        return "requirements"
    if is_server(path):
        return "web servers"
    return "database settings" if is_hint(path) else "changelogs and logging"


def _steps(facts: FileFacts) -> Iterator[SchemaStep]:
    return (fact for fact in facts.facts if isinstance(fact, SchemaStep))


def _home(facts: FileFacts, step: SchemaStep) -> tuple[str, str]:
    framework = step.framework
    if framework == "sql" and facts.path.endswith(LIQUIBASE):
        framework = "liquibase"
    return framework, facts.path.rpartition("/")[0] or "."


def _frameworks(files: Iterable[FileFacts], known: Markers) -> Iterator[str]:
    many = (*known.bases.values(), *known.registrations.values())
    rows = [*known.decorators.values(), *(row for rows in many for row in rows)]
    marks = {row.marker for row in rows if row.role is not Role.TEST}
    libraries = {mark.partition(".")[0] for mark in marks} - {"*", ""}
    for facts in files:
        for fact in facts.facts:
            names: Iterable[str] = ()
            if isinstance(fact, Function):
                names = [value.name for value in fact.decorators]
            elif isinstance(fact, Class):
                names = fact.bases
            yield from {name.partition(".")[0] for name in names} & libraries


def _databases(settings: Iterable[Setting]) -> Iterator[Database]:
    for setting in settings:
        if setting.name == HINT:
            yield Database(_text(setting.value), setting.location)
        elif setting.name == SETTING and (dialect := dialect_of([setting])):
            yield Database(dialect, setting.location)


def _text(value: Value) -> str:
    return str(value.constant) if value.kind is Kind.CONSTANT else ""
