"""Migrations in the order in which their tools apply them, one history for each chain of them.

Alembic follows `down_revision`, Django `dependencies`, Liquibase the includes of its changelogs,
Sqitch its plan, the other tools of plain SQL the number or the time in a file's name.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from heapq import heapify, heappop, heappush

from nonevent.facts import FileFacts, Kind, SchemaStep, Setting, Value
from nonevent.link.numbers import chain_of, is_numbered, natural, number_of, own_name
from nonevent.noun import NamedTuple
from nonevent.pattern import late

__all__ = [
    "PLAN",
    "History",
    "depending",
    "histories",
    "said_of",
    "texts_of",
]

# Flyway: what runs again whenever it changes comes after all others, the way back never.
REPEATABLE = late(r"^[rR]__")
UNDONE = late(r"^U\d[\w.]*__|(?i:[._-](?:down|undo|rollback|revert)\.sql$)|^down\.sql$")
LOGS = (".xml", ".yaml", ".yml", ".json")
INCLUDE = "databaseChangeLog.include"  # as `readers.liquibase` says it
PLAN = "sqitch.plan"  # as `readers.hints` says it
DEPLOYED = "deploy"  # folder beside the plan: https://sqitch.org/docs/manual/sqitchtutorial/
MOST = 10_000  # files of one changelog


class History(NamedTuple):
    """The migrations of one chain, the first one first."""

    files: tuple[FileFacts, ...]
    whole: bool  # False: it does not begin with the first one, or its order is not certain
    squashed: frozenset[str] = frozenset()  # paths whose originals are gone: they count
    left: frozenset[str] = frozenset()  # paths that only stand for others which are there


def histories(files: Iterable[FileFacts]) -> list[History]:
    """Return the histories that these files are; one of no known order is none."""
    revisions: list[FileFacts] = []
    apps: dict[str, list[FileFacts]] = {}
    numbered: dict[str, list[FileFacts]] = {}
    logs: list[FileFacts] = []
    plans: list[FileFacts] = []
    for facts in files:
        said = said_of(facts)
        if "revision" in said:
            revisions.append(facts)
        elif facts.path.endswith(".sql"):
            if facts.facts:
                numbered.setdefault(chain_of(facts.path), []).append(facts)
        elif PLAN in said:
            plans.append(facts)
        elif facts.path.endswith(LOGS):
            if _is_changelog(facts):
                logs.append(facts)
        elif "/migrations/" in f"/{facts.path}" and facts.path.endswith(".py"):
            apps.setdefault(chain_of(facts.path), []).append(facts)
    found = [*_revised(revisions), *map(_depending, apps.values())]
    if logs:  # files of SQL may be theirs
        plain = [facts for each in numbered.values() for facts in each]
        theirs = list(_included([*logs, *plain], {facts.path for facts in logs}))
        found += theirs
        taken = {facts.path for history in theirs for facts in history.files}
        numbered = {
            chain: [facts for facts in each if facts.path not in taken]
            for chain, each in numbered.items()
        }
    for plan in plans:
        found += _planned(plan, numbered)
    return [*found, *(one for each in numbered.values() if (one := _in_numbers(each)))]


def said_of(facts: FileFacts) -> dict[str, Value]:
    """Return what a migration says of itself."""
    return {fact.name: fact.value for fact in facts.facts if isinstance(fact, Setting)}


# -- Alembic -----------------------------------------------------------------------------------


def _revised(files: Sequence[FileFacts]) -> Iterator[History]:
    """Yield a history for each set of revisions that hang together."""
    by_name: dict[str, FileFacts] = {}
    after: dict[str, tuple[str, ...]] = {}
    for facts in files:
        said = said_of(facts)
        name = next(iter(texts_of(said["revision"])), "")
        if name:
            by_name[name] = facts
            before = [*texts_of(said.get("down_revision")), *texts_of(said.get("depends_on"))]
            after[name] = tuple(before)
    for group in _hanging_together(after):
        ordered, clean = _sorted({name: after[name] for name in group}, _path_key(by_name))
        missing = any(one not in by_name for name in group for one in after[name])
        yield History(tuple(by_name[name] for name in ordered), clean and not missing)


def _path_key(by_name: Mapping[str, FileFacts]) -> Mapping[str, object]:
    return {name: natural(facts.path) for name, facts in by_name.items()}


def texts_of(value: Value | None) -> tuple[str, ...]:
    """Return the text, or the texts of the list, that a value is."""
    if value is None:
        return ()
    if value.kind is Kind.CONSTANT:
        return (value.constant,) if isinstance(value.constant, str) else ()
    return tuple(text for item in value.items for text in texts_of(item))


def _hanging_together(after: Mapping[str, Sequence[str]]) -> Iterator[list[str]]:
    neighbours: dict[str, list[str]] = {name: [] for name in after}
    for name, before in after.items():
        for one in before:
            if one in neighbours:
                neighbours[name].append(one)
                neighbours[one].append(name)
    seen: set[str] = set()
    for name in after:
        if name in seen:
            continue
        group = [name]
        seen.add(name)
        for one in group:  # grows while it is read
            new = [other for other in neighbours[one] if other not in seen]
            seen.update(new)
            group += new
        yield group


def _sorted(
    after: Mapping[str, Sequence[str]], rank: Mapping[str, object]
) -> tuple[list[str], bool]:
    """Return the names, each behind what it comes after, and whether there is no circle.

    Of two branches the one whose path comes first goes first.
    """
    waiting = {name: sum(one in after for one in set(before)) for name, before in after.items()}
    followers: dict[str, list[str]] = {}
    for name, before in after.items():
        for one in set(before):
            if one in after:
                followers.setdefault(one, []).append(name)
    ready = [(rank[name], name) for name, count in waiting.items() if not count]
    heapify(ready)
    found: list[str] = []
    while ready:
        _, name = heappop(ready)
        found.append(name)
        for follower in followers.get(name, ()):
            waiting[follower] -= 1
            if not waiting[follower]:
                heappush(ready, (rank[follower], follower))
    rest = sorted((rank[name], name) for name in after.keys() - set(found))
    return [*found, *(name for _, name in rest)], not rest


# -- Django ------------------------------------------------------------------------------------


class Depending(NamedTuple):
    """What a migration of Django says of its place."""

    name: str
    path: str
    after: tuple[str, ...]  # names of its own app's migrations
    replaces: tuple[str, ...]
    before: bool = False  # it says which ones run after it
    readable: bool = True  # its list of dependencies can be read whole


def depending(facts: FileFacts) -> Depending:
    """Return what a migration says of its place."""
    said = said_of(facts)
    listed = said.get("dependencies")
    items = listed.items if listed is not None else ()
    pairs = [texts_of(item) for item in items]
    readable = listed is None or (listed.kind is Kind.SEQUENCE and not listed.open)
    readable &= all(pair or item.kind is Kind.CALL for pair, item in zip(pairs, items, strict=True))
    own = [pair[1] for pair in pairs if len(pair) == 2 and _is_own(pair[0], facts.path)]  # noqa: PLR2004
    gone = said["replaces"].items if "replaces" in said else ()
    names = tuple(dict.fromkeys(pair[-1] for item in gone if (pair := texts_of(item))))
    return Depending(
        _stem(facts.path), facts.path, tuple(own), names, "run_before" in said, readable
    )


def _depending(files: Sequence[FileFacts]) -> History:
    """Return the migrations of one app: what depends on another one comes behind it."""
    by_name = {_stem(facts.path): facts for facts in files}
    said = {name: depending(facts) for name, facts in by_name.items()}
    replaced = {name: set(one.replaces) for name, one in said.items() if one.replaces}
    there = {name: bool(gone & by_name.keys()) for name, gone in replaced.items()}
    stands_for = {old: name for name, gone in replaced.items() if not there[name] for old in gone}
    after: dict[str, tuple[str, ...]] = {}
    missing = False
    for name, one in said.items():
        known = tuple(stands_for.get(other, other) for other in one.after)
        after[name] = tuple(other for other in known if other != name)
        missing |= any(one not in by_name and not one.startswith("__") for one in after[name])
    ordered, clean = _sorted(after, _path_key(by_name))
    return History(
        tuple(by_name[name] for name in ordered),
        clean and not missing,
        frozenset(by_name[name].path for name in replaced if not there[name]),
        frozenset(by_name[name].path for name in replaced if there[name]),
    )


def _is_own(app: str, path: str) -> bool:
    """Tell whether a label is that of the app in whose folder a migration stands."""
    parts = path.split("/")
    folder = parts[-3] if len(parts) > 2 else ""  # noqa: PLR2004 app, migrations, file
    return app.lower().endswith(folder.lower()) or folder.lower().endswith(app.lower())


def _stem(path: str) -> str:
    return path.rpartition("/")[2].rpartition(".")[0]


# -- files of SQL ------------------------------------------------------------------------------


def _in_numbers(files: Sequence[FileFacts]) -> History | None:
    """Return files in the order of their numbers; None where most of them have none."""
    named = {facts.path: own_name(facts.path) for facts in files}
    plain = [facts for facts in files if not UNDONE.search(facts.path.rpartition("/")[2])]
    counted = [facts for facts in plain if is_numbered(facts.path)]
    if not counted or 2 * len(counted) < len(plain):
        return None
    again = [facts for facts in plain if REPEATABLE.match(named[facts.path])]
    ordered = sorted(counted, key=lambda facts: number_of(facts.path))
    return History((*ordered, *sorted(again, key=lambda facts: facts.path)), whole=True)


def _planned(plan: FileFacts, numbered: dict[str, list[FileFacts]]) -> Iterator[History]:
    """Yield the changes of a plan of Sqitch in its order; they are taken out of `numbered`."""
    folder = plan.path.rpartition("/")[0]
    start = f"{folder}/{DEPLOYED}/" if folder else f"{DEPLOYED}/"
    theirs = {
        facts.path.removeprefix(start).removesuffix(".sql"): facts
        for each in numbered.values()
        for facts in each
        if facts.path.startswith(start)
    }
    names = texts_of(said_of(plan)[PLAN])
    if theirs:
        for chain in [each for each in numbered if f"{each}/".startswith(start)]:
            del numbered[chain]
        ordered = tuple(theirs[name] for name in dict.fromkeys(names) if name in theirs)
        yield History(ordered, whole=all(name in theirs for name in names))


# -- Liquibase ---------------------------------------------------------------------------------


def _is_changelog(facts: FileFacts) -> bool:
    return any(
        fact.framework == "liquibase" if isinstance(fact, SchemaStep) else _includes(fact)
        for fact in facts.facts
    )


def _includes(fact: object) -> str:
    """Return the file that a changelog includes here, or the folder with a slash behind it."""
    if isinstance(fact, Setting) and fact.name == INCLUDE:
        return str(fact.value.constant)
    return ""


class _Logs:
    """The changelogs of a project and what they include."""

    def __init__(self, files: Sequence[FileFacts]) -> None:
        self.by_path = {facts.path: facts for facts in files}
        self.by_name: dict[str, list[str]] = {}
        for path in self.by_path:
            self.by_name.setdefault(path.rpartition("/")[2], []).append(path)
        self.included: set[str] = set()
        for facts in files:
            for fact in facts.facts:
                if named := _includes(fact):
                    self.included.update(set(self.named(named, facts.path)) - {facts.path})

    def named(self, name: str, beside: str) -> list[str]:
        """Return the files that an include means: a path from the root of the project or deeper."""
        if name.endswith("/"):
            found = [path for path in self.by_path if f"/{name}" in f"/{path}"]
            return sorted((path for path in found if path != beside), key=natural)
        if name in self.by_path:
            return [name]
        alike = self.by_name.get(name.rpartition("/")[2], ())
        found = [path for path in alike if f"/{path}".endswith(f"/{name}")]
        # Where several end so, the one nearest to the changelog.
        return sorted(found, key=lambda path: -_shared(path, beside))[:1]

    def unrolled(self, path: str, seen: set[str]) -> Iterator[FileFacts]:
        """Yield a changelog and what it includes; its own changesets stand together."""
        if path in seen or len(seen) > MOST:
            return
        seen.add(path)
        facts = self.by_path[path]
        inner = [named for fact in facts.facts if (named := _includes(fact))]
        leads = bool(facts.facts) and not _includes(facts.facts[0])
        if leads:
            yield facts
        for name in inner:
            for each in self.named(name, path):
                yield from self.unrolled(each, seen)
        if not leads:
            yield facts


def _shared(one: str, other: str) -> int:
    """Return how many folders two paths have in common."""
    same = 0
    for left, right in zip(one.split("/"), other.split("/"), strict=False):
        if left != right:
            break
        same += 1
    return same


def _included(files: Sequence[FileFacts], roots: set[str]) -> Iterator[History]:
    """Yield a history for each of the changelogs `roots` that no other one includes."""
    logs = _Logs(files)
    for path in sorted(roots - logs.included):
        seen: set[str] = set()
        ordered = tuple(logs.unrolled(path, seen))
        if any(isinstance(fact, SchemaStep) for facts in ordered for fact in facts.facts):
            yield History(ordered, whole=True)
