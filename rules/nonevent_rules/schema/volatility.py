"""A row of `functions.yaml`, and whether a column's default is computed for each row."""

import re
from collections.abc import Iterator, Mapping
from typing import Literal, NamedTuple

from nonevent.facts import Operation, SchemaStep
from nonevent_rules.schema.live import bare, has_default, plain

__all__ = ["Function", "made_here", "volatile_call"]

STRING = re.compile(r"'(?:[^']|'')*'|\"(?:[^\"\\]|\\.)*\"(?!\s*\()")
CALL = re.compile(r"([\w.]*\w)\s*\(|\"([^\"]+)\"\s*\(")
NAMED = re.compile(r"""\bfunction\s*=\s*["'](\w+)["']""")  # Django's Func(function="random")
RAW = re.compile(r"""\bRawSQL\(\s*["'](.*)["']""")
DECLARED = re.compile(r"(?i)\b(?:immutable|stable)\b")
READABLE = 190  # characters; the reader cuts a statement off soon after
OWN = ("", "pg_catalog", "public", "extensions")  # where the functions of the rows may stand
FAMILY = {"mysql", "mariadb"}  # a project's settings seldom tell which of the two it is


class Function(NamedTuple):
    """What is known of a function that a column's default may call."""

    function: str  # lower case, without its schema
    source: str  # URL of the manual, or of the catalogue's source
    volatility: Literal["volatile", "stable", "immutable"] = "volatile"
    dialects: tuple[str, ...] = ("postgresql",)  # databases that have it
    extension: str = ""  # that brings it; "" none
    stands_for: str = ""  # of a framework's name: what the database calls it
    since: str = ""  # first version that has it; "" every supported one
    until: str = ""  # first version that no longer has it; "" none


def volatile_call(step: SchemaStep, rows: Mapping[str, Function]) -> str:
    """Return the volatile function that the default of a new column calls; "" where there is none.

    A default that Django fills in itself is one value for all rows.
    """
    if step.operation is not Operation.ADD_COLUMN or not has_default(step):
        return ""
    if step.framework == "django" and not step.default_in_database:
        return ""
    asked = FAMILY if step.dialect in FAMILY else {step.dialect or "postgresql"}
    for schema, name in _calls(step):
        row = rows.get(name)
        if row is None or schema not in OWN or row.volatility != "volatile":
            continue
        if not asked.isdisjoint(row.dialects):
            return row.stands_for or row.function
    return ""


def made_here(step: SchemaStep) -> str:
    """Return a function that the default calls and an earlier step makes, declared as nothing.

    Whoever declares nothing gets a volatile one:
    https://www.postgresql.org/docs/current/sql-createfunction.html
    """
    called = {name for _, name in _calls(step)}
    for one in step.earlier:
        made = one.operation is Operation.CREATE_OBJECT and one.object == "function"
        if made and bare(one.name).lower() in called and len(one.text) < READABLE:
            return "" if DECLARED.search(one.text) else plain(one.name)
    return ""


def _calls(step: SchemaStep) -> Iterator[tuple[str, str]]:
    """Yield schema and name of each function that a default calls, in lower case."""
    text = step.default or ""
    if step.framework == "django":
        raw = RAW.search(text)
        named = NAMED.search(text)
        if named:
            yield "", named[1].lower()
        text = raw[1] if raw else text
    for call in CALL.finditer(STRING.sub("''", text)):
        schema, _, name = (call[1] or call[2]).rpartition(".")
        yield ("" if step.framework == "django" else schema.lower()), name.lower()
