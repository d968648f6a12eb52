"""What one version of a project has to say: facts in context, findings, what silences them."""

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from typing import TYPE_CHECKING

from nonevent.change import Side
from nonevent.days import today
from nonevent.facts import Disorder, Fact, FileFacts, SchemaStep
from nonevent.finding import Finding, Persona, Related, Suppressed
from nonevent.gather import Gathered, gather
from nonevent.judge import Answer, Judge, complete
from nonevent.link.roles import Markers
from nonevent.note import Note
from nonevent.noun import NamedTuple
from nonevent.pattern import late
from nonevent.reading import Asked, Recall
from nonevent.text import decode

if TYPE_CHECKING:
    from nonevent.progress import Tell

__all__ = ["Meets", "Outcome", "Said", "Task", "beside", "found", "lines_of", "said", "with_facts"]

Meets = Callable[[tuple[FileFacts, ...], Gathered, Recall | None], tuple[FileFacts, ...]]
LINE_END = late(r"\r\n|\r|\n")  # as Python counts lines


class Task(NamedTuple):
    """What is asked of every file, whichever version it belongs to."""

    judge: Judge
    asked: Asked
    markers: Markers
    filtered: bool = True  # False: read every file, also those that hold no word of any rule
    # Of a change that is not trusted, what its comments suppress is told: a finding as the settings
    # want it, None where they leave it out.
    weighed: Callable[[Finding], Finding | None] | None = None
    persona: Persona = Persona.AUDITOR  # who reads what a change brings
    tell: "Tell | None" = None  # what is told how far the work is


class Outcome(NamedTuple):
    """What one version of the project has to say."""

    findings: tuple[Finding, ...]
    suppressed: int
    notes: tuple[Note, ...]
    lines: Mapping[str, Sequence[str]]  # of the files with findings or suppressions
    silenced: tuple[Suppressed, ...] = ()  # by comments
    dated: bool = False  # a suppression may run out: tomorrow's outcome can be another
    resolved: tuple[Finding, ...] = ()  # of the version before, where two are compared: gone now


class Said(NamedTuple):
    """What the rules answer to the facts of one version."""

    files: tuple[FileFacts, ...]
    answers: tuple[Answer, ...]
    notes: tuple[Note, ...]
    contents: Side


def said(
    side: Side,
    task: Task,
    added: Collection[str] = (),
    around: Callable[[], Side] | None = None,
    memory: Recall | None = None,
    *,
    meets: Meets | None = None,
    own: Collection[str] | None = None,
    read: Collection[str] = (),
) -> Said:
    """Return what the rules answer to the facts of one version.

    Where a change is looked at with the code of the whole project in `side`, `own` are the files
    that it changes: steps of a schema that others hold are no part of it. `read` are files that
    the other version asked for: this one will ask for most of them.
    """
    gathered = gather(
        side,
        task.asked,
        task.markers,
        task.judge.hangs,
        around=around,
        filtered=task.filtered,
        memory=memory,
        changed=own,
        first=read,
        tell=task.tell,
    )
    mine = gathered.files
    rest: tuple[FileFacts, ...] = ()
    if own is not None:
        mine = tuple(facts for facts in gathered.files if facts.path in own)
        rest = tuple(_code(facts) for facts in gathered.files if facts.path not in own)
    files = mine
    if task.judge.hears(SchemaStep) or task.judge.hears(Disorder):
        files = _in_context(mine, gathered, added)
    if meets is not None:
        files = meets(files, gathered, memory)
    files += rest
    answers = tuple(task.judge.ask(files))
    return Said(files, answers, gathered.notes, gathered.contents)


def found(version: Said, task: Task) -> Outcome:
    """Return the findings that the answers are, without those that a comment suppresses."""
    answers = version.answers
    comments = {facts.path: facts.comments for facts in version.files if facts.comments}
    shown = {answer.location.path for answer in answers}
    shown.update(path for answer in answers for path in beside(answer.problem.related))
    lines = {path: lines_of(path, version.contents) for path in shown.union(comments)}
    findings = complete(answers, task.judge.packs, lines)
    if not comments:
        return Outcome(tuple(_in_order(findings)), 0, version.notes, lines)
    from nonevent import suppression

    dated = any("until" in each.text for told in comments.values() for each in told)
    spoken = suppression.apply(
        findings,
        comments,
        {path: "\n".join(lines[path]) for path in comments},
        task.judge.packs.heads.keys(),
        task.judge.chosen,
        today=today() if dated else "",
    )
    more = task.judge.ask([FileFacts("", spoken.comments)])
    kept = _in_order((*spoken.kept, *complete(more, task.judge.packs, lines)))
    silenced = tuple(
        Suppressed(finding, comment.reason, "", comment.until, comment.location)
        for finding, comment in zip(spoken.suppressed, spoken.by, strict=True)
    )
    return Outcome(tuple(kept), len(silenced), version.notes, lines, silenced, dated)


def with_facts(
    outcome: Outcome, facts: Iterable[Fact], lines: Mapping[str, Sequence[str]], task: Task
) -> Outcome:
    """Return the outcome with what rules say of facts that no reader makes."""
    held = {**outcome.lines, **lines}
    more = complete(task.judge.ask([FileFacts("", tuple(facts))]), task.judge.packs, held)
    return outcome._replace(findings=tuple(_in_order((*outcome.findings, *more))), lines=held)


def beside(related: Iterable[Related]) -> Iterator[str]:
    """Yield the files of related places; those of the version before show their own text."""
    return (each.location.path for each in related if each.before is None)


def lines_of(path: str, side: Side) -> Sequence[str]:
    """Return the lines of a file; none where it cannot be read any more."""
    try:
        text = decode(path, side[path]())
    except OSError:  # it was there a moment ago; the finding is shown without its source
        return ()
    return LINE_END.split(text) if isinstance(text, str) else ()


def _code(facts: FileFacts) -> FileFacts:
    """Return the facts without steps of a schema."""
    kept = tuple(fact for fact in facts.facts if not isinstance(fact, SchemaStep))
    return facts if len(kept) == len(facts.facts) else facts._replace(facts=kept)


def _in_context(
    files: tuple[FileFacts, ...], gathered: Gathered, added: Collection[str]
) -> tuple[FileFacts, ...]:
    """Return the facts, schema steps with what their neighbours tell of them."""
    if not any(isinstance(fact, SchemaStep) for facts in files for fact in facts.facts):
        return files
    from nonevent.link.schema import link_schema

    databases, past, limits = gathered.databases, gathered.past, gathered.limits
    return link_schema(files, added, databases, past, limits)


def _in_order(findings: Iterable[Finding]) -> list[Finding]:
    return sorted(findings, key=lambda finding: (finding.location, finding.rule))
