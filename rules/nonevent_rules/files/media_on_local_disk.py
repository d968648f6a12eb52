"""Settings of Django that put what users upload on the local disk."""

from collections.abc import Iterator, Mapping

from nonevent.facts import Setting
from nonevent.finding import Persona
from nonevent.rule import Problem, Table, rule
from nonevent_rules.placed import Place, placed

STATIC = "staticfiles"  # files of the release itself
UPLOADS = ("", "default")  # where fields of models keep theirs


def find(setting: Setting, rows: Mapping[str, Place]) -> Iterator[Problem]:
    """Yield a problem where a setting names the local disk, or the process, as a place of files."""
    for found in placed(setting, rows):
        if found.entry != STATIC:
            idle = setting.idle and found.entry in UPLOADS
            yield Problem(
                f"`{found.name}` keeps uploaded files {found.keeps}: another replica does not "
                "serve them and a deploy that replaces the instance loses them",
                remedy=found.row.remedy,
                location=found.location,
                confidence=found.confidence,
                persona=Persona.PEDANTIC if idle else found.persona,
            )


RULE = rule(__file__, on=Setting, find=find, table=Table("storages", Place))
