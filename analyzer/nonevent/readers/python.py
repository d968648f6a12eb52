"""The Python reader: one `ast` walk a file, names resolved afterwards by our own import table."""

import _ast as ast
from collections.abc import Iterator

from nonevent.facts import MAIN, Class, Comment, Fact, FileFacts, Function, Held, Parameter
from nonevent.location import Location
from nonevent.readers.calls import Calls
from nonevent.readers.edges import edges
from nonevent.readers.interests import Interests, module_name
from nonevent.readers.limits import limited
from nonevent.readers.objects import is_singleton, limits, relays
from nonevent.readers.outcomes import lasts
from nonevent.readers.parsing import parse, refused
from nonevent.readers.scope import FUNCTIONS, Scope, parameters_of
from nonevent.readers.scopes import Names, collect
from nonevent.readers.settings import Settings
from nonevent.readers.state import cells, mutations
from nonevent.readers.view import View

__all__ = ["read"]

FEW = 4  # times that a name is met: more of them and it is used


def read(path: str, text: str, wanted: Interests) -> FileFacts:
    """Return what a Python file says; a note instead where it is no Python that can be read."""
    try:
        tree, text = parse(text)
    except (SyntaxError, ValueError, RecursionError, MemoryError, OverflowError) as error:
        return FileFacts(path, notes=(refused(path, error),))
    module = module_name(path)
    is_package = path.endswith("__init__.py")
    package = module if is_package else module.rpartition(".")[0]
    root = collect(tree, Names(module, package))
    view = View(path, text, module, wanted, root)
    reader = _Reader(view)
    facts = sorted(reader.facts(), key=_position)
    exports = () if view.is_step else tuple(reader.exports())
    held = () if view.is_step else tuple(reader.held())
    is_program = any(guarded for _, guarded in root.calls)
    calls = reader.calls
    passed = set(limited(root, calls.is_foreign)) if calls.speaks_of_timeout else set[str]()
    root.release()
    comments = tuple(_comments(path, text)) if "nonevent:" in text else ()
    pending = tuple(calls.pending)
    return FileFacts(
        path,
        tuple(facts),
        comments,
        (),
        module,
        exports,
        held,
        pending,
        tuple(sorted(passed)),
        is_program,
    )


def _position(fact: Fact) -> tuple[int, int]:
    return fact.location.line, fact.location.column


class _Reader:
    """What is told of one parsed file."""

    def __init__(self, view: View) -> None:
        self.view = view
        self.resolver = view.resolver
        self.settings = Settings(view)
        self.calls = Calls(view, self.settings)

    def facts(self) -> Iterator[Fact]:
        if self.view.is_step:
            yield from self.step()
            return
        yield from cells(self.view.root, self.resolver, self.view.locate)
        for scope in self.view.root.walk():
            yield from mutations(scope, self.resolver, self.view.locate)
            called: list[str] = []
            calls = list(self.calls.of(scope, called))
            yield from calls
            yield from self.calls.sets(scope)
            yield from self.settings.of(scope)
            node = scope.node
            if isinstance(node, FUNCTIONS):
                alone = bool(calls or called) and self.is_alone(scope, node)
                yield self.function(scope, node, called)._replace(alone=alone)
                yield from self.calls.decorators(scope, node)
            elif scope.kind == "module":
                top = Location(self.view.path, 1, 1, 1, 1)
                if scope.calls:
                    yield Function("", top, calls=edges(scope, scope, called, self.resolver))
                if guarded := self.guarded(scope):
                    yield Function(MAIN, top, calls=guarded)
            elif isinstance(node, ast.ClassDef):
                outer = scope.parent or scope
                bases = tuple(self.resolver.name(base, outer) for base in node.bases)
                # one without bases may be mixed into a client's class
                ours = not bases or any(map(self.view.objects.may_be_ours, bases))
                limited = ours and limits(node, self.view.text)
                place = self.name_location(node)
                yield Class(
                    scope.name,
                    place,
                    bases,
                    is_singleton(scope, node),
                    relays(node, self.view.text),
                    limited,
                )

    def step(self) -> Iterator[Fact]:
        """Yield what a migration does: what it keeps is nothing to others."""
        for scope in self.view.root.walk():
            called: list[str] = []
            yield from self.calls.of(scope, called)
            yield from self.settings.of(scope)
            node = scope.node
            if isinstance(node, FUNCTIONS):
                yield self.function(scope, node, called)
            elif isinstance(node, ast.ClassDef):
                outer = scope.parent or scope
                bases = tuple(self.resolver.name(base, outer) for base in node.bases)
                yield Class(scope.name, self.name_location(node), bases)

    # -- functions -----------------------------------------------------------------------------

    def function(
        self, scope: Scope, node: ast.FunctionDef | ast.AsyncFunctionDef, called: list[str]
    ) -> Function:
        outer = scope.parent or scope
        found = Function(
            name=scope.name,
            location=self.name_location(node),
            parameters=tuple(self.parameters(node, outer)),
            decorators=tuple(self.resolver.value(item, outer) for item in node.decorator_list),
            owner=outer.name if outer.kind == "class" else "",
            calls=edges(scope, outer, called, self.resolver),
            unlimited=self.calls.is_unlimited(scope),
            lends=tuple(self.calls.lends(scope)),
            gives=tuple(self.calls.gives(scope)),
        )
        return found._replace(lasts=True) if lasts(found, scope) else found

    def is_alone(self, scope: Scope, node: ast.FunctionDef | ast.AsyncFunctionDef) -> bool:
        """Tell whether a file names a function of its module only where it is defined."""
        if scope.parent is not self.view.root or node.decorator_list:
            return False
        met = self.view.text.count(node.name)
        return met == 1 or (met <= FEW and _times(node.name, self.view.text) == 1)

    def guarded(self, scope: Scope) -> tuple[str, ...]:
        """Return what a module calls where it runs as a program."""
        found = [self.resolver.name(call.func, scope) for call, guarded in scope.calls if guarded]
        return tuple(dict.fromkeys(name for name in found if "." in name or ":" in name))

    def parameters(
        self, node: ast.FunctionDef | ast.AsyncFunctionDef, outer: Scope
    ) -> Iterator[Parameter]:
        for item, default in parameters_of(node.args):
            annotation = self.resolver.annotation(item.annotation, outer)
            default_name = ""
            if isinstance(default, (ast.Call, ast.Name, ast.Attribute)):
                default_name = self.resolver.name(default, outer)
            yield Parameter(item.arg, annotation, default_name)

    def name_location(
        self, node: ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef
    ) -> Location:
        """Return where the name stands in `def name` or `class name`."""
        line, column, _, _ = self.view.span(node)
        words = {ast.ClassDef: "class ", ast.FunctionDef: "def "}.get(type(node), "async def ")
        start = column + len(words)
        return Location(self.view.path, line, start, line, start + len(node.name))

    def held(self) -> Iterator[Held]:
        """Yield what names, attributes and results of the module hold, where it is an object."""
        for scope in self.view.root.walk():
            yield from self.view.objects.held(scope, self.view.text)

    def exports(self) -> Iterator[tuple[str, str]]:
        """Yield module-level names that stand for something of another module."""
        for name, bindings in self.view.root.bindings.items():
            if name == "*":
                yield from ((name, binding.target.removesuffix(".*")) for binding in bindings)
            elif bindings[-1].how == "import" and bindings[-1].target != name:
                yield name, bindings[-1].target


def _times(name: str, text: str) -> int:
    """Return how often a name stands in a text, not as a part of a longer one."""
    count, start = 0, text.find(name)
    while start >= 0:
        end = start + len(name)
        around = text[start - 1 : start] + text[end : end + 1]
        count += not any(sign.isalnum() or sign == "_" for sign in around)
        start = text.find(name, end)
    return count


def _comments(path: str, text: str) -> Iterator[Comment]:
    """Yield the comments that speak to nonevent."""
    import io
    import tokenize

    try:
        for token in tokenize.generate_tokens(io.StringIO(text).readline):
            mark = token.string.find("nonevent:") if token.type == tokenize.COMMENT else -1
            # A comment for another tool may stand before it on the same line.
            if mark > 0 and token.string[:mark].rstrip().endswith("#"):
                line, column = token.start
                location = Location(path, line, column + 1, line, column + 1 + len(token.string))
                alone = not token.line[:column].strip()
                yield Comment(token.string[mark:].strip(), location, alone)
    except (tokenize.TokenError, SyntaxError):
        return  # the parser read the file: what follows here holds no comment
