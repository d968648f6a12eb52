"""Rate limiters that count in the memory of one process."""

from collections.abc import Iterator, Mapping

from nonevent.facts import Call
from nonevent.rule import Problem, Table, rule
from nonevent_rules.maker import Maker, problems

BREAKS = (
    "counts in the memory of one process: each replica allows the whole limit for itself and a "
    "deploy begins to count anew"
)


def find(call: Call, rows: Mapping[str, Maker]) -> Iterator[Problem]:
    """Yield a problem where a limiter counts for one process alone."""
    return problems(call, rows, BREAKS)


RULE = rule(__file__, on=Call, find=find, table=Table("limiters", Maker))
