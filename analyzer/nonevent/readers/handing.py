"""To whom a function hands what a call has made: a worker, a process that it does not wait for."""

import _ast as ast
from collections.abc import Iterator
from typing import TypeGuard

from nonevent.readers.conditions import inside
from nonevent.readers.fates import inside_body, last
from nonevent.readers.scope import FUNCTIONS, Scope

__all__ = ["MAKING", "handed", "is_asked"]

# Last parts of what makes a temporary file, or a folder.
MAKING = frozenset({"NamedTemporaryFile", "TemporaryDirectory", "mkdtemp", "mkstemp"})
# And of what puts work into a queue, with all that it needs.
QUEUEING = frozenset(
    {"apply_async", "defer", "defer_async", "delay", "enqueue", "enqueue_job", "send_task"}
)
STARTS = "Popen"
HELD = "locked"  # by which a lock says whether somebody holds it


def handed(call: ast.Call, scope: Scope) -> str:
    """Return the last part of what is given the path that a call has made; "" where nobody is.

    A process counts where nobody waits for it: it is bound to no name.
    """
    if not isinstance(scope.node, FUNCTIONS):
        return ""
    takers = [each for each, _ in scope.calls if last(each.func) in QUEUEING | {STARTS}]
    if not takers:
        return ""
    body = list(inside_body(scope.node))
    lone = {node.value for node in body if isinstance(node, ast.Expr)}
    names = _names(call, body)
    for taker in takers:
        given = [*taker.args, *(keyword.value for keyword in taker.keywords)]
        is_free = last(taker.func) != STARTS or taker in lone
        if is_free and any(_speaks(node, names, None) for node in given):
            return last(taker.func)
    return ""


def _names(call: ast.Call, body: list[ast.AST]) -> set[str]:
    """Return the names of what a call has made, and of what is made of that."""
    bound = [pair for node in body for pair in _bound(node)]
    names: set[str] = set()
    while more := {
        name
        for target, value in bound
        if _speaks(value, names, call)
        for part in inside(target)
        if isinstance(part, ast.Name) and (name := part.id) not in names
    }:
        names |= more
    return names


def _bound(node: ast.AST) -> Iterator[tuple[ast.AST, ast.AST]]:
    if isinstance(node, ast.Assign):
        yield from ((target, node.value) for target in node.targets)
    elif isinstance(node, ast.With | ast.AsyncWith):
        for item in node.items:
            if item.optional_vars is not None:
                yield item.optional_vars, item.context_expr


def _speaks(node: ast.AST, names: set[str], call: ast.Call | None) -> bool:
    """Tell whether an expression holds the call, or one of the names."""
    return any(
        part is call or (isinstance(part, ast.Name) and part.id in names) for part in inside(node)
    )


def is_asked(call: ast.Call, scope: Scope) -> bool:
    """Tell whether what a call makes is only asked whether it is held: `lock(key).locked()`.

    Or the only name that it is bound to, wherever a function uses it.
    """
    held = [each.func.value for each, _ in scope.calls if _is_held(each.func)]
    if call in held or not held or not isinstance(scope.node, FUNCTIONS):
        return call in held
    body = list(inside_body(scope.node))
    names = _names(call, body)
    uses = [each for each in body if isinstance(each, ast.Name) and each.id in names]
    loads = [each for each in uses if isinstance(each.ctx, ast.Load)]
    return len(names) == 1 == len(uses) - len(loads) and all(each in held for each in loads)


def _is_held(func: ast.expr) -> TypeGuard[ast.Attribute]:
    return type(func) is ast.Attribute and func.attr == HELD
