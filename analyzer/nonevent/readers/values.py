"""What a name stands for and what an expression is worth, by local reasoning alone."""

import _ast as ast
import builtins
from collections.abc import Callable
from types import EllipsisType

from nonevent.facts import Constant, Kind, Value
from nonevent.location import Span
from nonevent.readers.scope import Binding, Scope, instance_class

__all__ = ["CANONICAL", "Resolver", "dotted_text", "lookup"]

# How far an alias, an attribute or a nested display is followed: enough for code that people
# write, and a bound on what hostile code can cost.
DEPTH = 12
FOLLOW = 5  # what following one name costs of it
WAYS = 4  # bindings of one name that are followed: an `if`, its `elif`s and its `else`

# Names under which the same thing is known: the second is the one that rules know.
CANONICAL = {
    "requests.session": "requests.Session",
    "requests.sessions": "requests",
    "requests.api": "requests",
    "redis.asyncio.client": "redis.asyncio",
    "redis.asyncio.cluster": "redis.asyncio",
    "redis.client": "redis",
    "redis.cluster": "redis",
    "starlette.datastructures.UploadFile": "fastapi.UploadFile",
    "fastapi.datastructures.UploadFile": "fastapi.UploadFile",
    "django.db.migrations.operations": "django.db.migrations",
    "django.db.models.fields": "django.db.models",
    "django.urls.conf": "django.urls",
}

# In the name of a module that protoc writes: `shop_pb2_grpc.CartStub(channel).Add` is a call of
# the peer's, whatever its name.
GRPC = "_pb2_grpc."

_RENAMED = tuple({name.split(".", 1)[0] for name in CANONICAL})

# `Optional[X]`, `Annotated[X, …]` and their like say X of the name they annotate.
WRAPPERS = ("Optional", "Annotated", "Final", "ClassVar", "Type", "type")

# What a function that yields or awaits one thing says that it returns.
YIELDS = frozenset(
    {"AsyncGenerator", "AsyncIterable", "AsyncIterator", "Awaitable", "Generator"}
    | {"Iterable", "Iterator"}
)

BUILT_IN = frozenset(dir(builtins))

# Kinds of nodes, as tuples: a union is made anew at every question, and many are asked.
NAMED = (ast.Name, ast.Attribute)
AROUND = (ast.Await, ast.NamedExpr, ast.Starred)
CHOOSING = (ast.BoolOp, ast.IfExp)
SEQUENCES = (ast.Tuple, ast.List, ast.Set)

PATH = "pathlib.Path"
# What of a path is a path again.
PATH_TO_PATH = frozenset(
    {"absolute", "cwd", "expanduser", "home", "joinpath", "parent", "relative_to", "resolve"}
    | {"with_name", "with_stem", "with_suffix"}
)
# What of a Django manager or a query is one row: an object of the model.
ROW = (".get", ".first", ".last", ".latest", ".earliest", ".create", ".aget", ".acreate", ".afirst")
ROW_OR_404 = ("django.shortcuts.get_object_or_404", "django.shortcuts.aget_object_or_404")
# Methods that nothing but a path has, and how names of folders end that may hold one.
OF_PATHS = frozenset({"write_bytes", "write_text"})
FOLDER = ("dir", "directory", "folder", "path", "root")
# Libraries whose paths are no places on this disk.
REMOTE = ("cloudpathlib", "fsspec", "s3path", "universal_pathlib", "upath")
# Reading one entry of a mapping of uploads: `request.files["f"]`, `request.FILES.get("f")`.
UPLOADS = (".files", ".FILES")


class Resolver:
    """Answers what names and expressions of one module stand for.

    A dotted name is what an import makes of it ("requests.get"); an instance bears the name of
    the call that made it ("requests.Session"), so that its methods read "requests.Session.get".
    What the module itself defines is written "shop.views:Cart.add", with a colon, and can never
    be taken for a library's name.
    """

    def __init__(self, module: str, span: Callable[[ast.AST], Span]) -> None:
        self.module = module
        self.span = span
        self._names: dict[tuple[Scope, str], str] = {}
        self._values: dict[tuple[ast.AST, int], Value] = {}
        self._calls: dict[ast.Call, tuple[int, Value]] = {}
        self._canonical: dict[str, str] = {}

    # -- names ---------------------------------------------------------------------------------

    def name(self, node: ast.AST | None, scope: Scope, depth: int = DEPTH) -> str:
        """Return the dotted name that `node` stands for; "" where it cannot be known."""
        kind = type(node)
        if kind is ast.Name:
            known = self._names.get((scope, node.id))  # type: ignore[union-attr]
            return self._variable(node.id, scope, depth) if known is None else known  # type: ignore[union-attr]
        if node is None or depth <= 0 or kind is ast.Constant:
            return ""
        if isinstance(node, ast.Attribute):
            return self._attribute(node, scope, depth)
        if isinstance(node, ast.Call):
            return self._result(node, scope, depth)
        if isinstance(node, AROUND):
            return self.name(node.value, scope, depth - 1)
        if isinstance(node, ast.Subscript):
            base = self.name(node.value, scope, depth - 1)
            return f"{base}[]" if base else ""
        if isinstance(node, CHOOSING):
            return self._either(node, scope, depth)
        if isinstance(node, ast.BinOp) and isinstance(node.op, ast.Div):
            return PATH if self._is_path(node, scope, depth) else ""
        return ""

    def _variable(self, name: str, scope: Scope, depth: int) -> str:
        known = self._names.get((scope, name))
        if known is not None:
            return known
        self._names[(scope, name)] = ""  # a name that stands for itself ends here
        place, bindings = lookup(name, scope)
        if place is None:
            found = name if name not in scope.foreign else ""
            if found and found not in BUILT_IN:
                found = self._of_star(found, scope)
        else:
            found = self._from_bindings(bindings, depth)
            if not found and name == "request":
                found = "request"  # a view's parameter: frameworks fill it, nothing else says so
        self._names[(scope, name)] = found = canonical(found)
        return found

    def _of_star(self, name: str, scope: Scope) -> str:
        """Return what a name is that nothing binds but, perhaps, the module's only `import *`."""
        _, bindings = lookup("*", scope)
        return bindings[0].target[:-1] + name if len(bindings) == 1 else name

    def _from_bindings(self, bindings: list[Binding], depth: int) -> str:
        """Return the one name that all bindings agree on; `None` and the like have no say."""
        found = ""
        if len(bindings) > 1 and all(binding.how == "import" for binding in bindings):
            bindings = bindings[:1]  # the last one in the source: what the others fall back to
        for binding in bindings:
            if binding.how in {"import", "definition"}:
                one = binding.target
            elif binding.how == "value":
                if isinstance(binding.node, ast.Constant):
                    continue
                one = self.name(binding.node, binding.scope, depth - 1)
            elif binding.how in {"parameter", "annotation"}:
                one = self.annotation(binding.node, binding.scope, depth - 1)
            else:
                return ""
            if not one or (found and found != one):
                return ""
            found = one
        return found

    def bound(self, bindings: list[Binding]) -> str:
        """Return the one name that bindings agree on; "" where they do not."""
        return canonical(self._from_bindings(bindings, DEPTH))

    def returned(self, node: ast.AST | None, scope: Scope) -> str:
        """Return the type that a function says it returns, yields or lets be awaited."""
        while isinstance(node, ast.Subscript):
            if dotted_text(node.value).rpartition(".")[2] not in YIELDS:
                break
            node = node.slice.elts[0] if isinstance(node.slice, ast.Tuple) else node.slice
        return self.annotation(node, scope)

    def annotation(self, node: ast.AST | None, scope: Scope, depth: int = DEPTH) -> str:
        """Return the type that an annotation names, without Optional, Annotated or `| None`."""
        if node is None or depth <= 0:
            return ""
        if isinstance(node, (ast.Name, ast.Attribute, ast.Call)):
            return self.name(node, scope, depth)  # a call: the parameter's default
        if isinstance(node, ast.Constant) and isinstance(node.value, str):
            return self._written(node.value.strip(), scope, depth)
        if isinstance(node, ast.BinOp):
            sides = [side for side in (node.left, node.right) if not _is_none(side)]
            return self.annotation(sides[0], scope, depth - 1) if len(sides) == 1 else ""
        if isinstance(node, ast.Subscript):
            wrapper = dotted_text(node.value).rsplit(".", 1)[-1]
            if wrapper in WRAPPERS:
                inner = node.slice.elts[0] if isinstance(node.slice, ast.Tuple) else node.slice
                return self.annotation(inner, scope, depth - 1)
        return ""

    def _written(self, text: str, scope: Scope, depth: int) -> str:
        """Resolve an annotation in quotes, where it is a plain dotted name."""
        parts = text.split(".")
        if not all(part.isidentifier() for part in parts):
            return ""
        base = self._variable(parts[0], scope, depth - 1)
        return canonical(".".join([base, *parts[1:]])) if base else ""

    def _attribute(self, node: ast.Attribute, scope: Scope, depth: int) -> str:
        if isinstance(node.value, ast.Name):
            owner = instance_class(node.value.id, scope)
            if owner is not None:
                return self._member(owner, node.attr, depth)
        base = self._above(node.value, scope) or self.name(node.value, scope, depth - 1)
        if node.attr in OF_PATHS and not base.startswith((*REMOTE, "anyio.", PATH)):
            return f"{PATH}.{node.attr}"
        if not base:
            return ""
        if base == PATH and node.attr in PATH_TO_PATH:
            return PATH
        name = f"{base}.{node.attr}"
        known = self._canonical.get(name)
        if known is None:
            known = self._canonical[name] = canonical(name)
        return known

    def _above(self, node: ast.expr, scope: Scope) -> str:
        """Return the class that `super()` stands for: the first base of the one around it."""
        if not (isinstance(node, ast.Call) and isinstance(node.func, ast.Name)):
            return ""
        owner = scope.owner() if node.func.id == "super" else None
        bases = owner.node.bases if owner and isinstance(owner.node, ast.ClassDef) else []
        return self.name(bases[0], owner.parent or owner) if owner and bases else ""

    def _member(self, owner: Scope, name: str, depth: int) -> str:
        """Return what `self.<name>` stands for in a method of `owner`."""
        bindings = owner.member(name)
        if not bindings:
            return "request" if name == "request" else f"{self.module}:{owner.name}.{name}"
        return canonical(self._from_bindings(bindings, depth))

    def _result(self, node: ast.Call, scope: Scope, depth: int) -> str:
        callee = self.name(node.func, scope, depth - 1)
        model, objects, _ = callee.partition(".objects.")
        if objects and callee.endswith(ROW):
            return model
        if callee in ROW_OR_404 and node.args:
            return self.name(node.args[0], scope, depth - 1)
        for method in (".get", ".getlist"):
            if callee.endswith(method) and callee.removesuffix(method).endswith(UPLOADS):
                return callee.removesuffix(method) + "[]"
        return callee

    def _either(self, node: ast.BoolOp | ast.IfExp, scope: Scope, depth: int) -> str:
        found = ""
        for choice in choices(node):
            if isinstance(choice, ast.Constant):
                continue
            one = self.name(choice, scope, depth - 1)
            if one and found and one != found:
                return ""
            found = found or one
        return found

    # -- values --------------------------------------------------------------------------------

    def value(self, node: ast.AST, scope: Scope, depth: int = DEPTH) -> Value:
        """Return what is known of an expression; names bound once are followed."""
        if depth <= 0:
            return Value(Kind.UNKNOWN, self.span(node))
        if isinstance(node, ast.Constant):
            constant = node.value
            if isinstance(constant, EllipsisType):
                return Value(Kind.NAME, self.span(node), name="...")
            return Value(Kind.CONSTANT, self.span(node), constant=constant)
        if isinstance(node, NAMED):
            return self._named_value(node, scope, depth)
        if isinstance(node, ast.Call):
            # A call stands in several values: as an argument, in a list, behind a name.
            known = self._calls.get(node)
            if known is None or known[0] < depth:
                self._calls[node] = known = depth, self._call_value(node, scope, depth)
            return known[1]
        if isinstance(node, ast.Dict):
            return self._mapping(node, scope, depth)
        if isinstance(node, ast.BinOp):
            return self._operation(node, scope, depth)
        if isinstance(node, AROUND):
            return self.value(node.value, scope, depth - 1)
        span = self.span(node)
        if isinstance(node, SEQUENCES):
            items = tuple(self.value(item, scope, depth - 1) for item in node.elts)
            starred = any(isinstance(item, ast.Starred) for item in node.elts)
            return Value(Kind.SEQUENCE, span, items=items, open=starred)
        if isinstance(node, ast.Subscript) and isinstance(node.slice, ast.Constant):
            entry = self._entry(node, node.slice.value, scope, depth)
            if entry is not None:
                return entry
        if isinstance(node, CHOOSING):
            items = tuple(self.value(item, scope, depth - 1) for item in choices(node))
            return Value(Kind.EITHER, span, items=items)
        if isinstance(node, ast.JoinedStr):
            first = node.values[0] if node.values else None
            lead = str(first.value) if isinstance(first, ast.Constant) else ""
            whole = isinstance(first, ast.Constant) and len(node.values) == 1
            return Value(Kind.CONSTANT if whole else Kind.TEXT, span, constant=lead)
        if isinstance(node, ast.Lambda):  # what it returns
            return self.value(node.body, scope, depth - 1)
        if isinstance(node, ast.GeneratorExp | ast.ListComp | ast.SetComp):
            return Value(
                Kind.SEQUENCE, span, "", "", (self.value(node.elt, scope, depth - 1),), (), True
            )
        if isinstance(node, ast.UnaryOp) and isinstance(node.op, ast.USub):
            inner = self.value(node.operand, scope, depth - 1)
            if isinstance(inner.constant, (int, float)):
                return Value(Kind.CONSTANT, span, constant=-inner.constant)
        return Value(Kind.UNKNOWN, span, name=self.name(node, scope))

    def _entry(self, node: ast.Subscript, key: object, scope: Scope, depth: int) -> Value | None:
        """Return what stands under a key of a mapping that can be read."""
        if not isinstance(key, str) or not isinstance(node.value, ast.Name | ast.Attribute):
            return None
        mapping = self.value(node.value, scope, depth - 1)
        if mapping.kind is not Kind.MAPPING or mapping.open:
            return None
        entry = dict(mapping.keywords).get(key)
        return entry._replace(alias=f"{mapping.alias} {key} {entry.alias}") if entry else None

    def _named_value(self, node: ast.Name | ast.Attribute, scope: Scope, depth: int) -> Value:
        bound = self._bound_once(node, scope)
        if bound is not None and bound.node is not None:
            key = (bound.node, depth)
            if key not in self._values:
                followed = self.value(bound.node, bound.scope, depth - FOLLOW)
                names = f"{dotted_text(node)} {followed.alias}".strip()
                self._values[key] = followed._replace(alias=names)
            if self._values[key].kind is not Kind.UNKNOWN:
                return self._values[key]
        elif depth > FOLLOW:
            ways = self._bindings(node, scope)
            if 1 < len(ways) <= WAYS and all(way.how == "value" for way in ways):
                return self._one_of(ways, node, scope, depth)
        name = self.name(node, scope) or dotted_text(node)
        # Of a parameter its annotation is the name: what it is called tells more of a path.
        written = node.id if isinstance(node, ast.Name) and name != node.id else ""
        return Value(Kind.NAME, self.span(node), name=name, alias=written)

    def _one_of(
        self, ways: list[Binding], node: ast.Name | ast.Attribute, scope: Scope, depth: int
    ) -> Value:
        """Return the values of which a name that is bound more than once has one."""
        bound = [(way.node, way.scope) for way in ways if way.node is not None]
        bound.sort(key=lambda way: way[0].lineno)  # type: ignore[attr-defined]  # expressions
        items = (self.value(value, place, depth - FOLLOW) for value, place in bound)
        name = self.name(node, scope) or dotted_text(node)
        return Value(
            Kind.EITHER, self.span(node), name=name, items=tuple(items), alias=dotted_text(node)
        )

    def _bound_once(self, node: ast.Name | ast.Attribute, scope: Scope) -> Binding | None:
        bindings = self._bindings(node, scope)
        if not all(binding.how == "value" for binding in bindings):
            return None
        if len(bindings) > 1:
            bindings = _made_late(bindings) or bindings
        if len(bindings) > 1:
            bindings = [binding for binding in bindings if _holds(binding, node)][-1:]
        return bindings[0] if bindings else None

    def _bindings(self, node: ast.Name | ast.Attribute, scope: Scope) -> list[Binding]:
        """Return the ways a name, or an attribute of `self`, gets its value."""
        bindings: list[Binding] = []
        if isinstance(node, ast.Name):
            _, bindings = lookup(node.id, scope)
        elif isinstance(node.value, ast.Name):
            owner = instance_class(node.value.id, scope)
            bindings = owner.member(node.attr) if owner is not None else []
        return [binding for binding in bindings if binding.how != "annotation"]

    def _call_value(self, node: ast.Call, scope: Scope, depth: int) -> Value:
        if (
            isinstance(node.func, ast.Attribute)
            and node.func.attr == "format"
            and isinstance(node.func.value, ast.Constant)
            and isinstance(node.func.value.value, str)
        ):
            lead = node.func.value.value.split("{", 1)[0]
            return Value(Kind.TEXT, self.span(node), constant=lead)
        items, keywords, is_open = self.arguments(node, scope, depth - 1)
        name = self.name(node.func, scope) or dotted_text(node.func)
        if not name and isinstance(node.func, ast.Attribute) and _is_text(node.func.value):
            name = f"str.{node.func.attr}"
        return Value(Kind.CALL, self.span(node), None, name, items, keywords, is_open)

    def arguments(
        self, node: ast.Call, scope: Scope, depth: int = DEPTH
    ) -> tuple[tuple[Value, ...], tuple[tuple[str, Value], ...], bool]:
        """Return positional and keyword arguments, and whether there may be more of them.

        A `**` of a dict that can be read is spread into the keywords.
        """
        items = tuple(
            self.value(item, scope, depth)
            for item in node.args
            if not isinstance(item, ast.Starred)
        )
        is_open = len(items) < len(node.args)
        keywords: list[tuple[str, Value]] = []
        for keyword in node.keywords:
            value = self.value(keyword.value, scope, depth)
            if keyword.arg is not None:
                keywords.append((keyword.arg, value))
            elif value.kind is Kind.MAPPING or (value.name == "dict" and not value.items):
                keywords.extend(value.keywords)
                is_open = is_open or value.open
            else:
                is_open = True
        return items, tuple(keywords), is_open

    def _mapping(self, node: ast.Dict, scope: Scope, depth: int) -> Value:
        keywords: list[tuple[str, Value]] = []
        is_open = False
        for key, item in zip(node.keys, node.values, strict=True):
            if key is None:  # {**defaults, …}
                spread = self.value(item, scope, depth - 1)
                keywords += spread.keywords if spread.kind is Kind.MAPPING else ()
                is_open = is_open or spread.kind is not Kind.MAPPING or spread.open
                continue
            name = self.value(key, scope, depth - 1)
            if isinstance(name.constant, str) and name.kind is Kind.CONSTANT:
                keywords.append((name.constant, self.value(item, scope, depth - 1)))
            else:
                is_open = True
        return Value(Kind.MAPPING, self.span(node), keywords=tuple(keywords), open=is_open)

    def _is_path(self, node: ast.BinOp, scope: Scope, depth: int) -> bool:
        """Tell whether `a / b` joins a path: nothing else is divided by a text."""
        if isinstance(node.right, ast.JoinedStr):
            return True
        if isinstance(node.right, ast.Constant):
            return isinstance(node.right.value, str)
        written = dotted_text(node.left).lower()
        return written.endswith(FOLDER) or self.name(node.left, scope, depth - 1) == PATH

    def _operation(self, node: ast.BinOp, scope: Scope, depth: int) -> Value:
        span = self.span(node)
        left = self.value(node.left, scope, depth - 1)
        right = self.value(node.right, scope, depth - 1)
        if isinstance(node.op, ast.Div) and self._is_path(node, scope, depth):
            return Value(Kind.CALL, span, name=PATH, items=(left, right))
        if isinstance(node.op, ast.BitOr) and Kind.MAPPING in {left.kind, right.kind}:
            return _merged(span, left, right)
        if isinstance(left.constant, str) and isinstance(node.op, (ast.Add, ast.Mod)):
            if isinstance(node.op, ast.Mod):
                return Value(Kind.TEXT, span, constant=left.constant.split("%", 1)[0])
            if isinstance(right.constant, str) and left.kind is right.kind is Kind.CONSTANT:
                return Value(Kind.CONSTANT, span, constant=left.constant + right.constant)
            return Value(Kind.TEXT, span, constant=left.constant)
        if left.kind is right.kind is Kind.CONSTANT:
            number = _arithmetic(node.op, left.constant, right.constant)
            if number is not None:
                return Value(Kind.CONSTANT, span, constant=number)
        return Value(Kind.UNKNOWN, span, items=(left, right))


def _merged(span: Span, left: Value, right: Value) -> Value:
    """Return what `defaults | chosen` of mappings holds; of a key twice the last one counts."""
    keywords = tuple({**dict(left.keywords), **dict(right.keywords)}.items())
    is_open = left.open or right.open or left.kind is not right.kind
    return Value(Kind.MAPPING, span, keywords=keywords, open=is_open)


def lookup(name: str, scope: Scope) -> tuple[Scope | None, list[Binding]]:
    """Return the scope that binds `name` as seen from `scope`, and its bindings there."""
    place: Scope | None = scope
    while place is not None:
        if (place is scope or place.kind != "class") and name not in place.foreign:
            bindings = place.bindings.get(name)
            if bindings:
                outer = [binding for binding in bindings if binding.how != "inner"]
                return place, outer or bindings
        place = place.parent
    return None, []


def _made_late(bindings: list[Binding]) -> list[Binding]:
    """Return the one call among bindings that are `None` otherwise: an object made when needed."""
    made = [binding for binding in bindings if not isinstance(binding.node, ast.Constant)]
    calls = [binding for binding in made if isinstance(binding.node, ast.Call)]
    return calls if len(calls) == len(made) == 1 else []


def _holds(binding: Binding, node: ast.AST) -> bool:
    """Tell whether a `with … as name` that binds it holds the use of the name."""
    body = binding.scope.blocks.get(binding.node) if binding.node is not None else None
    line = node.lineno  # type: ignore[attr-defined]  # an expression has one
    return bool(body) and body[0].lineno <= line <= (body[-1].end_lineno or line)  # type: ignore[index]


def choices(node: ast.BoolOp | ast.IfExp) -> list[ast.expr]:
    """Return what `a or b` or `a if c else b` may turn out to be, in order."""
    return node.values if isinstance(node, ast.BoolOp) else [node.body, node.orelse]


def canonical(name: str) -> str:
    """Return the name under which rules know the thing that `name` names."""
    if GRPC in name:
        if name.endswith("Servicer"):
            return "grpc.Servicer"
        module, _, method = name.rpartition("Stub.")
        if GRPC in module and "." not in method:
            return "grpc.Stub"
    if not name.startswith(_RENAMED):
        return name
    stem, rest = name, ""
    while stem:
        known = CANONICAL.get(stem)
        if known is not None:
            return known + rest
        stem, _, last = stem.rpartition(".")
        rest = f".{last}{rest}"
    return name


def dotted_text(node: ast.AST) -> str:
    """Return `a.b.c` as it is written; "" for anything else."""
    parts: list[str] = []
    while isinstance(node, ast.Attribute):
        parts.append(node.attr)
        node = node.value
    if not isinstance(node, ast.Name):
        return ""
    return ".".join([node.id, *reversed(parts)])


def _is_text(node: ast.AST) -> bool:
    return isinstance(node, ast.Constant) and isinstance(node.value, str)


def _is_none(node: ast.AST) -> bool:
    return isinstance(node, ast.Constant) and node.value is None


def _arithmetic(operator: ast.operator, left: Constant, right: Constant) -> int | float | None:
    """Return the outcome for small numbers: `60 * 5` is a timeout that people write."""
    limit = 1e9
    if not (isinstance(left, (int, float)) and isinstance(right, (int, float))):
        return None
    if abs(left) > limit or abs(right) > limit:
        return None
    if isinstance(operator, ast.Mult):
        return left * right
    if isinstance(operator, ast.Add):
        return left + right
    if isinstance(operator, ast.Sub):
        return left - right
    if isinstance(operator, ast.Div) and right:
        return left / right
    return None
