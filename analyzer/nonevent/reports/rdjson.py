"""`rdjson`: Reviewdog's diagnostic format, with what `--fix` would change as suggestions.

https://github.com/reviewdog/reviewdog/tree/master/proto/rdf
"""

from collections.abc import Mapping, Sequence
from types import MappingProxyType
from typing import Any

from nonevent.finding import Finding, Severity
from nonevent.location import Location
from nonevent.report import Report
from nonevent.reports.gfm import prose
from nonevent.reports.order import by_place
from nonevent.reports.sarif import HOME
from nonevent.reports.serial import dumps
from nonevent.reports.units import bytes_before, lines_of

__all__ = ["render"]

Lines = Mapping[str, Sequence[str]]

WORD = MappingProxyType(
    {Severity.ERROR: "ERROR", Severity.WARNING: "WARNING", Severity.NOTE: "INFO"}
)


def render(report: Report, *, color: bool = False) -> str:
    """Return one JSON object with a diagnostic for each finding, as one reads files.

    Reviewdog writes the messages into comments as they are, so they are Markdown in which what
    was analysed is inert. The format has no place for what was not analysed: that is said on
    standard error.
    """
    del color
    lines = lines_of(report)
    document = {
        "source": {"name": "nonevent", "url": HOME},
        "diagnostics": [_diagnostic(found, lines) for found in by_place(report.findings)],
    }
    return dumps(document)


def _diagnostic(found: Finding, lines: Lines) -> dict[str, Any]:
    said = _markdown(found.message)
    return {
        "message": f"{said}\ndo: {_markdown(found.remedy)}" if found.remedy else said,
        "location": _location(found.location, lines),
        "severity": WORD[found.severity],
        "code": {"value": found.rule},
        "suggestions": _suggestions(found, lines),
        "related_locations": [
            {"message": _markdown(related.message), "location": _location(related.location, lines)}
            for related in found.related
        ],
    }


def _markdown(text: str) -> str:
    return prose(text, cell=False)


def _suggestions(found: Finding, lines: Lines) -> list[dict[str, Any]]:
    """Return the fix where one suggestion is all of it: each can be applied by itself."""
    replacements = found.fix.replacements if found.fix else ()
    if len(replacements) != 1 or replacements[0].place.path != found.location.path:
        return []
    return [{"range": _range(replacements[0].place, lines), "text": replacements[0].text}]


def _location(place: Location, lines: Lines) -> dict[str, Any]:
    return {"path": place.path, "range": _range(place, lines)}


def _range(place: Location, lines: Lines) -> dict[str, Any]:
    """Return the region: columns count bytes of UTF-8 from 1, the end is exclusive."""
    path, line, column, end_line, end_column = place
    return {
        "start": {"line": max(1, line), "column": bytes_before(lines, path, line, column) + 1},
        "end": {
            "line": max(1, end_line),
            "column": bytes_before(lines, path, end_line, end_column) + 1,
        },
    }
