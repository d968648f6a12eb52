"""Which functions of the project bear the marks of a role."""

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from functools import cache, lru_cache
from itertools import pairwise

from nonevent.facts import ANY, APPLIED, QUEUED, Call, Class, FileFacts, Function, Kind, Role, Value
from nonevent.link.modules import Modules
from nonevent.marker import Marker
from nonevent.noun import NamedTuple

__all__ = ["APART", "Markers", "Roles", "find", "markers", "place_role"]

# What the module by which Alembic finds its database imports, whatever folder that stands in.
MIGRATING = "alembic.context"
# Decorators that programs call as well: `app.before_request(check)`.
CALLED = frozenset(
    {"after_app_request", "after_request", "app_context_processor", "before_app_request"}
    | {"before_request", "context_processor", "request_loader", "teardown_request", "user_loader"}
)
METHODS = frozenset({"get", "post", "put", "patch", "delete", "head", "options", "trace"})
# Methods that web.py and CherryPy's dispatcher call, of classes without a base.
VERBS = frozenset({"GET", "POST", "PUT", "PATCH", "DELETE"})
MIDDLEWARE = "Middleware"  # in the names of classes of which a process has one object
AT_HAND = 50_000  # functions: those of a project are asked again when more files are read
SCRIPTS = frozenset({"script", "scripts"})
CLIENT = "client"

# Folders at the top of what is there to be looked at: its handlers serve nobody either.
SHOWN = frozenset(
    {"benchmark", "benchmarks", "doc", "docs", "evals", "evaluation", "example", "examples"}
    | {"notebook", "notebooks", "sample", "samples"}
)
# Those that a package may bring along: what nothing reaches there is no more than shown.
COPIED = frozenset({"example", "examples", "sample", "samples"})
# Roles of files from which nobody else is reached, that nobody else reaches into, and that share
# no state with what is deployed.
APART = (Role.TEST, Role.MIGRATION)


class Markers(NamedTuple):
    """The markers, sorted for use."""

    decorators: Mapping[str, Marker]
    wildcards: Mapping[str, tuple[Marker, ...]]  # by last part: "route"
    bases: Mapping[str, tuple[Marker, ...]]
    registrations: Mapping[str, tuple[Marker, ...]]
    parameters: tuple[Marker, ...]
    callees: Mapping[str, Role]  # whoever calls it bears the role
    # "/tests/" or "_tests/" somewhere in the path with a slash before it.
    folders: tuple[tuple[str, Role], ...]
    tops: Mapping[str, Role]  # first folder of the path; "*-client" for how any ends
    modules: tuple[tuple[str, Role], ...]  # "conftest", "test_*"
    programs: Mapping[str, Role]  # folder → role of the programs among its modules
    unreached: Mapping[str, Role]  # folder or module → role of what nothing else reaches
    workers: tuple[str, ...]  # folders or modules of programs that go on
    single: frozenset[str]  # bases and decorators of classes of which one object serves everybody


def markers(rows: Sequence[Marker]) -> Markers:
    """Return the rows of a catalogue, sorted for use."""
    wild: dict[str, list[Marker]] = {}
    bases: dict[str, list[Marker]] = {}
    registrations: dict[str, list[Marker]] = {}
    decorators: dict[str, Marker] = {}
    for row in rows:
        if row.by == "decorator" and row.marker.startswith("*."):
            wild.setdefault(row.marker[2:], []).append(row)
        elif row.by == "decorator":
            decorators[row.marker] = row
            if row.marker.rpartition(".")[2] in CALLED:
                registrations.setdefault(row.marker, []).append(row._replace(position=0))
        elif row.by == "base":
            bases.setdefault(row.marker, []).append(row)
        elif row.by == "registration" or (row.by == "callee" and row.keyword):
            registrations.setdefault(row.marker, []).append(row)
    return Markers(
        decorators,
        {name: tuple(found) for name, found in wild.items()},
        {name: tuple(found) for name, found in bases.items()},
        {name: tuple(found) for name, found in registrations.items()},
        tuple(row for row in rows if row.by == "parameter"),
        {row.marker: row.role for row in rows if row.by == "callee"},
        tuple((_way(row.marker), row.role) for row in rows if row.by == "folder"),
        {row.marker: row.role for row in rows if row.by == "top folder"},
        tuple((row.marker, row.role) for row in rows if row.by == "module"),
        {row.marker.removesuffix("/*"): row.role for row in rows if row.by == "program"},
        {row.marker: row.role for row in rows if row.by == "unreached"},
        tuple(row.marker for row in rows if row.by == "worker"),
        frozenset(row.marker for row in rows if row.single),
    )


def _way(folder: str) -> str:
    return folder[1:] if folder.startswith("*") else f"/{folder}/"  # "*_tests/"


class Roles(NamedTuple):
    """Who bears which role."""

    functions: Mapping[str, Role]  # "shop.views:upload" → role
    files: Mapping[str, Role]  # path → role of everything in it
    programs: Mapping[str, Role]  # path → role of all in it that nothing else reaches
    serving: frozenset[str] = (
        frozenset()
    )  # classes of which an object's own methods handle requests


def find(files: Sequence[FileFacts], modules: Modules, known: Markers) -> Roles:
    """Return the roles that the catalogue's marks give to the project's functions and files."""
    functions: dict[str, Role] = {}
    paths: dict[str, Role] = {}
    programs: dict[str, Role] = {}
    queued: list[str] = []
    serving: set[str] = set()
    classes = {
        f"{facts.module}:{fact.name}": fact
        for facts in files
        for fact in facts.facts
        if isinstance(fact, Class)
    }
    methods: dict[str, list[str]] = {name: [] for name in classes}
    for facts in files:
        for fact in facts.facts:
            if isinstance(fact, Function) and f"{facts.module}:{fact.owner}" in methods:
                method = fact.name.rpartition(".")[2]
                methods[f"{facts.module}:{fact.owner}"].append(method)
    ancestors = cache(lambda name: tuple(_ancestors(name, classes, modules)))
    types = {
        f"{facts.module}:{held.name}": held.type
        for facts in files
        for held in facts.held
        if held.type and "." not in held.name
    }
    yards = {facts.path.rpartition("/")[0] for facts in files if _is_worker(facts, known)}
    for facts in files:
        role = place_role(facts.path, known)
        if role is not None and role in APART:  # their handlers serve nobody
            paths[facts.path] = role
            continue
        if role is Role.SCRIPT and facts.path.partition("/")[0] in SHOWN:
            paths[facts.path] = role
            continue
        in_yard = facts.path.rpartition("/")[0] in yards
        if not in_yard or not _is_called(facts.path, known.workers):
            if role is not None:
                paths[facts.path] = role
            programs.update(_last_role(facts, known))
        taking: dict[str, int] = {}  # marker → its row
        for at, row in enumerate(known.parameters):
            if _is_called(facts.path, row.needs):
                taking.setdefault(row.marker, at)
        for fact in facts.facts:
            if isinstance(fact, Function):
                marked = _function_role(fact, facts, known, taking)
                if marked is None and fact.decorators:
                    marked = _role_of_object(fact, facts.module, known, modules, types)
                bases = ancestors(f"{facts.module}:{fact.owner}") if fact.owner else ()
                marked = marked or _method_role(fact, bases, known)
                if marked is not None and _is_single(fact, bases, known):
                    serving.add(f"{facts.module}:{fact.owner}")
                if marked is not None:
                    functions.setdefault(f"{facts.module}:{fact.name}", marked)
                queued += [modules.meant(name, facts.module) for name in _queued(fact.calls)]
            elif isinstance(fact, Call):
                for name, registered, verbs in _registered(fact, facts, known):
                    place = modules.meant(name, facts.module)
                    if ":" in place:
                        _register(place, verbs, methods, functions, registered)
                        if registered is Role.HANDLER:
                            serving.update(_of_method(place, classes, methods, modules))
    for place in queued:
        if ":" in place:
            functions.setdefault(place, Role.TASK)
    serving.update(
        owner
        for place, role in functions.items()
        if role is Role.HANDLER
        for owner in _around(place, methods)
    )
    serving.update(
        owner
        for place, role in functions.items()
        if role is Role.HANDLER
        and (owner := place.rpartition(".")[0]) in methods
        and any(MIDDLEWARE in name.rpartition(".")[2] for name in (owner, *ancestors(owner)))
    )
    return Roles(functions, paths, programs, frozenset(serving.intersection(methods)))


def _around(place: str, classes: Collection[str]) -> Iterator[str]:
    """Yield the class in one of whose methods a function stands: it may use the object's state."""
    method = place.rpartition(".")[0]
    while "." in method:
        owner = method.rpartition(".")[0]
        if owner in classes:
            yield owner
        method = owner


@lru_cache(maxsize=AT_HAND)
def _queued(calls: tuple[str, ...]) -> tuple[str, ...]:
    """Return the names of those calls that put their function into a queue."""
    return tuple(name.removesuffix(QUEUED) for name in calls if name.endswith(QUEUED))


def _last_role(facts: FileFacts, known: Markers) -> Iterator[tuple[str, Role]]:
    """Yield the path of a file with the role that its place gives to what nothing reaches.

    What runs as a program and bears no name that can be imported is a script, wherever it stands.
    One that only runs from top to bottom needs no `if __name__ == "__main__":` for that.
    """
    *folders, module = _names(facts.path)
    runs = not any(isinstance(fact, Class | Function) and fact.name for fact in facts.facts)
    if (facts.is_program or runs) and not module.isidentifier():
        yield facts.path, Role.SCRIPT
    if _is_of_client(folders):
        yield facts.path, Role.CLI
    if module == "env" and any(target == MIGRATING for _, target in facts.exports):
        yield facts.path, Role.MIGRATION
    for name in folders:
        if name in known.programs and (facts.is_program or (runs and name in SCRIPTS)):
            yield facts.path, known.programs[name]
    for name in (*folders, module):
        if name in known.unreached:
            yield facts.path, known.unreached[name]
    if not COPIED.isdisjoint(folders):
        yield facts.path, Role.SCRIPT


def _is_of_client(folders: Sequence[str]) -> bool:
    """Tell whether a package stands in a folder of its own name, which ends in "client".

    Such a folder holds what is shipped by itself: `storeclient/storeclient/`.
    """
    beside = pairwise(folders)
    return any(outer == inner and outer.endswith(CLIENT) for outer, inner in beside)


def _is_worker(facts: FileFacts, known: Markers) -> bool:
    """Tell whether a program among scripts is no script, which ends, but a worker, which goes on.

    It is called one, and one of its functions loops or sleeps.
    """
    names = _names(facts.path)
    folders = names[:-1] if place_role(facts.path, known) is None else names[:1]
    return (
        facts.is_program
        and not known.programs.keys().isdisjoint(folders)
        and _is_called(facts.path, known.workers)
        and any(isinstance(fact, Function) and fact.lasts for fact in facts.facts)
    )


def _is_called(path: str, patterns: Sequence[str]) -> bool:
    return any(_is_like(name, pattern) for name in _names(path) for pattern in patterns)


def place_role(path: str, known: Markers) -> Role | None:
    """Return the role of everything in a file, told by where it stands."""
    way = f"/{path}"
    for folder, role in known.folders:
        if folder in way:
            return role
    if "/." in way:  # nobody imports from a hidden folder
        return Role.SCRIPT
    names = _names(path)
    for pattern, role in known.modules:
        if _is_like(names[-1], pattern):
            return role
    for folder in names[:-1]:  # one with a hyphen is imported by nobody
        if "-" in folder and f"*{_tail(folder)}" in known.tops:
            return known.tops[f"*{_tail(folder)}"]
    return known.tops.get(names[0]) if names[1:] else None


def _names(path: str) -> list[str]:
    """Return the folders of a path and its module: ["shop", "jobs", "mail"]."""
    return path.removesuffix(".py").split("/")


def _tail(name: str) -> str:
    """Return the last word of a name with hyphens, "-client"."""
    return name[name.rfind("-") :]


def _is_like(name: str, pattern: str) -> bool:
    """Tell whether a name is `pattern`, in which one * stands for any letters."""
    if "*" not in pattern:
        return name == pattern
    start, _, end = pattern.partition("*")
    return name.startswith(start) and name.endswith(end)


def _function_role(
    function: Function, facts: FileFacts, known: Markers, taking: Mapping[str, int]
) -> Role | None:
    if not known.callees.keys().isdisjoint(function.calls):
        return next(known.callees[each] for each in function.calls if each in known.callees)
    for decorator in function.decorators:
        role = _decorator_role(decorator, facts, known)
        if role is not None:
            return role
    rows = [taking[name] for name in _taken(function) if name in taking] if taking else ()
    return known.parameters[min(rows)].role if rows else None


def _decorator_role(decorator: Value, facts: FileFacts, known: Markers) -> Role | None:
    for marked in (decorator, *_handed_on(decorator)):
        row = known.decorators.get(marked.name.replace(":", "."))
        if row is not None:
            return row.role
        for wild in known.wildcards.get(marked.name.rpartition(".")[2], ()):
            if _fits(wild, marked, facts):
                return wild.role
    return None


def _role_of_object(
    function: Function, module: str, known: Markers, modules: Modules, types: Mapping[str, str]
) -> Role | None:
    """Return the role that an object of another module gives: `@socketio.on("order")`."""
    for decorator in function.decorators:
        owner, _, method = decorator.name.rpartition(".")
        kind = types.get(modules.meant(owner, module)) if owner else None
        row = known.decorators.get(f"{kind}.{method}")
        if row is not None:
            return row.role
    return None


def _handed_on(decorator: Value) -> Iterator[Value]:
    """Yield what a decorator of the project's own registers with: `@guarded(router.get, "/cart")`.

    It is read as if it stood there itself.
    """
    for at, item in enumerate(decorator.items):
        if item.kind is Kind.NAME and "." in item.name:
            rest = decorator.items[at + 1 :]
            yield decorator._replace(name=item.name, items=rest)


def _fits(row: Marker, decorator: Value, facts: FileFacts) -> bool:
    if row.needs and not _is_called(facts.path, row.needs):
        return False
    if not row.route:
        return True
    first = decorator.items[0] if decorator.items else None
    text = first.constant if first is not None else None
    known = first is not None and first.kind in {Kind.CONSTANT, Kind.TEXT}
    return known and isinstance(text, str) and (text == "" or text.startswith(("/", "<", "{", "^")))


def _taken(function: Function) -> Iterable[str]:
    """Return what marks of parameters say: name and annotation of the first, past `self`; all."""
    parameters = function.parameters[1:] if function.owner else function.parameters
    if not parameters:
        return ()
    together = " ".join(each.name for each in parameters)
    return parameters[0].name, parameters[0].annotation, together


def _method_role(function: Function, ancestors: Iterable[str], known: Markers) -> Role | None:
    method = function.name.rpartition(".")[2]
    if method in VERBS:
        return Role.HANDLER
    for base in ancestors:
        for row in known.bases.get(base.replace(":", "."), ()):
            if method in (row.methods or METHODS) or (row.methods == ("*",) and method[0] != "_"):
                return row.role
    return None


def _is_single(function: Function, ancestors: Iterable[str], known: Markers) -> bool:
    """Tell whether the object of a method that bears a role serves everybody."""
    names = (*(each.name for each in function.decorators), *ancestors)
    return any(name.replace(":", ".") in known.single for name in names)


def _ancestors(name: str, classes: Mapping[str, Class], modules: Modules) -> Iterator[str]:
    """Yield the dotted names of all base classes, the project's own ones looked through."""
    for base, _ in _above(name, classes, modules):
        yield base


def _above(name: str, classes: Mapping[str, Class], modules: Modules) -> Iterator[tuple[str, str]]:
    """Yield all base classes as they are called, and what that means in the project."""
    queue, seen = [name], set[str]()
    while queue:
        current = queue.pop(0)
        cls = classes.get(current)
        if cls is None or current in seen:
            continue
        seen.add(current)
        for base in cls.bases:
            place = modules.meant(base, current.partition(":")[0]) if base else ""
            yield base, place
            if ":" in place:
                queue.append(place)


def _of_method(
    place: str,
    classes: Mapping[str, Class],
    methods: Mapping[str, Sequence[str]],
    modules: Modules,
) -> Iterator[str]:
    """Yield the class whose method a name is, its own or one from above.

    `self.NAME` may be handed to what looks like a registration.
    """
    owner, _, method = place.rpartition(".")
    if method in methods.get(owner, ()) or any(
        method in methods.get(above, ()) for _, above in _above(owner, classes, modules)
    ):
        yield owner


def _registered(call: Call, facts: FileFacts, known: Markers) -> Iterator[tuple[str, Role, bool]]:
    """Yield what a registration such as `path("cart/", views.cart)` names.

    And whether it is a class whose verbs are called, as behind `Cart.as_view()`.
    """
    if call.callee == APPLIED:
        decorator, function = call.arguments
        role = _decorator_role(decorator, facts, known)
        if role is not None:
            yield function.name, role, False
        return
    rows = known.registrations.get(call.callee)
    for row in rows or known.registrations.get(ANY + call.callee.rpartition(".")[2], ()):
        value = call.argument(row.keyword or "", row.position)
        if value is None:
            continue
        for item in value.items if value.kind is Kind.SEQUENCE else (value,):
            # A resource of Falcon's is an object: `app.add_route("/cart", Cart())`.
            if item.kind is Kind.NAME or (item.kind is Kind.CALL and ":" in item.name):
                yield item.name, row.role, False
        if value.kind is Kind.CALL and value.name.endswith(".as_view"):
            yield value.name.removesuffix(".as_view"), row.role, True


def _register(
    name: str,
    verbs: bool,
    methods: Mapping[str, Sequence[str]],
    functions: dict[str, Role],
    role: Role,
) -> None:
    """Give a function, or the methods of a class, the role of its registration."""
    if name not in methods:
        functions[name] = role
    for method in methods.get(name, ()):
        # A class of the project's own kind is called as its base says: by any of its methods.
        if method in METHODS or (not verbs and (method == "__call__" or method[:2] != "__")):
            functions.setdefault(f"{name}.{method}", role)
