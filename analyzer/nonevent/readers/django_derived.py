"""Operations of a project's own that are made of Django's: `class SafeAddField(AddField)`."""

import _ast as ast
from collections.abc import Iterable, Mapping

from nonevent.facts import Call, Class, FileFacts
from nonevent.noun import NamedTuple
from nonevent.readers.django_code import parsed, walk
from nonevent.readers.django_move import PARAMETERS, name_of
from nonevent.readers.excerpt import Source, block

__all__ = ["Derived", "classes_of", "derived", "plain"]

FORWARDS = "database_forwards"
OPTIONAL = frozenset(("options", "reverse_sql", "state_operations", "reverse_code"))
# A class in another file goes by its name, unless that says that it does something else.
ELSE = ("Fake", "Noop", "NoOp", "Dummy", "Ignore", "Skip", "Undo", "Revert")
STATE = ("State", "StateOnly")


class Derived(NamedTuple):
    """The operation of Django that one of the project's own is made of."""

    name: str  # "AddField"
    in_state: bool = False  # what Django knows of the models changes, the database does not


def classes_of(facts: FileFacts) -> Mapping[str, tuple[str, ...]]:
    """Return the classes of a file with the dotted names of their bases."""
    return {fact.name: fact.bases for fact in facts.facts if isinstance(fact, Class)}


def derived(call: Call, classes: Mapping[str, tuple[str, ...]], source: Source) -> Derived | None:
    """Return what an operation that is none of Django's is made of; None where nobody can tell.

    The class is read where it stands in the migration itself. Elsewhere its name is taken at its
    word, if the arguments are those of the operation that it names.
    """
    name = plain(call.callee)
    if name not in classes:
        made = _named(name)
        return made if made is not None and _takes(made.name, call, by_name=False) else None
    base = _base(classes[name], classes)
    body = _body(name, source)
    if not base or body is None or not _takes(base, call, by_name="__init__" in body):
        return None
    forwards = body.get(FORWARDS)
    if forwards is None or FORWARDS in _called(forwards):
        return Derived(base)
    return None if _called(forwards) else Derived(base, in_state=True)


def plain(dotted: str) -> str:
    """Return the class of `shop.migrations.0002_notes:SafeAddField`."""
    return dotted.rpartition(".")[2].rpartition(":")[2]


def _base(bases: Iterable[str], classes: Mapping[str, tuple[str, ...]]) -> str:
    """Return the operation of Django that a class inherits from, maybe through others here."""
    left, seen = list(bases), set[str]()
    while left:
        base = left.pop()
        if (name := name_of(base)) in PARAMETERS:
            return name
        if base not in seen:
            seen.add(base)
            left.extend(classes.get(plain(base), ()))
    return ""


def _named(name: str) -> Derived | None:
    """Return the operation that a name begins or ends with."""
    if any(word in name for word in ELSE):
        return None
    kinds = [
        kind
        for kind in PARAMETERS.keys() - {"SeparateDatabaseAndState"}
        if name.endswith(kind) or (name.startswith(kind) and name[len(kind) :][:1].isupper())
    ]
    return Derived(max(kinds, key=len), name.endswith(STATE)) if kinds else None


def _takes(name: str, call: Call, *, by_name: bool) -> bool:
    """Tell whether a call gives what an operation needs; `by_name`: with keywords alone."""
    keywords = dict(call.keywords)
    needed = [one for one in PARAMETERS[name] if one not in OPTIONAL]
    by_place = 0 if by_name else len(call.arguments)
    return all(one in keywords or at < by_place for at, one in enumerate(needed))


def _body(name: str, source: Source) -> dict[str, ast.FunctionDef] | None:
    """Return the methods of a class at the top of the file; None where it cannot be read."""
    tree = parsed(block(source, f"class {name}(", f"class {name}:"))
    found = tree.body[0] if tree is not None and tree.body else None
    if not isinstance(found, ast.ClassDef):
        return None
    return {node.name: node for node in found.body if isinstance(node, ast.FunctionDef)}


def _called(function: ast.FunctionDef) -> set[str]:
    """Return the last names of all that a function calls."""
    return {
        getattr(node.func, "attr", getattr(node.func, "id", "?"))
        for statement in function.body
        for node in walk(statement)
        if isinstance(node, ast.Call)
    }
