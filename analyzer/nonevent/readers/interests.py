"""What the rules want a reader of Python to hear of."""

import sys
from collections.abc import Iterable

from nonevent.noun import NamedTuple

__all__ = ["Interests", "clients_of", "interests", "module_name"]


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
        method
        for name in known
        for kind, _, method in [name.rpartition(".")]
        if _class_of(kind) in clients
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
    kinds = {_class_of(name.rpartition(".")[0]) for name in calls}
    return frozenset(
        kind
        for kind in kinds
        if "." in kind and kind.rpartition(".")[2][0].isupper() and not kind.endswith(".Path")
    )


def _class_of(kind: str) -> str:
    """Return the class that a type begins with: of "flask.OAuth.register" it is "flask.OAuth"."""
    parts = kind.split(".")
    while len(parts) > 1 and not parts[-1][:1].isupper():
        parts.pop()
    return ".".join(parts) if len(parts) > 1 else kind


def module_name(path: str) -> str:
    """Return the dotted name that a path has as a module: "shop/views.py" → "shop.views"."""
    stem = path.removesuffix(".py").removesuffix("/__init__")
    return stem.removeprefix("src/").replace("/", ".")
