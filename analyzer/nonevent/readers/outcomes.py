"""What becomes of work that a call starts: waited for, kept for later or left to itself."""

import _ast as ast
from collections.abc import Iterator, Sequence

from nonevent.facts import Call, Function, Kind, Outcome
from nonevent.readers.conditions import inside
from nonevent.readers.naming import dotted_text
from nonevent.readers.scope import FUNCTIONS, Scope

__all__ = ["STARTING", "lasts", "made_here", "outcome", "started"]

# Last parts of callees that start work.
STARTING = frozenset(
    {"Popen", "apply_async", "create_subprocess_exec", "create_subprocess_shell", "create_task"}
    | {"ensure_future", "run_coroutine_threadsafe", "run_in_executor", "spawn", "start", "submit"}
)
# Parameters that take the function which is to be run.
TARGETS = frozenset({"coro", "func", "function", "target"})
SLEEPS = frozenset({"asyncio.sleep", "gevent.sleep", "eventlet.sleep", "time.sleep"})
# Methods that keep an object, or ask to be told of its end: nobody waits for it by them.
KEEPING = frozenset({"add", "add_done_callback", "append", "set_name"})


def outcome(call: ast.Call, scope: Scope) -> Outcome:
    """Return what the function around a call does with what the call starts."""
    if not isinstance(scope.node, FUNCTIONS):
        return Outcome.UNKNOWN
    func = call.func
    if isinstance(func, ast.Attribute):
        if _opened(func.value, scope) or _is_shut(dotted_text(func.value), scope):
            return Outcome.WAITED
        if func.attr == "start":
            return _started(dotted_text(func.value), scope)
    for statement in _statements(scope):
        if isinstance(statement, ast.Expr):
            if statement.value is call:
                return Outcome.LEFT
            if _is_kept(statement.value, call):
                keeper = dotted_text(statement.value.func.value)  # type: ignore[attr-defined]
                return _later(keeper, scope, Outcome.KEPT)
        elif isinstance(statement, ast.Assign | ast.AnnAssign) and statement.value is call:
            targets = statement.targets if isinstance(statement, ast.Assign) else [statement.target]
            return _bound(targets, scope)
    if any(isinstance(node, ast.Await) and node.value is call for node in _nodes(scope)):
        return Outcome.WAITED
    return Outcome.UNKNOWN


def started(call: Call) -> tuple[str, ...]:
    """Return the names of the functions that a call may start: a thread's target, a coroutine."""
    named = call.receiver.keywords if call.receiver is not None else ()
    given = [value for key, value in (*named, *call.keywords) if key in TARGETS]
    return tuple(
        value.name
        for value in (*given, *call.arguments)
        if value.kind in {Kind.NAME, Kind.CALL} and value.name
    )


def made_here(call: ast.Call, scope: Scope) -> ast.expr | None:
    """Return the callee that made the object of `thread.start()`, if it is started whenever made.

    That is so where both statements stand in one block.
    """
    name = dotted_text(call.func.value) if isinstance(call.func, ast.Attribute) else ""
    if not name or not isinstance(scope.node, FUNCTIONS):
        return None
    for block in _blocks(scope):
        started = any(isinstance(item, ast.Expr) and item.value is call for item in block)
        made = [value.func for value in _made(name, block)] if started else []
        if len(made) == 1:
            return made[0]
    return None


def _made(name: str, block: Sequence[ast.stmt]) -> Iterator[ast.Call]:
    """Yield the calls whose outcome a block gives to a name."""
    for item in block:
        value = item.value if isinstance(item, ast.Assign) else None
        if isinstance(value, ast.Call) and name in map(dotted_text, item.targets):  # type: ignore[attr-defined]
            yield value


def _blocks(scope: Scope) -> Iterator[Sequence[ast.stmt]]:
    """Yield the lists of statements in a function."""
    yield scope.node.body  # type: ignore[attr-defined]  # a function has one
    for node in _statements(scope):
        for field in ("body", "orelse", "finalbody"):
            yield getattr(node, field, ())


def lasts(function: Function, scope: Scope) -> bool:
    """Tell whether a function goes round in a `while` loop, or sleeps."""
    if not SLEEPS.isdisjoint(function.calls):
        return True
    return bool(scope.repeated)


def _opened(node: ast.expr, scope: Scope) -> bool:
    """Tell whether an object is opened by a `with`, which waits at its end."""
    if not isinstance(node, ast.Name):
        return False
    bindings = scope.bindings.get(node.id, ())
    return any(binding.node in scope.blocks for binding in bindings if binding.node is not None)


def _is_shut(name: str, scope: Scope) -> bool:
    """Tell whether a function shuts a pool down, and waits for all that was given to it."""
    return bool(name) and any(
        isinstance(node, ast.Call)
        and isinstance(node.func, ast.Attribute)
        and node.func.attr == "shutdown"
        and dotted_text(node.func.value) == name
        and not any(keyword.arg == "wait" and _is_false(keyword.value) for keyword in node.keywords)
        and not any(map(_is_false, node.args))
        for node in _nodes(scope)
    )


def _is_false(node: ast.expr) -> bool:
    return isinstance(node, ast.Constant) and node.value is False


def _bound(targets: Sequence[ast.expr], scope: Scope) -> Outcome:
    if isinstance(targets[0], ast.Attribute):
        return Outcome.OWNED
    if not isinstance(targets[0], ast.Name):
        return Outcome.UNKNOWN
    if targets[0].id in scope.foreign:
        return Outcome.OWNED
    return _later(targets[0].id, scope, Outcome.LEFT)


def _started(name: str, scope: Scope) -> Outcome:
    """Return what becomes of a thread: one that may be joined, `if wait:`, may not be."""
    if not name:
        return Outcome.LEFT
    perhaps = {
        node
        for item in _nodes(scope)
        if isinstance(item, ast.If) and isinstance(item.test, ast.Name)
        for statement in item.body
        for node in inside(statement)
    }
    joined = any(_waits(node, name) for node in _nodes(scope) if node not in perhaps)
    return Outcome.WAITED if joined else Outcome.UNKNOWN


def _waits(node: ast.AST, name: str) -> bool:
    """Tell whether a node joins a thread, or gives it to whoever may."""
    if isinstance(node, ast.Return):
        return node.value is not None and _names(node.value, name)
    return (
        isinstance(node, ast.Attribute) and node.attr == "join" and dotted_text(node.value) == name
    )


def _later(name: str, scope: Scope, otherwise: Outcome) -> Outcome:
    """Return what becomes of what a name holds, as its other uses tell."""
    kept: set[ast.AST] = set()
    found = otherwise
    keepers: list[str] = []
    if any(
        isinstance(node, ast.Attribute)
        and node.attr == "cancel"
        and dotted_text(node.value) == name
        for node in _nodes(scope)
    ):
        return Outcome.ENDED
    for node in _nodes(scope):
        func = node.func if isinstance(node, ast.Call) else None
        if isinstance(node, ast.Call) and isinstance(func, ast.Attribute) and func.attr in KEEPING:
            kept.update((func.value, *node.args))
            if func.attr != "add_done_callback":
                found = Outcome.KEPT
                own = isinstance(func.value, ast.Name) and func.value.id in scope.bindings
                if own and any(_names(one, name) for one in node.args):
                    keepers.append(dotted_text(func.value))
    if any(node not in kept and _reads(node, name) for node in _nodes(scope)):
        return Outcome.WAITED
    if any(_later(one, scope, found) is Outcome.WAITED for one in keepers if one != name):
        return Outcome.WAITED  # `await gather(*tasks)`
    return found


def _names(node: ast.expr, name: str) -> bool:
    return isinstance(node, ast.Name) and node.id == name


def _reads(node: ast.AST, name: str) -> bool:
    return (
        isinstance(node, ast.Name | ast.Attribute)
        and isinstance(node.ctx, ast.Load)
        and dotted_text(node) == name
    )


def _is_kept(node: ast.expr, call: ast.Call) -> bool:
    """Tell whether an expression is `tasks.append(call)`."""
    return (
        isinstance(node, ast.Call)
        and isinstance(node.func, ast.Attribute)
        and node.func.attr in KEEPING
        and call in node.args
    )


def _statements(scope: Scope) -> Iterator[ast.stmt]:
    return (node for node in _nodes(scope) if isinstance(node, ast.stmt))


def _nodes(scope: Scope) -> Iterator[ast.AST]:
    for statement in scope.node.body:  # type: ignore[attr-defined]  # a function has one
        yield from inside(statement)
