"""One parsed Python file, its imported names known: what readers of models and queries share."""

import _ast as ast
from collections.abc import Iterator

from nonevent.location import Location
from nonevent.readers.excerpt import Source, source
from nonevent.readers.interests import module_name
from nonevent.readers.spans import spans

__all__ = ["ModelPage", "called", "children", "last", "text_in"]

DEFINITIONS = (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef)


class ModelPage:
    """One parsed file."""

    def __init__(self, path: str, text: str, tree: ast.Module) -> None:
        """Learn what the imports of the file call by which name, wherever they stand."""
        self.path = path
        self.text = text
        self.tree = tree
        self.module = module_name(path)
        package = self.module if path.endswith("__init__.py") else self.module.rpartition(".")[0]
        self.source: Source = source(path, text)
        self._span = spans(text)
        self.imports: dict[str, str] = {}
        self.stars: list[str] = []
        self.defined: set[str] = set()
        self.texts: dict[str, str] = {}  # constants of the module
        for node in _statements(tree):
            if isinstance(node, ast.Import):
                for alias in node.names:
                    name = alias.asname or alias.name.partition(".")[0]
                    self.imports[name] = alias.name if alias.asname else name
            elif isinstance(node, ast.ImportFrom):
                self._import_from(node, package)
        for node in tree.body:
            if isinstance(node, DEFINITIONS):
                self.defined.add(node.name)
            elif isinstance(node, (ast.Assign, ast.AnnAssign)):
                self._assigned(node)

    def _import_from(self, node: ast.ImportFrom, package: str) -> None:
        start = node.module or ""
        if node.level:
            parts = package.split(".")
            above = parts[: len(parts) - node.level + 1]
            start = ".".join([*above, *([node.module] if node.module else [])])
        for alias in node.names:
            if alias.name == "*":
                self.stars.append(start)
            else:
                self.imports[alias.asname or alias.name] = f"{start}.{alias.name}"

    def _assigned(self, node: ast.Assign | ast.AnnAssign) -> None:
        targets = node.targets if isinstance(node, ast.Assign) else [node.target]
        for target in targets:
            if isinstance(target, ast.Name):
                self.defined.add(target.id)
                value = text_in(node.value)
                if value is not None:
                    self.texts[target.id] = value

    def name(self, node: ast.AST | None) -> str:
        """Return the dotted name of an expression; "" where it is none."""
        parts: list[str] = []
        while isinstance(node, ast.Attribute):
            parts.append(node.attr)
            node = node.value
        if not isinstance(node, ast.Name):
            return ""
        first = self.imports.get(node.id)
        if first is None:
            first = f"{self.module}.{node.id}" if node.id in self.defined else node.id
        return ".".join([first, *reversed(parts)])

    def text_of(self, node: ast.AST | None) -> str:
        """Return the constant text that an expression is, also by a name of the module."""
        if isinstance(node, ast.Name):
            return self.texts.get(node.id, "")
        return text_in(node) or ""

    def locate(self, node: ast.AST) -> Location:
        """Return where a node stands."""
        return Location(self.path, *self._span(node))

    def name_location(self, node: ast.ClassDef) -> Location:
        """Return where the name stands in `class Name`."""
        line, column, _, _ = self._span(node)
        start = column + len("class ")
        return Location(self.path, line, start, line, start + len(node.name))

    def line_of(self, node: ast.AST) -> Location:
        """Return the line on which a node starts, from its first character to its last."""
        line = self._span(node)[0]
        text = self.source.lines[line - 1]
        start = len(text) - len(text.lstrip()) + 1
        return Location(self.path, line, start, line, max(len(text.rstrip()), start) + 1)

    def line(self, place: Location) -> str:
        """Return the text of a place's first line."""
        return self.source.lines[place.line - 1] if place.line <= len(self.source.lines) else ""

    def cut(self, node: ast.AST) -> str:
        """Return the source of a node on one line."""
        return self.source.one_line(self._span(node))


def _statements(tree: ast.Module) -> Iterator[ast.stmt]:
    """Yield the statements of a module, those inside of others too."""
    stack: list[ast.stmt] = [*reversed(tree.body)]
    while stack:
        node = stack.pop()
        yield node
        for field in ("body", "orelse", "finalbody"):
            stack.extend(getattr(node, field, ()))
        for handler in getattr(node, "handlers", ()):
            stack.extend(handler.body)


def children(node: ast.AST) -> Iterator[ast.AST]:
    """Yield the nodes directly below one."""
    for field in node._fields:
        value = getattr(node, field, None)
        if isinstance(value, list):
            yield from (item for item in value if isinstance(item, ast.AST))
        elif isinstance(value, ast.AST):
            yield value


def last(name: str) -> str:
    """Return the last part of a dotted name."""
    return name.rpartition(".")[2]


def called(node: ast.AST | None) -> str:
    """Return the last part of what a call calls; "" where it is no call by a name."""
    if isinstance(node, ast.Call):
        if isinstance(node.func, ast.Attribute):
            return node.func.attr
        if isinstance(node.func, ast.Name):
            return node.func.id
    return ""


def text_in(node: ast.AST | None) -> str | None:
    """Return a constant text; None for anything else."""
    if isinstance(node, ast.Constant) and isinstance(node.value, str):
        return node.value
    return None
