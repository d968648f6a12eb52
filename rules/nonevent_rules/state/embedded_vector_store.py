"""Vector stores that lie in the process or on its disk."""

from collections.abc import Iterator, Mapping

from nonevent.facts import Call
from nonevent.rule import Problem, Table, rule
from nonevent_rules.maker import Maker, problems

BREAKS = (
    "keeps its vectors on one instance: another replica does not find them and a deploy loses them"
)


def find(call: Call, rows: Mapping[str, Maker]) -> Iterator[Problem]:
    """Yield a problem where such a store is opened."""
    return problems(call, rows, BREAKS)


RULE = rule(__file__, on=Call, find=find, table=Table("vector_stores", Maker))
