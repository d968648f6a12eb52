"""Clients whose own limit is far beyond what a request may take."""

from collections.abc import Iterator, Mapping
from typing import NamedTuple

from nonevent.facts import Call, Kind, Role
from nonevent.rule import Problem, Table, rule
from nonevent_rules.served import nearest
from nonevent_rules.timeouts.client import is_unbounded

__all__ = ["RULE", "Patience"]


class Patience(NamedTuple):
    """A row of `patience.yaml`: how long one callable waits where nobody says."""

    call: str  # dotted name of the callee
    timeout: tuple[str, ...]  # parameters that set the limit, any one of them
    seconds: int  # how long the library waits
    example: str  # the argument to add
    maker: tuple[str, ...] = ()  # parameters of the constructor, for a method of an object
    tries: int = 1  # how often it tries before it gives up


def find(call: Call, rows: Mapping[str, Patience]) -> Iterator[Problem]:
    """Yield a problem where a request handler leaves such a client its default."""
    row = rows.get(call.callee)
    reach = nearest(call, Role.HANDLER)
    if row is None or reach is None or call.open or _is_limited(call, row):
        return
    limit, cut = _served(call)
    if limit is not None and row.seconds * row.tries <= limit:
        return
    times = f", {row.tries} times over" if row.tries > 1 else ""
    yield Problem(
        f"`{call.callee}` waits up to {row.seconds} s{times}: request handler `{reach.entry}` is "
        f"{cut}, or holds its instance through the whole "
        "grace period",
        remedy=f"Pass `{row.example}`",
    )


def _served(call: Call) -> tuple[int | None, str]:
    """Return how many seconds the server lets a request take, and what it does then."""
    limit = call.served.value.constant if call.served is not None else None
    if call.served is None or not isinstance(limit, int):
        return None, "cut off by the server long before"
    return limit, f"cut off by {call.served.owner} after {limit} s"


def _is_limited(call: Call, row: Patience) -> bool:
    """Tell whether the call or the constructor of its object sets a limit, or may set one."""
    if any(call.argument(name) is not None for name in row.timeout):
        return True
    made = call.receiver
    if not row.maker:
        return False
    if made is None or made.kind is not Kind.CALL or made.open:
        return True
    return any(name in row.maker and not is_unbounded(value) for name, value in made.keywords)


RULE = rule(__file__, on=Call, find=find, table=Table("patience", Patience))
