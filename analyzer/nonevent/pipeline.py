"""Where the parts meet: a change goes in, findings and notes come out."""

import os
from collections.abc import Callable, Collection, Iterable, Iterator, Sequence
from functools import cache, partial
from typing import TYPE_CHECKING

from nonevent import __version__, packs
from nonevent.change import Change, Side
from nonevent.compare import known_gone
from nonevent.config import Config
from nonevent.facts import Alteration, FileFacts, ModelChange, SchemaStep
from nonevent.finding import SEVERITIES, Finding, Persona, Suppressed
from nonevent.gather import Gathered
from nonevent.incoming import Beyond, around_of, beyond_of, change_of, root_of
from nonevent.judge import Judge, audible, hears
from nonevent.link.databases import SETTING
from nonevent.link.roles import markers
from nonevent.marker import Marker
from nonevent.modelish import modelish
from nonevent.note import Note
from nonevent.noun import NamedTuple
from nonevent.options import SARIF, Options
from nonevent.outcome import Meets, Outcome, Said, Task, beside, found, lines_of, said, with_facts
from nonevent.policy import Policy, apply, resolved, weighed
from nonevent.readers.interests import interests
from nonevent.reading import Asked, Recall, is_read
from nonevent.remembered import question, recollected, remembered
from nonevent.report import Gone, Report
from nonevent.rule import Page
from nonevent.sight import FEW
from nonevent.sources.view import DISK, View

if TYPE_CHECKING:
    from nonevent.baseline import Baseline, Entry
    from nonevent.progress import Tell
    from nonevent.trust import Told

__all__ = [
    "FOLDER",
    "Outcome",
    "Run",
    "Task",
    "begin",
    "check",
    "conclude",
    "examine",
    "heed",
    "passed",
    "prepare",
    "question",
    "spoken",
    "stale",
]

# Where what was learned is kept, in the working directory.
FOLDER = ".nonevent_cache"

CLEAN, FOUND, INCOMPLETE = 0, 1, 3


class Run(NamedTuple):
    """A change under examination, and what was found."""

    task: Task
    change: Change
    around: Callable[[], Side] | None  # the rest of the project; None where it is all there
    outcome: Outcome  # without what the baseline accepts
    policy: Policy | None = None
    baseline: "Baseline | None" = None
    root: str = ""  # folder that the paths of the run are relative to
    accepted: tuple[Suppressed, ...] = ()  # by the baseline
    expired: tuple[str, ...] = ()  # fingerprints of what it accepted until a day that is past
    unmatched: "tuple[Entry, ...]" = ()  # entries of the baseline that met no finding
    told: "Told | None" = None  # what a change that is not trusted alters in settings and the like
    beyond: Beyond | None = None  # which findings in files beside the change are told


def check(options: Options, config: Config, cwd: str) -> Report:
    """Return the report of one run in the folder `cwd`.

    Raises:
        UserError: a path, a revision or a rule that was named is not there.

    """
    return conclude(begin(options, config, cwd), options)


def begin(
    options: Options,
    config: Config,
    cwd: str,
    baseline: "Baseline | None" = None,
    told: "Told | None" = None,
    *,
    tell: "Tell | None" = None,
) -> Run:
    """Return what a run in the folder `cwd` finds that the baseline does not accept.

    `told` is what a change that is not trusted alters in what the run is told; `tell` is told how
    far the run is.

    Raises:
        UserError: a path, a revision or a rule that was named is not there.

    """
    task = prepare(options, config.root, config.view)._replace(tell=tell)
    change = change_of(options, config, cwd)
    policy = config.policy and resolved(config.policy, task.judge.packs.named)
    root = root_of(change, cwd)
    if told is not None:
        judge = task.judge.widened(Alteration, options.ignore)
        task = task._replace(judge=judge, weighed=partial(weighed, policy, root))
    part = change.compares or options.paths != (".",)
    around = around_of(change, options, cwd) if part else None
    beyond = beyond_of(change, options, config, cwd) if around is not None else None
    folder = "" if options.no_cache else os.path.join(cwd, options.cache_dir or FOLDER)
    if part:
        folder = folder if change.compares else ""
    outcome = examine(change, task, around, folder, beyond=beyond)
    return heed(
        Run(task, change, around, outcome, policy, baseline, root, told=told, beyond=beyond)
    )


def heed(run: Run) -> Run:
    """Return the run as the settings want its findings, without those that the baseline accepts."""
    if run.told is not None:
        told = with_facts(run.outcome, run.told.facts, run.told.lines, run.task)
        run = run._replace(outcome=told)
    if run.policy is not None:
        wanted = tuple(apply(run.policy, run.outcome.findings, run.root))
        gone = tuple(apply(run.policy, run.outcome.resolved, run.root))
        run = run._replace(outcome=run.outcome._replace(findings=wanted, resolved=gone))
    if run.baseline is None:
        return run
    from nonevent.baseline import judge

    said = judge(run.baseline, run.outcome.findings, run.outcome.lines, run.root)
    return run._replace(
        outcome=run.outcome._replace(findings=said.left),
        accepted=tuple(
            Suppressed(finding, entry.reason, entry.owner, entry.until)
            for finding, entry in said.accepted
        ),
        unmatched=said.unmatched,
        expired=said.expired,
    )


def conclude(run: Run, options: Options) -> Report:
    """Return the report of what a run found."""
    change, outcome, task = run.change, run.outcome, run.task
    shown = tuple(audible(outcome.findings, options.persona))
    notes = tuple(sorted((*change.notes, *outcome.notes), key=lambda note: (note.path, note.line)))
    paths = {finding.location.path for finding in shown}
    paths.update(path for finding in shown for path in beside(finding.related))
    silenced = tuple(_heard(outcome.silenced, options.persona, change))
    baselined = tuple(_heard(run.accepted, options.persona))
    if _in_sarif(options):  # it tells of these as well
        paths.update(each.finding.location.path for each in (*silenced, *baselined))
    met = {each.rule for each in shown}
    met.update(each.finding.rule for each in (*silenced, *baselined))
    sources = {path: "\n".join(outcome.lines[path]) for path in sorted(paths)}
    if _in_sarif(options):
        on_way = passed(shown, change, paths)
        sources.update((path, "\n".join(lines)) for path, lines in on_way)
    gone = stale(run) if options.paths == (".",) else ()
    return Report(
        findings=shown,
        notes=notes,
        pages=tuple(_pages(task, met if _in_sarif(options) else ())),
        sources=sources,
        files=sum(file.after is not None for file in change.files),
        suppressed=outcome.suppressed,
        accepted=len(run.accepted),
        stale=len(gone),
        version=__version__,
        exit_code=_exit_code(shown, notes, options),
        fail_on=options.fail_on,
        base=change.base,
        head=change.head,
        arguments=options.arguments,
        statistics=options.statistics,
        mends=not (options.staged or options.patch or change.head),
        silenced=silenced,
        baselined=baselined,
        compared=change.compares or run.baseline is not None,
        known=frozenset(run.expired),
        gone=tuple(Gone(entry.rule, entry.path) for entry in gone),
        resolved=tuple(known_gone(outcome.resolved, change, options.persona)),
    )


def passed(
    findings: Iterable[Finding], change: Change, known: Collection[str]
) -> Iterator[tuple[str, Sequence[str]]]:
    """Yield path and lines of the files on the way to findings, as far as the change has them."""
    side = {file.path: file.after for file in change.files if file.after}
    subjects = [found.subject for found in findings if found.subject is not None]
    chains = [reach.chain for subject in subjects for reach in subject.reach]
    for path in sorted({place.path for chain in chains for place in chain}.difference(known)):
        if path in side:
            yield path, lines_of(path, side)


def _heard(
    silenced: Iterable[Suppressed], persona: Persona, change: Change | None = None
) -> Iterator[Suppressed]:
    """Yield what a persona wants to hear of; of a change only what its own lines say."""
    added = {file.path: file.added for file in change.files} if change and change.compares else None
    for one in silenced:
        place, comment = one.finding.location, one.comment or one.finding.location
        lines = {*range(place.line, place.end_line + 1)}
        lines.update(range(comment.line, comment.end_line + 1))
        if added is not None:
            brought = added.get(place.path, frozenset())
            if brought is not None and lines.isdisjoint(brought):
                continue
        if hears(persona, one.finding):
            yield one


def stale(run: Run) -> "tuple[Entry, ...]":
    """Return the entries of the baseline whose finding is gone, as far as the run can tell.

    A comparison sees a part of the project, and rules that were not asked find nothing.
    """
    if run.change.compares:
        return ()
    return tuple(entry for entry in run.unmatched if entry.rule in run.task.judge.chosen)


def prepare(options: Options, root: str = "", view: View = DISK) -> Task:
    """Return what every file of a run is asked; `root` is the folder of its settings in `view`.

    Raises:
        UserError: a rule that was named does not exist, a rule pack is not in order, or rows that
            the project adds are not.

    """
    installed = packs.load()
    own = frozenset[str]()
    if options.facts:
        from nonevent.additions import extend

        packed = installed.keys("call")
        installed = extend(installed, options.facts, root, view)
        own = installed.keys("call") - packed
    chosen = installed.choose(options.select, options.ignore)
    known = markers(installed.shared("roles", Marker))
    words = installed.words("call")
    settings = {*installed.keys("setting"), SETTING}
    wanted = interests(words, settings, known.registrations, installed.bounded())
    asked = Asked(wanted, options.dialect, words, own, installed.versioned())
    return Task(Judge(installed, chosen), asked, known, persona=options.persona)


# -- judging -------------------------------------------------------------------------------------


def examine(
    change: Change,
    task: Task,
    around: Callable[[], Side] | None = None,
    folder: str = "",
    *,
    memory: Recall | None = None,
    beyond: Beyond | None = None,
) -> Outcome:
    """Return what the rules find; of a change that compares, only what it brings.

    `around` returns the rest of the project: it tells who calls what is examined. In `folder` is
    kept what was learned of a project's files; `memory` is what the caller keeps of them. `beyond`
    says in which files that a change leaves alone what it brings is told.
    """
    # A file that is renamed to, or from, what nobody reads is gone, or added.
    after = _after(change)
    before = {
        path: file.before
        for file in change.files
        if file.before and is_read(path := file.old_path or file.path)
    }
    meets = _meeting(change, before if change.compares else after, task, around)
    if change.compares:
        from nonevent.comparing import Pair, bring

        moved = {file.old_path: file.path for file in change.files if file.old_path}
        remember = partial(recollected, task=task, folder=folder) if folder else None
        pair = Pair(before, after, moved, _added(change), remember)
        return bring(pair, task, meets, around, beyond)
    if folder and len(after) > FEW:
        return remembered(after, task, folder, meets)
    return found(said(after, task, (), around, memory, meets=meets), task)


def spoken(change: Change, task: Task, around: Callable[[], Side] | None = None) -> Said:
    """Return what the version after says, facts in context, whatever is found of it."""
    return said(_after(change), task, _added(change) if change.compares else (), around)


def _after(change: Change) -> Side:
    return {file.path: file.after for file in change.files if file.after and is_read(file.path)}


def _added(change: Change) -> set[str]:
    return {file.path for file in change.files if file.before is None}


def _meeting(change: Change, before: Side, task: Task, around: Callable[[], Side] | None) -> Meets:
    """Return what puts code beside steps: that of the version before, or of the only one."""

    @cache
    def old() -> Side:
        if change.whole is not None:
            return change.whole()
        return {**(around() if around is not None else {}), **before}

    def meets(
        files: tuple[FileFacts, ...], gathered: Gathered, memory: Recall | None
    ) -> tuple[FileFacts, ...]:
        stepping = any(isinstance(fact, SchemaStep) for facts in files for fact in facts.facts)
        if stepping and task.judge.hears(SchemaStep):
            from nonevent import versions

            version = versions.Old(old, task.markers, memory)
            files = versions.beside(files, gathered.past, change, version)
        drifting = change.compares and task.judge.hears(ModelChange)
        if drifting and any(True for _ in modelish(change)):
            from nonevent.drift import drifted

            files = drifted(files, change, task.asked, task.markers, old)
        return files

    return meets


def _pages(task: Task, whole: Collection[str]) -> Iterator[Page]:
    """Yield the pages of the rules that ran; their bodies only of those that a report prints."""
    packs = task.judge.packs
    for rule_id in sorted(task.judge.chosen):
        yield packs.page(rule_id) if rule_id in whole else packs.heads[rule_id]


def _in_sarif(options: Options) -> bool:
    return any(output.format in SARIF for output in options.output)


def _exit_code(findings: Sequence[Finding], notes: Sequence[Note], options: Options) -> int:
    if options.fail_on != "never":
        failing = SEVERITIES[: SEVERITIES.index(options.fail_on) + 1]
        if any(finding.severity in failing for finding in findings):
            return FOUND
    return INCOMPLETE if options.strict and notes else CLEAN
