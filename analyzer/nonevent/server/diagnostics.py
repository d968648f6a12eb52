"""Findings as the protocol's diagnostics: what is underlined, and what is said beside it."""

import os
from collections.abc import Callable, Iterator, Mapping, Sequence

from lsprotocol.types import (
    Diagnostic,
    DiagnosticRelatedInformation,
    DiagnosticSeverity,
    DiagnosticTag,
    Location,
)
from pygls.uris import from_fs_path

from nonevent.facts import Reach
from nonevent.finding import Finding, Severity
from nonevent.location import Location as Place
from nonevent.note import Note, NoteKind
from nonevent.reports.inert import visible
from nonevent.rule import Page
from nonevent.server.places import range_of

__all__ = ["SOURCE", "Address", "Lines", "address_in", "diagnostics", "told"]

SOURCE = "nonevent"
SEVERITIES = {
    Severity.ERROR: DiagnosticSeverity.Error,
    Severity.WARNING: DiagnosticSeverity.Warning,
    Severity.NOTE: DiagnosticSeverity.Information,
}
# A page with this tag is of what can go: editors show it faded.
UNNECESSARY = "unnecessary"
NOT_ANALYSED = "not-analysed"
# Ways on which a place is reached; a function that all call has hundreds.
MOST_WAYS = 3

Lines = Mapping[str, Sequence[str]]
Address = Callable[[str], str]  # path → URI


def address_in(root: str) -> Address:
    """Return what tells the URI of a path in the folder `root`."""
    return lambda path: from_fs_path(os.path.join(root, path)) or ""


def diagnostics(
    findings: Sequence[Finding],
    lines: Lines,
    address: Address,
    pages: Mapping[str, Page],
    units: str,
) -> list[Diagnostic]:
    """Return what the editor shows of findings; `lines` are those that it has on its screen."""
    return [
        Diagnostic(
            range=range_of(found.location, lines.get(found.location.path, ()), units),
            message="\n".join(visible(text) for text in (found.message, found.remedy) if text),
            severity=SEVERITIES[found.severity],
            code=found.rule,
            source=SOURCE,
            tags=[DiagnosticTag.Unnecessary] if UNNECESSARY in pages[found.rule].tags else None,
            related_information=list(_beside(found, lines, address, units)) or None,
            data={"fingerprint": found.fingerprint},
        )
        for found in findings
    ]


def told(notes: Sequence[Note], lines: Lines, units: str) -> list[Diagnostic]:
    """Return what the editor shows of what was not analysed; of syntax others speak already."""
    return [
        Diagnostic(
            range=range_of(_line(note, lines), lines.get(note.path, ()), units),
            message=visible(f"not analysed: {note.message}"),
            severity=DiagnosticSeverity.Information,
            code=NOT_ANALYSED,
            source=SOURCE,
        )
        for note in notes
        if note.kind is not NoteKind.SYNTAX
    ]


def _line(note: Note, lines: Lines) -> Place:
    line = max(note.line, 1)
    text = lines.get(note.path, ())
    length = len(text[line - 1]) if line <= len(text) else 0
    return Place(note.path, line, 1, line, length + 1)


def _beside(
    found: Finding, lines: Lines, address: Address, units: str
) -> Iterator[DiagnosticRelatedInformation]:
    """Yield the places that explain a finding: the other side, and the way on which it is met."""
    for related in found.related:
        if related.before is None:  # what the version before had is in no editor
            yield _named(related.location, related.message, lines, address, units)
    ways: Sequence[Reach] = found.subject.reach if found.subject else ()
    for reach in ways[:MOST_WAYS]:
        for at, place in enumerate(reach.chain):
            text = f"{reach.role} `{reach.entry}`" if at == 0 else "which calls on here"
            yield _named(place, text, lines, address, units)


def _named(
    place: Place, text: str, lines: Lines, address: Address, units: str
) -> DiagnosticRelatedInformation:
    where = Location(address(place.path), range_of(place, lines.get(place.path, ()), units))
    return DiagnosticRelatedInformation(where, visible(text))
