"""What lies ahead since a revision: schema changes to come, one by one, and the risk of it all."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import Any, NamedTuple

from nonevent import pipeline
from nonevent.ahead import Ahead, Migration, Step
from nonevent.change import Change
from nonevent.config import Config
from nonevent.error import UserError
from nonevent.facts import FileFacts, Operation, SchemaStep
from nonevent.finding import Finding, Persona
from nonevent.incoming import around_of, change_of
from nonevent.judge import audible
from nonevent.link.numbers import natural
from nonevent.link.order import histories
from nonevent.options import Options
from nonevent.sources.versions import Versions, is_release, open_versions

__all__ = ["AUTO", "outlook"]

AUTO = "auto"  # the newest release
FAMILY = "schema"
# What says nothing of a table: settings of the session, transactions, rights.
ASIDE = frozenset(
    {Operation.SET, Operation.BEGIN, Operation.END, Operation.OTHER, Operation.RENAME_INDEX}
)
EXPAND = frozenset(
    {
        Operation.CREATE_TABLE,
        Operation.ADD_COLUMN,
        Operation.CREATE_INDEX,
        Operation.CREATE_OBJECT,
        Operation.DROP_NOT_NULL,
        Operation.GRANT,
    }
)
CONTRACT = frozenset(
    {
        Operation.ADD_CONSTRAINT,
        Operation.ALTER_TYPE,
        Operation.DROP_COLUMN,
        Operation.DROP_DEFAULT,
        Operation.DROP_OBJECT,
        Operation.DROP_TABLE,
        Operation.RENAME_COLUMN,
        Operation.RENAME_OBJECT,
        Operation.RENAME_TABLE,
        Operation.REVOKE,
        Operation.SET_NOT_NULL,
        Operation.TRUNCATE,
        Operation.VALIDATE_CONSTRAINT,
    }
)
Forecast = Callable[[SchemaStep], tuple[Any, ...]]


class Release(NamedTuple):
    """A tag, and what it has that the one before it had not."""

    name: str
    paths: frozenset[str]


def outlook(options: Options, config: Config, cwd: str, since: str) -> Ahead:
    """Return what lies ahead of `since`, a revision, or "auto" for the newest release.

    Raises:
        UserError: there is no repository, no such revision, or no release.

    """
    with open_versions(cwd) as versions:
        name = _newest(versions) if since == AUTO else since
        asked = options._replace(
            select=(FAMILY,), ignore=(), persona=Persona.REGULAR, diff=name, fail_on="never"
        )
        task = pipeline.prepare(asked, config.root)
        change = change_of(asked, config, cwd)
        around = around_of(change, asked, cwd)
        said = pipeline.spoken(change, task, around)
        files = [facts for facts in said.files if _steps(facts, change)]
        outcome = pipeline.examine(change, task, around) if files else None
        found = outcome.findings if outcome is not None else ()
        findings = tuple(audible(found, asked.persona))
        releases = _releases(versions, change.base) if files else []
        landed = len(versions.since(change.base, main=True))
    forecasts = task.judge.packs.forecasts() if files else ()
    told = _migrations(files, change, findings, releases, forecasts)
    return Ahead(name, change.base, tuple(told), landed)


def _newest(versions: Versions) -> str:
    """Return the name of the newest release before HEAD.

    Raises:
        UserError: there is none.

    """
    for version in versions.tags():
        if is_release(version):
            return version.name
    raise UserError("--since auto: HEAD builds on no release tag: name a revision")


def _releases(versions: Versions, base: str) -> list[Release]:
    """Return the releases since a commit, oldest first, with the files that each brought."""
    later = versions.since(base)
    shas = {each.sha for each in later}
    met = frozenset(versions.holds(base))
    found = []
    for version in reversed(versions.tags(head=True)):
        if version.sha in shas and is_release(version):
            paths = frozenset(versions.holds(version.sha))
            found.append(Release(version.name, paths - met))
            met |= paths
    return found


def _migrations(
    files: Sequence[FileFacts],
    change: Change,
    findings: Sequence[Finding],
    releases: Sequence[Release],
    forecasts: Sequence[Forecast],
) -> Iterator[Migration]:
    """Yield the files that migrate, release after release, each in the order of its history."""
    names = [release.name for release in releases]
    places = _order(files)
    by_path: dict[str, list[Finding]] = {}
    for found in findings:
        by_path.setdefault(found.location.path, []).append(found)

    def released(path: str) -> str:
        return next((release.name for release in releases if path in release.paths), "")

    def key(facts: FileFacts) -> tuple[object, ...]:
        release = released(facts.path)
        return names.index(release) if release else len(names), places[facts.path]

    for facts in sorted(files, key=key):
        left = list(by_path.get(facts.path, ()))
        steps = [_step(step, left, forecasts) for step in _steps(facts, change)]
        yield Migration(facts.path, released(facts.path), tuple(steps), tuple(left))


def _order(files: Sequence[FileFacts]) -> dict[str, tuple[object, ...]]:
    """Return what sorts files as their tools run them; those of no history by name."""
    places: dict[str, tuple[object, ...]] = {
        facts.path: (1, facts.path.rpartition("/")[0], natural(facts.path)) for facts in files
    }
    for history in histories(files):
        chain = min(facts.path for facts in history.files)
        for number, facts in enumerate(history.files):
            places[facts.path] = (0, chain, ((0, number, ""),))
    return places


def _steps(facts: FileFacts, change: Change) -> list[SchemaStep]:
    """Return the steps forward that a change brings in a file."""
    added = next((file.added for file in change.files if file.path == facts.path), frozenset())
    return [
        fact
        for fact in facts.facts
        if isinstance(fact, SchemaStep)
        and fact.direction == "up"
        and fact.operation not in ASIDE
        and not fact.keeps_data
        and (added is None or fact.location.line in added)
    ]


def _step(step: SchemaStep, left: list[Finding], forecasts: Sequence[Forecast]) -> Step:
    """Return a step as it is told; its findings are taken from those that are `left`."""
    around = step.extent or step.location
    mine = [
        found
        for found in left
        if found.location == step.location
        or (
            around.line <= found.location.line <= around.end_line
            and around.path == step.location.path
        )
    ]
    for found in mine:
        left.remove(found)
    effects = [] if step.table_is_new else [row for told in forecasts for row in told(step)]
    worst = effects[0] if effects else None
    return Step(
        location=step.location,
        what=_what(step),
        stage=_stage(step),
        database=step.dialect,
        lock=worst.lock if worst is not None else "",
        blocks=worst.blocks if worst is not None else "nothing" if step.table_is_new else "",
        work=tuple(_work(effects)),
        findings=tuple(mine),
    )


def _what(step: SchemaStep) -> str:
    """Return "add column users.plan", "create index ix_plan on users"."""
    if step.operation is Operation.DATA:
        return f"change rows of {step.table}" if step.table else "change rows"
    if step.operation is Operation.UNKNOWN:
        return "a statement that is not understood"
    verb = str(step.operation).removesuffix(" object")
    if verb != step.operation:
        verb = f"{verb} {step.object or 'object'}"
    kind = f"{step.constraint} " if step.operation is Operation.ADD_CONSTRAINT else ""
    if step.column:
        thing = f"{step.table}.{step.column}" if step.table else step.column
    elif step.name and step.table:
        thing = f"{step.name} on {step.table}"
    else:
        lists = step.columns and step.operation is not Operation.CREATE_TABLE
        listed = f" ({', '.join(step.columns)})" if lists else ""
        thing = f"{step.name or step.table}{listed}"
    more = f" to {step.new_name}" if step.new_name else ""
    return f"{verb} {kind}{thing}{more}".strip()


def _stage(step: SchemaStep) -> str:
    if step.operation is Operation.DATA:
        return "data"
    if step.table_is_new or step.operation in EXPAND:
        return "expand"
    return "contract" if step.operation in CONTRACT else ""


def _work(effects: Iterable[Any]) -> Iterator[str]:
    rows = list(effects)
    if any(row.rewrites for row in rows):
        yield "rewrites the table"
    elif any(row.builds_index for row in rows):
        yield "builds an index"
    elif any(row.scans for row in rows):
        yield "reads every row"
