"""Whom a function calls: the edges of the call graph that one file shows."""

import _ast as ast

from nonevent.common import COMMON
from nonevent.facts import ANY, QUEUED, WRAPPER, WRAPPERS
from nonevent.readers.naming import dotted_text, lookup
from nonevent.readers.scope import FUNCTIONS, Scope, parameters_of
from nonevent.readers.values import Resolver

__all__ = ["edges"]

NAMED = (ast.Name, ast.Attribute)
ASKING = frozenset({"input"})  # built in: whoever calls it talks to somebody at a terminal
# Decorators under which a function inside another is still what the outer one returns or runs.
PLAIN = frozenset(
    {"functools.wraps", "contextlib.asynccontextmanager", "contextlib.contextmanager"}
)
# Keywords of functions that a pool of processes runs in each of its own.
ELSEWHERE = frozenset({"initializer"})
# What puts a function into a queue of tasks, another process's.
DEFERRING = frozenset({"adispatch", "defer", "dispatch", "enqueue", "enqueue_in", "send_task"})


def edges(scope: Scope, outer: Scope, called: list[str], resolver: Resolver) -> tuple[str, ...]:
    """Return what a function calls, passes on by name or defines inside, each once.

    `called` are the callees of its own calls, as far as they have names.
    """
    node = scope.node
    name = resolver.name
    found = list(called)
    for call, guarded in scope.calls:
        if guarded:
            continue
        func = call.func
        if type(func) is ast.Attribute and func.attr not in COMMON and not name(func, scope):
            found.append(ANY + func.attr)
        # What is put into a queue is called by a worker.
        end = QUEUED if getattr(func, "attr", getattr(func, "id", "")) in DEFERRING else ""
        told = (each.value for each in call.keywords if each.arg not in ELSEWHERE)
        given = [*call.args, *told]
        names = [name(each, scope) for each in given if type(each) in NAMED]
        found += [f"{each}{end}" for each in names]
    if isinstance(node, FUNCTIONS):
        for needed in _needed(node, outer):  # Depends(get_cart)
            found += [name(argument, outer) for argument in needed.args]
        for decorator in node.decorator_list:
            # What it is itself runs when the module is imported; a call of the decorated runs
            # the function inside it, or the one inside that.
            made = decorator.func if isinstance(decorator, ast.Call) else decorator
            inner = WRAPPER if made is decorator else WRAPPERS
            found += [f"{one}{inner}" for one in [name(made, outer)] if one]
        found += _inside(scope, resolver)
    named = (each for each in found if "." in each or ":" in each or each in ASKING)
    return tuple(dict.fromkeys(named))


def _needed(node: ast.FunctionDef | ast.AsyncFunctionDef, outer: Scope) -> list[ast.Call]:
    """Return the calls that say of a handler what is to be made for it first.

    They are defaults, or stand in `Annotated[…]`, also under a name of the module, or in the
    `dependencies` of its decorator.
    """
    found = [*node.args.defaults, *node.args.kw_defaults]
    for argument, _ in parameters_of(node.args):
        found += _annotated(argument.annotation, outer)
    for decorator in node.decorator_list:
        for keyword in decorator.keywords if isinstance(decorator, ast.Call) else ():
            if keyword.arg == "dependencies" and isinstance(keyword.value, ast.List | ast.Tuple):
                found += keyword.value.elts
    return [each for each in found if isinstance(each, ast.Call)]


def _annotated(node: ast.expr | None, scope: Scope) -> list[ast.expr]:
    """Return what `Annotated[Cart, …]` says beside the type."""
    if isinstance(node, ast.Name):
        _, bindings = lookup(node.id, scope)
        node = bindings[0].node if len(bindings) == 1 else None  # type: ignore[assignment]
    if not isinstance(node, ast.Subscript) or not isinstance(node.slice, ast.Tuple):
        return []
    return node.slice.elts[1:] if dotted_text(node.value).endswith("Annotated") else []


def _inside(scope: Scope, resolver: Resolver) -> list[str]:
    """Return what the functions are that a function defines inside, and what its lambdas call."""
    found: list[str] = []
    for child in scope.children:
        node = child.node
        if isinstance(node, ast.Lambda):
            found += [resolver.name(call.func, child) for call, _ in child.calls]
        elif isinstance(node, FUNCTIONS) and all(
            resolver.name(item, scope) in PLAIN for item in node.decorator_list
        ):
            found.append(f"{resolver.module}:{child.name}")
    return found
