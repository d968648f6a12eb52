"""Where what a change does may be felt: names that it leads to, and names that lead to it."""

from collections import Counter
from collections.abc import Hashable, Iterable, Iterator, Sequence
from functools import partial
from typing import NamedTuple

from nonevent.facts import (
    Call,
    Class,
    FileFacts,
    Function,
    Held,
    Kind,
    Mutation,
    Setting,
    Value,
)
from nonevent.link.outward import Registers, plain_fact, plain_value

__all__ = ["Leads", "leads"]


class Leads(NamedTuple):
    """What to look for in files beside a change."""

    # Of the change, that call others or bear other marks: "shop.web:cart".
    functions: frozenset[str]
    down: frozenset[str]  # dotted names that are called, registered, derived from, changed
    up: frozenset[tuple[str, str]]  # words of which a file holds both that uses what changed


def leads(now: Sequence[FileFacts], was: Sequence[FileFacts], registers: Registers) -> Leads:
    """Return what leads out of the files of a change, in one version and not in the other."""
    new, old = _parts(now, registers), _parts(was, registers)
    known = {name for facts in was for name in _defined(facts)}  # nobody uses what is new
    functions: set[str] = set()
    down: set[str] = set()
    up: set[tuple[str, str]] = set()
    for part in (new - old) + (old - new):
        down.update(part.down)
        up.update(pair for pair in part.up if pair in known or pair[0] == pair[1])
        if part.function:
            functions.add(part.function)
    return Leads(frozenset(functions), frozenset(down), frozenset(up))


def _defined(facts: FileFacts) -> Iterator[tuple[str, str]]:
    """Yield the module, without its package, with each name that it defines."""
    last = facts.module.rpartition(".")[2]
    named = [fact for fact in facts.facts if isinstance(fact, Class | Function)]
    for each in (*named, *facts.held):
        yield last, each.name.partition(".")[0]


class _Part(NamedTuple):
    """One thing that a file says."""

    said: Hashable
    function: str = ""
    down: tuple[str, ...] = ()
    up: tuple[tuple[str, str], ...] = ()


def _parts(files: Iterable[FileFacts], registers: Registers) -> Counter[_Part]:
    return Counter(part for facts in files for part in _of(facts, registers))


def _of(facts: FileFacts, registers: Registers) -> Iterator[_Part]:
    module = facts.module
    last = module.rpartition(".")[2]

    handing = {
        call.scope
        for call in (*facts.facts, *facts.pending)
        if isinstance(call, Call) and call.hands
    }

    def users(name: str) -> tuple[tuple[str, str], ...]:
        first = name.partition(".")[0]
        return ((last, first),) if last and first else ()

    if facts.path.endswith("__init__.py"):
        for name, target in facts.exports:
            yield _Part(("exports", module, name), "", (target,), users(name))
    for held in filter(partial(_is_object, module), facts.held):
        made = held.made and plain_value(held.made)
        name = f"{held.name[1:]}." if held.name[0] == "@" else held.name
        up = ((name, name),) if held.name[0] == "@" else users(name)
        yield _Part((module, held._replace(made=made)), "", (), up)
    for call in facts.pending:
        given = tuple(name for name, _ in call.keywords)
        counted = len(call.arguments), given, call.hands
        yield _Part((module, call.callee, call.scope, counted), "", (call.callee,))
    for fact in facts.facts:
        if isinstance(fact, Function):
            name = f"{module}:{fact.name}"
            # an edge by itself: one that is added leads to what is called, and to nothing else
            for callee in fact.calls:
                yield _Part((name, callee), name, (callee,))
            yield _Part(plain_fact(fact._replace(calls=())), name, fact.calls)
            if fact.name in handing or fact.unlimited:
                limits = fact.parameters, fact.unlimited
                yield _Part((name, limits), "", (), users(fact.name))
        elif isinstance(fact, Call):
            if registers(fact.callee):
                values = (*fact.arguments, *(value for _, value in fact.keywords))
                told = tuple(map(plain_value, values))
                names = tuple(name for value in values for name in _names(value))
                yield _Part((module, fact.callee, told), "", names)
            if fact.hands and fact.scope:
                said = module, fact.callee, fact.scope, fact.hands
                yield _Part(said, "", (), users(fact.scope))
        elif isinstance(fact, Class):
            yield _Part((module, plain_fact(fact)), "", fact.bases, users(fact.name))
        elif isinstance(fact, Mutation) and "." in fact.cell:
            yield _Part((module, fact.cell, fact.how, fact.scope), "", (fact.cell,))
        elif isinstance(fact, Setting):
            yield _Part((module, plain_fact(fact)), "", (), ((fact.name, fact.name),))


def _is_object(module: str, held: Held) -> bool:
    """Tell whether a name holds a client, or an object of a class of the project."""
    ours = ":" in held.type or held.type.partition(".")[0] == module.partition(".")[0]
    return held.made is not None or ours or bool(held.others)


def _names(value: Value) -> Iterator[str]:
    if value.kind in {Kind.NAME, Kind.CALL} and value.name:
        yield value.name.removesuffix(".as_view")
    for item in value.items:
        yield from _names(item)
