"""File handlers in the logging settings of a framework."""

from collections.abc import Iterator, Mapping
from typing import NamedTuple

from nonevent.facts import Setting, Value
from nonevent.finding import Persona
from nonevent.location import Location, Span
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
    others = [
        each.value
        for each in setting.settings
        if each.name == setting.name and is_deployed(each.location.path, each.scope, each.condition)
    ]
    for name, kind, file in file_handlers(setting.value, others):
        weight = weigh(file)
        if weight is not None:
            confidence, persona = weight
            yield Problem(
                message(f"handler `{name}`", file),
                remedy=REMEDY,
                location=Location(path, *_place(path, kind, file)),
                confidence=confidence,
                persona=Persona.PEDANTIC if _is_chosen(setting) else persona,
            )


def _is_chosen(setting: Setting) -> bool:
    """Tell whether a handler is there for those alone who ask for it."""
    return bool(setting.condition) and not setting.condition.startswith("not ")


def _place(path: str, kind: Value, file: Value | None) -> Span:
    """Return where a handler says that it writes: of Python its class, as a name is followed."""
    return kind.span if file is None or path.endswith(".py") else file.span


RULE = rule(__file__, on=Setting, find=find, table=Table("log_settings", LogSetting))
