"""Tables of functions: whoever takes one out by its key may call any of them."""

import _ast as ast
from collections.abc import Iterator

from nonevent.facts import ENTRY, Held
from nonevent.readers.naming import has_names
from nonevent.readers.scope import Scope
from nonevent.readers.values import Resolver

__all__ = ["tables"]


def tables(scope: Scope, resolver: Resolver) -> Iterator[Held]:
    """Yield the mappings of keys to functions that a module, a class or an object keeps."""
    prefix = f"{scope.name}." if scope.name else ""
    for _, target, value in scope.stores:
        if not isinstance(value, ast.Dict) or not has_names(value):
            continue
        name = _kept_name(target, scope, prefix)
        if name:
            found = {resolver.name(each, scope) for each in value.values}
            if ours := sorted(each for each in found if "." in each or ":" in each):
                yield Held(f"{name}{ENTRY}", "", None, called=False, others=tuple(ours))


def _kept_name(target: ast.expr, scope: Scope, prefix: str) -> str:
    """Return the name of what outlives a call: of a module, a class, or an object's own."""
    if isinstance(target, ast.Name):
        return f"{prefix}{target.id}"
    owner = scope.parent
    if (
        isinstance(target, ast.Attribute)
        and isinstance(target.value, ast.Name)
        and target.value.id == scope.instance
        and owner is not None
        and owner.kind == "class"
    ):
        return f"{owner.name}.{target.attr}"
    return ""
