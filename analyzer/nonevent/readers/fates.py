"""What becomes of a path that a call is given: removed, or moved, further down in its function."""

import _ast as ast
import re
from collections.abc import Iterator

from nonevent.facts import Value
from nonevent.noun import NamedTuple
from nonevent.pattern import late
from nonevent.readers.conditions import inside
from nonevent.readers.naming import dotted_text, lookup
from nonevent.readers.scope import FUNCTIONS, Scope, instance_class
from nonevent.readers.values import Resolver

__all__ = [
    "ENDING_WORDS",
    "HOPS",
    "PASSING",
    "PASSING_WORDS",
    "Ends",
    "Fates",
    "arguments",
    "inside_body",
    "last",
    "lead",
    "text",
]

# Arguments that are removed, arguments that are moved and where to.
Ends = tuple[tuple[str, ...], tuple[tuple[str, Value], ...]]

REMOVING = frozenset(
    {"aiofiles.os.remove", "aiofiles.os.unlink", "os.remove", "os.removedirs", "os.rmdir"}
    | {"os.unlink", "shutil.rmtree"}
)
MOVING = frozenset(
    {"aiofiles.os.rename", "aiofiles.os.replace", "os.rename", "os.replace", "shutil.move"}
)
# Last parts of what writes a file under its first argument, or under its object.
WRITING = frozenset(
    {"ZipFile", "copyfile", "open", "open_file", "save", "write_bytes", "write_text"}
)
# Methods of a path, or of a temporary folder, that do so.
REMOVES = frozenset({"cleanup", "rmdir", "rmtree", "unlink"})
MOVES = frozenset({"rename", "replace"})
# Last parts of callees, the only ones that are looked at.
LASTS = REMOVES | MOVES | {"move", "remove", "removedirs"}
# Names of a project's own functions that remove what they are given.
CLEANING = late(
    r"clean_?up(?:_|$)|(?:remove|delete|unlink|rm)_\w*(?:files?|dirs?|folders?|paths?|te?mp)\b"
)
# Functions whose first argument a path begins with, and methods of what it begins with.
JOINS = frozenset({"Path", "abspath", "fspath", "join", "normpath", "realpath", "str"})
BELOW = frozenset(
    {"absolute", "as_posix", "joinpath", "resolve", "with_name", "with_stem", "with_suffix"}
)
TEMPORARY = frozenset(
    {"tempfile.NamedTemporaryFile", "tempfile.TemporaryDirectory", "tempfile.mkdtemp"}
)
WRAPPERS = frozenset({"Path", "fspath", "path", "str"})  # `default_storage.path(name)`
# Names under which temporary folders are handed on: `temp_dir / name`.
PASSING = re.compile(
    r"(?<![a-z])(?:tmp|temp|temporary)(?:_?(?:clone|dir|file|folder|path|repo))?(?![a-z])",
    re.IGNORECASE,
)
PASSING_WORDS = (
    *("tmp", "TMP", "temp_", "(temp,", "(temp)", "tempclone", "tempdir", "temporary", "TEMP_"),
)
# Of which a file holds one where something in it is removed, or temporary.
ENDING_WORDS = ("tempfile", "unlink", "remove", "rmtree", "cleanup(", "rmdir")
NAMED = (ast.Name, ast.Attribute)
# How far the names in a path are followed to those it was made of.
HOPS = 6


# Settings of the whole process, as code names them.
OF_PROCESS = ("os.environ", "os.chdir", "sys.path", "locale.setlocale")


class Fate(NamedTuple):
    """One path, as written, and what a call does with it."""

    text: str
    line: int  # 1-based
    target: ast.expr | None  # where it is moved to; None: it is removed


class Fates:
    """The paths that a function removes or moves."""

    def __init__(
        self, scope: Scope, resolver: Resolver, *, temporary: bool, passing: bool = False
    ) -> None:
        """Take a scope; its file makes `temporary` folders, or hands on what is named so."""
        self.scope = scope
        self.resolver = resolver
        self.temporary = temporary
        self.passing = passing
        self.found = tuple(fate for fate in _found(scope, resolver) if fate.text)

    def of(self, call: ast.Call) -> Ends:
        """Return which arguments of a call are removed later, and which are moved and where to.

        An argument is named by its keyword, or by its 0-based position; the receiver is "". So is
        a signal of which a receiver is unplugged and plugged in again, and what a call changes of
        the process where a `finally` puts it back.
        """
        if last(call.func) == "disconnect":
            return (("",) if _is_undone(call, self.scope) else ()), ()
        if self.is_put_back(call.func):
            return ("",), ()
        if not self.found and not self.temporary and not self.passing:
            return (), ()
        gone: list[str] = []
        moved: list[tuple[str, Value]] = []
        ending = last(call.func)
        if ending in MOVES and self._is_put_in_place(call):
            return ("0", "1", "dst"), ()
        for key, node in arguments(call):
            later = [fate for fate in self.found if fate.line >= (call.end_lineno or 0)]
            said = text(node)
            target = next((one.target for one in later if one.text == said and one.target), None)
            if target is not None:
                moved.append((key, self.resolver.value(target, self.scope)))
            elif ending == "make_archive" and self._is_removed(call):
                gone.append(key)
            elif ending == "make_archive" and said in {one.text for one in later}:
                continue  # the folder goes, the archive beside it stays
            elif self._is_gone(node, {one.text for one in later if not one.target}) or (
                self.passing and self._is_passing(node, HOPS)
            ):
                gone.append(key)
        return tuple(gone), tuple(moved)

    def _is_removed(self, call: ast.Call) -> bool:
        """Tell whether what a call returns is removed: `path = make_archive(…)`."""
        names = {
            target.id
            for _, target, value in self.scope.stores
            if value is call and isinstance(target, ast.Name)
        }
        return any(fate.text in names and not fate.target for fate in self.found)

    def _is_put_in_place(self, call: ast.Call) -> bool:
        """Tell whether a call moves what its function has written: that is told of the writing."""
        own = next((fate for fate in self.found if fate.line == call.lineno and fate.target), None)
        return own is not None and any(
            last(each.func) in WRITING
            and each.lineno < call.lineno
            and any(text(node) == own.text for _, node in arguments(each))
            for each, _ in self.scope.calls
        )

    def lends(self, call: ast.Call) -> bool:
        """Tell whether a call, or the maker of its object, is given what is gone soon."""
        if any(self.of(call)[0]):
            return True
        maker = call.func.value if isinstance(call.func, ast.Attribute) else None
        if isinstance(maker, ast.Call):
            return any(self.of(maker)[0])
        _, bindings = lookup(dotted_text(maker), self.scope) if maker is not None else (None, [])
        made = [each.node for each in bindings if isinstance(each.node, ast.Call)]
        return len(made) == 1 and len(bindings) == 1 and any(self.of(made[0])[0])

    def is_put_back(self, target: ast.AST) -> bool:
        """Tell whether a setting of the process is changed, and put back in any case.

        What stands in the `finally` is the putting back.
        """
        written = dotted_text(target.value if isinstance(target, ast.Subscript) else target)
        root = next((one for one in OF_PROCESS if f"{written}.".startswith(f"{one}.")), "")
        return bool(root) and any(
            f"{dotted_text(node)}.".startswith(f"{root}.") for node in _in_any_case(self.scope)
        )

    def _is_gone(self, node: ast.expr, removed: set[str]) -> bool:
        """Tell whether what a path begins with is removed or temporary: so is what lies below."""
        found: set[str] = set()
        queue = [(node, HOPS)]
        for current, hops in queue:  # grows while it is read
            first = lead(current)
            if isinstance(first, ast.Call) and self._is_temporary(first):
                return True
            name = _name(first)
            if name in removed:
                return True
            name = name.removesuffix(".name")  # of a temporary file
            if name in removed:
                return True
            if not name or name in found:
                continue
            found.add(name)
            if isinstance(first, ast.Attribute) and hops:
                queue += [(node, hops - 1) for node in self._members(first)]
            _, bindings = lookup(name, self.scope) if hops else (None, [])
            queue += [
                (binding.node, hops - 1)
                for binding in bindings
                if binding.how == "value" and isinstance(binding.node, ast.expr)
            ]
        return False

    def _is_passing(self, node: ast.expr, hops: int) -> bool:
        """Tell whether a path lies in what is named as a temporary folder, on all its ways."""
        name = dotted_text(lead(node))
        if not name or PASSING.search(name):
            return bool(name)
        _, bindings = lookup(name, self.scope) if hops else (None, [])
        made = [each.node for each in bindings if each.how == "value"]
        return (
            bool(made)
            and len(made) == len(bindings)
            and all(
                isinstance(each, ast.expr) and self._is_passing(each, hops - 1) for each in made
            )
        )

    def _members(self, node: ast.Attribute) -> Iterator[ast.expr]:
        """Yield what an attribute of `self` is given, or what the property returns."""
        root = node.value.id if self.temporary and isinstance(node.value, ast.Name) else ""
        owner = instance_class(root, self.scope) if root else None
        for binding in owner.member(node.attr) if owner is not None else ():
            if binding.how == "value" and isinstance(binding.node, ast.expr):
                yield binding.node
            elif isinstance(binding.node, FUNCTIONS):
                for part in inside_body(binding.node):
                    if isinstance(part, ast.Return) and part.value is not None:
                        yield part.value

    def _is_temporary(self, call: ast.Call) -> bool:
        return self.temporary and self.resolver.name(call.func, self.scope) in TEMPORARY


def _is_undone(call: ast.Call, scope: Scope) -> bool:
    """Tell whether the function connects again, whatever happens, what a call disconnects."""
    signal = dotted_text(call.func).removesuffix("disconnect")
    return any(
        isinstance(node, ast.Call) and dotted_text(node.func) == f"{signal}connect"
        for node in _in_any_case(scope)
    )


def _in_any_case(scope: Scope) -> Iterator[ast.AST]:
    """Yield the nodes of a function that stand in a `finally`."""
    for part in inside_body(scope.node):
        if isinstance(part, ast.Try):
            for statement in part.finalbody:
                yield from inside(statement)


def lead(node: ast.expr) -> ast.expr:
    """Return what a path begins with: `folder` of `os.path.join(folder, name)`."""
    while True:
        if isinstance(node, ast.BinOp):
            node = node.left
        elif isinstance(node, ast.Attribute) and isinstance(node.value, ast.Call):
            node = node.value  # `NamedTemporaryFile().name`
        elif isinstance(node, ast.JoinedStr):
            first = node.values[0] if node.values else None
            if not isinstance(first, ast.FormattedValue):
                return node
            node = first.value
        elif isinstance(node, ast.Call) and last(node.func) in JOINS and node.args:
            node = node.args[0]
        elif isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute):
            if node.func.attr not in BELOW:
                return node
            node = node.func.value
        else:
            return node


def _found(scope: Scope, resolver: Resolver) -> Iterator[Fate]:
    places = [scope, *(child for child in scope.children if isinstance(child.node, FUNCTIONS))]
    calls = [(call, place) for place in places for call, _ in place.calls]
    met = [(call, place) for call, place in calls if _may_end(call)]
    if not met or scope.kind == "class":
        return
    caught = {
        node
        for part in inside_body(scope.node)
        for given_up in _given_up(part)
        for node in inside(given_up)
    }
    for call, place in met:
        if call not in caught:
            yield from _ends(call, place, resolver)


def inside_body(node: ast.AST) -> Iterator[ast.AST]:
    """Yield the nodes of a module or a function, but for the bodies of definitions in it."""
    body = getattr(node, "body", ())
    for statement in body if isinstance(body, list) else ():  # a lambda's is an expression
        yield from inside(statement)


def _given_up(node: ast.AST) -> Iterator[ast.AST]:
    """Yield what runs where a function gives up: it removes what it has begun to write."""
    if isinstance(node, ast.ExceptHandler):
        yield node
    elif isinstance(node, ast.If):
        for branch in (node.body, node.orelse):
            if branch and isinstance(branch[-1], ast.Return | ast.Raise):
                yield from branch


def _may_end(call: ast.Call) -> bool:
    """Tell whether a call may remove or move a path, or is given a function that does."""
    names = [last(each) for each in (call.func, *call.args)]
    return any(name in LASTS for name in names) or CLEANING.search(names[0]) is not None


def last(node: ast.expr) -> str:
    """Return the last part of a name; "" for anything else."""
    if isinstance(node, ast.Attribute):
        return node.attr
    return node.id if isinstance(node, ast.Name) else ""


def _ends(call: ast.Call, scope: Scope, resolver: Resolver) -> Iterator[Fate]:
    line = call.lineno
    callee = resolver.name(call.func, scope)
    if callee in MOVING and len(call.args) > 1:
        yield Fate(text(call.args[0]), line, call.args[1])
    elif callee in REMOVING and call.args:
        yield Fate(text(call.args[0]), line, None)
    elif isinstance(call.func, ast.Attribute):
        said = text(call.func.value)
        if call.func.attr in REMOVES:
            yield Fate(said, line, None)
        elif call.func.attr in MOVES and len(call.args) == 1 and not call.keywords:
            yield Fate(said, line, call.args[0])
    elif CLEANING.search(last(call.func)):
        for given in call.args:
            yield Fate(text(given), line, None)
    for remover, path in zip(call.args, call.args[1:], strict=False):  # add_task(os.remove, path)
        if isinstance(remover, NAMED) and resolver.name(remover, scope) in REMOVING:
            yield Fate(text(path), line, None)


def text(node: ast.expr) -> str:
    """Return a name or a text as written, out of `str(…)` or `Path(…)`; "" for anything else."""
    while isinstance(node, ast.Call) and len(node.args) == 1 and last(node.func) in WRAPPERS:
        node = node.args[0]
    return _name(node)


def _name(node: ast.expr) -> str:
    """Return a name, or a text in quotes, as written; "" for anything else."""
    if isinstance(node, ast.Constant):
        return repr(node.value) if isinstance(node.value, str) else ""
    return dotted_text(node)


def arguments(call: ast.Call) -> Iterator[tuple[str, ast.expr]]:
    """Yield the arguments of a call by keyword or 0-based position; "" is its object."""
    if isinstance(call.func, ast.Attribute):
        yield "", call.func.value
    for at, item in enumerate(call.args):
        yield str(at), item
    for keyword in call.keywords:
        if keyword.arg is not None:
            yield keyword.arg, keyword.value
