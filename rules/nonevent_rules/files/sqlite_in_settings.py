"""Settings that make a file the database of a service."""

from collections.abc import Iterator, Mapping

from nonevent.facts import Setting
from nonevent.rule import Problem, Table, rule
from nonevent_rules.placed import Place, problems

BREAKS = (
    "keeps the database {}: "
    "another replica has another one, and a deploy that replaces the instance loses it"
)


def find(setting: Setting, rows: Mapping[str, Place]) -> Iterator[Problem]:
    """Yield a problem for each database that is a file."""
    return problems(setting, rows, BREAKS)


RULE = rule(__file__, on=Setting, find=find, table=Table("database_settings", Place))
