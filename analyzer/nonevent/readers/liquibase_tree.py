"""A Liquibase changelog as a tree, whether XML, YAML or JSON spells it; nothing of it is run.

XML with a document type is refused: entities, from the file or from elsewhere, come with one.
YAML is read without aliases, and no format deeper than people write.
"""

import re
from bisect import bisect_right
from collections.abc import Iterable, Iterator
from typing import Any, NamedTuple

from nonevent.location import Location
from nonevent.readers.sqlplaces import Locate, locator

__all__ = ["Element", "RefusedError", "tree"]

DEEPEST = 100
SHOWN = 200  # characters of an element that a report can show on one line
# Keys of YAML that only hold a list of what XML puts into the element itself.
LISTS = frozenset(("changes", "columns", "databaseChangeLog"))
# Elements whose text stands under a key of their own name, or one of these.
TEXTS = ("sql", "comment", "procedureBody", "selectQuery", "functionBody", "procedureText")


class RefusedError(ValueError):
    """The file is no changelog that can be read; the message says why, in one line."""


class Element(NamedTuple):
    """One element with what stands in it."""

    name: str  # without a namespace's prefix
    attributes: dict[str, str]
    children: "list[Element]"
    location: Location  # of the name
    text: str  # between its tags, or under a key of YAML
    source: str  # its beginning as written, on one line
    locate: Locate  # from offsets in `text` to the file

    def get(self, *names: str) -> str:
        """Return the first of these attributes that is there; "" if none is."""
        return next((self.attributes[name] for name in names if name in self.attributes), "")

    def all(self, name: str) -> "Iterator[Element]":
        """Yield the children of this name."""
        return (child for child in self.children if child.name == name)


def tree(path: str, text: str) -> Element | None:
    """Return the changelog in a file; None where it holds none.

    Raises:
        RefusedError: the file is damaged, or is not what its suffix says, or is a trap.

    """
    root = _of_xml(path, text) if path.lower().endswith(".xml") else _of_yaml(path, text)
    return root if root is not None and root.name == "databaseChangeLog" else None


# -- XML -----------------------------------------------------------------------------------------


class _Run(NamedTuple):
    """A stretch of an element's text as the parser reports it: within one line, or one entity."""

    offset: int  # in the element's text
    line: int  # 1-based
    column: int


def _of_xml(path: str, text: str) -> Element | None:
    from xml.parsers import expat

    builder = _Builder(path, text)
    parser = expat.ParserCreate()
    builder.parser = parser
    parser.StartElementHandler = builder.start
    parser.EndElementHandler = builder.end
    parser.CharacterDataHandler = builder.characters
    parser.StartDoctypeDeclHandler = builder.doctype
    try:
        parser.Parse(text, True)
    except expat.ExpatError as error:
        what = expat.ErrorString(error.code)
        raise RefusedError(f"line {error.lineno} is not XML: {what}") from None
    return builder.root


class _Builder:
    """Hears the parser and keeps the tree."""

    parser: Any

    def __init__(self, path: str, text: str) -> None:
        self.path = path
        self.text = text
        self.starts = [0, *(found.end() for found in re.finditer("\n", text))]
        self.root: Element | None = None
        self.open: list[tuple[str, dict[str, str], list[Element], tuple[int, int]]] = []
        self.texts: list[list[str]] = []
        self.runs: list[list[_Run]] = []
        self.sizes: list[int] = []

    def doctype(self, *_: object) -> None:
        raise RefusedError("it declares a document type, whose entities are not read")

    def start(self, name: str, attributes: dict[str, str]) -> None:
        if len(self.open) >= DEEPEST:
            raise RefusedError("its elements are nested too deep")
        place = self.parser.CurrentLineNumber, self.parser.CurrentColumnNumber + 1
        self.open.append((name, attributes, [], place))
        self.texts.append([])
        self.runs.append([])
        self.sizes.append(0)

    def characters(self, data: str) -> None:
        if self.open:
            line, column = self.parser.CurrentLineNumber, self.parser.CurrentColumnNumber + 1
            self.runs[-1].append(_Run(self.sizes[-1], line, column))
            self.texts[-1].append(data)
            self.sizes[-1] += len(data)

    def end(self, _: str) -> None:
        name, attributes, children, (line, column) = self.open.pop()
        text, runs = "".join(self.texts.pop()), self.runs.pop()
        self.sizes.pop()
        start = self.starts[min(line, len(self.starts)) - 1] + column - 1
        width = len(name) + 1  # with the bracket
        element = Element(
            name.rpartition(":")[2],
            attributes,
            children,
            Location(self.path, line, column, line, column + width),
            text,
            _one_line(self.text[start : _tag_end(self.text, start)]),
            self.locator(runs, line, column),
        )
        if self.open:
            self.open[-1][2].append(element)
        else:
            self.root = element

    def locator(self, runs: list[_Run], line: int, column: int) -> Locate:
        offsets = [run.offset for run in runs]

        def place(at: int) -> tuple[int, int]:
            if not runs:
                return line, column
            run = runs[max(bisect_right(offsets, at) - 1, 0)]
            return run.line, run.column + at - run.offset

        def locate(start: int, end: int) -> Location:
            last_line, last_column = place(max(end - 1, start))
            return Location(self.path, *place(start), last_line, last_column + (end > start))

        return locate


def _tag_end(text: str, start: int) -> int:
    """Return the offset after the tag that begins at `start`."""
    found = re.compile(r"""(?:[^>"']|"[^"]*"|'[^']*')*+>?""").match(text, start)
    return found.end() if found else start


def _one_line(text: str) -> str:
    line = " ".join(text[: 10 * SHOWN].split())
    return line if len(line) <= SHOWN else line[: SHOWN - 1] + "…"


# -- YAML and JSON -------------------------------------------------------------------------------


def _of_yaml(path: str, text: str) -> Element | None:
    import yaml

    if path.lower().endswith(".json"):
        text = text.replace("\t", " ")  # JSON may be indented by tabs, YAML may not
    kind = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
    try:
        _refuse_traps(yaml.parse(text, kind))
        node: Any = yaml.compose(text, kind)
    except (yaml.YAMLError, ValueError) as error:
        if isinstance(error, RefusedError):
            raise
        mark = getattr(error, "problem_mark", None)
        where = f"line {mark.line + 1} is" if mark is not None else "it is"
        raise RefusedError(f"{where} not YAML") from None
    if node is None or node.id != "mapping":
        return None
    for key, value in node.value:
        if key.value == "databaseChangeLog":
            return _Composer(path, text).element(key, value)
    return None


def _refuse_traps(events: Iterable[Any]) -> None:
    depth = 0
    for event in events:
        name = type(event).__name__
        depth += name.endswith("StartEvent") - name.endswith("EndEvent")
        if depth > DEEPEST:
            raise RefusedError("its parts are nested too deep")
        if name == "AliasEvent":
            raise RefusedError("it repeats parts by aliases, which are not followed")


class _Composer:
    """Makes elements of YAML's nodes."""

    def __init__(self, path: str, text: str) -> None:
        self.path = path
        self.text = text
        self.place = locator(path, text)

    def element(self, key: Any, value: Any) -> Element:
        name = str(key.value)
        start, end = key.start_mark.index, value.end_mark.index
        attributes: dict[str, str] = {}
        children: list[Element] = []
        text: Any = value if value.id == "scalar" else None
        if value.id == "mapping":
            for inner, item in value.value:
                if item.id == "scalar" and inner.value != "rollback":
                    attributes[str(inner.value)] = str(item.value)
                    text = item if inner.value in TEXTS else text
                elif inner.value in LISTS:
                    children += self.listed(item)
                else:
                    children.append(self.element(inner, item))
        elif value.id == "sequence":
            children += self.listed(value)
            plain = [item for item in value.value if item.id == "scalar"]
            attributes = {child.name: child.text for child in children if not child.children}
            text = plain[0] if len(plain) == 1 else None
        location = self.place(start, key.end_mark.index)
        said = _one_line(self.text[start:end])
        written = str(text.value) if text is not None else ""
        locate = self.locator(text, written) if text is not None else self.place
        return Element(name, attributes, children, location, written, said, locate)

    def listed(self, node: Any) -> list[Element]:
        """Return the elements of a list of mappings, each with one key."""
        found: list[Element] = []
        for item in node.value if node.id == "sequence" else ():
            if item.id == "mapping":
                found += [self.element(key, value) for key, value in item.value]
        return found

    def locator(self, node: Any, written: str) -> Locate:
        """Return where the characters of a scalar stand: line by line, as they are found there."""
        begin, stop = node.start_mark.index, node.end_mark.index
        lines: list[tuple[int, int]] = []  # offset in the text, offset in the file
        offset, at = 0, begin
        for line in written.splitlines(keepends=True):
            bare = line.strip()
            found = self.text.find(bare, at, stop) if bare else at
            if found < 0:
                lines = []
                break
            lines.append((offset + line.find(bare) if bare else offset, found))
            at = found + len(bare)
            offset += len(line)
        offsets = [one for one, _ in lines]

        def locate(start: int, end: int) -> Location:
            if not lines:
                return self.place(begin, stop)
            return self.place(spot(start), max(spot(max(end - 1, start)) + 1, spot(start)))

        def spot(at: int) -> int:
            before, there = lines[max(bisect_right(offsets, at) - 1, 0)]
            return int(min(there + max(at - before, 0), stop))

        return locate
