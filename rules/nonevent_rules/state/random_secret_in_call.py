"""Secrets that are made at random where they are handed over, once in each process."""

from collections.abc import Iterator, Mapping
from typing import NamedTuple

from nonevent.facts import Call, Constant, Value
from nonevent.finding import Confidence, Severity
from nonevent.rule import Problem, Table, rule
from nonevent_rules.served import is_served
from nonevent_rules.state.chance import Chance, chance


class Taker(NamedTuple):
    """A row of `secret_takers.yaml`: a call that is given a key which all processes share."""

    call: str  # dotted name of the callee
    secret: str  # parameter that takes the key
    breaks: str  # what another process does with what this one made
    position: int | None = None  # 0-based, of the key
    takes: str = ""  # how the first argument ends where the call adds one of several things
    needs: tuple[str, ...] = ()  # words in every file with a finding, beside the callee's own


def find(call: Call, rows: Mapping[str, Taker]) -> Iterator[Problem]:
    """Yield a problem where each process hands over a key of its own."""
    row = rows.get(call.callee)
    secret = call.argument(row.secret, row.position) if row is not None else None
    how_much = chance(secret) if secret is not None else Chance.NONE
    if row is None or how_much is Chance.NONE or not is_served(call) or not _fits(call, row):
        return
    always = how_much is Chance.ALWAYS
    how = "is made at random" if always else "falls back to a random value"
    yield Problem(
        f"`{row.secret}` of `{call.callee}` {how} in every process: {row.breaks}",
        remedy="Read one key from the environment or a secret store, and fail where it is missing",
        severity=None if always else Severity.WARNING,
        confidence=Confidence.HIGH if always else Confidence.MEDIUM,
    )


def _fits(call: Call, row: Taker) -> bool:
    first: Value | None = call.arguments[0] if call.arguments else None
    return not row.takes or (first is not None and _said(first).endswith(row.takes))


def _said(value: Value) -> str:
    said: Constant = value.constant or value.name
    return said if isinstance(said, str) else ""


RULE = rule(__file__, on=Call, find=find, table=Table("secret_takers", Taker))
