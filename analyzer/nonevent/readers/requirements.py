"""Which versions of its libraries a project asks for: requirements, project and lock files."""

import re
from collections.abc import Collection, Iterator
from typing import Any

from nonevent.facts import Dependency, FileFacts
from nonevent.location import Location
from nonevent.note import Note, NoteKind

__all__ = ["read"]

# Different words on the wanted libraries: more than people write in one file.
MOST = 100
# Extras, markers, hashes and comments stand behind: `redis[hiredis]==4.4.4 ; python_version…`.
LINE = re.compile(r"([A-Za-z0-9][\w.-]*)[ \t]*(?:\[[^\]]*\])?[ \t]*\(?([^;#@)]*)")
PACKAGE = re.compile(r'^name = "([^"]+)"\r?\nversion = "([^"]+)"', re.MULTILINE)
# A requirement among the arguments of `setup()`; what a colon follows is a key.
QUOTED = re.compile(
    r"""(["'])([A-Za-z0-9][\w.-]*)(?:\[[\w, .-]*\])?[ \t]*([<>=!~][^;\n"']*)?"""
    r"""(?:;[^\n]*?)?\1(?!\s*:)"""
)
PIPFILE = re.compile(r'^ {8}"([^"]+)": \{([^{}]*)', re.MULTILINE)
PIPFILE_VERSION = re.compile(r'"version": "([^"]+)"')


def read(path: str, text: str, wanted: Collection[str]) -> FileFacts:
    """Return the wanted libraries among those that a file names; names are normalised."""
    name = path.rpartition("/")[2]
    try:
        found: dict[tuple[str, str], str | int] = {}
        for written, specifier, place in _named(name, text):
            library = _normal(written)
            if library in wanted and len(found) < MOST:
                found.setdefault((library, specifier), place)
    except (ValueError, RecursionError) as error:
        reason = str(error).partition("\n")[0] or "nested too deeply"
        return FileFacts(path, notes=(Note(path, NoteKind.SYNTAX, f"not read: {reason}"),))
    facts = (Dependency(*said, _location(path, text, place)) for said, place in found.items())
    return FileFacts(path, tuple(facts))


def _named(name: str, text: str) -> Iterator[tuple[str, str, str | int]]:
    """Yield each library as written, its specifier, and where or as what it stands in the text."""
    if name == "pyproject.toml":
        yield from _project(text)
    elif name == "Pipfile.lock":
        for match in PIPFILE.finditer(text):
            version = PIPFILE_VERSION.search(match[2])
            yield match[1], version[1] if version else "", match.start(1)
    elif name.endswith(".lock") or name == "pylock.toml":
        for match in PACKAGE.finditer(text):
            yield match[1], f"=={match[2]}", match.start(1)
    elif name == "setup.py":
        for match in QUOTED.finditer(text):
            yield match[2], _compact(match[3] or ""), match.start(2)
    else:
        start = 0
        indented = name == "setup.cfg"
        for line in text.splitlines(keepends=True):
            if found := LINE.match(line.lstrip() if indented else line):
                yield found[1], _compact(found[2]), start
            start += len(line)


def _project(text: str) -> Iterator[tuple[str, str, str]]:
    """Yield what `[project]`, `[dependency-groups]` and `[tool.poetry]` depend on."""
    import tomllib

    document = tomllib.loads(text)
    project = _table(document, "project")
    groups = (_table(project, "optional-dependencies"), _table(document, "dependency-groups"))
    written = [project.get("dependencies"), *(each for group in groups for each in group.values())]
    for listed in written:
        for item in listed if isinstance(listed, list) else ():
            found = LINE.match(item.strip()) if isinstance(item, str) else None
            if found:
                yield found[1], _compact(found[2]), item
    poetry = _table(document, "tool", "poetry")
    tables = [poetry, *_table(poetry, "group").values()]
    depends = [_table(each, "dependencies") for each in tables]
    for name, asked in (item for table in depends for item in table.items()):
        version = asked.get("version") if isinstance(asked, dict) else asked
        # Poetry's own form: `4.4.4` alone is that very version.
        said = _compact(version) if isinstance(version, str) else ""
        yield name, f"=={said}" if said[:1].isdigit() else said, f"\n{name} ="


def _table(document: Any, *keys: str) -> dict[str, Any]:
    for key in keys:
        document = document.get(key) if isinstance(document, dict) else None
    return document if isinstance(document, dict) else {}


def _compact(specifier: str) -> str:
    """Return ">=4,<8" for " >= 4, < 8 --hash=…"."""
    return re.sub(r"\s+", "", specifier.partition(" --")[0].rstrip(" \\\t\r\n"))


def _normal(name: str) -> str:
    """Return a name as package indexes compare it.

    https://packaging.python.org/en/latest/specifications/name-normalization/
    """
    return re.sub(r"[-_.]+", "-", name).lower()


def _location(path: str, text: str, place: str | int) -> Location:
    """Return where a library stands: from the place, or the first time these words stand there."""
    start = max(text.find(place), 0) if isinstance(place, str) else place
    start += text[start : start + 1] == "\n"
    line = text.count("\n", 0, start) + 1
    column = start - (text.rfind("\n", 0, start) + 1) + 1
    end = text.find("\n", start)
    length = (end if end >= 0 else len(text)) - start
    return Location(path, line, column, line, column + length)
