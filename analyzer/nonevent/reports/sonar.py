"""`sonar`: SonarQube's generic issue format, for `sonar.externalIssuesReportPaths`.

https://docs.sonarsource.com/sonarqube-server/analyzing-source-code/importing-external-issues/
generic-issue-import-format. SonarQube takes every result of a SARIF file for a vulnerability;
what is found here is about reliability.
"""

from collections.abc import Mapping, Sequence
from types import MappingProxyType
from typing import Any

from nonevent.finding import Finding, Severity
from nonevent.location import Location
from nonevent.report import Report
from nonevent.reports.inert import visible
from nonevent.reports.order import by_place
from nonevent.reports.serial import dumps
from nonevent.reports.units import lines_of, units_before

__all__ = ["render"]

Lines = Mapping[str, Sequence[str]]

IMPACT = MappingProxyType(
    {Severity.ERROR: "HIGH", Severity.WARNING: "MEDIUM", Severity.NOTE: "LOW"}
)


def render(report: Report, *, color: bool = False) -> str:
    """Return the rules that found something and an issue for each finding, as one reads files.

    The format has no place for what was not analysed: that is said on standard error.
    """
    del color
    lines = lines_of(report)
    findings = by_place(report.findings)
    document = {
        "rules": _rules(report, findings),
        "issues": [_issue(found, lines) for found in findings],
    }
    return dumps(document)


def _rules(report: Report, findings: Sequence[Finding]) -> list[dict[str, Any]]:
    """Return each rule with its worst severity: an issue has none of its own."""
    worst: dict[str, Severity] = {}
    order = tuple(IMPACT)
    for found in findings:
        known = worst.get(found.rule, Severity.NOTE)
        worst[found.rule] = min(found.severity, known, key=order.index)
    pages = {page.rule: page for page in report.pages}
    return [
        {
            "id": rule,
            "name": pages[rule].title if rule in pages else rule,
            "description": pages[rule].summary if rule in pages else rule,
            "engineId": "nonevent",
            "cleanCodeAttribute": "COMPLETE",
            "impacts": [{"softwareQuality": "RELIABILITY", "severity": IMPACT[worst[rule]]}],
        }
        for rule in sorted(worst)
    ]


def _issue(found: Finding, lines: Lines) -> dict[str, Any]:
    text = f"{found.message}. Do: {found.remedy}" if found.remedy else found.message
    issue: dict[str, Any] = {
        "ruleId": found.rule,
        "primaryLocation": _location(found.location, text, lines),
    }
    # A place in the version before may be in no file that is imported.
    related = [each for each in found.related if each.before is None]
    if related:
        issue["secondaryLocations"] = [
            _location(each.location, each.message, lines) for each in related
        ]
    return issue


def _location(place: Location, text: str, lines: Lines) -> dict[str, Any]:
    return {"message": visible(text), "filePath": place.path, "textRange": _range(place, lines)}


def _range(place: Location, lines: Lines) -> dict[str, int]:
    """Return the region: columns count units of UTF-16 from 0.

    An import fails as a whole for one region that is empty or ends behind its line: where the
    source is not at hand, or nothing stands in it, the region is its first line.
    """
    path, line, column, end_line, end_column = place
    line = max(1, line)
    known = lines.get(path, ())
    start = units_before(lines, path, line, column)
    end = units_before(lines, path, end_line, end_column)
    if not line <= end_line <= len(known) or (line, start) >= (end_line, end):
        return {"startLine": line}
    return {"startLine": line, "endLine": end_line, "startColumn": start, "endColumn": end}
