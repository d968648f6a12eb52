"""One walk over a syntax tree: what each scope binds, calls, changes and defines."""

import _ast as ast
from collections.abc import Sequence

from nonevent.noun import NamedTuple
from nonevent.readers.conditions import condition, inside, is_main_guard
from nonevent.readers.scope import FUNCTIONS, Binding, Scope, instance_class, parameters_of

__all__ = ["Names", "collect"]

# Fields that hold no code to walk into: names, signs, and what only a type checker reads.
_PLAIN = frozenset(
    {"annotation", "arg", "attr", "conversion", "ctx", "id", "kind", "level", "module", "name"}
    | {"names", "op", "ops", "rest", "returns", "type_comment", "type_ignores", "type_params"}
)
# Nodes that there is nothing to walk into.
_LEAVES = frozenset((bool, int, str, type(None), ast.Name, ast.Constant))
# Type of node → its fields with code in them.
_CHILDREN = {
    kind: tuple(field for field in kind._fields if field not in _PLAIN)
    for kind in vars(ast).values()
    if isinstance(kind, type) and issubclass(kind, ast.AST)
}


class Names(NamedTuple):
    """What a file is called."""

    module: str  # dotted: "shop.views"
    package: str  # what its relative imports start from: "shop"


# What to walk into next: None for all children of the node, else these.
Descent = Sequence[ast.AST] | None


def collect(tree: ast.Module, names: Names) -> Scope:
    """Return the module's scope with every nested one in it."""
    root = Scope("module", "", tree, None)
    queue = [root]
    while queue:
        scope = queue.pop()
        _fill(scope, names)
        if scope.foreign:
            _hand_over(scope, root)
        queue.extend(scope.children)
    return root


def _hand_over(scope: Scope, root: Scope) -> None:
    """Bind in the module what a function binds to a name that it declares `global`."""
    for name in scope.foreign:
        for binding in scope.bindings.pop(name, ()):
            outer = scope.parent
            while outer is not None and name not in outer.bindings:
                outer = outer.parent
            (outer or root).bind(name, binding)


def _fill(scope: Scope, names: Names) -> None:
    node = scope.node
    if isinstance(node, ast.Lambda):
        body: list[ast.AST] = [node.body]
        _bind_parameters(scope, node.args)
    elif isinstance(node, FUNCTIONS):
        body = list(node.body)
        _bind_parameters(scope, node.args)
    else:
        body = list(node.body)  # type: ignore[attr-defined]  # module or class
    guarded: set[ast.AST] = set()
    stack: list[ast.AST] = body
    push = stack.append
    while stack:
        item = stack.pop()
        kind = type(item)
        while kind is ast.Attribute:
            item = item.value  # type: ignore[attr-defined]
            kind = type(item)
        if kind in _LEAVES:
            continue
        handler = _HANDLERS.get(kind)
        if handler is not None:
            descent = handler(scope, item, names)
            if descent is not None:
                stack.extend(descent)
                continue
        elif kind is ast.Call:
            scope.calls.append((item, item in guarded))  # type: ignore[arg-type]
        elif isinstance(item, ast.If) and scope.kind != "function":
            if is_main_guard(item):
                guarded.update(inside(item))
                condition(scope, item)
            elif item not in guarded:
                condition(scope, item)
        for field in _CHILDREN[kind]:
            child = getattr(item, field)
            if type(child) is list:
                stack += [element for element in child if type(element) not in _LEAVES]
            elif type(child) not in _LEAVES:
                push(child)


def _bind_parameters(scope: Scope, arguments: ast.arguments) -> None:
    positional = [*arguments.posonlyargs, *arguments.args]
    outer = scope.parent or scope
    for argument, default in parameters_of(arguments):
        scope.bind(argument.arg, Binding("parameter", outer, argument.annotation or default))
    for rest in (arguments.vararg, arguments.kwarg):
        if rest is not None:
            scope.bind(rest.arg, Binding("opaque", scope))
    if outer.kind == "module" and "down_revision" in outer.bindings:
        _bind_operations(scope, outer)
    if positional and outer.kind == "class" and not _is_static(scope.node):
        scope.instance = positional[0].arg


def _bind_operations(scope: Scope, module: Scope) -> None:
    """Let `op` be Alembic's where a migration is handed it: `def upgrade(op, tables)`.

    What `run_migrations` is given by name goes to these two, and that is what it is used for:
    https://alembic.sqlalchemy.org/en/latest/api/runtime.html
    """
    if scope.name in ("upgrade", "downgrade") and "op" in scope.bindings:
        scope.bindings["op"] = [Binding("import", module, None, "alembic.op")]


def _is_static(node: ast.AST) -> bool:
    decorators = getattr(node, "decorator_list", ())
    return any(isinstance(item, ast.Name) and item.id == "staticmethod" for item in decorators)


def _define(scope: Scope, node: ast.AST, names: Names) -> Descent:
    assert isinstance(node, (*FUNCTIONS, ast.ClassDef))  # noqa: S101  # the dispatch table's word
    name = f"{scope.name}.{node.name}" if scope.name else node.name
    kind = "class" if isinstance(node, ast.ClassDef) else "function"
    scope.bind(node.name, Binding("definition", scope, node, f"{names.module}:{name}"))
    scope.children.append(Scope(kind, name, node, scope))
    # Decorators, defaults and bases belong to the scope around the definition.
    outside: list[ast.AST] = list(node.decorator_list)
    if outside:
        scope.decorated.update((item, (name, node)) for item in outside if type(item) is ast.Call)
    if isinstance(node, ast.ClassDef):
        outside += [*node.bases, *(keyword.value for keyword in node.keywords)]
    else:
        outside += [*node.args.defaults, *(item for item in node.args.kw_defaults if item)]
    return outside


def _lambda(scope: Scope, node: ast.AST, names: Names) -> Descent:
    del names
    scope.children.append(Scope("function", scope.name, node, scope))
    return ()


def _import(scope: Scope, node: ast.AST, names: Names) -> Descent:
    del names
    assert isinstance(node, ast.Import)  # noqa: S101  # the dispatch table's word
    for alias in node.names:
        if alias.asname:
            scope.bind(alias.asname, Binding("import", scope, None, alias.name))
        else:
            root = alias.name.split(".", 1)[0]
            scope.bind(root, Binding("import", scope, None, root))
    return ()


def _from(scope: Scope, node: ast.AST, names: Names) -> Descent:
    assert isinstance(node, ast.ImportFrom)  # noqa: S101  # the dispatch table's word
    origin = node.module or ""
    if node.level:
        parts = names.package.split(".") if names.package else []
        kept = parts[: len(parts) - node.level + 1]
        origin = ".".join([*kept, origin] if origin else kept)
    for alias in node.names:
        target = f"{origin}.{alias.name}" if origin else alias.name
        scope.bind(alias.asname or alias.name, Binding("import", scope, None, target))
    return ()


def _scope_words(scope: Scope, node: ast.AST, names: Names) -> Descent:
    del names
    scope.foreign.update(node.names)  # type: ignore[attr-defined]  # Global or Nonlocal
    return ()


def _assign(scope: Scope, node: ast.AST, names: Names) -> Descent:
    del names
    assert isinstance(node, ast.Assign)  # noqa: S101  # the dispatch table's word
    for target in node.targets:
        _store(scope, node, target, node.value)
    return None


def _annotated(scope: Scope, node: ast.AST, names: Names) -> Descent:
    del names
    assert isinstance(node, ast.AnnAssign)  # noqa: S101  # the dispatch table's word
    if node.value is not None:
        _store(scope, node, node.target, node.value)
    if node.value is None or (isinstance(node.value, ast.Constant) and node.value.value is None):
        how = "parameter" if node.value is None else "annotation"
        said = Binding(how, scope, node.annotation)
        if isinstance(node.target, ast.Name):
            scope.bind(node.target.id, said)
        elif isinstance(node.target, ast.Attribute) and _is_instance(scope, node.target.value):
            owner = scope.owner()
            if owner is not None:
                owner.attributes.setdefault(node.target.attr, []).append(said)
    return None


def _augmented(scope: Scope, node: ast.AST, names: Names) -> Descent:
    del names
    assert isinstance(node, ast.AugAssign)  # noqa: S101  # the dispatch table's word
    scope.stores.append((node, node.target, node.value))
    if isinstance(node.target, ast.Name):
        scope.bind(node.target.id, Binding("opaque", scope))
    return None


def _delete(scope: Scope, node: ast.AST, names: Names) -> Descent:
    del names
    assert isinstance(node, ast.Delete)  # noqa: S101  # the dispatch table's word
    scope.stores.extend((node, target, None) for target in node.targets)
    return None


def _walrus(scope: Scope, node: ast.AST, names: Names) -> Descent:
    del names
    assert isinstance(node, ast.NamedExpr)  # noqa: S101  # the dispatch table's word
    _store(scope, node, node.target, node.value)
    return None


def _loop(scope: Scope, node: ast.AST, names: Names) -> Descent:
    del names
    _bind_opaque(scope, node.target)  # type: ignore[attr-defined]  # For, AsyncFor, comprehension
    return None


def _while(scope: Scope, node: ast.AST, names: Names) -> Descent:
    del names
    scope.repeated.update(inside(node))
    return None


def _comprehension(scope: Scope, node: ast.AST, names: Names) -> Descent:
    del names
    # Its variable lives inside it alone: it must not hide what the scope binds to that name.
    _bind_opaque(scope, node.target, "inner")  # type: ignore[attr-defined]  # a comprehension
    return None


def _return(scope: Scope, node: ast.AST, names: Names) -> Descent:
    del names
    value = node.value  # type: ignore[attr-defined]  # Return or Yield
    if value is not None:
        scope.returned.append(value)
    return None


def _with(scope: Scope, node: ast.AST, names: Names) -> Descent:
    del names
    for item in node.items:  # type: ignore[attr-defined]  # With or AsyncWith
        scope.blocks[item.context_expr] = node.body  # type: ignore[attr-defined]
        if item.optional_vars is not None:
            _store(scope, node, item.optional_vars, item.context_expr)
        else:
            scope.unnamed.add(item.context_expr)
    return None


def _except(scope: Scope, node: ast.AST, names: Names) -> Descent:
    del names
    name = node.name  # type: ignore[attr-defined]  # ExceptHandler
    if name:
        scope.bind(name, Binding("opaque", scope))
    return None


def _capture(scope: Scope, node: ast.AST, names: Names) -> Descent:
    del names
    name = getattr(node, "name", None) or getattr(node, "rest", None)
    if name:
        scope.bind(name, Binding("opaque", scope))
    return None


def _store(scope: Scope, statement: ast.AST, target: ast.expr, value: ast.expr) -> None:
    """Bind what an assignment binds: names, `self.x`, and pairs of equally long tuples."""
    if isinstance(target, ast.Name):
        scope.bind(target.id, Binding("value", scope, value))
        scope.stores.append((statement, target, value))
    elif isinstance(target, ast.Attribute):
        owner = scope.owner()
        if owner is not None and _is_instance(scope, target.value):
            owner.attributes.setdefault(target.attr, []).append(Binding("value", scope, value))
        scope.stores.append((statement, target, value))
    elif isinstance(target, ast.Subscript):
        scope.stores.append((statement, target, value))
    elif isinstance(target, (ast.Tuple, ast.List)):
        values = value.elts if isinstance(value, (ast.Tuple, ast.List)) else ()
        if len(values) == len(target.elts) and not any(
            isinstance(item, ast.Starred) for item in [*values, *target.elts]
        ):
            for part, part_value in zip(target.elts, values, strict=True):
                _store(scope, statement, part, part_value)
        else:
            _bind_parts(scope, target, value)
            scope.stores.extend(
                (statement, part, None) for part in target.elts if isinstance(part, ast.Subscript)
            )


def _bind_parts(scope: Scope, target: ast.Tuple | ast.List, value: ast.expr) -> None:
    """Bind names to the parts of what a call returns: `args, shop = make()`."""
    plain = isinstance(value, ast.Call) and all(isinstance(one, ast.Name) for one in target.elts)
    if not plain:
        _bind_opaque(scope, target)
        return
    for at, part in enumerate(target.elts):
        assert isinstance(part, ast.Name)  # noqa: S101  # `plain` says so
        scope.bind(part.id, Binding("part", scope, value, str(at)))


def _is_instance(scope: Scope | None, node: ast.expr) -> bool:
    """Tell whether `node` is `self` (or `cls`) of the method around it."""
    return isinstance(node, ast.Name) and instance_class(node.id, scope) is not None


def _bind_opaque(scope: Scope, target: ast.AST, how: str = "opaque") -> None:
    stack = [target]
    while stack:
        item = stack.pop()
        if isinstance(item, ast.Name):
            scope.bind(item.id, Binding(how, scope))
        elif isinstance(item, (ast.Tuple, ast.List)):
            stack.extend(item.elts)
        elif isinstance(item, ast.Starred):
            stack.append(item.value)


_HANDLERS = {
    ast.FunctionDef: _define,
    ast.AsyncFunctionDef: _define,
    ast.ClassDef: _define,
    ast.Lambda: _lambda,
    ast.Import: _import,
    ast.ImportFrom: _from,
    ast.Global: _scope_words,
    ast.Nonlocal: _scope_words,
    ast.Assign: _assign,
    ast.AnnAssign: _annotated,
    ast.AugAssign: _augmented,
    ast.Delete: _delete,
    ast.NamedExpr: _walrus,
    ast.For: _loop,
    ast.While: _while,
    ast.Return: _return,
    ast.Yield: _return,
    ast.AsyncFor: _loop,
    ast.comprehension: _comprehension,
    ast.With: _with,
    ast.AsyncWith: _with,
    ast.ExceptHandler: _except,
    ast.MatchAs: _capture,
    ast.MatchStar: _capture,
    ast.MatchMapping: _capture,
}
