"""Whether an expression is rows of a database, as far as its own words say."""

import _ast as ast
from collections.abc import Iterator

from nonevent.readers.conditions import inside
from nonevent.readers.naming import lookup
from nonevent.readers.scope import Scope

__all__ = ["are_rows"]

# How many names are followed to the query behind them.
HOPS = 2
# Methods of a Django manager or a query that bring rows, also with an "a" before them.
BRINGS = frozenset(
    {"all", "earliest", "exclude", "filter", "first", "get", "in_bulk", "last", "latest"}
    | {"one", "one_or_none", "order_by", "scalar", "select_related", "values", "values_list"}
)
MANAGERS = frozenset({"objects", "query"})
# Methods of a database session that ask for rows.
ASKS = frozenset({"execute", "get", "query", "scalar", "scalars"})
SHORTCUTS = frozenset({"aget_object_or_404", "get_object_or_404"})
# Models whose rows only a migration makes.
FIXED = frozenset({"ContentType", "Permission"})
KEYS = frozenset({"id", "pk", "uuid"})  # of a row: what never changes
CONVERTING = frozenset({"dict", "frozenset", "list", "set", "sorted", "tuple"})


def are_rows(node: ast.expr, scope: Scope, hops: int = HOPS) -> bool:
    """Tell whether an expression is what a query returned, or is made of it.

    The key of a row is none: it stays what it is.
    """
    if isinstance(node, ast.Await):
        return are_rows(node.value, scope, hops)
    if isinstance(node, ast.Name):
        return hops > 0 and _is_bound(node.id, scope, hops)
    if isinstance(node, ast.Attribute):
        return node.attr not in KEYS and _is_row(node.value, scope, hops)
    if isinstance(node, (ast.DictComp, ast.ListComp, ast.SetComp)):
        return any(are_rows(part.iter, scope, hops) for part in node.generators)
    if isinstance(node, ast.GeneratorExp):
        return any(are_rows(part.iter, scope, hops) for part in node.generators)
    if isinstance(node, ast.Call):
        if isinstance(node.func, ast.Name) and node.func.id in CONVERTING:
            return bool(node.args) and are_rows(node.args[0], scope, hops)
        return _is_query(node)
    return False


def _is_row(node: ast.expr, scope: Scope, hops: int) -> bool:
    return isinstance(node, ast.Call) and are_rows(node, scope, hops)


def _is_bound(name: str, scope: Scope, hops: int) -> bool:
    place, bindings = lookup(name, scope)
    if place is None or place.kind != "function":
        return False
    return any(
        binding.how == "value"
        and isinstance(binding.node, ast.expr)
        and are_rows(binding.node, scope, hops - 1)
        for binding in bindings
    )


def _is_query(call: ast.Call) -> bool:
    """Tell whether a call ends a chain that begins at a manager, a relation or a session."""
    if isinstance(call.func, ast.Name):
        return call.func.id in SHORTCUTS
    links = list(_chain(call))
    words = {link.attr for link, _ in links}
    root = links[-1][0].value if links else None
    if isinstance(root, ast.Name) and (root.id in FIXED or words & FIXED):
        return False
    if _is_of_keys(call):
        return False
    last = call.func.attr.removeprefix("a") if isinstance(call.func, ast.Attribute) else ""
    ends = BRINGS & {last, getattr(call.func, "attr", "")}
    if ends and not MANAGERS.isdisjoint(words):
        return True
    return any(called is not None and _asks(link, called) for link, called in links)


def _asks(link: ast.Attribute, call: ast.Call) -> bool:
    """Tell whether a call is `session.query(…)` and the like, or `project.tasks.all()`."""
    holder = link.value
    owner = holder.attr if isinstance(holder, ast.Attribute) else getattr(holder, "id", "")
    if link.attr in ASKS and (owner == "session" or owner.endswith("_session")):
        return link.attr != "get" or len(call.args) > 1  # a session of requests has one
    return link.attr == "all" and not call.args and isinstance(holder, ast.Attribute)


def _is_of_keys(call: ast.Call) -> bool:
    """Tell whether a query asks for keys alone: `values_list("id", flat=True)`."""
    for each in (one for one in inside(call) if isinstance(one, ast.Call)):
        if isinstance(each.func, ast.Attribute) and each.func.attr == "values_list":
            asked = [item.value for item in each.args if isinstance(item, ast.Constant)]
            return bool(asked) and KEYS.issuperset(asked)
    return False


def _chain(node: ast.expr) -> Iterator[tuple[ast.Attribute, ast.Call | None]]:
    """Yield the attributes of `a.b(…).c`, the last one first, each with the call of it."""
    called = None
    while isinstance(node, (ast.Attribute, ast.Call)):
        if isinstance(node, ast.Call):
            called, node = node, node.func
            continue
        yield node, called
        called, node = None, node.value
