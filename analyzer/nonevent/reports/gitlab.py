"""`gitlab`: a Code Quality report, which GitLab shows in every merge request.

https://docs.gitlab.com/ci/testing/code_quality/#code-quality-report-format
"""

from collections import Counter
from types import MappingProxyType
from typing import Any

from nonevent.digest import blake2b
from nonevent.finding import Finding, Severity
from nonevent.report import Report
from nonevent.reports.inert import visible
from nonevent.reports.order import by_place
from nonevent.reports.serial import dumps

__all__ = ["render"]

# GitLab's five words are info, minor, major, critical and blocker.
WORD = MappingProxyType(
    {Severity.ERROR: "critical", Severity.WARNING: "major", Severity.NOTE: "info"}
)


def render(report: Report, *, color: bool = False) -> str:
    """Return a JSON array with an object for each finding, as one reads files.

    The format has no place for what was not analysed: that is said on standard error.
    """
    del color
    seen: Counter[str] = Counter()
    return dumps([_finding(found, seen) for found in by_place(report.findings)])


def _finding(found: Finding, seen: Counter[str]) -> dict[str, Any]:
    text = visible(found.message)
    if found.remedy:
        text += f". Do: {visible(found.remedy)}"
    return {
        "description": text,
        "check_name": found.rule,
        "fingerprint": _unique(found.fingerprint, seen),
        "severity": WORD[found.severity],
        "location": {"path": found.location.path, "lines": {"begin": max(1, found.location.line)}},
    }


def _unique(fingerprint: str, seen: Counter[str]) -> str:
    """Return the fingerprint, changed where an entry before has it: GitLab shows one of each."""
    seen[fingerprint] += 1
    if seen[fingerprint] == 1:
        return fingerprint
    return blake2b(f"{fingerprint}\0{seen[fingerprint]}".encode(), digest_size=8).hexdigest()
