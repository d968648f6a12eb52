"""The proof of an edit: the file parses to the program it was, but for what the edit says."""

import ast
from collections.abc import Iterable, Sequence

from nonevent.edit import Edit
from nonevent.fixes import literal
from nonevent.fixes.names import statement
from nonevent.fixes.source import Source, in_bytes, parse
from nonevent.fixes.statement import changed

__all__ = ["keywords", "proves"]

WITHIN = "within"
Span = tuple[int, int, int, int]  # as `ast` counts: lines from 1, columns in bytes from 0
# What a tree says beside the program: where it stood, and how a string was written.
ASIDE = frozenset({"ctx", "kind", "type_comment", "type_ignores"})


def proves(source: Source, edits: Sequence[Edit], brought: Iterable[str], after: Source) -> bool:
    """Tell whether `after` is the program of `source` with these edits and imports, no more."""
    expected, made = parse(source.text, source.older), parse(after.text, after.older, whole=True)
    if expected is None or made is None:
        return False
    inner = [edit for edit in edits if not edit.stands]
    if not _changed(expected, {_span(source, edit): edit for edit in inner}):
        return False
    if not all(literal.changed(expected, source, edit) for edit in edits if edit.stands == WITHIN):
        return False
    around = [edit for edit in edits if edit.stands and edit.stands != WITHIN]
    if not all(changed(expected, source, edit) for edit in around):
        return False
    wanted = [ast.dump(node) for text in brought for node in ast.parse(statement(text)).body]
    made.body = _without(made.body, expected.body, wanted)
    return not wanted and _same(expected, made)


def keywords(text: str) -> list[ast.keyword]:
    """Return the arguments that `text`, a list of keyword arguments, stands for."""
    call = ast.parse(f"f({text})", mode="eval").body
    return call.keywords if isinstance(call, ast.Call) else []


def _span(source: Source, edit: Edit) -> Span:
    place = edit.place
    return (
        place.line,
        in_bytes(source, place.line, place.column),
        place.end_line,
        in_bytes(source, place.end_line, place.end_column),
    )


def _changed(tree: ast.Module, pending: dict[Span, Edit]) -> bool:
    """Make the edits in the tree; tell whether each met its node."""
    stack: list[ast.AST] = [tree]
    while stack:
        node = stack.pop()
        for name, value in ast.iter_fields(node):
            children = value if isinstance(value, list) else [value]
            for index, child in enumerate(children):
                if not isinstance(child, ast.AST):
                    continue
                if not isinstance(child, ast.expr):
                    stack.append(child)
                    continue
                edit = pending.get(_place(child))
                if edit is not None and (isinstance(child, ast.Call) or not edit.adds):
                    del pending[_place(child)]
                    children[index] = child = _edited(child, edit)  # noqa: PLW2901
                    if not isinstance(value, list):
                        setattr(node, name, child)
                stack.append(child)
    return not pending


def _place(node: ast.AST) -> Span:
    return node.lineno, node.col_offset, node.end_lineno, node.end_col_offset  # type: ignore[attr-defined]  # expressions have them


def _edited(node: ast.expr, edit: Edit) -> ast.expr:
    if not edit.adds or not isinstance(node, ast.Call):
        return ast.parse(f"({edit.text})", mode="eval").body
    given = {each.arg for each in node.keywords} - {edit.instead_of}
    new = [each for each in keywords(edit.text) if each.arg not in given]
    if not edit.instead_of:
        node.keywords = node.keywords + new
        return node
    at = [each.arg for each in node.keywords].index(edit.instead_of)
    node.keywords[at : at + 1] = new
    return node


def _without(
    made: Sequence[ast.stmt], expected: Sequence[ast.stmt], wanted: list[str]
) -> list[ast.stmt]:
    """Return the statements without the wanted imports, which are taken off the list."""
    rest: list[ast.stmt] = []
    for each in made:
        at = len(rest)
        text = ast.dump(each) if isinstance(each, ast.Import | ast.ImportFrom) else ""
        was_there = at < len(expected) and bool(text) and ast.dump(expected[at]) == text
        if text in wanted and not was_there:
            wanted.remove(text)
        else:
            rest.append(each)
    return rest


def _same(one: ast.AST, two: ast.AST) -> bool:
    """Tell whether two trees are the same program: a walk of our own, as deep as they are."""
    stack: list[tuple[object, object]] = [(one, two)]
    while stack:
        left, right = stack.pop()
        if type(left) is not type(right):
            return False
        if isinstance(left, ast.AST) and isinstance(right, ast.AST):
            names = [name for name in left._fields if name not in ASIDE]
            stack.extend((getattr(left, name, None), getattr(right, name, None)) for name in names)
        elif isinstance(left, list) and isinstance(right, list):
            if len(left) != len(right):
                return False
            stack.extend(zip(left, right, strict=True))
        elif repr(left) != repr(right):
            return False
    return True
