"""Which database a project runs on, as its settings tell."""

from collections.abc import Iterable, Iterator

from nonevent.facts import Kind, Setting, Value

__all__ = ["HINT", "SETTING", "dialect_of", "hinted"]

SETTING = "DATABASES"  # Django's
HINT = "database"  # what configuration of a tool names, as `readers.hints` says it
# Last part of an engine's name → dialect; Django's own and its GIS back ends.
ENGINES = {
    "mysql": "mysql",
    "oracle": "oracle",
    "postgis": "postgresql",
    "postgresql": "postgresql",
    "postgresql_psycopg2": "postgresql",
    "spatialite": "sqlite",
    "sqlite3": "sqlite",
}


def dialect_of(settings: Iterable[Setting]) -> str:
    """Return the dialect that all settings agree on; "" where they do not, or leave it open.

    SQLite beside another one is a developer's own or the tests'.
    """
    # `DATABASES["default"]["NAME"] = …` says nothing of the engine.
    told = [
        setting for setting in settings if setting.name == SETTING and not _is_detail(setting.value)
    ]
    found = {dialect for setting in told for dialect in _dialects(setting.value)}
    if len(found) > 1:
        found.discard("sqlite")
    return found.pop() if len(found) == 1 else ""


def hinted(settings: Iterable[Setting], path: str) -> str:
    """Return the dialect that configuration in a folder above a file names; the nearest counts.

    "" where none does, or two differ.
    """
    found: dict[int, set[str]] = {}
    for setting in settings:
        folder = setting.location.path.rpartition("/")[0]
        if setting.name == HINT and (not folder or path.startswith(f"{folder}/")):
            found.setdefault(len(folder), set()).add(str(setting.value.constant))
    nearest = found[max(found)] if found else set()
    return next(iter(nearest)) if len(nearest) == 1 else ""


def _is_detail(databases: Value) -> bool:
    """Tell whether all that is set is one entry of one database, and not its engine."""
    entries = [database.keywords for _, database in databases.keywords if database.open]
    return len(databases.keywords) == len(entries) == 1 and "ENGINE" not in dict(entries[0])


def _dialects(databases: Value) -> Iterator[str]:
    """Yield the dialect of each database; "" for one that is told elsewhere."""
    is_entry = databases.open and len(databases.keywords) == 1  # `DATABASES["default"] = …`
    if databases.kind is not Kind.MAPPING or (databases.open and not is_entry):
        yield ""
    for _, database in databases.keywords:
        engine = dict(database.keywords).get("ENGINE")
        name = engine.constant if engine is not None else None
        yield ENGINES.get(name.rpartition(".")[2], "") if isinstance(name, str) else ""
