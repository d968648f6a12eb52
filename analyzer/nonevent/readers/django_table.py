"""What `CreateModel` makes: a table with its parts, and the tables of its relations."""

from collections.abc import Iterator

from nonevent.facts import Operation, Part, SchemaStep, Value
from nonevent.readers.django_field import Field, field, flag, string
from nonevent.readers.django_indexes import column_of, columns_of, groups_of, kind_of
from nonevent.readers.django_move import Move

__all__ = ["CHECKED", "create_model", "parts_of", "relation"]

# Fields whose column has a CHECK of its own. https://docs.djangoproject.com/en/5.2/ref/databases/
# and `data_type_check_constraints` of its back ends
CHECKED = ("PositiveIntegerField", "PositiveSmallIntegerField", "PositiveBigIntegerField")


def create_model(move: Move) -> Iterator[SchemaStep]:
    """Yield the table of a model, and one for each many-to-many relation without a model."""
    model, models = move.model(), move.models
    options = dict(value.keywords) if (value := move.value("options")) is not None else {}
    models.name_table(model, string(options.get("db_table")))
    if flag(options.get("proxy")) is True or flag(options.get("managed")) is False:
        models.leave(model)
    table = models.table(model)
    fields = move.value("fields")
    found: list[Field] = []
    is_open = fields is None or fields.open
    for pair in fields.items if fields is not None else ():
        if len(pair.items) == 2 and (name := string(pair.items[0])):  # noqa: PLR2004  # name, field
            made = field(name, pair.items[1], move.source, models.app, table)
            models.know(model, name, made)
            found.append(made)
        else:
            is_open = True
    step = move.step._replace(table=table, keeps_data=move.step.keeps_data or models.is_left(model))
    plain = [one for one in found if one.column]
    parts = [part for one in plain for part in parts_of(one)]
    if not any(one.primary_key for one in plain):
        parts[:0] = _identity()
    parts += _listed(move, options)
    yield step._replace(
        operation=Operation.CREATE_TABLE,
        name=models.usual(model) if models.is_named(model) else "",
        columns=tuple(one.column for one in plain),
        parts=tuple(parts),
        open=is_open,
    )
    for name, one in _relations(fields, found):
        if one.relation == "many to many" and not one.through:
            yield relation(move._replace(step=step), name, one)


def _identity() -> list[Part]:
    """Return the key that Django adds to a model which names none."""
    return [
        Part("column", "id", nullable=False, generated=True),
        Part("primary key", columns=("id",)),
    ]


def parts_of(found: Field) -> Iterator[Part]:
    """Yield the column of a field, its index and its constraints."""
    columns = (found.column,)
    yield Part(
        "column",
        found.column,
        type=found.type,
        nullable=False if found.primary_key else found.nullable,
        default=found.default if found.default_in_database else None,
        generated=found.generated,
    )
    if found.primary_key:
        yield Part("primary key", columns=columns)
    if found.unique:
        yield Part("unique", columns=columns)
    if found.constrained:
        yield Part("foreign key", columns=columns, references=found.references)
    if found.indexed:
        yield Part("index", columns=columns)
    if found.type.startswith(CHECKED):
        yield Part("check", columns=columns, condition=f"{found.column} >= 0")


def _relations(fields: Value | None, found: list[Field]) -> Iterator[tuple[str, Field]]:
    pairs = fields.items if fields is not None else ()
    names = [
        name
        for pair in pairs
        if len(pair.items) == 2 and (name := string(pair.items[0]))  # noqa: PLR2004
    ]
    yield from zip(names, found, strict=True)


def relation(move: Move, name: str, found: Field) -> SchemaStep:
    """Return the table that holds the pairs of a many-to-many relation."""
    table = found.table or (f"{move.step.table}_{name}" if move.step.table else "")
    parts = _identity()
    own, other = move.model(), found.references.rpartition("_")[2]
    if own and other:
        pair = (f"from_{own}_id", f"to_{own}_id") if own == other else (f"{own}_id", f"{other}_id")
        parts += [Part("column", column, nullable=False) for column in pair]
        parts += [
            Part("foreign key", columns=(column,), references=target)
            for column, target in zip(pair, (move.step.table, found.references), strict=True)
        ]
        parts.append(Part("unique", columns=pair))
        parts += [Part("index", columns=(column,)) for column in pair]
    is_open = len(parts) == len(_identity())
    return move.step._replace(
        operation=Operation.CREATE_TABLE, table=table, parts=tuple(parts), open=is_open
    )


def _listed(move: Move, options: dict[str, Value]) -> Iterator[Part]:
    """Yield the indexes and constraints that the model's options name."""
    for key, kind in (("unique_together", "unique"), ("index_together", "index")):
        for group in groups_of(options.get(key)):
            yield Part(kind, columns=columns_of(move, group))
    for key in ("indexes", "constraints"):
        listed = options.get(key)
        for value in listed.items if listed is not None else ():
            keywords = dict(value.keywords)
            name = string(keywords.get("name"))
            kind = kind_of(value) if key == "constraints" else "index"
            columns = columns_of(move, keywords.get("fields"))
            columns += tuple(column_of(move, string(item)) for item in value.items if string(item))
            condition = keywords.get("check") or keywords.get("condition")
            written = move.source.one_line(condition.span) if condition is not None else ""
            if kind == "unique" and "condition" in keywords:
                kind = "index"
            yield Part(
                kind,
                name,
                columns,
                unique=kind_of(value) == "unique" and kind == "index",
                condition=written,
            )
