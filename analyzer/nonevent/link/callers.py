"""Who calls what no role is known to reach: commands and scripts alone, or perhaps a request."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping

from nonevent.common import COMMON
from nonevent.facts import MAIN, FileFacts, Function, Role, Value
from nonevent.link.roles import APART, Roles
from nonevent.noun import NamedTuple

__all__ = ["Callers", "callers"]

PARSER = "argparse.ArgumentParser"
# Functions that servers and tools look for by their names.
HOOKS = frozenset(
    {"application", "child_exit", "create_app", "get_app", "handler", "includeme", "init_app"}
    | {"lambda_handler", "main", "on_exit", "on_starting", "post_fork", "post_worker_init"}
    | {"pre_fork", "setup", "when_ready", "worker_exit"}
)
# Whoever is reached from these alone serves nobody.
ASIDE = (Role.CLI, Role.MIGRATION, Role.SCRIPT)

# How many functions above one another may all be nobody's.
DEEP = 3
# Last parts of decorators that leave a function to its callers: they register it nowhere.
AROUND = frozenset(
    {"abstractmethod", "atomic", "cache", "cached_property", "classmethod", "contextmanager"}
    | {"lru_cache", "override", "property", "retry", "staticmethod", "wraps"}
)


class Callers(NamedTuple):
    """The callers of the project's functions, asked for the role of what only they reach."""

    functions: Mapping[str, Function]
    roles: Roles
    paths: Mapping[str, str]  # module → path
    of: Mapping[str, Collection[str]]  # function → whoever calls it, tests left out
    named: Mapping[str, Collection[str]]  # method → whoever calls one of the name, of any object
    edges: Mapping[str, tuple[str, ...]]
    imported: Collection[str]  # names that modules import from others, whichever that are
    known: dict[str, tuple[Role, str] | None]  # what `role` has found before

    def role(self, name: str) -> tuple[Role, str] | None:
        """Return the role of all who lead to a function, and one of them.

        None where nobody does, where anyone may, or where one of them goes on for long, as a
        worker does.
        """
        if name not in self.known:
            self.known[name] = self._found(name)
        return self.known[name]

    def _found(self, name: str) -> tuple[Role, str] | None:
        found: dict[Role, str] = {}
        queue = [name]
        seen = {name}
        for current in queue:  # grows while it is read
            role = self._own(current) if current != name else None
            if role is not None:
                if role not in ASIDE or self._lasts(current):
                    return None
                found.setdefault(role, current)
                continue
            more = self._callers(current)
            if self._lasts(current):
                return None
            if more is None and self._is_command(current, name.partition(":")[0]):
                found.setdefault(Role.CLI, current)
                continue
            if more is None and current != name and self.unused(current):
                continue  # nobody calls what calls it
            if more is None:
                program = self.roles.programs.get(self.paths.get(current.partition(":")[0], ""))
                if program is None or current == name:
                    return None
                found.setdefault(program, current)
                continue
            new = [one for one in more if one not in seen]
            seen.update(new)
            queue += new
        return next(((role, found[role]) for role in ASIDE if role in found), None)

    def _own(self, name: str) -> Role | None:
        """Return the role that a caller has by itself."""
        module, _, scope = name.partition(":")
        own = self.roles.files.get(self.paths.get(module, "")) or self.roles.functions.get(name)
        return own or (Role.SCRIPT if scope == MAIN else None)

    def _callers(self, name: str) -> Collection[str] | None:
        """Return who calls a function; None where somebody may whom nobody sees."""
        scope = name.partition(":")[2]
        function = self.functions.get(name)
        last = scope.rpartition(".")[2]
        if function is None or not scope or not all(map(_is_around, function.decorators)):
            return None
        if function.owner:
            if last in COMMON and _is_of_class(function):
                return self.of.get(name) or None  # whoever calls it names its class
            if last in COMMON or last.startswith("__"):
                return None
            found = {*self.of.get(name, ()), *self.named.get(last, ())}
            # Where nobody calls a method, whoever makes the object may.
            return found or self.of.get(f"{name.removesuffix(last)}__init__") or None
        return self.of.get(name) or None

    def _is_command(self, name: str, module: str) -> bool:
        """Tell whether a function of a module reads a command line, or calls one that does."""
        if not name.startswith(f"{module}:"):
            return False  # what it calls of other modules others may call as well
        own = [one for one in self.edges.get(name, ()) if one.startswith(f"{module}:")]
        functions = [self.functions.get(one) for one in (name, *own)]
        return any(each is not None and PARSER in each.calls for each in functions)

    def unused(self, name: str) -> bool:
        """Tell whether nobody calls, imports or mentions a module's own function.

        One of which the only callers are such functions counts as well.
        """
        return self._is_dead(name, frozenset())

    def _is_dead(self, name: str, above: frozenset[str]) -> bool:
        function = self.functions.get(name)
        if (
            function is None
            or function.owner
            or function.decorators
            or not function.name
            or function.name in HOOKS
            or function.name in COMMON
            or function.name in self.imported
            or self.roles.functions.get(name) is not None
        ):
            return False
        callers = {*self.of.get(name, ()), *self.named.get(function.name, ())} - {name}
        if function.alone and not callers:
            return True
        if not callers or len(above) > DEEP or not callers.isdisjoint(above):
            return False
        return all(self._is_dead(one, above | {name}) for one in callers)

    def _lasts(self, name: str) -> bool:
        function = self.functions.get(name)
        return function is not None and function.lasts


def callers(
    files: Iterable[FileFacts],
    functions: Mapping[str, Function],
    edges: Mapping[str, tuple[str, ...]],
    roles: Roles,
) -> Callers:
    """Return the callers that `edges` and the calls of unknown objects tell."""
    files = list(files)
    paths = {facts.module: facts.path for facts in files}
    imported = {
        target.rpartition(".")[2]
        for facts in files
        if roles.files.get(facts.path) not in APART
        for _, target in facts.exports
    }
    of: dict[str, set[str]] = {}
    named: defaultdict[str, set[str]] = defaultdict(set)
    for name, function in functions.items():
        module = name.partition(":")[0]
        if roles.files.get(paths.get(module, "")) in APART:
            continue
        for target in edges.get(name, ()):
            if target != name:
                of.setdefault(target, set()).add(name)
        for call in function.calls:
            if "." in call:  # as in `ANY`
                named[call[call.rfind(".") + 1 :]].add(name)
    return Callers(functions, roles, paths, of, named, edges, imported, {})


def _is_of_class(function: Function) -> bool:
    return any(each.name in {"classmethod", "staticmethod"} for each in function.decorators)


def _is_around(decorator: Value) -> bool:
    return decorator.name.replace(":", ".").rpartition(".")[2] in AROUND
