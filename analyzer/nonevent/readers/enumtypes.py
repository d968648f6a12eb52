"""Types that Alembic migrations create by hand: `sa.Enum("a", name="status").create(bind)`."""

import _ast as ast
from collections.abc import Iterator
from typing import NamedTuple

from nonevent.readers.parsing import parse

__all__ = ["CreatedType", "created_types"]

FUNCTIONS = (ast.FunctionDef, ast.AsyncFunctionDef)


class CreatedType(NamedTuple):
    """One call of `create`."""

    name: str
    values: tuple[str, ...]
    function: str  # that it stands in; "" in none
    span: tuple[
        int, int, int, int
    ]  # of the call: line and column, 1-based, first and past the last


def created_types(text: str) -> tuple[CreatedType, ...]:
    """Return the enumerated types that a file creates, in the order of the source."""
    if ".create(" not in text or "enum" not in text.lower():
        return ()
    try:
        tree, _ = parse(text)
    except (SyntaxError, ValueError, RecursionError, MemoryError, OverflowError):
        return ()
    kinds: dict[str, tuple[str, tuple[str, ...]]] = {}
    found: list[CreatedType] = []
    for function, node in _statements(tree):
        if isinstance(node, ast.Assign) and isinstance(node.targets[0], ast.Name):
            kind = _kind(node.value)
            if kind is not None:
                kinds[node.targets[0].id] = kind
        call = node.value if isinstance(node, ast.Expr) else None
        made = call.func if isinstance(call, ast.Call) else None
        if call is not None and isinstance(made, ast.Attribute) and made.attr == "create":
            of = made.value
            kind = kinds.get(of.id) if isinstance(of, ast.Name) else _kind(of)
            if kind is not None:
                ends = (call.end_lineno or call.lineno, (call.end_col_offset or 0) + 1)
                span = (call.lineno, call.col_offset + 1, *ends)
                found.append(CreatedType(*kind, function, span))
    return tuple(found)


def _statements(tree: ast.Module) -> Iterator[tuple[str, ast.AST]]:
    """Yield all statements in order, each with the name of the function around it."""
    stack: list[tuple[str, ast.AST]] = [("", each) for each in reversed(tree.body)]
    while stack:
        function, node = stack.pop()
        yield function, node
        inner = node.name if isinstance(node, FUNCTIONS) else function
        for name in ("finalbody", "handlers", "orelse", "body"):
            block = getattr(node, name, None)
            if isinstance(block, list):
                stack += [(inner, each) for each in reversed(block)]


def _kind(node: ast.expr) -> tuple[str, tuple[str, ...]] | None:
    """Return the name and the labels of `sa.Enum("a", name="status")`."""
    if not isinstance(node, ast.Call):
        return None
    called = node.func
    last = called.attr if isinstance(called, ast.Attribute) else getattr(called, "id", "")
    if last.lower() != "enum":
        return None
    labels = [each.value for each in node.args if isinstance(each, ast.Constant)]
    for keyword in node.keywords:
        if keyword.arg == "name" and isinstance(keyword.value, ast.Constant):
            values = tuple(each for each in labels if isinstance(each, str))
            return str(keyword.value.value), values
    return None
