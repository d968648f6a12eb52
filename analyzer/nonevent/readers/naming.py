"""What a name stands for, by local reasoning alone."""

import _ast as ast
import builtins

from nonevent.readers.scope import Binding, Scope, instance_class

__all__ = [
    "AROUND",
    "CANONICAL",
    "CHOOSING",
    "DEPTH",
    "NAMED",
    "PATH",
    "Naming",
    "choices",
    "dotted_text",
    "has_names",
    "lookup",
]

# How far an alias, an attribute or a nested display is followed: enough for code that people
# write, and a bound on what hostile code can cost.
DEPTH = 12

# Entries of a table of functions: a longer mapping is data, or says little of who calls whom.
MOST = 60

# Names under which the same thing is known: the second is the one that rules know.
CANONICAL = {
    "Queue": "queue",  # as Python 2 called it
    "requests.session": "requests.Session",
    "requests.sessions": "requests",
    "requests.api": "requests",
    # Sessions of other packages that are one of requests' own, and give it no timeout either.
    "cloudscraper.CloudScraper": "requests.Session",
    "cloudscraper.create_scraper": "requests.Session",
    "requests_cache.CachedSession": "requests.Session",
    "requests_html.HTMLSession": "requests.Session",
    "requests_toolbelt.sessions.BaseUrlSession": "requests.Session",
    "eventlet.green.socket": "socket",
    "eventlet.green.subprocess": "subprocess",
    "eventlet.green.urllib": "urllib",
    "gevent.socket": "socket",
    "gevent.subprocess": "subprocess",
    "pymisp.api": "pymisp",
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

# Of which people choose a verb by its name.
CHOOSY = frozenset({"httpx", "httpx.AsyncClient", "httpx.Client", "requests", "requests.Session"})

BUILT_IN = frozenset(dir(builtins))

# Kinds of nodes, as tuples: a union is made anew at every question, and many are asked.
NAMED = (ast.Name, ast.Attribute)
AROUND = (ast.Await, ast.NamedExpr, ast.Starred)
CHOOSING = (ast.BoolOp, ast.IfExp)

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


class Naming:
    """Answers what names of one module stand for.

    A dotted name is what an import makes of it ("requests.get"); an instance bears the name of
    the call that made it ("requests.Session"), so that its methods read "requests.Session.get".
    What the module itself defines is written "shop.views:Cart.add", with a colon, and can never
    be taken for a library's name.
    """

    def __init__(self, module: str) -> None:
        self.module = module
        self._names: dict[tuple[Scope, str], str] = {}
        self._canonical: dict[str, str] = {}

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
            base = self.name(node.value, scope, depth - 1) or self._table(node.value, scope)
            return f"{base}[]" if base else ""
        if isinstance(node, CHOOSING):
            return self._either(node, scope, depth)
        if isinstance(node, ast.BinOp) and isinstance(node.op, ast.Div):
            return PATH if self.is_path(node, scope, depth) else ""
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
        """Return what a name is that nothing binds but, perhaps, an `import *`.

        Of several the one is meant that has it: the module has the name from there.
        """
        _, bindings = lookup("*", scope)
        if len(bindings) > 1 and self.module and name != "request":
            return f"{self.module}.{name}"
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
            elif binding.how == "part":
                made = self.name(binding.node, binding.scope, depth - 1)
                one = f"{made}(){binding.target}" if ":" in made else ""
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
        if callee == "getattr" and node.args:
            return self._chosen(node, scope, depth)
        model, objects, _ = callee.partition(".objects.")
        if objects and callee.endswith(ROW):
            return model
        if callee in ROW_OR_404 and node.args:
            return self.name(node.args[0], scope, depth - 1)
        if not callee and isinstance(node.func, ast.Attribute) and node.func.attr == "get":
            table = self._table(node.func.value, scope)
            return f"{table}[]" if table else ""
        for method in (".get", ".getlist"):
            if callee.endswith(method) and callee.removesuffix(method).endswith(UPLOADS):
                return callee.removesuffix(method) + "[]"
        return callee

    def _table(self, node: ast.expr, scope: Scope) -> str:
        """Return the name of a mapping of keys to functions, which its module or a class keeps."""
        if isinstance(node, ast.Name):
            place, bindings = lookup(node.id, scope)
            kept = place is not None and place.kind == "module" and is_table(bindings)
            return f"{self.module}:{node.id}" if kept else ""
        if not (isinstance(node, ast.Attribute) and isinstance(node.value, ast.Name)):
            return ""
        owner = instance_class(node.value.id, scope)
        kept = owner is not None and is_table(owner.member(node.attr))
        return f"{self.module}:{owner.name}.{node.attr}" if owner and kept else ""

    def _chosen(self, node: ast.Call, scope: Scope, depth: int) -> str:
        """Return what `getattr(requests, verb)` stands for: one of the verbs, whichever it is."""
        base = self.name(node.args[0], scope, depth - 1)
        return f"{base}.request" if base in CHOOSY else "getattr"

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

    def is_path(self, node: ast.BinOp, scope: Scope, depth: int) -> bool:
        """Tell whether `a / b` joins a path: nothing else is divided by a text."""
        if isinstance(node.right, ast.JoinedStr):
            return True
        if isinstance(node.right, ast.Constant):
            return isinstance(node.right.value, str)
        written = dotted_text(node.left).lower()
        return written.endswith(FOLDER) or self.name(node.left, scope, depth - 1) == PATH


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


def is_table(bindings: list[Binding]) -> bool:
    """Tell whether something is bound once, to a mapping of keys to what has a name."""
    node = bindings[0].node if len(bindings) == 1 and bindings[0].how == "value" else None
    return isinstance(node, ast.Dict) and has_names(node)


def has_names(node: ast.Dict) -> bool:
    """Tell whether all values of a mapping are names, as those of functions are."""
    return 0 < len(node.values) <= MOST and all(isinstance(one, NAMED) for one in node.values)


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


def _is_none(node: ast.AST) -> bool:
    return isinstance(node, ast.Constant) and node.value is None
