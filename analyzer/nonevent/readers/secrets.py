"""Where what is made at random goes: into a name of the module, or into a file."""

import _ast as ast

from nonevent.facts import Keeping
from nonevent.readers.conditions import inside
from nonevent.readers.naming import dotted_text
from nonevent.readers.scope import FUNCTIONS, Scope

__all__ = ["RANDOM", "keeping"]

# Last parts of callees that make something at random.
RANDOM = frozenset(
    {"generate_key", "get_random_bytes", "get_random_secret_key", "get_random_string", "randbits"}
    | {"token_bytes", "token_hex", "token_urlsafe", "urandom", "uuid4"}
)
WRITES = frozenset({"dump", "write", "write_bytes", "write_text", "writelines"})


def keeping(call: ast.Call, scope: Scope) -> tuple[str, Keeping]:
    """Return the name under which the outcome of a call is kept, and what kind of keeping it is."""
    inner: ast.AST = call
    while isinstance(scope.node, ast.Lambda) and scope.parent is not None:
        inner, scope = scope.node, scope.parent
    if inner is not call and not _is_settings(scope.node):
        return "", Keeping.NONE  # made anew for each object
    for _, target, value in scope.stores:
        name = dotted_text(target)
        if name and value is not None and _holds(value, inner):
            if not isinstance(scope.node, FUNCTIONS):
                return name, Keeping.NAME
            return name, Keeping.FILE if _is_written(name, scope) else Keeping.NONE
    return "", Keeping.NONE


def _is_settings(node: ast.AST) -> bool:
    """Tell whether a class holds settings, of which there is one object."""
    if not isinstance(node, ast.ClassDef):
        return False
    names = [node.name, *(dotted_text(base) for base in node.bases)]
    return any(word in name for name in names for word in ("Settings", "Config"))


def _holds(node: ast.expr, other: ast.AST) -> bool:
    """Tell whether one expression stands inside another, as their places say."""
    start, end = (node.lineno, node.col_offset), (node.end_lineno or 0, node.end_col_offset or 0)
    place = other.lineno, other.col_offset  # type: ignore[attr-defined]  # an expression has them
    return start <= place < end


def _is_written(name: str, scope: Scope) -> bool:
    return any(
        isinstance(call.func, ast.Attribute)
        and call.func.attr in WRITES
        and any(dotted_text(node) == name for item in call.args for node in inside(item))
        for call, _ in scope.calls
    )
