"""Schedulers that run inside the process that serves requests."""

import re
from collections.abc import Iterator, Mapping
from typing import NamedTuple

from nonevent.facts import Call, Kind, Role
from nonevent.finding import Confidence, Severity
from nonevent.rule import Problem, Table, rule
from nonevent_rules.served import is_served, nearest, standing

# Words in the names of files and folders that hold a process of its own.
APART = frozenset({"worker", "workers", "clock", "cron", "daemon", "beat", "celery"})


class Starter(NamedTuple):
    """A row of `schedulers.yaml`: a call that starts a scheduler beside other work."""

    call: str  # dotted name of the callee
    stores: tuple[str, ...] = ()  # parameters of the constructor that keep jobs elsewhere


def find(call: Call, rows: Mapping[str, Starter]) -> Iterator[Problem]:
    """Yield a problem where a service starts a scheduler of its own."""
    row = rows.get(call.callee)
    if row is None or not is_served(call) or _is_paused(call):
        return
    reach = nearest(call, Role.STARTUP, Role.HANDLER)
    if reach is None and not APART.isdisjoint(re.findall("[a-z]+", call.location.path.lower())):
        return
    where = f" {standing(call, reach)}" if reach is not None else ""
    stored = _is_stored(call, row)
    yield Problem(
        f"`{call.callee}` starts a scheduler{where} in every process: each job runs once in each "
        f"of them{'' if stored else ', and jobs added while it runs are lost in a deploy'}",
        remedy="Run the jobs in one process of their own, or from the platform's own scheduler",
        severity=Severity.WARNING if stored else None,
        location=call.begins,
        confidence=Confidence.HIGH if reach is not None else Confidence.MEDIUM,
    )


def _is_paused(call: Call) -> bool:
    """Tell whether it only takes jobs in, for another process to run."""
    paused = call.argument("paused", 0)
    return paused is not None and bool(paused.constant)


def _is_stored(call: Call, row: Starter) -> bool:
    made = call.receiver
    if made is None or made.kind is not Kind.CALL:
        return False
    return any(name in row.stores for name, _ in made.keywords)


RULE = rule(__file__, on=Call, find=find, table=Table("schedulers", Starter))
