"""Channels for events that end at the process in which they begin."""

from collections.abc import Iterator, Mapping

from nonevent.facts import Call
from nonevent.rule import Problem, Table, rule
from nonevent_rules.maker import Maker, problems

BREAKS = (
    "passes events on within one process: subscribers on another replica, old or new, do not "
    "receive them"
)


def find(call: Call, rows: Mapping[str, Maker]) -> Iterator[Problem]:
    """Yield a problem where such a channel is made."""
    return problems(call, rows, BREAKS)


RULE = rule(__file__, on=Call, find=find, table=Table("channel_backends", Maker))
