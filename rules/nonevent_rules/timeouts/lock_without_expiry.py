"""Locks in a shared store that outlive an instance which is killed while it holds them."""

from collections.abc import Iterator, Mapping
from typing import NamedTuple

from nonevent.facts import Call, Role
from nonevent.finding import Confidence, Persona
from nonevent.rule import Problem, Table, rule
from nonevent_rules.timeouts.client import LIVE, is_unbounded, place

__all__ = ["RULE", "SharedLock"]


class SharedLock(NamedTuple):
    """A row of `locks.yaml`: what makes a lock that all replicas see."""

    call: str  # dotted name of the callee
    expiry: str  # parameter after whose seconds the lock frees itself
    position: int | None = None  # 0-based
    entered: bool = False  # it is taken where a `with` enters it
    needs: tuple[str, ...] = ()  # words in every file with a finding, beside the callee's own


def find(call: Call, rows: Mapping[str, SharedLock]) -> Iterator[Problem]:
    """Yield a problem where a lock is made that only its holder can free."""
    row = rows.get(call.callee)
    roles = {reach.role for reach in call.reach}
    if row is None or call.asked or roles == {Role.TEST}:
        return
    if row.entered and call.block is None:
        return
    given = call.argument(row.expiry, row.position)
    if given is not None and not is_unbounded(given):
        return
    unread = call.open or (bool(roles) and roles.isdisjoint(LIVE))
    yield Problem(
        f"the lock of `{call.callee}` never expires: an instance that a deploy kills while it"
        " holds it leaves it locked for all others",
        remedy=f"Pass `{row.expiry}=60`, longer than the work takes",
        location=None if given is None else place(call, given),
        confidence=Confidence.LOW if unread else None,
        persona=Persona.AUDITOR if unread else None,
    )


RULE = rule(__file__, on=Call, find=find, table=Table("locks", SharedLock))
