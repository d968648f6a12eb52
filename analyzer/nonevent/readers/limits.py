"""Through which parameters of a function its callers may bound the calls that it makes."""

import _ast as ast
from collections.abc import Callable, Iterator, Sequence

from nonevent.readers.conditions import inside
from nonevent.readers.scope import FUNCTIONS, Scope, parameters_of

__all__ = ["REST", "hands", "is_display", "limited", "speaks"]

REST = "**"
LIMIT = "timeout"


def hands(
    node: ast.Call, scope: Scope, lines: Sequence[str], spread: Callable[[ast.expr], str]
) -> tuple[tuple[str, str], ...]:
    """Return the limits of a call that are the callers' to set: keyword → parameter.

    A parameter counts that is None unless a caller says otherwise, and that nothing changes.
    "**" stands for all keywords that the function does not name itself, "" for a limit that is
    set before the call where the parameter is given. "**" → "name()" is a function whose outcome
    is all that is not read; `spread` tells it of a mapping.
    """
    rests = [keyword.value for keyword in node.keywords if keyword.arg is None]
    outcomes = [spread(value) for value in rests]
    if outcomes and all(outcomes) and not any(isinstance(each, ast.Starred) for each in node.args):
        return tuple((REST, f"{name}()") for name in outcomes)
    function = scope.node
    if not isinstance(function, FUNCTIONS):
        return ()
    rest = function.args.kwarg.arg if function.args.kwarg is not None else ""
    found: list[tuple[str, str]] = []
    for keyword in node.keywords:
        name = keyword.value.id if isinstance(keyword.value, ast.Name) else ""
        if keyword.arg is None and name and name == rest and not speaks(function, lines):
            found.append((REST, REST))
        elif keyword.arg is not None and LIMIT in keyword.arg and name in _free(function, scope):
            found.append((keyword.arg, name))
    if not node.args and not node.keywords:
        found += [("", name) for name in _free(function, scope) if _is_set_if_given(function, name)]
    return tuple(found)


def _free(function: ast.FunctionDef | ast.AsyncFunctionDef, scope: Scope) -> list[str]:
    """Return the parameters for a limit that are None where no caller gives one."""
    return [
        item.arg
        for item, default in parameters_of(function.args)
        if LIMIT in item.arg
        and isinstance(default, ast.Constant)
        and default.value is None
        and len(scope.bindings.get(item.arg, ())) == 1
    ]


def speaks(function: ast.FunctionDef | ast.AsyncFunctionDef, lines: Sequence[str]) -> bool:
    """Tell whether a function says the word, but for comments that name one of our rules."""
    said = "\n".join(lines[function.lineno - 1 : function.end_lineno]).lower()
    return LIMIT in said.replace(f"-{LIMIT}", "")


def is_display(node: ast.expr, scope: Scope) -> bool:
    """Tell whether an expression is a mapping as it is written, or a name of one."""
    if isinstance(node, ast.Name):
        bindings = scope.bindings.get(node.id, ())
        return bool(bindings) and all(isinstance(each.node, ast.Dict) for each in bindings)
    return isinstance(node, ast.Dict) and None not in node.keys


def _is_set_if_given(function: ast.FunctionDef | ast.AsyncFunctionDef, name: str) -> bool:
    """Tell whether a parameter is asked for under an `if`, and nothing stands in for it.

    What the `else` of that `if` says of a timeout stands in for it.
    """
    nodes = [item for statement in function.body for item in inside(statement)]
    instead = (item for item in nodes if isinstance(item, ast.BoolOp | ast.IfExp))
    if any(_names(item, name) for item in instead):
        return False
    asking = [item for item in nodes if isinstance(item, ast.If) and _names(item.test, name)]
    return bool(asking) and not any(_is_limited(item.orelse) for item in asking)


def _is_limited(body: Sequence[ast.stmt]) -> bool:
    """Tell whether statements call or assign something by the name of a timeout."""
    nodes = (item for statement in body for item in inside(statement))
    return any(isinstance(item, ast.Attribute) and LIMIT in item.attr.lower() for item in nodes)


def _names(node: ast.AST, name: str) -> bool:
    return any(isinstance(item, ast.Name) and item.id == name for item in inside(node))


def limited(root: Scope, is_foreign: Callable[[ast.expr, Scope], bool]) -> Iterator[str]:
    """Yield the last parts of the names of what is called, or handed on, with a limit.

    What no project brings is left out, but not what is handed on to it.
    """
    for scope in root.walk():
        kwarg = scope.node.args.kwarg if isinstance(scope.node, FUNCTIONS) else None
        rest = kwarg.arg if kwarg is not None else ""
        for call, _ in scope.calls:
            if any(_may_limit(keyword, rest) for keyword in call.keywords):
                called = () if is_foreign(call.func, scope) else (call.func,)
                for node in (*called, *call.args):
                    if isinstance(node, ast.Attribute):
                        yield node.attr
                    elif isinstance(node, ast.Name):
                        yield node.id


def _may_limit(keyword: ast.keyword, rest: str) -> bool:
    if keyword.arg is not None:
        return LIMIT in keyword.arg
    return not (isinstance(keyword.value, ast.Name) and keyword.value.id == rest)
