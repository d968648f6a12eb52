"""Settings that keep a framework's cache on one instance."""

import re
from collections.abc import Iterator, Mapping

from nonevent.facts import Setting
from nonevent.finding import Persona, Severity
from nonevent.rule import Problem, Table, rule
from nonevent_rules.placed import Place, Placed, placed

# Words in the names of caches that hold more than what can be had again.
HOLDS = frozenset(
    {"session", "sessions", "lock", "locks", "ratelimit", "ratelimits", "limits", "throttle"}
    | {"throttling", "axes", "otp", "tokens", "nonces", "counters"}
    | {"drafts", "resubmit", "upload", "uploads", "wizard"}  # what waits for the next request
)
# Entries that a framework and its libraries use on their own: "" is Flask-Caching's only cache.
DEFAULTS = ("", "default")


def find(setting: Setting, rows: Mapping[str, Place]) -> Iterator[Problem]:
    """Yield a problem for each cache that one instance has for itself."""
    for found in placed(setting, rows):
        holds = not HOLDS.isdisjoint(re.findall("[a-z]+", found.entry.lower()))
        yield Problem(
            f"`{found.name}` is kept {found.keeps}: {_breaks(holds=holds)}",
            remedy=found.row.remedy,
            location=found.location,
            severity=Severity.WARNING if holds else None,
            confidence=found.confidence,
            persona=_persona(found, holds=holds),
        )


def _breaks(*, holds: bool) -> str:
    if holds:
        return "another replica does not see what it holds and a deploy loses it"
    return "what one replica throws out the others still answer with, until a deploy empties it"


def _persona(found: Placed, *, holds: bool) -> Persona:
    """Return who wants to hear of a cache: one beside the default is meant to be the process's."""
    if found.unset and (holds or found.entry in DEFAULTS):
        return Persona.REGULAR
    return Persona.PEDANTIC


RULE = rule(__file__, on=Setting, find=find, table=Table("cache_settings", Place))
