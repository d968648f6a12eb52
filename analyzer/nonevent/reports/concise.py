"""`concise`: one line a finding, for pipes, editors and logs."""

from nonevent.finding import Finding
from nonevent.note import Note
from nonevent.report import Report
from nonevent.reports.inert import address, defuse, visible, whereabouts
from nonevent.reports.order import by_place, notes_by_place
from nonevent.reports.summary import last, mark

__all__ = ["line", "note_line", "render"]


def render(report: Report, *, color: bool = False) -> str:
    """Return a line for each finding, then for each note, then the last lines; never in colour.

    A finding is `path:line:column: severity rule message`, with `[*]` before the message where
    `--fix` clears it, `[?]` where `--unsafe-fixes` does. A note says "not analysed" where a
    finding says its severity, because "note" is one.
    """
    del color
    rows = [line(found, mark(found, report)) for found in by_place(report.findings)]
    rows += [note_line(note) for note in notes_by_place(report.notes)]
    return defuse("\n".join([*rows, *last(report)])) + "\n"


def line(found: Finding, marked: str = "") -> str:
    """Return the line of a finding."""
    where = address(found.location.path, found.location.line, found.location.column)
    return f"{where}: {found.severity} {visible(found.rule)} {marked}{visible(found.message)}"


def note_line(note: Note) -> str:
    """Return the line of a note."""
    where = whereabouts(note)
    return f"{where}: not analysed ({note.kind}): {visible(note.message)}"
