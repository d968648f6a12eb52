"""Database engines whose driver waits for ever and is told no limit."""

from collections.abc import Iterator, Mapping
from typing import NamedTuple

from nonevent.facts import Call, Role
from nonevent.finding import Confidence, Persona
from nonevent.rule import Problem, Table, rule
from nonevent_rules.stage import is_deployed
from nonevent_rules.timeouts.client import LIVE, consequence
from nonevent_rules.timeouts.driver import holds, waits_for_ever

__all__ = ["RULE", "Engine"]


class Engine(NamedTuple):
    """A row of `engines.yaml`: what makes an engine, and which drivers set it no limit."""

    call: str  # dotted name of the callee
    options: str  # parameter that takes the mapping of options for the driver
    limits: tuple[str, ...]  # options that bound a wait, any one of them
    drivers: tuple[str, ...]  # libraries that set no limit of their own
    schemes: tuple[str, ...]  # how an address begins that names one of these drivers
    users: tuple[str, ...] = ()  # libraries for databases of other kinds


def find(call: Call, rows: Mapping[str, Engine]) -> Iterator[Problem]:
    """Yield a problem where an engine is made and its driver waits as long as it takes."""
    row = rows.get(call.callee)
    roles = {reach.role for reach in call.reach}
    if row is None or roles == {Role.TEST} or not is_deployed(call.location.path, call.scope):
        return
    # What is read from settings may hold an address of its own: the keyword comes first.
    url = call.argument("url", None if call.callee.endswith("_from_config") else 0)
    endless = waits_for_ever(call.libraries, [url], row.drivers, row.schemes)
    given = call.argument(row.options)
    bounded = holds(given, row.limits) if given is not None else False
    if endless is False or bounded or (url is not None and _says(url.constant, row)):
        return
    unread = endless is None or bounded is None or call.open or (given and call.mentions)
    if not frozenset(row.users).isdisjoint(call.libraries):  # an address may be of any
        unread = unread or waits_for_ever((), [url], row.drivers, row.schemes) is None
    aside = bool(roles) and roles.isdisjoint(LIVE)
    yield Problem(
        f"`{call.callee}` sets its driver no `{row.limits[0]}`: a database that stops answering "
        f"{consequence(call)}",
        remedy=f"Pass `{row.options}={{'{row.limits[0]}': 3}}`",
        confidence=Confidence.LOW if unread or aside else None,
        persona=Persona.AUDITOR if unread or aside else None,
    )


def _says(text: object, row: Engine) -> bool:
    return isinstance(text, str) and any(limit in text for limit in row.limits)


RULE = rule(__file__, on=Call, find=find, table=Table("engines", Engine))
