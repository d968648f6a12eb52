"""What a change brings, wherever it stands: both versions side by side, the whole project around.

A handler that is added here makes state over there reachable. Files that the change leaves alone
are read once for both versions; where it leaves alone what they may feel, not at all.
"""

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from functools import cache
from typing import TYPE_CHECKING, Any, NamedTuple

from nonevent.change import Content, Side
from nonevent.compare import compared, noted
from nonevent.facts import ANY, Call, Fact, FileFacts, Function, Mutation, Role
from nonevent.finding import Finding, Related
from nonevent.gather import Gathered
from nonevent.incoming import Beyond
from nonevent.judge import Answer
from nonevent.link.leads import leads
from nonevent.link.outward import outward
from nonevent.link.roles import APART, place_role
from nonevent.outcome import Meets, Outcome, Said, Task, found, said, with_facts
from nonevent.reading import holds_schema, read
from nonevent.sight import FEW
from nonevent.text import decode

__all__ = ["Pair", "Remember", "bring"]

if TYPE_CHECKING:
    from nonevent.cache import Memory

Remember = Callable[[Side], "Memory | None"]


class Pair(NamedTuple):
    """The files of a change in both versions, those alone that are read."""

    before: Side
    after: Side
    moved: Mapping[str, str]  # old path → new path
    added: Collection[str]
    remember: Remember | None = None  # returns what earlier runs learned of the files beside it


class Common:
    """What is known of the files that both versions share."""

    def __init__(self, around: Callable[[], Side] | None, remember: Remember | None) -> None:
        """Take what lists these files, and what returns what earlier runs learned of them."""
        self.around = cache(around) if around is not None else None
        self.facts: dict[str, FileFacts] = {}
        self.answers: dict[tuple[str, str], Any] = {}
        self.memory: Memory | None = None
        self._remember = remember

    def recollect(self) -> None:
        """Look up what earlier runs learned: it pays where many files are read."""
        if self._remember is not None and len(self.files()) > FEW:
            self.memory = self._remember(self.files())

    def files(self) -> Side:
        """Return the files, listed once."""
        return self.around() if self.around is not None else {}


class Version:
    """What is known of one version's files: of those that both share what the other one learned."""

    def __init__(self, own: Collection[str], common: Common) -> None:
        """Take the files that only this version has in this form."""
        self._own = own
        self._common = common
        self._facts: dict[str, FileFacts] = {}
        self._answers: dict[tuple[str, str], Any] = {}

    def recall(self, paths: Iterable[str], content: Callable[[str], bytes]) -> dict[str, FileFacts]:
        """Return the facts of those files that were read before."""
        paths = list(paths)
        found = {path: known for path in paths if (known := self._known(path).get(path))}
        if self._common.memory is not None:
            rest = [path for path in paths if path not in found and path not in self._own]
            met = self._common.memory.recall(rest, content)
            self._common.facts.update(met)
            found.update(met)
        return found

    def keep(self, facts: FileFacts, content: Content, encoded: bytes | None = None) -> None:
        """Keep the facts of a file that was read."""
        self._known(facts.path)[facts.path] = facts
        if self._common.memory is not None and facts.path not in self._own:
            self._common.memory.keep(facts, content, encoded)

    def _known(self, path: str) -> dict[str, FileFacts]:
        return self._facts if path in self._own else self._common.facts

    def scan(self, path: str, question: str, content: Content, scan: Callable[[bytes], Any]) -> Any:
        """Return what `scan` says of a file's bytes."""
        answers = self._answers if path in self._own else self._common.answers
        asked = path, question
        if asked not in answers:
            memory = self._common.memory if answers is self._common.answers else None
            if memory is None:
                answers[asked] = scan(content())
            else:
                answers[asked] = memory.scan(path, question, content, scan)
        return answers[asked]


class Case(NamedTuple):
    """A change under comparison."""

    pair: Pair
    task: Task
    meets: Meets
    common: Common
    old: Version
    new: Version


def bring(
    pair: Pair,
    task: Task,
    with_code: Meets,
    around: Callable[[], Side] | None,
    beyond: Beyond | None = None,
) -> Outcome:
    """Return what the change brings, in its own files and, told by `beyond`, in all others.

    `around` lists these.
    """

    def meets(files: tuple[FileFacts, ...], gathered: Gathered, _: object) -> tuple[FileFacts, ...]:
        return with_code(files, gathered, None)  # that of another version than is remembered

    common = Common(around, pair.remember)
    old, new = Version(pair.before, common), Version(pair.after, common)
    case = Case(pair, task, meets, common, old, new)
    if beyond is None or not _is_felt(case, bounded=beyond.bounded):
        return _narrow(case)
    return _wide(case, beyond.tells)


def _is_felt(case: Case, *, bounded: bool) -> bool:
    """Tell whether other files may feel the change; `bounded`: as far as a glance tells."""
    pair, task = case.pair, case.task
    known = task.markers.registrations

    def registers(callee: str) -> bool:
        return callee in known or ANY + callee.rpartition(".")[2] in known

    now = list(_read(pair.after, task, case.new))
    was = list(_read(pair.before, task, case.old))
    if outward(now, registers) == outward(was, registers):
        return False
    if not bounded:
        return True
    from nonevent.glance import glance

    side = {**_code(case), **pair.after}
    return glance(side, (now, was), leads(now, was, registers), task, case.new)


def _code(case: Case) -> dict[str, Content]:
    """Return the files beside a change but for migrations: those of no change have been taken."""
    return {
        path: content
        for path, content in case.common.files().items()
        if not holds_schema(path) and place_role(path, case.task.markers) is not Role.MIGRATION
    }


def _wide(case: Case, tells: Callable[[str], bool]) -> Outcome:
    """Return what the change brings, wherever it stands."""
    pair, task = case.pair, case.task
    code = _code(case)
    beside = {path: each for path, each in case.common.files().items() if path not in code}

    def around() -> Side:
        return beside

    case.common.recollect()
    side, meets = {**code, **pair.after}, case.meets
    after = said(side, task, pair.added, around, case.new, meets=meets, own=pair.after)
    side = {**code, **pair.before}
    read = frozenset(facts.path for facts in after.files)
    before = said(side, task, (), around, case.old, own=pair.before, read=read)
    if case.common.memory is not None:
        case.common.memory.save()
    after, before = _unlike(after, before, code)
    mine = {*pair.after, *pair.before}
    causes = _Causes(after.files, mine)
    now = found(after._replace(answers=tuple(map(causes.said, after.answers))), task)
    was = found(before, task)
    silenced = tuple(each for each in now.silenced if each.finding.location.path in mine)
    now = now._replace(
        notes=tuple(note for note in now.notes if note.path in mine),
        silenced=silenced,
        suppressed=len(silenced),
    )
    told = _brought(now, was, pair, task)

    def here(findings: Iterable[Finding]) -> tuple[Finding, ...]:
        return tuple(
            each for each in findings if each.location.path in mine or tells(each.location.path)
        )

    return told._replace(findings=here(told.findings), resolved=here(told.resolved))


def _narrow(case: Case) -> Outcome:
    """Return what the change brings in its own files."""
    pair, task = case.pair, case.task
    around = case.common.around
    now = found(said(pair.after, task, pair.added, around, case.new, meets=case.meets), task)
    if not (pair.before or (task.weighed and now.silenced)):
        return now
    was = found(said(pair.before, task, (), around, case.old), task)
    return _brought(now, was, pair, task)


def _brought(now: Outcome, was: Outcome, pair: Pair, task: Task) -> Outcome:
    """Return the later outcome with what the earlier one did not have."""
    lines = now.lines, was.lines
    silenced = [each.finding for each in now.silenced]
    new, gone = compared(
        now.findings,
        was.findings,
        *lines,
        pair.moved,
        changed=pair.before,
        silenced=silenced,
        persona=task.persona,
    )
    notes = tuple(noted(now.notes, was.notes, pair.moved))
    unknown = {note.path for note in notes}
    resolved = tuple(each for each in gone if _now(each, pair) not in unknown)
    brings = now._replace(findings=new, notes=notes, resolved=resolved)
    if task.weighed is None or not now.silenced:
        return brings
    from nonevent.hushing import hushes

    return with_facts(brings, hushes(now, was, pair.moved, task.weighed), {}, task)


def _now(found: Finding, pair: Pair) -> str:
    path = found.location.path
    return pair.moved.get(path, path)


def _read(side: Side, task: Task, version: Version) -> Iterator[FileFacts]:
    """Yield what the files say that serve anybody, or tell versions of libraries."""
    for path, content in side.items():
        if holds_schema(path) or place_role(path, task.markers) in APART:
            continue
        try:
            text = decode(path, content())
        except OSError:
            continue
        if isinstance(text, str):
            facts = read(path, text, task.asked)
            version.keep(facts, content)
            yield facts


def _unlike(after: Said, before: Said, common: Collection[str]) -> tuple[Said, Said]:
    """Return both without the files that neither differ nor get other answers."""
    after, before = _certain(after, common), _certain(before, common)
    now, was = _by_path(after.answers), _by_path(before.answers)
    alike = {path for path in common if now.get(path) == was.get(path)}
    return _without(after, alike), _without(before, alike)


def _certain(version: Said, common: Collection[str]) -> Said:
    """Return the answers but for those on common files that hang on no way through the code.

    Whether a part of a project handles requests is said by what of it was read.
    """
    answers = tuple(
        each
        for each in version.answers
        if each.location.path not in common
        or not (isinstance(each.fact, Mutation) and each.fact.loose)
    )
    return version._replace(answers=answers)


def _by_path(answers: Iterable[Answer]) -> dict[str, list[object]]:
    found: dict[str, list[object]] = {}
    for answer in answers:
        said = answer.rule, answer.location, answer.problem.persona, answer.problem.confidence
        found.setdefault(answer.location.path, []).append(said)
    return found


def _without(version: Said, paths: Collection[str]) -> Said:
    return version._replace(
        files=tuple(facts for facts in version.files if facts.path not in paths),
        answers=tuple(each for each in version.answers if each.location.path not in paths),
    )


class _Causes:
    """What of a change's files may bring a finding to a file that it leaves alone."""

    def __init__(self, files: Iterable[FileFacts], changed: Collection[str]) -> None:
        """Take the facts of the version and the paths of the files that the change changes."""
        self._changed = changed
        self._functions = {
            fact.name: fact.location
            for facts in files
            if facts.path in changed
            for fact in facts.facts
            if isinstance(fact, Function)
        }

    def said(self, answer: Answer) -> Answer:
        """Return the answer with the place of the change that brings it, where that is known."""
        fact, problem = answer.fact, answer.problem
        at_hand = any(each.location.path in self._changed for each in problem.related)
        if answer.location.path in self._changed or at_hand:
            return answer
        told = self._place(fact)
        if told is None:
            return answer
        return answer._replace(problem=problem._replace(related=(*problem.related, told)))

    def _place(self, fact: Fact) -> Related | None:
        if not isinstance(fact, Call | Mutation):
            return None
        for way in fact.reach:
            for place in reversed(way.chain):
                if place.path in self._changed:
                    return Related(place, "code of the change leads there from here")
        through = fact.through if isinstance(fact, Call) else ""
        if through in self._functions:
            return Related(self._functions[through], f"`{through}` is of the change")
        return None
