"""Statements of Python that come before, after or around the one that an edit is about."""

import ast
import io
import textwrap
import tokenize
from collections.abc import Iterator

from nonevent.edit import Edit
from nonevent.fixes.source import Source, Splice, in_bytes, line_end, newline, offset

__all__ = ["changed", "splices"]

Statements = list[ast.stmt]
FAR = 10_000_000  # lines: no place of a file is among the new statements
BODIES = ("body", "orelse", "finalbody")


def splices(source: Source, tree: ast.Module, edit: Edit) -> tuple[Splice, ...] | None:
    """Return what an edit of a statement changes; None where it shares its lines with another."""
    found = _holder(tree, source, edit)
    if found is None:
        return None
    node = found[0][found[1]]
    start, end = source.starts[node.lineno - 1], line_end(source, node.end_lineno or node.lineno)
    first = source.text[start:end].splitlines()[0]
    indent = first[: len(first) - len(first.lstrip())]
    head = source.text[start : offset(source, node.lineno, node.col_offset)]
    tail = source.text[offset(source, node.end_lineno or 0, node.end_col_offset or 0) : end]
    if head.strip() or (tail.strip() and not tail.strip().startswith("#")):
        return None
    end_of_line = newline(source)
    text = end_of_line.join(f"{indent}{line}" for line in edit.text.splitlines())
    if edit.stands in {"before", "member"}:
        return (Splice(start, start, f"{text}{end_of_line}"),)
    if edit.stands == "after":
        ended = source.text[:end].endswith("\n")
        return (Splice(end, end, f"{text}{end_of_line}" if ended else f"{end_of_line}{text}"),)
    step = "\t" if indent.startswith("\t") else "    "
    inside = _inside_strings(source.text[start:end], node.lineno)
    lines = (
        line
        for line in range(node.lineno + 1, (node.end_lineno or node.lineno) + 1)
        if line not in inside
    )
    opening = Splice(start, start, f"{indent}with {edit.text}:{end_of_line}{step}")
    places = [(source.starts[line - 1], line_end(source, line)) for line in lines]
    full = (at for at, end in places if source.text[at:end].strip())
    return opening, *(Splice(at, at, step) for at in full)


def _inside_strings(text: str, first: int) -> frozenset[int]:
    """Return the lines that begin inside a string: to move them would change it."""
    try:
        tokens = list(tokenize.generate_tokens(io.StringIO(textwrap.dedent(text)).readline))
    except (tokenize.TokenError, SyntaxError):
        return frozenset()  # the proof will find it
    kinds = ("STRING", "FSTRING_MIDDLE", "TSTRING_MIDDLE")
    return frozenset(
        first - 1 + line
        for token in tokens
        if tokenize.tok_name[token.type] in kinds
        for line in range(token.start[0] + 1, token.end[0] + 1)
    )


def changed(tree: ast.Module, source: Source, edit: Edit) -> bool:
    """Make an edit of a statement in the tree; tell whether its statement was met."""
    found = _holder(tree, source, edit)
    if found is None:
        return False
    body, at = found
    if edit.stands == "around":
        [block] = ast.parse(f"with {edit.text}:\n    pass").body
        if not isinstance(block, ast.With):
            return False
        ast.increment_lineno(block, FAR)
        block.body = [body[at]]
        body[at] = block
        return True
    new = ast.parse(edit.text).body
    for each in new:
        ast.increment_lineno(each, FAR)
    at += edit.stands == "after"
    body[at:at] = new
    return True


def _holder(tree: ast.Module, source: Source, edit: Edit) -> tuple[Statements, int] | None:
    """Return the innermost list of statements that holds the place, and which one it is."""
    line = edit.place.line
    column = in_bytes(source, line, edit.place.column)
    found: tuple[Statements, int] | None = None
    body: Statements = tree.body
    owner: ast.AST = tree
    while True:
        inner = next((at for at, node in enumerate(body) if _holds(node, line, column)), None)
        if inner is None:
            return found
        if edit.stands != "member" or isinstance(owner, ast.ClassDef):
            found = body, inner
        owner = body[inner]
        body = next(
            (each for each in _bodies(body[inner]) if any(_holds(n, line, column) for n in each)),
            [],
        )


def _bodies(node: ast.stmt) -> Iterator[Statements]:
    for name in BODIES:
        value = getattr(node, name, None)
        if isinstance(value, list):
            yield value
    for handler in getattr(node, "handlers", ()):
        yield handler.body


def _holds(node: ast.stmt, line: int, column: int) -> bool:
    end = node.end_lineno or node.lineno, node.end_col_offset or 0
    return (node.lineno, node.col_offset) <= (line, column) < end
