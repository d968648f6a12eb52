"""In which order reports speak: as one reads files, or worst first."""

from collections.abc import Iterable
from types import MappingProxyType

from nonevent.finding import Confidence, Finding, Severity
from nonevent.note import Note

__all__ = ["by_place", "by_rank", "folded", "notes_by_place", "rank", "standing"]

# How bad if true, in percent of the worst, times how sure: 100 for a sure error, 75 for a likely
# one; 60, 45, 30 for warnings; 20, 15, 10 for notes. A sure warning goes before a doubtful error.
WEIGHT = MappingProxyType({Severity.ERROR: 100.0, Severity.WARNING: 60.0, Severity.NOTE: 20.0})
CERTAINTY = MappingProxyType({Confidence.HIGH: 1.0, Confidence.MEDIUM: 0.75, Confidence.LOW: 0.5})


def rank(severity: Severity, confidence: Confidence) -> float:
    """Return how much a finding matters, from 10 to 100: SARIF's `rank`."""
    return WEIGHT[severity] * CERTAINTY[confidence]


def by_place(findings: Iterable[Finding]) -> list[Finding]:
    """Return the findings as one reads files: path, line, column, rule."""
    return sorted(findings, key=standing)


def standing(found: Finding) -> tuple[str | int, ...]:
    """Return what findings are sorted by where they are read as files."""
    return (*found.location, found.rule, found.fingerprint)


def by_rank(findings: Iterable[Finding]) -> list[Finding]:
    """Return the findings worst first, then as one reads files."""
    placed = by_place(findings)
    return sorted(placed, key=lambda found: -rank(found.severity, found.confidence))


def notes_by_place(notes: Iterable[Note]) -> list[Note]:
    """Return the notes as one reads files; those of the whole run first."""
    return sorted(notes, key=lambda note: (note.path, note.line, note.kind, note.message))


def folded(notes: Iterable[Note]) -> dict[Note, int]:
    """Return the notes as one reads files, the first of those of a file that say the same.

    With each comes how many more there are.
    """
    first: dict[tuple[str, str, str], Note] = {}
    more: dict[Note, int] = {}
    for note in notes_by_place(notes):
        known = first.setdefault((note.path, note.kind, note.message), note)
        more[known] = more[known] + 1 if known in more else 0
    return more
