"""Which branch of an `if` a line of a migration stands in, and which database that branch is for.

`if op.get_bind().dialect.name == "sqlite": … else: …` never runs both: what one branch makes, the
other does not meet.
"""

import _ast as ast
import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import NamedTuple

from nonevent.readers.parsing import parse
from nonevent.readers.sqlguess import FOLDERS

__all__ = ["Standing", "branches"]

BRANCHING = re.compile(r"^\s+if\b", re.MULTILINE)
FUNCTIONS = (ast.FunctionDef, ast.AsyncFunctionDef)
LEAVES = (ast.Return, ast.Raise)
BLOCKS = ("body", "orelse", "handlers", "finalbody")
FAMILY = {"mariadb": "mysql"}


class Standing(NamedTuple):
    """Where a line stands."""

    branch: tuple[tuple[int, int], ...] = ()  # 1-based line of each `if` around it, which branch
    dialect: str = ""  # of the database that it is for; "" where that is not told


class Told(NamedTuple):
    """What a condition says of the database."""

    dialects: frozenset[str]
    holds: bool  # False: any but these
    exact: bool = True  # False: more is asked for, and the other branch may be of these as well


class Stretch(NamedTuple):
    """Lines that one branch takes, first and last, 1-based."""

    first: int
    last: int
    start: int
    number: int
    told: Told | None


def branches(text: str) -> Callable[[int], Standing]:
    """Return what tells the standing of a line; nothing of it where the text does not parse."""
    if not BRANCHING.search(text):
        return _nowhere
    try:
        tree, _ = parse(text)
    except (SyntaxError, ValueError, RecursionError, MemoryError, OverflowError):
        return _nowhere
    seen = _Seen(knows_mysql="mysql" in text.lower())
    _walk(tree, seen)
    stretches = [*seen.stretches, *_helpers(seen)]

    def standing(line: int) -> Standing:
        around = [each for each in stretches if each.first <= line <= each.last]
        dialect = next((found for each in reversed(around) if (found := seen.named(each.told))), "")
        return Standing(tuple((each.start, each.number) for each in around), dialect)

    return standing


def _nowhere(line: int) -> Standing:
    del line
    return Standing()


class _Seen:
    """What a walk over a file has found. It changes while the file is read."""

    def __init__(self, *, knows_mysql: bool) -> None:
        self.met: set[int] = set()  # lines of each `elif`, told with the `if` before it
        self.stretches: list[Stretch] = []
        self.names: dict[str, Told] = {}  # `is_sqlite = … == "sqlite"`
        self.bodies: dict[str, tuple[int, int]] = {}  # function → its lines
        self.calls: list[tuple[str, int]] = []  # function, line of the call
        self.knows_mysql = knows_mysql

    def named(self, told: Told | None) -> str:
        """Return the one database that is meant; of "any but PostgreSQL" the likeliest."""
        if told is None:
            return ""
        found = {FAMILY.get(each, each) for each in told.dialects}
        if not told.holds and "postgresql" in found:
            return "mysql" if self.knows_mysql and "mysql" not in found else "sqlite"
        if not told.holds:
            return ""
        return next(iter(found)) if len(found) == 1 else ""


def _walk(tree: ast.AST, seen: _Seen) -> None:
    stack: list[ast.AST] = [tree]
    while stack:
        node = stack.pop()
        if isinstance(node, FUNCTIONS):
            seen.bodies[node.name] = (node.lineno, node.end_lineno or node.lineno)
        for name in BLOCKS:
            block = getattr(node, name, None)
            if isinstance(block, list):
                _read_block(block, seen)
                stack += reversed(block)


def _read_block(block: Sequence[ast.AST], seen: _Seen) -> None:
    for at, node in enumerate(block):
        if isinstance(node, ast.If):
            if node.lineno not in seen.met:
                _chain(node, block[at + 1 :], seen)
        elif isinstance(node, ast.Assign) and isinstance(node.targets[0], ast.Name):
            told = _told(node.value, seen.names)
            if told is not None:
                seen.names[node.targets[0].id] = told
        elif isinstance(node, ast.Expr) and isinstance(node.value, ast.Call):
            called = node.value.func
            if isinstance(called, ast.Name):
                seen.calls.append((called.id, node.lineno))


def _chain(node: ast.If, rest: Sequence[ast.AST], seen: _Seen) -> None:
    """Keep the branches of `if … elif … else`, and of what follows one that leaves."""
    start, number, excluded = node.lineno, 0, frozenset[str]()
    alone, leaves = not node.orelse, isinstance(node.body[-1], LEAVES)
    while True:
        told = _told(node.test, seen.names)
        _keep(seen, node.body, start, number, told)
        if told is not None and told.holds and told.exact:
            excluded |= told.dialects
        number += 1
        remaining = Told(excluded, holds=False) if excluded else _turned(told)
        if len(node.orelse) == 1 and isinstance(node.orelse[0], ast.If):
            node = node.orelse[0]
            seen.met.add(node.lineno)
        else:
            break
    if node.orelse:
        _keep(seen, node.orelse, start, number, remaining)
    elif alone and leaves:
        _keep(seen, rest, start, number, remaining)


def _keep(
    seen: _Seen, block: Sequence[ast.AST], start: int, number: int, told: Told | None
) -> None:
    if block:
        first, last = block[0], block[-1]
        line, end = first.lineno, last.end_lineno or last.lineno  # type: ignore[attr-defined]
        seen.stretches.append(Stretch(line, end, start, number, told))


def _turned(told: Told | None) -> Told | None:
    return told._replace(holds=not told.holds) if told is not None and told.exact else None


def _helpers(seen: _Seen) -> Iterator[Stretch]:
    """Yield the bodies of functions that one branch alone calls."""
    for name, (first, last) in seen.bodies.items():
        lines = [line for called, line in seen.calls if called == name]
        around = [each for each in seen.stretches if lines and each.first <= lines[0] <= each.last]
        if len(lines) == 1:
            for each in around:
                yield each._replace(first=first, last=last)


# -- what a condition says -----------------------------------------------------------------------


def _told(node: ast.expr, names: Mapping[str, Told]) -> Told | None:
    """Return what a condition says of the database; None where it speaks of something else."""
    if isinstance(node, ast.Name):
        return names.get(node.id)
    if isinstance(node, ast.UnaryOp) and isinstance(node.op, ast.Not):
        return _turned(_told(node.operand, names))
    if isinstance(node, ast.BoolOp) and isinstance(node.op, ast.And):
        found = [told for value in node.values if (told := _told(value, names))]
        return found[0]._replace(exact=False) if found else None
    if not isinstance(node, ast.Compare) or len(node.ops) != 1:
        return None
    operator, sides = node.ops[0], (node.left, node.comparators[0])
    if not isinstance(operator, (ast.Eq, ast.NotEq, ast.In, ast.NotIn, ast.Is)):
        return None
    if not any(map(_is_dialect, sides)):
        return None
    dialects = frozenset(name for side in sides for name in _dialects(side))
    return Told(dialects, not isinstance(operator, (ast.NotEq, ast.NotIn))) if dialects else None


def _is_dialect(node: ast.expr) -> bool:
    """Tell whether an expression is the name of a database: `bind.dialect.name`."""
    if isinstance(node, ast.Name):
        return "dialect" in node.id.lower()
    if isinstance(node, ast.Attribute):
        of = node.value
        owner = of.attr if isinstance(of, ast.Attribute) else getattr(of, "id", "")
        named = node.attr == "name" and owner.lower().endswith(("dialect", "engine", "bind"))
        return named or node.attr == "dialect_name"
    return False


def _dialects(node: ast.expr) -> Iterator[str]:
    for item in getattr(node, "elts", (node,)):
        if isinstance(item, ast.Constant) and isinstance(item.value, str):
            found = FOLDERS.get(item.value.lower())
            if found:
                yield found
