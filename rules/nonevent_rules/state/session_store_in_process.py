"""Settings that keep login sessions on one instance's disk or in one process's memory."""

from collections.abc import Iterator, Mapping
from typing import NamedTuple

from nonevent.facts import Kind, Setting, Value
from nonevent.finding import CONFIDENCES, Confidence, Persona, Severity
from nonevent.rule import Problem, Table, rule
from nonevent_rules.stage import is_deployed


class SessionStore(NamedTuple):
    """A row of `session_stores.yaml`: what a setting may say of the place of sessions."""

    setting: str
    disk: tuple[str, ...] = ()  # values, or callees, that keep sessions on the local disk
    memory: tuple[str, ...] = ()  # in the memory of the process
    perhaps: tuple[str, ...] = ()  # where another setting says
    remedy: str = "Keep sessions in a store that all replicas share, or in signed cookies"


class Match(NamedTuple):
    """Where a value keeps sessions."""

    keeps: str
    confidence: Confidence
    persona: Persona | None = None


def find(setting: Setting, rows: Mapping[str, SessionStore]) -> Iterator[Problem]:
    """Yield a problem where a deployed setting names such a store."""
    row = rows.get(setting.name)
    match = (
        _match(setting.value, row)
        if row is not None and is_deployed(setting.location.path, setting.scope, setting.condition)
        else None
    )
    if row is None or match is None:
        return
    some = bool(setting.condition)  # an operator decides whether it is so
    yield Problem(
        f"{'where its condition holds, ' if some else ''}`{setting.name}` {match.keeps}: "
        "another replica does not know its users and a deploy logs them out",
        remedy=row.remedy,
        severity=Severity.WARNING if some else None,
        confidence=_less(match.confidence) if some else match.confidence,
        persona=match.persona,
    )


def _less(confidence: Confidence) -> Confidence:
    return max(confidence, Confidence.MEDIUM, key=CONFIDENCES.index)


def _match(value: Value, row: SessionStore) -> Match | None:
    """Return what the value says; with less confidence where it is only a default."""
    own = _own(value, row)
    if own is not None:
        return own
    inside = (*value.items, *(item for _, item in value.keywords))
    if value.kind not in {Kind.CALL, Kind.EITHER}:
        return None
    matches = (_match(item, row) for item in inside)
    default = next((match for match in matches if match is not None), None)
    if default is None or default.persona is not None:
        return default
    return default._replace(confidence=Confidence.MEDIUM)


def _own(value: Value, row: SessionStore) -> Match | None:
    said = value.constant if value.kind is Kind.CONSTANT else value.name
    if not isinstance(said, str) or not said:
        return None
    if said in row.disk:
        return Match("keeps sessions on the disk of one instance", Confidence.HIGH)
    if said in row.memory:
        return Match("keeps sessions in the memory of one process", Confidence.HIGH)
    if said in row.perhaps:
        keeps = "may keep sessions on one instance, as the settings of its cache say"
        return Match(keeps, Confidence.LOW, Persona.AUDITOR)
    return None


RULE = rule(__file__, on=Setting, find=find, table=Table("session_stores", SessionStore))
