"""Edits of the calls of `g` in a source, as a rule that knows `g` would name them."""

import ast
from collections.abc import Callable
from typing import Any

import pytest

from nonevent.edit import Edit
from nonevent.location import Location

PATH = "shop/views.py"
Edits = Callable[..., list[Edit]]


def lines_of(text: str) -> list[str]:
    return text.replace("\r\n", "\n").replace("\r", "\n").split("\n")


def location(node: ast.expr, lines: list[str]) -> Location:
    def column(line: int, offset: int) -> int:
        return len(lines[line - 1].encode()[:offset].decode()) + 1

    end, end_offset = node.end_lineno or 0, node.end_col_offset or 0
    start = column(node.lineno, node.col_offset)
    return Location(PATH, node.lineno, start, end, column(end, end_offset))


def _edits(text: str, argument: str = "timeout=10", **more: Any) -> list[Edit]:
    """Return an edit for each call of `g`, in the order of `ast.walk`."""
    found = [
        location(node, lines_of(text))
        for node in ast.walk(ast.parse(text))
        if isinstance(node, ast.Call) and ast.unparse(node.func).split(".")[-1] == "g"
    ]
    made = Edit(Location(PATH, 1, 1, 1, 1), argument, adds=True)
    return [made._replace(place=place, **more) for place in found]


@pytest.fixture
def edits() -> Edits:
    return _edits
