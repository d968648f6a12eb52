"""Where an argument goes in the source of a call, and how it is written there.

libcst says where each argument, its comma and the comments around it begin and end. It reads
the call alone, as `ast` cut it out of the file: whole files through it lose bytes (a form feed at
the start, the last of the line ends where these are CR), take 10 times as long as through `ast`,
and deeply nested ones end the process.
"""

import ast
import re
from collections.abc import Iterator, Mapping, Sequence
from typing import NamedTuple

import libcst
from libcst.metadata import ByteSpanPositionProvider, CodeSpan, MetadataWrapper

from nonevent.fixes.source import LINE_END, Older, Refused, Splice, parse

__all__ = ["DEPTH", "Call", "added", "read_call", "replaced"]

DEPTH = 120  # of nesting, and length of chains; libcst's parser dies of ten times that
LONGEST = 50_000  # characters of a call
OWN_LINE = re.compile(r"(\r\n|\r|\n)[ \t\f]*\Z")


class Argument(NamedTuple):
    """One argument in the source of its call, in code points from 0."""

    start: int
    end: int
    comma: int  # where the comma behind it ends; 0 without one
    name: str  # of a keyword argument; "" of others
    bare: bool  # a generator expression without parentheses of its own


class Call(NamedTuple):
    """The source of a call and where its parts are."""

    text: str
    opening: int  # behind the opening parenthesis
    arguments: tuple[Argument, ...]
    spreads: bool  # holds `*x` or `**x`, of which nobody knows what it has grown to


def read_call(text: str, older: Older | None = None) -> Call | None:
    """Return the parts of a call; None where `text` is no call, or one too deep to be read."""
    tree = parse(f"({text})", older)
    if tree is None or len(text) > LONGEST or _depth(tree) > DEPTH:
        return None
    try:
        module = libcst.parse_module(f"({text})")
        spans = MetadataWrapper(module, unsafe_skip_copy=True).resolve(ByteSpanPositionProvider)
    except (*Refused, libcst.ParserSyntaxError):
        return None
    call = _call(module)
    if call is None or module.code != f"({text})":
        return None
    data = text.encode()
    arguments = tuple(_argument(each, spans, data) for each in call.args)
    _, behind = _span(spans[call.func], data)
    opening = text.index("(", behind) + 1
    return Call(text, opening, arguments, any(map(_spreads, call.args)))


def _depth(tree: ast.AST) -> int:
    """Return how deep the tree is; a chain of `and`, flat there, is deep elsewhere."""
    deepest, stack = 0, [(tree, 1)]
    while stack:
        node, depth = stack.pop()
        deepest = max(deepest, depth)
        more = len(node.values) if isinstance(node, ast.BoolOp) else 1
        stack.extend((child, depth + more) for child in ast.iter_child_nodes(node))
    return deepest


def _call(module: libcst.Module) -> libcst.Call | None:
    line = module.body[0]
    statement = line.body[0] if isinstance(line, libcst.SimpleStatementLine) else None
    value = statement.value if isinstance(statement, libcst.Expr) else None
    return value if isinstance(value, libcst.Call) else None


def _span(span: CodeSpan, data: bytes) -> tuple[int, int]:
    """Return start and end in code points, without the parenthesis put before the call."""
    start = len(data[: span.start - 1].decode())
    return start, start + len(data[span.start - 1 : span.start - 1 + span.length].decode())


def _argument(node: libcst.Arg, spans: Mapping[libcst.CSTNode, CodeSpan], data: bytes) -> Argument:
    start, end = _span(spans[node], data)
    comma = _span(spans[node.comma], data)[1] if isinstance(node.comma, libcst.Comma) else 0
    name = node.keyword.value if node.keyword is not None else ""
    bare = isinstance(node.value, libcst.GeneratorExp) and not node.value.lpar
    return Argument(start, end, comma, name, bare)


def _spreads(node: libcst.Arg) -> bool:
    """Tell whether an argument stands for more than is written there; `**{"a": 1}` does not."""
    if not isinstance(node.value, libcst.Dict):
        return bool(node.star)
    return any(isinstance(each, libcst.StarredDictElement) for each in node.value.elements)


def replaced(call: Call, name: str, text: str) -> tuple[Splice, ...]:
    """Return what puts `text` in the place of the keyword argument `name`; () without one."""
    found = [each for each in call.arguments if each.name == name]
    return tuple(Splice(each.start, each.end, text) for each in found[:1])


def added(call: Call, texts: Sequence[str]) -> tuple[Splice, ...]:
    """Return what adds arguments at the end of a call, on lines of their own where others are."""
    if not call.arguments:
        return (Splice(call.opening, call.opening, ", ".join(texts)),)
    last = call.arguments[-1]
    if last.bare:
        closed = Splice(last.end, last.end, f"), {', '.join(texts)}")
        return (Splice(last.start, last.start, "("), closed)
    return tuple(_below(call, last, texts) or _beside(call, last, texts))


def _below(call: Call, last: Argument, texts: Sequence[str]) -> Iterator[Splice] | None:
    own = OWN_LINE.search(call.text, 0, last.start)
    end = LINE_END.search(call.text, max(last.end, last.comma))
    if own is None or end is None:
        return None
    return _lines(last, end.start(), own.group(), texts)


def _lines(last: Argument, at: int, lead: str, texts: Sequence[str]) -> Iterator[Splice]:
    rows = ",".join(f"{lead}{text}" for text in texts)
    if last.comma:
        yield Splice(at, at, f"{rows},")
    elif at == last.end:
        yield Splice(at, at, f",{rows}")
    else:
        yield Splice(last.end, last.end, ",")
        yield Splice(at, at, rows)


def _beside(call: Call, last: Argument, texts: Sequence[str]) -> Iterator[Splice]:
    if not last.comma:
        yield Splice(last.end, last.end, f", {', '.join(texts)}")
        return
    ends_line = LINE_END.search(call.text, last.comma) is not None
    yield Splice(last.comma, last.comma, f" {', '.join(texts)}{',' if ends_line else ''}")
