"""Channel layers of Django that end at the process in which a message is sent."""

from collections.abc import Iterator, Mapping

from nonevent.facts import Setting
from nonevent.rule import Problem, Table, rule
from nonevent_rules.placed import Place, problems

BREAKS = "passes messages on {}: consumers on another replica, old or new, do not receive them"


def find(setting: Setting, rows: Mapping[str, Place]) -> Iterator[Problem]:
    """Yield a problem for each layer that lives in one process."""
    return problems(setting, rows, BREAKS, unset=True)


RULE = rule(__file__, on=Setting, find=find, table=Table("channel_layers", Place))
