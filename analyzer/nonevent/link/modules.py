"""Which module and which definition of the project a dotted name means."""

from collections.abc import Collection, Iterable, Iterator, Mapping

from nonevent.facts import Class, FileFacts, Function, StateCell
from nonevent.noun import NamedTuple

__all__ = ["Modules", "index"]

# How many re-exports (`from .views import login` in `__init__`) are followed.
HOPS = 8


class Modules(NamedTuple):
    """The project's modules by every ending of their dotted names."""

    exports: Mapping[str, Mapping[str, str]]  # module → name in it → what it stands for
    endings: Mapping[str, tuple[str, ...]]  # "shop.views" → ("backend.shop.views",)
    known: dict[tuple[str, str], str]  # what `meant` has found before
    parts: Collection[str]  # all that stands between the dots of the modules' names
    stars: Mapping[str, tuple[str, ...]]  # module → modules of which it takes all names
    defined: Mapping[str, frozenset[str]]  # module → names that it defines itself

    def meant(self, name: str, importer: str) -> str:
        """Return "module:name" for what is defined in the project, else a foreign dotted name.

        "shop.views:Cart.add" is exact; "shop.views.Cart.add" is searched, re-exports included.
        """
        if ":" in name:
            return name
        asked = name, importer
        known = self.known.get(asked)
        if known is None:
            known = self.known[asked] = self._follow(name, importer)
        return known

    def _follow(self, name: str, importer: str) -> str:
        for _ in range(HOPS):
            if ":" in name:
                return name
            found = self._search(name, importer)
            if found is None:
                return name
            module, inner = found
            head, dot, rest = inner.partition(".")
            target = self.exports[module].get(head)
            if target is None:
                return f"{self._home(head, module)}:{inner}"
            name, importer = target + dot + rest, module
        return ""

    def _home(self, name: str, module: str) -> str:
        """Return the module that defines a name which another one may have by `import *`."""
        if name not in self.defined[module]:
            for star in self.stars.get(module, ()):
                home = self._nearest(star, module)
                if home is not None and name in self.defined[home]:
                    return home
        return module

    def _search(self, name: str, importer: str) -> tuple[str, str] | None:
        if name.partition(".")[0] not in self.parts:  # most names: a library's
            return None
        stem, inner = name, ""
        while "." in stem:
            stem, _, last = stem.rpartition(".")
            inner = f"{last}.{inner}" if inner else last
            module = self._nearest(stem, importer)
            if module is not None:
                return module, inner
        return None

    def _nearest(self, stem: str, importer: str) -> str | None:
        """Return the one module that `stem` can mean; of several the importer's neighbour."""
        candidates = self.endings.get(stem, ())
        if len(candidates) <= 1:
            return candidates[0] if candidates else None
        near = sorted(candidates, key=lambda name: (-_shared(name, importer), name))
        if _shared(near[0], importer) == _shared(near[1], importer) and near[0] != stem:
            return None
        return near[0]


def index(files: Iterable[FileFacts]) -> Modules:
    """Return the index of the modules that `files` are."""
    exports: dict[str, Mapping[str, str]] = {}
    endings: dict[str, list[str]] = {}
    stars: dict[str, tuple[str, ...]] = {}
    defined: dict[str, frozenset[str]] = {}
    for facts in files:
        if not facts.module:
            continue
        exports[facts.module] = {name: what for name, what in facts.exports if name != "*"}
        stars[facts.module] = tuple(what for name, what in facts.exports if name == "*")
        defined[facts.module] = frozenset(_names(facts))
        parts = facts.module.split(".")
        # What stands in `src` may be imported from there as well: `from src.shop import views`.
        way = facts.path.removesuffix(".py").removesuffix("/__init__").split("/")
        if way[-len(parts) :] == parts:
            parts = way
        for start in range(len(parts)):
            endings.setdefault(".".join(parts[start:]), []).append(facts.module)
    known = {name: tuple(found) for name, found in endings.items()}
    firsts = {name.partition(".")[0] for name in known}
    return Modules(exports, known, {}, firsts, stars, defined)


def _names(facts: FileFacts) -> Iterator[str]:
    """Yield the names that a module gives to what it defines."""
    yield from (each.name for each in facts.held if "." not in each.name)
    for fact in facts.facts:
        if isinstance(fact, Class | Function | StateCell) and "." not in fact.name:
            yield fact.name


def _shared(name: str, other: str) -> int:
    """Return how many leading parts two dotted names have in common."""
    count = 0
    for one, two in zip(name.split("."), other.split("."), strict=False):
        if one != two:
            break
        count += 1
    return count
