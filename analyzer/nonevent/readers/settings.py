"""Settings: what a module, a class or a configuration object gives to names that rules know."""

import _ast as ast
from collections.abc import Iterator

from nonevent.facts import Kind, Setting, Value
from nonevent.location import Location
from nonevent.readers.naming import dotted_text
from nonevent.readers.scope import Scope
from nonevent.readers.view import View

__all__ = ["CONFIGURING", "Settings"]

# What a migration says of itself, in its class (Django) or its module (Alembic).
OF_MIGRATIONS = frozenset(
    {"atomic", "dependencies", "initial", "operations", "replaces", "run_before"}
    | {"branch_labels", "depends_on", "down_revision", "revision"}
)
# Methods of a configuration object that set more than one key.
CONFIGURING = frozenset({"from_mapping", "setdefault", "update"})
# Words in the name of a mapping that holds what a service is configured with.
OWN_SETTINGS = frozenset({"settings", "config", "configuration", "defaults"})
LOGGING = "LOGGING"  # Django's name of the mapping that configures logging


class Settings:
    """The settings of one file."""

    def __init__(self, view: View) -> None:
        self.view = view
        self.resolver = view.resolver
        self.wanted = view.wanted.settings

    def of(self, scope: Scope) -> Iterator[Setting]:
        """Yield what the assignments of a scope set."""
        for statement, target, value in scope.stores:
            if value is None or isinstance(statement, ast.AugAssign):
                continue
            if isinstance(value, ast.Dict):
                yield from self._entries(value, scope)
            yield from self._defaults(target, value, scope)
            name, owner = self._setting_name(target, scope, value)
            keys: tuple[str, ...] = ()
            if not name and type(target) is ast.Subscript and scope.kind == "module":
                name, keys = self._entry_name(target)
            if type(value) is ast.Dict and scope.kind != "function" and configures_logging(value):
                name = LOGGING
            if name in self.wanted or (self.view.migrates and name in OF_MIGRATIONS):
                yield Setting(
                    name,
                    within(self.resolver.value(value, scope), keys),
                    self.view.locate(target),
                    scope.name,
                    owner,
                    scope.conditions.get(statement, ""),
                )

    def _entries(self, node: ast.Dict, scope: Scope) -> Iterator[Setting]:
        """Yield the limits in a mapping of options: `{"SOCKET_TIMEOUT": None}`."""
        for key, value in zip(node.keys, node.values, strict=True):
            if isinstance(value, ast.Dict):
                yield from self._entries(value, scope)
            name = key.value if isinstance(key, ast.Constant) else None
            if isinstance(name, str) and name in self.wanted and "TIMEOUT" in name:
                place = Location(self.view.path, *self.view.span(key))  # type: ignore[arg-type]
                yield Setting(name, self.resolver.value(value, scope), place, scope.name, "{}")

    def _defaults(self, target: ast.expr, node: ast.expr, scope: Scope) -> Iterator[Setting]:
        """Yield the settings in a mapping of a module's own: `DEFAULT_SETTINGS = {"X": …}`.

        And those in a list of options: `[{"name": "X", "default": …}]`.
        """
        if scope.kind != "module" or type(target) is not ast.Name:
            return
        for option in node.elts if isinstance(node, ast.List) else ():
            entries = {name: value for name, _, value in _pairs(option)}
            said = entries.get("name")
            name = said.value if isinstance(said, ast.Constant) else None
            value = entries.get("default", entries.get("default_value"))
            if isinstance(name, str) and name.upper() in self.wanted and value is not None:
                place = Location(self.view.path, *self.view.span(value))
                yield Setting(
                    name.upper(), self.resolver.value(value, scope), place, owner=target.id
                )
        if OWN_SETTINGS.isdisjoint(target.id.lower().split("_")):
            return
        for name, key, value in _pairs(node):
            if name in self.wanted and "TIMEOUT" not in name:
                place = Location(self.view.path, *self.view.span(key))
                yield Setting(name, self.resolver.value(value, scope), place, owner=target.id)

    def _setting_name(self, target: ast.expr, scope: Scope, value: ast.expr) -> tuple[str, str]:
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
            return _key(target), self._config_owner(target.value, scope)
        return "", ""

    def _entry_name(self, target: ast.expr) -> tuple[str, tuple[str, ...]]:
        """Return the setting of which an assignment sets an entry, and the keys that lead to it.

        `DATABASES["default"] = …` sets one of `DATABASES`.
        """
        keys: list[str] = []
        while isinstance(target, ast.Subscript) and _key(target):
            keys.insert(0, _key(target))
            target = target.value
        return (target.id, tuple(keys)) if isinstance(target, ast.Name) else ("", ())

    def _config_owner(self, node: ast.expr, scope: Scope) -> str:
        base = node.value if isinstance(node, ast.Attribute) else node
        return self.resolver.name(base, scope) or dotted_text(base)

    def configured(self, call: ast.Call, func: ast.Attribute, scope: Scope) -> Iterator[Setting]:
        """Yield what `app.config.update(X=…)` or `.from_mapping(X=…)` sets."""
        if not _is_config(func.value):
            return
        owner = self._config_owner(func.value, scope)
        items, keywords, _ = self.resolver.arguments(call, scope)
        for item in items:
            keywords += item.keywords
        if func.attr == "setdefault" and len(items) > 1 and isinstance(items[0].constant, str):
            keywords = ((items[0].constant, items[1]),)
        for name, value in keywords:
            if name in self.wanted:
                yield Setting(name, value, Location(self.view.path, *value.span), scope.name, owner)


def _pairs(node: ast.expr) -> Iterator[tuple[str, ast.AST, ast.expr]]:
    """Yield the names in a mapping with where they stand and what they are given."""
    if isinstance(node, ast.Dict):
        for key, value in zip(node.keys, node.values, strict=True):
            if isinstance(key, ast.Constant) and isinstance(key.value, str):
                yield key.value, key, value
    elif isinstance(node, ast.Call) and dotted_text(node.func) == "dict":
        for keyword in node.keywords:
            if keyword.arg is not None:
                yield keyword.arg, keyword, keyword.value


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


def _is_config(node: ast.expr) -> bool:
    if isinstance(node, ast.Attribute):
        return node.attr == "config"
    return isinstance(node, ast.Name) and node.id == "config"
