"""Log files: which handlers write one, and where it lies."""

from collections.abc import Iterator

from nonevent.facts import Kind, Value
from nonevent.finding import Confidence, Persona

__all__ = ["REMEDY", "file_handlers", "message", "weigh"]

REMEDY = "Log to standard output and let the platform keep the lines"
NO_FILE = ("/dev/", "/proc/")  # /dev/stdout, /proc/1/fd/1
JOINS = ("os.path.", "pathlib.Path")
TEXTS = (Kind.CONSTANT, Kind.TEXT)
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

    A place that comes from outside may be a device: the deploy's own business.
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
    is_joined = path.kind is Kind.UNKNOWN and any(item.kind in TEXTS for item in path.items)
    if is_joined or path.name.startswith(JOINS):  # `BASE_DIR / "shop.log"`, `Path("shop.log")`
        return Confidence.HIGH, None
    return Confidence.MEDIUM, Persona.PEDANTIC


def file_handlers(config: Value) -> Iterator[tuple[str, Value, Value | None]]:
    """Yield name, class and file name of the file handlers of a `dictConfig` mapping.

    https://docs.python.org/3/library/logging.config.html#dictionary-schema-details
    """
    for name, handler in _members(config, "handlers"):
        settings = dict(handler.keywords)
        kind = settings.get("class") or settings.get("()")
        said = (kind.constant or kind.name) if kind is not None else None
        if kind is not None and isinstance(said, str) and said.endswith("FileHandler"):
            yield name, kind, settings.get("filename")


def _members(config: Value, name: str) -> tuple[tuple[str, Value], ...]:
    if config.kind is not Kind.MAPPING:
        return ()
    return next((value.keywords for key, value in config.keywords if key == name), ())
