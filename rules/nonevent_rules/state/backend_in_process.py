"""Settings of a service's own that keep what it stores in one process."""

from collections.abc import Iterator, Mapping

from nonevent.facts import Setting
from nonevent.rule import Problem, Table, rule
from nonevent_rules.placed import Place, problems

BREAKS = "keeps what the service stores {}: another replica does not find it and a deploy loses it"


def find(setting: Setting, rows: Mapping[str, Place]) -> Iterator[Problem]:
    """Yield a problem where a service stores what it keeps in one process."""
    return problems(setting, rows, BREAKS, unset=True)


RULE = rule(__file__, on=Setting, find=find, table=Table("backend_settings", Place))
