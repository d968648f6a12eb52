"""`github`: workflow commands that annotate a run and the lines of a pull request.

https://docs.github.com/en/actions/reference/workflows-and-actions/workflow-commands
"""

from collections import Counter
from collections.abc import Sequence
from types import MappingProxyType

from nonevent.finding import Finding, Severity
from nonevent.note import Note
from nonevent.report import Report
from nonevent.reports.concise import line, note_line
from nonevent.reports.inert import defuse, unmark, visible
from nonevent.reports.order import by_rank, notes_by_place
from nonevent.reports.summary import last

__all__ = ["render"]

MOST = 10  # of a kind and a step: actions/runner, src/Runner.Worker/ExecutionContext.cs
COMMAND = MappingProxyType(
    {Severity.ERROR: "error", Severity.WARNING: "warning", Severity.NOTE: "notice"}
)


def render(report: Report, *, color: bool = False) -> str:
    """Return a command for each finding, worst first, then for each note, then the summary.

    GitHub shows ten annotations of each kind of a step and drops the rest: what comes behind them
    is printed as a line of the log.
    """
    del color
    findings = by_rank(report.findings)
    kinds = [COMMAND[found.severity] for found in findings]
    notes = notes_by_place(report.notes)
    rows = [_finding(found) for found in findings] + [_note(note) for note in notes]
    plain = [line(found) for found in findings] + [note_line(note) for note in notes]
    shown, rest = _parted([*kinds, *["notice"] * len(notes)], rows, plain)
    if rest:
        shown.append(f"{len(rest)} more, for which GitHub has no annotation:")
    return unmark("\n".join([*shown, *rest, *last(report)])) + "\n"


def _parted(
    kinds: Sequence[str], commands: Sequence[str], lines: Sequence[str]
) -> tuple[list[str], list[str]]:
    """Return the first commands of each kind, and the lines of the others."""
    seen: Counter[str] = Counter()
    shown, rest = [], []
    for kind, command, text in zip(kinds, commands, lines, strict=True):
        seen[kind] += 1
        if seen[kind] <= MOST:
            shown.append(command)
        else:
            rest.append(defuse(text))
    return shown, rest


def _finding(found: Finding) -> str:
    place = found.location
    properties = {"file": place.path, "line": str(place.line), "endLine": str(place.end_line)}
    if place.line == place.end_line:  # the runner drops columns of a region with several lines
        properties |= {"col": str(place.column), "endColumn": str(place.end_column)}
    properties["title"] = found.rule
    text = visible(found.message)
    if found.remedy:
        text += f"\ndo: {visible(found.remedy)}"
    return _command(COMMAND[found.severity], properties, text)


def _note(note: Note) -> str:
    properties = {"file": note.path} if note.path else {}
    if note.path and note.line:
        properties["line"] = str(note.line)
    properties["title"] = f"not analysed ({note.kind})"
    return _command("notice", properties, visible(note.message))


def _command(name: str, properties: dict[str, str], text: str) -> str:
    listed = ",".join(f"{key}={_property(value)}" for key, value in properties.items())
    return f"::{name} {listed}::{_data(text)}"


def _data(text: str) -> str:
    """Return `text` so that it stays one line: the runner undoes these three escapes."""
    return text.replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A")


def _property(value: str) -> str:
    return _data(visible(value)).replace(":", "%3A").replace(",", "%2C")
