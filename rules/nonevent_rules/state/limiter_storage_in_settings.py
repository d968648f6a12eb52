"""Settings that let a rate limiter count in one process."""

from collections.abc import Iterator, Mapping

from nonevent.facts import Setting
from nonevent.rule import Problem, Table, rule
from nonevent_rules.placed import Place, problems

BREAKS = (
    "counts requests {}: "
    "each replica allows the whole limit for itself and a deploy begins to count anew"
)


def find(setting: Setting, rows: Mapping[str, Place]) -> Iterator[Problem]:
    """Yield a problem where a limiter counts for one process alone."""
    return problems(setting, rows, BREAKS, unset=True)


RULE = rule(__file__, on=Setting, find=find, table=Table("limiter_settings", Place))
