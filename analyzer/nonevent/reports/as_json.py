"""`json`: the versioned API for programs; fields are added, never renamed or removed."""

from typing import Any

from nonevent.edit import Fix
from nonevent.finding import Finding, Related
from nonevent.report import Report
from nonevent.reports.members import note, place
from nonevent.reports.order import by_place, notes_by_place
from nonevent.reports.serial import dumps
from nonevent.reports.summary import count_by_severity

__all__ = ["VERSION", "render"]

VERSION = 1  # of the API; a change that breaks a reader makes it 2


def render(report: Report, *, color: bool = False) -> str:
    """Return the report as one JSON object, findings and notes as one reads files."""
    del color
    notes = notes_by_place(report.notes)
    document = {
        "version": VERSION,
        "tool": {"name": "nonevent", "version": report.version},
        "findings": [_finding(found) for found in by_place(report.findings)],
        "notes": [note(each) for each in notes],
        "summary": _summary(report),
    }
    return dumps(document)


def _finding(found: Finding) -> dict[str, Any]:
    return {
        "rule": found.rule,
        "family": found.family,
        **place(found.location),
        "severity": found.severity,
        "confidence": found.confidence,
        "message": found.message,
        "fingerprint": found.fingerprint,
        "remedy": found.remedy,
        "related": [_related(related) for related in found.related],
        **({"fix": _fix(found.fix)} if found.fix else {}),
    }


def _fix(fix: Fix) -> dict[str, Any]:
    return {
        "message": fix.message,
        "safe": fix.safe,
        "replacements": [{**place(each.place), "text": each.text} for each in fix.replacements],
    }


def _related(related: Related) -> dict[str, Any]:
    return {**place(related.location), "message": related.message}


def _summary(report: Report) -> dict[str, Any]:
    return {
        "files": report.files,
        "findings": len(report.findings),
        **count_by_severity(report.findings),
        "suppressed": report.suppressed,
        "notes": len(report.notes),
        "fixed": report.fixed,
        "fail_on": report.fail_on,
        "exit_code": report.exit_code,
    }
