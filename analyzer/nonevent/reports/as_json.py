"""`json`: the versioned API for programs; fields are added, never renamed or removed."""

from collections.abc import Iterator
from typing import Any

from nonevent.edit import Fix
from nonevent.finding import Finding, Related
from nonevent.prospect import Alternative, Precedent, Reason, Risk
from nonevent.report import Report
from nonevent.reports.flow import flows
from nonevent.reports.members import note, place
from nonevent.reports.order import by_place, notes_by_place
from nonevent.reports.serial import dumps
from nonevent.reports.statistics import Count, counts
from nonevent.reports.summary import count_by_severity

__all__ = [
    "VERSION",
    "finding_object",
    "render",
    "resolved_object",
    "risk_object",
    "summary_object",
    "tool_object",
]

VERSION = 1  # of the API; a change that breaks a reader makes it 2


def render(report: Report, *, color: bool = False) -> str:
    """Return the report as one JSON object, findings and notes as one reads files."""
    del color
    notes = notes_by_place(report.notes)
    document = {
        "version": VERSION,
        "tool": tool_object(report),
        "findings": [finding_object(found) for found in by_place(report.findings)],
        "notes": [note(each) for each in notes],
        "resolved": [resolved_object(found) for found in by_place(report.resolved)],
        "summary": summary_object(report),
        **({"risk": risk_object(report.risk)} if report.risk else {}),
    }
    return dumps(document)


def finding_object(found: Finding) -> dict[str, Any]:
    """Return a finding as an object of the API."""
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
        "chain": list(_chain(found)),
    }


def resolved_object(found: Finding) -> dict[str, Any]:
    """Return a finding of the version before, with its place there, as an object of the API."""
    return {
        "rule": found.rule,
        "family": found.family,
        **place(found.location),
        "severity": found.severity,
        "confidence": found.confidence,
        "message": found.message,
        "fingerprint": found.fingerprint,
    }


def _chain(found: Finding) -> Iterator[dict[str, Any]]:
    """Yield the places that are passed until the finding happens, on the first way to it."""
    for flow in flows(found)[:1]:
        for thread in flow.threads:
            for frame in thread.frames:
                yield {**_related(frame.place), "thread": thread.name}


def tool_object(report: Report) -> dict[str, Any]:
    """Return who made the report."""
    return {"name": "nonevent", "version": report.version}


def _fix(fix: Fix) -> dict[str, Any]:
    return {
        "message": fix.message,
        "safe": fix.safe,
        "replacements": [{**place(each.place), "text": each.text} for each in fix.replacements],
    }


def _related(related: Related) -> dict[str, Any]:
    said = {**place(related.location), "message": related.message}
    return said if related.before is None else {**said, "before": related.before}


def summary_object(report: Report) -> dict[str, Any]:
    """Return the counts of a run and how it ended, as an object of the API."""
    return {
        "files": report.files,
        "findings": len(report.findings),
        **count_by_severity(report.findings),
        "suppressed": report.suppressed,
        "accepted": report.accepted,
        "stale": report.stale,
        "notes": len(report.notes),
        "fixed": report.fixed,
        "resolved": len(report.resolved),
        "fail_on": report.fail_on,
        "exit_code": report.exit_code,
        "rules": [_count(row) for row in counts(report.findings)],
    }


def _count(row: Count) -> dict[str, Any]:
    return {
        "rule": row.rule,
        "findings": row.findings,
        "fixable": row.fixable,
        "fixable_unsafe": row.unsafe,
    }


def risk_object(risk: Risk) -> dict[str, Any]:
    """Return how likely a change is to go wrong; probabilities and shares are from 0 to 1."""
    return {
        "bad": risk.bad,
        "rollback": risk.rollback,
        "hotfix": risk.hotfix,
        "usual": risk.usual,
        "band": risk.band,
        "rank": risk.rank,
        "blockers": risk.blockers,
        "readiness": risk.readiness,
        "reasons": [_members(each) for each in risk.reasons],
        "alternatives": [_members(each) for each in risk.alternatives],
        "precedents": [_members(each) for each in risk.precedents],
        "knows": risk.knows,
        "measured": risk.measured,
        "model": risk.model,
        "missing": risk.missing,
    }


def _members(each: Reason | Alternative | Precedent) -> dict[str, Any]:
    return dict(each._asdict())
