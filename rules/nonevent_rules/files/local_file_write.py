"""Files that request handlers and worker tasks write to the local disk."""

from collections.abc import Iterator, Mapping

from nonevent.facts import Call
from nonevent.rule import Problem, Table, rule
from nonevent_rules.files.sink import Sink, weigh, write
from nonevent_rules.served import standing


def find(call: Call, rows: Mapping[str, Sink]) -> Iterator[Problem]:
    """Yield a problem where a call made for a user or a task leaves something on this disk."""
    row = rows.get(call.callee)
    made = write(call, row) if row is not None else None
    weight = weigh(call, row, made) if row is not None and made is not None else None
    if made is None or weight is None or made.upload:
        return
    what = f"`{made.path}`" if made.path else "a file"
    yield Problem(
        f"`{call.callee}` writes {what} to the local disk {standing(call, weight.reach)}: "
        "another replica does not find it and a deploy loses it",
        remedy="Put it into an object store or a database server, or keep the bytes in memory",
        confidence=weight.confidence,
        persona=weight.persona,
    )


RULE = rule(__file__, on=Call, find=find, table=Table("sinks", Sink))
