"""What a change brings and what it resolves: findings that one of two versions has alone."""

from collections import Counter
from collections.abc import Container, Iterable, Iterator, Mapping, Sequence
from typing import NamedTuple

from nonevent.change import Change
from nonevent.finding import Finding, Persona
from nonevent.identity import Trait, matched, traits
from nonevent.judge import audible, hears
from nonevent.note import Note, NoteKind

__all__ = ["Difference", "compared", "known_gone", "noted"]

# Steps of the version before are not put beside code: another rule may speak of the same step.
SCHEMA = "schema"
Lines = Mapping[str, Sequence[str]]  # path → lines of text


class Difference(NamedTuple):
    """The findings that one of two versions has alone."""

    new: tuple[Finding, ...]  # of the version after
    gone: tuple[Finding, ...]  # of the version before


def compared(
    after: Sequence[Finding],
    before: Sequence[Finding],
    lines_after: Lines,
    lines_before: Lines,
    moved: Mapping[str, str],
    *,
    changed: Container[str],
    silenced: Sequence[Finding] = (),
    persona: Persona = Persona.AUDITOR,
) -> Difference:
    """Return the findings that `persona` hears of in one of two versions alone.

    A wait that nobody was known to reach was for the auditor; where a request comes to it now, all
    hear of it for the first time. `moved` tells of renamed files: old path → new path. What makes
    two findings one is told by `identity.matched`; where they stand in a file does not matter. Into
    another file only what stood in a `changed` one can have gone, by its old path.
    What a comment silences in the version after is no new finding, but it is not gone.
    """
    old = [
        trait._replace(path=moved.get(trait.path, trait.path))
        for trait in traits(before, lines_before)
    ]
    now = traits(after, lines_after)
    same = [
        -1 if index >= 0 and _stays(trait, old[index], before[index], changed) else index
        for trait, index in zip(now, matched(now, old), strict=True)
    ]
    heard = [hears(persona, finding) for finding in after]
    known = [hears(persona, finding) for finding in before]
    new = (
        finding
        for finding, index, heard_now in zip(after, same, heard, strict=True)
        if index < 0 or (heard_now and not known[index])
    )
    lasting = {index for index, heard_now in zip(same, heard, strict=True) if heard_now}
    left = [index for index in range(len(old)) if known[index] and index not in lasting]
    hushed = traits(silenced, lines_after)
    lasting.update(left[index] for index in matched(hushed, [old[i] for i in left]) if index >= 0)
    said = {_thing(trait) for trait in (*now, *hushed)}
    gone = (
        before[index]
        for index in left
        if index not in lasting
        and not (before[index].family == SCHEMA and _thing(old[index]) in said)
    )
    return Difference(tuple(new), tuple(gone))


def _stays(trait: Trait, other: Trait, former: Finding, changed: Container[str]) -> bool:
    """Tell whether the code of a former finding stays, in another file than this one's."""
    return trait.path != other.path and former.location.path not in changed


def _thing(trait: Trait) -> tuple[str, str, str]:
    return trait.path, trait.scope, trait.name


def known_gone(findings: Iterable[Finding], change: Change, persona: Persona) -> Iterator[Finding]:
    """Yield the findings of the version before that the persona heard of and that are known gone.

    They are not where the version after could not be read.
    """
    unread = {note.path for note in change.notes}
    unread.update(file.old_path for file in change.files if file.path in unread)
    return (each for each in audible(findings, persona) if each.location.path not in unread)


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
