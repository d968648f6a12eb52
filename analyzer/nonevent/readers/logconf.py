"""Files that configure logging, in JSON, YAML or the form of `logging.config.fileConfig`."""

import re
from collections.abc import Iterable, Iterator
from typing import Any

from nonevent.facts import FileFacts, Kind, Setting, Value
from nonevent.location import Location, Span
from nonevent.pattern import late

__all__ = ["is_logging", "read"]

# Basename of such a file: "logging.yaml", "logconf.prod.json", "logging.conf.sample".
NAME = late(
    r"log(?:ging|ger|conf)?(?:[_.-]?conf(?:ig)?)?(?:[._-]\w+)?\.(?:json|ya?ml|ini|conf|cfg)"
    r"(?:\.sample|\.dist)?"
)
# As rules know the setting that holds such a mapping.
SETTING = "LOGGING"
DEEPEST = 12
SECTION = late(r"^\[handler_(\w+)\]", re.MULTILINE)
ENTRY = late(r"^(class|args)[ \t]*[=:][ \t]*(.*?)[ \t]*\r?$", re.MULTILINE)
FIRST_TEXT = late(r"""\([ \t]*[rbu]*(["'])(.*?)\1""")


def is_logging(name: str) -> bool:
    """Tell whether a file of this name configures logging; `name` is lower-case, no folder."""
    return NAME.fullmatch(name) is not None


def read(path: str, text: str) -> FileFacts:
    """Return the file's mapping as the setting that a framework would hold; nothing if it is none.

    What is no logging configuration for all its name is nobody's fault: no note.
    """
    is_sections = SECTION.search(text) is not None
    value = _sections(text) if is_sections else _mapping(text)
    if value is None or "handlers" not in dict(value.keywords):
        return FileFacts(path)
    return FileFacts(path, (Setting(SETTING, value, Location(path, *value.span)),))


def _mapping(text: str) -> Value | None:
    """Return a YAML document that is a mapping; JSON is such a one."""
    import yaml

    if "FileHandler" not in text:  # most, and no parser is needed for that
        return None
    kind = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
    try:
        if not _is_plain(yaml.parse(text, kind)):
            return None
        node = yaml.compose(text, kind)
    except (yaml.YAMLError, ValueError):
        return None
    value = _value(node, DEEPEST)
    return value if value is not None and value.kind is Kind.MAPPING else None


def _is_plain(events: Iterable[Any]) -> bool:
    """Tell whether a document is nested as people write it, and repeats no part by an alias.

    Values nested deep crash a loader that calls itself; aliases of aliases grow without bound.
    """
    depth = 0
    for event in events:
        name = type(event).__name__
        depth += name.endswith("StartEvent") - name.endswith("EndEvent")
        if depth > DEEPEST or name == "AliasEvent":
            return False
    return True


def _value(node: Any, depth: int) -> Value | None:
    if node is None or not depth:
        return None
    start, end = node.start_mark, node.end_mark
    span = (start.line + 1, start.column + 1, end.line + 1, end.column + 1)
    if node.id == "scalar":
        return Value(Kind.CONSTANT, span, constant=node.value)
    if node.id == "sequence":
        items = (_value(item, depth - 1) for item in node.value)
        return Value(Kind.SEQUENCE, span, items=tuple(item for item in items if item is not None))
    entries = ((key.value, _value(item, depth - 1)) for key, item in node.value)
    keywords = tuple(
        (key, item) for key, item in entries if isinstance(key, str) and item is not None
    )
    return Value(Kind.MAPPING, span, keywords=keywords)


def _sections(text: str) -> Value:
    """Return the handlers of an INI file.

    https://docs.python.org/3/library/logging.config.html#configuration-file-format
    """
    handlers = tuple(_handlers(text))
    span = (1, 1, 1, 1)
    return Value(
        Kind.MAPPING,
        span,
        keywords=(("handlers", Value(Kind.MAPPING, span, keywords=handlers)),),
        open=True,
    )


def _handlers(text: str) -> Iterator[tuple[str, Value]]:
    for section in SECTION.finditer(text):
        end = text.find("\n[", section.end())
        said = {
            match[1]: match
            for match in ENTRY.finditer(text, section.end(), end if end > 0 else len(text))
        }
        entries: list[tuple[str, Value]] = []
        if "class" in said:
            entries.append(("class", _text(text, said["class"].start(2), said["class"][2])))
        if "args" in said and (first := FIRST_TEXT.match(said["args"][2])):
            entries.append(("filename", _text(text, said["args"].start(2), first[2])))
        yield section[1], Value(Kind.MAPPING, (1, 1, 1, 1), keywords=tuple(entries))


def _text(text: str, start: int, said: str) -> Value:
    line = text.count("\n", 0, start) + 1
    column = start - text.rfind("\n", 0, start)
    span: Span = (line, column, line, column + len(said))
    return Value(Kind.CONSTANT, span, constant=said)
