"""Keys that sign what users carry, made at random when the process starts."""

from collections.abc import Iterator, Mapping
from typing import NamedTuple

from nonevent.facts import Setting
from nonevent.finding import Confidence, Severity
from nonevent.rule import Problem, Table, rule
from nonevent_rules.stage import is_deployed
from nonevent_rules.state.chance import Chance, chance

MIGRATIONS = "/migrations/"


class Secret(NamedTuple):
    """A row of `secret_settings.yaml`: a setting whose value all processes have to share."""

    setting: str
    breaks: str  # what another process does with what this one made


def find(setting: Setting, rows: Mapping[str, Secret]) -> Iterator[Problem]:
    """Yield a problem where each process makes a key of its own."""
    row = rows.get(setting.name)
    how_much = chance(setting.value)
    if (
        row is None
        or how_much is Chance.NONE
        or MIGRATIONS in f"/{setting.location.path}"  # kept in the database that it migrates
        or not is_deployed(setting.location.path, setting.scope, setting.condition)
    ):
        return
    always = how_much is Chance.ALWAYS and not setting.condition
    how = "is made at random" if always else "falls back to a random value"
    yield Problem(
        f"`{setting.name}` {how} in every process: {row.breaks}",
        remedy="Read one key from the environment or a secret store, and fail where it is missing",
        severity=None if always else Severity.WARNING,
        confidence=Confidence.HIGH if always else Confidence.MEDIUM,
    )


RULE = rule(__file__, on=Setting, find=find, table=Table("secret_settings", Secret))
