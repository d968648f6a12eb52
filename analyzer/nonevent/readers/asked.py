"""For whom something is stored, and whether it was asked for by the same key."""

import _ast as ast
import re

from nonevent.facts import Visitor
from nonevent.readers.conditions import below, inside
from nonevent.readers.naming import dotted_text, lookup
from nonevent.readers.scope import FUNCTIONS, Scope

__all__ = ["got", "is_brief", "is_fetched", "is_of_process", "key_of", "talks", "visitor"]

MOST = 8  # names and texts of a key, and values that are followed
# Keys and things that are written down there: a text, a list of fields.
WRITTEN = (ast.Constant, ast.Dict, ast.JoinedStr, ast.List, ast.ListComp)
LASTING = (ast.Name, ast.Attribute)
CONTAINERS = frozenset({"defaultdict", "deque", "dict", "list", "set"})
# Who, or what talk, is known from one request to the next: an object that knows several of them
# outlives each.
TALKS = frozenset(
    {"chat", "connection", "conversation", "dialog", "game", "room", "session", "sid"}
    | {"socket", "subscriber", "subscription", "visitor", "websocket", "ws"}
)
# The same with `id` behind them: what somebody was given to ask again by.
HANDLES = frozenset(
    {
        "client",
        "conn",
        "download",
        "execution",
        "export",
        "job",
        "message",
        "msg",
        "operation",
        "peer",
    }
    | {"request", "task", "ticket", "transaction", "upload"}
)
JOINED = re.compile(rf"(?:{'|'.join(sorted(TALKS | HANDLES))})ids?")
# Who comes, where the container is known to last.
PEOPLE = frozenset(
    {"account", "author", "customer", "email", "guest", "ip", "member", "phone", "player"}
    | {"receiver", "recipient", "sender", "token", "user", "userid", "username"}
)
# Last words of classes that keep records for others.
STORES = frozenset(
    {"backend", "broker", "cache", "database", "db", "queue", "repository", "storage", "store"}
)
# The same in a file's bytes: what is put into an attribute, and a class that is such a store.
PUT = re.compile(
    rb"self\.\w++(?:\.(?:add|append(?:left)?|extend|insert|put(?:_nowait)?|setdefault)\(([^\n]{0,60})"
    rb"|\[([^\]\n]{1,60})\](?: *[-+|]?=(?!=)| *:[^=\n]+=(?!=)|\[[^\n]{0,60}=|\.[a-z]+\())"
)
TALKED = re.compile(
    "|".join(sorted(TALKS)).encode() + rb"|(?:" + "|".join(sorted(HANDLES)).encode() + rb")[._]?id",
    re.IGNORECASE,
)
IN_MEMORY = re.compile(rb"\n[ \t]*class \w*Memory\w*")
# Last parts of functions that say where in this very process something runs.
HERE = frozenset({"current_task", "current_thread", "get_ident", "getpid"})
NOBODY = HERE | {"id"}  # and where it lies: no request comes again with that
# How functions begin that do something, and are not asked for what is there.
ACTS = re.compile(r"(?:begin|issue|launch|open|start|submit|subscribe)_")
# Words of a key that leads to what can be opened again.
PLACES = frozenset({"dir", "directory", "dsn", "file", "filename", "folder", "path", "uri", "url"})
WORD = re.compile(r"[A-Z]?[a-z]+|[A-Z]+(?![a-z])")


def talks(data: bytes) -> bool:
    """Tell whether a file's bytes may say that an object keeps something for who comes again."""
    kept = b"Memory" in data and IN_MEMORY.search(data)
    return bool(kept) or any(TALKED.search(b" ".join(each)) for each in PUT.findall(data))


def visitor(key: ast.expr | None, scope: Scope) -> Visitor:
    """Return whom the words of a key speak of, or of what the class around it does."""
    if key is None or isinstance(key, WRITTEN) or is_of_process(key, scope, NOBODY):
        return Visitor.NONE
    found = {word.removesuffix("s") for word in _words(key, scope)}
    if (
        not TALKS.isdisjoint(found)
        or any(map(JOINED.fullmatch, found))
        or ("id" in found and not HANDLES.isdisjoint(found))
    ):
        return Visitor.TALK
    if not PEOPLE.isdisjoint(found):
        return Visitor.PERSON
    return Visitor.RECORD if found and _is_store(scope.name) else Visitor.NONE


def is_of_process(key: ast.expr | None, scope: Scope, told: frozenset[str] = HERE) -> bool:
    """Tell whether a key is a task or a thread: it means nothing elsewhere."""
    if isinstance(key, ast.Name):
        _, bindings = lookup(key.id, scope)
        key = bindings[0].node if len(bindings) == 1 else key  # type: ignore[assignment]
    return isinstance(key, ast.Call) and dotted_text(key.func).rpartition(".")[2] in told


def _is_store(name: str) -> bool:
    """Tell whether a method's class is called a store in memory."""
    words = [word.lower() for word in WORD.findall(name.rpartition(".")[0])]
    return "memory" in words and words[-1] in STORES


def key_of(target: ast.expr) -> ast.expr | None:
    """Return the key next to a container's name: `user_id` of `CARTS[user_id]["items"]`."""
    key: ast.expr | None = None
    while True:
        if isinstance(target, ast.Subscript):
            key, target = target.slice, target.value
        elif isinstance(target, ast.Call) and isinstance(target.func, ast.Attribute):
            key, target = (target.args[0] if target.args else None), target.func.value
        else:
            return key


def _words(node: ast.expr, scope: Scope) -> list[str]:
    """Return the words of an expression's names and texts, but of what a loop goes through.

    That was there before.
    """
    found: list[str] = []
    inner: ast.expr | None = None
    for part in inside(node)[: MOST * 2]:
        if isinstance(part, ast.Name):
            place, bindings = lookup(part.id, scope)
            if place is not None and not any(each.how == "opaque" for each in bindings):
                found.append(part.id)
        elif isinstance(part, ast.Attribute) and part is not inner:
            inner = part.value  # of a long way only where it begins and ends
            found.append(part.attr)
        elif part is inner:
            inner = getattr(part, "value", None)
        elif isinstance(part, ast.Constant) and isinstance(part.value, str):
            found.append(part.value)
    return [word.lower() for text in found for word in WORD.findall(text)]


def is_fetched(target: ast.expr, value: ast.expr | None, scope: Scope) -> bool:
    """Tell whether an item is what a call returned that was handed the item's key.

    `PEOPLE[name] = api.find(name)` can be had again. What a class makes is no such thing.
    """
    if not isinstance(target, ast.Subscript) or not isinstance(target.value, LASTING):
        return False
    keys = _parts_of(target.slice, scope)
    queue = [value] if value is not None and keys else []
    for node in queue:  # grows while it is read
        for part in inside(node):
            if isinstance(part, ast.Call) and not _is_of(part, target.value):
                name = getattr(part.func, "attr", getattr(part.func, "id", "_"))
                given = (*part.args, *(each.value for each in part.keywords))
                if (
                    ((name[0].islower() and not ACTS.match(name)) or _opens(given, scope))
                    and name not in CONTAINERS
                    and any(
                        isinstance(each, LASTING) and dotted_text(each) in keys
                        for argument in given
                        for each in inside(argument)
                    )
                ):
                    return True
            elif isinstance(part, ast.Name) and len(queue) <= MOST and part.id not in keys:
                place, bindings = lookup(part.id, scope)
                if place is scope:
                    bound = [each.node for each in bindings if each.how == "value"]
                    queue += [each for each in bound if isinstance(each, ast.expr)]
    return False


def _opens(given: tuple[ast.expr, ...], scope: Scope) -> bool:
    """Tell whether a class is given nothing but the place of what it opens: `Repository(path)`."""
    return len(given) == 1 and not PLACES.isdisjoint(_words(given[0], scope))


def _parts_of(key: ast.expr, scope: Scope) -> frozenset[str]:
    """Return the name that a key is, or those of which it is made: `key = url, proxy`."""
    parts: list[ast.expr] = [key]
    if isinstance(key, ast.Name):
        place, bindings = lookup(key.id, scope)
        made = bindings[0].node if place is scope and len(bindings) == 1 else None
        parts += made.elts if isinstance(made, ast.Tuple) else ()
    elif isinstance(key, ast.Tuple):
        parts = key.elts
    return frozenset(filter(None, map(dotted_text, parts)))


def is_brief(target: ast.expr, scope: Scope) -> bool:
    """Tell whether a function takes an item out again, under the same key, further down.

    What it does after an error says nothing of the rule. What goes on from what an earlier request
    has left, as a count does, was not taken out then.
    """
    if not isinstance(target, ast.Subscript) or not isinstance(scope.node, FUNCTIONS):
        return False
    asked = dotted_text(target.value), dotted_text(target.slice)
    if not all(asked) or _goes_on(target, asked, scope):
        return False
    nodes: list[ast.AST] = list(scope.node.body)
    for node in nodes:  # grows while it is read
        if isinstance(node, (*FUNCTIONS, ast.ClassDef, ast.ExceptHandler)):
            continue
        if isinstance(node, ast.If) and node.lineno > target.lineno and _gives_up(node):
            nodes += node.orelse
            continue
        for where, key in _taken(node):
            if (dotted_text(where), dotted_text(key)) == asked and where.lineno > target.lineno:
                return True
        if not isinstance(node, ast.expr) or isinstance(node, ast.Await):
            nodes += below(node)
    return False


def _goes_on(target: ast.expr, asked: tuple[str, str], scope: Scope) -> bool:
    """Tell whether a function adds to what it got before: `D[key] = D.get(key, 0) + 1`."""
    return any(
        isinstance(value, ast.BinOp)
        and (isinstance(place, ast.Name) or place is target)
        and place.lineno <= target.lineno
        and asked in {got(value.left), got(value.right)}
        for _, place, value in scope.stores
    )


def got(node: ast.expr) -> tuple[str, str]:
    """Return container and key of `D.get(key)`."""
    func = node.func if isinstance(node, ast.Call) and node.args else None
    if not isinstance(node, ast.Call) or not isinstance(func, ast.Attribute) or func.attr != "get":
        return "", ""
    return dotted_text(func.value), dotted_text(node.args[0])


def _gives_up(node: ast.If) -> bool:
    return isinstance(node.body[-1], ast.Return | ast.Raise)


def _taken(node: ast.AST) -> list[tuple[ast.expr, ast.expr]]:
    """Return what a node takes out of a container, with the key."""
    if isinstance(node, ast.Delete):
        items = (each for each in node.targets if isinstance(each, ast.Subscript))
        return [(each.value, each.slice) for each in items]
    call = getattr(node, "value", None)
    if not isinstance(call, ast.Call) or not isinstance(call.func, ast.Attribute):
        return []
    return [(call.func.value, call.args[0])] if call.func.attr == "pop" and call.args else []


def _is_of(call: ast.Call, container: ast.expr) -> bool:
    """Tell whether the container itself is asked."""
    func = call.func
    return isinstance(func, ast.Attribute) and dotted_text(func.value) == dotted_text(container)
