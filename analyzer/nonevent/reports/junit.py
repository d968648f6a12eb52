"""`junit`: findings as failed tests, for build servers that know nothing else.

https://github.com/testmoapp/junitxml describes what the readers of this format agree on.
"""

from xml.sax.saxutils import escape, quoteattr

from nonevent.finding import SEVERITIES, Finding
from nonevent.note import Note
from nonevent.report import Report
from nonevent.reports.inert import address, defuse, visible, whereabouts
from nonevent.reports.order import by_place, notes_by_place
from nonevent.reports.summary import summary

__all__ = ["render"]


def render(report: Report, *, color: bool = False) -> str:
    """Return one suite: a test for each finding, each note and the run as a whole.

    A finding fails its test where it fails the run; a weaker one passes and says so in the test's
    output. What was not analysed is a skipped test. Without any of them one test passes, since
    some build servers take an empty report for a broken one.
    """
    del color
    failing = _failing(report)
    cases = [
        _finding(found, fails=found.severity in failing) for found in by_place(report.findings)
    ]
    cases += [_note(note) for note in notes_by_place(report.notes)]
    cases.append(f'    <testcase classname="nonevent" name={quoteattr(summary(report))}/>')
    failures = sum(found.severity in failing for found in report.findings)
    counts = f'tests="{len(cases)}" failures="{failures}" errors="0"'
    rows = [
        '<?xml version="1.0" encoding="UTF-8"?>',
        f'<testsuites name="nonevent" {counts}>',
        f'  <testsuite name="nonevent" {counts} skipped="{len(report.notes)}">',
        *cases,
        "  </testsuite>",
        "</testsuites>",
    ]
    return defuse("\n".join(rows)) + "\n"


def _failing(report: Report) -> tuple[str, ...]:
    """Return the severities that fail the run, from `fail_on` up."""
    known = tuple(map(str, SEVERITIES))
    return known[: known.index(report.fail_on) + 1] if report.fail_on in known else ()


def _finding(found: Finding, *, fails: bool) -> str:
    place = found.location
    where = address(place.path, place.line, place.column)
    text = f"{where}: {found.severity} {visible(found.rule)}\n{visible(found.message)}"
    if found.remedy:
        text += f"\ndo: {visible(found.remedy)}"
    body = escape(text)
    if fails:
        message = quoteattr(visible(found.message))
        inner = f'<failure type="{found.severity}" message={message}>{body}</failure>'
    else:
        inner = f"<system-out>{body}</system-out>"
    return _case(place.path, place.line, f"{visible(found.rule)} at {where}", inner)


def _note(note: Note) -> str:
    message = quoteattr(visible(f"not analysed ({note.kind}): {note.message}"))
    name = f"not analysed: {whereabouts(note)}"
    return _case(note.path, note.line, name, f"<skipped message={message}/>")


def _case(path: str, line: int, name: str, inner: str) -> str:
    properties = f"classname={quoteattr(visible(path) or 'nonevent')} name={quoteattr(name)}"
    if path:
        properties += f" file={quoteattr(visible(path))}"
    if line:
        properties += f' line="{line}"'
    return f"    <testcase {properties}>{inner}</testcase>"
