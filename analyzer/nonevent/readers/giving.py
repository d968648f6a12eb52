"""What functions hand on as a path: what their callers gave them, what is gone soon, what stays."""

import _ast as ast
import re
from collections.abc import Collection, Iterator

from nonevent.common import COMMON
from nonevent.facts import ANY, GONE, HANDED, KEPT, Given
from nonevent.readers.fates import HOPS, PASSING, Fates, arguments, last, lead
from nonevent.readers.naming import dotted_text, lookup
from nonevent.readers.scope import FUNCTIONS, Binding, Scope, instance_class
from nonevent.readers.values import Resolver

__all__ = ["begins", "gives"]

# In the names of parameters, variables and settings that hold paths.
PLACE = re.compile(
    r"dir|fold|path|root|dest|dst|target|loc|base|file|out|te?mp|stor|media|upload|work|stream|buf",
    re.IGNORECASE,
)
STREAMS = frozenset({"io.BytesIO", "io.StringIO"})
# Last parts of callees that tell a place which outlives the request.
LASTING = frozenset({"cwd", "expanduser", "getcwd", "getenv", "home"})
# And of the mappings in which places are looked up.
CONFIGURED = ("config", "environ", "settings")
OPENS = frozenset({"open"})
WRITES = frozenset("wax+")
# A name that is bound more often than this is not followed.
MANY = 8


def begins(call: ast.Call, scope: Scope, resolver: Resolver) -> Given:
    """Return the arguments of a call that begin with what callers of its function gave.

    Each stands beside that parameter: "save.folder", "Cart.__init__.root".
    """
    if not isinstance(scope.node, FUNCTIONS):
        return ()
    if last(call.func) in OPENS and not any(map(_writes, _values(call))):
        return ()
    found = ((key, _origin(node, scope, resolver, HOPS)) for key, node in arguments(call))
    return tuple((key, what) for key, what in found if what and what not in {GONE, KEPT})


def gives(
    scope: Scope, resolver: Resolver, fates: Fates | None, known: Collection[str]
) -> Iterator[tuple[str, Given]]:
    """Yield the callees of a function with what they are given as paths, call by call.

    What the function removes later is gone, and so is what is temporary; a callee that is given no
    path by any call is left out, and so are the `known` ones.
    """
    if not isinstance(scope.node, FUNCTIONS):
        return
    found: list[tuple[str, ast.Call, Given]] = []
    for call, _ in scope.calls:
        if call.args or call.keywords:
            gone = fates.of(call)[0] if fates is not None else ()
            given = tuple(_given(call, scope, resolver, gone))
            found.append((dotted_text(call.func), call, given))
    met = {said for said, _, given in found if given}
    for said, call, given in found:
        if said in met:
            callee = _callee(call.func, scope, resolver)
            if callee and callee not in known:
                yield callee, given


def _callee(func: ast.expr, scope: Scope, resolver: Resolver) -> str:
    """Return the dotted name of what is called; `HANDED` for what the function was handed."""
    ways = lookup(func.id, scope)[1] if isinstance(func, ast.Name) else []
    if ways and all(way.how == "parameter" for way in ways):
        return HANDED
    name = resolver.name(func, scope)
    if "." in name or ":" in name:
        return name
    if isinstance(func, ast.Attribute):
        return ANY + func.attr if func.attr not in COMMON else ""
    return ""


def _given(
    call: ast.Call, scope: Scope, resolver: Resolver, gone: Collection[str]
) -> Iterator[tuple[str, str]]:
    for key, node in arguments(call):
        if key:
            what = GONE if key in gone else _origin(node, scope, resolver, HOPS)
            if what:
                yield key, what


def _origin(node: ast.expr, scope: Scope, resolver: Resolver, hops: int) -> str:
    """Return the parameter that a path begins with, `GONE` or `KEPT`; "" for anything else."""
    first = lead(node)
    if isinstance(first, ast.Name):
        return _of_name(first.id, scope, resolver, hops)
    if isinstance(first, ast.Attribute):
        return _of_attribute(first, scope, resolver, hops)
    if isinstance(first, ast.Constant):
        text = first.value
        lasts = isinstance(text, str) and "/" in text and not PASSING.search(text)
        return KEPT if lasts else ""
    if isinstance(first, ast.Subscript):
        return KEPT if dotted_text(first.value).lower().endswith(CONFIGURED) else ""
    if isinstance(first, ast.Call):
        if last(first.func) in LASTING:
            return KEPT
        return GONE if resolver.name(first.func, scope) in STREAMS else ""
    return ""


def _of_name(name: str, scope: Scope, resolver: Resolver, hops: int) -> str:
    if name == "__file__":
        return KEPT
    place, ways = lookup(name, scope)
    if place is None or not hops:
        return ""
    if all(way.how == "parameter" for way in ways):
        is_own = place is scope and isinstance(scope.node, FUNCTIONS) and name != scope.instance
        return f"{scope.name}.{name}" if is_own else ""
    if PASSING.search(name):
        return ""
    if place.kind == "module":
        return KEPT if PLACE.search(name) else ""
    return _agreed(ways, resolver, hops)


def _of_attribute(node: ast.Attribute, scope: Scope, resolver: Resolver, hops: int) -> str:
    written = dotted_text(node)
    if not written or PASSING.search(written):
        return ""
    root = written.partition(".")[0]
    owner = instance_class(root, scope)
    if owner is not None:
        ways = owner.member(node.attr) if isinstance(node.value, ast.Name) and hops else []
        return _agreed([way for way in ways if way.how != "annotation"], resolver, hops)
    place, _ = lookup(root, scope)
    is_setting = place is not None and place.kind == "module" and PLACE.search(node.attr)
    return KEPT if is_setting else ""


def _agreed(ways: list[Binding], resolver: Resolver, hops: int) -> str:
    """Return what all values of a name begin with; "" where they do not agree."""
    if len(ways) > MANY:
        return ""
    agreed = ""
    for way in ways:
        node = way.node if way.how == "value" else None
        what = _origin(node, way.scope, resolver, hops - 1) if isinstance(node, ast.expr) else ""
        if not what or agreed not in {"", what}:
            return ""  # asked no further: each value may be of as many names again
        agreed = what
    return agreed


def _values(call: ast.Call) -> list[ast.expr]:
    return [*call.args, *(keyword.value for keyword in call.keywords)]


def _writes(node: ast.expr) -> bool:
    """Tell whether an argument is a mode that writes, or may be one."""
    text = node.value if isinstance(node, ast.Constant) else None
    return isinstance(text, str) and not WRITES.isdisjoint(text) and text.isascii()
