"""What becomes of a path that callers hand in: all of them know it gone soon, or one keeps it."""

from collections.abc import Iterator, Mapping

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
        fates = [
            self._fate_of(gifts, known, parameter, caller, depth)
            for caller in self._callers(function, known)
            for gifts in self._given_by(caller, function)
        ]
        if KEPT in fates:
            return KEPT
        return GONE if fates and all(fate == GONE for fate in fates) else ""

    def _callers(self, function: str, known: Function) -> Iterator[str]:
        last = known.name.rpartition(".")[2]
        found = {*self.callers.of.get(function, ())}
        if known.owner and last not in COMMON:
            found.update(self.callers.named.get(last, ()))
        roles = self.callers.roles
        for caller in sorted(found - {function}):
            path = self.callers.paths.get(caller.partition(":")[0], "")
            own = roles.files.get(path) or roles.functions.get(caller)
            if own not in ASIDE:
                yield caller

    def _fate_of(
        self, gifts: Gifts | None, known: Function, parameter: str, caller: str, depth: int
    ) -> str:
        if gifts is None:
            return ""
        names = [each.name for each in known.parameters]
        start = 1 if known.owner and names[:1] and names[0] in SELVES else 0
        for key, what in gifts:
            at = int(key) + start if key.isdecimal() else -1
            name = key if at < 0 else names[at] if at < len(names) else ""
            if name == parameter:
                if what in {GONE, KEPT}:
                    return what
                return self.fate(*_split(what, caller.partition(":")[0]), depth - 1)
        return ""

    def _given_by(self, caller: str, function: str) -> Iterator[Gifts | None]:
        """Yield what a caller gives in each of its calls; None where nothing is known of them."""
        gifts = self._gifts_of(caller)
        last = function.rpartition(".")[2].rpartition(":")[2]
        found = gifts.get(function) or gifts.get(f"*.{last}")
        if found is None:  # it hands the function on to whoever calls it
            found = [
                each
                for taker in self.edges.get(caller, ())
                if taker != function
                for each in self._gifts_of(taker).get(HANDED, ())
            ]
        yield from found or (None,)

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
