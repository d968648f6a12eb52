"""Module-level state and every change of it that one file shows."""

import _ast as ast
from collections.abc import Callable, Iterator

from nonevent.facts import Mutation, StateCell
from nonevent.location import Location
from nonevent.readers.applied import hung
from nonevent.readers.asked import is_brief, is_fetched, is_of_process, key_of, visitor
from nonevent.readers.asking import asks_first, asks_name, is_given, is_rebuilt, looks_up, toggled
from nonevent.readers.celled import cell_of, is_made
from nonevent.readers.containers import held, held_later, is_field
from nonevent.readers.memo import is_memo, rereads
from nonevent.readers.naming import lookup
from nonevent.readers.rows import are_rows
from nonevent.readers.scope import FUNCTIONS, Scope, instance_class
from nonevent.readers.values import Resolver

__all__ = ["CHANGING", "GIVEN", "cells", "given_mutation", "method_mutation", "mutations"]

NAME = "name"  # held by a cell that is no container
SETS = "attribute assignment"
REBINDS = "global assignment"
# What a value is that a request brings as it is: no object made of it.
PLAIN = (ast.Name, ast.Attribute, ast.Subscript)

Locate = Callable[[ast.AST], Location]

# Methods of the containers above that change the object.
CHANGING = frozenset(
    {
        "add",
        "append",
        "appendleft",
        "clear",
        "difference_update",
        "discard",
        "extend",
        "extendleft",
        "insert",
        "intersection_update",
        "move_to_end",
        "pop",
        "popitem",
        "popleft",
        "put",
        "put_nowait",
        "remove",
        "reverse",
        "rotate",
        "set",
        "setdefault",
        "sort",
        "subtract",
        "symmetric_difference_update",
        "update",
    }
)
# Functions that change the container which is their first argument.
GIVEN = frozenset(
    {"heapq.heapify", "heapq.heappop", "heapq.heappush", "heapq.heappushpop", "heapq.heapreplace"}
    | {"bisect.insort", "bisect.insort_left", "bisect.insort_right"}
)


def cells(root: Scope, resolver: Resolver, locate: Locate) -> Iterator[StateCell]:
    """Yield the names and attributes that hold something mutable."""
    bound = {name for scope in root.walk() for name in scope.foreign}
    for scope in root.walk():
        yield from _of_functions(scope, resolver, locate)
        yield from _of_application(scope, resolver, locate)
        if scope.kind == "function":
            yield from _enclosed(scope, resolver, locate)
            continue
        prefix = f"{scope.name}." if scope.name else ""
        for statement, target, value in scope.stores:
            if (
                isinstance(target, ast.Name)
                and value is not None
                and not isinstance(statement, ast.AugAssign)
            ):
                holds, empty = held(value, scope, resolver)
                if holds:
                    # A library's base class may give each object a copy of what is annotated.
                    copied = isinstance(statement, ast.AnnAssign) and _is_derived(scope)
                    each = target.id in scope.attributes or copied or is_field(value)
                    yield StateCell(f"{prefix}{target.id}", holds, locate(target), empty, each)
                elif target.id in bound and scope.kind == "module":
                    holds = held_later(target.id, scope, resolver) or NAME
                    yield StateCell(target.id, holds, locate(target), empty=True)
        if scope.kind == "module" and bound:
            yield from _made_late(scope, bound, resolver, locate)
        if scope.kind == "class":
            yield from _attributes(scope, resolver, locate)


def _made_late(
    scope: Scope, bound: set[str], resolver: Resolver, locate: Locate
) -> Iterator[StateCell]:
    """Yield the containers that only functions bind, to `global` names."""
    own = {target.id for _, target, _ in scope.stores if isinstance(target, ast.Name)}
    for child in scope.children if bound - own else ():
        for _, target, value in child.stores:
            if isinstance(target, ast.Name) and target.id in child.foreign - own and value:
                holds, empty = held(value, child, resolver)
                if holds:
                    own.add(target.id)
                    yield StateCell(target.id, holds, locate(target), empty)


def _of_functions(scope: Scope, resolver: Resolver, locate: Locate) -> Iterator[StateCell]:
    """Yield what hangs on functions of the module: `find.cache = {}`."""
    if scope.kind == "class":
        return
    for _, target, value in scope.stores:
        if (
            value is not None
            and isinstance(target, ast.Attribute)
            and isinstance(target.value, ast.Name)
        ):
            place, bindings = lookup(target.value.id, scope)
            if place is not None and any(isinstance(each.node, FUNCTIONS) for each in bindings):
                holds, empty = held(value, scope, resolver)
                if holds:
                    name = f"{target.value.id}.{target.attr}"
                    yield StateCell(name, holds, locate(target), empty)


def _of_application(scope: Scope, resolver: Resolver, locate: Locate) -> Iterator[StateCell]:
    """Yield what hangs on the application: `app["sockets"] = set()`."""
    for _, target, value in scope.stores:
        name = hung(target) if value is not None else ""
        holds, empty = held(value, scope, resolver) if name and value is not None else ("", False)
        if holds:
            yield StateCell(name, holds, locate(target), empty)


def _enclosed(scope: Scope, resolver: Resolver, locate: Locate) -> Iterator[StateCell]:
    """Yield the names of a function that the functions inside it may change."""
    if not any(isinstance(each.node, FUNCTIONS) for each in scope.children):
        return
    bound = {name for child in scope.children for name in child.foreign}
    for statement, target, value in scope.stores:
        if (
            isinstance(target, ast.Name)
            and value is not None
            and target.id not in scope.foreign
            and not isinstance(statement, ast.AugAssign)
        ):
            holds, empty = held(value, scope, resolver)
            if holds or target.id in bound:
                name = f"{scope.name}.{target.id}"
                yield StateCell(name, holds or NAME, locate(target), empty, enclosed=True)


def _is_derived(scope: Scope) -> bool:
    return isinstance(scope.node, ast.ClassDef) and bool(scope.node.bases)


def _attributes(scope: Scope, resolver: Resolver, locate: Locate) -> Iterator[StateCell]:
    """Yield what each object of a class holds from the beginning."""
    makers = _makers(scope)
    for method in scope.children:
        if method.name not in makers:
            continue
        for statement, target, value in method.stores:
            if (
                isinstance(target, ast.Attribute)
                and isinstance(target.value, ast.Name)
                and target.value.id == method.instance
                and value is not None
                and not isinstance(statement, ast.AugAssign)
            ):
                holds, empty = held(value, method, resolver)
                if holds:
                    name = f"{scope.name}.{target.attr}"
                    yield StateCell(name, holds, locate(target), empty, of_each=True)


def _makers(owner: Scope) -> set[str]:
    """Return the methods in which an object gets what it holds: `__init__` and what that calls."""
    first = f"{owner.name}.__init__"
    found = {first}
    for method in owner.children:
        for call, _ in method.calls if method.name == first else ():
            func = call.func
            if (
                isinstance(func, ast.Attribute)
                and isinstance(func.value, ast.Name)
                and func.value.id == method.instance
            ):
                found.add(f"{owner.name}.{func.attr}")
    return found


def mutations(scope: Scope, resolver: Resolver, locate: Locate) -> Iterator[Mutation]:
    """Yield what the statements of `scope` change of module-level names, also of other modules."""
    if scope.kind == "class":
        return
    for statement, target, value in scope.stores:
        how = _stored(statement, target, scope)
        if how == SETS and not (
            (_of_a_name(target, scope) and _is_told(statement, value, scope))
            or (isinstance(value, ast.Dict) and value.keys and _of_a_class(target, scope))
        ):
            continue
        cell = cell_of(target, scope, resolver) if how else ""
        if cell and not (how != REBINDS and is_rebuilt(cell, scope)):
            stored = resolver.value(value, scope) if value is not None else None
            again = how == "item assignment" and rereads(scope)
            yield Mutation(
                cell,
                how,
                locate(target),
                scope.name,
                stored,
                looked_up=again or _is_asked(how, target, scope),
                of_self=_of_self(target, scope),
                rows=how == "item assignment" and value is not None and are_rows(value, scope),
                given=value is not None and is_given(value, scope),
                toggles=how == REBINDS and isinstance(target, ast.Name) and toggled(target, scope),
                visitor=visitor(key_of(target), scope),
                brief=how == "item assignment" and is_brief(target, scope),
                fetched=how == "item assignment"
                and (is_fetched(target, value, scope) or is_memo(target, value, scope) or again),
                made=is_made(target, scope),
                here=is_of_process(key_of(target), scope),
            )


def _is_asked(how: str, target: ast.expr, scope: Scope) -> bool:
    """Tell whether a function asks first for what it stores."""
    if how == SETS:
        return asks_first(scope.node, target)
    if how == REBINDS and isinstance(target, ast.Name):
        return asks_name(scope.node, target.id)
    return how == "item assignment" and looks_up(scope.node, target)


def method_mutation(
    call: ast.Call, func: ast.Attribute, scope: Scope, resolver: Resolver, locate: Locate
) -> Iterator[Mutation]:
    """Yield the change that a method in `CHANGING` makes to a module-level name."""
    cell = cell_of(func.value, scope, resolver) if scope.kind != "class" else ""
    if cell and not is_rebuilt(cell, scope):
        stored = resolver.value(call.args[-1], scope) if call.args else None
        own = _of_self(func.value, scope)
        rows = func.attr == "setdefault" and bool(call.args) and are_rows(call.args[-1], scope)
        place = locate(func)
        key = key_of(func.value) or next(
            (each for each in call.args if isinstance(each, PLAIN)), None
        )
        of = visitor(key, scope)
        found = Mutation(
            cell, func.attr, place, scope.name, stored, of_self=own, rows=rows, visitor=of
        )
        here = is_of_process(key, scope)
        yield found._replace(made=is_made(func.value, scope), here=here)


def given_mutation(
    call: ast.Call, name: str, scope: Scope, resolver: Resolver, locate: Locate
) -> Iterator[Mutation]:
    """Yield the change that a function in `GIVEN` makes to a module-level name."""
    cell = cell_of(call.args[0], scope, resolver) if call.args and scope.kind != "class" else ""
    if cell:
        stored = resolver.value(call.args[-1], scope)
        own = _of_self(call.args[0], scope)
        how = name.rpartition(".")[2]
        yield Mutation(cell, how, locate(call.args[0]), scope.name, stored, of_self=own)


def _stored(statement: ast.AST, target: ast.expr, scope: Scope) -> str:
    """Return what kind of change of something that may live longer a statement makes."""
    if isinstance(statement, ast.Delete):
        return "del" if isinstance(target, ast.Subscript) else ""
    if isinstance(target, ast.Name):
        if not _is_global(target, scope):
            return ""
        return "augmented assignment" if isinstance(statement, ast.AugAssign) else REBINDS
    if isinstance(target, ast.Subscript):
        if isinstance(statement, ast.AugAssign):
            return "augmented assignment"
        return SETS if hung(target) else "item assignment"
    return SETS if isinstance(target, ast.Attribute) else ""


def _of_self(node: ast.expr, scope: Scope) -> bool:
    while not isinstance(node, ast.Name):
        if isinstance(node, (ast.Attribute, ast.Subscript)):
            node = node.value
        elif isinstance(node, ast.Call):
            node = node.func
        else:
            return False
    return node.id != "cls" and instance_class(node.id, scope) is not None


def _is_told(statement: ast.AST, value: ast.expr | None, scope: Scope) -> bool:
    """Tell whether an attribute is counted up, set to a constant, or to what a request says.

    A client made late is none of these.
    """
    if isinstance(statement, ast.AugAssign):
        return True
    if isinstance(value, ast.Constant):
        return value.value is not None
    return isinstance(value, PLAIN) and is_given(value, scope)


def _of_a_name(target: ast.expr, scope: Scope) -> bool:
    """Tell whether `target` is `name.attribute` in a function, of a name that is not `self`."""
    if scope.kind != "function":
        return False
    if hung(target):
        return True
    if not (isinstance(target, ast.Attribute) and isinstance(target.value, ast.Name)):
        return False
    if instance_class(target.value.id, scope) is not None:
        return False
    place, bindings = lookup(target.value.id, scope)
    imported = all(binding.how == "import" for binding in bindings)
    return place is not None and (place.kind == "module" or imported)


def _of_a_class(target: ast.expr, scope: Scope) -> bool:
    """Tell whether `target` is what a class of the module holds: `Login.state`, `cls.state`."""
    if not (isinstance(target, ast.Attribute) and isinstance(target.value, ast.Name)):
        return False
    name = target.value.id
    if name == "cls":
        owner = instance_class(name, scope)
    else:
        _, bindings = lookup(name, scope)
        made = bindings[0].node if len(bindings) == 1 else None
        owner = (
            next((each for each in bindings[0].scope.children if each.node is made), None)
            if (isinstance(made, ast.ClassDef))
            else None
        )
    return owner is not None and any(
        isinstance(each.node, ast.Dict) for each in owner.bindings.get(target.attr, ())
    )


def _is_global(target: ast.expr, scope: Scope) -> bool:
    return isinstance(target, ast.Name) and target.id in scope.foreign and scope.kind == "function"
