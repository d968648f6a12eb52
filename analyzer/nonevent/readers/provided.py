"""What a container of dependencies makes once and gives to all who ask for it."""

import _ast as ast
from collections.abc import Iterator
from functools import lru_cache

from nonevent.facts import Held
from nonevent.readers.naming import dotted_text
from nonevent.readers.scope import Scope
from nonevent.readers.values import Resolver

__all__ = ["ONCE", "provided"]

# Before the name of what is provided: nobody can write it.
ONCE = "!"
# Last parts of calls that say it themselves: dependency_injector, that_depends, lagom, Blacksheep.
SINGLE = frozenset({"Singleton", "ThreadSafeSingleton", "add_singleton"})
# Those that say it by the scope, and how that is called: dishka, injector, punq, wireup.
SCOPED = frozenset({"bind", "provide", "provide_all", "register"})
SCOPES = frozenset({"app", "runtime", "singleton"})
NAMED = (ast.Name, ast.Attribute)


def provided(scope: Scope, resolver: Resolver, text: str) -> Iterator[Held]:
    """Yield the classes of which the calls of a scope, or what it binds, make one object."""
    for call, _ in scope.calls if _provides(text) else ():
        last = getattr(call.func, "attr", getattr(call.func, "id", ""))
        if last in SINGLE or (last in SCOPED and _is_lasting(call, scope)):
            for given in (*call.args, *(each.value for each in call.keywords if each.arg)):
                kind = resolver.name(given, scope) if isinstance(given, NAMED) else ""
                name = kind.replace(":", ".").rpartition(".")[2]
                if name[:1].isupper() and ("." in kind or ":" in kind):
                    yield Held(f"{ONCE}{name}", kind, None, called=True)


@lru_cache(maxsize=1)
def _provides(text: str) -> bool:
    """Tell whether a file may say of something that it is made once."""
    return "ingleton" in text or "Scope." in text


def _is_lasting(call: ast.Call, scope: Scope) -> bool:
    """Tell whether the scope of what is provided is that of the process."""
    said = next((each.value for each in call.keywords if each.arg in {"lifetime", "scope"}), None)
    if said is None and scope.kind == "class":  # a provider may say it once for all it gives
        bound = scope.bindings.get("scope", ())
        node = bound[0].node if len(bound) == 1 else None
        said = node if isinstance(node, ast.expr) else None
    return said is not None and dotted_text(said).rpartition(".")[2].lower() in SCOPES
