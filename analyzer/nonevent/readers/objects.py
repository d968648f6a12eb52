"""What names, attributes and results of functions hold, for other modules to call."""

import _ast as ast
import re
import sys
from collections.abc import Iterator
from functools import lru_cache

from nonevent.facts import Held, Kind, Value
from nonevent.readers.applied import APPLICATIONS
from nonevent.readers.naming import dotted_text, lookup
from nonevent.readers.provided import provided
from nonevent.readers.scope import FUNCTIONS, Binding, Scope
from nonevent.readers.tables import tables
from nonevent.readers.values import Resolver

__all__ = ["Objects", "is_singleton", "limits", "relays"]

# What may make an object, or stand for one made elsewhere.
MAKING = (ast.Call, ast.Name, ast.Attribute, ast.Await, ast.BoolOp, ast.IfExp, ast.NamedExpr)
# A method put into the place of a client's own, or an adapter put under it, may bound its calls.
BUILT_IN = sys.stdlib_module_names
# What a class keeps for itself as `self.timeout` is no limit of its session yet, and an adapter of
# requests' own only tries again.
REPLACED = re.compile(r"\.(?:request|send|get|post) = |(?<!\bself)\.timeout = ")
MOUNTED, ADAPTER, PLAIN = ".mount(", re.compile(r"\w*Adapter\w*"), frozenset({"HTTPAdapter"})
# Requests' own, made there or kept under a name before.
MOUNTS = re.compile(
    r"\.mount\([^,()]+,\s*(?:adapter=)?(?:(?:[\w.]+\.)?HTTPAdapter\(|[a-z_]\w*\s*\))"
)

# Calls that pass messages on to other processes, or wait for theirs: Redis, AMQP, NATS, Kafka.
BROKER = re.compile(r"\.(?:basic_publish|p?subscribe|publish|pubsub|xadd|xread)\(")
# Names under which a class keeps its only object.
SINGLE = frozenset({"__instance", "_instance", "_singleton"})
APPLICATION = "flask.current_app."  # over which others reach what was hung on it


class Objects:
    """Answers what one module holds that calls in others may be methods of."""

    def __init__(
        self, resolver: Resolver, clients: frozenset[str], foreign: frozenset[str]
    ) -> None:
        self.resolver = resolver
        self.clients = clients
        self.foreign = foreign  # first parts of names that no project brings

    def may_be_ours(self, name: str) -> bool:
        """Tell whether a name may be a client's, or something that this project defines."""
        return name in self.clients or ":" in name or self._is_imported(name)

    def may_lead_to_client(self, callee: str) -> bool:
        """Tell whether the object of a call may turn out to be a client of another module."""
        if "[]" in callee or ".objects." in callee:  # Django's managers: tables, not peers
            return False
        return ":" in callee or self._is_imported(callee) or callee.startswith(APPLICATION)

    def _is_imported(self, name: str) -> bool:
        root, dot, _ = name.partition(".")
        return bool(dot) and root not in self.foreign

    def held(self, scope: Scope, text: str) -> Iterator[Held]:
        """Yield what the names that a scope binds hold."""
        yield from self._of_application(scope)
        yield from provided(scope, self.resolver, text)
        yield from tables(scope, self.resolver)
        if scope.kind == "function":
            if scope.returned or getattr(scope.node, "returns", None) is not None:
                yield from self._result(scope, text)
            return
        prefix = f"{scope.name}." if scope.name else ""
        names = scope.bindings if scope.kind == "module" else {**scope.bindings, **scope.attributes}
        guarded = {call for call, is_guarded in scope.calls if is_guarded}
        for name in names:
            bindings = scope.member(name)
            if any(_makes(binding) for binding in bindings):
                kind = self.resolver.bound(bindings)
                made = [binding for binding in bindings if isinstance(binding.node, ast.Call)]
                found = self._held(
                    f"{prefix}{name}", kind, [(one.node, one.scope) for one in made], text
                )
                lives = any(one.node not in guarded for one in made) or (
                    bool(made) and scope.kind == "module" and _is_asked_for(name, scope)
                )
                yield from (each._replace(called=True) if lives else each for each in found)
                if not kind and len(made) > 1:
                    others = {self.resolver.name(one.node, one.scope) for one in made}
                    yield Held(f"{prefix}{name}", "", None, True, tuple(sorted(others - {""})))

    def _of_application(self, scope: Scope) -> Iterator[Held]:
        """Yield what a scope hangs on the application: `app.state.mailer = Mailer()`."""
        for _, target, value in scope.stores:
            if isinstance(value, ast.Call) and isinstance(target, ast.Attribute | ast.Subscript):
                words = dotted_text(target.value).split(".")
                name = target.attr if isinstance(target, ast.Attribute) else _entry(target)
                if name and APPLICATIONS.intersection(words[:2]):
                    kind = self.resolver.name(value.func, scope)
                    if self.may_be_ours(kind):
                        yield Held(f"@{name}", kind, None, True)

    def _result(self, scope: Scope, text: str) -> Iterator[Held]:
        node = scope.node
        if not isinstance(node, FUNCTIONS):
            return
        kind = self.resolver.returned(node.returns, scope.parent or scope)
        found = [item for item in scope.returned if not isinstance(item, ast.Constant)]
        yield from self._parts(scope, found, text)
        if not kind:
            kinds = {
                self.resolver.name(item, scope) if isinstance(item, MAKING) else ""
                for item in found
            }
            kind = kinds.pop() if len(kinds) == 1 else ""
        names = {item.id if isinstance(item, ast.Name) else "" for item in found}
        if not kind and len(names) == 1 and "" not in names:
            kind = self._variable_of(names.pop(), scope)
        called = bool(found) and all(isinstance(item, ast.Call) for item in found)
        for each in self._held(f"{scope.name}()", kind, [(item, scope) for item in found], text):
            yield each._replace(called=called)

    def _parts(self, scope: Scope, found: list[ast.expr], text: str) -> Iterator[Held]:
        """Yield what the parts of a returned tuple are: `return args, shop`."""
        if len(found) == 1 and isinstance(found[0], ast.Tuple):
            for at, item in enumerate(found[0].elts):
                kind = self.resolver.name(item, scope)
                yield from self._held(f"{scope.name}(){at}", kind, [(item, scope)], text)

    def _variable_of(self, name: str, scope: Scope) -> str:
        """Return the module's name of which several things are made; "" where it is none."""
        place, bindings = lookup(name, scope)
        makers = [one for one in bindings if one.how == "value" and isinstance(one.node, ast.Call)]
        several = place is not None and place.kind == "module" and len(makers) > 1
        return f"{self.resolver.module}:{name}" if several else ""

    def _held(
        self, name: str, kind: str, made: list[tuple[ast.AST | None, Scope]], text: str
    ) -> Iterator[Held]:
        if kind in self.clients:
            if not _is_replaced(text):
                yield Held(name, kind, self._made(kind, made))
        elif ":" in kind or ("." in kind and kind.partition(".")[0] not in BUILT_IN):
            yield Held(name, kind)

    def _made(self, kind: str, made: list[tuple[ast.AST | None, Scope]]) -> Value | None:
        if len(made) != 1 or made[0][0] is None:
            return None
        value = self.resolver.value(made[0][0], made[0][1])
        return value if value.kind is Kind.CALL and value.name == kind else None


@lru_cache(maxsize=1)
def _is_replaced(text: str) -> bool:
    """Tell whether a file may bound the calls of a client by what it puts into its place."""
    mounted = text.count(MOUNTED)
    if mounted and (mounted > len(MOUNTS.findall(text)) or set(ADAPTER.findall(text)) != PLAIN):
        return True
    return REPLACED.search(text) is not None


def _is_asked_for(name: str, root: Scope) -> bool:
    """Tell whether a function of the module calls a method of what the module's name holds.

    What a program puts there before it serves is then what its handlers ask for.
    """
    for scope in root.walk():
        for call, _ in scope.calls if scope.kind == "function" else ():
            words = dotted_text(call.func).split(".") if type(call.func) is ast.Attribute else ()
            if len(words) > 1 and words[0] == name and lookup(name, scope)[0] is root:
                return True
    return False


def _entry(target: ast.Subscript) -> str:
    key = target.slice
    return key.value if isinstance(key, ast.Constant) and isinstance(key.value, str) else ""


def _makes(binding: Binding) -> bool:
    if binding.how == "value":
        return isinstance(binding.node, MAKING)
    return binding.how in {"annotation", "parameter", "part"}


def is_singleton(scope: Scope, node: ast.ClassDef) -> bool:
    """Tell whether a class keeps its only object itself, or by a metaclass or a decorator."""
    if not SINGLE.isdisjoint(scope.bindings):
        return True
    marks = [*node.decorator_list, *(each.value for each in node.keywords)]
    return any("singleton" in dotted_text(mark).lower() for mark in marks)


def relays(node: ast.ClassDef, text: str) -> bool:
    """Tell whether a class passes messages on through a broker."""
    if not BROKER.search(text):
        return False
    lines = text.splitlines()[node.lineno - 1 : node.end_lineno]
    return any(map(BROKER.search, lines))


def limits(node: ast.ClassDef, text: str) -> bool:
    """Tell whether a class speaks of a timeout anywhere."""
    return any(node.lineno <= line <= (node.end_lineno or 0) for line in _speaking(text))


@lru_cache(maxsize=1)
def _speaking(text: str) -> tuple[int, ...]:
    """Return the lines that speak of a timeout, from 1."""
    if "timeout" not in text:
        return ()
    lines = enumerate(text.splitlines(), start=1)
    return tuple(number for number, line in lines if "timeout" in line)
