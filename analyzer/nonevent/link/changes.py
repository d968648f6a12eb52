"""What the changes of one cell say of each other."""

import re
from collections.abc import Collection, Iterable, Iterator, Sequence

from nonevent.facts import FileFacts, Kind, Mutation, Role
from nonevent.location import Location

__all__ = ["compared"]

TAKES = frozenset({"clear", "del", "discard", "pop", "popitem", "popleft", "remove"})
REBINDS = "global assignment"
# Words of functions by which a program throws out what is no longer true.
THROWS_OUT = frozenset(
    {"clear", "delete", "discard", "drop", "evict", "flush", "forget", "invalidate", "pop"}
    | {"purge", "remove", "reset", "revoke"}
)


def compared(files: Sequence[FileFacts]) -> tuple[FileFacts, ...]:
    """Return the facts, each change with what requests do to its cell elsewhere."""
    changes = [fact for facts in files for fact in facts.facts if isinstance(fact, Mutation)]
    thrown_out = set(_thrown_out(changes))
    filled = set(_filled(changes))
    taken = set(_taken(changes)) - filled
    filled.update(set(_beside(changes)) & taken)
    first = _first(changes)
    switched = set(_switched(changes))
    if not (thrown_out or filled or taken or switched or any(fact.loose for fact in changes)):
        return tuple(files)
    return tuple(
        facts._replace(
            facts=tuple(
                fact._replace(
                    thrown_out=fact.target.location in thrown_out,
                    filled=fact.target.location in filled and fact.how in TAKES,
                    beside=fact.target.location in taken and not fact.reach and _puts(fact),
                    loose=fact.loose and first.get(fact.target.location) == fact.location,
                    switched=_is_switch(fact, switched),
                )
                if isinstance(fact, Mutation) and fact.target
                else fact
                for fact in facts.facts
            )
        )
        for facts in files
    )


def _switched(changes: Iterable[Mutation]) -> Iterator[Location]:
    """Yield the names that one handler binds to None, and another to something."""
    bound: dict[Location, dict[bool, set[str]]] = {}
    for fact in changes:
        if fact.target is not None and _is_own_rebinding(fact) and not fact.looked_up:
            sides = bound.setdefault(fact.target.location, {})
            sides.setdefault(_is_nothing(fact), set()).add(fact.scope)
    for place, sides in bound.items():
        if len(sides) > 1 and len(set.union(*sides.values())) > 1:
            yield place


def _is_switch(fact: Mutation, switched: Collection[Location]) -> bool:
    own = fact.target is not None and fact.target.location in switched and _is_own_rebinding(fact)
    return own and not fact.looked_up


def _is_own_rebinding(fact: Mutation) -> bool:
    """Tell whether a handler itself binds a name of its module anew."""
    return fact.how == REBINDS and any(
        one.role is Role.HANDLER and one.entry == fact.scope for one in fact.reach
    )


def _is_nothing(fact: Mutation) -> bool:
    value = fact.value
    return value is not None and value.kind is Kind.CONSTANT and value.constant is None


def _filled(changes: Iterable[Mutation]) -> Iterator[Location]:
    """Yield the cells into which requests put something."""
    for fact in changes:
        if fact.target is not None and _puts(fact) and _is_asked(fact):
            yield fact.target.location


def _taken(changes: Iterable[Mutation]) -> Iterator[Location]:
    """Yield the cells from which requests take something."""
    for fact in changes:
        if fact.target is not None and fact.how in TAKES and _is_asked(fact):
            yield fact.target.location


def _beside(changes: Iterable[Mutation]) -> Iterator[Location]:
    """Yield the cells into which puts something what nobody is known to reach."""
    for fact in changes:
        if fact.target is not None and _puts(fact) and fact.scope and not fact.reach:
            yield fact.target.location


def _puts(fact: Mutation) -> bool:
    return fact.how not in TAKES and fact.how != REBINDS


def _is_asked(fact: Mutation) -> bool:
    return any(one.role is Role.HANDLER for one in fact.reach)


def _first(changes: Iterable[Mutation]) -> dict[Location, Location]:
    """Return for each cell that nobody is known to reach where something first goes in.

    It is told there alone.
    """
    found: dict[Location, Location] = {}
    known = {fact.target.location for fact in changes if fact.target and fact.reach}
    for fact in changes:
        counts = fact.loose and fact.visitor and not fact.fetched and not fact.brief
        if counts and _puts(fact) and fact.target and fact.target.location not in known:
            place = found.setdefault(fact.target.location, fact.location)
            found[fact.target.location] = min(place, fact.location)
    return found


def _thrown_out(changes: Iterable[Mutation]) -> Iterator[Location]:
    for fact in changes:
        if fact.target is not None and fact.how in TAKES:
            words = re.findall("[a-z]+", fact.scope.rpartition(".")[2].lower())
            if _is_asked(fact) and not THROWS_OUT.isdisjoint(words):
                yield fact.target.location
