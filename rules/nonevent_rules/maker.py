"""An object that a service makes: whether what it holds is one process's own."""

from collections.abc import Iterator, Mapping
from typing import NamedTuple

from nonevent.facts import Call, Kind, Role, Value
from nonevent.finding import CONFIDENCES, Confidence, Persona
from nonevent.rule import Problem
from nonevent_rules.served import is_served, nearest
from nonevent_rules.told import told

__all__ = ["Maker", "Own", "own", "problems"]


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
    anywhere: bool = False  # stands in scripts and tools as well, where it is no fault
    needs: tuple[str, ...] = ()  # words in every file with a finding, beside the callee's own


class Own(NamedTuple):
    """What makes an object one process's own."""

    said: str  # the value that was given: "memory://"; "" where nothing was
    confidence: Confidence
    persona: Persona


def problems(call: Call, rows: Mapping[str, Maker], breaks: str) -> Iterator[Problem]:
    """Yield the problem of a call that makes such an object; `breaks` says what it is and does."""
    row = rows.get(call.callee)
    found = own(call, row) if row is not None else None
    if row is None or found is None:
        return
    how = f" without `{row.shared[0]}`" if row.shared else ""
    if found.said:
        how = f" on `{found.said}`"
    yield Problem(
        f"`{call.callee}`{how} {breaks}",
        remedy=row.remedy,
        confidence=found.confidence,
        persona=None if found.persona is Persona.REGULAR else found.persona,
    )


def own(call: Call, row: Maker) -> Own | None:
    """Return how sure it is that a made object keeps to one process; None where it is shared."""
    found = _own(call, row) if is_served(call) else None
    if found is None or not row.anywhere or nearest(call, Role.HANDLER, Role.STARTUP) is not None:
        return found
    return Own(found.said, _less(found.confidence), _rarer(found.persona))


def _own(call: Call, row: Maker) -> Own | None:
    given = [value for value in _given(call, row) if _is_given(value)]
    if given:
        return _told(given[0], row)
    if any(_is_given(call.argument(name)) for name in row.alone):
        return Own("", row.certainty, row.persona)
    if row.optional or call.open or (row.app and not _is_given(call.argument("app", 0))):
        return None
    return Own("", row.certainty, row.persona)


def _told(value: Value, row: Maker) -> Own | None:
    for text in told(value):
        if row.local and text.said.startswith(row.local) and ":memory:" not in text.said:
            if text.sure:
                return Own(text.said, Confidence.HIGH, Persona.REGULAR)
            return Own(text.said, Confidence.MEDIUM, _rarer(row.persona))
    return None


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
