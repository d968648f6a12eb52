"""What of a file other files may feel: two versions that agree in it differ in themselves alone."""

from collections import Counter
from collections.abc import Callable, Hashable, Iterable, Iterator

from nonevent.facts import (
    Call,
    Class,
    Dependency,
    FileFacts,
    Function,
    Mutation,
    Setting,
    StateCell,
    Value,
)
from nonevent.location import Location

__all__ = ["Registers", "outward", "plain_fact", "plain_value"]

NOWHERE = Location("", 0, 0, 0, 0)
Registers = Callable[[str], bool]  # tells whether a callee may give a role to what it is handed


def outward(files: Iterable[FileFacts], registers: Registers) -> Counter[Hashable]:
    """Return what these files say to others, wherever in them it stands."""
    return Counter(thing for facts in files for thing in _said(facts, registers))


def _said(facts: FileFacts, registers: Registers) -> Iterator[Hashable]:
    module = facts.module or facts.path
    yield module, facts.is_program, facts.limited
    for pair in facts.exports:
        yield module, "exports", pair
    for held in facts.held:
        made = held.made and plain_value(held.made)
        yield module, "held", held._replace(made=made)
    for call in facts.pending:
        given = tuple(name for name, _ in call.keywords)
        yield module, call.callee, call.scope, len(call.arguments), given, call.open, call.hands
    for fact in facts.facts:
        if isinstance(fact, Call):
            tells = bool(fact.hands) or registers(fact.callee)
            told = tuple(_given(fact)) if tells else ()
            yield module, fact.callee, fact.scope, fact.decorates, fact.hands, fact.starts, told
        elif isinstance(fact, Mutation):
            yield module, fact.cell, fact.how, fact.scope, fact.of_self
        elif isinstance(fact, Class | Dependency | Function | Setting | StateCell):
            yield module, plain_fact(fact)


def plain_fact(fact: Class | Dependency | Function | Setting | StateCell) -> Hashable:
    """Return a fact without its place."""
    if isinstance(fact, Function):
        marks = tuple(map(plain_value, fact.decorators))
        return fact._replace(location=NOWHERE, decorators=marks)
    if isinstance(fact, Setting):
        return fact._replace(location=NOWHERE, value=plain_value(fact.value))
    return fact._replace(location=NOWHERE)


def _given(call: Call) -> Iterator[tuple[str, Value]]:
    yield from (("", plain_value(value)) for value in call.arguments)
    yield from ((name, plain_value(value)) for name, value in call.keywords)


def plain_value(value: Value) -> Value:
    """Return a value without its place."""
    return value._replace(
        span=(0, 0, 0, 0),
        items=tuple(map(plain_value, value.items)),
        keywords=tuple((name, plain_value(item)) for name, item in value.keywords),
    )
