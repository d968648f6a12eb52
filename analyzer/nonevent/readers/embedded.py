"""SQL that stands in a Python value: its steps, each at its own place in the literal."""

import re
from bisect import bisect_right
from collections.abc import Callable, Iterator

from nonevent.facts import Kind, Operation, SchemaStep, Value
from nonevent.location import Location
from nonevent.note import Note, NoteKind
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
_BUILT = re.compile(r"\b(?:insert|update|delete)\s*\(")
_QUIETLY = re.compile(r"\b(?:select|(?:Create|Drop)(?:Schema|Sequence))\s*\(")
# Between the parts of a literal that Python joins: white space, comments, `+`, brackets.
_BETWEEN = re.compile(r"(?:[\s()+]|\\\n|#[^\n]*)*")
_OPENING = re.compile(r"([A-Za-z]{0,2})(\"\"\"|'''|\"|')")
_ESCAPE = re.compile(
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
        return _computed(value.constant, step)
    written = source.cut(value.span)
    for pattern, operation in ((_BUILT, Operation.DATA), (_QUIETLY, Operation.OTHER)):
        if pattern.search(written) or pattern.search(f"{value.name}("):
            return (step._replace(operation=operation),), ()
    literal = _OPENING.search(written)
    return _computed(written[literal.end() :] if literal else "", step)


def _computed(lead: str, step: SchemaStep) -> Reading:
    """Return what the constant beginning of a text tells of the whole."""
    verb = _VERB.match(lead)
    word = verb[1].lower() if verb else ""
    if word in DATA:
        return (step._replace(operation=Operation.DATA),), ()
    if word in QUIET:
        return (step._replace(operation=Operation.OTHER),), ()
    return unknown(step, f"SQL built at run time is not judged: `{step.text}`")


def _constant(value: Value, text: str, step: SchemaStep, source: Source) -> Reading:
    from nonevent.readers import sql

    found, notes = sql.steps(
        text, step.dialect, _locator(value, text, source), step.framework, step.in_transaction
    )
    return tuple(item._replace(direction=step.direction) for item in found), notes


# -- places in a literal -----------------------------------------------------------------------


def _locator(value: Value, text: str, source: Source) -> Callable[[int, int], Location]:
    """Return a function from offsets in `text` to the place in the literal that spells it."""
    written = source.cut(value.span)
    extents = _extents(written, text)
    if extents is None:
        return lambda *_: source.locate(value.span)
    line, column, _, _ = value.span
    starts = [0, *(match.end() for match in re.finditer("\n", written))]

    def place(offset: int) -> tuple[int, int]:
        row = bisect_right(starts, offset) - 1
        return line + row, offset - starts[row] + (1 if row else column)

    def locate(start: int, end: int) -> Location:
        last = max(min(end, len(extents)) - 1, 0)
        first = min(start, last)
        return Location(source.path, *place(extents[first][0]), *place(extents[last][1]))

    return locate


def _extents(written: str, text: str) -> list[tuple[int, int]] | None:
    """Return from where to where `written` spells each character; None where that is unsure."""
    spelled = list(_spelled(written))
    if not text or len(spelled) != len(text):
        return None
    if any(letter and letter != known for (*_, letter), known in zip(spelled, text, strict=True)):
        return None
    return [(start, end) for start, end, _ in spelled]


def _spelled(written: str) -> Iterator[tuple[int, int, str]]:
    """Yield extent and character of a literal and of all that Python joins to it.

    An escape yields "" for its character: only its extent is known.
    """
    position = _BETWEEN.match(written, 0).end()  # type: ignore[union-attr]  # may be empty
    while opening := _OPENING.match(written, position):
        prefix, quote = opening[1].lower(), opening[2]
        body = re.compile(rf"(?:[^\\]|\\.)*?{quote}", re.DOTALL).match(written, opening.end())
        if body is None:
            return
        end = body.end() - len(quote)
        yield from _characters(written, opening.end(), end, is_raw="r" in prefix)
        position = _BETWEEN.match(written, body.end()).end()  # type: ignore[union-attr]


def _characters(
    written: str, start: int, end: int, *, is_raw: bool
) -> Iterator[tuple[int, int, str]]:
    position = start
    while position < end:
        escape = None if is_raw else _ESCAPE.match(written, position, end)
        if escape is None:
            yield position, position + 1, written[position]
            position += 1
            continue
        if escape[1] is None:  # a backslash at the end of a line spells nothing
            yield position, escape.end(), ""
        position = escape.end()
