"""Which expressions make something that changes in place."""

import _ast as ast
import re

from nonevent.readers.naming import dotted_text, lookup
from nonevent.readers.scope import Scope
from nonevent.readers.values import Resolver

__all__ = ["held", "held_later", "is_field"]

# Constructors whose objects change in place; the standard library's and cachetools' names.
CONTAINERS = frozenset(
    {
        "dict",
        "list",
        "set",
        "bytearray",
        "collections.OrderedDict",
        "collections.Counter",
        "collections.defaultdict",
        "collections.deque",
        "aiocache.SimpleMemoryCache",
        "asyncio.LifoQueue",
        "asyncio.PriorityQueue",
        "asyncio.Queue",
        "queue.LifoQueue",
        "queue.PriorityQueue",
        "queue.Queue",
        "queue.SimpleQueue",
        "weakref.WeakKeyDictionary",
        "weakref.WeakSet",
        "weakref.WeakValueDictionary",
        "cachetools.Cache",
        "cachetools.FIFOCache",
        "cachetools.LFUCache",
        "cachetools.LRUCache",
        "cachetools.TLRUCache",
        "cachetools.TTLCache",
    }
)
# Dictionaries that forget, by the names of their classes.
OTHER_DICTS = re.compile(r"(?:Expir|TTL|Ttl|Timed|LRU|Bounded|Limited)\w*Dict")
FORGETTING = ("aiocache.", "cachetools.")
HOPS = 3  # how many bindings of a name are asked
DISPLAYS = {
    ast.Dict: "dict",
    ast.DictComp: "dict",
    ast.List: "list",
    ast.ListComp: "list",
    ast.Set: "set",
    ast.SetComp: "set",
}


def held(value: ast.expr, root: Scope, resolver: Resolver) -> tuple[str, bool]:
    """Return which container an expression makes, or is, and whether it is empty; "" for none."""
    display = DISPLAYS.get(type(value))
    if display is not None:
        filled = getattr(value, "elts", None) or getattr(value, "keys", None)
        return display, not filled and not isinstance(
            value, ast.DictComp | ast.ListComp | ast.SetComp
        )
    if isinstance(value, ast.Call):
        name = resolver.name(value.func, root)
        if ":" in name:
            return _derived(value.func, root, resolver) or _called(name), True
        if is_field(value):
            return _by_default(value), True
        if name in CONTAINERS:
            filled = value.keywords if name == "dict" else False
            content = value.args and name != "collections.defaultdict"
            return name, not filled and (not content or name.startswith(FORGETTING))
        if by_name := _called(name):
            return by_name, True
    if isinstance(value, ast.Name):
        given = _queue_given(value.id, root, resolver)
        return (given, True) if given else _of_a_name(value.id, root, resolver)
    return "", False


def _called(name: str) -> str:
    """Return the container that a class of the project, or a library, calls itself."""
    last = name.replace(":", ".").rpartition(".")[2]
    return "dict" if OTHER_DICTS.fullmatch(last) else ""


def _of_a_name(name: str, scope: Scope, resolver: Resolver) -> tuple[str, bool]:
    """Return what a function's own name holds, if it is a container each time it is bound."""
    place, bindings = lookup(name, scope)
    if place is not scope or scope.kind != "function" or len(bindings) > HOPS:
        return "", False
    found = [
        held(each.node, each.scope, resolver)
        for each in bindings
        if each.how == "value" and isinstance(each.node, ast.Call | ast.Dict | ast.List | ast.Set)
    ]
    whole = len(found) == len(bindings) and all(holds and empty for holds, empty in found)
    return found[0] if found and whole else ("", False)


def is_field(value: ast.expr) -> bool:
    """Tell whether an expression says what each object of a class begins with: `field(…)`."""
    called = dotted_text(value.func) if isinstance(value, ast.Call) else ""
    return called.rpartition(".")[2] in {"Field", "field"}


def _derived(func: ast.expr, scope: Scope, resolver: Resolver) -> str:
    """Return the container from which a class of the same module is derived."""
    _, bindings = lookup(func.id, scope) if isinstance(func, ast.Name) else (None, [])
    node = bindings[0].node if bindings else None
    bases = node.bases if isinstance(node, ast.ClassDef) else ()
    names = [resolver.name(base, bindings[0].scope) for base in bases]
    return next((name for name in names if name in CONTAINERS), "")


def _queue_given(name: str, scope: Scope, resolver: Resolver) -> str:
    """Return the type of a queue that a function is handed, as its annotation says."""
    place, bindings = lookup(name, scope)
    if place is not scope or len(bindings) != 1 or bindings[0].how != "parameter":
        return ""
    said = bindings[0].node
    said = said.value if isinstance(said, ast.Subscript) else said
    kind = resolver.annotation(said, bindings[0].scope)
    return kind if kind in CONTAINERS and kind.endswith("Queue") else ""


def _by_default(field: ast.Call) -> str:
    """Return what `Field(default=[])` or `field(default_factory=dict)` gives to each object."""
    for keyword in field.keywords:
        value = keyword.value
        if keyword.arg == "default" and type(value) in DISPLAYS:
            return DISPLAYS[type(value)]
        if keyword.arg == "default_factory" and isinstance(value, ast.Name):
            return value.id if value.id in {"dict", "list", "set"} else ""
    return ""


def held_later(name: str, root: Scope, resolver: Resolver) -> str:
    """Return the container that a function binds to a `global` name."""
    for binding in root.bindings.get(name, ()):
        if binding.how == "value" and isinstance(binding.node, ast.expr):
            holds, _ = held(binding.node, binding.scope, resolver)
            if holds:
                return holds
    return ""
