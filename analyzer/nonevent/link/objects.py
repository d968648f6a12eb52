"""What the object of a call is, where another module made it."""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence

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
# Bases of which each thread or each request has a value of its own.
LOCAL = frozenset({"threading.local", "asgiref.local.Local", "werkzeug.local.Local"})
# Those of which a class of the project is still its own.
OWN_BASES = frozenset(
    {"abc.ABC", "object", "threading.Thread", "typing.Generic", "typing.Protocol"}
)
# Last parts of functions that return what was read, and of changes by a key.
READ = frozenset({"copy", "deepcopy", "load", "loads", "parse", "safe_load"})
BY_KEY = frozenset({"augmented assignment", "item assignment"})
# Decorators that keep what a function returned.
KEEPING = frozenset({"functools.cache", "functools.lru_cache"})


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
        # Classes of which an object's own methods handle requests.
        self.serving: frozenset[str] = frozenset()
        self._living: frozenset[str] | None = None
        self._serving: frozenset[str] | None = None
        self._holders: dict[str, list[str]] | None = None
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

    def cell(self, name: str, module: str, *, of_self: bool = False) -> StateCell | None:
        """Return the container that `name` means in a module, if it lives with the process."""
        if name[0] == "@":
            return self.hanging.get(name.rpartition(".")[2])
        place = f"{module}:{name}" if "." not in name else self._kept_by(name, module)
        if place not in self.cells and "." in name:  # of a function: `find.cache[key] = …`
            meant = self.modules.meant(name, module)
            place = meant if meant in self.cells else self._attribute(name, module)
        cell = self.cells.get(place)
        if cell is None or "." not in cell.name:
            return cell
        if not cell.of_each:
            return cell if place.startswith(f"{module}:") and (cell.empty or not of_self) else None
        return cell if place.rpartition(".")[0] in self.living() else None

    def of_single(self, name: str, module: str) -> StateCell | None:
        """Return what the one object of a singleton holds: `Carts().open`."""
        place = self.resolve(name.rpartition(".")[0], module).name
        if place not in self.classes or not self.classes[place].lives:
            return None
        return self.cell(name, module)

    def untold(self, name: str, how: str) -> StateCell | None:
        """Return what an object that serves everybody changes of itself, whatever it holds there.

        It was handed in, or read from a file: `self.heartbeat[0] = now()`.
        """
        owner, _, attribute = name.rpartition(".")
        cls = self.classes.get(owner)
        if cls is None or not (cls.lives or owner in self._everybody()):
            return None
        held = self.held.get(name)
        if held is not None and held.type.rpartition(".")[2] not in READ:
            return None
        queue = how in {"put", "put_nowait"} and "queue" in attribute
        if self.member(owner, attribute) not in {"", name} or not (queue or how in BY_KEY):
            return None
        holds = "queue.Queue" if queue else "dict"
        return StateCell(f"{cls.name}.{attribute}", holds, cls.location, empty=False, of_each=True)

    def _everybody(self) -> frozenset[str]:
        """Return the classes of which one object's methods handle all requests."""
        if self._serving is None:
            below = (one for owner in self.serving for one in self.below(owner))
            self._serving = self.serving.union(below)
        return self._serving

    def perhaps(self, name: str, module: str) -> StateCell | None:
        """Return what each object of a class of the project's own has, whoever keeps it."""
        place = self.resolve(name, module).name
        cell = self.cells.get(place if place in self.cells else self._attribute(name, module))
        if cell is None or not cell.of_each or not cell.empty:
            return None
        above = self.ancestry(place.rpartition(".")[0])
        return cell if all(":" in each or each in OWN_BASES for each in above) else None

    def _kept_by(self, name: str, module: str) -> str:
        """Return what a name means, if not what a function has just made: `make().items`."""
        meant = self.modules.meant(name, module)
        while ":" in meant and "." in meant.partition(":")[2]:
            meant = meant.rpartition(".")[0]
            place = meant if meant in self.functions else self.resolve(meant, module).name
            if place in self.functions:
                held = self.held.get(f"{place}()")
                if held is not None and held.called and not self._is_kept(f"{place}()"):
                    return ""
        return self.resolve(name, module).name

    def _attribute(self, name: str, module: str) -> str:
        """Return where a class has the attribute that a name ends in; "" where none has."""
        owner, _, attribute = name.rpartition(".")
        place = self.resolve(owner, module).name
        if place in self.functions:
            place = self._of(place, (), HOPS).name
        return self.member(place, attribute) if place in self.classes else ""

    def attribute(self, name: str, module: str) -> StateCell | None:
        """Return the attribute of a class of the project, or of an object that a module holds."""
        if "." not in name:
            return None
        owner, _, attribute = name.rpartition(".")
        place = self.resolve(owner, module).name
        cls = self.classes.get(place)
        if cls is None or not LOCAL.isdisjoint(self.ancestry(place)):
            return None
        return StateCell(f"{cls.name}.{attribute}", "attribute", cls.location, empty=False)

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

    def living(self) -> frozenset[str]:
        """Return the classes of which some object lives as long as the process."""
        if self._living is None:
            self._living = frozenset(self._alive())
        return self._living

    def _alive(self) -> set[str]:
        found: set[str] = set()
        attributes: dict[str, list[tuple[str, str]]] = {}  # class → place and type of what it holds
        for place, each in self.held.items():
            if each.called and self._is_kept(place):
                attributes.setdefault(place.rpartition(".")[0], []).append((place, each.type))
        queue = [
            (place, each.type)
            for place, each in self.held.items()
            if each.called and "." not in each.name and self._is_kept(place)
        ]
        queue += [(place, other) for place, _ in queue for other in self.held[place].others]
        queue += [(f"{each[0]}:", each[1]) for found in self.applied.values() for each in found]
        queue += [(place, place) for place, cls in self.classes.items() if cls.lives]
        queue += [(place, place) for place in sorted(self._everybody())]
        queue += [(place, place) for place in self._keeping(attributes)]
        for place, kind in queue:  # grows while it is read
            cls = self._made(self.resolve(kind, place.partition(":")[0]).name)
            if cls in found or cls not in self.classes or not LOCAL.isdisjoint(self.ancestry(cls)):
                continue
            for above in self.ancestry(cls):
                found.add(above)
                queue += attributes.get(above, ())
        return found

    def _keeping(self, attributes: Mapping[str, Iterable[tuple[str, str]]]) -> Iterator[str]:
        """Yield the classes that keep what handles requests: `self.web = Web(self)`."""
        for owner, kept in attributes.items():
            if owner in self.classes:
                kinds = (self.resolve(kind, place.partition(":")[0]).name for place, kind in kept)
                if not self.serving.isdisjoint(kinds):
                    yield owner

    def _made(self, place: str) -> str:
        """Return the class of what a function makes; another place as it is."""
        held = self.held.get(f"{place}()") if place in self.functions else None
        if held is None or not held.called:
            return place
        return self.resolve(held.type, place.partition(":")[0]).name

    def _is_kept(self, place: str) -> bool:
        """Tell whether a module's name is a variable, or a function that keeps its result."""
        if not place.endswith("()"):
            return True
        function = self.functions.get(place.removesuffix("()"))
        return function is not None and any(each.name in KEEPING for each in function.decorators)

    def holders(self, classes: Iterable[str]) -> Iterator[str]:
        """Yield the names that lead to an object of one of the classes: "shop.carts:Shop.store".

        And those that lead to an object which leads to one.
        """
        if self._holders is None:
            self._holders = self._by_class()
        queue = list(classes)
        seen = set(queue)
        for current in queue:  # grows while it is read
            for place in self._holders.get(current, ()):
                yield place
                owner = place.rpartition(".")[0]
                if owner in self.classes and owner not in seen:
                    seen.add(owner)
                    queue.append(owner)

    def _by_class(self) -> dict[str, list[str]]:
        found: dict[str, list[str]] = {}
        for attribute, kinds in self.applied.items():
            for module, kind in kinds:
                found.setdefault(self.resolve(kind, module).name, []).append(
                    f"{module}:@{attribute}"
                )
        for place, each in self.held.items():
            if self.is_ours(each.type):
                kind = self.resolve(each.type, place.partition(":")[0]).name
                if kind in self.classes:
                    for above in self.ancestry(kind):
                        found.setdefault(above, []).append(place.removesuffix("()"))
        return found

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
