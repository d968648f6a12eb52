"""Which of the project's functions a call may mean."""

from collections.abc import Collection, Iterable
from typing import NamedTuple

from nonevent.facts import ANY, QUEUED, WRAPPER
from nonevent.link.objects import Objects

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

    def of(self, calls: Iterable[str], module: str) -> tuple[str, ...]:
        """Return the project's functions among what one function of a module calls."""
        return tuple(
            dict.fromkeys(target for name in calls for target in self._meant(name, module))
        )

    def _meant(self, name: str, module: str) -> Iterable[str]:
        """Yield what a name means; a class stands for its init."""
        if name.endswith(QUEUED):
            return ()
        if name.endswith(WRAPPER):
            made = name.removesuffix(WRAPPER)
            return [
                inner for outer in self._meant(made, module) for inner in self.known.inside(outer)
            ]
        if self.known.is_ours(name):
            callee = self.known.resolve(name, module).name
            if callee in self.known.classes:
                callee = self.known.member(callee, "__init__")
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
