"""What a change brings: findings of the version after that the version before did not have."""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence

from nonevent.finding import Finding, Persona
from nonevent.identity import matched, traits
from nonevent.judge import hears
from nonevent.note import Note, NoteKind

__all__ = ["brought", "noted"]

Lines = Mapping[str, Sequence[str]]  # path → lines of text


def brought(
    after: Sequence[Finding],
    before: Sequence[Finding],
    lines_after: Lines,
    lines_before: Lines,
    moved: Mapping[str, str],
    *,
    persona: Persona = Persona.AUDITOR,
) -> Iterator[Finding]:
    """Yield the findings of `after` that have no counterpart in `before` which `persona` heard of.

    A wait that nobody was known to reach was for the auditor; where a request comes to it now, all
    hear of it for the first time. `moved` tells of renamed files: old path → new path. What makes
    two findings one is told by `identity.matched`; where they stand in a file does not matter.
    """
    new = traits(after, lines_after)
    old = [
        trait._replace(path=moved.get(trait.path, trait.path))
        for trait in traits(before, lines_before)
    ]
    for finding, index in zip(after, matched(new, old), strict=True):
        if index < 0 or (hears(persona, finding) and not hears(persona, before[index])):
            yield finding


def noted(
    after: Iterable[Note], before: Iterable[Note], moved: Mapping[str, str]
) -> Iterator[Note]:
    """Yield what of the version after could not be analysed, but what the change left as it was.

    That is one statement or operation among those that were read: a file as a whole that cannot be
    read is one of the change's own, and nothing is known of what the change does there.
    """
    known = Counter(
        (moved.get(note.path, note.path), note.message)
        for note in before
        if note.kind is NoteKind.STATEMENT
    )
    for note in after:
        said = note.path, note.message
        if note.kind is NoteKind.STATEMENT and known[said]:
            known[said] -= 1
        else:
            yield note
