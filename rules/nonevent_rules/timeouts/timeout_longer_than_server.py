"""Limits of clients that are longer than what the web server lets a request take."""

from collections.abc import Iterator, Mapping

from nonevent.facts import Call, Kind, Role, Setting, Value
from nonevent.finding import Related
from nonevent.rule import Problem, Table, rule
from nonevent_rules.served import nearest
from nonevent_rules.timeouts.client import Client, bounds, place, said

__all__ = ["RULE"]

# Parameters of objects that are a limit, the one for the whole exchange first.
WHOLE = ("total", "timeout", "read", "sock_read")


def find(call: Call, rows: Mapping[str, Client]) -> Iterator[Problem]:
    """Yield a problem where a request waits longer for a peer than its server waits for it."""
    row = rows.get(call.callee)
    reach = nearest(call, Role.HANDLER)
    if row is None or row.limit or reach is None or call.served is None:
        return
    limit = seconds_of(call.served)
    given = [(value, seconds) for value in bounds(call, row) if (seconds := _seconds(value))]
    if not given or limit is None or min(seconds for _, seconds in given) <= limit:
        return
    value, seconds = given[0]
    server = call.served.owner
    yield Problem(
        f"{said(call)} may wait {seconds:g} s, and {server} ends request handler `{reach.entry}` "
        f"after {limit} s: the timeout never fires, and who asked gets no answer",
        remedy=f"Give it less than {limit} s, retries counted in, or {server} more",
        location=place(call, value),
        related=(Related(call.served.location, f"{server} ends a request after {limit} s"),),
    )


def seconds_of(served: Setting) -> int | None:
    """Return how many seconds a server lets a request take."""
    constant = served.value.constant
    return constant if isinstance(constant, int) else None


def _seconds(value: Value) -> float | None:
    """Return how long a limit lets a call wait for its answer; None where that is not known."""
    if value.kind is Kind.CONSTANT:
        constant = value.constant
        is_number = isinstance(constant, int | float) and not isinstance(constant, bool)
        return constant if is_number else None  # type: ignore[return-value]
    if value.kind is Kind.SEQUENCE and len(value.items) > 1:  # to connect, to read
        return _seconds(value.items[1])
    if value.kind is not Kind.CALL:
        return None
    named = dict(value.keywords)
    whole = next((named[name] for name in WHOLE if name in named), None)
    first = value.items[0] if value.items else None
    chosen = whole or first
    return _seconds(chosen) if chosen is not None and chosen.kind is Kind.CONSTANT else None


RULE = rule(__file__, on=Call, find=find, table=Table("clients", Client))
