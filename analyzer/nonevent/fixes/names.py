"""Names that an edit needs: whether they are there, and where their import goes."""

import ast
from collections.abc import Iterator
from typing import NamedTuple

from nonevent.fixes.source import LINE_END, Source, Splice

__all__ = ["bring", "statement"]


class Bound(NamedTuple):
    """One place that gives a name its meaning."""

    target: str  # "sys", "shop.settings.TIMEOUT"; "" for all but imports
    end: int  # last line of an import at the top level; 0 elsewhere


def statement(wanted: str) -> str:
    """Return the import of "sys" or of "shop.settings:TIMEOUT"."""
    module, _, name = wanted.partition(":")
    return f"from {module} import {name}" if name else f"import {module}"


def bring(source: Source, tree: ast.Module, wanted: str, line: int) -> Splice | str | None:
    """Return what imports a name; None where it is there before `line`, else why it cannot be."""
    module, _, name = wanted.partition(":")
    if name and module == _module(source.path):
        return f"this is the module that `{name}` comes from"
    name, target = (name, f"{module}.{name}") if name else (module.partition(".")[0], module)
    bound = [each for known, each in _bound(source.path, tree) if known == name]
    if any(each.target != target for each in bound):
        return f"`{name}` stands for something else in this file"
    if any(each.end and each.end <= line for each in bound):
        return None
    return _splice(source, tree, wanted)


def _splice(source: Source, tree: ast.Module, wanted: str) -> Splice:
    """Return the import below the last one at the head of the file."""
    last: ast.stmt | None = None
    for index, each in enumerate(tree.body):
        if isinstance(each, ast.Import | ast.ImportFrom) or (index == 0 and _is_docstring(each)):
            last = each
        else:
            break
    text = statement(wanted)
    if last is None:
        return _at_top(source, tree, text, wanted)
    end = LINE_END.search(source.text, source.starts[(last.end_lineno or 1) - 1])
    if end is None:  # the last line has no end
        return Splice(len(source.text), len(source.text), f"\n{text}", wanted)
    gap = end.group() if _is_docstring(last) else ""
    return Splice(end.end(), end.end(), f"{gap}{text}{end.group()}", wanted)


def _at_top(source: Source, tree: ast.Module, text: str, wanted: str) -> Splice:
    """Return the import before the first statement, and its decorators."""
    first = tree.body[0]
    lines = [first.lineno, *(each.lineno for each in getattr(first, "decorator_list", ()))]
    start = source.starts[min(lines) - 1]
    end = LINE_END.search(source.text)
    line_end = end.group() if end else "\n"
    return Splice(start, start, f"{text}{line_end * 2}", wanted)


def _is_docstring(node: ast.stmt) -> bool:
    if not isinstance(node, ast.Expr) or not isinstance(node.value, ast.Constant):
        return False
    return isinstance(node.value.value, str)


def _bound(path: str, tree: ast.Module) -> Iterator[tuple[str, Bound]]:
    """Yield each name that is given a meaning anywhere in the file, with the meaning."""
    top = {id(node) for node in tree.body}
    for node in ast.walk(tree):
        if isinstance(node, ast.Import | ast.ImportFrom):
            end = (node.end_lineno or 0) if id(node) in top else 0
            for name, target in _imported(path, node):
                yield name, Bound(target, end)
        else:
            for name in _named(node):
                yield name, Bound("", 0)


def _imported(path: str, node: ast.Import | ast.ImportFrom) -> Iterator[tuple[str, str]]:
    for alias in node.names:
        if isinstance(node, ast.ImportFrom):
            base = _base(path, node)
            yield alias.asname or alias.name, f"{base}.{alias.name}"
        elif alias.asname:
            yield alias.asname, alias.name
        else:
            root = alias.name.partition(".")[0]
            yield root, root


def _base(path: str, node: ast.ImportFrom) -> str:
    if not node.level:
        return node.module or ""
    folders = path.removeprefix("src/").split("/")[: -node.level]
    return ".".join([*folders, node.module] if node.module else folders)


def _named(node: ast.AST) -> Iterator[str]:
    if isinstance(node, ast.Name):
        if not isinstance(node.ctx, ast.Load):
            yield node.id
    elif isinstance(node, ast.arg):
        yield node.arg
    elif isinstance(node, ast.Global | ast.Nonlocal):
        yield from node.names
    elif isinstance(node, ast.MatchMapping):
        yield node.rest or ""
    elif isinstance(
        node,
        ast.FunctionDef
        | ast.AsyncFunctionDef
        | ast.ClassDef
        | ast.ExceptHandler
        | ast.MatchAs
        | ast.MatchStar,
    ):
        yield node.name or ""


def _module(path: str) -> str:
    stem = path.removesuffix(".py").removesuffix("/__init__")
    return stem.removeprefix("src/").replace("/", ".")
