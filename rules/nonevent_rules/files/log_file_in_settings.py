"""File handlers in the logging settings of a framework."""

from collections.abc import Iterator, Mapping
from typing import NamedTuple

from nonevent.facts import Setting
from nonevent.location import Location
from nonevent.rule import Problem, Table, rule
from nonevent_rules.files.log_file import REMEDY, file_handlers, message, weigh
from nonevent_rules.stage import is_deployed


class LogSetting(NamedTuple):
    """A row of `log_settings.yaml`: a setting that holds a `dictConfig` mapping."""

    setting: str


def find(setting: Setting, rows: Mapping[str, LogSetting]) -> Iterator[Problem]:
    """Yield a problem for each handler that writes a local file."""
    path = setting.location.path
    if setting.name not in rows or not is_deployed(path, setting.scope):
        return
    for name, kind, file in file_handlers(setting.value):
        weight = weigh(file)
        if weight is not None:
            yield Problem(
                message(f"handler `{name}` of `{setting.name}`", file),
                remedy=REMEDY,
                location=Location(path, *kind.span),
                confidence=weight[0],
                persona=weight[1],
            )


RULE = rule(__file__, on=Setting, find=find, table=Table("log_settings", LogSetting))
