"""Migrations that their tools stop at, or pass over, for their place among the others."""

import re
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence

from nonevent.aside import is_aside
from nonevent.facts import Disorder, FileFacts, Kind, Placing, Setting
from nonevent.link.numbers import chain_of, natural
from nonevent.link.order import depending, said_of, texts_of
from nonevent.location import Location

__all__ = ["disorders", "is_ordered"]

# How Flyway and golang-migrate name a version; Supabase the time.
# github.com/flyway/flyway; github.com/golang-migrate/migrate/blob/master/MIGRATIONS.md
FLYWAY = re.compile(r"^V(\d+(?:[._]\d+)*)__.*\.sql$")
# One for each database, as fizz has them, is no second one: `1_x.up.sql`, `1_x.mysql.up.sql`.
PAIRED = re.compile(r"^(\d+)_.*(?<!\.mysql)(?<!\.postgres)(?<!\.sqlite3)(?<!\.cockroach)\.up\.sql$")
SUPABASE = re.compile(r"(?:^|/)supabase/migrations/(\d{14})_[^/]*\.sql$")
# A number of six digits is golang-migrate's own (`-seq`): other tools that pair files so apply
# what is missing, whenever it comes.
COUNTED = 6
# Who says that another one has the same number, and goes no further:
# Flyway's CompositeMigrationResolver.java; golang-migrate's source/migration.go, which sqlx and
# Bun share the form of names with, and whose tables hold each number once.
REFUSES_TWICE = frozenset(("flyway", "golang-migrate", "paired"))
# So many later numbers behind one that is there twice show that the tool has gone on after it: it
# knows migrations by their whole names, as github.com/maragudk/migrate does.
LIVED_WITH = 3
# Who does not apply what comes before the newest one applied. Flyway's MigrationInfoImpl.java;
# golang-migrate's migrate.go reads the next one after the current version alone;
# github.com/supabase/cli, `db push`, "Found local migration files to be inserted before".
REFUSES_BEHIND = frozenset(("flyway", "golang-migrate", "supabase"))


def is_ordered(path: str) -> bool:
    """Tell whether a tool looks at the place of a file of SQL of this name."""
    return bool(_version(path))


def disorders(
    files: Sequence[FileFacts], past: Iterable[FileFacts], added: Collection[str]
) -> dict[str, list[Disorder]]:
    """Return what is wrong with the places of `files`, by path; `past` stands around them.

    `added` are the paths that a change brings: the others may have been applied.
    """
    own = {facts.path for facts in files}
    everything = [*files, *(facts for facts in past if facts.path not in own)]
    found: dict[str, list[Disorder]] = {}
    for finder in (_heads, _leaves, _numbers):
        for disorder in finder(everything, own, added):
            found.setdefault(disorder.location.path, []).append(disorder)
    return found


def _last(paths: Iterable[str], own: Collection[str], added: Collection[str]) -> str:
    """Return which of several a finding stands at: one that the change brings, the last one."""
    there = [path for path in paths if path in own]
    new = [path for path in there if path in added]
    return max(new or there, key=natural, default="")


def _place(facts: FileFacts, name: str) -> Location:
    return next(
        (fact.location for fact in facts.facts if isinstance(fact, Setting) and fact.name == name),
        Location(facts.path, 1, 1, 1, 1),
    )


# -- Alembic -----------------------------------------------------------------------------------


def _heads(
    files: Iterable[FileFacts], own: Collection[str], added: Collection[str]
) -> Iterator[Disorder]:
    """Yield the heads of an Alembic environment that has more than one and does not mean to.

    https://alembic.sqlalchemy.org/en/latest/branches.html
    """
    folders: dict[str, list[FileFacts]] = {}
    followed: set[str] = set()
    for facts in files:
        said = said_of(facts)
        if facts.path.endswith(".py") and "revision" in said:
            folders.setdefault(chain_of(facts.path), []).append(facts)
            followed.update(texts_of(said.get("down_revision")))
            followed.update(texts_of(said.get("depends_on")))
    for each in folders.values():
        heads = {name: facts for name, facts in _ends(each).items() if name not in followed}
        at = _last([facts.path for facts in heads.values()], own, added)
        if len(heads) > 1 and at:
            yield _branch("alembic", "down_revision", heads, at)


def _ends(files: Sequence[FileFacts]) -> dict[str, FileFacts]:
    """Return by name the revisions that follow another one; none where not all can be read."""
    by_name: dict[str, FileFacts] = {}
    firsts: set[str] = set()
    for facts in files:
        said = said_of(facts)
        name = next(iter(texts_of(said["revision"])), "")
        before = said.get("down_revision")
        if not name or name in by_name or before is None or texts_of(said.get("branch_labels")):
            return {}
        if before.kind is Kind.CONSTANT and before.constant is None:
            firsts.add(name)
        elif not texts_of(before):
            return {}
        by_name[name] = facts
    # One that follows nothing begins a history of its own.
    return {name: facts for name, facts in by_name.items() if name not in firsts}


def _branch(tool: str, setting: str, ends: Mapping[str, FileFacts], at: str) -> Disorder:
    (name,) = (name for name, facts in ends.items() if facts.path == at)
    others = sorted((one for one in ends if one != name), key=lambda one: natural(ends[one].path))
    return Disorder(
        Placing.BRANCH,
        _place(ends[name], setting),
        tool,
        name,
        tuple(others),
        tuple(_place(ends[one], setting) for one in others),
    )


# -- Django ------------------------------------------------------------------------------------


def _leaves(
    files: Iterable[FileFacts], own: Collection[str], added: Collection[str]
) -> Iterator[Disorder]:
    """Yield the last migrations of an app that has more than one: `migrate` refuses to begin.

    https://docs.djangoproject.com/en/5.2/topics/migrations/#version-control
    """
    apps: dict[str, list[FileFacts]] = {}
    for facts in files:
        folder, _, name = facts.path.rpartition("/")
        is_one = folder.rpartition("/")[2] == "migrations" and name.endswith(".py")
        if is_one and "revision" not in said_of(facts):
            apps.setdefault(folder, []).append(facts)
    for each in apps.values():
        leaves = _leaves_of(each)
        at = _last([facts.path for facts in leaves.values()], own, added)
        if len(leaves) > 1 and at:
            yield _branch("django", "dependencies", leaves, at)


def _leaves_of(files: Sequence[FileFacts]) -> dict[str, FileFacts]:
    """Return the leaves by name; none where what is read does not tell."""
    known = [depending(facts) for facts in files]
    if not all(one.readable for one in known):
        return {}
    gone = {old for one in known for old in one.replaces}
    followed = {name for one in known if one.name not in gone for name in one.after}
    followed |= {one.name for one in known if one.before}
    by_path = {facts.path: facts for facts in files}
    names = {one.name for one in known} | gone
    return {
        one.name: by_path[one.path]
        for one in known
        if one.name not in followed | gone
        and not followed.intersection(one.replaces)
        and names.intersection((*one.after, *one.replaces))
    }


# -- files of SQL ------------------------------------------------------------------------------


def _version(path: str) -> tuple[str, tuple[int, ...]] | None:
    """Return the tool that a file's name shows and the version in it."""
    name = path.rpartition("/")[2]
    flyway, paired, timed = FLYWAY.match(name), PAIRED.match(name), SUPABASE.search(path)
    if timed:
        return "supabase", (int(timed[1]),)
    if flyway:
        numbers = [int(part[:40]) for part in re.split(r"[._]", flyway[1])]
        while len(numbers) > 1 and not numbers[-1]:
            numbers.pop()  # "1.0" is "1"
        return "flyway", tuple(numbers)
    if paired:
        tool = "golang-migrate" if len(paired[1]) == COUNTED else "paired"
        return tool, (int(paired[1][:40]),)
    return None


def _numbers(
    files: Iterable[FileFacts], own: Collection[str], added: Collection[str]
) -> Iterator[Disorder]:
    """Yield the files of SQL whose number another one has, or a later one came before."""
    chains: dict[tuple[str, str], list[tuple[tuple[int, ...], str]]] = {}
    for facts in files:
        told, folder = _version(facts.path), facts.path.rpartition("/")[0]
        if told is not None and not is_aside(facts.path):
            chains.setdefault((folder, told[0]), []).append((told[1], facts.path))
    for (_, tool), each in chains.items():
        if tool in REFUSES_TWICE:
            yield from _twice(tool, each, own, added)
        if tool in REFUSES_BEHIND and added:
            yield from _behind(tool, each, own, added)


def _twice(
    tool: str,
    numbered: Sequence[tuple[tuple[int, ...], str]],
    own: Collection[str],
    added: Collection[str],
) -> Iterator[Disorder]:
    same: dict[tuple[int, ...], list[str]] = {}
    for number, path in numbered:
        same.setdefault(number, []).append(path)
    if _takes_twice(same, added):
        return
    for paths in same.values():
        at = _last(paths, own, added)
        if len(paths) > 1 and at:
            others = [path for path in paths if path != at]
            yield _at(Placing.TWICE, tool, at, others)


def _takes_twice(same: Mapping[tuple[int, ...], Sequence[str]], added: Collection[str]) -> bool:
    """Tell whether migrations went on after a number that is there twice and not of the change."""
    return any(
        len(paths) > 1
        and not any(path in added for path in paths)
        and sum(later > number for later in same) >= LIVED_WITH
        for number, paths in same.items()
    )


def _behind(
    tool: str,
    numbered: Sequence[tuple[tuple[int, ...], str]],
    own: Collection[str],
    added: Collection[str],
) -> Iterator[Disorder]:
    there = [each for each in numbered if each[1] not in added]
    if not there:
        return
    newest, last = max(there)
    for number, path in numbered:
        if path in own and path in added and number < newest:
            yield _at(Placing.BEHIND, tool, path, [last])


def _at(placing: Placing, tool: str, path: str, others: Sequence[str]) -> Disorder:
    names = tuple(other.rpartition("/")[2] for other in others)
    places = tuple(Location(other, 1, 1, 1, 1) for other in others)
    return Disorder(
        placing, Location(path, 1, 1, 1, 1), tool, path.rpartition("/")[2], names, places
    )
