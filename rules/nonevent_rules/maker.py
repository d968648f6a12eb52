"""An object that a service makes: whether what it holds is one process's own."""

import re
from collections.abc import Iterator, Mapping
from typing import NamedTuple

from nonevent.facts import Call, Kind, Role, Value
from nonevent.finding import CONFIDENCES, Confidence, Persona
from nonevent.location import Location
from nonevent.rule import Problem
from nonevent_rules.served import is_served, nearest
from nonevent_rules.told import told

__all__ = ["Maker", "Own", "own", "problems"]

EVERYWHERE = ("",)  # whatever the place is called
# Words in the names of what is gone when its function ends.
TEMPORARY = frozenset({"temp", "tempdir", "tempfile", "temporary", "tmp", "tmpdir"})


class Maker(NamedTuple):
    """A row of a catalogue of constructors: how each is told where its state lies."""

    call: str  # dotted name of the callee
    remedy: str
    shared: tuple[str, ...] = ()  # parameters that name a place which all replicas reach
    position: int | None = None  # 0-based, of the first one
    local: tuple[str, ...] = ()  # how its values begin that name one process or its disk
    alone: tuple[str, ...] = ()  # parameters that name a place on this instance
    optional: bool = False  # where none of `shared` is given it is shared, or unknown
    app: bool = False  # without a first argument a later `init_app` decides
    certainty: Confidence = Confidence.HIGH  # where none of `shared` is given
    persona: Persona = Persona.REGULAR  # likewise
    fallback: bool = False  # a place that is fallen back to counts
    changing: bool = False  # where its file changes no table, it reads one that somebody ships
    # Stands in scripts and tools as well, where it is no fault; with `fallback` a project that
    anywhere: bool = False  # handles requests is none
    needs: tuple[str, ...] = ()  # words in every file with a finding, beside the callee's own


class Own(NamedTuple):
    """What makes an object one process's own."""

    said: str  # the value that was given: "memory://"; "" where nothing was
    confidence: Confidence
    persona: Persona
    value: Value | None = None  # where it is said, if it is fallen back to


def problems(call: Call, rows: Mapping[str, Maker], breaks: str) -> Iterator[Problem]:
    """Yield the problem of a call that makes such an object; `breaks` says what it is and does."""
    row = rows.get(call.callee)
    found = own(call, row) if row is not None else None
    if row is None or found is None:
        return
    how = f" without `{row.shared[0]}`" if row.shared else ""
    if found.said:
        how = f" on `{found.said}`" if row.local != EVERYWHERE else ""
    yield Problem(
        f"`{call.callee}`{how} {breaks}",
        remedy=row.remedy,
        location=_place(call, found.value),
        confidence=found.confidence,
        persona=None if found.persona is Persona.REGULAR else found.persona,
    )


def _place(call: Call, value: Value | None) -> Location | None:
    """Return where a place is said that is one of several; None for the call itself."""
    return Location(call.location.path, *value.span) if value is not None else None


def own(call: Call, row: Maker) -> Own | None:
    """Return how sure it is that a made object keeps to one process; None where it is shared."""
    found = _own(call, row) if is_served(call) else None
    is_sure = nearest(call, Role.HANDLER, Role.STARTUP) is not None
    if found is None or not row.anywhere or is_sure or (row.fallback and call.in_service):
        return found
    return found._replace(
        confidence=_less(found.confidence), persona=_rarer(found.persona), value=None
    )


def _own(call: Call, row: Maker) -> Own | None:
    if row.changing and not call.changes:
        return None
    given = [value for value in _given(call, row) if _is_given(value)]
    if given:
        return _told(given[0], row)
    if any(_is_given(call.argument(name)) for name in row.alone):
        return Own("", row.certainty, row.persona)
    if row.optional or call.open or (row.app and not _is_given(call.argument("app", 0))):
        return None
    return Own("", row.certainty, row.persona)


def _told(value: Value, row: Maker) -> Own | None:
    if row.local == EVERYWHERE and _is_passing(value):
        return None
    for text in told(value):
        if row.local and text.said.startswith(row.local) and ":memory:" not in text.said:
            if text.sure:
                certain = row.certainty if row.local == EVERYWHERE else Confidence.HIGH
                return Own(text.said, certain, Persona.REGULAR)
            persona = row.persona if row.fallback else _rarer(row.persona)
            place = text.value if row.local != EVERYWHERE else None
            return Own(text.said, Confidence.MEDIUM, persona, place)
    return None


def _is_passing(value: Value) -> bool:
    """Tell whether a database is one in memory, a temporary one or one that is only read."""
    said = value.constant if isinstance(value.constant, str) else ""
    if said == "" and value.kind is Kind.CONSTANT:
        return True
    words = f"{value.alias} {value.name} {said}".lower()
    if ":memory:" in words or "mode=ro" in words or "immutable=1" in words:
        return True
    if not TEMPORARY.isdisjoint(re.findall("[a-z]+", words)):
        return True
    return any(_is_passing(item) for item in value.items if value.kind is Kind.CALL)


def _given(call: Call, row: Maker) -> Iterator[Value]:
    """Yield what the call, or the constructor of its object, gives for the shared parameters."""
    receiver = call.receiver
    before = dict(receiver.keywords) if receiver is not None and receiver.kind is Kind.CALL else {}
    for at, name in enumerate(row.shared):
        value = call.argument(name, None if at else row.position)
        if value is not None or name in before:
            yield value if value is not None else before[name]


def _is_given(value: Value | None) -> bool:
    return value is not None and not (value.kind is Kind.CONSTANT and value.constant is None)


def _less(confidence: Confidence) -> Confidence:
    return max(confidence, Confidence.MEDIUM, key=CONFIDENCES.index)


def _rarer(persona: Persona) -> Persona:
    return max(persona, Persona.PEDANTIC, key=tuple(Persona).index)
