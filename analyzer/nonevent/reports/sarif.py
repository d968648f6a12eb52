"""`sarif`: SARIF 2.1.0, as GitHub code scanning, GitLab and the SARIF viewers read it.

https://docs.oasis-open.org/sarif/sarif/v2.1.0/sarif-v2.1.0.html and
https://docs.github.com/en/code-security/reference/code-scanning/sarif-files/sarif-support
Nothing is asked of the clock: equal reports are equal bytes.
"""

from collections.abc import Sequence
from types import MappingProxyType
from typing import Any

from nonevent.edit import Fix
from nonevent.finding import Finding, Related
from nonevent.note import Note, NoteKind
from nonevent.report import Report
from nonevent.reports.as_json import risk_object
from nonevent.reports.order import by_place, by_rank, notes_by_place, rank
from nonevent.reports.risk_finding import finding_of
from nonevent.reports.sarif_descriptors import (
    notification_descriptors,
    notification_id,
    rule_descriptors,
)
from nonevent.reports.sarif_places import Files
from nonevent.reports.sarif_text import markdown, message, plain, sentence
from nonevent.reports.serial import dumps

__all__ = ["HOME", "MOST_RELATED", "MOST_RESULTS", "render"]

Object = dict[str, Any]

HOME = "https://github.com/nonevent/nonevent"  # the one address in a report
SCHEMA = "https://json.schemastore.org/sarif-2.1.0.json"
CATEGORY = "nonevent/check/"  # GitHub: all before the last slash; a later upload replaces it
MOST_RESULTS = 25_000  # of a run; GitHub rejects a file with more
MOST_RELATED = 100  # locations of a result; GitHub shows no more
# What a run that ends so has done: see `nonevent check --help`.
ENDINGS = MappingProxyType(
    {
        0: "Nothing was found that fails the run.",
        1: "Findings fail the run.",
        2: "The run was asked for something that cannot be done.",
        3: "Something that was given could not be analysed.",
    }
)
FINISHED = frozenset({0, 1})


def render(report: Report, *, color: bool = False) -> str:
    """Return the SARIF log: one run, its results as one reads files."""
    del color
    return dumps({"$schema": SCHEMA, "version": "2.1.0", "runs": [_run(report)]})


def _run(report: Report) -> Object:
    shown = by_place(by_rank(report.findings)[:MOST_RESULTS])
    left_out = len(report.findings) - len(shown)
    if report.risk is not None and report.risk.place:
        shown = [*shown[: MOST_RESULTS - 1], finding_of(report.risk)]
    rules = rule_descriptors(report.pages, shown)
    files = Files(report, shown)
    places = {descriptor["id"]: index for index, descriptor in enumerate(rules)}
    run = {
        "tool": {"driver": _driver(report, rules)},
        "invocations": [_invocation(report, files, left_out)],
        "originalUriBaseIds": {"SRCROOT": {"description": {"text": "The root of the analysis."}}},
        "automationDetails": {"id": CATEGORY},
        "columnKind": "unicodeCodePoints",
        "defaultEncoding": "utf-8",
        "artifacts": files.artifacts(),
        "results": [_result(found, places[found.rule], files) for found in shown],
        "properties": _properties(report),
    }
    return {key: value for key, value in run.items() if value or key == "results"}


def _driver(report: Report, rules: Sequence[Object]) -> Object:
    return {
        "name": "nonevent",
        "fullName": f"nonevent deployment-readiness analyzer {report.version}",
        "semanticVersion": report.version,
        "version": report.version,
        "informationUri": HOME,
        "language": "en",
        "rules": rules,
        "notifications": notification_descriptors(),
    }


def _properties(report: Report) -> Object:
    values = {
        "files": report.files,
        "suppressed": report.suppressed,
        "failOn": report.fail_on,
        "base": report.base,
        "head": report.head,
        **({"risk": risk_object(report.risk)} if report.risk else {}),
    }
    return {key: value for key, value in values.items() if value != ""}


def _invocation(report: Report, files: Files, left_out: int) -> Object:
    notes = [_notification(note, files) for note in notes_by_place(report.notes)]
    if left_out:
        notes.append(_limit(len(report.findings), left_out))
    return {
        "executionSuccessful": report.exit_code in FINISHED,
        "exitCode": report.exit_code,
        "exitCodeDescription": ENDINGS.get(report.exit_code, "The run broke off."),
        "toolExecutionNotifications": notes,
    }


def _notification(note: Note, files: Files) -> Object:
    result: Object = {
        "level": "warning",
        "message": {"text": sentence(plain(note.message))},
        "descriptor": _descriptor(note.kind),
    }
    if note.path:
        result["locations"] = [{"physicalLocation": files.note(note)}]
    return result


def _limit(total: int, left_out: int) -> Object:
    text = f"'{left_out}' of '{total}' findings, those of lowest rank, are not in this file."
    return {
        "level": "warning",
        "message": {"text": text},
        "descriptor": _descriptor(None),
    }


def _descriptor(kind: NoteKind | None) -> Object:
    index = tuple(NoteKind).index(kind) if kind else len(NoteKind)
    return {"id": notification_id(kind), "index": index}


def _result(found: Finding, rule_index: int, files: Files) -> Object:
    related = found.related[:MOST_RELATED]
    result: Object = {
        "ruleId": found.rule,
        "ruleIndex": rule_index,
        "kind": "fail",
        "level": found.severity,
        "rank": rank(found.severity, found.confidence),
        "message": message(found.message, found.remedy, [place.message for place in related]),
        "locations": [{"physicalLocation": files.place(found.location)}],
        "partialFingerprints": {
            **files.line_hash(found.location),
            "nonevent/v1": found.fingerprint,
        },
    }
    if related:
        places = enumerate(related, start=1)
        result["relatedLocations"] = [_related(place, number, files) for number, place in places]
    if found.fix is not None:
        result["fixes"] = [_fix(found.fix, files)]
    result["properties"] = {"confidence": found.confidence, "family": found.family}
    if found.remedy:
        result["properties"]["remedy"] = found.remedy
    return result


def _fix(fix: Fix, files: Files) -> Object:
    path = fix.replacements[0].place.path
    said = fix.message
    return {
        "description": {"text": sentence(plain(said)), "markdown": sentence(markdown(said))},
        "artifactChanges": [files.change(path, fix.replacements)],
        "properties": {"safe": fix.safe},
    }


def _related(related: Related, number: int, files: Files) -> Object:
    return {
        "id": number,
        "physicalLocation": files.beside(related),
        "message": {
            "text": sentence(plain(related.message)),
            "markdown": sentence(markdown(related.message)),
        },
    }
