"""`markdown`: a summary for a pull request's comment or a job, worst first.

GitHub takes 65,536 characters for a comment; its flavour is https://github.github.com/gfm.
"""

from collections.abc import Iterable, Iterator

from nonevent.finding import Finding
from nonevent.note import Note
from nonevent.report import Report
from nonevent.reports.gfm import code, prose
from nonevent.reports.inert import address, defuse, whereabouts
from nonevent.reports.order import by_rank, folded
from nonevent.reports.risk_text import sentence
from nonevent.reports.summary import counted, mark, summary

__all__ = ["MARKER", "MOST", "render"]

MARKER = "<!-- nonevent:summary -->"  # by which a later run finds the comment that it edits
MOST = 65_536  # characters
ROOM = 1_000  # of them for what stands below the table
MOST_TEXT = 1_000  # of a message, a remedy or a path; a name may have megabytes
HEAD = ("| | where | what | do |", "|---|---|---|---|")


def render(report: Report, *, color: bool = False) -> str:
    """Return a heading, a row for each finding, worst first, and what was not analysed.

    What does not fit into a comment is counted, never cut off in the middle.
    """
    del color
    findings = by_rank(report.findings)
    said = summary(report)
    rows = [MARKER, f"### {prose(said.partition(' in ')[0])}"]
    if findings:
        table = [_row(found, mark(found, report)) for found in findings]
        room = MOST - ROOM - sum(map(len, (*rows, *HEAD)))
        shown = _fitting(table, room)
        rows += ["", *HEAD, *shown]
        if len(shown) < len(table):
            left = counted(len(table) - len(shown), "more finding")
            rows += ["", f"{left}: too many for one comment."]
    if report.resolved:
        lines = [_gone(found) for found in by_rank(report.resolved)]
        rows += _unfolding(f"{len(lines)} resolved", lines, _room(rows))
    if report.notes:
        lines = [_note(*each) for each in folded(report.notes).items()]
        rows += _unfolding(f"{len(report.notes)} not analysed", lines, _room(rows))
    rows += ["", prose(said)]
    if report.risk is not None:
        rows += ["", prose(sentence(report.risk))]
    rows += ["", f"<sub>nonevent {report.version}; `nonevent explain RULE` says why.</sub>"]
    return defuse("\n".join(rows)) + "\n"


def _row(found: Finding, marked: str) -> str:
    where = code(_short(address(found.location.path, found.location.line)))
    what = f"{prose(_short(found.message))} ({code(found.rule)})"
    do = prose(_short(marked + found.remedy))
    return f"| {found.severity} | {where} | {what} | {do} |"


def _gone(found: Finding) -> str:
    where = code(_short(address(found.location.path, found.location.line)))
    return f"- {where}: {prose(_short(found.message))} ({code(found.rule)})"


def _note(note: Note, more: int) -> str:
    also = f" and {counted(more, 'more place')}" if more else ""
    where = f"{code(_short(whereabouts(note)))}{also}"
    return f"- {where}: {note.kind}: {prose(_short(note.message))}"


def _room(rows: Iterable[str]) -> int:
    return MOST - ROOM - sum(len(row) + 1 for row in rows)


def _unfolding(title: str, lines: list[str], room: int) -> Iterator[str]:
    shown = _fitting(lines, room)
    yield from ("", f"<details><summary>{title}</summary>", "", *shown)
    if len(shown) < len(lines):
        yield f"- {len(lines) - len(shown)} more"
    yield from ("", "</details>")


def _short(said: str) -> str:
    return said if len(said) <= MOST_TEXT else f"{said[:MOST_TEXT]}..."


def _fitting(lines: list[str], room: int) -> list[str]:
    """Return the first lines that have room."""
    shown = []
    for line in lines:
        room -= len(line) + 1
        if room < 0:
            break
        shown.append(line)
    return shown
