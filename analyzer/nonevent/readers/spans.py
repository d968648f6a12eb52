"""Where a node stands, as people count: lines and columns in code points, from 1."""

import _ast as ast
from collections.abc import Callable

from nonevent.location import Span

__all__ = ["spans"]


def spans(text: str) -> Callable[[ast.AST], Span]:
    """Return a function from a node to its span.

    `ast` counts columns in UTF-8 bytes, from 0; a span counts code points, from 1.
    """
    if text.isascii():

        def plain(node: ast.AST) -> Span:
            return (
                node.lineno,  # type: ignore[attr-defined]  # statements and expressions have it
                node.col_offset + 1,  # type: ignore[attr-defined]
                node.end_lineno,  # type: ignore[attr-defined]
                node.end_col_offset + 1,  # type: ignore[attr-defined]
            )

        return plain
    lines = text.replace("\r\n", "\n").replace("\r", "\n").encode(errors="replace").split(b"\n")

    def column(line: int, offset: int) -> int:
        return len(lines[line - 1][:offset].decode(errors="replace")) + 1

    def wide(node: ast.AST) -> Span:
        line, _, end, _ = bare = plain_span(node)
        return line, column(line, bare[1]), end, column(end, bare[3])

    return wide


def plain_span(node: ast.AST) -> Span:
    """Return the node's span as `ast` has it: columns in bytes, from 0."""
    return node.lineno, node.col_offset, node.end_lineno, node.end_col_offset  # type: ignore[attr-defined]
