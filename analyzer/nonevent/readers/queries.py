"""Where Python code reads and writes columns: classes, querysets, Core tables and SQL texts."""

import _ast as ast
from collections.abc import Collection, Iterator

from nonevent.location import Location
from nonevent.mapped import ColumnUse, Manner
from nonevent.readers.modelpage import ModelPage, children, last, text_in
from nonevent.readers.sqllexer import words
from nonevent.readers.sqluses import is_query, named

__all__ = ["uses"]

# Methods of querysets: what their keywords, and their texts, do.
READS = words(
    "filter exclude get filter_by values values_list only order_by earliest latest distinct dates"
    " datetimes in_bulk aggregate annotate"
)
WRITES = words("create update get_or_create update_or_create bulk_update")
# Texts among the arguments of these name columns.
TEXTS = words("values values_list only order_by earliest latest distinct")
SHORTEST = 12  # characters of a query


def uses(page: ModelPage, wanted: Collection[str]) -> Iterator[ColumnUse]:
    """Yield the uses of `wanted` columns and tables, whichever class or table they may be of."""
    for use in _uses(page, wanted):
        if (use.column or last(use.table)).lower() in wanted:
            yield use


def _uses(page: ModelPage, wanted: Collection[str]) -> Iterator[ColumnUse]:
    stack: list[ast.AST] = [page.tree]
    documentation = _documentation(page.tree)
    while stack:
        node = stack.pop()
        if isinstance(node, ast.Attribute):
            yield from _attribute(node, page)
        elif isinstance(node, ast.Call):
            yield from _call(node, page)
        elif isinstance(node, ast.JoinedStr):
            yield from _sql(_joined(node), node, page, wanted, exact=False)
            stack.extend(part.value for part in node.values if isinstance(part, ast.FormattedValue))
            continue
        elif isinstance(node, ast.Constant):
            if isinstance(node.value, str) and id(node) not in documentation:
                yield from _sql(node.value, node, page, wanted, exact=True)
            continue
        stack.extend(children(node))


def _documentation(tree: ast.Module) -> set[int]:
    """Return the texts that stand for themselves: what functions and classes are about."""
    return {
        id(node.value)
        for node in _all(tree)
        if isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant)
    }


def _all(tree: ast.AST) -> Iterator[ast.AST]:
    stack = [tree]
    while stack:
        node = stack.pop()
        yield node
        stack.extend(
            child for child in children(node) if isinstance(child, ast.stmt | ast.excepthandler)
        )


def _use(
    page: ModelPage, node: ast.AST, named: tuple[str, str], manner: Manner, by: str
) -> ColumnUse:
    """Return the use of a table's column that a node is."""
    place = page.line_of(node)
    return ColumnUse(*named, place, manner, by, page.line(place))


def _is_class(name: str) -> bool:
    return last(name)[:1].isupper()


def _attribute(node: ast.Attribute, page: ModelPage) -> Iterator[ColumnUse]:
    """Yield what `Order.note` and `orders.c.note` use."""
    owner = node.value
    if isinstance(owner, ast.Attribute) and owner.attr in {"c", "columns"}:
        table = page.name(owner.value)
        if table:
            by = f"`{last(table)}.c.{node.attr}`"
            yield _use(page, node, (table, node.attr), Manner.READ, by)
    elif isinstance(owner, (ast.Name, ast.Attribute)) and not node.attr[:1].isupper():
        name = page.name(owner)
        if _is_class(name):
            yield _use(page, node, (name, node.attr), Manner.READ, f"`{last(name)}.{node.attr}`")


def _call(node: ast.Call, page: ModelPage) -> Iterator[ColumnUse]:
    """Yield what `Order(note=…)` writes and `Order.objects.filter(note=…)` reads."""
    name = page.name(node.func)
    if name and _is_class(name):
        for keyword in node.keywords:
            if keyword.arg:
                by = f"`{last(name)}({keyword.arg}=…)`"
                yield _use(page, keyword.value, (name, keyword.arg), Manner.WRITE, by)
        return
    if not isinstance(node.func, ast.Attribute):
        return
    method = node.func.attr
    if method not in READS and method not in WRITES:
        return
    model = _root(node.func.value, page)
    if not model:
        return
    manner = Manner.WRITE if method in WRITES else Manner.READ
    by = f"`{method}` of `{last(model)}`"
    for keyword in node.keywords:
        if keyword.arg == "defaults" and isinstance(keyword.value, ast.Dict):
            for key in keyword.value.keys:
                if text := text_in(key):
                    yield _use(page, key or node, (model, text), Manner.WRITE, by)
        elif keyword.arg:
            column = keyword.arg.partition("__")[0]
            yield _use(page, keyword.value, (model, column), manner, by)
    for argument in (*node.args, *(keyword.value for keyword in node.keywords)):
        for inner in _inner(argument):
            yield from _within(inner, method, model, by, page)


def _inner(node: ast.AST) -> Iterator[ast.AST]:
    stack = [node]
    while stack:
        current = stack.pop()
        yield current
        stack.extend(children(current))


def _within(
    node: ast.AST, method: str, model: str, by: str, page: ModelPage
) -> Iterator[ColumnUse]:
    """Yield what an argument of a queryset's method names: texts, `F("x")`, `Q(x=1)`."""
    text = text_in(node)
    if text is not None and method in TEXTS:
        column = text.lstrip("-+").partition("__")[0]
        if column.isidentifier():
            yield _use(page, node, (model, column), Manner.READ, by)
    elif isinstance(node, ast.Call) and last(page.name(node.func)) in {"F", "Q"}:
        for argument in node.args:
            if text := text_in(argument):
                yield _use(page, node, (model, text.partition("__")[0]), Manner.READ, by)
        for keyword in node.keywords:
            if keyword.arg:
                yield _use(page, node, (model, keyword.arg.partition("__")[0]), Manner.READ, by)


def _root(node: ast.AST, page: ModelPage) -> str:
    """Return the class that a chain begins with: `Order.objects.all()`, `query(Order)`."""
    while True:
        if isinstance(node, ast.Call):
            inner = node.func
            method = inner.attr if isinstance(inner, ast.Attribute) else getattr(inner, "id", "")
            if method in {"query", "select"} and node.args:
                name = page.name(node.args[0])
                return name if _is_class(name) else ""
            node = inner
        elif isinstance(node, ast.Attribute):
            name = page.name(node)
            if name and _is_class(name):
                return name
            node = node.value
        elif isinstance(node, ast.Name):
            name = page.name(node)
            return name if _is_class(name) else ""
        else:
            return ""


# -- SQL -----------------------------------------------------------------------------------------


def _joined(node: ast.JoinedStr) -> str:
    """Return an f-string with a placeholder where a value goes in."""
    return "".join(
        str(part.value) if isinstance(part, ast.Constant) else "{x}" for part in node.values
    )


def _sql(
    text: str, node: ast.AST, page: ModelPage, wanted: Collection[str], *, exact: bool
) -> Iterator[ColumnUse]:
    lower = text.lower()
    if len(text) < SHORTEST or not any(word in lower for word in wanted) or not is_query(text):
        return
    start = page.line_of(node)
    for one in named(text):
        place = _place(start, text, one.start, page) if exact else start
        yield ColumnUse(one.table, one.column, place, one.manner, "SQL", page.line(place))


def _place(start: Location, text: str, offset: int, page: ModelPage) -> Location:
    """Return the line of a literal on which a character of its text stands."""
    number = start.line + text.count("\n", 0, offset)
    lines = page.source.lines
    word = text[offset : offset + 40].partition("\n")[0].split(" ")[0]
    for line in (number, number + 1, start.line):
        if line <= len(lines) and word[:12] in lines[line - 1]:
            code = lines[line - 1]
            first = len(code) - len(code.lstrip()) + 1
            return start._replace(
                line=line,
                column=first,
                end_line=line,
                end_column=max(len(code.rstrip()), first) + 1,
            )
    return start
