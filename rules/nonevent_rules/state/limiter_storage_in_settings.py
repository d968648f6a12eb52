"""Settings that let a rate limiter count in one process."""

from collections.abc import Iterator, Mapping

from nonevent.facts import Setting
from nonevent.rule import Problem, Table, rule
from nonevent_rules.placed import Place, placed


def find(setting: Setting, rows: Mapping[str, Place]) -> Iterator[Problem]:
    """Yield a problem where a limiter counts for one process alone."""
    for found in placed(setting, rows):
        yield Problem(
            f"`{found.name}` counts requests {found.keeps}: "
            "each replica allows the whole limit for itself and a deploy begins to count anew",
            remedy=found.row.remedy,
            location=found.location,
            confidence=found.confidence,
            persona=found.persona,
        )


RULE = rule(__file__, on=Setting, find=find, table=Table("limiter_settings", Place))
