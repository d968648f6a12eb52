"""Settings by which a framework makes clients that nothing bounds."""

import re
from collections.abc import Iterator, Mapping
from typing import NamedTuple

from nonevent.facts import Kind, Setting, Value
from nonevent.finding import Persona
from nonevent.location import Location
from nonevent.rule import Problem, Table, rule
from nonevent_rules.placed import SAMPLES
from nonevent_rules.stage import WORD, is_deployed
from nonevent_rules.timeouts.client import is_before
from nonevent_rules.timeouts.driver import holds, is_here, waits_for_ever
from nonevent_rules.told import entries, told

__all__ = ["RULE", "Service"]


class Service(NamedTuple):
    """A row of `services.yaml`: a setting that tells of services, and what bounds their waits."""

    setting: str
    remedy: str
    entry: str = ""  # key that names the kind in each entry of a mapping; "": the value is one
    kinds: tuple[str, ...] = ()  # how the names of those begin that set no limit; () for all
    limits: tuple[str, ...] = ()  # keys that bound a wait, anywhere in the entry or the value
    beside: tuple[str, ...] = ()  # settings that bound it or take its place
    chosen: str = ""  # setting that names the kind in its place
    address: str = ""  # setting that holds the address, where this one holds options
    drivers: tuple[str, ...] = ()  # libraries that set no limit of their own
    schemes: tuple[str, ...] = ()  # how an address begins that names one of these drivers
    library: str = ""  # whose version decides, where a kind names it
    since: str = ""  # version of it that brought a default
    host: str = ""  # key of an entry that holds the address
    users: tuple[str, ...] = ()  # libraries that read the setting; without them nobody does
    asked: tuple[str, ...] = ()  # last parts of callees that make an entry of an address
    none: bool = False  # the setting is a limit itself, and a finding where it is None
    # Those of `drivers` that end the wait for PostgreSQL to let them in, not that for its answer.
    partly: tuple[str, ...] = ()


# Libraries that read an address from the environment.
HELPERS = frozenset({"dj_database_url", "environ", "environs"})
# Parameters by which others are handed one of these: `config("DATABASE_URL", cast=db_url)`.
CASTING = frozenset({"cast", "parser"})
PLACE = "LOCATION"  # of a cache
NOWHERE = frozenset({"", "localhost", "127.0.0.1"})


def find(setting: Setting, rows: Mapping[str, Service]) -> Iterator[Problem]:
    """Yield a problem for each service that is waited for as long as it takes."""
    row = rows.get(setting.name)
    if row is None or not is_deployed(setting.location.path, setting.scope, setting.condition):
        return
    if row.users and setting.libraries and set(row.users).isdisjoint(setting.libraries):
        return
    if row.entry:
        found = _entries(setting, row)
    elif row.none:
        found = _nones(setting)
    else:
        found = iter([(f"`{setting.name}`", setting.location)] if _is_endless(setting, row) else [])
    for name, place in found:
        partly = _is_partly(setting, row)
        said = "sets no timeout for an answer" if partly else "sets no timeout"
        aside = partly or _is_sample(setting.location.path) or _is_at_home(setting)
        yield Problem(
            f"{name} {said}: a service that stops answering holds every request and task "
            "that asks it, and their instances do not drain",
            remedy=row.remedy,
            location=place,
            persona=Persona.PEDANTIC if aside else None,
        )


def _is_partly(setting: Setting, row: Service) -> bool:
    """Tell whether the driver of an entry gives up where it is not let in."""
    if not set(row.partly).issuperset(set(row.drivers).intersection(setting.libraries)):
        return False
    if set(row.partly).isdisjoint(setting.libraries):
        return False
    kinds = [
        text.said
        for _, item, _ in entries(setting.value)
        for key, kind, _ in entries(item)
        if key == row.entry
        for text in told(kind)
    ]
    return all("postg" in kind for kind in kinds)


def _is_at_home(setting: Setting) -> bool:
    """Tell whether all caches of a mapping are on this host, and nothing else is to be told."""
    places = [
        [text for text in told(place) if text.sure]
        for _, item, _ in entries(setting.value)
        for key, place, _ in entries(item)
        if key == PLACE
    ]
    return bool(places) and all(
        texts and all(is_here(text.said) for text in texts) for texts in places
    )


def _is_sample(path: str) -> bool:
    """Tell whether a module is there to be copied, "production_example.py"."""
    words = re.findall(WORD, path.rpartition("/")[2].removesuffix(".py"))
    return len(words) > 1 and not SAMPLES.isdisjoint(word.lower() for word in words)


def _entries(setting: Setting, row: Service) -> Iterator[tuple[str, Location]]:
    if row.host and any(holds(each.value, row.limits) for each in setting.others):
        return
    for name, item, _ in entries(setting.value):
        if _is_asked(setting, item, row):
            place = Location(setting.location.path, *item.span)
            yield f'`{setting.name}["{name}"]`', setting.location if item.alias else place
        if row.host and not _is_elsewhere(item, row):
            continue
        for key, kind, _ in entries(item):
            said = [text.said for text in told(kind)] if key == row.entry else []
            known = any(text.startswith(row.kinds) for text in said)
            if known and holds(item, row.limits) is False and not _has_default(setting, row, said):
                place = Location(setting.location.path, *(item if kind.alias else kind).span)
                yield f'`{setting.name}["{name}"]`', place


def _is_asked(setting: Setting, entry: Value, row: Service) -> bool:
    """Tell whether an address from outside makes the entry, and nothing adds a limit to it."""
    if entry.kind is not Kind.CALL or _speaks(entry, row.limits):
        return False
    made = [entry.name, *(value.name for name, value in entry.keywords if name in CASTING)]
    if not any(_is_helper(name, row) for name in made):
        return False
    endless = waits_for_ever(setting.libraries, [entry], row.drivers, row.schemes)
    return endless is True


def _is_helper(name: str, row: Service) -> bool:
    return name.partition(".")[0] in HELPERS and name.rpartition(".")[2] in row.asked


def _speaks(value: Value, limits: tuple[str, ...]) -> bool:
    """Tell whether a value, or what it is made of, names one of the limits."""
    said = value.constant if isinstance(value.constant, str) else ""
    inner = (*value.items, *(item for _, item in value.keywords))
    names = {name for name, _ in value.keywords}
    return (
        any(limit in said for limit in limits)
        or not names.isdisjoint(limits)
        or any(_speaks(item, limits) for item in inner)
    )


def _is_elsewhere(entry: Value, row: Service) -> bool:
    """Tell whether a service is reached over the network, with options that are all read."""
    said = dict(entry.keywords)
    host, options = said.get(row.host), said.get("OPTIONS")
    if options is not None and holds(options, row.limits) is not False:
        return False
    return host is not None and not (host.kind is Kind.CONSTANT and host.constant in NOWHERE)


def _has_default(setting: Setting, row: Service, said: list[str]) -> bool:
    """Tell whether the newest version that may run sets a limit of its own."""
    if not row.library or not any(row.library in text.lower() for text in said):
        return False
    version = dict(setting.versions).get(row.library, "")
    return not version or not is_before(version, row.since)


def _nones(setting: Setting) -> Iterator[tuple[str, Location]]:
    if setting.value.kind is Kind.CONSTANT and setting.value.constant is None:
        yield f"`{setting.name}` of None", setting.location


def _is_endless(setting: Setting, row: Service) -> bool:
    if not (row.limits or row.beside) or _is_made(setting, row.beside):
        return False
    if row.drivers:
        return _drives(setting, row)
    value = setting.value
    if (
        setting.owner
        or setting.scope
        or (value.kind is Kind.CONSTANT and value.constant in NOWHERE)
    ):
        return False  # no setting of Django's, or a service of the instance's own
    return not row.chosen or _chooses(setting, row)


def _drives(setting: Setting, row: Service) -> bool:
    """Tell whether the database is reached through a driver that is told no limit."""
    value = setting.value
    urls = [value]
    if row.address:
        urls = [each.value for each in setting.settings if each.name == row.address]
        told_none = holds(value, row.limits) is False
    else:
        told_none = not any(limit in text.said for text in told(value) for limit in row.limits)
    return told_none and waits_for_ever(setting.libraries, urls, row.drivers, row.schemes) is True


def _is_made(setting: Setting, names: tuple[str, ...]) -> bool:
    return any(each.name in names for each in setting.settings)


def _chooses(setting: Setting, row: Service) -> bool:
    """Tell whether the kind that is chosen may be one of the row's; without a choice it is."""
    made = [
        each.value
        for each in setting.settings
        if each.name == row.chosen and is_deployed(each.location.path, each.scope, each.condition)
    ]
    said = [text.said for value in made for text in told(value)]
    return not made or any(text.startswith(row.kinds) for text in said)


RULE = rule(__file__, on=Setting, find=find, table=Table("services", Service))
