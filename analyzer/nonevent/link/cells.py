"""Which containers live as long as the process, and who keeps the objects that have them."""

from collections.abc import Iterable, Iterator, Mapping

from nonevent.facts import StateCell
from nonevent.link.objects import HOPS, Objects

__all__ = ["Cells"]

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


class Cells:
    """The project's containers, asked for the one that a name means."""

    def __init__(self, known: Objects, serving: frozenset[str]) -> None:
        """Take what names mean, and the classes of which an object's methods handle requests."""
        self.known = known
        self.serving = serving
        self._living: frozenset[str] | None = None
        self._serving: frozenset[str] | None = None
        self._holders: dict[str, list[str]] | None = None

    def cell(self, name: str, module: str, *, of_self: bool = False) -> StateCell | None:
        """Return the container that `name` means in a module, if it lives with the process."""
        if name[0] == "@":
            return self.known.hanging.get(name.rpartition(".")[2])
        place = f"{module}:{name}" if "." not in name else self._kept_by(name, module)
        if place not in self.known.cells and "." in name:  # of a function: `find.cache[key] = …`
            meant = self.known.modules.meant(name, module)
            place = meant if meant in self.known.cells else self._attribute(name, module)
        cell = self.known.cells.get(place)
        if cell is None or "." not in cell.name:
            return cell
        if not cell.of_each:
            return cell if place.startswith(f"{module}:") and (cell.empty or not of_self) else None
        return cell if place.rpartition(".")[0] in self.living() else None

    def of_single(self, name: str, module: str) -> StateCell | None:
        """Return what the one object of a singleton holds: `Carts().open`."""
        place = self.known.resolve(name.rpartition(".")[0], module).name
        if place not in self.known.classes or not self.known.classes[place].lives:
            return None
        return self.cell(name, module)

    def untold(self, name: str, how: str) -> StateCell | None:
        """Return what an object that serves everybody changes of itself, whatever it holds there.

        It was handed in, or read from a file: `self.heartbeat[0] = now()`.
        """
        owner, _, attribute = name.rpartition(".")
        cls = self.known.classes.get(owner)
        if cls is None or not (cls.lives or owner in self._everybody()):
            return None
        held = self.known.held.get(name)
        if held is not None and held.type.rpartition(".")[2] not in READ:
            return None
        queue = how in {"put", "put_nowait"} and "queue" in attribute
        if self.known.member(owner, attribute) not in {"", name} or not (queue or how in BY_KEY):
            return None
        holds = "queue.Queue" if queue else "dict"
        return StateCell(f"{cls.name}.{attribute}", holds, cls.location, empty=False, of_each=True)

    def perhaps(self, name: str, module: str) -> StateCell | None:
        """Return what each object of a class of the project's own has, whoever keeps it."""
        place = self.known.resolve(name, module).name
        cell = self.known.cells.get(
            place if place in self.known.cells else self._attribute(name, module)
        )
        if cell is None or not cell.of_each or not cell.empty:
            return None
        above = self.known.ancestry(place.rpartition(".")[0])
        return cell if all(":" in each or each in OWN_BASES for each in above) else None

    def attribute(self, name: str, module: str) -> StateCell | None:
        """Return the attribute of a class of the project, or of an object that a module holds."""
        if "." not in name:
            return None
        owner, _, attribute = name.rpartition(".")
        place = self.known.resolve(owner, module).name
        cls = self.known.classes.get(place)
        if cls is None or not LOCAL.isdisjoint(self.known.ancestry(place)):
            return None
        return StateCell(f"{cls.name}.{attribute}", "attribute", cls.location, empty=False)

    def _kept_by(self, name: str, module: str) -> str:
        """Return what a name means, if not what a function has just made: `make().items`."""
        meant = self.known.modules.meant(name, module)
        while ":" in meant and "." in meant.partition(":")[2]:
            meant = meant.rpartition(".")[0]
            place = (
                meant if meant in self.known.functions else self.known.resolve(meant, module).name
            )
            if place in self.known.functions:
                held = self.known.held.get(f"{place}()")
                if held is not None and held.called and not self._is_kept(f"{place}()"):
                    return ""
        return self.known.resolve(name, module).name

    def _attribute(self, name: str, module: str) -> str:
        """Return where a class has the attribute that a name ends in; "" where none has."""
        owner, _, attribute = name.rpartition(".")
        place = self.known.resolve(owner, module).name
        if place in self.known.functions:
            place = self.known.made_by(place, (), HOPS).name
        return self.known.member(place, attribute) if place in self.known.classes else ""

    def _everybody(self) -> frozenset[str]:
        """Return the classes of which one object's methods handle all requests."""
        if self._serving is None:
            below = (one for owner in self.serving for one in self.known.below(owner))
            self._serving = self.serving.union(below)
        return self._serving

    def living(self) -> frozenset[str]:
        """Return the classes of which some object lives as long as the process."""
        if self._living is None:
            self._living = frozenset(self._alive())
        return self._living

    def _alive(self) -> set[str]:
        found: set[str] = set()
        attributes: dict[str, list[tuple[str, str]]] = {}  # class → place and type of what it holds
        for place, each in self.known.held.items():
            if each.called and self._is_kept(place):
                attributes.setdefault(place.rpartition(".")[0], []).append((place, each.type))
        queue = [
            (place, each.type)
            for place, each in self.known.held.items()
            if each.called and "." not in each.name and self._is_kept(place)
        ]
        queue += [(place, other) for place, _ in queue for other in self.known.held[place].others]
        queue += [
            (f"{each[0]}:", each[1]) for found in self.known.applied.values() for each in found
        ]
        queue += [(place, place) for place, cls in self.known.classes.items() if cls.lives]
        queue += [(place, place) for place in sorted(self._everybody())]
        queue += [(place, place) for place in self._keeping(attributes)]
        for place, kind in queue:  # grows while it is read
            cls = self._made(self.known.resolve(kind, place.partition(":")[0]).name)
            if (
                cls in found
                or cls not in self.known.classes
                or not LOCAL.isdisjoint(self.known.ancestry(cls))
            ):
                continue
            for above in self.known.ancestry(cls):
                found.add(above)
                queue += attributes.get(above, ())
        return found

    def _keeping(self, attributes: Mapping[str, Iterable[tuple[str, str]]]) -> Iterator[str]:
        """Yield the classes that keep what handles requests: `self.web = Web(self)`."""
        for owner, kept in attributes.items():
            if owner in self.known.classes:
                kinds = (
                    self.known.resolve(kind, place.partition(":")[0]).name for place, kind in kept
                )
                if not self.serving.isdisjoint(kinds):
                    yield owner

    def _made(self, place: str) -> str:
        """Return the class of what a function makes; another place as it is."""
        held = self.known.held.get(f"{place}()") if place in self.known.functions else None
        if held is None or not held.called:
            return place
        return self.known.resolve(held.type, place.partition(":")[0]).name

    def _is_kept(self, place: str) -> bool:
        """Tell whether a module's name is a variable, or a function that keeps its result."""
        if not place.endswith("()"):
            return True
        function = self.known.functions.get(place.removesuffix("()"))
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
                if owner in self.known.classes and owner not in seen:
                    seen.add(owner)
                    queue.append(owner)

    def _by_class(self) -> dict[str, list[str]]:
        found: dict[str, list[str]] = {}
        for attribute, kinds in self.known.applied.items():
            for module, kind in kinds:
                found.setdefault(self.known.resolve(kind, module).name, []).append(
                    f"{module}:@{attribute}"
                )
        for place, each in self.known.held.items():
            if self.known.is_ours(each.type):
                kind = self.known.resolve(each.type, place.partition(":")[0]).name
                if kind in self.known.classes:
                    for above in self.known.ancestry(kind):
                        found.setdefault(above, []).append(place.removesuffix("()"))
        return found
