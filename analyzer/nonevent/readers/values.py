"""What an expression is worth, by local reasoning alone."""

import _ast as ast
from collections.abc import Callable
from types import EllipsisType

from nonevent.facts import Constant, Kind, Value
from nonevent.location import Span
from nonevent.readers.naming import (
    AROUND,
    CHOOSING,
    DEPTH,
    NAMED,
    PATH,
    Naming,
    choices,
    dotted_text,
    lookup,
)
from nonevent.readers.scope import Binding, Scope, instance_class

__all__ = ["Resolver"]

FOLLOW = 5  # what following one name costs of it
WAYS = 4  # bindings of one name that are followed: an `if`, its `elif`s and its `else`

SEQUENCES = (ast.Tuple, ast.List, ast.Set)


class Resolver(Naming):
    """Answers what names and expressions of one module stand for."""

    def __init__(self, module: str, span: Callable[[ast.AST], Span]) -> None:
        super().__init__(module)
        self.span = span
        self._values: dict[tuple[ast.AST, int], Value] = {}
        self._calls: dict[ast.Call, tuple[int, Value]] = {}

    def value(self, node: ast.AST, scope: Scope, depth: int = DEPTH) -> Value:
        """Return what is known of an expression; names bound once are followed."""
        if depth <= 0:
            return Value(Kind.UNKNOWN, self.span(node))
        if isinstance(node, ast.Constant):
            constant = node.value
            if isinstance(constant, EllipsisType):
                return Value(Kind.NAME, self.span(node), name="...")
            return Value(Kind.CONSTANT, self.span(node), constant=constant)
        if isinstance(node, NAMED):
            return self._named_value(node, scope, depth)
        if isinstance(node, ast.Call):
            # A call stands in several values: as an argument, in a list, behind a name.
            known = self._calls.get(node)
            if known is None or known[0] < depth:
                self._calls[node] = known = depth, self._call_value(node, scope, depth)
            return known[1]
        if isinstance(node, ast.Dict):
            return self._mapping(node, scope, depth)
        if isinstance(node, ast.BinOp):
            return self._operation(node, scope, depth)
        if isinstance(node, AROUND):
            return self.value(node.value, scope, depth - 1)
        span = self.span(node)
        if isinstance(node, SEQUENCES):
            items = tuple(self.value(item, scope, depth - 1) for item in node.elts)
            starred = any(isinstance(item, ast.Starred) for item in node.elts)
            return Value(Kind.SEQUENCE, span, items=items, open=starred)
        if isinstance(node, ast.Subscript) and isinstance(node.slice, ast.Constant):
            entry = self._entry(node, node.slice.value, scope, depth)
            if entry is not None:
                return entry
        if isinstance(node, CHOOSING):
            items = tuple(self.value(item, scope, depth - 1) for item in choices(node))
            return Value(Kind.EITHER, span, items=items)
        if isinstance(node, ast.JoinedStr):
            first = node.values[0] if node.values else None
            lead = str(first.value) if isinstance(first, ast.Constant) else ""
            whole = isinstance(first, ast.Constant) and len(node.values) == 1
            return Value(Kind.CONSTANT if whole else Kind.TEXT, span, constant=lead)
        if isinstance(node, ast.Lambda):  # what it returns
            return self.value(node.body, scope, depth - 1)
        if isinstance(node, ast.GeneratorExp | ast.ListComp | ast.SetComp):
            return Value(
                Kind.SEQUENCE, span, "", "", (self.value(node.elt, scope, depth - 1),), (), True
            )
        if isinstance(node, ast.UnaryOp) and isinstance(node.op, ast.USub):
            inner = self.value(node.operand, scope, depth - 1)
            if isinstance(inner.constant, (int, float)):
                return Value(Kind.CONSTANT, span, constant=-inner.constant)
        return Value(Kind.UNKNOWN, span, name=self.name(node, scope))

    def _entry(self, node: ast.Subscript, key: object, scope: Scope, depth: int) -> Value | None:
        """Return what stands under a key of a mapping that can be read."""
        if not isinstance(key, str) or not isinstance(node.value, ast.Name | ast.Attribute):
            return None
        mapping = self.value(node.value, scope, depth - 1)
        if mapping.kind is not Kind.MAPPING or mapping.open:
            return None
        entry = dict(mapping.keywords).get(key)
        return entry._replace(alias=f"{mapping.alias} {key} {entry.alias}") if entry else None

    def _named_value(self, node: ast.Name | ast.Attribute, scope: Scope, depth: int) -> Value:
        bound = self._bound_once(node, scope)
        if bound is not None and bound.node is not None:
            key = (bound.node, depth)
            if key not in self._values:
                followed = self.value(bound.node, bound.scope, depth - FOLLOW)
                names = f"{dotted_text(node)} {followed.alias}".strip()
                self._values[key] = followed._replace(alias=names)
            if self._values[key].kind is not Kind.UNKNOWN:
                return self._values[key]
        elif depth > FOLLOW:
            ways = self._bindings(node, scope)
            if 1 < len(ways) <= WAYS and all(way.how == "value" for way in ways):
                return self._one_of(ways, node, scope, depth)
        name = self.name(node, scope) or dotted_text(node)
        # Of a parameter its annotation is the name: what it is called tells more of a path.
        written = node.id if isinstance(node, ast.Name) and name != node.id else ""
        met = lookup(node.id, scope)[1] if isinstance(node, ast.Name) else []
        given = bool(met) and all(way.how == "parameter" for way in met)
        return Value(Kind.NAME, self.span(node), name=name, alias=written, open=given)

    def _one_of(
        self, ways: list[Binding], node: ast.Name | ast.Attribute, scope: Scope, depth: int
    ) -> Value:
        """Return the values of which a name that is bound more than once has one."""
        bound = [(way.node, way.scope) for way in ways if way.node is not None]
        bound.sort(key=lambda way: way[0].lineno)  # type: ignore[attr-defined]  # expressions
        items = (self.value(value, place, depth - FOLLOW) for value, place in bound)
        name = self.name(node, scope) or dotted_text(node)
        return Value(
            Kind.EITHER, self.span(node), name=name, items=tuple(items), alias=dotted_text(node)
        )

    def _bound_once(self, node: ast.Name | ast.Attribute, scope: Scope) -> Binding | None:
        bindings = self._bindings(node, scope)
        if not all(binding.how == "value" for binding in bindings):
            return None
        if len(bindings) > 1:
            bindings = _made_late(bindings) or bindings
        if len(bindings) > 1:
            bindings = [binding for binding in bindings if _holds(binding, node)][-1:]
        return bindings[0] if bindings else None

    def _bindings(self, node: ast.Name | ast.Attribute, scope: Scope) -> list[Binding]:
        """Return the ways a name, or an attribute of `self`, gets its value."""
        bindings: list[Binding] = []
        if isinstance(node, ast.Name):
            _, bindings = lookup(node.id, scope)
        elif isinstance(node.value, ast.Name):
            owner = instance_class(node.value.id, scope)
            bindings = owner.member(node.attr) if owner is not None else []
        return [binding for binding in bindings if binding.how != "annotation"]

    def _call_value(self, node: ast.Call, scope: Scope, depth: int) -> Value:
        if (
            isinstance(node.func, ast.Attribute)
            and node.func.attr == "format"
            and isinstance(node.func.value, ast.Constant)
            and isinstance(node.func.value.value, str)
        ):
            lead = node.func.value.value.split("{", 1)[0]
            return Value(Kind.TEXT, self.span(node), constant=lead)
        items, keywords, is_open = self.arguments(node, scope, depth - 1)
        name = self.name(node.func, scope) or dotted_text(node.func)
        if _decodes(node.func):  # the same in other letters
            items = (self.value(node.func.value, scope, depth - 1), *items)  # type: ignore[attr-defined]
        if not name and isinstance(node.func, ast.Attribute) and _is_text(node.func.value):
            name = f"str.{node.func.attr}"
        return Value(Kind.CALL, self.span(node), None, name, items, keywords, is_open)

    def arguments(
        self, node: ast.Call, scope: Scope, depth: int = DEPTH
    ) -> tuple[tuple[Value, ...], tuple[tuple[str, Value], ...], bool]:
        """Return positional and keyword arguments, and whether there may be more of them.

        A `**` of a dict that can be read is spread into the keywords.
        """
        items = tuple(
            self.value(item, scope, depth)
            for item in node.args
            if not isinstance(item, ast.Starred)
        )
        is_open = len(items) < len(node.args)
        keywords: list[tuple[str, Value]] = []
        for keyword in node.keywords:
            value = self.value(keyword.value, scope, depth)
            if keyword.arg is not None:
                keywords.append((keyword.arg, value))
            elif value.kind is Kind.MAPPING or (value.name == "dict" and not value.items):
                keywords.extend(value.keywords)
                is_open = is_open or value.open
            else:
                is_open = True
        return items, tuple(keywords), is_open

    def _mapping(self, node: ast.Dict, scope: Scope, depth: int) -> Value:
        keywords: list[tuple[str, Value]] = []
        is_open = False
        for key, item in zip(node.keys, node.values, strict=True):
            if key is None:  # {**defaults, …}
                spread = self.value(item, scope, depth - 1)
                keywords += spread.keywords if spread.kind is Kind.MAPPING else ()
                is_open = is_open or spread.kind is not Kind.MAPPING or spread.open
                continue
            name = self.value(key, scope, depth - 1)
            if isinstance(name.constant, str) and name.kind is Kind.CONSTANT:
                keywords.append((name.constant, self.value(item, scope, depth - 1)))
            else:
                is_open = True
        return Value(Kind.MAPPING, self.span(node), keywords=tuple(keywords), open=is_open)

    def _operation(self, node: ast.BinOp, scope: Scope, depth: int) -> Value:
        span = self.span(node)
        left = self.value(node.left, scope, depth - 1)
        right = self.value(node.right, scope, depth - 1)
        if isinstance(node.op, ast.Div) and self.is_path(node, scope, depth):
            return Value(Kind.CALL, span, name=PATH, items=(left, right))
        if isinstance(node.op, ast.BitOr) and Kind.MAPPING in {left.kind, right.kind}:
            return _merged(span, left, right)
        if isinstance(left.constant, str) and isinstance(node.op, (ast.Add, ast.Mod)):
            if isinstance(node.op, ast.Mod):
                return Value(Kind.TEXT, span, constant=left.constant.split("%", 1)[0])
            if isinstance(right.constant, str) and left.kind is right.kind is Kind.CONSTANT:
                return Value(Kind.CONSTANT, span, constant=left.constant + right.constant)
            return Value(Kind.TEXT, span, constant=left.constant)
        if left.kind is right.kind is Kind.CONSTANT:
            number = _arithmetic(node.op, left.constant, right.constant)
            if number is not None:
                return Value(Kind.CONSTANT, span, constant=number)
        return Value(Kind.UNKNOWN, span, items=(left, right))


def _merged(span: Span, left: Value, right: Value) -> Value:
    """Return what `defaults | chosen` of mappings holds; of a key twice the last one counts."""
    keywords = tuple({**dict(left.keywords), **dict(right.keywords)}.items())
    is_open = left.open or right.open or left.kind is not right.kind
    return Value(Kind.MAPPING, span, keywords=keywords, open=is_open)


def _made_late(bindings: list[Binding]) -> list[Binding]:
    """Return the one call among bindings that are `None` otherwise: an object made when needed."""
    made = [binding for binding in bindings if not isinstance(binding.node, ast.Constant)]
    calls = [binding for binding in made if isinstance(binding.node, ast.Call)]
    return calls if len(calls) == len(made) == 1 else []


def _holds(binding: Binding, node: ast.AST) -> bool:
    """Tell whether a `with … as name` that binds it holds the use of the name."""
    body = binding.scope.blocks.get(binding.node) if binding.node is not None else None
    line = node.lineno  # type: ignore[attr-defined]  # an expression has one
    return bool(body) and body[0].lineno <= line <= (body[-1].end_lineno or line)  # type: ignore[index]


def _decodes(func: ast.expr) -> bool:
    return (
        isinstance(func, ast.Attribute) and func.attr == "decode" and type(func.value) is ast.Call
    )


def _is_text(node: ast.AST) -> bool:
    return isinstance(node, ast.Constant) and isinstance(node.value, str)


def _arithmetic(operator: ast.operator, left: Constant, right: Constant) -> int | float | None:
    """Return the outcome for small numbers: `60 * 5` is a timeout that people write."""
    limit = 1e9
    if not (isinstance(left, (int, float)) and isinstance(right, (int, float))):
        return None
    if abs(left) > limit or abs(right) > limit:
        return None
    if isinstance(operator, ast.Mult):
        return left * right
    if isinstance(operator, ast.Add):
        return left + right
    if isinstance(operator, ast.Sub):
        return left - right
    if isinstance(operator, ast.Div) and right:
        return left / right
    return None
