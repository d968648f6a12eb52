"""Which module and which definition of the project a dotted name means."""

from collections.abc import Collection, Iterable, Mapping
from typing import NamedTuple

from nonevent.facts import FileFacts

__all__ = ["Modules", "index"]

# How many re-exports (`from .views import login` in `__init__`) are followed.
HOPS = 8


class Modules(NamedTuple):
    """The project's modules by every ending of their dotted names."""

    exports: Mapping[str, Mapping[str, str]]  # module → name in it → what it stands for
    endings: Mapping[str, tuple[str, ...]]  # "shop.views" → ("backend.shop.views",)
    known: dict[tuple[str, str], str]  # what `meant` has found before
    parts: Collection[str]  # all that stands between the dots of the modules' names

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
                return f"{module}:{inner}"
            name, importer = target + dot + rest, module
        return ""

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
    for facts in files:
        if not facts.module:
            continue
        exports[facts.module] = dict(facts.exports)
        parts = facts.module.split(".")
        for start in range(len(parts)):
            endings.setdefault(".".join(parts[start:]), []).append(facts.module)
    known = {name: tuple(found) for name, found in endings.items()}
    return Modules(exports, known, {}, {name.partition(".")[0] for name in known})


def _shared(name: str, other: str) -> int:
    """Return how many leading parts two dotted names have in common."""
    count = 0
    for one, two in zip(name.split("."), other.split("."), strict=False):
        if one != two:
            break
        count += 1
    return count
