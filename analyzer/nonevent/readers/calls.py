"""Calls that rules wait for, and those that wait for what other modules say."""

import _ast as ast
import re
from collections.abc import Iterator, Mapping
from functools import cached_property

from nonevent.facts import (
    ANY,
    APPLIED,
    MAIN,
    OF_OBJECT,
    Call,
    Given,
    Kind,
    Mutation,
    Setting,
    Value,
)
from nonevent.pattern import late
from nonevent.readers.conditions import goes_on
from nonevent.readers.fates import ENDING_WORDS, PASSING_WORDS, Ends, Fates
from nonevent.readers.giving import begins, gives
from nonevent.readers.guess import (
    PICTURE,
    UPLOAD,
    distinct,
    guess,
    imported,
    is_picture,
    is_upload,
    speaks_of_requests,
)
from nonevent.readers.handing import MAKING, handed, is_asked
from nonevent.readers.limits import hands, is_display, speaks
from nonevent.readers.naming import dotted_text
from nonevent.readers.outcomes import STARTING, made_here, outcome, started
from nonevent.readers.scope import FUNCTIONS, Scope
from nonevent.readers.secrets import RANDOM, keeping
from nonevent.readers.settings import CONFIGURING, Settings
from nonevent.readers.spare import is_spare
from nonevent.readers.state import CHANGING, GIVEN, given_mutation, method_mutation
from nonevent.readers.trials import Trials
from nonevent.readers.trials import speaks as speaks_of_trials
from nonevent.readers.view import MIGRATIONS, View

__all__ = ["Calls"]

NAMED = (ast.Name, ast.Attribute)
# What opens a database in a file, and what SQL says of one that is not only read.
CONNECTING = ("sqlite3.connect", "aiosqlite.connect")
CHANGES = late(
    r"\b(?:insert\s+(?:or\s+\w+\s+)?into|create\s+(?:virtual\s+|temp(?:orary)?\s+)?table"
    r"|delete\s+from|replace\s+into|update\s+\S+\s+set)\b",
    re.IGNORECASE,
)
# Words in the names of functions that may stand between a caller and a peer.
FETCHING = frozenset(
    {"api", "call", "curl", "download", "fetch", "http", "post", "request", "requests"}
    | {"response", "rpc", "send", "url", "urlopen", "webhook"}
)
# Last parts of what calls a function that it is handed → 0-based place of the function.
HANDING = {"add_task": 0, "run_in_executor": 1, "run_in_threadpool": 0, "submit": 0, "to_thread": 0}
# Libraries nearly all of whose functions return objects of one type.
ALIKE = {"PIL.": "PIL.Image.Image", "pandas.": "pandas.DataFrame"}
ROOTS = tuple(ALIKE)
OF_FORM = ".data.save"  # of a field: `form.picture.data.save(path)`
CARRIED, REQUEST = "request.", ".Request."  # what an application puts on a request
TIMEOUT = ("timeout", "Timeout", "TIMEOUT")
# `client.timeout = 10`, `OPT_NETWORK_TIMEOUT`, `set_timeout(`, `options["timeout"] = 10`.
SETTLING = late(
    r"opt_\w*timeout|set_?\w*timeout|\.\w*timeout\w*\s*=(?!=)|(?:setattr|setopt|set_option)\([^)\n]*timeout"
    r"|timeout\w*[\"']\s*(?::|\]\s*=(?!=))",
    re.IGNORECASE,
)
# What gives all sockets of the process a timeout, but for `None`.
SOCKETS = "socket.setdefaulttimeout("
# What waits for a process or a thread → after what it has nothing to wait for any more.
ENDING = {
    "communicate": frozenset({"kill"}),
    "join": frozenset({"kill"}),
    "wait": frozenset({"communicate", "kill"}),
}


class Calls:
    """The calls of one file."""

    def __init__(self, view: View, settings: Settings) -> None:
        self.view = view
        self.settings = settings
        self.resolver = view.resolver
        self.wanted = view.wanted
        self.pending: list[Call] = []  # until other modules say what they call
        self._fates: dict[Scope, Fates] = {}
        self._trials = Trials()

    def of(self, scope: Scope, called: list[str]) -> Iterator[Call | Mutation | Setting]:
        """Yield what the calls of a scope are for; `called` receives their callees' names."""
        for call, guarded in scope.calls:
            func = call.func
            callee = self.resolver.name(func, scope)
            guessed = ""
            if callee.startswith(ROOTS) and callee not in self.wanted.calls:
                callee = self._alike(callee)
            if callee not in self.wanted.calls and (
                not callee
                or callee.startswith(CARRIED)
                or REQUEST in callee
                or callee.endswith(OF_FORM)
            ):
                guessed = self._guessed(call)
                callee = guessed or callee
            if callee:
                if not guarded:
                    called.append(callee + self._of_object(func, callee, scope))
                if callee in self.wanted.calls and self._is_object(func, callee, scope):
                    pass  # `retrying(fetch)`: no second one is made
                elif callee in self.wanted.calls:
                    made = self._call(call, callee, scope, guarded)
                    # What only looks like a session may bound the calls that are handed on.
                    yield made._replace(hands=()) if guessed else made
                elif callee.startswith(MIGRATIONS):
                    yield self._plain(call, callee, scope, guarded)
                elif self.view.objects.may_lead_to_client(callee) and (
                    (type(func) is ast.Attribute and func.attr in self.wanted.methods)
                    or not FETCHING.isdisjoint(_last(callee).split("_"))
                    or self._is_passed_on(callee)
                ):
                    self.pending.append(self._call(call, callee, scope, guarded))
            if type(func) is ast.Call:
                yield from self._applied(call, func, scope, guarded)
            place = HANDING.get(_called(func))
            if place is not None and place < len(call.args):
                yield from self._handed(call, call.args[place], place, scope)
            if callee in GIVEN:
                locate = self.view.locate
                yield from given_mutation(call, callee, scope, self.resolver, locate)
            if type(func) is ast.Attribute:
                if ANY + func.attr in self.wanted.calls and callee not in self.wanted.calls:
                    yield self._call(call, ANY + func.attr, scope, guarded)
                if func.attr in CHANGING:
                    yield from method_mutation(call, func, scope, self.resolver, self.view.locate)
                if func.attr in CONFIGURING:
                    yield from self.settings.configured(call, func, scope)

    def _applied(
        self, call: ast.Call, decorator: ast.Call, scope: Scope, guarded: bool
    ) -> Iterator[Call]:
        """Yield the call of what registers a function under a path: `app.route("/")(index)`."""
        first = decorator.args[0] if decorator.args else None
        path = first.value if isinstance(first, ast.Constant) else None
        if len(call.args) == 1 and isinstance(path, str) and path.startswith("/"):
            made = self.resolver.value(decorator, scope)
            named = self.resolver.value(call.args[0], scope)
            if made.kind is Kind.CALL and named.kind is Kind.NAME:
                plain = self._plain(call, APPLIED, scope, guarded)
                yield plain._replace(arguments=(made, named), keywords=())

    def _is_passed_on(self, callee: str) -> bool:
        """Tell whether a module of the project passes on a library: `shop.compat.requests.get`."""
        rest = callee.partition(".")[2]
        while rest and rest not in self.wanted.calls:
            rest = rest.partition(".")[2]
        return bool(rest)

    def _alike(self, callee: str) -> str:
        """Return the method of a library's main type that some object of it has as well.

        `pandas.read_csv(…).dropna().to_csv` writes as `pandas.DataFrame.to_csv` does.
        """
        kind = ALIKE[callee[: callee.index(".") + 1]]
        known = f"{kind}.{_last(callee)}"
        return known if known in self.wanted.calls else callee

    def _is_object(self, func: ast.expr, callee: str, scope: Scope) -> bool:
        """Tell whether what is called is an object that `callee` has made."""
        if type(func) not in (ast.Name, ast.Call):  # `Retrying(stop=…)(ask)`
            return False
        made = self.resolver.value(func, scope)
        return made.kind is Kind.CALL and made.name == callee

    def _of_object(self, func: ast.expr, callee: str, scope: Scope) -> str:
        """Return what an object's class calls a call of the object itself: `_("Cart")`."""
        if type(func) is not ast.Name or callee.endswith(func.id):
            return ""
        return OF_OBJECT if self._is_object(func, callee, scope) else ""

    def _call(self, node: ast.Call, callee: str, scope: Scope, guarded: bool) -> Call:
        name, below = scope.decorated.get(node, ("", None))
        gone, moved = self._ends(node, scope)
        made = self._plain(node, callee, scope, guarded)._replace(
            decorates=name,
            in_async=type(scope.node) is ast.AsyncFunctionDef,
            repeats=node in scope.repeated or goes_on(below),
            mentions=self.speaks_of_timeout,
            hands=self._hands(node, callee, scope),
            unnamed=node in scope.unnamed,
            gone=gone,
            moved=moved,
            spare=is_spare(node, scope, self.resolver),
            changes=callee.endswith(CONNECTING) and CHANGES.search(self.view.text) is not None,
            tries=self._speaks_of_trials and self._trials.holds(node, scope),
            ended=_is_ended(node, scope),
            limited=self._limits_sockets,
            given=() if callee in self.wanted.bounded else begins(node, scope, self.resolver),
            settles=self._settles,
        )
        last = callee.rpartition(".")[2]
        if last in MAKING:
            return made._replace(handed=handed(node, scope))
        if last == "lock":
            return made._replace(asked=is_asked(node, scope))
        if last in RANDOM:
            bound, kept = keeping(node, scope)
            return made._replace(bound=bound, keeping=kept)
        if last not in STARTING:
            return made
        maker = made_here(node, scope)
        return made._replace(
            outcome=outcome(node, scope),
            begins=self.view.locate(maker) if maker is not None else None,
            starts=started(made),
        )

    def _plain(self, node: ast.Call, callee: str, scope: Scope, guarded: bool) -> Call:
        """Return a call as it is written: of an operation of a migration nobody asks for more."""
        items, keywords, is_open = self.resolver.arguments(node, scope)
        body = scope.blocks.get(node)
        return Call(
            callee=callee,
            location=self.view.locate(node.func),
            extent=self.view.locate(node),
            arguments=items,
            keywords=keywords,
            open=is_open,
            scope=MAIN if guarded and not scope.name else scope.name,
            receiver=self._receiver(node.func, scope),
            block=self.view.span(body[0])[:2] + self.view.span(body[-1])[2:] if body else None,
        )

    def _handed(
        self, node: ast.Call, function: ast.expr, place: int, scope: Scope
    ) -> Iterator[Call]:
        """Yield the call of a library's function that is handed to somebody who calls it."""
        name = self.resolver.name(function, scope) if type(function) in NAMED else ""
        if name in self.wanted.bounded:
            made = self._call(node, name, scope, guarded=False)
            yield made._replace(
                arguments=made.arguments[place + 1 :],
                receiver=self._receiver(function, scope),
                in_async=False,
                through=_called(node.func),
            )

    def _guessed(self, node: ast.Call) -> str:
        """Return what a call on something that was handed in looks like; "" for nothing known."""
        if UPLOAD in self.wanted.calls and is_upload(node, self.view.text):
            return UPLOAD
        if PICTURE in self.wanted.calls and is_picture(node, self.view.text):
            return PICTURE
        found = guess(node)
        if found and found in self.wanted.calls:
            return found if self._requests else ""
        known = self._distinct.get(_called(node.func)) if type(node.func) is ast.Attribute else None
        libraries = self._imported.intersection(known) if known else ()
        return known[libraries.pop()] if known and len(libraries) == 1 else ""

    @cached_property
    def _distinct(self) -> Mapping[str, Mapping[str, str]]:
        return distinct(self.wanted.bounded)

    @cached_property
    def _imported(self) -> set[str]:
        return imported(self.view.root)

    @cached_property
    def _requests(self) -> bool:
        return speaks_of_requests(self.view.root)

    @cached_property
    def _lines(self) -> list[str]:
        return self.view.text.splitlines()

    @cached_property
    def _speaks_of_passing(self) -> bool:
        return any(word in self.view.text for word in PASSING_WORDS)

    @cached_property
    def _speaks_of_temporary(self) -> bool:
        return "tempfile" in self.view.text

    @cached_property
    def _speaks_of_ends(self) -> bool:
        return self._speaks_of_passing or any(word in self.view.text for word in ENDING_WORDS)

    @cached_property
    def _limits_sockets(self) -> bool:
        return SOCKETS in self.view.text

    @cached_property
    def _speaks_of_trials(self) -> bool:
        return speaks_of_trials(self.view.text)

    def is_foreign(self, node: ast.expr, scope: Scope) -> bool:
        """Tell whether an expression names what no project brings."""
        name = self.resolver.name(node, scope)
        return name.partition(".")[0] in self.wanted.foreign

    def _hands(self, node: ast.Call, callee: str, scope: Scope) -> tuple[tuple[str, str], ...]:
        """Return the limits that callers of the function around a call may set."""
        if callee in self.wanted.calls and callee not in self.wanted.bounded:
            return ()
        return hands(node, scope, self._lines, lambda value: self._made_by(value, scope))

    def _made_by(self, node: ast.expr, scope: Scope) -> str:
        """Return the function whose outcome a mapping is; "" where it may be anything else."""
        value = self.resolver.value(node, scope)
        return value.name if value.kind is Kind.CALL and value.name != "dict" else ""

    def is_unlimited(self, scope: Scope) -> bool:
        """Tell whether a function returns mappings that are written in it, without a timeout."""
        node = scope.node
        if not scope.returned or not all(is_display(item, scope) for item in scope.returned):
            return False
        return isinstance(node, FUNCTIONS) and not speaks(node, self._lines)

    def _ends(self, node: ast.Call, scope: Scope) -> Ends:
        """Return which arguments the function around a call removes or moves further down."""
        return self._fates_of(scope).of(node)

    def lends(self, scope: Scope) -> Iterator[str]:
        """Yield the callees to which a function hands only what is removed later, or temporary."""
        if self.view.is_step or not self._speaks_of_ends:
            return
        lent: dict[str, bool] = {}
        for call, _ in scope.calls:
            callee = self.resolver.name(call.func, scope)
            if ("." in callee or ":" in callee) and callee not in self.wanted.calls:
                lent[callee] = lent.get(callee, True) and self._fates_of(scope).lends(call)
        yield from (callee for callee, is_lent in lent.items() if is_lent)

    def gives(self, scope: Scope) -> Iterator[tuple[str, Given]]:
        """Yield what a function hands on as paths, call by call."""
        fates = self._fates_of(scope) if self._speaks_of_ends else None
        return gives(scope, self.resolver, fates, self.wanted.calls)

    def _fates_of(self, scope: Scope) -> Fates:
        if scope not in self._fates:
            temporary, passing = self._speaks_of_temporary, self._speaks_of_passing
            self._fates[scope] = Fates(scope, self.resolver, temporary=temporary, passing=passing)
        return self._fates[scope]

    @cached_property
    def speaks_of_timeout(self) -> bool:
        """Tell whether the file says the word, but for comments that name one of our rules."""
        return any(word in self.view.text for word in TIMEOUT) and any(
            "timeout" in part.lower() for part in self.view.text.split("-timeout")
        )

    @cached_property
    def _settles(self) -> bool:
        return self.speaks_of_timeout and SETTLING.search(self.view.text) is not None

    def decorators(
        self, scope: Scope, node: ast.FunctionDef | ast.AsyncFunctionDef
    ) -> Iterator[Call]:
        """Yield the call that a bare decorator is: `@retry` calls it with the function."""
        outer = scope.parent or scope
        for item in node.decorator_list:
            name = self.resolver.name(item, outer) if type(item) in NAMED else ""
            # What a call has made, `patiently = retry(…)`, was told there how often it tries.
            if name in self.wanted.calls and self.resolver.value(item, outer).kind is Kind.NAME:
                place = self.view.locate(item)
                wrapped = Call(name, place, place, (), (), False, outer.name)
                yield wrapped._replace(decorates=scope.name, repeats=goes_on(node))

    def _receiver(self, func: ast.expr, scope: Scope) -> Value | None:
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
                place, extent = self.view.locate(target), self.view.locate(statement)
                given = (self.resolver.value(value, scope),)
                gone = ("",) if self._fates_of(scope).is_put_back(target) else ()
                yield Call(name, place, extent, given, (), False, scope.name, gone=gone)


def _is_ended(node: ast.Call, scope: Scope) -> bool:
    """Tell whether a call waits for what the same function has killed, or waited for, before."""
    func = node.func
    ending = ENDING.get(_called(func))
    if ending is None or not isinstance(func, ast.Attribute):
        return False
    waited = dotted_text(func.value)
    return bool(waited) and any(
        isinstance(call.func, ast.Attribute)
        and call.func.attr in ending
        and call.lineno < node.lineno
        and dotted_text(call.func.value) == waited
        for call, _ in scope.calls
    )


def _called(node: ast.expr) -> str:
    """Return the last part of the name that is called."""
    return node.attr if isinstance(node, ast.Attribute) else getattr(node, "id", "")


def _last(name: str) -> str:
    return name.replace(":", ".").rpartition(".")[2]
