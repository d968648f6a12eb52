"""Facts in context: from which roles each fact is reached, and which cell a change changes."""

from collections.abc import Collection, Iterable, Mapping, Sequence

from nonevent.facts import (
    MAIN,
    Call,
    Dependency,
    Fact,
    FileFacts,
    Function,
    Kind,
    Mutation,
    Reach,
    Role,
    Setting,
    StateCell,
    Value,
    Visitor,
)
from nonevent.link.callers import Callers, callers
from nonevent.link.cells import Cells
from nonevent.link.changes import compared
from nonevent.link.copied import copied
from nonevent.link.dependencies import versions
from nonevent.link.given import Given
from nonevent.link.modules import Modules, index
from nonevent.link.objects import NONE, Methods, Objects
from nonevent.link.roles import APART, Markers, Roles, find
from nonevent.link.servers import patience
from nonevent.link.settings import Rivals, rivals
from nonevent.link.targets import Targets
from nonevent.link.wrappers import Passed, pass_on
from nonevent.location import Location
from nonevent.noun import NamedTuple

__all__ = ["Linked", "link", "started"]

# Roles that pass from caller to callee. A test, a script or a migration says nothing of the code
# it calls: that code may serve requests along a way that cannot be seen here.
# A command's helper is a command's within its own module only, for the same reason.
OWN = ("self.", "cls.")
# What a container knows several of that outlives a request, whoever keeps it.
TALKING = (Visitor.TALK, Visitor.RECORD)
PASSED_ON = (Role.HANDLER, Role.TASK, Role.STARTUP, Role.CLI)


class Linked(NamedTuple):
    """A project's facts in context."""

    files: tuple[FileFacts, ...]
    edges: Mapping[str, tuple[str, ...]]  # "shop.views:upload" → the project's functions it calls
    missing: frozenset[str]  # dotted names on which a call waits, of a module that is not here
    objects: Objects  # the same files, asked for what a name means
    cells: Cells  # and for containers


def link(
    files: Sequence[FileFacts],
    markers: Markers,
    methods: Methods = NONE,
    told: Collection[str] = (),
) -> Linked:
    """Return the same facts with `reach` and `target` filled, in the same order.

    `told` are names of methods that are known to stand in these files alone: a call of one is
    known by it, whatever the object is.
    A change of a name that is no state of this project is dropped. Calls that wait for the other
    modules' word become facts where they turn out to be `methods` of clients.
    """
    modules = index(files)
    roles = find(files, modules, markers)
    known = Objects(files, modules, methods)
    cells = Cells(known, roles.serving)
    functions = known.functions
    pending = {facts.path: known.called(facts.pending, facts.module) for facts in files}
    missing = frozenset(known.missing)
    aside = {facts.module for facts in files if facts.path in roles.files}
    targets = Targets(known, frozenset(told), frozenset(aside), {})
    apart = {facts.module for facts in files if roles.files.get(facts.path) in APART}
    edges = {
        name: targets.of(function.calls, module)
        for name, function in functions.items()
        if (module := name.partition(":")[0]) not in apart
    }
    reached = {role: _spread(role, roles.functions, edges) for role in PASSED_ON}
    kept = _without_lent(edges, functions, targets)
    lasting = (
        reached
        if kept is edges
        else {role: _spread(role, roles.functions, kept) for role in PASSED_ON}
    )
    newest = versions(files)
    known_callers = callers(files, functions, edges, roles)
    context = _Context(
        modules,
        roles,
        functions,
        reached,
        edges,
        known,
        newest,
        _setters(files),
        rivals(files, roles.files),
        _asked_for(files),
        _made(files, roles),
        tuple(newest.items()),
        pass_on(files, pending, known, roles.files),
        frozenset(
            _top(functions[name].location.path)
            for name, role in roles.functions.items()
            if role is Role.HANDLER
            and name in functions
            and functions[name].location.path not in roles.files
        ),
        known_callers,
        lasting,
        patience(files),
        Given(known_callers, targets, edges),
        cells,
        frozenset(
            functions[name].location.path
            for name, role in roles.functions.items()
            if name.endswith(":") and role is Role.HANDLER and name in functions
        ),
    )
    foreign = copied(facts.path for facts in files)
    placed = [
        facts._replace(
            facts=tuple(context.place(facts, pending[facts.path])),
            pending=(),
            copied=facts.path in foreign,
        )
        for facts in files
    ]
    return Linked(
        compared(placed),
        edges,
        missing,
        known,
        cells,
    )


def started(files: Sequence[FileFacts], methods: Methods) -> frozenset[str]:
    """Return the dotted names of what calls start and no module of these files defines."""
    starts = [
        (name, facts.module)
        for facts in files
        for fact in facts.facts
        if isinstance(fact, Call)
        for name in fact.starts
    ]
    if not starts:
        return frozenset()
    known = Objects(files, index(files), methods)
    return frozenset(
        name
        for name, module in starts
        if known.is_ours(name) and known.resolve(name, module).name not in known.functions
    )


def _asked_for(files: Iterable[FileFacts]) -> tuple[str, ...]:
    """Return the libraries that the project's files ask for."""
    asked = (fact.name for facts in files for fact in facts.facts if isinstance(fact, Dependency))
    return tuple(sorted(set(asked)))


def _made(files: Iterable[FileFacts], roles: Roles) -> tuple[Setting, ...]:
    """Return the settings that the project makes, but for those of tests and scripts."""
    return tuple(
        fact
        for facts in files
        if facts.path not in roles.files
        for fact in facts.facts
        if isinstance(fact, Setting)
    )


def _spread(
    role: Role, bearers: Mapping[str, Role], edges: Mapping[str, tuple[str, ...]]
) -> dict[str, str]:
    """Return every function reached from the role with its caller; an entry's caller is ""."""
    callers = {name: "" for name in sorted(bearers) if bearers[name] is role and name in edges}
    queue = [name for name in callers if not name.endswith(f":{MAIN}")]  # what a program serves
    for current in queue:  # grows while it is read: breadth first, hence shortest chains
        module = current.partition(":")[0]
        for target in edges.get(current, ()):  # none of a migration
            if role is Role.CLI and not target.startswith(f"{module}:"):
                continue
            if target in edges and target not in callers and bearers.get(target) is None:
                callers[target] = current
                queue.append(target)
    return callers


def _without_lent(
    edges: Mapping[str, tuple[str, ...]], functions: Mapping[str, Function], targets: Targets
) -> Mapping[str, tuple[str, ...]]:
    """Return the edges but for those along which what is handed on is gone soon."""
    lent = {
        name: frozenset(targets.of(functions[name].lends, name.partition(":")[0]))
        for name in edges
        if name in functions and functions[name].lends
    }
    if not any(lent.values()):
        return edges
    nothing = frozenset[str]()
    return {
        name: tuple(one for one in found if one not in lent.get(name, nothing))
        for name, found in edges.items()
    }


def _setters(files: Iterable[FileFacts]) -> dict[str, list[str]]:
    """Return setting → paths of the modules that set it as a name of their own."""
    found: dict[str, list[str]] = {}
    for facts in files:
        names = {each.name for each in facts.facts if isinstance(each, Setting) and not each.owner}
        for name in names:
            found.setdefault(name, []).append(facts.path)
    return found


def _top(path: str) -> str:
    """Return the first folder of a path; "" where there is none."""
    return path[: path.find("/") + 1]


def _is_own(value: Value) -> bool:
    """Tell whether a value is an attribute of the object itself, or of its class."""
    return value.kind is Kind.CONSTANT and value.alias.startswith(OWN)


def _is_beside(path: str, other: str) -> bool:
    """Tell whether a module stands in the folder of another one, in one above it or below it."""
    here, there = path.rpartition("/")[0], other.rpartition("/")[0]
    return path != other and (
        here == there or here.startswith(f"{there}/") or there.startswith(f"{here}/")
    )


class _Context(NamedTuple):
    """All that is known of the project, asked for one file's facts at a time."""

    modules: Modules
    roles: Roles
    functions: Mapping[str, Function]
    reached: Mapping[Role, Mapping[str, str]]
    edges: Mapping[str, tuple[str, ...]]
    objects: Objects
    versions: Mapping[str, str]  # library → newest version that the project allows
    setters: Mapping[str, Sequence[str]]  # setting → paths of the modules that set it
    rivals: Rivals
    libraries: tuple[str, ...]
    settings: tuple[Setting, ...]
    asked: tuple[tuple[str, str], ...]  # `versions`, as facts hold them
    passed: Passed
    services: frozenset[str]  # folders at the top under which code handles requests
    callers: Callers
    lasting: Mapping[Role, Mapping[str, str]]  # `reached`, but for what is lent on the way
    served: Setting | None  # what the project's web server says of its patience
    given: Given
    cells: Cells
    pages: frozenset[str]  # modules whose body is run by every request: what it makes is new

    def place(self, facts: FileFacts, pending: Sequence[Call]) -> Iterable[Fact]:
        """Yield the file's facts with what only the project can tell."""
        for fact in (*facts.facts, *pending, *self.passed.more.get(facts.path, ())):
            if isinstance(fact, Call):
                if self.passed.instead:
                    fact = self.passed.instead.get((facts.path, fact), fact)  # noqa: PLW2901
                reach = self.reach(facts, fact.decorates or fact.scope)
                if fact.tries and facts.path not in self.roles.files:
                    reach = (Reach(Role.SCRIPT, fact.scope, ()),)
                yield self.given.fill(fact, facts.module)._replace(
                    made=() if reach else self.maker(facts, fact.scope),
                    unused=not reach
                    and bool(self.services)
                    and self.callers.unused(f"{facts.module}:{fact.scope}"),
                    lasts=bool(fact.starts) and self.lasts(fact.starts, facts.module),
                    reach=reach,
                    version=self.versions.get(fact.callee.partition(".")[0], ""),
                    libraries=self.libraries,
                    in_service=bool(self.services),
                    served=self.served,
                    beside_service=_top(facts.path) in self.services,
                    derived=self.is_derived(facts, fact),
                )
            elif isinstance(fact, Mutation):
                target = self.cell(fact, facts.module)
                unsure = target is None and fact.of_self and fact.visitor in TALKING
                if unsure and self.services:
                    target = self.cells.perhaps(fact.cell, facts.module)
                if target is not None and target.location.path not in self.pages:
                    known = fact._replace(target=target, unsure=unsure)
                    reach = self.changed(facts, known)
                    loose = not (reach or target.enclosed) and not self.is_made(known, facts)
                    loose = loose and bool(self.services) and fact.scope != ""
                    yield known._replace(reach=reach, loose=loose)
            elif isinstance(fact, Setting) and facts.path not in self.roles.files:
                setters = self.setters.get(fact.name, ())
                beside = tuple(path for path in setters if _is_beside(facts.path, path))
                yield fact._replace(
                    elsewhere=beside,
                    libraries=self.libraries,
                    versions=self.asked,
                    others=self.rivals.of(fact),
                    settings=self.settings,
                )
            else:
                yield fact

    def is_derived(self, facts: FileFacts, call: Call) -> bool:
        """Tell whether a call takes None from its class, which others are derived from."""
        if not any(value.constant is None and _is_own(value) for _, value in call.keywords):
            return False
        owner = f"{facts.module}:{call.scope.rpartition('.')[0]}"
        return bool(self.objects.below(owner))

    def maker(self, facts: FileFacts, scope: str) -> tuple[Reach, ...]:
        """Return from where requests and tasks make the object of a method.

        Somebody calls it who is not seen: a framework, a thread, a table of functions.
        """
        owner = f"{facts.module}:{scope.rpartition('.')[0]}"
        if owner not in self.objects.classes:
            return ()
        made = self.objects.member(owner, "__init__")
        ways = ((role, self.reached[role]) for role in (Role.HANDLER, Role.TASK))
        return tuple(self.chain(role, callers, made) for role, callers in ways if made in callers)

    def lasts(self, names: Iterable[str], module: str) -> bool:
        """Tell whether one of the functions goes on, or one that it calls in its own module."""
        for name in names:
            place = self.objects.resolve(name, module).name
            home = place.partition(":")[0]
            for one in (place, *self.edges.get(place, ())):
                function = self.functions.get(one)
                if function is not None and function.lasts and one.startswith(f"{home}:"):
                    return True
        return False

    def cell(self, mutation: Mutation, module: str) -> StateCell | None:
        """Return the cell that a change in `module` changes."""
        if mutation.how == "attribute assignment":
            if mutation.cell[0] == "@":
                return StateCell(mutation.cell[1:], "attribute", mutation.location, empty=False)
            return self.cells.attribute(mutation.cell, module)
        if mutation.made:
            return self.cells.of_single(mutation.cell, module)
        found = self.cells.cell(mutation.cell, module, of_self=mutation.of_self)
        if found is None and mutation.of_self:
            return self.cells.untold(mutation.cell, mutation.how)
        return found

    def changed(self, facts: FileFacts, mutation: Mutation) -> tuple[Reach, ...]:
        """Return from which roles a change is reached; one that makes its object changes no other.

        `self.tools[name] = …` in `__init__`, or in what `__init__` calls, is of a new object.
        """
        found = self.reach(facts, mutation.scope)
        maker = f"{facts.module}:{mutation.scope.rpartition('.')[0]}.__init__"
        made = self.functions.get(maker)
        owner = self.objects.classes.get(maker.removesuffix(".__init__"))
        if owner is not None and owner.relays:
            return ()
        if (
            mutation.of_self
            and f"{facts.module}:{mutation.scope.rpartition('.')[0]}.__exit__" in self.functions
        ):
            return ()  # what it holds is of one `with`
        if mutation.target is not None and mutation.target.enclosed:
            around = self.reach(facts, mutation.target.name.rpartition(".")[0])
            if any(one.role is not Role.STARTUP for one in around):
                return ()  # each call has its own
        if made is None or not mutation.of_self:
            return found
        return tuple(one for one in found if made.location not in one.chain)

    def is_made(self, mutation: Mutation, facts: FileFacts) -> bool:
        """Tell whether requests make the object of a method that changes it, or it does itself."""
        owner = f"{facts.module}:{mutation.scope.rpartition('.')[0]}"
        if mutation.unsure and self.maker(facts, mutation.scope):
            return True
        return mutation.of_self and f"{facts.module}:{mutation.scope}" in self.edges.get(
            f"{owner}.__init__", ()
        )

    def reach(self, facts: FileFacts, scope: str) -> tuple[Reach, ...]:
        """Return from which roles the code in `scope` of this file is reached."""
        path_role = self.roles.files.get(facts.path)
        if path_role is not None:
            return (Reach(path_role, "", ()),)
        if scope == MAIN:
            return (Reach(Role.SCRIPT, MAIN, ()),)
        name = f"{facts.module}:{scope}"
        found: list[Reach] = []
        own = self.roles.functions.get(name)
        if own is not None and own not in PASSED_ON:
            found.append(Reach(own, scope, (self.functions[name].location,), (scope,)))
        for role, ways in self.reached.items():
            if name in ways:
                found.append(self.chain(role, ways, name))
        if not found and scope.rpartition(".")[2].startswith("test_"):
            return (Reach(Role.TEST, scope, ()),)  # wherever it stands
        program = self.roles.programs.get(facts.path)
        if not found and program is not None:
            return (Reach(program, scope, ()),)
        behind = self.callers.role(name) if scope and not found else None
        if behind is not None:
            return (Reach(behind[0], behind[1].partition(":")[2], ()),)
        return tuple(found)

    def chain(self, role: Role, callers: Mapping[str, str], name: str) -> Reach:
        """Return the way from the entry to `name`."""
        way: list[Location] = []
        names: list[str] = []
        lent = name not in self.lasting[role]
        while name:
            way.append(self.functions[name].location)
            names.append(name.partition(":")[2])
            name = callers[name]
        entry = names[-1] or (_file(way[-1]) if role is Role.HANDLER else "")
        return Reach(role, entry, tuple(reversed(way)), tuple(reversed(names)), lent)


def _file(place: Location) -> str:
    """Return what a module is called whose body bears a role, as pages of Streamlit do."""
    return place.path.rpartition("/")[2]
