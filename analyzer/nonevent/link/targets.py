"""Which of the project's functions a call may mean."""

from collections.abc import Collection, Iterable

from nonevent.facts import ANY, OF_OBJECT, QUEUED, WRAPPER
from nonevent.link.objects import Objects
from nonevent.noun import NamedTuple

__all__ = ["Targets"]

# How names begin of which nobody here can say what they are: of anything, of the application's own
# attributes, of what a request carries.
ANYONE = (
    ANY,
    "fastapi.FastAPI.",
    "flask.Flask.",
    "flask.current_app.",
    "flask.g.",
    "quart.current_app.",
    "quart.g.",
    "request.",
)


class Targets(NamedTuple):
    """Answers which of the project's functions a call may mean."""

    known: Objects
    told: Collection[str]
    aside: Collection[str]  # modules of tests, migrations and scripts
    # What was found before, by name and module; of foreign names by whether that is aside.
    found: dict[tuple[str, str | bool], Collection[str]]

    def of(self, calls: Iterable[str], module: str) -> tuple[str, ...]:
        """Return the project's functions among what one function of a module calls."""
        targets: dict[str, None] = {}
        for name in calls:
            known = self.found.get((name, module))
            if known is None:
                known = self.found[name, module] = self._found(name, module)
            for target in known:
                targets[target] = None
        return tuple(targets)

    def _found(self, name: str, module: str) -> Collection[str]:
        if self.known.is_ours(name):
            return self._meant(name, module)
        asked = name, module in self.aside
        known = self.found.get(asked)
        if known is None:
            known = self.found[asked] = self._meant(name, module)
        return known

    def _meant(self, name: str, module: str) -> Collection[str]:
        """Return what a name means; a class stands for its init."""
        if name.endswith(QUEUED):
            return ()
        called = name.endswith(OF_OBJECT)
        name = name.removesuffix(OF_OBJECT)
        if name.endswith(WRAPPER):
            made = name.removesuffix(WRAPPER)
            return [
                inner for outer in self._meant(made, module) for inner in self.known.inside(outer)
            ]
        if self.known.is_ours(name):
            meant = self.known.resolve(name, module)
            callee = meant.name
            if callee in self.known.classes:
                callee = self.known.member(callee, "__call__" if called else "__init__")
            if meant.others:
                ways = (callee, *meant.others)
                return [each for way in ways for each in self.known.overriding(way)]
            if callee in self.known.functions:
                return self.known.overriding(callee)
        elif not name.startswith(ANYONE):
            return ()
        hung = [one for one in self.known.hung(name) if one in self.known.functions]
        if hung:
            return [way for one in hung for way in self.known.overriding(one)]
        last = name.rpartition(".")[2]
        if last not in self.told or module in self.aside:
            return ()
        return self.known.virtual(last, self.aside.__contains__)
