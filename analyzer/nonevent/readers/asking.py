"""Whether a function asks for what it stores, and where that comes from."""

import _ast as ast

from nonevent.readers.conditions import inside
from nonevent.readers.naming import dotted_text, lookup
from nonevent.readers.scope import FUNCTIONS, Scope

__all__ = ["asks_first", "asks_name", "is_given", "is_rebuilt", "looks_up", "toggled"]

# How many names are followed to the request.
HOPS = 2
OWN = frozenset({"app", "application", "cls", "self"})


def looks_up(function: ast.AST, target: ast.expr) -> bool:
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


def asks_first(function: ast.AST, target: ast.expr) -> bool:
    """Tell whether a function asks if an attribute is set, or not None, before it sets it."""
    place = dotted_text(target)
    last = target.attr if isinstance(target, ast.Attribute) else ""
    body = function.body if isinstance(function, FUNCTIONS) else ()
    return any(
        (
            isinstance(node, ast.Call)
            and dotted_text(node.func) in {"getattr", "hasattr"}
            and any(isinstance(one, ast.Constant) and one.value == last for one in node.args)
        )
        or (
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


def asks_name(function: ast.AST, name: str) -> bool:
    """Tell whether a function asks what a name of its module holds, before or after it binds it."""
    body = function.body if isinstance(function, FUNCTIONS) else ()
    return any(
        isinstance(part, ast.Name) and part.id == name
        for statement in body
        for node in inside(statement)
        if isinstance(node, (ast.If, ast.IfExp, ast.While))
        for part in inside(node.test)
    )


def is_given(node: ast.expr, scope: Scope, hops: int = HOPS) -> bool:
    """Tell whether an expression is made of a parameter of its function, or of the request."""
    for part in inside(node):
        if not isinstance(part, ast.Name) or part.id in OWN:
            continue
        if part.id == "request":
            return True
        place, bindings = lookup(part.id, scope)
        if place is None or place.kind != "function":
            continue
        for binding in bindings:
            if binding.how == "parameter":
                return True
            if (
                hops
                and binding.how == "value"
                and isinstance(binding.node, ast.expr)
                and is_given(binding.node, binding.scope, hops - 1)
            ):
                return True
    return False


def is_rebuilt(name: str, scope: Scope) -> bool:
    """Tell whether a function binds a `global` name to something new that it fills itself."""
    if name not in scope.foreign:
        return False
    return any(
        isinstance(target, ast.Name)
        and target.id == name
        and isinstance(value, (ast.Call, ast.Dict, ast.List, ast.Set))
        for _, target, value in scope.stores
    )


def toggled(target: ast.Name, scope: Scope) -> bool:
    """Tell whether the functions of a module bind its name to more than one constant."""
    _, bindings = lookup(target.id, scope)
    bound = {
        repr(each.node.value)
        for each in bindings
        if each.scope.kind == "function" and isinstance(each.node, ast.Constant)
    }
    return len(bound) > 1
