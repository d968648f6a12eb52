"""Socket.IO servers that know the clients of one process alone."""

from collections.abc import Iterator, Mapping

from nonevent.facts import Call
from nonevent.rule import Problem, Table, rule
from nonevent_rules.maker import Maker, problems

BREAKS = (
    "knows the clients of one process alone: what one replica emits does not reach those of "
    "another, nor those that a deploy moves to the new release first"
)


def find(call: Call, rows: Mapping[str, Maker]) -> Iterator[Problem]:
    """Yield a problem where a server has nothing that links it with those of other processes."""
    return problems(call, rows, BREAKS)


RULE = rule(__file__, on=Call, find=find, table=Table("socket_servers", Maker))
