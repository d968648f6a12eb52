"""Database engines that open an SQLite file."""

from collections.abc import Iterator, Mapping

from nonevent.facts import Call
from nonevent.rule import Problem, Table, rule
from nonevent_rules.maker import Maker, problems

BREAKS = (
    "opens a database in a file on the local disk: another replica has another one, and a deploy "
    "that replaces the instance loses it"
)


def find(call: Call, rows: Mapping[str, Maker]) -> Iterator[Problem]:
    """Yield a problem where a served process opens such a file."""
    return problems(call, rows, BREAKS)


RULE = rule(__file__, on=Call, find=find, table=Table("sqlite_engines", Maker))
