"""What becomes of a path that callers hand in: all of them know it gone soon, or one keeps it."""

from collections.abc import Collection, Iterator, Mapping, Sequence

from nonevent.common import COMMON
from nonevent.facts import GONE, HANDED, KEPT, Call, Function, Role
from nonevent.facts import Given as Gifts
from nonevent.link.callers import Callers
from nonevent.link.targets import Targets

__all__ = ["Given"]

# Callers above one another that are asked.
DEEP = 4
# What a command hands in says nothing of what a request does.
ASIDE = frozenset({Role.CLI, Role.MIGRATION, Role.SCRIPT, Role.TEST})
SELVES = frozenset({"cls", "self"})


class Given:
    """Answers what the callers of a function give it."""

    def __init__(
        self, callers: Callers, targets: Targets, edges: Mapping[str, tuple[str, ...]]
    ) -> None:
        """Take who calls whom."""
        self.callers = callers
        self.targets = targets
        self.edges = edges
        self._known: dict[tuple[str, str, int], str] = {}
        self._gifts: dict[str, dict[str, list[Gifts]]] = {}
        self._given: dict[str, Collection[tuple[str, Gifts | None]]] = {}
        self._handing: dict[str, Sequence[tuple[str, Sequence[Gifts]]]] = {}
        self._counting: dict[str, bool] = {}

    def fill(self, call: Call, module: str) -> Call:
        """Return a call knowing which of its paths are gone soon and which last."""
        if not call.given:
            return call
        fates = [(key, self.fate(*_split(what, module))) for key, what in call.given]
        lent = tuple(key for key, fate in fates if fate == GONE)
        kept = tuple(key for key, fate in fates if fate == KEPT)
        return call._replace(lent=lent, kept=kept) if lent or kept else call

    def fate(self, function: str, parameter: str, depth: int = DEEP) -> str:
        """Return whether all callers hand in what is gone soon, or one what lasts; else ""."""
        asked = function, parameter, depth
        known = self._known.get(asked)
        if known is None:
            known = self._known[asked] = self._found(function, parameter, depth)
        return known

    def _found(self, function: str, parameter: str, depth: int) -> str:
        known = self.callers.functions.get(function)
        if known is None or not depth or function in self.callers.roles.functions:
            return ""
        places = _places(known, parameter)
        fates = {
            self._fate_of(gifts, places, module, depth)
            for module, gifts in self._given_to(function, known)
        }
        if KEPT in fates:
            return KEPT
        return GONE if fates == {GONE} else ""

    def _fate_of(
        self, gifts: Gifts | None, places: Collection[str], module: str, depth: int
    ) -> str:
        for key, what in gifts or ():
            if key in places:
                if what in {GONE, KEPT}:
                    return what
                return self.fate(*_split(what, module), depth - 1)
        return ""

    def _given_to(self, function: str, known: Function) -> Collection[tuple[str, Gifts | None]]:
        """Return what a function is given in all its calls, each once, with the caller's module.

        Where nothing is known of a call that is None, and no module.
        """
        found = self._given.get(function)
        if found is None:
            found = self._given[function] = {
                ("" if gifts is None else caller.partition(":")[0], gifts)
                for caller in self._callers(function, known)
                for gifts in self._given_by(caller, function)
            }
        return found

    def _callers(self, function: str, known: Function) -> Iterator[str]:
        last = known.name.rpartition(".")[2]
        found = {*self.callers.of.get(function, ())}
        if known.owner and last not in COMMON:
            found.update(self.callers.named.get(last, ()))
        found.discard(function)
        return filter(self._counts, found)

    def _counts(self, caller: str) -> bool:
        """Tell whether what a caller hands in says something of requests."""
        known = self._counting.get(caller)
        if known is None:
            roles = self.callers.roles
            path = self.callers.paths.get(caller.partition(":")[0], "")
            own = roles.files.get(path) or roles.functions.get(caller)
            known = self._counting[caller] = own not in ASIDE
        return known

    def _given_by(self, caller: str, function: str) -> Sequence[Gifts | None]:
        """Return what a caller gives in each of its calls; None where nothing is known of them."""
        gifts = self._gifts_of(caller)
        found: Sequence[Gifts] = gifts.get(function, ())
        if not found and gifts:
            found = gifts.get(f"*.{function.rpartition('.')[2].rpartition(':')[2]}", ())
        if not found:  # it hands the function on to whoever calls it
            found = [
                each
                for taker, given in self._handed_by(caller)
                if taker != function
                for each in given
            ]
        return found or (None,)

    def _handed_by(self, caller: str) -> Sequence[tuple[str, Sequence[Gifts]]]:
        """Return whom a caller calls that calls what it is handed, and what it gives that."""
        known = self._handing.get(caller)
        if known is None:
            takers = self.edges.get(caller, ())
            given = ((taker, self._gifts_of(taker).get(HANDED, ())) for taker in takers)
            known = self._handing[caller] = [each for each in given if each[1]]
        return known

    def _gifts_of(self, caller: str) -> dict[str, list[Gifts]]:
        """Return function → what a caller gives it, call by call."""
        known = self._gifts.get(caller)
        if known is None:
            known = self._gifts[caller] = {}
            function = self.callers.functions.get(caller)
            module = caller.partition(":")[0]
            for callee, gifts in function.gives if function is not None else ():
                meant = (callee,) if callee == HANDED else self.targets.of((callee,), module)
                if not meant:
                    meant = (f"*.{callee.rpartition('.')[2]}",)
                for target in meant:
                    known.setdefault(target, []).append(gifts)
        return known


def _split(what: str, module: str) -> tuple[str, str]:
    """Return the function and the parameter of "save.folder"."""
    function, _, parameter = what.rpartition(".")
    return f"{module}:{function}", parameter


def _places(function: Function, parameter: str) -> Collection[str]:
    """Return how callers may name a parameter: by its name, or by its place among theirs."""
    names = [each.name for each in function.parameters]
    start = 1 if function.owner and names[:1] and names[0] in SELVES else 0
    places = (str(at - start) for at, name in enumerate(names) if name == parameter and at >= start)
    return {parameter, *places}
