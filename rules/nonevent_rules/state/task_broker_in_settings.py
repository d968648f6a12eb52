"""Settings that keep a task queue on one instance."""

from collections.abc import Iterator, Mapping

from nonevent.facts import Setting
from nonevent.rule import Problem, Table, rule
from nonevent_rules.placed import Place, problems

BREAKS = (
    "keeps tasks or their results {}: "
    "workers elsewhere do not see them and a deploy loses those that wait"
)


def find(setting: Setting, rows: Mapping[str, Place]) -> Iterator[Problem]:
    """Yield a problem where tasks or their results lie on one instance."""
    return problems(setting, rows, BREAKS)


RULE = rule(__file__, on=Setting, find=find, table=Table("broker_settings", Place))
