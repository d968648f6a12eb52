"""Classes and tables of Python code that stand for tables of a database become models."""

import _ast as ast
from collections.abc import Iterator

from nonevent.mapped import Column, Model
from nonevent.readers.mapping_columns import column_of, field_of
from nonevent.readers.modelpage import ModelPage, called, last

__all__ = ["models"]

# Attributes by which a class says what it is mapped to.
TABLE = "__tablename__"
# Classes inside of a class by which a library is told its options.
OPTIONS = frozenset(("Config", "Meta"))
ENUMS = ("Enum", "TextChoices")
DJANGO = ("django.db.models.", "django.contrib.postgres.fields.", "django.contrib.gis.db.models.")


def models(page: ModelPage) -> Iterator[Model]:
    """Yield the models of a file, and every class that one may derive from."""
    stack: list[tuple[ast.AST, str]] = [(page.tree, page.module)]
    while stack:
        node, outer = stack.pop()
        for child in getattr(node, "body", ()):
            if isinstance(child, ast.ClassDef) and child.name not in OPTIONS:
                name = f"{outer}.{child.name}"
                yield _class(child, name, page)
                stack.append((child, name))
            elif isinstance(child, (ast.If, ast.Try, ast.With)):
                stack.append((child, outer))
            elif isinstance(child, (ast.Assign, ast.AnnAssign)) and node is page.tree:
                found = _table(child, page)
                if found is not None:
                    yield found


# -- classes -------------------------------------------------------------------------------------


def _class(node: ast.ClassDef, name: str, page: ModelPage) -> Model:
    options = {keyword.arg: keyword.value for keyword in node.keywords if keyword.arg}
    place = page.name_location(node)
    found = Model(
        name=name,
        location=place,
        framework="sqlmodel" if _is_true(options.get("table")) else "",
        bases=tuple(page.name(_plain(base)) for base in node.bases),
        text=page.line(place),
    )
    columns: list[Column] = []
    excluded: list[str] = []
    enumerates = any(last(base).endswith(ENUMS) for base in found.bases)
    for statement in node.body:
        if isinstance(statement, ast.ClassDef) and statement.name == "Meta":
            found = _meta(statement, found, page)
        elif isinstance(statement, (ast.FunctionDef, ast.AsyncFunctionDef)):
            found, made = _method(statement, found, page)
            columns += made
        else:
            for target, value, annotation in _bound(statement):
                found = _attribute(target, value, found, page)
                if called(value).endswith("HistoricalRecords") or target == "__versioned__":
                    found = found._replace(history=True)
                if isinstance(value, ast.Constant) and value.value is None and not annotation:
                    excluded.append(target)
                column = column_of(target, value, annotation, page) or field_of(
                    target, value, annotation, page
                )
                if column is None and enumerates:
                    column = _member(target, value, page)
                if column is not None:
                    columns.append(column)
                    if not found.framework and _is_djangos(value, page):
                        found = found._replace(framework="django")
    return found._replace(columns=tuple(columns), excluded=tuple(excluded))


def _member(name: str, value: ast.expr | None, page: ModelPage) -> Column | None:
    """Return the member of an enumeration that stands for a text."""
    first = value.elts[0] if isinstance(value, ast.Tuple) and value.elts else value
    text = page.text_of(first)
    if value is None or not text:
        return None
    place = page.line_of(value)
    return Column(name, "", place, relation="member", values=(text,), text=page.line(place))


def _is_djangos(value: ast.expr | None, page: ModelPage) -> bool:
    """Tell whether a field is one of Django's models, and not of a form."""
    return isinstance(value, ast.Call) and page.name(value.func).startswith(DJANGO)


def _plain(base: ast.expr) -> ast.expr:
    """Return the class of `Generic[T]`, or what `declarative_base()` makes."""
    if isinstance(base, ast.Subscript):
        return base.value
    return base.func if isinstance(base, ast.Call) else base


def _bound(node: ast.stmt) -> Iterator[tuple[str, ast.expr | None, ast.expr | None]]:
    """Yield name, value and annotation of what a statement of a class binds."""
    if isinstance(node, ast.AnnAssign) and isinstance(node.target, ast.Name):
        yield node.target.id, node.value, node.annotation
    elif isinstance(node, ast.Assign):
        for target in node.targets:
            if isinstance(target, ast.Name):
                yield target.id, node.value, None
    elif isinstance(node, (ast.If, ast.Try, ast.With)):
        for child in (*node.body, *getattr(node, "orelse", ())):
            yield from _bound(child)


def _attribute(name: str, value: ast.expr | None, found: Model, page: ModelPage) -> Model:
    """Return the model with what one of SQLAlchemy's own attributes says."""
    if name == TABLE:
        table = page.text_of(value)
        return found._replace(
            framework=found.framework or "sqlalchemy",
            table=_qualified(table, found.table),
            open=found.open or not table,
        )
    if name == "__table_args__":
        return found._replace(
            framework=found.framework or "sqlalchemy", table=_schema(value, found.table, page)
        )
    if name == "__abstract__" and _is_true(value):
        return found._replace(framework="sqlalchemy", abstract=True)
    if name == "__table__":
        if called(value) == "Table":
            made = _made(value, page)
            return found._replace(framework="sqlalchemy", table=made[0], open=True)
        # the table stands elsewhere: its columns are the class's
        return found._replace(framework="sqlalchemy", open=True, table=_behind(value, page))
    return found


def _behind(value: ast.expr | None, page: ModelPage) -> str:
    name = page.name(value)
    return f"={name}" if name else ""


def _qualified(table: str, before: str) -> str:
    schema = before.removesuffix(".") if before.endswith(".") else ""
    return f"{schema}.{table}" if schema and table else table


def _schema(value: ast.expr | None, table: str, page: ModelPage) -> str:
    """Return the table with the schema that `__table_args__` names, before the table or after."""
    parts = value.elts if isinstance(value, ast.Tuple) else [value]
    for part in parts:
        if isinstance(part, ast.Dict):
            for key, item in zip(part.keys, part.values, strict=True):
                if page.text_of(key) == "schema" and (schema := page.text_of(item)):
                    return f"{schema}.{table}"
    return table


def _method(
    node: ast.FunctionDef | ast.AsyncFunctionDef, found: Model, page: ModelPage
) -> tuple[Model, list[Column]]:
    """Return the model with what a method makes of it: `@declared_attr`."""
    marks = {last(page.name(_plain(mark))) for mark in node.decorator_list}
    marks |= {last(page.name(mark).rpartition(".")[0]) for mark in node.decorator_list}
    declared = "declared_attr" in marks or node.name == TABLE
    if not declared:
        return found, []
    if node.name == TABLE:
        constant = next(
            (page.text_of(part.value) for part in node.body if isinstance(part, ast.Return)), ""
        )
        if constant:
            return found._replace(framework="sqlalchemy", table=constant), []
        return found._replace(names=True), []
    for part in node.body:
        if isinstance(part, ast.Return) and part.value is not None:
            column = column_of(node.name, part.value, node.returns, page)
            return found, [column] if column is not None else []
    return found, []


def _meta(node: ast.ClassDef, found: Model, page: ModelPage) -> Model:
    """Return the model with what its class `Meta` says: Django's, or peewee's."""
    for statement in node.body:
        for name, value, _ in _bound(statement):
            if name in {"db_table", "table_name"}:
                table = page.text_of(value).replace('"', "")
                found = found._replace(table=table, open=found.open or not table)
            elif name == "abstract" and _is_true(value):
                found = found._replace(abstract=True)
            elif (name == "proxy" and _is_true(value)) or (name == "managed" and _is_false(value)):
                found = found._replace(managed=False)
            elif name == "app_label":
                found = found._replace(app=page.text_of(value))
    return found


def _is_true(value: ast.AST | None) -> bool:
    return isinstance(value, ast.Constant) and value.value is True


def _is_false(value: ast.AST | None) -> bool:
    return isinstance(value, ast.Constant) and value.value is False


# -- tables --------------------------------------------------------------------------------------


def _table(node: ast.Assign | ast.AnnAssign, page: ModelPage) -> Model | None:
    """Return the model of `orders = Table("orders", metadata, Column(…))`."""
    target = node.targets[0] if isinstance(node, ast.Assign) else node.target
    value = node.value
    if called(value) != "Table" or not isinstance(target, ast.Name):
        return None
    table, columns, is_open = _made(value, page)
    if not table:
        return None
    place = page.locate(target)
    return Model(
        name=f"{page.module}.{target.id}",
        location=place,
        framework="table",
        table=table,
        columns=columns,
        open=is_open,
        text=page.line(place),
    )


def _made(value: ast.expr | None, page: ModelPage) -> tuple[str, tuple[Column, ...], bool]:
    """Return name, columns and openness of a `Table(…)`."""
    if not isinstance(value, ast.Call) or not value.args:
        return "", (), True
    table = page.text_of(value.args[0])
    is_open = False
    for keyword in value.keywords:
        if keyword.arg == "schema" and (schema := page.text_of(keyword.value)):
            table = f"{schema}.{table}"
        is_open |= keyword.arg in {None, "autoload", "autoload_with"}
    columns: list[Column] = []
    for argument in value.args[1:]:
        column = column_of("", argument, None, page)
        if column is not None and column.name:
            columns.append(column._replace(attribute=column.name))
        is_open |= isinstance(argument, ast.Starred)
    return table, tuple(columns), is_open
