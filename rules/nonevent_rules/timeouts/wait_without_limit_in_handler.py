"""Waits for another thread, process or holder that a request handler or a task gives no end."""

from collections.abc import Iterator, Mapping
from typing import NamedTuple

from nonevent.facts import Call, Kind, Role, Value
from nonevent.finding import Confidence, Persona
from nonevent.rule import Problem, Table, rule
from nonevent_rules.timeouts.client import consequence, is_unbounded, place

__all__ = ["RULE", "Wait"]


class Wait(NamedTuple):
    """A row of `waits.yaml`: what one callable waits for, and what bounds it."""

    call: str  # dotted name of the callee
    waits_for: str
    timeout: tuple[str, ...] = ()  # parameters that bound the wait, any one of them
    position: int | None = None  # 0-based, of the first of them
    forever: tuple[int | None, ...] = (None,)  # values that mean "without limit"
    block: str = ""  # parameter that keeps it from waiting where it is false
    block_position: int | None = None
    inherits: tuple[str, ...] = ()  # parameters of the receiver's constructor that bound it too
    entered: bool = False  # it waits where a `with` enters it
    short: bool = False  # what is waited for is short as a rule
    own: bool = False  # or is the project's own, whose calls are judged themselves
    instead: str = ""  # the way out where no argument helps


SERVING = frozenset({Role.HANDLER, Role.TASK})


def find(call: Call, rows: Mapping[str, Wait]) -> Iterator[Problem]:
    """Yield a problem where a request or a task waits and nothing ends the wait.

    What waits again and again in a loop is a consumer, whose work the wait is.
    """
    row = rows.get(call.callee)
    if row is None or call.repeats or call.ended or (row.entered and call.block is None):
        return
    if SERVING.isdisjoint(reach.role for reach in call.reach):
        return
    given = _limit(call, row)
    if _is_bounded(call, row, given):
        return
    yield Problem(
        f"`{call.callee}` has no timeout: {row.waits_for} {consequence(call)}",
        remedy=row.instead or f"Pass `{row.timeout[0]}=10` and answer what it raises or returns",
        location=None if given is None else place(call, given),
        confidence=Confidence.LOW if call.open else None,
        persona=Persona.PEDANTIC if row.short or row.own else None,
    )


def _limit(call: Call, row: Wait) -> Value | None:
    """Return the argument that bounds the wait."""
    for name in row.timeout:
        value = call.argument(name, row.position if name == row.timeout[0] else None)
        if value is not None:
            return value
    return None


def _is_bounded(call: Call, row: Wait, given: Value | None) -> bool:
    if given is not None:
        return not is_unbounded(given, row.forever)
    blocks = call.argument(row.block, row.block_position) if row.block else None
    if blocks is not None and not (blocks.kind is Kind.CONSTANT and blocks.constant):
        return True  # it does not wait, or decides as it runs
    made = call.receiver
    if not row.inherits or made is None:
        return False
    return made.kind is not Kind.CALL or any(name in row.inherits for name, _ in made.keywords)


RULE = rule(__file__, on=Call, find=find, table=Table("waits", Wait))
