"""What the object of a call is, where another module made it."""

from collections.abc import Callable, Iterable, Iterator, Sequence

from nonevent.facts import ENTRY, Call, Class, FileFacts, Function, Held, StateCell, Value
from nonevent.link.modules import Modules
from nonevent.noun import NamedTuple

__all__ = ["NONE", "Found", "Methods", "Objects"]

# How many objects, results and attributes are followed to the one that a library made.
HOPS = 8


class Found(NamedTuple):
    """What a dotted name turned out to be."""

    name: str  # "requests.Session.get", "shop.carts:Carts.add"; "" where it cannot be known
    made: Value | None = None  # the constructor call of the object that it is a method of
    others: tuple[str, ...] = ()  # what else it may be, where objects of several classes are


NOTHING = Found("")


class Methods(NamedTuple):
    """What rules know of the objects that modules hand to each other."""

    calls: frozenset[str] = frozenset()  # "requests.Session.get"
    clients: frozenset[str] = frozenset()  # "requests.Session"


NONE = Methods()


class Objects:
    """The project's classes, functions and what they hold, asked for what a name means."""

    def __init__(
        self, files: Iterable[FileFacts], modules: Modules, methods: Methods = NONE
    ) -> None:
        """Take what `files` hold, by name; `methods` are those of clients that rules know."""
        self.modules = modules
        self.classes: dict[str, Class] = {}
        self.functions: dict[str, Function] = {}
        self.held: dict[str, Held] = {}
        # Attribute, or entry, of the application → modules that set it, each with the type.
        self.applied: dict[str, list[tuple[str, str]]] = {}
        self.cells: dict[str, StateCell] = {}
        self.hanging: dict[str, StateCell] = {}  # by the last part of its name
        self.calls, self.clients = methods
        for facts in files:
            self._take(facts)
        self._below: dict[str, list[str]] | None = None
        self._overriding: dict[str, tuple[str, ...]] = {}
        self._named: dict[str, list[str]] | None = None
        self.missing: set[str] = set()  # names met that no file tells more of: one may be unread
        self._inside: dict[str, list[str]] | None = None
        self._known: dict[tuple[str, str], Found] = {}
        self._resolving = 0  # names that lead to the one at hand
        self._above: dict[str, Sequence[str]] = {}  # class → what `ancestry` has found

    def _take(self, facts: FileFacts) -> None:
        for each in facts.held:
            if each.name[0] == "@":
                self.applied.setdefault(each.name[1:], []).append((facts.module, each.type))
            else:
                self.held[f"{facts.module}:{each.name}"] = each
        for fact in facts.facts:
            if isinstance(fact, Function):
                self.functions[f"{facts.module}:{fact.name}"] = fact
            elif isinstance(fact, Class):
                self.classes[f"{facts.module}:{fact.name}"] = fact
            elif isinstance(fact, StateCell) and fact.name[0] == "@":
                name = fact.name.removeprefix("@")
                self.hanging.setdefault(name.rpartition(".")[2], fact._replace(name=name))
            elif isinstance(fact, StateCell):
                self.cells[f"{facts.module}:{fact.name}"] = fact

    def resolve(self, name: str, importer: str, hops: int = HOPS) -> Found:
        """Return what `name` means in the module `importer`."""
        asked = name, importer
        known = self._known.get(asked)
        if known is None:
            self._known[asked] = NOTHING  # a name that leads to itself
            self._resolving += 1
            known = self._known[asked] = self._resolve(name, importer, hops)
            self._resolving -= 1
        return known

    def called(self, pending: Iterable[Call], importer: str) -> tuple[Call, ...]:
        """Return the pending calls of a library's method, under its name."""
        found = ((call, self._callee(call.callee, importer)) for call in pending)
        return tuple(
            call._replace(callee=what.name, receiver=what.made)
            for call, what in found
            if what.name in self.calls
        )

    def _callee(self, name: str, importer: str) -> Found:
        """Return what a name means that is called, perhaps over the application."""
        found = self.resolve(name, importer)
        if found.name in self.calls:
            return found
        hung = {one for one in self.hung(name) if one in self.calls}
        return Found(hung.pop()) if len(hung) == 1 else found

    def hung(self, name: str) -> Iterator[str]:
        """Yield what a name may be that leads over an attribute of the application."""
        if not self.applied or name.count(".") + name.count(":") <= 1:
            return
        parts = name.replace(":", ".").replace("[]", "").split(".")
        if self.applied.keys().isdisjoint(parts):
            return
        for at, part in enumerate(parts[:-1]):
            for module, kind in self.applied.get(part, ()) if at else ():
                yield self.resolve(".".join((kind, *parts[at + 1 :])), module).name

    def below(self, owner: str) -> Sequence[str]:
        """Return the classes of the project that are derived from one, near or far."""
        if self._below is None:
            self._below = {}
            for name in self.classes:
                for above in self.ancestry(name):
                    if above != name:
                        self._below.setdefault(above, []).append(name)
        return self._below.get(owner, ())

    def overriding(self, method: str) -> Sequence[str]:
        """Return a method and all that stand in its place in classes below its own."""
        known = self._overriding.get(method)
        if known is None:
            owner, _, name = method.rpartition(".")
            places = (f"{cls}.{name}" for cls in self.below(owner))
            known = (method, *(place for place in places if place in self.functions))
            self._overriding[method] = known
        return known

    def inside(self, outer: str) -> Sequence[str]:
        """Return the functions that stand directly in a function of the project."""
        if self._inside is None:
            self._inside = {}
            for place in self.functions:
                self._inside.setdefault(place.rpartition(".")[0], []).append(place)
        return self._inside.get(outer, ()) if outer in self.functions else ()

    def virtual(self, name: str, aside: Callable[[str], bool]) -> Sequence[str]:
        """Return the methods of a name, if one class alone brings it, or one and those below it.

        What stands in a module for which `aside` holds is left out.
        """
        if self._named is None:
            self._named = {}
            for place, function in self.functions.items():
                if function.owner and not aside(place.partition(":")[0]):
                    last = place.rpartition(".")[2]
                    self._named.setdefault(last, []).append(place)
        found = self._named.get(name, [])
        owners = [place.rpartition(".")[0] for place in found]
        for owner in owners:
            if set(owners) <= {owner, *self.below(owner)}:
                return found
        return ()

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
                return self.made_by(place, rest[at:], hops)
            member = self.member(place, part)
            if ":" not in member:  # of a library's class that it is derived from
                return Found(".".join((member, *rest[at:])) if member else "")
            place = member
        return Found(place) if place in self.functions else self.made_by(place, (), hops)

    def made_by(self, place: str, rest: Sequence[str], hops: int) -> Found:
        """Return what `rest` of the object is that a variable or a function's result holds."""
        held = self.held.get(f"{place}()" if place in self.functions else place)
        if held is not None and not held.type:
            return self._of_several(place, held.others, rest, hops)
        if held is None:
            self.missing.add(".".join((place, *rest)))
            return NOTHING if rest else Found(place)
        found = self.resolve(".".join((held.type, *rest)), place.partition(":")[0], hops - 1)
        if found.made is None and held.made is not None and len(rest) <= 1:
            return found._replace(made=held.made)
        return found

    def _of_several(
        self, place: str, kinds: Iterable[str], rest: Sequence[str], hops: int
    ) -> Found:
        """Return the methods that objects of several classes have, if all are this project's."""
        module = place.partition(":")[0]
        found = [self.resolve(".".join((kind, *rest)), module, hops - 1).name for kind in kinds]
        if place.endswith(ENTRY):
            found = [self._called(one) for one in found]
            found = [one for one in found if one]
        elif not rest or not all(one in self.functions for one in found):
            return NOTHING
        if not found:
            return NOTHING
        first, *others = dict.fromkeys(found)
        return Found(first, None, tuple(others))

    def _called(self, place: str) -> str:
        """Return the function that runs when an entry of a table is called."""
        place = self.member(place, "__init__") if place in self.classes else place
        return place if place in self.functions else ""

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
            if place in self.cells or place in self.functions or place in self.held:
                return place
            if place in self.classes:
                return place
            bounded = bounded or self.classes[current].limits
        if bounded:
            return ""
        return next((one for one in foreign if f"{one}.{name}" in self.calls), "")

    def ancestry(self, owner: str) -> Iterable[str]:
        """Return a class and all above it, the nearest first; a library's by its dotted name."""
        known = self._above.get(owner)
        return self._climb(owner) if known is None else known

    def _climb(self, owner: str) -> Iterator[str]:
        found: list[str] = []
        queue, seen = [owner], set[str]()
        for current in queue:  # grows while it is read
            if current in seen:
                continue
            seen.add(current)
            cls = self.classes.get(current)
            if cls is None and ":" in current:
                continue
            found.append(current)
            yield current
            if cls is not None:
                module = current.partition(":")[0]
                queue += [self.base(base, module) for base in cls.bases if base]
        if not self._resolving:  # else a name may wait for this one
            self._above[owner] = found

    def base(self, name: str, module: str) -> str:
        """Return the class that stands as a base in a module."""
        if name in self.clients:
            return name
        found = self.resolve(name, module).name
        return found or name.replace(":", ".")
