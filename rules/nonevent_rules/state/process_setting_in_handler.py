"""Settings of the whole process that a request changes for itself."""

import re
from collections.abc import Iterator, Mapping
from typing import NamedTuple

from nonevent.facts import Call, Kind, Role, Value
from nonevent.finding import Confidence
from nonevent.rule import Problem, Table, rule
from nonevent_rules.served import nearest, standing

# Words of values that come with a request.
ASKED = frozenset(
    {"account", "body", "form", "org", "organization", "payload", "request", "session", "tenant"}
    | {"user", "workspace"}
)
# Words of values that are the same for all requests.
CONFIGURED = frozenset(
    {"conf", "config", "configuration", "constant", "constants", "dirname", "env", "environ"}
    | {"getenv", "settings"}
)


class Change(NamedTuple):
    """A row of `process_settings.yaml`: a call that changes something for the whole process."""

    call: str  # dotted name of the callee
    what: str  # what it changes: "the working directory"
    remedy: str
    position: int | None = None  # 0-based, of the argument without which it only asks
    varies: bool = False  # it counts only with a value that may differ from request to request
    asked: bool = False  # only with a value of the request or its user


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
    if "" in call.gone:  # a `finally` puts it back
        return False
    if row.position is None:
        return True
    value = call.arguments[row.position] if row.position < len(call.arguments) else None
    if value is None or (value.kind is Kind.CONSTANT and (value.constant is None or row.varies)):
        return False
    words = set(re.findall("[a-z]+", " ".join(_names(value)).lower()))
    if call.callee.endswith("__setitem__") and value.kind is Kind.CALL:  # worked out: mostly a path
        return False
    if row.asked:
        return not ASKED.isdisjoint(words)
    return not row.varies or (bool(words) and CONFIGURED.isdisjoint(words))


def _names(value: Value) -> Iterator[str]:
    """Yield the names in a value; of one that is a constant of the module, "constant"."""
    stack = [value]
    while stack:
        item = stack.pop()
        last = item.name.replace(":", ".").rpartition(".")[2]
        yield "constant" if last.isupper() else f"{item.name} {item.alias}"
        stack += [*item.items, *(each for _, each in item.keywords)]


RULE = rule(__file__, on=Call, find=find, table=Table("process_settings", Change))
