"""The last line of a printed report: how much was found, in how many files, and what is missing."""

from collections.abc import Iterator

from nonevent.finding import SEVERITIES, Finding
from nonevent.report import Report

__all__ = ["count_by_severity", "counted", "last", "mark", "summary"]


def counted(number: int, noun: str) -> str:
    """Return "1 file" or "2 files"."""
    many = f"{noun[:-1]}ies" if noun.endswith("ry") else f"{noun}s"
    return f"{number} {noun if number == 1 else many}"


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
    if report.fixed:
        found = f"{counted(report.fixed, 'finding')} fixed, {found[0].lower()}{found[1:]}"
    rest = [f"{found} in {counted(report.files, 'file')}"]
    if report.resolved:
        rest.append(f"{len(report.resolved)} resolved")
    if report.suppressed:
        rest.append(f"{report.suppressed} suppressed")
    if report.accepted:
        rest.append(f"{report.accepted} in the baseline")
    if report.stale:
        rest.append(f"{counted(report.stale, 'stale entry')} of the baseline")
    if report.notes:
        rest.append(f"{len(report.notes)} not analysed")
    rest += _fixable(report)
    return f"{', '.join(rest)}."


def last(report: Report) -> Iterator[str]:
    """Yield the summary and, of a change that is scored, how likely it is to go wrong."""
    yield summary(report)
    if report.risk is not None:
        from nonevent.reports.risk_text import sentence

        yield sentence(report.risk)


def mark(found: Finding, report: Report) -> str:
    """Return "[*] " where `--fix` clears the finding, "[?] " with `--unsafe-fixes`, else ""."""
    if not found.edits or not report.mends:
        return ""
    return "[*] " if all(edit.safe for edit in found.edits) else "[?] "


def _fixable(report: Report) -> Iterator[str]:
    """Yield how many findings `--fix` would clear, and how many more with `--unsafe-fixes`."""
    marks = [mark(found, report) for found in report.findings]
    safe, unsafe = marks.count("[*] "), marks.count("[?] ")
    if safe:
        yield f"{safe} fixable with --fix"
    if unsafe:
        yield f"{unsafe}{' more' if safe else ' fixable'} with --fix --unsafe-fixes"
