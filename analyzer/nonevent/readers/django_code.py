"""What the function of a RunPython does to rows: how many it goes through, and of which model."""

import _ast as ast
import textwrap
from collections.abc import Iterator

from nonevent.facts import Rows
from nonevent.noun import NamedTuple
from nonevent.readers.excerpt import Source, block

__all__ = ["Work", "parsed", "walk", "work_of"]

# https://docs.djangoproject.com/en/5.2/ref/models/querysets/
CREATES = frozenset(("create", "get_or_create", "update_or_create", "bulk_create", "save"))
CHANGES = frozenset(("update", "delete", "_raw_delete"))
ADDS = frozenset(("create", "bulk_create", "get_or_create"))  # no row that is there changes
WRITES = CREATES | CHANGES | {"bulk_update", "add", "set", "remove", "execute"}
# What gives all rows of a model, or those that a condition finds.
QUERIES = frozenset(("all", "filter", "exclude", "annotate", "values", "values_list", "iterator"))
KEYS = frozenset(("id", "pk", "name", "slug", "code", "key", "email", "username", "uuid", "domain"))
BATCHES = ("batch", "chunk", "[:", "limit")
LONGEST = 20_000  # characters of a function that are read


class Work(NamedTuple):
    """What a function does to rows."""

    rows: Rows
    model: str = ""  # "shop.order" where it speaks of one model alone


NOTHING = Work(Rows.UNKNOWN)


def work_of(name: str, source: Source) -> Work:
    """Return what the function of this name, at the top of the file, does to rows."""
    text = block(source, f"def {name}(", f"async def {name}(")
    if not text or len(text) > LONGEST:
        return NOTHING
    tree = parsed(text)
    if tree is None:
        return NOTHING
    nodes = list(walk(tree))
    models = {model for node in nodes if (model := _model(node))}
    return Work(_rows(nodes, text), models.pop() if len(models) == 1 else "")


def parsed(text: str) -> ast.Module | None:
    """Return the tree of a function or a class; None where this Python does not read it."""
    try:
        tree = compile(textwrap.dedent(text), "", "exec", ast.PyCF_ONLY_AST, dont_inherit=True)
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return None
    return tree if isinstance(tree, ast.Module) else None


def walk(tree: ast.AST) -> Iterator[ast.AST]:
    """Yield a node and all below it."""
    stack = [tree]
    while stack:
        node = stack.pop()
        yield node
        for field in node._fields:
            value = getattr(node, field, None)
            children = value if isinstance(value, list) else (value,)
            stack.extend(child for child in children if isinstance(child, ast.AST))


def _model(node: ast.AST) -> str:
    """Return the model of `apps.get_model("shop", "Order")` or `apps.get_model("shop.Order")`."""
    if not (isinstance(node, ast.Call) and _method(node) == "get_model"):
        return ""
    words = [each.value for each in node.args if isinstance(each, ast.Constant)]
    return ".".join(str(word) for word in words).lower() if len(words) == len(node.args) else ""


def _rows(nodes: list[ast.AST], text: str) -> Rows:
    calls = [node for node in nodes if isinstance(node, ast.Call)]
    methods = {_method(call) for call in calls}
    if not methods & WRITES:
        return Rows.UNKNOWN
    if any(word in text.lower() for word in BATCHES):
        return Rows.BATCH
    found = [_met(call) for call in calls if _method(call) in CHANGES and _is_query(call)]
    loops = [node for node in nodes if isinstance(node, ast.For)]
    found += [_met(loop.iter) for loop in loops if _is_query(loop.iter) and _writes(loop)]
    for size in (Rows.ALL, Rows.MANY, Rows.FEW):
        if size in found:
            return size
    return Rows.NEW if methods & CREATES and not loops else Rows.UNKNOWN


def _met(query: ast.AST) -> Rows:
    """Return how many rows `Order.objects.filter(…)` finds."""
    size = Rows.ALL
    for each in _chain(query):
        if _method(each) in {"filter", "exclude", "get"}:
            names = {(key.arg or "").partition("__")[0] for key in each.keywords}
            lookups = {(key.arg or "").partition("__")[2] for key in each.keywords}
            named = names & KEYS and lookups & {"", "in", "exact", "iexact"}
            size = Rows.FEW if named else (Rows.MANY if size is Rows.ALL else size)
        if size is Rows.FEW:
            break
    return size


def _writes(loop: ast.For) -> bool:
    return any(
        isinstance(node, ast.Call) and _method(node) in WRITES - ADDS
        for statement in loop.body
        for node in walk(statement)
    )


def _is_query(node: ast.AST) -> bool:
    """Tell `Order.objects.all()` and what is chained to it; not `group.permissions.all()`."""
    chain = list(_chain(node))
    if not chain:
        return False
    root = chain[-1].func
    while isinstance(root, ast.Attribute):
        if root.attr in {"objects", "_default_manager", "_base_manager"}:
            return True
        root = root.value
    return False


def _chain(node: ast.AST) -> Iterator[ast.Call]:
    """Yield the calls of `a.b(…).c(…)`, the last one first."""
    while True:
        if isinstance(node, ast.Call):
            yield node
            node = node.func
        elif isinstance(node, ast.Attribute):
            node = node.value
        else:
            return


def _method(call: ast.Call) -> str:
    return call.func.attr if isinstance(call.func, ast.Attribute) else ""
