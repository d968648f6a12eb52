"""Code that runs only where somebody develops, looks for a fault or measures: `if DEBUG:`."""

import _ast as ast
import re
from collections.abc import Iterator

from nonevent.readers.conditions import inside
from nonevent.readers.scope import Scope

__all__ = ["Trials", "speaks"]

# One of these a file with such a condition holds; of the first more than it logs.
LOGS = ("debug", ".debug(")
SPEAKS = (
    *("DEBUG", "DEV", "PROFIL", "TESTING", "_dev", "dev_", "devel", "devmode", "profil"),
    *("testing", '"dev"', "'dev'", "Debug", "Devel", "Profil", "Testing"),
)
HINTS = ("debug", "dev", "profil", "testing")  # one of these is in each, in any case of letters
# Words of a condition that holds on a developer's machine alone, or while somebody measures.
TRYING = frozenset(
    {"debug", "debugger", "debugging", "debugpy", "devel", "develop", "developing", "development"}
    | {"profiler", "profiling", "testing"}
)
DEV = "dev"  # a name of its own, or the beginning of one, is most often a device's
DEVS = frozenset({"dev_env", "dev_mode", "devmode", "in_dev", "is_dev", "is_dev_env"})
# Words of a condition that may hold where users are served.
SERVING = frozenset({"deployed", "live", "prod", "production", "staging"})
WORD = r"[A-Z]+(?![a-z])|[A-Z]?[a-z]+"
LEAVING = (ast.Return, ast.Raise, ast.Continue)
BLOCKS = ("body", "orelse", "handlers", "finalbody")
DIFFERS = (ast.NotEq, ast.NotIn, ast.IsNot)
NO = (False, None, 0)


def speaks(text: str) -> bool:
    """Tell whether a file may hold such a condition."""
    low = text.lower()
    if not any(word in low for word in HINTS):  # most files: seventeen searches less
        return False
    return text.count(LOGS[0]) > text.count(LOGS[1]) or any(word in text for word in SPEAKS)


class Trials:
    """The parts of one file that stand under such a condition."""

    def __init__(self) -> None:
        self._found: dict[Scope, frozenset[ast.AST]] = {}

    def holds(self, node: ast.AST, scope: Scope) -> bool:
        """Tell whether a node of a scope runs for developers alone, or its function is made so."""
        place: Scope | None = scope
        while place is not None:
            if place not in self._found:
                self._found[place] = frozenset(_tried(place.node))
            if node in self._found[place]:
                return True
            node, place = place.node, place.parent
        return False


def _tried(owner: ast.AST) -> Iterator[ast.AST]:
    """Yield the nodes of a definition's body that such a condition guards."""
    body = getattr(owner, "body", ())
    stack: list[list[ast.stmt]] = [body] if isinstance(body, list) else []
    while stack:
        rest = False
        for item in stack.pop():
            if rest:
                yield from inside(item)
            elif isinstance(item, ast.If):
                held = _tries(item.test)
                guarded = item.body if held else item.orelse if held is False else ()
                for statement in guarded:
                    yield from inside(statement)
                rest = held is False and isinstance(item.body[-1], LEAVING)
                if held is not True:
                    stack.append(item.body)
                if held is not False:
                    stack.append(item.orelse)
            elif not isinstance(item, (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef)):
                stack += [block for name in BLOCKS if (block := getattr(item, name, None))]


def _tries(test: ast.expr) -> bool | None:
    """Tell whether a condition holds for developers alone; False where it fails for them alone."""
    if isinstance(test, ast.UnaryOp) and isinstance(test.op, ast.Not):
        held = _tries(test.operand)
        return None if held is None else not held
    if isinstance(test, ast.BoolOp):
        ways = [_tries(item) for item in test.values]
        one, all_of = (True, False) if isinstance(test.op, ast.And) else (False, True)
        if one in ways:
            return one
        return all_of if all(way is all_of for way in ways) else None
    if isinstance(test, ast.Compare) and len(test.ops) == 1:
        held = _names(test.left, *test.comparators)
        if held and isinstance(test.ops[0], DIFFERS) is not _is_no(test.comparators[0]):
            return False
        return held or None
    return _names(test) or None


def _is_no(node: ast.expr) -> bool:
    """Tell whether something is compared with `False`, `None` or 0."""
    return isinstance(node, ast.Constant) and node.value in NO


def _names(*nodes: ast.expr) -> bool:
    """Tell whether an expression names a switch of developers, and nothing of a service."""
    said = [text for node in nodes for text in _texts(node)]
    words = {word.lower() for text in said for word in re.findall(WORD, text)}
    is_dev = any(text in DEVS or DEV.upper() in text.split("_") for text in said)
    is_dev = is_dev or any(isinstance(node, ast.Constant) and node.value == DEV for node in nodes)
    return (is_dev or not TRYING.isdisjoint(words)) and SERVING.isdisjoint(words)


def _texts(node: ast.expr) -> Iterator[str]:
    """Yield the last parts of the names, and the texts, of a condition without operators."""
    if isinstance(node, ast.Name):
        yield node.id
    elif isinstance(node, ast.Attribute):
        yield node.attr
    elif isinstance(node, ast.Constant):
        yield from ([node.value] if isinstance(node.value, str) else [])
    elif isinstance(node, ast.Call):
        for part in (node.func, *node.args):
            yield from _texts(part)
    elif isinstance(node, ast.Subscript):
        yield from _texts(node.slice)
    elif isinstance(node, ast.Tuple | ast.List | ast.Set):
        for part in node.elts:
            yield from _texts(part)
