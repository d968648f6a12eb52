"""`jsonl`: the objects of `json`, one a line, for programs that read a stream."""

from nonevent.report import Report
from nonevent.reports.as_json import (
    VERSION,
    finding_object,
    resolved_object,
    risk_object,
    summary_object,
    tool_object,
)
from nonevent.reports.members import note
from nonevent.reports.order import by_place, notes_by_place
from nonevent.reports.serial import dumps

__all__ = ["render"]


def render(report: Report, *, color: bool = False) -> str:
    """Return a line for the tool, each finding, note and resolved finding, summary and risk.

    Each object says in its first member, `type`, which of these it is.
    """
    del color
    objects = [
        {"type": "tool", "version": VERSION, "tool": tool_object(report)},
        *({"type": "finding", **finding_object(found)} for found in by_place(report.findings)),
        *({"type": "note", **note(each)} for each in notes_by_place(report.notes)),
        *({"type": "resolved", **resolved_object(found)} for found in by_place(report.resolved)),
        {"type": "summary", **summary_object(report)},
        *([{"type": "risk", **risk_object(report.risk)}] if report.risk else []),
    ]
    return "".join(dumps(each, indent=None) for each in objects)
