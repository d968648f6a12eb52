"""Migrations around a change that came before it: those that name what its steps change."""

import re
from collections.abc import Iterable, Iterator, Mapping

from nonevent.facts import Fact, FileFacts, Kind, Operation, SchemaStep, Setting, Value
from nonevent.link.disorder import is_ordered
from nonevent.link.numbers import chain_of, number_of
from nonevent.link.tables import key
from nonevent.location import Location
from nonevent.reading import is_hint
from nonevent.sight import Sight

__all__ = ["RUNNERS", "earlier", "telling", "unread"]

# A table that was renamed has its first steps under another name.
ROUNDS = 3
NEIGHBOURS = 6  # newest files of a chain: one of them speaks its database's own words
# Steps whose effect depends on what the table was before.
ASKING = frozenset(
    (
        Operation.ADD_CONSTRAINT,
        Operation.ALTER_TYPE,
        Operation.DROP_COLUMN,
        Operation.DROP_CONSTRAINT,
        Operation.DROP_INDEX,
        Operation.RENAME_COLUMN,
        Operation.SET_NOT_NULL,
    )
)
SAID = re.compile(
    rb"(?m)^[ \t]*(revision|down_revision|depends_on|dependencies|replaces)\b[^=\n]*=\s*"
    rb"(\((?:[^()]|\([^()]*\))*\)|\[[^\]]*\]|[^\n]*)"
)
PLACES = frozenset(("revision", "down_revision", "dependencies", "replaces"))
RUNNERS = re.compile(r"(?:^|/)(?:sqitch\.plan|flyway\.(?:conf|toml))$|\.sql\.conf$")
PAIR = re.compile(rb"""\(\s*["']([\w.]+)["']\s*,\s*["'](\w+)["']\s*,?\s*\)""")
TEXT = re.compile(rb"""["']([^"'\n]+)["']""")
NOWHERE = (1, 1, 1, 1)


def earlier(sight: Sight) -> tuple[FileFacts, ...]:
    """Return the migrations around the side that its own ones build on.

    Files are read where they name one of the tables, or the index that goes; of the others of a
    chain only what says their place in it.
    """
    chains: dict[str, set[str]] = {}
    placed = [path for path in sight.own if path in sight.facts]
    for path in placed:
        names = set(_names(sight.facts[path]))
        if names or (path.endswith(".py") and any(map(_is_place, sight.facts[path].facts))):
            chains.setdefault(chain_of(path), set()).update(names)
    numbered = {path.rpartition("/")[0] for path in placed if is_ordered(path)}
    if not chains and not numbered:
        return ()
    before = sight.past(lambda path: path.endswith((".py", ".sql")) and chain_of(path) in chains)
    for _ in range(ROUNDS):
        if not sight.read(list(_naming(before, chains))):
            break
        for path in before.keys() & sight.facts.keys():
            chains[chain_of(path)].update(_former(sight.facts[path], chains[chain_of(path)]))
    others = sight.past(lambda path: path.rpartition("/")[0] in numbered and is_ordered(path))
    return (
        *(
            sight.facts[path] if path in sight.facts else _placed(path, data)
            for path, data in sorted(before.items())
        ),
        *(FileFacts(path) for path in sorted(others) if path not in before),
        *_running(sight),
    )


def _is_place(fact: Fact) -> bool:
    return isinstance(fact, Setting) and fact.name in PLACES


def _running(sight: Sight) -> Iterator[FileFacts]:
    """Yield what tells in which order, and how, the side's files of SQL run."""
    if not any(path.endswith(".sql") for path in sight.side):
        return
    telling = list(sight.past(lambda path: bool(RUNNERS.search(path))))
    sight.read(telling)
    yield from (sight.facts[path] for path in telling)


def telling(sight: Sight) -> tuple[FileFacts, ...]:
    """Read what tells the database of the side's migrations; return their nearest neighbours.

    A statement that every database understands is told by those beside it.
    """
    silent = [
        path
        for path in sight.own
        if path in sight.facts
        for fact in sight.facts[path].facts
        if isinstance(fact, SchemaStep) and not fact.dialect and fact.framework != "django"
    ]
    if not silent:
        return ()
    sight.read(list(sight.past(is_hint)))
    chains = {chain_of(path) for path in silent if path.endswith(".sql")}
    if not chains:
        return ()
    alike = sight.past(lambda path: path.endswith(".sql") and chain_of(path) in chains)
    near = sorted(alike.keys() - sight.facts.keys(), key=number_of)[-NEIGHBOURS:]
    sight.read(near)
    return tuple(sight.facts[path] for path in near)


def unread(sight: Sight) -> Iterator[FileFacts]:
    """Yield the places of the side's migrations that nobody had to read: they do nothing.

    What joins two branches is one of them.
    """
    chains = {
        chain_of(path)
        for path, facts in sight.facts.items()
        if path.endswith(".py") and any(map(_is_place, facts.facts))
    }
    own = sight.own if sight.is_part else sight.side  # `earlier` tells the others
    for path in own:
        if path.endswith(".py") and path not in sight.facts and chain_of(path) in chains:
            yield _placed(path, sight.held(path))


def _names(facts: FileFacts) -> Iterator[str]:
    """Yield the names of what a file's steps change and others have made."""
    for step in facts.facts:
        if isinstance(step, SchemaStep) and not (step.keeps_data or step.table_is_new):
            of_field = step.framework == "django" and step.operation is Operation.OTHER
            if step.operation in ASKING or (of_field and step.column):
                yield _name(step.table or step.name, step)
            elif step.object == "publication":  # of all tables: whatever makes one
                yield from ("table" if name == "*" else key(name) for name in step.values)


def _name(name: str, step: SchemaStep) -> str:
    """Return a table as migrations write it: the model where Django names it after one."""
    name = key(name)
    if step.framework != "django":
        return name
    parts = step.location.path.split("/")
    return name.removeprefix(f"{parts[-3]}_".lower()) if len(parts) > 2 else name  # noqa: PLR2004


def _former(facts: FileFacts, names: set[str]) -> Iterator[str]:
    for step in facts.facts:
        if not isinstance(step, SchemaStep) or step.operation is not Operation.RENAME_TABLE:
            continue
        if _name(step.new_name, step) in names:
            yield _name(step.table, step)


def _naming(before: Mapping[str, bytes], chains: Mapping[str, set[str]]) -> Iterator[str]:
    for chain, names in chains.items():
        words = b"|".join(re.escape(name.encode()) for name in sorted(names) if name)
        if not words:
            continue
        find = re.compile(rb"(?i)(?<![a-zA-Z0-9])(?:%s)(?![a-zA-Z0-9])" % words).search
        yield from (path for path, data in before.items() if chain_of(path) == chain and find(data))


def _placed(path: str, data: bytes) -> FileFacts:
    """Return what a migration says of its place among the others, told without reading it."""
    if not path.endswith(".py"):
        return FileFacts(path)
    here = Location(path, *NOWHERE)
    return FileFacts(
        path,
        tuple(Setting(name.decode(), _list(said), here) for name, said in SAID.findall(data)),
    )


def _list(written: bytes) -> Value:
    pairs = PAIR.findall(written)
    if pairs:
        return _sequence(_sequence(map(_constant, pair)) for pair in pairs)
    return _sequence(map(_constant, TEXT.findall(written)))


def _sequence(items: Iterable[Value]) -> Value:
    return Value(Kind.SEQUENCE, NOWHERE, items=tuple(items))


def _constant(text: bytes) -> Value:
    return Value(Kind.CONSTANT, NOWHERE, text.decode("utf-8", "replace"))
