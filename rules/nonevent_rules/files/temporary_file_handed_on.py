"""Temporary files whose path is handed to another process."""

from collections.abc import Iterator, Mapping
from typing import NamedTuple

from nonevent.facts import Call, Role
from nonevent.finding import Confidence, Persona
from nonevent.rule import Problem, Table, rule
from nonevent_rules.served import is_served

LIVE = (Role.HANDLER, Role.TASK, Role.STARTUP)
STARTS = "Popen"


class Temporary(NamedTuple):
    """A row of `temporary_files.yaml`: a call that makes a temporary file, or a folder."""

    call: str  # dotted name of the callee


def find(call: Call, rows: Mapping[str, Temporary]) -> Iterator[Problem]:
    """Yield a problem where a worker is to read what lies on the disk of whoever asked it to."""
    if call.callee not in rows or not call.handed or not is_served(call, LIVE):
        return
    reads = "a worker, which" if call.handed != STARTS else "a process that nobody waits for, which"
    yield Problem(
        f"`{call.handed}` hands what `{call.callee}` makes on this disk to {reads} "
        "does not find it on another host, or after a deploy",
        remedy="Put the file into an object store and hand on its key",
        confidence=Confidence.MEDIUM if call.reach else Confidence.LOW,
        persona=None if call.reach else Persona.PEDANTIC,
    )


RULE = rule(__file__, on=Call, find=find, table=Table("temporary_files", Temporary))
