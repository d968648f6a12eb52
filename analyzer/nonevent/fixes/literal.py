"""Words that come into the SQL of a string of Python."""

import ast
import re

from nonevent.edit import Edit
from nonevent.fixes.source import Refused, Source, Splice, cut, offset

__all__ = ["changed", "splices"]


def splices(source: Source, tree: ast.Module, edit: Edit) -> tuple[Splice, ...] | None:
    """Return what an edit puts into a literal; None where its place in it is not certain."""
    try:
        start, end = cut(source, edit.place)
        node = _literal(tree, source, start, end)
        if node is None:
            return None
        opens, closes = _span(source, node)
    except (IndexError, *Refused):
        return None
    written = source.text[opens:closes]
    if edit.instead_of:
        places = [found.end() for found in _words(edit).finditer(written)]
        later = [at for at in places if opens + at > start]
        if len(places) != len(_words(edit).findall(str(node.value))) or not later:
            return None
        return (Splice(opens + later[0], opens + later[0], f" {edit.text}"),)
    if source.text[end - 1 : end] in {"'", '"'} or start == opens:
        return None  # the place is that of the literal
    return (Splice(end, end, f" {edit.text}"),)


def changed(tree: ast.Module, source: Source, edit: Edit) -> bool:
    """Make the edit in the tree; tell whether its literal was met.

    Where in the text it goes the characters that came tell: what is left of them in the literal
    has to be the same.
    """
    start, end = cut(source, edit.place)
    node = _literal(tree, source, start, end)
    made = splices(source, tree, edit)
    if node is None or made is None:
        return False
    opens, closes = _span(source, node)
    at = made[0].start
    text = f"{source.text[opens:at]}{made[0].text}{source.text[at:closes]}"
    new = ast.parse(f"({text})", mode="eval").body
    if not isinstance(new, ast.Constant) or not isinstance(new.value, str):
        return False
    old = str(node.value)
    size = len(made[0].text)
    cuts = [spot for spot in range(len(new.value)) if new.value[spot : spot + size] == made[0].text]
    if not any(new.value[:spot] + new.value[spot + size :] == old for spot in cuts):
        return False
    node.value = new.value
    return True


def _words(edit: Edit) -> re.Pattern[str]:
    return re.compile(rf"(?i)\b{re.escape(edit.instead_of)}\b")


def _literal(tree: ast.Module, source: Source, start: int, end: int) -> ast.Constant | None:
    """Return the string that holds a region; None where it is part of an f-string."""
    parts = {
        id(part)
        for node in ast.walk(tree)
        if isinstance(node, ast.JoinedStr)
        for part in ast.walk(node)
    }
    for node in ast.walk(tree):
        if isinstance(node, ast.Constant) and isinstance(node.value, str) and id(node) not in parts:
            opens, closes = _span(source, node)
            if opens <= start and end <= closes:
                return node
    return None


def _span(source: Source, node: ast.expr) -> tuple[int, int]:
    return (
        offset(source, node.lineno, node.col_offset),
        offset(source, node.end_lineno or node.lineno, node.end_col_offset or 0),
    )
