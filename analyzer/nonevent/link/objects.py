"""What the object of a call is, where another module made it."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import NamedTuple

from nonevent.facts import Call, Class, FileFacts, Function, Held, Value
from nonevent.link.modules import Modules, index

__all__ = ["NONE", "Found", "Methods", "Objects", "handed", "objects"]

# How many objects, results and attributes are followed to the one that a library made.
HOPS = 8


class Found(NamedTuple):
    """What a dotted name turned out to be."""

    name: str  # "requests.Session.get", "shop.carts:Carts.add"; "" where it cannot be known
    made: Value | None = None  # the constructor call of the object that it is a method of


NOTHING = Found("")


class Methods(NamedTuple):
    """What rules know of the objects that modules hand to each other."""

    calls: frozenset[str] = frozenset()  # "requests.Session.get"
    clients: frozenset[str] = frozenset()  # "requests.Session"


NONE = Methods()


class Objects:
    """The project's classes, functions and what they hold, asked for what a name means."""

    def __init__(
        self,
        modules: Modules,
        classes: Mapping[str, Class],
        functions: Mapping[str, Function],
        held: Mapping[str, Held],
        methods: Methods,
    ) -> None:
        self.modules = modules
        self.classes = classes
        self.functions = functions
        self.held = held
        self.calls, self.clients = methods
        self.missing: set[str] = set()  # names met that no file tells more of: one may be unread
        self._known: dict[tuple[str, str], Found] = {}

    def resolve(self, name: str, importer: str, hops: int = HOPS) -> Found:
        """Return what `name` means in the module `importer`."""
        asked = name, importer
        known = self._known.get(asked)
        if known is None:
            self._known[asked] = NOTHING  # a name that leads to itself
            known = self._known[asked] = self._resolve(name, importer, hops)
        return known

    def called(self, pending: Iterable[Call], importer: str) -> tuple[Call, ...]:
        """Return the pending calls of a library's method, under its name."""
        found = ((call, self.resolve(call.callee, importer)) for call in pending)
        return tuple(
            call._replace(callee=what.name, receiver=what.made)
            for call, what in found
            if what.name in self.calls
        )

    def is_ours(self, name: str) -> bool:
        """Tell whether a name may be something of this project."""
        return ":" in name or name.partition(".")[0] in self.modules.parts

    def _resolve(self, name: str, importer: str, hops: int) -> Found:
        if name in self.calls or name in self.clients:
            return Found(name)
        meant = self.modules.meant(name, importer)
        module, colon, inner = meant.partition(":")
        if not colon:
            self.missing.add(meant)
            return Found(meant)
        if meant in self.functions or meant in self.classes:
            return Found(meant)
        if not hops:
            return NOTHING
        first, *rest = inner.split(".")
        return self._walk(f"{module}:{first}", rest, hops)

    def _walk(self, place: str, rest: Sequence[str], hops: int) -> Found:
        """Follow the attributes `rest` from a definition or a variable of the project."""
        for at, part in enumerate(rest):
            if place not in self.classes:
                return self._of(place, rest[at:], hops)
            member = self.member(place, part)
            if ":" not in member:  # of a library's class that it is derived from
                return Found(".".join((member, *rest[at:])) if member else "")
            place = member
        return Found(place) if place in self.functions else self._of(place, (), hops)

    def _of(self, place: str, rest: Sequence[str], hops: int) -> Found:
        """Return what `rest` of the object is that a variable or a function's result holds."""
        held = self.held.get(f"{place}()" if place in self.functions else place)
        if held is None:
            self.missing.add(".".join((place, *rest)))
            return NOTHING if rest else Found(place)
        found = self.resolve(".".join((held.type, *rest)), place.partition(":")[0], hops - 1)
        if found.made is None and held.made is not None and len(rest) <= 1:
            return found._replace(made=held.made)
        return found

    def member(self, owner: str, name: str) -> str:
        """Return where a class, or the nearest above it, has a member: "shop.base:Base.client".

        Or the library's class that brings it, whose calls no class on the way bounds; "" where
        neither is known.
        """
        foreign: list[str] = []
        bounded = False
        for current in self.ancestry(owner):
            if ":" not in current:
                foreign.append(current)
                continue
            place = f"{current}.{name}"
            if place in self.functions or place in self.held or place in self.classes:
                return place
            bounded = bounded or self.classes[current].limits
        if bounded:
            return ""
        return next((one for one in foreign if f"{one}.{name}" in self.calls), "")

    def ancestry(self, owner: str) -> Iterable[str]:
        """Yield a class and all above it, the nearest first; a library's by its dotted name."""
        queue, seen = [owner], set[str]()
        for current in queue:  # grows while it is read
            if current in seen:
                continue
            seen.add(current)
            cls = self.classes.get(current)
            if cls is None:
                if ":" not in current:
                    yield current
                continue
            yield current
            module = current.partition(":")[0]
            queue += [self.base(base, module) for base in cls.bases if base]

    def base(self, name: str, module: str) -> str:
        """Return the class that stands as a base in a module."""
        if name in self.clients:
            return name
        found = self.resolve(name, module).name
        return found or name.replace(":", ".")


def objects(
    files: Iterable[FileFacts],
    modules: Modules,
    functions: Mapping[str, Function],
    methods: Methods,
) -> Objects:
    """Return the objects that `files` hold, with the clients that rules know."""
    classes: dict[str, Class] = {}
    held: dict[str, Held] = {}
    for facts in files:
        for each in facts.held:
            held[f"{facts.module}:{each.name}"] = each
        for fact in facts.facts:
            if isinstance(fact, Class):
                classes[f"{facts.module}:{fact.name}"] = fact
    return Objects(modules, classes, functions, held, methods)


def handed(files: Sequence[FileFacts], methods: Methods) -> list[tuple[str, str]]:
    """Return module and name of all in `files` that leads other modules to a library's client."""
    modules = index(files)
    ways = {place: way for facts in files for place, way in _ways(facts, methods)}
    leads: set[str] = set()
    found = True
    while found:
        found = False
        for place, (module, kind) in [*ways.items()]:
            if kind in methods.clients or modules.meant(kind, module) in leads:
                del ways[place]
                name = place.partition("<")[0].removesuffix("()")
                owner = name.rpartition(".")[0]
                leads |= {name, owner} if ":" in owner else {name}
                found = True
    return sorted(
        {
            (module, name.partition(".")[0])
            for module, _, name in (place.partition(":") for place in leads)
        }
    )


def _ways(facts: FileFacts, methods: Methods) -> Iterator[tuple[str, tuple[str, str]]]:
    """Yield what may lead to a client, with the module and the name that it stands for there."""
    module = facts.module
    for each in facts.held:
        yield f"{module}:{each.name}", (module, each.type)
    for name, target in facts.exports:
        if target not in methods.clients:
            yield f"{module}:{name}", (module, target)
    for fact in facts.facts:
        if isinstance(fact, Class):
            for base in fact.bases:
                yield f"{module}:{fact.name}<{base}", (module, base)
