"""The Python reader: one `ast` walk a file, names resolved afterwards by our own import table."""

import _ast as ast
import re
import sys
import warnings
from collections.abc import Callable, Iterable, Iterator
from typing import NamedTuple

from nonevent.facts import (
    ANY,
    Call,
    Class,
    Comment,
    Fact,
    FileFacts,
    Function,
    Held,
    Kind,
    Mutation,
    Parameter,
    Setting,
    Value,
)
from nonevent.location import Location, Span
from nonevent.note import Note, NoteKind
from nonevent.readers.conditions import goes_on
from nonevent.readers.edges import edges
from nonevent.readers.fates import Ends, Fates
from nonevent.readers.guess import guess, speaks_of_requests
from nonevent.readers.limits import hands, is_display, limited, speaks
from nonevent.readers.objects import Objects, is_singleton, limits, relays
from nonevent.readers.outcomes import STARTING, lasts, made_here, outcome, started
from nonevent.readers.scope import FUNCTIONS, Scope, parameters_of
from nonevent.readers.scopes import Names, collect
from nonevent.readers.secrets import RANDOM, keeping
from nonevent.readers.state import CHANGING, cells, method_mutation, mutations
from nonevent.readers.values import Resolver, dotted_text

__all__ = [
    "MAIN",
    "MIGRATIONS",
    "Interests",
    "clients_of",
    "interests",
    "module_name",
    "older",
    "read",
]

# The scope of what stands under `if __name__ == "__main__":`.
MAIN = "__main__"
# Every call below these is an operation of a migration.
MIGRATIONS = ("alembic.op.", "django.db.migrations.", "django.contrib.postgres.operations.")
# What a migration says of itself, in its class (Django) or its module (Alembic).
OF_MIGRATIONS = frozenset(
    {"atomic", "dependencies", "initial", "operations", "replaces", "run_before"}
    | {"branch_labels", "depends_on", "down_revision", "revision"}
)
# Methods of a configuration object that set more than one key.
CONFIGURING = frozenset({"from_mapping", "setdefault", "update"})
NAMED = (ast.Name, ast.Attribute)
# What opens a database in a file, and what SQL says of one that is not only read.
CONNECTING = ("sqlite3.connect", "aiosqlite.connect")
CHANGES = re.compile(
    r"\b(?:insert\s+(?:or\s+\w+\s+)?into|create\s+(?:virtual\s+|temp(?:orary)?\s+)?table"
    r"|delete\s+from|replace\s+into|update\s+\S+\s+set)\b",
    re.IGNORECASE,
)
LOGGING = "LOGGING"  # Django's name of the mapping that configures logging
# Words in the names of functions that may stand between a caller and a peer.
FETCHING = frozenset(
    {"api", "call", "curl", "download", "fetch", "http", "post", "request", "requests"}
    | {"response", "rpc", "send", "url", "urlopen", "webhook"}
)
# Last parts of what calls a function that it is handed → 0-based place of the function.
HANDING = {"add_task": 0, "run_in_executor": 1, "run_in_threadpool": 0, "submit": 0, "to_thread": 0}
CARRIED, REQUEST = "request.", ".Request."  # what an application puts on a request
TIMEOUT = ("timeout", "Timeout", "TIMEOUT")


class Interests(NamedTuple):
    """What the rules want to hear of."""

    calls: frozenset[str]  # dotted names of callees
    settings: frozenset[str]  # names of settings
    clients: frozenset[str] = frozenset()  # types whose methods are among the callees
    methods: frozenset[str] = frozenset()  # the last parts of such callees
    foreign: frozenset[str] = frozenset()  # first parts of names that no project brings
    bounded: frozenset[str] = frozenset()  # callees to which a limit can be passed


def interests(
    calls: Iterable[str] = (),
    settings: Iterable[str] = (),
    registrations: Iterable[str] = (),
    bounded: Iterable[str] = (),
) -> Interests:
    """Return the interests in these callees, settings and calls that register a handler.

    To the `bounded` callees a limit can be passed.
    """
    known = frozenset(calls)
    clients = clients_of(known)
    methods = frozenset(
        method for name in known for kind, _, method in [name.rpartition(".")] if kind in clients
    )
    foreign = sys.stdlib_module_names | {name.partition(".")[0] for name in known}
    return Interests(
        known.union(registrations),
        frozenset(settings),
        clients,
        methods,
        foreign,
        frozenset(bounded),
    )


def clients_of(calls: Iterable[str]) -> frozenset[str]:
    """Return the types whose objects modules hand to each other: "requests.Session".

    A path is a value like a text: it is followed within its module alone.
    """
    kinds = {name.rpartition(".")[0] for name in calls}
    return frozenset(
        kind
        for kind in kinds
        if "." in kind and kind.rpartition(".")[2][0].isupper() and not kind.endswith(".Path")
    )


def module_name(path: str) -> str:
    """Return the dotted name that a path has as a module: "shop/views.py" → "shop.views"."""
    stem = path.removesuffix(".py").removesuffix("/__init__")
    return stem.removeprefix("src/").replace("/", ".")


def read(path: str, text: str, wanted: Interests) -> FileFacts:
    """Return what a Python file says; a note instead where it is no Python that can be read."""
    try:
        tree, text = _parse(path, text)
    except (SyntaxError, ValueError, RecursionError, MemoryError, OverflowError) as error:
        return FileFacts(path, notes=(_refused(path, error),))
    module = module_name(path)
    is_package = path.endswith("__init__.py")
    package = module if is_package else module.rpartition(".")[0]
    root = collect(tree, Names(module, package))
    view = _View(path, text, module, wanted, root)
    facts = sorted(view.facts(), key=_position)
    exports = () if view.is_step else tuple(view.exports())
    held = () if view.is_step else tuple(view.held())
    is_program = any(guarded for _, guarded in root.calls)
    passed = set(limited(root, view.is_foreign)) if view.speaks_of_timeout() else set[str]()
    root.release()
    comments = tuple(_comments(path, text)) if "nonevent:" in text else ()
    pending = tuple(view.pending)
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


def _parse(path: str, text: str) -> tuple[ast.Module, str]:
    """Return the tree and the text that it is of: newer Python is rewritten, place for place.

    Raises:
        SyntaxError, ValueError, RecursionError, MemoryError, OverflowError: it cannot be parsed.

    """
    try:
        return _tree(path, text), text
    except SyntaxError as error:
        instead = older(text, error)
        if instead is None:
            raise
        try:
            return _tree(path, instead), instead
        except SyntaxError:
            raise error from None


def older(text: str, error: SyntaxError) -> str | None:
    """Return newer Python as this interpreter parses it; None where it is none."""
    from nonevent.readers import newer

    return newer.rewrite(text) if newer.concerns(text, error) else None


def _tree(path: str, text: str) -> ast.Module:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # an invalid escape is the author's business
        tree = compile(text, path, "exec", ast.PyCF_ONLY_AST, dont_inherit=True)
    assert isinstance(tree, ast.Module)  # noqa: S101  # "exec" makes a module
    return tree


def _refused(path: str, error: BaseException) -> Note:
    if isinstance(error, SyntaxError):
        line = error.lineno or 0
        reason = (error.msg or "invalid syntax").splitlines()[0]
        where = f"line {line}: " if line else ""
        # Newer syntax is a matter of the interpreter: the user may run nonevent on a newer one.
        version = f"Python {sys.version_info[0]}.{sys.version_info[1]}"
        return Note(path, NoteKind.SYNTAX, f"not parsed as {version}: {where}{reason}", line)
    if isinstance(error, (RecursionError, MemoryError)):
        return Note(path, NoteKind.SYNTAX, "not parsed: nested too deeply")
    return Note(path, NoteKind.SYNTAX, f"not parsed: {error}")


def _position(fact: Fact) -> tuple[int, int]:
    return fact.location.line, fact.location.column


class _View:
    """One parsed file under its reader's eye."""

    def __init__(self, path: str, text: str, module: str, wanted: Interests, root: Scope) -> None:
        self.path = path
        self.text = text
        self.wanted = wanted
        self.root = root
        self.span = spans(text)
        self.resolver = Resolver(module, self.span)
        self.objects = Objects(self.resolver, wanted.clients, wanted.foreign)
        self.pending: list[Call] = []
        self.lines: list[str] | None = None  # of the text, split when first asked for
        self.requests: bool | None = None  # whether it imports that library, likewise
        self.fates: dict[Scope, Fates] = {}
        self.mentions: bool | None = None  # told when the first call asks
        self.migrates = any(
            binding.how == "import" and f"{binding.target}.".startswith(("alembic.", *MIGRATIONS))
            for scope in root.walk()
            for bindings in scope.bindings.values()
            for binding in bindings
        )

        # A step of a migration is run by its tool and imported by nobody.
        of_django = root.bindings.get("Migration", ())
        self.is_step = self.migrates and (
            {"revision", "down_revision"} <= root.bindings.keys()
            or any(isinstance(binding.node, ast.ClassDef) for binding in of_django)
        )

    def locate(self, node: ast.AST) -> Location:
        return Location(self.path, *self.span(node))

    def facts(self) -> Iterator[Fact]:
        if self.is_step:
            yield from self.step()
            return
        yield from cells(self.root, self.resolver, self.locate)
        for scope in self.root.walk():
            yield from mutations(scope, self.resolver, self.locate)
            called: list[str] = []
            yield from self.calls(scope, called)
            yield from self.sets(scope)
            yield from self.settings(scope)
            node = scope.node
            if isinstance(node, FUNCTIONS):
                yield self.function(scope, node, called)
                yield from self.decorators(scope, node)
            elif scope.kind == "module":
                if scope.calls:
                    top = Location(self.path, 1, 1, 1, 1)
                    yield Function("", top, calls=edges(scope, scope, called, self.resolver))
            elif isinstance(node, ast.ClassDef):
                outer = scope.parent or scope
                bases = tuple(self.resolver.name(base, outer) for base in node.bases)
                limited = any(map(self.objects.may_be_ours, bases)) and limits(node, self.text)
                place = self.name_location(node)
                yield Class(
                    scope.name,
                    place,
                    bases,
                    is_singleton(scope, node),
                    relays(node, self.text),
                    limited,
                )

    def step(self) -> Iterator[Fact]:
        """Yield what a migration does: what it keeps is nothing to others."""
        for scope in self.root.walk():
            called: list[str] = []
            yield from self.calls(scope, called)
            yield from self.settings(scope)
            node = scope.node
            if isinstance(node, FUNCTIONS):
                yield self.function(scope, node, called)
            elif isinstance(node, ast.ClassDef):
                outer = scope.parent or scope
                bases = tuple(self.resolver.name(base, outer) for base in node.bases)
                yield Class(scope.name, self.name_location(node), bases)

    # -- calls ---------------------------------------------------------------------------------

    def calls(self, scope: Scope, called: list[str]) -> Iterator[Call | Mutation | Setting]:
        """Yield what the calls of a scope are for; `called` receives their callees' names."""
        for call, guarded in scope.calls:
            func = call.func
            callee = self.resolver.name(func, scope)
            if not callee or callee.startswith(CARRIED) or REQUEST in callee:
                callee = self.guessed(call) or callee
            if callee:
                if not guarded:
                    called.append(callee)
                if callee in self.wanted.calls or callee.startswith(MIGRATIONS):
                    yield self.call(call, callee, scope, guarded)
                elif self.objects.may_lead_to_client(callee) and (
                    (type(func) is ast.Attribute and func.attr in self.wanted.methods)
                    or not FETCHING.isdisjoint(_last(callee).split("_"))
                ):
                    self.pending.append(self.call(call, callee, scope, guarded))
            place = HANDING.get(_called(func))
            if place is not None and place < len(call.args):
                yield from self.handed(call, call.args[place], place, scope)
            if type(func) is ast.Attribute:
                if ANY + func.attr in self.wanted.calls and callee not in self.wanted.calls:
                    yield self.call(call, ANY + func.attr, scope, guarded)
                if func.attr in CHANGING:
                    yield from method_mutation(call, func, scope, self.resolver, self.locate)
                if func.attr in CONFIGURING:
                    yield from self.configured(call, func, scope)

    def call(self, node: ast.Call, callee: str, scope: Scope, guarded: bool) -> Call:
        items, keywords, is_open = self.resolver.arguments(node, scope)
        body = scope.blocks.get(node)
        name, below = scope.decorated.get(node, ("", None))
        gone, moved = self.ends(node, scope)
        made = Call(
            callee=callee,
            location=self.locate(node.func),
            extent=self.locate(node),
            arguments=items,
            keywords=keywords,
            open=is_open,
            scope=MAIN if guarded and not scope.name else scope.name,
            receiver=self.receiver(node.func, scope),
            block=self.span(body[0])[:2] + self.span(body[-1])[2:] if body else None,
            decorates=name,
            in_async=type(scope.node) is ast.AsyncFunctionDef,
            repeats=node in scope.repeated or goes_on(below),
            mentions=self.speaks_of_timeout(),
            hands=self.hands(node, callee, scope),
            unnamed=node in scope.unnamed,
            gone=gone,
            moved=moved,
            changes=callee.endswith(CONNECTING) and CHANGES.search(self.text) is not None,
        )
        last = callee.rpartition(".")[2]
        if last in RANDOM:
            bound, kept = keeping(node, scope)
            return made._replace(bound=bound, keeping=kept)
        if last not in STARTING:
            return made
        maker = made_here(node, scope)
        return made._replace(
            outcome=outcome(node, scope),
            begins=self.locate(maker) if maker is not None else None,
            starts=started(made),
        )

    def handed(
        self, node: ast.Call, function: ast.expr, place: int, scope: Scope
    ) -> Iterator[Call]:
        """Yield the call of a library's function that is handed to somebody who calls it."""
        name = self.resolver.name(function, scope) if type(function) in NAMED else ""
        if name in self.wanted.bounded:
            made = self.call(node, name, scope, guarded=False)
            yield made._replace(
                arguments=made.arguments[place + 1 :],
                receiver=self.receiver(function, scope),
                in_async=False,
                through=_called(node.func),
            )

    def guessed(self, node: ast.Call) -> str:
        """Return what a call on something that was handed in looks like; "" for nothing known."""
        found = guess(node)
        if not found or found not in self.wanted.calls:
            return ""
        if self.requests is None:
            self.requests = speaks_of_requests(self.root)
        return found if self.requests else ""

    def is_foreign(self, node: ast.expr, scope: Scope) -> bool:
        """Tell whether an expression names what no project brings."""
        name = self.resolver.name(node, scope)
        return name.partition(".")[0] in self.wanted.foreign

    def hands(self, node: ast.Call, callee: str, scope: Scope) -> tuple[tuple[str, str], ...]:
        """Return the limits that callers of the function around a call may set."""
        if callee in self.wanted.calls and callee not in self.wanted.bounded:
            return ()
        if self.lines is None:
            self.lines = self.text.splitlines()
        return hands(node, scope, self.lines, lambda value: self.made_by(value, scope))

    def made_by(self, node: ast.expr, scope: Scope) -> str:
        """Return the function whose outcome a mapping is; "" where it may be anything else."""
        value = self.resolver.value(node, scope)
        return value.name if value.kind is Kind.CALL and value.name != "dict" else ""

    def is_unlimited(self, scope: Scope) -> bool:
        """Tell whether a function returns mappings that are written in it, without a timeout."""
        node = scope.node
        if not scope.returned or not all(is_display(item, scope) for item in scope.returned):
            return False
        if self.lines is None:
            self.lines = self.text.splitlines()
        return isinstance(node, FUNCTIONS) and not speaks(node, self.lines)

    def ends(self, node: ast.Call, scope: Scope) -> Ends:
        """Return which arguments the function around a call removes or moves further down."""
        if scope not in self.fates:
            temporary = "tempfile" in self.text
            self.fates[scope] = Fates(scope, self.resolver, temporary=temporary)
        return self.fates[scope].of(node)

    def speaks_of_timeout(self) -> bool:
        """Tell whether the file says the word, but for comments that name one of our rules."""
        if self.mentions is None:
            self.mentions = any(word in self.text for word in TIMEOUT) and any(
                "timeout" in part.lower() for part in self.text.split("-timeout")
            )
        return self.mentions

    def decorators(
        self, scope: Scope, node: ast.FunctionDef | ast.AsyncFunctionDef
    ) -> Iterator[Call]:
        """Yield the call that a bare decorator is: `@retry` calls it with the function."""
        outer = scope.parent or scope
        for item in node.decorator_list:
            name = self.resolver.name(item, outer) if type(item) in NAMED else ""
            if name in self.wanted.calls:
                place = self.locate(item)
                wrapped = Call(name, place, place, (), (), False, outer.name)
                yield wrapped._replace(decorates=scope.name, repeats=goes_on(node))

    def receiver(self, func: ast.expr, scope: Scope) -> Value | None:
        """Return how the object was made whose method is called, where one place says it."""
        if not isinstance(func, ast.Attribute):
            return None
        value = made = self.resolver.value(func.value, scope)
        part = func.value
        while made.kind is Kind.NAME and isinstance(part, ast.Attribute):
            part = part.value  # `client.responses.create()`: the client was made somewhere
            made = self.resolver.value(part, scope)
        value = made if made.kind is Kind.CALL else value
        return value if value.name or value.items else None

    def sets(self, scope: Scope) -> Iterator[Call]:
        """Yield as calls what a function sets of other modules: `openai.api_key = …`."""
        if scope.kind != "function":
            return
        for statement, target, value in scope.stores:
            if value is None or not isinstance(target, ast.Attribute | ast.Subscript):
                continue
            # Not the name of the attribute itself: that is what is stored in `self.x = Client()`.
            part = target.attr if isinstance(target, ast.Attribute) else "__setitem__"
            name = f"{self.resolver.name(target.value, scope)}.{part}"
            if name in self.wanted.calls:
                place, extent = self.locate(target), self.locate(statement)
                given = (self.resolver.value(value, scope),)
                yield Call(name, place, extent, given, (), False, scope.name)

    # -- settings ------------------------------------------------------------------------------

    def settings(self, scope: Scope) -> Iterator[Setting]:
        for statement, target, value in scope.stores:
            if value is None or isinstance(statement, ast.AugAssign):
                continue
            if isinstance(value, ast.Dict):
                yield from self.entries(value, scope)
            name, owner = self.setting_name(target, scope, value)
            keys: tuple[str, ...] = ()
            if not name and type(target) is ast.Subscript and scope.kind == "module":
                name, keys = self.entry_name(target)
            if type(value) is ast.Dict and scope.kind != "function" and configures_logging(value):
                name = LOGGING
            if name in self.wanted.settings or (self.migrates and name in OF_MIGRATIONS):
                yield Setting(
                    name,
                    within(self.resolver.value(value, scope), keys),
                    self.locate(target),
                    scope.name,
                    owner,
                    scope.conditions.get(statement, ""),
                )

    def entries(self, node: ast.Dict, scope: Scope) -> Iterator[Setting]:
        """Yield the limits in a mapping of options: `{"SOCKET_TIMEOUT": None}`."""
        for key, value in zip(node.keys, node.values, strict=True):
            if isinstance(value, ast.Dict):
                yield from self.entries(value, scope)
            name = key.value if isinstance(key, ast.Constant) else None
            if isinstance(name, str) and name in self.wanted.settings and "TIMEOUT" in name:
                place = Location(self.path, *self.span(key))  # type: ignore[arg-type]
                yield Setting(name, self.resolver.value(value, scope), place, scope.name, "{}")

    def setting_name(self, target: ast.expr, scope: Scope, value: ast.expr) -> tuple[str, str]:
        """Return the setting that an assignment sets and the object it belongs to.

        A mapping under the name of one, such as `DATABASES`, is what its function is there for.
        """
        if isinstance(target, ast.Name):
            meant = scope.kind != "function" or type(value) is ast.Dict
            return (target.id if meant else ""), ""
        if isinstance(target, ast.Attribute) and target.attr == "secret_key":
            owner = self.resolver.name(target.value, scope) or dotted_text(target.value)
            return "SECRET_KEY", owner
        if isinstance(target, ast.Subscript) and _key(target) and _is_config(target.value):
            return _key(target), self.config_owner(target.value, scope)
        return "", ""

    def entry_name(self, target: ast.expr) -> tuple[str, tuple[str, ...]]:
        """Return the setting of which an assignment sets an entry, and the keys that lead to it.

        `DATABASES["default"] = …` sets one of `DATABASES`.
        """
        keys: list[str] = []
        while isinstance(target, ast.Subscript) and _key(target):
            keys.insert(0, _key(target))
            target = target.value
        return (target.id, tuple(keys)) if isinstance(target, ast.Name) else ("", ())

    def config_owner(self, node: ast.expr, scope: Scope) -> str:
        base = node.value if isinstance(node, ast.Attribute) else node
        return self.resolver.name(base, scope) or dotted_text(base)

    def configured(self, call: ast.Call, func: ast.Attribute, scope: Scope) -> Iterator[Setting]:
        """Yield what `app.config.update(X=…)` or `.from_mapping(X=…)` sets."""
        if not _is_config(func.value):
            return
        owner = self.config_owner(func.value, scope)
        items, keywords, _ = self.resolver.arguments(call, scope)
        for item in items:
            keywords += item.keywords
        if func.attr == "setdefault" and len(items) > 1 and isinstance(items[0].constant, str):
            keywords = ((items[0].constant, items[1]),)
        for name, value in keywords:
            if name in self.wanted.settings:
                yield Setting(name, value, Location(self.path, *value.span), scope.name, owner)

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
            is_async=isinstance(node, ast.AsyncFunctionDef),
            unlimited=self.is_unlimited(scope),
        )
        return found._replace(lasts=True) if lasts(found, scope) else found

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
        line, column, _, _ = self.span(node)
        words = {ast.ClassDef: "class ", ast.FunctionDef: "def "}.get(type(node), "async def ")
        start = column + len(words)
        return Location(self.path, line, start, line, start + len(node.name))

    def held(self) -> Iterator[Held]:
        """Yield what names, attributes and results of the module hold, where it is an object."""
        for scope in self.root.walk():
            yield from self.objects.held(scope, self.text)

    def exports(self) -> Iterator[tuple[str, str]]:
        """Yield module-level names that stand for something of another module."""
        for name, bindings in self.root.bindings.items():
            if name == "*":
                yield from ((name, binding.target.removesuffix(".*")) for binding in bindings)
            elif bindings[-1].how == "import" and bindings[-1].target != name:
                yield name, bindings[-1].target


def configures_logging(node: ast.Dict) -> bool:
    """Tell whether a mapping is one that `logging.config.dictConfig` takes, whatever its name.

    https://docs.python.org/3/library/logging.config.html#dictionary-schema-details
    """
    keys = {key.value for key in node.keys if isinstance(key, ast.Constant)}
    return "handlers" in keys and "version" in keys


def _key(target: ast.Subscript) -> str:
    key = target.slice
    return key.value if isinstance(key, ast.Constant) and isinstance(key.value, str) else ""


def within(value: Value, keys: tuple[str, ...]) -> Value:
    """Return the mapping in which the keys lead to a value; there may be more in each."""
    for key in reversed(keys):
        value = Value(Kind.MAPPING, value.span, keywords=((key, value),), open=True)
    return value


def _called(node: ast.expr) -> str:
    """Return the last part of the name that is called."""
    return node.attr if isinstance(node, ast.Attribute) else getattr(node, "id", "")


def _last(name: str) -> str:
    return name.replace(":", ".").rpartition(".")[2]


def _is_config(node: ast.expr) -> bool:
    if isinstance(node, ast.Attribute):
        return node.attr == "config"
    return isinstance(node, ast.Name) and node.id == "config"


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
