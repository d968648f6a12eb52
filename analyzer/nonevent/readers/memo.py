"""Functions that remember what they found out: asked again, they answer at once."""

import _ast as ast

from nonevent.readers.asked import got
from nonevent.readers.conditions import inside
from nonevent.readers.naming import dotted_text, lookup
from nonevent.readers.scope import FUNCTIONS, Binding, Scope

__all__ = ["is_memo", "rereads"]

CHANGED = frozenset({"getmtime", "st_mtime", "st_mtime_ns"})
FRESH = (ast.Dict, ast.DictComp, ast.List, ast.ListComp, ast.Set, ast.SetComp)
CONTAINERS = frozenset({"defaultdict", "deque", "dict", "list", "set"})


def is_memo(target: ast.expr, value: ast.expr | None, scope: Scope) -> bool:
    """Tell whether a function returns at once what it stored by the same key before.

    And returns at its end what it stores now. What it makes for whoever comes, a container or an
    object of a class, is no such thing.
    """
    if not isinstance(target, ast.Subscript) or not isinstance(value, ast.Name):
        return False
    body = scope.node.body if isinstance(scope.node, FUNCTIONS) else []
    asked = dotted_text(target.value), dotted_text(target.slice)
    if not all(asked) or not any(_answers(each, asked, scope) for each in body):
        return False
    last = body[-1]
    if not (isinstance(last, ast.Return) and last.value is not None):
        return False
    place, bindings = lookup(value.id, scope)
    same = dotted_text(last.value) == value.id or _entry(last.value) == asked
    return same and place is scope and not any(map(_is_fresh, bindings))


def rereads(scope: Scope) -> bool:
    """Tell whether a function asks when a file was changed: it reads that anew, as others do."""
    body = scope.node.body if isinstance(scope.node, FUNCTIONS) else []
    return any(
        isinstance(node, ast.Attribute) and node.attr in CHANGED
        for statement in body
        for node in inside(statement)
    )


def _answers(node: ast.stmt, asked: tuple[str, str], scope: Scope) -> bool:
    """Tell whether a statement is `if key in KNOWN: return KNOWN[key]`.

    Or `if found: return found`, of what `KNOWN.get(key)` returned.
    """
    if not isinstance(node, ast.If) or not isinstance(node.body[-1], ast.Return):
        return False
    answer = node.body[-1].value
    if isinstance(answer, ast.Name):
        place, bindings = lookup(answer.id, scope)
        made = bindings[0].node if place is scope and len(bindings) == 1 else None
        return isinstance(made, ast.expr) and got(made) == asked
    test = node.test
    if not isinstance(test, ast.Compare) or not isinstance(test.ops[0], ast.In):
        return False
    met = dotted_text(test.comparators[0]), dotted_text(test.left)
    return met == asked and answer is not None and _entry(answer) == asked


def _entry(node: ast.expr) -> tuple[str, str]:
    if not isinstance(node, ast.Subscript):
        return "", ""
    return dotted_text(node.value), dotted_text(node.slice)


def _is_fresh(binding: Binding) -> bool:
    """Tell whether something is made anew for whoever comes."""
    node = binding.node
    if binding.how != "value" or not isinstance(node, ast.Call):
        return binding.how != "value" or isinstance(node, FRESH)
    last = dotted_text(node.func).rpartition(".")[2]
    return last[:1].isupper() or last in CONTAINERS
