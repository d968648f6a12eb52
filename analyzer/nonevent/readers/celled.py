"""Which name that lives longer an expression stands for, or is a part of."""

import _ast as ast

from nonevent.readers.applied import hung
from nonevent.readers.naming import dotted_text, lookup
from nonevent.readers.scope import Binding, Scope, instance_class
from nonevent.readers.values import Resolver

__all__ = ["cell_of", "is_made"]

# How many names are followed to the container of which they are a part.
HOPS = 3
# What a local name may stand for that lives longer, or is a part of it.
ALIASES = (ast.Attribute, ast.Call, ast.Name, ast.Subscript)


def cell_of(node: ast.expr, scope: Scope, resolver: Resolver, hops: int = HOPS) -> str:
    """Return the module-level name whose object `node` is, or is a part of; "" if there is none.

    `CARTS`, `CARTS[user]`, `CARTS[user]["items"]` and `CARTS.get(user)` are all `CARTS`; a name
    of another module comes back dotted.
    """
    while True:
        if name := hung(node):
            return name
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
        return _named_cell(node.id, scope, resolver, hops)
    if isinstance(node, ast.Attribute):
        return _attribute_cell(node, scope, resolver)
    return ""


def _attribute_cell(node: ast.Attribute, scope: Scope, resolver: Resolver) -> str:
    """Return the cell that an attribute is: of the object itself, its class, another module."""
    kind = node.value
    if isinstance(kind, ast.Call) and dotted_text(kind.func) == "type" and len(kind.args) == 1:
        owner = instance_class(dotted_text(kind.args[0]), scope)
        return f"{resolver.module}:{owner.name}.{node.attr}" if owner is not None else ""
    if is_made(node, scope):
        return resolver.name(node, scope)
    if not isinstance(kind, (ast.Name, ast.Attribute)):
        return ""
    root = _root_name(node)
    owner = instance_class(root, scope)
    if owner is not None:
        rest = dotted_text(node).partition(".")[2].removeprefix("__class__.")
        return f"{resolver.module}:{owner.name}.{rest}"
    place, bindings = lookup(root, scope)
    if place is None:
        return ""
    if place.kind == "module" or all(binding.how == "import" for binding in bindings):
        return resolver.name(node, scope)
    return resolver.name(node, scope) if _is_handed_out(bindings) else ""


def is_made(node: ast.expr, scope: Scope) -> bool:
    """Tell whether an attribute is of an object for which its function asks a class: `Cart()`.

    That is a new one, unless the class has one alone: `link` knows.
    """
    while True:
        if isinstance(node, ast.Subscript):
            node = node.value
        elif isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute):
            node = node.func.value
        else:
            break
    made = node.value if isinstance(node, ast.Attribute) else None
    if isinstance(made, ast.Name) and scope.kind == "function":
        place, bindings = lookup(made.id, scope)
        single = place is scope and len(bindings) == 1 and bindings[0].how == "value"
        made = bindings[0].node if single else None  # type: ignore[assignment]
    called = dotted_text(made.func) if isinstance(made, ast.Call) else ""
    return called.rpartition(".")[2][:1].isupper()


def _is_handed_out(bindings: list[Binding]) -> bool:
    """Tell whether a local name is what a function gave, not an object made here.

    The function may have made it: `link` knows.
    """
    if len(bindings) != 1 or bindings[0].how != "value":
        return False
    call = bindings[0].node
    called = dotted_text(call.func) if isinstance(call, ast.Call) else ""
    return called.rpartition(".")[2][:1].islower()


def _named_cell(name: str, scope: Scope, resolver: Resolver, hops: int) -> str:
    """Return the cell that a name is, or is a part of: `cart = CARTS[user]`."""
    place, bindings = lookup(name, scope)
    if place is None or name in scope.foreign:
        return name if name in scope.foreign and place is None else _shared(name, place, resolver)
    # A local name may be bound by an import that stands inside the function.
    imports = [binding.target for binding in bindings if binding.how == "import"]
    if len(imports) == len(bindings) == 1:
        return imports[0]
    if place.kind == "module":
        return name
    value = bindings[0]
    if len(bindings) == 1 and value.how == "value" and isinstance(value.node, ALIASES) and hops:
        found = cell_of(value.node, value.scope, resolver, hops - 1)
        if found:
            return found
    inner = place is not scope and any(each.how == "value" for each in bindings)
    return _shared(name, place, resolver) if inner else ""


def _shared(name: str, place: Scope | None, resolver: Resolver) -> str:
    """Return how a cell is called that a module, or a function around others, binds."""
    if place is None or place.kind == "module":
        return name
    return f"{resolver.module}:{place.name}.{name}" if place.kind == "function" else ""


def _root_name(node: ast.Attribute) -> str:
    base: ast.expr = node
    while isinstance(base, ast.Attribute):
        base = base.value
    return base.id if isinstance(base, ast.Name) else ""
