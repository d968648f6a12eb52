"""Under which conditions statements stand: the `if` around them, the guard of a script."""

import _ast as ast
from collections.abc import Iterator

from nonevent.readers.scope import FUNCTIONS, Scope

__all__ = ["below", "condition", "goes_on", "inside", "is_main_guard"]


def condition(scope: Scope, node: ast.If) -> None:
    """Remember under which words the statements of an `if` stand; the innermost one counts."""
    test = node.test
    turned = isinstance(test, ast.UnaryOp) and isinstance(test.op, ast.Not)
    words = " ".join(_words(test))
    for branch, holds in ((node.body, not turned), (node.orelse, turned)):
        said = words if holds else f"not {words}"
        scope.conditions.update(dict.fromkeys(_statements(branch), said))


def _statements(branch: list[ast.stmt]) -> list[ast.AST]:
    """Return the statements of a branch and of the blocks in it, but for definitions."""
    found: list[ast.AST] = []
    stack: list[ast.AST] = list(branch)
    while stack:
        item = stack.pop()
        found.append(item)
        if not isinstance(item, (*FUNCTIONS, ast.ClassDef)):
            for field in ("body", "orelse", "handlers", "finalbody"):
                stack += getattr(item, field, ())
    return found


def _words(node: ast.AST) -> list[str]:
    """Return the names and texts in an expression, but for those that a part of it says no to.

    `if not KEY or (KEY in KNOWN and not DEBUG)` speaks of KEY and KNOWN.
    """
    found: list[str] = []
    denied = {
        part
        for item in inside(node)
        if isinstance(item, ast.BoolOp)
        for value in item.values
        if isinstance(value, ast.UnaryOp) and isinstance(value.op, ast.Not)
        for part in inside(value)
    }
    for item in inside(node):
        if item in denied:
            continue
        if isinstance(item, ast.Name):
            found.append(item.id)
        elif isinstance(item, ast.Attribute):
            found.append(item.attr)
        elif isinstance(item, ast.Constant) and isinstance(item.value, str):
            found.append(item.value)
    return found


def inside(node: ast.AST) -> list[ast.AST]:
    """Return a node and all nodes in it, but for the bodies of definitions."""
    found: list[ast.AST] = []
    stack = [node]
    while stack:
        item = stack.pop()
        found.append(item)
        if not isinstance(item, (*FUNCTIONS, ast.ClassDef)):
            stack += [child for child in _fields(item) if isinstance(child, ast.AST)]
    return found


def below(node: ast.AST) -> list[ast.AST]:
    """Return the nodes directly in a node."""
    return [child for child in _fields(node) if isinstance(child, ast.AST)]


def _fields(node: ast.AST) -> Iterator[object]:
    """Yield the values of a node's fields, those of lists one by one."""
    for child in node.__dict__.values():
        if isinstance(child, list):
            yield from child
        else:
            yield child


def goes_on(node: ast.AST | None) -> bool:
    """Tell whether a definition's body holds a `while True:`: it runs until it is stopped."""
    return any(
        isinstance(item, ast.While)
        and isinstance(item.test, ast.Constant)
        and bool(item.test.value)
        for statement in getattr(node, "body", ())
        for item in inside(statement)
    )


def is_main_guard(node: ast.If) -> bool:
    """Tell whether an `if` asks for `__name__ == "__main__"`."""
    test = node.test
    return (
        isinstance(test, ast.Compare)
        and isinstance(test.left, ast.Name)
        and test.left.id == "__name__"
        and isinstance(test.comparators[0], ast.Constant)
        and test.comparators[0].value == "__main__"
    )
