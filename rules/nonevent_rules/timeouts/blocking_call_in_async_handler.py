"""Calls that hold the event loop, and with it every request of the instance."""

from collections.abc import Iterator, Mapping
from typing import NamedTuple

from nonevent.facts import Call, Role
from nonevent.rule import Problem, Table, rule
from nonevent_rules.timeouts.client import ends_soon

__all__ = ["RULE", "Blocking"]


class Blocking(NamedTuple):
    """A row of `blocking.yaml`: a callable that holds the thread that calls it."""

    call: str  # dotted name of the callee
    pause: bool = False  # it waits for nothing but the clock
    instead: str = "Hand it to `asyncio.to_thread`"  # what to do in a coroutine
    needs: tuple[str, ...] = ()  # words in every file with a finding, beside the callee's own


def find(call: Call, rows: Mapping[str, Blocking]) -> Iterator[Problem]:
    """Yield a problem where a coroutine that serves a request makes such a call itself."""
    row = rows.get(call.callee)
    if row is None or not call.in_async:
        return
    entry = next((reach.entry for reach in call.reach if reach.role is Role.HANDLER), None)
    if entry is None or _is_no_wait(call, row):
        return
    until = "for the whole pause" if row.pause else "until the answer is there"
    yield Problem(
        f"`{call.callee}` holds the event loop of request handler `{entry}`: {until} no other"
        " request of this instance moves, health checks among them",
        remedy=row.instead,
    )


def _is_no_wait(call: Call, row: Blocking) -> bool:
    """Tell whether it is a command that ends at once, or `time.sleep(0)`: a turn given away."""
    if call.callee.startswith(("subprocess.", "os.")) and ends_soon(call):
        return True
    given = call.arguments[0].constant if row.pause and call.arguments else None
    return given == 0 and given is not None


RULE = rule(__file__, on=Call, find=find, table=Table("blocking", Blocking))
