"""What a change alters in what nonevent is told: settings, baseline, rows, suppressions."""

from collections.abc import Iterable
from enum import StrEnum
from typing import Any

from nonevent.location import Location
from nonevent.noun import NamedTuple

__all__ = ["Alteration", "Altered", "Turn", "altered"]


class Altered(StrEnum):
    """What is altered."""

    FILE = "file"  # which file the settings come from
    SETTING = "setting"
    ENTRY = "entry"  # of the baseline
    ROW = "row"  # of a catalogue
    SUPPRESSION = "suppression"


class Turn(NamedTuple):
    """One thing that goes from one value to another."""

    # "fail-on"; a file; the rule of an accepted or suppressed finding; "timeouts/clients fetch"
    key: str
    before: str = ""  # as TOML writes it; "" where there was nothing
    after: str = ""  # of a suppression: its reason
    fewer: tuple[str, ...] = ()  # what a list, or a row field by field, has no more
    more: tuple[str, ...] = ()  # and what it has now
    path: str = ""  # of the file in which a finding was accepted or suppressed
    severity: str = ""  # of a finding that is suppressed
    persona: str = ""  # who would hear of it first


class Alteration(NamedTuple):
    """What a change alters at one line. Only changes that are not trusted are asked for it."""

    what: Altered
    location: Location  # in the version after; of what is gone, in that before
    turns: tuple[Turn, ...]


def altered(what: Altered, location: Location, turns: Iterable[Turn]) -> Alteration:
    """Return what is altered, as sentences can quote it: between backticks stands none."""
    plain = tuple(Turn._make(map(_plain, turn)) for turn in turns)
    return Alteration(what, location, plain)


def _plain(value: Any) -> Any:
    if isinstance(value, tuple):
        return tuple(each.replace("`", "'") for each in value)
    return value.replace("`", "'")
