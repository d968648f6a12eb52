"""What a schema step takes, and which code of one version still uses it."""

import re
from collections.abc import Iterable, Iterator, Mapping

from nonevent.facts import FileFacts, Operation, SchemaStep
from nonevent.link.kinds import MIXED, kind_of, length_of
from nonevent.link.mapped import Mapped, Mappings, bare
from nonevent.mapped import Column, ColumnUse, Manner, Model
from nonevent.noun import NamedTuple

__all__ = ["Asked", "Known", "ask", "known", "labelled", "renamed", "renames_label", "with_uses"]

# Tables of former rows have the columns of a class: see `link.mapped`.
COPIED = re.compile(r"_(?:history|version)$")
MOST = 3  # places that a finding shows


class Asked(NamedTuple):
    """What is looked for on behalf of one step."""

    step: SchemaStep
    tables: frozenset[str]  # bare, in lower case: its table
    classes: frozenset[str]  # names, in lower case, of classes that may stand for it
    column: str  # in lower case; "" where the table as a whole goes
    model: str = ""  # of a step of Django's: its model, in lower case


class Known(NamedTuple):
    """What the code of a version says of a step."""

    uses: tuple[ColumnUse, ...] = ()
    unused: bool = False  # the code can be read, and none of it names what goes
    nothing: bool = False  # the step does nothing to the database
    nullable: bool | None = None  # of the column, as the version's model has it
    needed: str = ""  # what the new code needs of the same change


GOES = (Operation.DROP_COLUMN, Operation.RENAME_COLUMN)
OF_TABLE = (Operation.DROP_TABLE, Operation.RENAME_TABLE)


def ask(step: SchemaStep, former: Mapping[str, str]) -> Asked:
    """Return what to look for; `former` is the old name of each table that has got a new one."""
    tables = {bare(step.table)}
    tables.update(old for new, old in former.items() if new in tables)
    column = "" if step.operation in OF_TABLE else bare(step.column)
    classes = {name for table in tables for name in _classes(step, table)}
    return Asked(step, frozenset(tables), frozenset(classes), column, _model(step))


def renamed(steps: Iterable[SchemaStep]) -> dict[str, str]:
    """Return the old name of each table that these steps give a new one."""
    return {
        bare(step.new_name): bare(step.table)
        for step in steps
        if step.operation is Operation.RENAME_TABLE and step.new_name and step.table
    }


def _classes(step: SchemaStep, table: str) -> Iterator[str]:
    """Yield the names that the class of a table may bear: "orderline" for "order_lines"."""
    if step.framework == "django":
        name = _model(step._replace(table=table))
        yield name
        yield name.removeprefix("historical")
    if step.operation in OF_TABLE:  # the table of a relation is named after its class, too
        yield from table.split("_")
    for plain in {name.replace("_", "") for name in (table, COPIED.sub("", table))}:
        yield plain
        for end, more in (("ies", "y"), ("es", ""), ("s", "")):
            if plain.endswith(end):
                yield plain.removesuffix(end) + more


def _model(step: SchemaStep) -> str:
    """Return the model of a step of Django's, by its table and its file; "" of another step."""
    if step.framework != "django":
        return ""
    parts = step.location.path.split("/")
    app = parts[-3].lower() if len(parts) > 2 else ""  # noqa: PLR2004  # app, folder, file
    return bare(step.table).removeprefix(f"{app}_")


def known(
    asked: Asked,
    models: Mappings,
    files: Iterable[FileFacts],
    *,
    running: bool,
    sees_all: bool,
    sees_models: bool,
) -> Known:
    """Return which code uses what a step takes, or that none does."""
    step = asked.step
    own = models.of_table(step.table)
    found = own or [one for table in sorted(asked.tables) for one in models.of_table(table)]
    by_attribute = step.framework == "django"
    said = [fact for facts in files for fact in facts.facts if isinstance(fact, ColumnUse)]
    if not asked.column:
        return _of_table(
            asked, found, said, running=running, sees_all=sees_all, sees_models=sees_models
        )
    uses: list[ColumnUse] = []
    column: Column | None = None
    attributes: set[str] = set()
    for one in found:
        column = one.find(bare(step.column), attribute=by_attribute)
        if column is None:
            continue
        if column.relation == "virtual":
            return Known(nothing=True, unused=True)
        attributes.add(column.attribute)
        if not (column.deferred and column.filled):
            uses.append(_mapped(one, column))
    possible = False
    for use in said:
        if use.manner is Manner.POSSIBLE:
            possible |= use.column.lower() == asked.column and bare(use.table) in asked.tables
        elif _is_of(use, asked, found, attributes, models):
            uses.append(use)
    if step.operation not in GOES:
        return _required(step, column, uses, running=running)
    uses = _distinct(uses, running=running)
    # A table of Django's without a class has no other owner: the class went before.
    owned = bool(found) or (step.framework == "django" and sees_models)
    whole = owned and not any(one.open for one in found) and sees_all and not possible
    return Known(tuple(uses[:MOST]), unused=whole and not uses)


def _required(
    step: SchemaStep, column: Column | None, uses: Iterable[ColumnUse], *, running: bool
) -> Known:
    """Return what the code says of a column that a row must fill from now on."""
    if column is None:
        return Known()
    if step.operation is Operation.ALTER_TYPE:
        kept = [use for use in uses if use.manner in {Manner.MAPPED, Manner.WRITE}]
        other = _is_other(step.type, column.type)
        return Known(tuple(_distinct(kept, running=running)[:MOST]) if other else ())
    fills = column.default or column.filled or column.primary or column.nullable is not True
    if fills:
        return Known(nullable=column.nullable)
    kept = [use for use in uses if use.manner in {Manner.MAPPED, Manner.WRITE} and use.by != "SQL"]
    return Known(tuple(_distinct(kept, running=running)[:1]), nullable=column.nullable)


def _is_other(new: str, old: str) -> bool:
    """Tell whether code that knows the old type reads or writes wrongly under the new one."""
    kinds = frozenset((kind_of(new), kind_of(old)))
    if "" in kinds or kinds in MIXED:
        return False
    return len(kinds) > 1 or 0 < length_of(new) < length_of(old)


def _of_table(
    asked: Asked,
    found: Iterable[Mapped],
    said: Iterable[ColumnUse],
    *,
    running: bool,
    sees_all: bool,
    sees_models: bool,
) -> Known:
    uses = [
        ColumnUse(
            one.model.table or next(iter(one.tables), ""),
            "",
            one.model.location,
            Manner.MAPPED,
            _by(one),
            one.model.text,
        )
        for one in found
    ]
    uses += [use for use in said if not use.column and bare(use.table) in asked.tables]
    kept = _distinct(uses, running=running)
    return Known(tuple(kept[:MOST]), unused=not kept and sees_all and sees_models)


def _by(one: Mapped) -> str:
    name = one.model.name.rpartition(".")[2]
    return f"table `{name}`" if one.model.framework == "table" else f"class `{name}`"


def _mapped(one: Mapped, column: Column) -> ColumnUse:
    table = next(iter(sorted(one.tables)), "")
    # A deferred column is left out of SELECTs; an INSERT writes NULL where a row says nothing.
    manner = Manner.WRITE if column.deferred else Manner.MAPPED
    manner = Manner.READ if column.relation else manner
    return ColumnUse(table, column.attribute, column.location, manner, _by(one), column.text)


def _is_of(
    use: ColumnUse,
    asked: Asked,
    found: Iterable[Mapped],
    attributes: Iterable[str],
    models: Mappings,
) -> bool:
    """Tell whether a use is one of the column that goes."""
    if not use.column:
        return False
    if use.by == "SQL":
        return use.column.lower() == asked.column and bare(use.table) in asked.tables
    if use.column not in attributes:
        return False
    model = models.of_name(use.table)
    return model is not None and any(one is model or one.model.name in model.names for one in found)


def renames_label(step: SchemaStep) -> bool:
    """Tell whether a label of an enumerated type gets another name."""
    return step.operation is Operation.ALTER_OBJECT and step.action == "rename value"


def labelled(step: SchemaStep, files: Iterable[FileFacts], *, running: bool) -> Known:
    """Return where enumerations hold a label that changes: those named like the database's type."""
    old = frozenset(step.values[:1])
    kind = bare(step.name).replace("_", "")
    found: list[ColumnUse] = []
    models = [fact for facts in files for fact in facts.facts if isinstance(fact, Model)]
    for model in models:
        for column in model.columns:
            named = f"{model.name.rpartition('.')[2]} {column.type}".lower().replace("_", "")
            if kind and kind in named and old.intersection(column.values):
                found.append(_held(model, column, running=running))
    return Known(tuple(sorted(found, key=lambda use: use.location)[:MOST]))


def _held(model: Model, column: Column, *, running: bool) -> ColumnUse:
    by = f"class `{model.name.rpartition('.')[2]}`"
    place = column.location
    return ColumnUse(
        model.name, column.attribute, place, Manner.READ, by, column.text, running=running
    )


def _distinct(uses: Iterable[ColumnUse], *, running: bool) -> list[ColumnUse]:
    """Return the uses, each line once: mapped classes first, then SQL, then the rest."""
    order = sorted(
        uses, key=lambda use: (use.manner is not Manner.MAPPED, use.by != "SQL", use.location)
    )
    lines: dict[tuple[str | int, ...], ColumnUse] = {}
    for use in order:
        lines.setdefault(use.location[:2], use._replace(running=running))
    return list(lines.values())


def with_uses(facts: FileFacts, said: Mapping[SchemaStep, Known]) -> FileFacts:
    """Return the facts, steps with what is known of them."""
    if not any(fact in said for fact in facts.facts if isinstance(fact, SchemaStep)):
        return facts
    return facts._replace(
        facts=tuple(
            _told(fact, said[fact]) if isinstance(fact, SchemaStep) and fact in said else fact
            for fact in facts.facts
        )
    )


def _told(step: SchemaStep, said: Known) -> SchemaStep:
    if step.operation is Operation.OTHER:  # Django's AlterField, whose former field is elsewhere
        if said.nullable is not True:
            return step
        step = step._replace(operation=Operation.SET_NOT_NULL)
    keeps = step.keeps_data or said.nothing
    adds = step.operation is Operation.ADD_COLUMN
    needed = said.needed if said.uses or adds else ""
    return step._replace(uses=said.uses, unused=said.unused, keeps_data=keeps, needed=needed)
