"""Module-level state and every change of it that one file shows."""

import _ast as ast
from collections.abc import Callable, Iterator

from nonevent.facts import Mutation, StateCell
from nonevent.location import Location
from nonevent.readers.conditions import inside
from nonevent.readers.naming import dotted_text, lookup
from nonevent.readers.rows import are_rows
from nonevent.readers.scope import FUNCTIONS, Scope, instance_class
from nonevent.readers.values import Resolver

__all__ = ["CHANGING", "GIVEN", "cells", "given_mutation", "method_mutation", "mutations"]

# How many names are followed to the container of which they are a part.
HOPS = 3

Locate = Callable[[ast.AST], Location]

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
DISPLAYS = {
    ast.Dict: "dict",
    ast.DictComp: "dict",
    ast.List: "list",
    ast.ListComp: "list",
    ast.Set: "set",
    ast.SetComp: "set",
}
# Methods of the containers above that change the object.
CHANGING = frozenset(
    {
        "add",
        "append",
        "appendleft",
        "clear",
        "difference_update",
        "discard",
        "extend",
        "extendleft",
        "insert",
        "intersection_update",
        "move_to_end",
        "pop",
        "popitem",
        "popleft",
        "put",
        "put_nowait",
        "remove",
        "reverse",
        "rotate",
        "setdefault",
        "sort",
        "subtract",
        "symmetric_difference_update",
        "update",
    }
)
# Functions that change the container which is their first argument.
GIVEN = frozenset(
    {"heapq.heapify", "heapq.heappop", "heapq.heappush", "heapq.heappushpop", "heapq.heapreplace"}
    | {"bisect.insort", "bisect.insort_left", "bisect.insort_right"}
)


def cells(root: Scope, resolver: Resolver, locate: Locate) -> Iterator[StateCell]:
    """Yield the names and attributes that hold something mutable."""
    for scope in root.walk():
        yield from _of_functions(scope, resolver, locate)
        if scope.kind == "function":
            continue
        prefix = f"{scope.name}." if scope.name else ""
        for statement, target, value in scope.stores:
            if (
                isinstance(target, ast.Name)
                and value is not None
                and not isinstance(statement, ast.AugAssign)
            ):
                holds, empty = _held(value, scope, resolver)
                if holds:
                    # A library's base class may give each object a copy of what is annotated.
                    copied = isinstance(statement, ast.AnnAssign) and _is_derived(scope)
                    each = target.id in scope.attributes or copied
                    yield StateCell(f"{prefix}{target.id}", holds, locate(target), empty, each)
        if scope.kind == "class":
            yield from _attributes(scope, resolver, locate)


def _of_functions(scope: Scope, resolver: Resolver, locate: Locate) -> Iterator[StateCell]:
    """Yield what hangs on functions of the module: `find.cache = {}`."""
    if scope.kind == "class":
        return
    for _, target, value in scope.stores:
        if (
            value is not None
            and isinstance(target, ast.Attribute)
            and isinstance(target.value, ast.Name)
        ):
            place, bindings = lookup(target.value.id, scope)
            if place is not None and any(isinstance(each.node, FUNCTIONS) for each in bindings):
                holds, empty = _held(value, scope, resolver)
                if holds:
                    name = f"{target.value.id}.{target.attr}"
                    yield StateCell(name, holds, locate(target), empty)


def _is_derived(scope: Scope) -> bool:
    return isinstance(scope.node, ast.ClassDef) and bool(scope.node.bases)


def _attributes(scope: Scope, resolver: Resolver, locate: Locate) -> Iterator[StateCell]:
    """Yield what each object of a class holds from the beginning."""
    for method in scope.children:
        if method.name != f"{scope.name}.__init__":
            continue
        for statement, target, value in method.stores:
            if (
                isinstance(target, ast.Attribute)
                and isinstance(target.value, ast.Name)
                and target.value.id == method.instance
                and value is not None
                and not isinstance(statement, ast.AugAssign)
            ):
                holds, empty = _held(value, method, resolver)
                if holds:
                    name = f"{scope.name}.{target.attr}"
                    yield StateCell(name, holds, locate(target), empty, of_each=True)


def _held(value: ast.expr, root: Scope, resolver: Resolver) -> tuple[str, bool]:
    display = DISPLAYS.get(type(value))
    if display is not None:
        filled = getattr(value, "elts", None) or getattr(value, "keys", None)
        return display, not filled and not isinstance(
            value, ast.DictComp | ast.ListComp | ast.SetComp
        )
    if isinstance(value, ast.Call):
        name = resolver.name(value.func, root)
        if name.rpartition(".")[2] in {"Field", "field"}:
            return _by_default(value), True
        if name in CONTAINERS:
            filled = value.keywords if name == "dict" else False
            content = value.args and name != "collections.defaultdict"
            return name, not filled and (not content or name.startswith("cachetools."))
    return "", False


def _by_default(field: ast.Call) -> str:
    """Return what `Field(default=[])` or `field(default_factory=dict)` gives to each object."""
    for keyword in field.keywords:
        value = keyword.value
        if keyword.arg == "default" and type(value) in DISPLAYS:
            return DISPLAYS[type(value)]
        if keyword.arg == "default_factory" and isinstance(value, ast.Name):
            return value.id if value.id in {"dict", "list", "set"} else ""
    return ""


def mutations(scope: Scope, resolver: Resolver, locate: Locate) -> Iterator[Mutation]:
    """Yield what the statements of `scope` change of module-level names, also of other modules."""
    if scope.kind == "class":
        return
    for statement, target, value in scope.stores:
        how = _stored(statement, target)
        if how == "attribute assignment" and not (
            _of_a_name(target, scope) and _is_told(statement, value)
        ):
            continue
        cell = cell_of(target, scope, resolver) if how else ""
        if cell and (how != "global assignment" or _is_global(target, scope)):
            stored = resolver.value(value, scope) if value is not None else None
            first = how == "item assignment" and _looks_up(scope.node, target)
            if how == "attribute assignment":
                first = _asks_first(scope.node, target)
            yield Mutation(
                cell,
                how,
                locate(target),
                scope.name,
                stored,
                looked_up=first,
                of_self=_of_self(target, scope),
                rows=how == "item assignment" and value is not None and are_rows(value, scope),
            )


def method_mutation(
    call: ast.Call, func: ast.Attribute, scope: Scope, resolver: Resolver, locate: Locate
) -> Iterator[Mutation]:
    """Yield the change that a method in `CHANGING` makes to a module-level name."""
    cell = cell_of(func.value, scope, resolver) if scope.kind != "class" else ""
    if cell:
        stored = resolver.value(call.args[-1], scope) if call.args else None
        own = _of_self(func.value, scope)
        rows = func.attr == "setdefault" and bool(call.args) and are_rows(call.args[-1], scope)
        yield Mutation(cell, func.attr, locate(func), scope.name, stored, of_self=own, rows=rows)


def given_mutation(
    call: ast.Call, name: str, scope: Scope, resolver: Resolver, locate: Locate
) -> Iterator[Mutation]:
    """Yield the change that a function in `GIVEN` makes to a module-level name."""
    cell = cell_of(call.args[0], scope, resolver) if call.args and scope.kind != "class" else ""
    if cell:
        stored = resolver.value(call.args[-1], scope)
        own = _of_self(call.args[0], scope)
        how = name.rpartition(".")[2]
        yield Mutation(cell, how, locate(call.args[0]), scope.name, stored, of_self=own)


def _looks_up(function: ast.AST, target: ast.expr) -> bool:
    """Tell whether a function asks for an item of the container, or for any, and stores one."""
    place = dotted_text(target.value) if isinstance(target, ast.Subscript) else ""
    body = function.body if isinstance(function, FUNCTIONS) else ()
    for node in (each for statement in body for each in inside(statement)):
        if isinstance(node, ast.Compare) and isinstance(node.ops[0], (ast.In, ast.NotIn)):
            asked = node.comparators[0]
        elif isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute):
            asked = node.func.value if node.func.attr == "get" else node
        elif isinstance(node, ast.UnaryOp):
            asked = node.operand  # `if not PROVIDERS:`
        elif isinstance(node, ast.Call) and dotted_text(node.func) == "len" and node.args:
            asked = node.args[0]
        else:
            continue
        if place and dotted_text(asked) == place:
            return True
    return False


def _asks_first(function: ast.AST, target: ast.expr) -> bool:
    """Tell whether a function asks if an attribute is set, or not None, before it sets it."""
    place = dotted_text(target)
    body = function.body if isinstance(function, FUNCTIONS) else ()
    return any(
        (
            isinstance(node, ast.If)
            and isinstance(node.test, ast.UnaryOp)
            and isinstance(node.test.op, ast.Not)
            and dotted_text(node.test.operand) == place
        )
        or (
            isinstance(node, ast.Compare)
            and isinstance(node.ops[0], (ast.Is, ast.IsNot))
            and isinstance(node.comparators[0], ast.Constant)
            and node.comparators[0].value is None
            and dotted_text(node.left) == place
        )
        for statement in body
        for node in inside(statement)
    )


def _stored(statement: ast.AST, target: ast.expr) -> str:
    if isinstance(statement, ast.Delete):
        return "del" if isinstance(target, ast.Subscript) else ""
    if isinstance(target, ast.Subscript):
        return "augmented assignment" if isinstance(statement, ast.AugAssign) else "item assignment"
    if isinstance(target, ast.Name):
        return "global assignment"
    return "attribute assignment" if isinstance(target, ast.Attribute) else ""


def _of_self(node: ast.expr, scope: Scope) -> bool:
    while not isinstance(node, ast.Name):
        if isinstance(node, (ast.Attribute, ast.Subscript)):
            node = node.value
        elif isinstance(node, ast.Call):
            node = node.func
        else:
            return False
    return node.id != "cls" and instance_class(node.id, scope) is not None


def _is_told(statement: ast.AST, value: ast.expr | None) -> bool:
    """Tell whether an attribute is counted up, or set to a constant: no client made late."""
    if isinstance(statement, ast.AugAssign):
        return True
    return isinstance(value, ast.Constant) and value.value is not None


def _of_a_name(target: ast.expr, scope: Scope) -> bool:
    """Tell whether `target` is `name.attribute` in a function, of a name that is not `self`."""
    return (
        scope.kind == "function"
        and isinstance(target, ast.Attribute)
        and isinstance(target.value, ast.Name)
        and instance_class(target.value.id, scope) is None
    )


def _is_global(target: ast.expr, scope: Scope) -> bool:
    return isinstance(target, ast.Name) and target.id in scope.foreign and scope.kind == "function"


def cell_of(node: ast.expr, scope: Scope, resolver: Resolver, hops: int = HOPS) -> str:
    """Return the module-level name whose object `node` is, or is a part of; "" if there is none.

    `CARTS`, `CARTS[user]`, `CARTS[user]["items"]` and `CARTS.get(user)` are all `CARTS`; a name
    of another module comes back dotted.
    """
    while True:
        if isinstance(node, ast.Subscript):
            node = node.value
        elif (
            isinstance(node, ast.Call)
            and isinstance(node.func, ast.Attribute)
            and node.func.attr in {"get", "setdefault"}
            and node.args  # a queue's `get()` gives away what it held
        ):
            node = node.func.value
        else:
            break
    if isinstance(node, ast.Name):
        return _named_cell(node.id, scope) or _aliased_cell(node.id, scope, resolver, hops)
    if isinstance(node, ast.Attribute) and isinstance(node.value, (ast.Name, ast.Attribute)):
        root = _root_name(node)
        owner = instance_class(root, scope)
        if owner is not None:
            return f"{resolver.module}:{owner.name}.{dotted_text(node).partition('.')[2]}"
        place, bindings = lookup(root, scope)
        if place is not None and (
            place.kind == "module" or all(binding.how == "import" for binding in bindings)
        ):
            return resolver.name(node, scope)
    return ""


def _aliased_cell(name: str, scope: Scope, resolver: Resolver, hops: int) -> str:
    """Return the cell that a local name is a part of: `cart = CARTS[user]`."""
    place, bindings = lookup(name, scope)
    if place is None or place.kind != "function" or len(bindings) != 1 or not hops:
        return ""
    node = bindings[0].node
    if bindings[0].how != "value" or not isinstance(node, (ast.Subscript, ast.Call)):
        return ""
    return cell_of(node, scope, resolver, hops - 1)


def _named_cell(name: str, scope: Scope) -> str:
    if name in scope.foreign:
        return name
    place, bindings = lookup(name, scope)
    # A local name may be bound by an import that stands inside the function.
    imports = [binding.target for binding in bindings if binding.how == "import"]
    if len(imports) == len(bindings) == 1:
        return imports[0]
    return name if place is not None and place.kind == "module" else ""


def _root_name(node: ast.Attribute) -> str:
    base: ast.expr = node
    while isinstance(base, ast.Attribute):
        base = base.value
    return base.id if isinstance(base, ast.Name) else ""
