"""Settings of the whole process that a request changes for itself."""

from collections.abc import Iterator, Mapping
from typing import NamedTuple

from nonevent.facts import Call, Kind, Role
from nonevent.finding import Confidence
from nonevent.rule import Problem, Table, rule
from nonevent_rules.served import nearest, standing


class Change(NamedTuple):
    """A row of `process_settings.yaml`: a call that changes something for the whole process."""

    call: str  # dotted name of the callee
    what: str  # what it changes: "the working directory"
    remedy: str
    position: int | None = None  # 0-based, of the argument without which it only asks


def find(call: Call, rows: Mapping[str, Change]) -> Iterator[Problem]:
    """Yield a problem where a request changes what every other request of the process sees."""
    row = rows.get(call.callee)
    reach = nearest(call, Role.HANDLER)
    if row is None or reach is None or not _changes(call, row):
        return
    at_home = all(place.path == call.location.path for place in reach.chain)
    yield Problem(
        f"`{call.callee}` changes {row.what} {standing(call, reach)} for the whole process: every "
        "request that it serves next sees the change, and no other replica does",
        remedy=row.remedy,
        confidence=Confidence.HIGH if at_home else Confidence.MEDIUM,
    )


def _changes(call: Call, row: Change) -> bool:
    if row.position is None:
        return True
    value = call.arguments[row.position] if row.position < len(call.arguments) else None
    return value is not None and not (value.kind is Kind.CONSTANT and value.constant is None)


RULE = rule(__file__, on=Call, find=find, table=Table("process_settings", Change))
