"""Log files: which handlers write one, and where it lies."""

import re
from collections.abc import Iterable, Iterator

from nonevent.facts import Kind, Value
from nonevent.finding import Confidence, Persona
from nonevent_rules.files.sink import PASSING_WORDS

__all__ = ["REMEDY", "file_handlers", "message", "weigh"]

REMEDY = "Log to standard output and let the platform keep the lines"
NO_FILE = ("/dev/", "/proc/")  # /dev/stdout, /proc/1/fd/1
JOINS = ("os.path.", "pathlib.Path")
# What gives back a path in another form.
ASIS = frozenset(
    {"os.path.abspath", "os.path.expanduser", "os.path.expandvars", "os.path.normpath"}
    | {"os.path.realpath"}
)
TEXTS = (Kind.CONSTANT, Kind.TEXT)
# Words in the names of what tells a value from outside: `os.getenv`, `app.config.get`.
ASKED = frozenset(
    {"args", "conf", "config", "env", "environ", "get", "getenv", "options", "opts", "settings"}
    | {"traitlets"}
)
TRAITS = "traitlets."  # `Unicode("app.log").tag(config=True)`
STREAMS = ("sys.", "os.devnull", "io.StringIO")


def message(what: str, path: Value | None) -> str:
    """Return the sentence about `what`, which writes a log file."""
    text = path.constant if path is not None and path.kind is Kind.CONSTANT else None
    where = f"`{text}`" if isinstance(text, str) else "a file"
    return (
        f"{what} writes the log to {where} on the local disk: its lines, the last ones before "
        "the stop included, go with the instance that a deploy replaces"
    )


def weigh(path: Value | None) -> tuple[Confidence, Persona | None] | None:
    """Return how sure it is that a log goes to a local file; None where it goes elsewhere.

    A place that comes from outside may be a device: the deploy's own business. One that is fallen
    back to counts.
    """
    if path is None:
        return Confidence.MEDIUM, Persona.PEDANTIC
    if path.kind is Kind.CONSTANT and not isinstance(path.constant, str):
        return None
    if path.kind in TEXTS:
        text = path.constant
        return (
            None if isinstance(text, str) and text.startswith(NO_FILE) else (Confidence.HIGH, None)
        )
    if path.name.startswith(STREAMS):
        return None
    while path.name in ASIS and path.items:
        path = path.items[0]
    if path.kind is Kind.EITHER and any(_is_device(item) for item in path.items):
        return Confidence.MEDIUM, Persona.PEDANTIC  # somebody chooses a file
    parts = (path,) if path.kind is Kind.EITHER else (path, *path.items)
    if any(not PASSING_WORDS.isdisjoint(_words(part)) for part in parts):
        return Confidence.MEDIUM, Persona.PEDANTIC
    if _is_joined(path):
        return Confidence.HIGH, None
    heard = path.kind in {Kind.CALL, Kind.EITHER} and _falls_back(path)
    return Confidence.MEDIUM, None if heard else Persona.PEDANTIC


def _is_device(value: Value) -> bool:
    return isinstance(value.constant, str) and value.constant.startswith(NO_FILE)


def _words(value: Value) -> list[str]:
    return re.split(r"[\W_]+", f"{value.alias} {value.name}".lower())


def _is_joined(path: Value) -> bool:
    """Tell whether a path is put together: `BASE_DIR / "shop.log"`, `Path("shop.log")`."""
    is_sum = path.kind is Kind.UNKNOWN and any(item.kind in TEXTS for item in path.items)
    return is_sum or path.name.startswith(JOINS)


def _falls_back(path: Value) -> bool:
    """Tell whether a path is a file where nobody chooses another, or one of the project's own."""
    if path.kind is Kind.EITHER:
        ways = [item for item in path.items if item.kind is not Kind.CONSTANT or item.constant]
        found = [weigh(item) for item in ways]
        return any(one is not None and one[1] is None for one in found)
    if ASKED.isdisjoint(path.name.lower().split(".")):  # some function returns it
        return True
    rest = (*path.items[1:], *(item for _, item in path.keywords))
    if path.name.startswith(TRAITS):
        rest = path.items[:1]
    return any(
        (item.kind in TEXTS and item.constant and weigh(item) is not None) or _is_joined(item)
        for item in rest
    )


def file_handlers(
    config: Value, others: Iterable[Value] = ()
) -> Iterator[tuple[str, Value, Value | None]]:
    """Yield name, class and file name of the file handlers of a `dictConfig` mapping.

    Those that no logger has are left out, neither one of the mapping nor one of the `others`.

    https://docs.python.org/3/library/logging.config.html#dictionary-schema-details
    """
    for name, handler in _members(config, "handlers"):
        settings = dict(handler.keywords)
        kind = settings.get("class") or settings.get("()")
        said = (kind.constant or kind.name) if kind is not None else None
        if kind is None or not isinstance(said, str) or not said.endswith("FileHandler"):
            continue
        if not _is_idle(config, name) or any(_has(other, name) for other in others):
            yield name, kind, settings.get("filename")


def _is_idle(config: Value, handler: str) -> bool:
    """Tell whether no logger has the handler, as far as all of them are written down."""
    loggers = [logger for _, logger in _members(config, "loggers")]
    loggers += [value for key, value in config.keywords if key == "root"]
    if config.open or not loggers:
        return False
    for logger in loggers:
        names = dict(logger.keywords).get("handlers")
        if logger.open or names is None:
            continue
        known = names.kind is Kind.SEQUENCE and not names.open
        if not known or any(item.constant in {handler, None} for item in names.items):
            return False
    return True


def _has(config: Value, handler: str) -> bool:
    """Tell whether a logger that another module adds has the handler."""
    loggers = [logger for _, logger in _members(config, "loggers")]
    loggers += [value for key, value in config.keywords if key == "root"]
    names = (dict(logger.keywords).get("handlers") for logger in loggers)
    return any(item.constant == handler for each in names if each for item in each.items)


def _members(config: Value, name: str) -> tuple[tuple[str, Value], ...]:
    if config.kind is not Kind.MAPPING:
        return ()
    return next((value.keywords for key, value in config.keywords if key == name), ())
