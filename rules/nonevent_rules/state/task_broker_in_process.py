"""Task queues that lie in one process or on its disk."""

from collections.abc import Iterator, Mapping

from nonevent.facts import Call
from nonevent.rule import Problem, Table, rule
from nonevent_rules.maker import Maker, problems

BREAKS = (
    "keeps tasks on one instance: workers elsewhere do not see them and a deploy loses those that "
    "wait"
)


def find(call: Call, rows: Mapping[str, Maker]) -> Iterator[Problem]:
    """Yield a problem where such a queue is made."""
    return problems(call, rows, BREAKS)


RULE = rule(__file__, on=Call, find=find, table=Table("task_brokers", Maker))
