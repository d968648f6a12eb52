"""A scope of a Python module and what stands directly in it: the nouns of the reader's walk."""

import _ast as ast
from collections.abc import Iterator

__all__ = ["FUNCTIONS", "Binding", "Scope", "instance_class", "parameters_of"]

FUNCTIONS = (ast.FunctionDef, ast.AsyncFunctionDef)


class Binding:
    """One way a name gets its value."""

    __slots__ = ("how", "node", "scope", "target")

    def __init__(
        self, how: str, scope: "Scope", node: ast.AST | None = None, target: str = ""
    ) -> None:
        self.how = how  # "import", "value", "parameter", "definition", "inner", "part", "opaque"
        self.scope = scope  # where `node` is to be resolved
        self.node = node  # the bound expression, the annotation or the definition
        # What an import or a definition stands for, dotted; of a part of a tuple its 0-based place.
        self.target = target


class Scope:
    """A module, class or function with all that stands directly in it."""

    __slots__ = (
        "attributes",
        "bindings",
        "blocks",
        "calls",
        "children",
        "conditions",
        "decorated",
        "foreign",
        "instance",
        "kind",
        "name",
        "node",
        "parent",
        "repeated",
        "returned",
        "stores",
        "unnamed",
    )

    def __init__(self, kind: str, name: str, node: ast.AST, parent: "Scope | None") -> None:
        self.kind = kind  # "module", "class", "function"
        self.name = name  # qualified within the module; "" for the module
        self.node = node
        self.parent = parent
        self.bindings: dict[str, list[Binding]] = {}
        self.attributes: dict[str, list[Binding]] = {}  # of a class: `self.x = …` in any method
        self.conditions: dict[ast.AST, str] = {}  # statement → words of the `if` around it
        self.foreign: set[str] = set()  # declared `global` or `nonlocal`
        self.instance = ""  # name of a method's first parameter, "self" or "cls"
        self.calls: list[tuple[ast.Call, bool]] = []  # and whether under `__name__ == "__main__"`
        self.stores: list[
            tuple[ast.AST, ast.expr, ast.expr | None]
        ] = []  # statement, target, value
        self.blocks: dict[ast.AST, list[ast.stmt]] = {}  # context expression → body of its `with`
        self.children: list[Scope] = []
        # Call that is a decorator → qualified name and definition of what it decorates.
        self.decorated: dict[ast.AST, tuple[str, ast.AST]] = {}
        self.returned: list[ast.expr] = []  # what a function returns or yields
        self.unnamed: set[ast.AST] = set()  # context expressions of a `with` without `as`
        self.repeated: set[ast.AST] = set()  # all that stands in a `while` loop

    def bind(self, name: str, binding: Binding) -> None:
        """Remember one more way that `name` is bound here."""
        self.bindings.setdefault(name, []).append(binding)

    def member(self, name: str) -> list[Binding]:
        """Return the ways an attribute gets its value: by `self.x = …`, then in the class."""
        return self.attributes.get(name, []) + self.bindings.get(name, [])

    def owner(self) -> "Scope | None":
        """Return the class whose method this is, or that encloses it; None outside classes."""
        scope: Scope | None = self
        while scope is not None and scope.kind != "class":
            scope = scope.parent
        return scope

    def release(self) -> None:
        """Part all scopes from each other, so that the tree goes without a garbage collection."""
        for scope in list(self.walk()):
            scope.parent = None
            scope.children = []
            scope.bindings = {}
            scope.attributes = {}

    def walk(self) -> Iterator["Scope"]:
        """Yield this scope and all inside it, in the order of the source."""
        stack = [self]
        while stack:
            scope = stack.pop()
            yield scope
            stack.extend(reversed(scope.children))


def instance_class(name: str, scope: Scope | None) -> Scope | None:
    """Return the class that `name` is an instance of, where it is a method's `self` or `cls`."""
    while scope is not None:
        if scope.instance:
            return scope.parent if scope.instance == name else None
        scope = scope.parent
    return None


def parameters_of(arguments: ast.arguments) -> list[tuple[ast.arg, ast.expr | None]]:
    """Return the parameters without `*args` and `**kwargs`, each with its default."""
    positional = [*arguments.posonlyargs, *arguments.args]
    defaults: list[ast.expr | None] = [None] * (len(positional) - len(arguments.defaults))
    defaults += arguments.defaults
    return [
        *zip(positional, defaults, strict=True),
        *zip(arguments.kwonlyargs, arguments.kw_defaults, strict=True),
    ]
