"""The last line of a printed report: how much was found, in how many files, and what is missing."""

from nonevent.finding import SEVERITIES, Finding
from nonevent.report import Report

__all__ = ["count_by_severity", "counted", "summary"]


def counted(number: int, noun: str) -> str:
    """Return "1 file" or "2 files"."""
    return f"{number} {noun}" if number == 1 else f"{number} {noun}s"


def count_by_severity(findings: tuple[Finding, ...]) -> dict[str, int]:
    """Return the number of findings of each severity, worst first."""
    met = [found.severity for found in findings]
    return {str(severity): met.count(severity) for severity in SEVERITIES}


def summary(report: Report) -> str:
    """Return one sentence: "3 findings (2 errors, 1 warning) in 14 files, 1 suppressed."."""
    total = len(report.findings)
    parts = [
        counted(number, severity)
        for severity, number in count_by_severity(report.findings).items()
        if number
    ]
    found = f"{counted(total, 'finding')} ({', '.join(parts)})" if total else "No findings"
    rest = [f"{found} in {counted(report.files, 'file')}"]
    if report.suppressed:
        rest.append(f"{report.suppressed} suppressed")
    if report.notes:
        rest.append(f"{len(report.notes)} not analysed")
    return f"{', '.join(rest)}."
