"""A setting that says where something is kept: whether that is one instance alone."""

import os
import re
from collections.abc import Iterator, Mapping
from typing import NamedTuple

from nonevent.facts import Kind, Setting, Value
from nonevent.finding import Confidence, Persona
from nonevent.location import Location
from nonevent.rule import Problem
from nonevent_rules.stage import LIVE, WORD, is_deployed, is_live
from nonevent_rules.told import entries, told

__all__ = ["SAMPLES", "Place", "Placed", "placed", "problems"]


class Place(NamedTuple):
    """A row of a catalogue of settings: the values that keep something on one instance."""

    setting: str
    remedy: str
    entry: str = ""  # key in each entry of a mapping of mappings: "BACKEND"; "": the value itself
    # How the values begin that keep it in one process's memory; "*Storage": how they end.
    memory: tuple[str, ...] = ()
    disk: tuple[str, ...] = ()  # and those that keep it on the local disk
    certainty: Confidence = Confidence.HIGH
    # What it falls back to counts: who runs the service may never choose anything else.
    fallback: bool = False
    chosen: tuple[str, ...] = ()  # words of an `if` that say that somebody chose it all the same
    # Of a name that others use as well: one of these is in the name of the module or the class.
    within: tuple[str, ...] = ()


class Placed(NamedTuple):
    """Something that a setting keeps on one instance."""

    row: Place
    name: str  # the setting, with the entry: 'CACHES["default"]'
    entry: str  # "default"; "" where the setting is no mapping
    said: str  # "django.core.cache.backends.locmem.LocMemCache"
    keeps: str  # "in the memory of one process"
    location: Location  # where it says so
    confidence: Confidence
    persona: Persona | None
    unset: bool = False  # it holds where nothing else is configured


# Words in the names of what reads the environment: `os.getenv`, `environ.Env`, `decouple.config`.
ENVIRONMENT = frozenset({"config", "env", "environ", "environs", "getenv"})
# Words in the names of modules on which others build: what they say is most often set anew.
BASES = frozenset({"base", "common", "default", "defaults", "global"})
# And of those that show how to write one.
SAMPLES = frozenset({"demo", "example", "sample", "sandbox", "smoketest", "template"})


# Folders with what a service is not made of.
TOOLS = frozenset({"bin", "contrib", "demo", "example", "sample", "samples", "scripts", "tools"})


def placed(setting: Setting, rows: Mapping[str, Place]) -> Iterator[Placed]:
    """Yield what a deployed setting keeps on one instance.

    What holds under an `if`, is the default of a value from outside or stands in a module for
    others to build on, another place decides: that is for the pedantic, unless the row says that
    what is fallen back to counts.
    """
    row = rows.get(setting.name)
    path = setting.location.path
    if row is None or not is_deployed(path, setting.scope, setting.condition):
        return
    if row.within and _words(setting).isdisjoint(row.within):
        return
    for entry, value, whole in _values(setting.value, row):
        for text in told(value, sure=whole):
            keeps = _keeps(text.said, row)
            if keeps:
                sure = text.sure and not setting.condition and not _is_default(setting)
                heard = _is_in_force(setting, rows, row) if row.fallback else sure
                yield Placed(
                    row,
                    f'{setting.name}["{entry}"]' if entry else setting.name,
                    entry,
                    text.said,
                    keeps,
                    Location(path, *text.value.span),
                    row.certainty if sure else Confidence.MEDIUM,
                    None if heard else Persona.PEDANTIC,
                    _is_unset(setting) and (text.sure or _is_asked(value)),
                )
                break


def _is_in_force(setting: Setting, rows: Mapping[str, Place], row: Place) -> bool:
    """Tell whether a setting holds where nobody chose anything else."""
    condition = "" if setting.condition.startswith("not ") else setting.condition.lower()
    folders = setting.location.path.split("/")[:-1]
    if any(word in condition for word in row.chosen) or not SAMPLES.isdisjoint(_words(setting)):
        return False
    if not TOOLS.isdisjoint(folders):
        return False
    return not any(_replaces(other, setting, rows) for other in setting.others)


def _replaces(other: Setting, setting: Setting, rows: Mapping[str, Place]) -> bool:
    """Tell whether users are served with what the other setting says instead."""
    row, place, words = rows.get(other.name), other.location, _words(other)
    if row is None or other.condition or not is_deployed(place.path, other.scope):
        return False
    beside = (place.path, other.scope) == (setting.location.path, setting.scope)
    after = beside and place.line > setting.location.line and other.name == setting.name
    later = not BASES.isdisjoint(_words(setting)) and BASES.isdisjoint(words)
    decides = beside and other.name != setting.name
    if not (after or later or decides or not LIVE.isdisjoint(words)):
        return False
    return SAMPLES.isdisjoint(words) and _is_elsewhere(other.value, row)


def _is_elsewhere(value: Value, row: Place) -> bool:
    """Tell whether a value says a place, that of the entry `default`, and none of one instance.

    What is empty says that a place has to be given.
    """
    if value.kind is Kind.MAPPING and not value.keywords and not value.open:
        return True
    if value.kind is Kind.CONSTANT and value.constant is None:
        return True
    said = [
        text.said
        for entry, each, _ in _values(value, row)
        if not row.entry or entry == "default"
        for text in told(each)
    ]
    return bool(said) and not any(_keeps(each, row) for each in said)


def _words(setting: Setting) -> frozenset[str]:
    """Return the words in the names of a setting's module, scope and object."""
    text = f"{os.path.basename(setting.location.path)} {setting.scope} {setting.owner}"
    return frozenset(word.lower() for word in re.findall(WORD, text))


def problems(
    setting: Setting, rows: Mapping[str, Place], breaks: str, *, unset: bool = False
) -> Iterator[Problem]:
    """Yield a problem for all that a setting keeps on one instance; `{}` in `breaks` is where.

    With `unset` all hear as well of what holds where nothing else is configured.
    """
    for found in placed(setting, rows):
        yield Problem(
            f"`{found.name}` {breaks.format(found.keeps)}",
            remedy=found.row.remedy,
            location=found.location,
            confidence=found.confidence,
            persona=None if unset and found.unset else found.persona,
        )


def _values(value: Value, row: Place) -> Iterator[tuple[str, Value, bool]]:
    """Yield the values that name a place, each with its entry and whether it is in force."""
    if not row.entry:
        yield "", value, True
        return
    for name, item, sure in entries(value):
        if name == row.entry:  # a mapping of one entry: `HUEY = {"huey_class": …}`
            yield "", item, sure
        if item.kind is Kind.CALL and item.name != "dict":
            yield name, item, False  # `env.cache("CACHE_URL", default="locmemcache://")`
        for key, inner, whole in entries(item, sure=sure):
            if key == row.entry and not _is_in_memory(item):
                yield name, inner, whole


def _is_unset(setting: Setting) -> bool:
    """Tell whether a value is what remains where nobody configures another."""
    if setting.condition:
        return setting.condition.startswith("not ")
    if is_live(setting.location.path):
        return True
    # What another module sets under a condition leaves this one in force where it does not hold.
    perhaps = {each.location.path for each in setting.others if each.condition}
    perhaps -= {each.location.path for each in setting.others if not each.condition}
    return not any(is_deployed(path) and path not in perhaps for path in setting.elsewhere)


def _is_asked(value: Value) -> bool:
    """Tell whether the environment is asked for a value: the settings themselves have a default."""
    if value.kind is Kind.CALL and not ENVIRONMENT.isdisjoint(
        re.findall("[a-z]+", value.name.lower())
    ):
        return True
    return value.kind is Kind.EITHER and any(map(_is_asked, value.items))


def _is_in_memory(entry: Value) -> bool:
    """Tell whether an entry names an SQLite database that is no file: that of a test."""
    return any(item.constant == ":memory:" for _, item in entry.keywords)


def _is_default(setting: Setting) -> bool:
    """Tell whether another place is meant to decide.

    That is so in a module for others to build on, and in a pydantic model, which reads the
    environment.
    """
    words = re.findall("[a-z]+", os.path.basename(setting.location.path).lower())
    return setting.scope.endswith("Settings") or not (BASES | SAMPLES).isdisjoint(words)


def _keeps(said: str, row: Place) -> str:
    if ":memory:" in said:
        return ""
    if _is_one_of(said, row.memory):
        return "in the memory of one process"
    return "on the disk of one instance" if _is_one_of(said, row.disk) else ""


def _is_one_of(said: str, known: tuple[str, ...]) -> bool:
    begins = tuple(one for one in known if one[:1] != "*")
    ends = tuple(one[1:] for one in known if one[:1] == "*")
    return bool((begins and said.startswith(begins)) or (ends and said.endswith(ends)))
