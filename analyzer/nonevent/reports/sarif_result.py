"""One result of a SARIF run: a finding with all that viewers and services can do something with."""

from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

from nonevent.edit import Fix
from nonevent.facts import MAIN
from nonevent.finding import Finding, Related, Suppressed
from nonevent.reports.flow import Flow
from nonevent.reports.inert import visible
from nonevent.reports.order import rank
from nonevent.reports.sarif_flow import code_flows
from nonevent.reports.sarif_places import Files
from nonevent.reports.sarif_text import message, plain, said

__all__ = ["MOST_RELATED", "Shown", "result"]

Object = dict[str, Any]

MOST_RELATED = 100  # locations of a result; GitHub shows no more


class Shown(NamedTuple):
    """A finding that is shown, and what is known of it."""

    finding: Finding
    flows: Sequence[Flow] = ()
    suppressed: Suppressed | None = None
    state: str = ""  # SARIF's `baselineState`; "" where nothing is compared


def result(
    shown: Shown, indexes: Mapping[str, int], taxa: Mapping[str, list[Object]], files: Files
) -> Object:
    """Return a result; `indexes` are the places of the rules, `taxa` the weaknesses they find."""
    found = shown.finding
    related = found.related[:MOST_RELATED]
    made: Object = {
        "ruleId": found.rule,
        "ruleIndex": indexes[found.rule],
        "kind": "fail",
        "level": found.severity,
        "rank": rank(found.severity, found.confidence),
        "message": message(found.message, found.remedy, [place.message for place in related]),
        "locations": [_location(found, files)],
        "partialFingerprints": {
            **files.line_hash(found.location),
            "nonevent/v1": found.fingerprint,
        },
    }
    if related:
        places = enumerate(related, start=1)
        made["relatedLocations"] = [_related(place, number, files) for number, place in places]
    if shown.flows:
        made["codeFlows"] = code_flows(shown.flows, files)
    if found.fix is not None:
        made["fixes"] = [_fix(found.fix, files)]
    if shown.suppressed is not None:
        made["suppressions"] = [_suppression(shown.suppressed, files)]
    if shown.state:
        made["baselineState"] = shown.state
    if taxa.get(found.rule):
        made["taxa"] = taxa[found.rule]
    made["properties"] = {"confidence": found.confidence, "family": found.family}
    if found.remedy:
        made["properties"]["remedy"] = found.remedy
    return made


def _location(found: Finding, files: Files) -> Object:
    place: Object = {"physicalLocation": files.place(found.location)}
    scope = found.subject.scope if found.subject and found.family != "schema" else ""
    if scope and scope != MAIN:
        name = visible(scope)
        place["logicalLocations"] = [
            {"name": name.rpartition(".")[2], "fullyQualifiedName": name, "kind": "function"}
        ]
    return place


def _suppression(suppressed: Suppressed, files: Files) -> Object:
    """Return who accepted it and why: a comment in the source, or the baseline beside it."""
    made: Object = {
        "kind": "external" if suppressed.comment is None else "inSource",
        "status": "accepted",
        "justification": plain(suppressed.reason) or "The baseline accepts it without a reason.",
    }
    if suppressed.comment is not None:
        made["location"] = {"physicalLocation": files.place(suppressed.comment, context=False)}
    known = {"owner": suppressed.owner, "until": suppressed.until}
    properties = {key: visible(value) for key, value in known.items() if value}
    return {**made, "properties": properties} if properties else made


def _fix(fix: Fix, files: Files) -> Object:
    path = fix.replacements[0].place.path
    return {
        "description": said(fix.message),
        "artifactChanges": [files.change(path, fix.replacements)],
        "properties": {"safe": fix.safe},
    }


def _related(related: Related, number: int, files: Files) -> Object:
    return {
        "id": number,
        "physicalLocation": files.beside(related),
        "message": said(related.message),
    }
