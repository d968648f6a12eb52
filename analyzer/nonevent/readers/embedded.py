"""SQL that stands in a Python value: its steps, each at its own place in the literal."""

import re
from bisect import bisect_right
from collections.abc import Callable, Iterator

from nonevent.facts import Kind, Operation, Rows, SchemaStep, Value
from nonevent.location import Location
from nonevent.note import Note, NoteKind
from nonevent.noun import NamedTuple
from nonevent.pattern import late
from nonevent.readers.excerpt import Source

__all__ = ["Reading", "read_sql", "unknown"]

Reading = tuple[tuple[SchemaStep, ...], tuple[Note, ...]]

# Calls that hand on the text of their first argument, by the last part of their name.
CARRIERS = frozenset(("text", "DDL", "dedent", "cleandoc", "literal_column", "SQL"))
# Statements that move rows, and those that change nothing a deploy could meet.
DATA = frozenset(("insert", "update", "delete", "merge", "replace", "copy", "with"))
QUIET = frozenset(("select", "set", "reset", "show", "comment", "analyze", "explain"))

_VERB = re.compile(r"(?>\s+|--[^\n]*(?:\n|$)|/\*.*?\*/)*+([A-Za-z]+)", re.DOTALL)
# SQLAlchemy's `users.update()`, `sa.insert(users)`, `select(…)`: statements made of Python calls.
_BUILT = late(r"\b(?:insert|update|delete)\s*\(")
_CHANGED = late(r"\b(?:update|delete)\s*\(")
# `where(users.c.id == row.id)`: of each row that a loop goes through, one.
_FEW = late(r"where\([^)]*?(?:\bid|_id|uuid|key|code|slug|name)\b\s*(?:==|\.in_\()", re.DOTALL)
_QUIETLY = late(r"\b(?:select|(?:Create|Drop)(?:Schema|Sequence))\s*\(")
# Between the parts of a literal that Python joins: white space, comments, `+`, brackets.
_BETWEEN = re.compile(r"(?:[\s()+]|\\\n|#[^\n]*)*")
_OPENING = re.compile(r"([A-Za-z]{0,2})(\"\"\"|'''|\"|')")
_ESCAPE = late(
    r"\\(?:\n()|(?:[0-7]{1,3}|x[0-9a-fA-F]{2}|u[0-9a-fA-F]{4}|U[0-9a-fA-F]{8}|N\{[^}]*\}"
    r"|[\\'\"abfnrtv]))"
)


def read_sql(value: Value, step: SchemaStep, source: Source) -> Reading:
    """Return the steps of the SQL that `value` holds.

    `step` tells what they have in common: framework, dialect, direction, transaction, and the
    location and text of the Python operation. What is built at run time becomes a data step
    where its constant beginning says so, else an unknown step and a note.
    """
    steps: list[SchemaStep] = []
    notes: list[Note] = []
    for part in _texts(value):
        found = _read(part, step, source)
        steps.extend(found[0])
        notes.extend(found[1])
    return tuple(steps), tuple(notes)


def unknown(step: SchemaStep, message: str) -> Reading:
    """Return an unknown step with the note that stands beside it."""
    location = step.location
    note = Note(location.path, NoteKind.STATEMENT, message, location.line)
    return (step._replace(operation=Operation.UNKNOWN),), (note,)


def _texts(value: Value) -> Iterator[Value]:
    """Yield the texts in `text("…")`, `dedent("…")` and `a if c else b`, in order."""
    if value.kind is Kind.CALL and value.items and value.name.rpartition(".")[2] in CARRIERS:
        yield from _texts(value.items[0])
    elif value.kind is Kind.EITHER:
        for item in value.items:
            yield from _texts(item)
    else:
        yield value


def _read(value: Value, step: SchemaStep, source: Source) -> Reading:
    if value.kind is Kind.CONSTANT and isinstance(value.constant, str):
        return _constant(value, value.constant, step, source)
    if value.kind is Kind.TEXT and isinstance(value.constant, str):
        return _put_together(value, step, source) or _computed(value.constant, step)
    if value.name.endswith(".format") and (lead := _assigned(value, source)):
        return _computed(lead, step)
    written = source.cut(value.span)
    if _BUILT.search(written) or _BUILT.search(f"{value.name}("):
        return (
            step._replace(operation=Operation.DATA, rows=_rows(f"{value.name}( {written}")),
        ), ()
    if _QUIETLY.search(written) or _QUIETLY.search(f"{value.name}("):
        return (step._replace(operation=Operation.OTHER),), ()
    literal = _OPENING.search(written)
    return _computed(written[literal.end() :] if literal else "", step)


def _assigned(value: Value, source: Source) -> str:
    """Return what the literal begins with that a name in front of `.format(…)` was given last."""
    name = value.name.removesuffix(".format").rpartition(".")[2].rpartition(":")[2]
    given = re.compile(rf"\s*{re.escape(name)}\s*=\s*(?=[\"'(])")
    for at in range(value.span[0] - 1, 0, -1) if name else ():
        if given.match(source.lines[at - 1]):
            written = "\n".join(source.lines[at - 1 : value.span[0]])
            literal = _OPENING.search(written)
            return written[literal.end() :] if literal else ""
    return ""


def _rows(written: str) -> Rows:
    """Return how many rows a statement made of Python calls goes through."""
    if not _CHANGED.search(written):
        return Rows.MANY if "from_select" in written else Rows.NEW
    if _FEW.search(written):
        return Rows.FEW
    if "limit(" in written:
        return Rows.BATCH
    return Rows.MANY if "where(" in written else Rows.ALL


def _computed(lead: str, step: SchemaStep) -> Reading:
    """Return what the constant beginning of a text tells of the whole."""
    verb = _VERB.match(lead)
    word = verb[1].lower() if verb else ""
    if word in DATA:
        return (step._replace(operation=Operation.DATA),), ()
    if word in QUIET:
        return (step._replace(operation=Operation.OTHER),), ()
    return unknown(step, f"SQL built at run time is not judged: `{step.text}`")


def _put_together(value: Value, step: SchemaStep, source: Source) -> Reading | None:
    """Return the steps of SQL with names that are filled in; None where nobody understands them."""
    from nonevent.readers import sql
    from nonevent.readers.sqlinner import without_computed
    from nonevent.readers.templates import spelled

    text = spelled(source.cut(value.span))
    if not text:
        return None
    place = source.locate(value.span)
    found, notes = sql.steps(
        text, step.dialect, lambda *_: place, step.framework, step.in_transaction
    )
    if notes or not found:
        return None
    return tuple(
        without_computed(each)._replace(
            direction=step.direction,
            reversible=step.reversible,
            text=step.text,
            branch=step.branch,
        )
        for each in found
    ), ()


def _constant(value: Value, text: str, step: SchemaStep, source: Source) -> Reading:
    from nonevent.readers import sql

    found, notes = sql.steps(
        text, step.dialect, _locator(value, text, source), step.framework, step.in_transaction
    )
    # What can be mended is one statement, which stands where it is sent.
    mendable = len(found) == 1 and not notes and _holds(step.extent, value)
    return tuple(
        item._replace(
            direction=step.direction,
            reversible=step.reversible,
            extent=step.extent if mendable else None,
            branch=step.branch,
        )
        for item in found
    ), notes


def _holds(extent: Location | None, value: Value) -> bool:
    """Tell whether the literal stands in the call itself, and is not named there."""
    if extent is None:
        return False
    start, end = extent[1:3], extent[3:]
    return start <= value.span[:2] and value.span[2:] <= end


# -- places in a literal -----------------------------------------------------------------------


class _Run(NamedTuple):
    """A stretch of a literal: plain characters, or one escape."""

    offset: int  # in the text that the literal stands for
    start: int  # in the literal as written
    end: int
    plain: bool  # False: an escape, which stands for one character


def _locator(value: Value, text: str, source: Source) -> Callable[[int, int], Location]:
    """Return a function from offsets in `text` to the place in the literal that spells it."""
    written = source.cut(value.span)
    runs = _runs(written, text)
    if not runs:
        return lambda *_: source.locate(value.span)
    line, column, _, _ = value.span
    starts = [0, *(match.end() for match in re.finditer("\n", written))]
    offsets = [run.offset for run in runs]

    def place(at: int) -> tuple[int, int]:
        row = bisect_right(starts, at) - 1
        return line + row, at - starts[row] + (1 if row else column)

    def locate(start: int, end: int) -> Location:
        first = runs[bisect_right(offsets, start) - 1]
        last = runs[bisect_right(offsets, max(end - 1, start)) - 1]
        opens = first.start + start - first.offset if first.plain else first.start
        closes = last.start + end - last.offset if last.plain else last.end
        return Location(source.path, *place(opens), *place(closes))

    return locate


def _runs(written: str, text: str) -> list[_Run]:
    """Return how `written` spells `text`; nothing where that is not sure."""
    found: list[_Run] = []
    offset = 0
    for start, end, plain in _spelled(written):
        found.append(_Run(offset, start, end, plain))
        if plain and written[start:end] != text[offset : offset + end - start]:
            return []
        offset += end - start if plain else 1
    return found if offset == len(text) else []


def _spelled(written: str) -> Iterator[tuple[int, int, bool]]:
    """Yield the plain stretches and the escapes of a literal and of all that Python joins to it."""
    position = _BETWEEN.match(written, 0).end()  # type: ignore[union-attr]  # may be empty
    while opening := _OPENING.match(written, position):
        quote = opening[2]
        close = re.compile(rf"(?:[^\\{quote[0]}]|\\.|(?!{quote}){quote[0]})*+{quote}", re.DOTALL)
        body = close.match(written, opening.end())
        if body is None:
            return
        end = body.end() - len(quote)
        if "r" in opening[1].lower():
            yield opening.end(), end, True
        else:
            yield from _stretches(written, opening.end(), end)
        position = _BETWEEN.match(written, body.end()).end()  # type: ignore[union-attr]


def _stretches(written: str, position: int, end: int) -> Iterator[tuple[int, int, bool]]:
    for escape in _ESCAPE.finditer(written, position, end):
        if position < escape.start():
            yield position, escape.start(), True
        if escape[1] is None:  # a backslash at the end of a line spells nothing
            yield escape.start(), escape.end(), False
        position = escape.end()
    if position < end:
        yield position, end, True
