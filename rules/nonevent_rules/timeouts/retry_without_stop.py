"""Retries that nothing ends: neither a number of attempts nor a time."""

from collections.abc import Iterator, Mapping, Sequence
from typing import NamedTuple

from nonevent.facts import Call, Kind, Role, Value
from nonevent.finding import Confidence, Persona
from nonevent.rule import Problem, Table, rule
from nonevent_rules.timeouts.client import LIVE, consequence

__all__ = ["RULE", "Retry"]

Never = int | str | None


class Retry(NamedTuple):
    """A row of `retries.yaml`: what ends the attempts of one callable."""

    call: str  # dotted name of the callee
    stops: tuple[str, ...]  # parameters that end it, any one of them
    positions: tuple[int, ...] = ()  # 0-based, of each of them; -1: by keyword alone
    defaults: tuple[str, ...] = ()  # those that end it unless they are taken away
    forever: tuple[Never, ...] = (None,)  # values and names that mean "never"
    example: str = ""  # the argument to add
    effect: str = ""  # what it does to a deploy, where it does not hold the caller


def find(call: Call, rows: Mapping[str, Retry]) -> Iterator[Problem]:
    """Yield a problem where the attempts go on until one succeeds.

    What runs until it is stopped, such as a listener, does well to try as long.
    """
    row = rows.get(call.callee)
    roles = {reach.role for reach in call.reach}
    if row is None or call.repeats or roles == {Role.TEST} or _stops(call, row):
        return
    aside = bool(roles) and roles.isdisjoint(LIVE)
    effect = row.effect or consequence(call)
    yield Problem(
        f"`{call.callee}` never stops trying: a peer that stays away {effect}",
        remedy=f"Pass `{row.example}`",
        confidence=Confidence.LOW if aside or call.open else _confidence(roles),
        persona=Persona.AUDITOR if aside or call.open else None,
    )


def _confidence(roles: set[Role]) -> Confidence | None:
    return None if roles else Confidence.MEDIUM


def _stops(call: Call, row: Retry) -> bool:
    """Tell whether something ends the attempts: an argument, or a default that was left alone."""
    positions = [*row.positions, *(-1 for _ in row.stops[len(row.positions) :])]
    for name, position in zip(row.stops, positions, strict=True):
        value = call.argument(name, position if position >= 0 else None)
        if value is None and name in row.defaults:
            return True
        if value is not None and not _is_never(value, row.forever):
            return True
    return False


def _is_never(value: Value, forever: Sequence[Never]) -> bool:
    if value.kind is Kind.CONSTANT:
        return not isinstance(value.constant, bool) and value.constant in forever
    return bool(value.name) and value.name in forever


RULE = rule(__file__, on=Call, find=find, table=Table("retries", Retry))
