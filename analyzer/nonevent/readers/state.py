"""Module-level state and every change of it that one file shows."""

import _ast as ast
from collections.abc import Callable, Iterator

from nonevent.facts import Mutation, StateCell
from nonevent.location import Location
from nonevent.readers.scope import Scope
from nonevent.readers.values import Resolver, lookup

__all__ = ["CHANGING", "cells", "method_mutation", "mutations"]

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


def cells(root: Scope, resolver: Resolver, locate: Locate) -> Iterator[StateCell]:
    """Yield the module-level names that hold something mutable."""
    for statement, target, value in root.stores:
        if not isinstance(target, ast.Name) or value is None:
            continue
        if isinstance(statement, ast.AugAssign):
            continue
        holds, empty = _held(value, root, resolver)
        if holds:
            yield StateCell(target.id, holds, locate(target), empty)


def _held(value: ast.expr, root: Scope, resolver: Resolver) -> tuple[str, bool]:
    display = DISPLAYS.get(type(value))
    if display is not None:
        filled = getattr(value, "elts", None) or getattr(value, "keys", None)
        return display, not filled and not isinstance(
            value, ast.DictComp | ast.ListComp | ast.SetComp
        )
    if isinstance(value, ast.Call):
        name = resolver.name(value.func, root)
        if name in CONTAINERS:
            filled = value.keywords if name == "dict" else False
            content = value.args and name != "collections.defaultdict"
            return name, not filled and (not content or name.startswith("cachetools."))
    return "", False


def mutations(scope: Scope, resolver: Resolver, locate: Locate) -> Iterator[Mutation]:
    """Yield what the statements of `scope` change of module-level names, also of other modules."""
    if scope.kind == "class":
        return
    for statement, target, value in scope.stores:
        how = _stored(statement, target)
        cell = cell_of(target, scope, resolver) if how else ""
        if cell and (how != "global assignment" or _is_global(target, scope)):
            stored = resolver.value(value, scope) if value is not None else None
            yield Mutation(cell, how, locate(target), scope.name, stored)


def method_mutation(
    call: ast.Call, func: ast.Attribute, scope: Scope, resolver: Resolver, locate: Locate
) -> Iterator[Mutation]:
    """Yield the change that a method in `CHANGING` makes to a module-level name."""
    cell = cell_of(func.value, scope, resolver) if scope.kind != "class" else ""
    if cell:
        stored = resolver.value(call.args[-1], scope) if call.args else None
        yield Mutation(cell, func.attr, locate(func), scope.name, stored)


def _stored(statement: ast.AST, target: ast.expr) -> str:
    if isinstance(statement, ast.Delete):
        return "del" if isinstance(target, ast.Subscript) else ""
    if isinstance(target, ast.Subscript):
        return "augmented assignment" if isinstance(statement, ast.AugAssign) else "item assignment"
    if isinstance(target, ast.Name):
        return "global assignment"
    return ""


def _is_global(target: ast.expr, scope: Scope) -> bool:
    return isinstance(target, ast.Name) and target.id in scope.foreign and scope.kind == "function"


def cell_of(node: ast.expr, scope: Scope, resolver: Resolver) -> str:
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
        ):
            node = node.func.value
        else:
            break
    if isinstance(node, ast.Name):
        return _named_cell(node.id, scope)
    if isinstance(node, ast.Attribute) and isinstance(node.value, ast.Name | ast.Attribute):
        place, bindings = lookup(_root_name(node), scope)
        if place is not None and all(binding.how == "import" for binding in bindings):
            return resolver.name(node, scope)
    return ""


def _named_cell(name: str, scope: Scope) -> str:
    if name in scope.foreign:
        return name
    place, bindings = lookup(name, scope)
    if place is None or place.kind != "module":
        # A local name may be bound by an import that stands inside the function.
        imports = [binding.target for binding in bindings if binding.how == "import"]
        return imports[0] if len(imports) == len(bindings) == 1 else ""
    imports = [binding.target for binding in bindings if binding.how == "import"]
    return imports[0] if len(imports) == len(bindings) == 1 else name


def _root_name(node: ast.Attribute) -> str:
    base: ast.expr = node
    while isinstance(base, ast.Attribute):
        base = base.value
    return base.id if isinstance(base, ast.Name) else ""
