"""Liquibase changelogs in XML, YAML and JSON: changesets, in their order, as schema steps."""

import re
from posixpath import dirname, join, normpath

from nonevent.facts import Fact, FileFacts, Kind, Operation, SchemaStep, Setting, Value
from nonevent.note import Note, NoteKind
from nonevent.readers.liquibase_change import Change
from nonevent.readers.liquibase_changes import read_change
from nonevent.readers.liquibase_tree import Element, RefusedError, tree
from nonevent.readers.sqlguess import named_dialect
from nonevent.readers.standing import in_order

__all__ = ["INCLUDE", "read"]

MARK = "databaseChangeLog"
# What a changelog says of its place among others: the file, or the folder, that comes next.
INCLUDE = "databaseChangeLog.include"
# What `modifySql` makes of the SQL of an index.
CONCURRENTLY = re.compile(r"(?i)\b(create|drop)\s+(?:unique\s+)?index\s+concurrently\b")
ON_INDEX = frozenset((Operation.CREATE_INDEX, Operation.DROP_INDEX))
PLACEHOLDER = re.compile(r"\$\{([^{}]+)\}")
# Elements of a changeset that are no change.
# https://docs.liquibase.com/concepts/changelogs/changeset.html
AROUND = frozenset(
    (
        *("comment", "modifySql", "preConditions", "rollback", "tagDatabase", "validCheckSum"),
        *("context", "empty", "labels", "output", "property", "stop"),
    )
)
# Databases of tests alone: what is done to them is done to no one.
TESTS = frozenset(("h2", "hsqldb", "derby", "none"))
SKIPPED = frozenset(("MARK_RAN", "CONTINUE"))


def read(path: str, text: str, dialect: str = "") -> FileFacts:
    """Return the steps of a changelog, the files that it includes, and notes."""
    if MARK not in text:
        return FileFacts(path)
    try:
        root = tree(path, text)
    except (RefusedError, RecursionError) as error:
        return FileFacts(path, notes=(Note(path, NoteKind.SYNTAX, f"not read: {error}"),))
    if root is None:
        return FileFacts(path)
    reading = _Reading(path, dialect)
    reading.log(root)
    return FileFacts(path, tuple(reading.facts), notes=tuple(reading.notes))


class _Reading:
    """One changelog on its way to steps."""

    def __init__(self, path: str, dialect: str) -> None:
        self.path = path
        self.dialect = dialect or named_dialect(path)
        self.properties: dict[str, str] = {}
        self.facts: list[Fact] = []
        self.notes: list[Note] = []

    def log(self, root: Element) -> None:
        for element in root.children:
            if element.name == "property":
                self.define(element)
            elif element.name in {"include", "includeAll"}:
                self.include(element)
            elif element.name == "changeSet":
                self.changeset(element)

    def define(self, element: Element) -> None:
        """Keep a property; the first that holds for the database is the one that counts."""
        if self.dialect and not _holds(element.get("dbms"), self.dialect):
            return
        self.properties.setdefault(element.get("name"), element.get("value"))

    def filled(self, text: str) -> str:
        if "${" not in text:
            return text
        return PLACEHOLDER.sub(lambda found: self.properties.get(found[1], found[0]), text)

    def include(self, element: Element) -> None:
        named = self.filled(element.get("file", "path")).removeprefix("classpath:")
        if not named:
            return
        if element.get("relativeToChangelogFile").lower() == "true":
            named = normpath(join(dirname(self.path), named))
        if element.name == "includeAll":
            named = named.rstrip("/") + "/"
        span = element.location[1:]
        value = Value(Kind.CONSTANT, span, constant=named.lstrip("/"))
        self.facts.append(Setting(INCLUDE, value, element.location))

    def changeset(self, element: Element) -> None:
        dialects = _dialects(element.get("dbms"))
        if dialects and dialects <= TESTS:
            return
        if self.dialect and not _holds(element.get("dbms"), self.dialect):
            return
        known = {named_dialect(name) for name in dialects} - {""}
        dialect = self.dialect or (known.pop() if len(known) == 1 else "")
        common = SchemaStep(
            Operation.OTHER,
            element.location,
            "liquibase",
            dialect,
            in_transaction=element.get("runInTransaction").lower() != "false",
            guarded=any(one.get("onFail") in SKIPPED for one in element.all("preConditions")),
        )
        rewritten = " ".join(
            " ".join(inner.attributes.values())
            for one in element.all("modifySql")
            for inner in one.children
        )
        concurrent = frozenset(found[1].lower() for found in CONCURRENTLY.finditer(rewritten))
        steps: list[SchemaStep] = []
        for change in element.children:
            if change.name not in AROUND:
                steps += self.change(change, common, concurrent)
        for back in element.all("rollback"):
            steps += self.rollback(back, common._replace(direction="down"))
        # A changeset is what is run at once; the file may be as old as the project.
        self.facts += in_order(steps, [""] * len(steps))

    def rollback(self, element: Element, common: SchemaStep) -> list[SchemaStep]:
        steps: list[SchemaStep] = []
        if element.text.strip():
            steps += self.change(element._replace(name="sql"), common)
        for change in element.children:
            if change.name not in AROUND:
                steps += self.change(change, common)
        return steps

    def change(
        self, element: Element, common: SchemaStep, concurrent: frozenset[str] = frozenset()
    ) -> tuple[SchemaStep, ...]:
        said = element.get("dbms")
        dialects = _dialects(said)
        if (dialects and dialects <= TESTS) or (self.dialect and not _holds(said, self.dialect)):
            return ()
        if element.name == "sqlFile":
            self.include(element)
            return ()
        common = common._replace(location=element.location, text=element.source)
        steps, notes = read_change(Change(element, common, self.filled))
        self.notes += notes
        return tuple(
            step._replace(concurrently=True)
            if step.operation in ON_INDEX and step.operation.partition(" ")[0] in concurrent
            else step
            for step in steps
        )


def _dialects(said: str) -> frozenset[str]:
    """Return the databases that a `dbms` names; none where it names those that are left out."""
    names = [name.strip().lower() for name in said.split(",") if name.strip()]
    return frozenset(name for name in names if name[0] != "!" and name != "all")


def _holds(said: str, dialect: str) -> bool:
    """Tell whether `dbms` names the database: all do where it says nothing."""
    names = [name.strip().lower() for name in said.split(",") if name.strip()]
    if not names or "all" in names:
        return True
    without = {named_dialect(name[1:]) for name in names if name[0] == "!"}
    if without:
        return dialect not in without
    return dialect in set(map(named_dialect, names))
