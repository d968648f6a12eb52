"""Calls that a function makes for its callers: which of these give it no limit.

A function such as `def fetch(url, timeout=None)` leaves the limit to whoever calls it: those that
give none wait without limit. Of one that hands on all of its `**options` this is said where some
callers give one; where nobody does, the function itself is at fault, once.
"""

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence

from nonevent.facts import Call, Class, FileFacts, Function, Kind, Role, Value
from nonevent.link.objects import Objects
from nonevent.noun import NamedTuple

__all__ = ["Passed", "leaving", "pass_on"]

REST = "**"  # all keywords that the function does not name, as readers say it
LIMIT = "timeout"
# How many functions may stand between a caller and the call.
HOPS = 4


class Passed(NamedTuple):
    """What the callers of functions tell of the calls that these make."""

    instead: Mapping[tuple[str, Call], Call]  # path and call → the same, with what callers say
    more: Mapping[str, tuple[Call, ...]]  # path → calls of a function that makes one of a library


class _Way(NamedTuple):
    """A call that waits for a limit, at the place where its function is called or makes it."""

    made: Call  # the library's
    keyword: str  # of it, that the limit is passed by
    path: str
    at: Call  # where it is made, or the call of the function that makes it
    function: str  # around `at`: "shop.http:fetch"
    parameter: str  # of the function, that the limit comes from
    hops: int
    first: str  # the function that makes the library's call


class _Callers(NamedTuple):
    """The calls of one function, by what they give for a parameter."""

    none: Sequence[tuple[str, str, Call]]  # module, path and call
    passing: Sequence[tuple[str, str, Call, str]]  # with the parameter of their own function
    limited: bool  # some give a limit, or may


def leaving(files: Iterable[FileFacts], methods: Collection[str]) -> set[tuple[str, str]]:
    """Return module and qualified name of all functions whose callers may set a limit.

    That are those which hand one on to a library's call, to a method that may be one of the
    `methods` of a library's client, or to a function with the name of one of these. What a method
    hands on to the same one of a class above, as models do when they save, is none of them.
    """
    handing: list[tuple[str, str, str, bool]] = []  # module, function, whom it calls, a library's
    for facts in files:
        above = {
            (fact.name, base)
            for fact in facts.facts
            if isinstance(fact, Class)
            for base in fact.bases
        }
        for known, calls in ((True, facts.facts), (False, facts.pending)):
            for call in calls:
                if isinstance(call, Call) and call.hands:
                    one = call.scope.rpartition(".")[0], call.callee.rpartition(".")[0]
                    if known or one not in above:
                        handing.append((facts.module, call.scope, _last(call.callee), known))
    names = {_last(scope) for _, scope, last, known in handing if known or last in methods}
    while more := {_last(scope) for _, scope, last, _ in handing if last in names} - names:
        names |= more
    return {(module, scope) for module, scope, _, _ in handing if _last(scope) in names}


def pass_on(
    files: Sequence[FileFacts],
    pending: Mapping[str, Sequence[Call]],
    known: Objects,
    roles: Mapping[str, Role],
) -> Passed:
    """Return the calls that wait without limit because callers give none.

    `pending` holds the calls of each file that turned out to be a library's; `roles` those of
    whole files.
    """
    served = [facts for facts in files if roles.get(facts.path) is not Role.TEST]
    ways = [way for facts in served for way in _ways(facts, pending.get(facts.path, ()))]
    if not ways:
        return Passed({}, {})
    said = {name for facts in served for name in facts.limited}
    callers = _callers(served, known)
    instead: dict[tuple[str, Call], Call] = {}
    more: dict[str, list[Call]] = {}
    later: list[_Way] = []  # whose function hands on what its own callers do not limit
    limited: set[Call] = set()  # to which some caller, near or far, may give a limit
    seen: set[tuple[str, str, Call]] = set()
    for way in ways:  # grows while it is read
        key = way.function, way.parameter, way.made
        if key in seen:
            continue
        seen.add(key)
        if way.parameter.endswith("()"):
            if not way.hops and _is_free(way, known):
                instead[way.path, way.made] = way.made._replace(unpassed=True)
            continue
        found = _given(callers.get(way.function, ()), way, known.functions, said)
        if found.limited:
            limited.add(way.made)
        if found.none and (found.limited or way.parameter != REST):
            name = way.function.partition(":")[2]
            for _, path, call in found.none:
                more.setdefault(path, []).append(_through(call, way, name))
        elif found.none:
            if way.hops:
                later.append(way)
            elif not _overrides(way, known):
                instead[way.path, way.made] = _unpassed(way)
            continue
        if way.hops < HOPS:
            ways += (
                way._replace(
                    path=path,
                    at=call,
                    function=f"{module}:{call.scope}",
                    parameter=parameter,
                    hops=way.hops + 1,
                )
                for module, path, call, parameter in found.passing
            )
    for way in later:
        if way.keyword != REST or way.made in limited or _overrides(way, known):
            name = way.at.callee.replace(":", ".")
            more.setdefault(way.path, []).append(_through(way.at, way, name))
        else:
            instead[way.made.location.path, way.made] = _unpassed(way)
    return Passed(instead, {path: tuple(calls) for path, calls in more.items()})


def _ways(facts: FileFacts, pending: Sequence[Call]) -> Iterator[_Way]:
    for call in (*facts.facts, *pending):
        if isinstance(call, Call):
            for keyword, parameter in call.hands:
                function = f"{facts.module}:{call.scope}"
                yield _Way(call, keyword, facts.path, call, function, parameter, 0, function)


def _callers(
    files: Iterable[FileFacts], known: Objects
) -> Mapping[str, Sequence[tuple[str, str, Call]]]:
    """Return function → module, path and call of all that call it by a name that is known."""
    found: dict[str, list[tuple[str, str, Call]]] = {}
    for facts in files:
        for call in facts.pending:
            place = known.resolve(call.callee, facts.module).name
            if place in known.classes:
                place = known.member(place, "__init__")
            if place in known.functions:
                found.setdefault(place, []).append((facts.module, facts.path, call))
    return found


def _given(
    callers: Iterable[tuple[str, str, Call]],
    way: _Way,
    functions: Mapping[str, Function],
    said: set[str],
) -> _Callers:
    """Return what the callers of a way's function give for its parameter."""
    position = _position(functions.get(way.function), way.parameter)
    wanted = LIMIT if way.parameter == REST else way.parameter
    none: list[tuple[str, str, Call]] = []
    passing: list[tuple[str, str, Call, str]] = []
    limited = _last(way.function) in said
    for module, path, call in callers:
        own = dict(call.hands)
        if wanted in own:
            passing.append((module, path, call, own[wanted]))
        elif call.argument(wanted, position) is not None:
            limited = True
        elif REST in own:
            passing.append((module, path, call, REST))
        elif call.open:
            limited = True
        else:
            none.append((module, path, call))
    return _Callers(none, passing, limited)


def _position(function: Function | None, parameter: str) -> int | None:
    """Return the 0-based place of a parameter as callers count; None where it has none."""
    if function is None:
        return None
    found = [each.name for each in function.parameters]
    if function.owner and found[:1] in (["self"], ["cls"]):
        del found[0]
    return found.index(parameter) if parameter in found else None


def _is_free(way: _Way, known: Objects) -> bool:
    """Tell whether all that a call is given beside what is read are outcomes without a limit."""
    module = way.function.partition(":")[0]
    made = [name.removesuffix("()") for _, name in way.made.hands]
    functions = [known.functions.get(known.resolve(name, module).name) for name in made]
    return all(function is not None and function.unlimited for function in functions)


def _overrides(way: _Way, known: Objects) -> bool:
    """Tell whether a method stands in for the library's: the library itself may call it."""
    function = known.functions.get(way.first)
    owner = f"{way.first.partition(':')[0]}:{function.owner}" if function is not None else ""
    return way.made.callee.rpartition(".")[0] in known.ancestry(owner)


def _unpassed(way: _Way) -> Call:
    """Return the call of a function to which nobody gives a limit."""
    made = way.made
    if way.keyword == REST:
        return made._replace(unpassed=True)
    return made._replace(keywords=_none(made, way), unpassed=True, mentions=False)


def _through(call: Call, way: _Way, name: str) -> Call:
    """Return the call of such a function as the one that it makes."""
    made = way.made
    return call._replace(
        callee=made.callee,
        arguments=made.arguments,
        keywords=_none(made, way),
        open=False,
        receiver=made.receiver,
        block=None,
        hands=(),
        through=name,
        mentions=False,
    )


def _none(made: Call, way: _Way) -> tuple[tuple[str, Value], ...]:
    """Return the keywords of a call whose limit is None, since no caller gives another."""
    return tuple(
        (name, Value(Kind.CONSTANT, value.span, alias=way.parameter))
        if name == way.keyword
        else (name, value)
        for name, value in made.keywords
    )


def _last(place: str) -> str:
    return place.replace(":", ".").rpartition(".")[2]
