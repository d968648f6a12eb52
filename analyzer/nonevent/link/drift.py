"""How a model differs from what it was, and whether the steps of migrations follow it."""

from collections.abc import Iterator
from typing import NamedTuple

from nonevent.facts import Operation, SchemaStep
from nonevent.link.mapped import Mapped, bare
from nonevent.location import Location
from nonevent.mapped import Column, Difference, ModelChange
from nonevent.pattern import late

__all__ = ["Found", "Sought", "differences", "settle"]

# What makes a column, or gives it its name.
MAKES = (Operation.ADD_COLUMN, Operation.CREATE_TABLE, Operation.RENAME_COLUMN)
LENGTH = late(r"(?i)(?:string|varchar|unicode|max_length=)\W*(\d+)")


class Sought(NamedTuple):
    """A difference of a model that a migration would make."""

    difference: Difference
    model: Mapped
    column: Column | None
    old: Column | None
    location: Location

    @property
    def words(self) -> frozenset[str]:
        """Return words of which a migration of the table holds one."""
        tables = set(self.model.tables)
        if self.model.framework == "django":
            tables.add(self.model.model.name.rpartition(".")[2].lower())
        return frozenset(tables)

    @property
    def names(self) -> frozenset[str]:
        """Return what a migration may call the column, or the table where that is new."""
        column = self.column or self.old
        if column is None:
            return self.words
        return frozenset(name for name in (column.name, column.attribute) if name)

    def of_table(self, step: SchemaStep) -> bool:
        """Tell whether a step is on the model's table."""
        named = step.new_name if step.operation is Operation.RENAME_TABLE else step.table
        names = {bare(named), bare(step.table)}
        # A project may put a word of its own before all of its tables.
        ends = tuple(f"_{table}" for table in self.model.tables)
        return not names.isdisjoint(self.model.tables) or any(n.endswith(ends) for n in names)

    def concerns(self, step: SchemaStep) -> bool:
        """Tell whether a step is on the column; on the table, where that is what is sought."""
        if step.direction != "up" or not self.of_table(step):
            return False
        if self.column is None and self.old is None:
            return step.operation in {Operation.CREATE_TABLE, Operation.RENAME_TABLE}
        names = {name.lower() for name in self.names}
        said = {bare(step.column), bare(step.name), *map(bare, step.columns)}
        if step.operation is Operation.RENAME_COLUMN:
            said.add(bare(step.new_name))
        return not said.isdisjoint(names)

    def narrowed(self, step: SchemaStep) -> SchemaStep:
        """Return a step with what it says of the column; of a new table the column's part."""
        names = {name.lower() for name in self.names}
        for part in step.parts if step.operation is Operation.CREATE_TABLE else ():
            if part.kind == "column" and bare(part.name) in names:
                return step._replace(
                    type=part.type,
                    nullable=part.nullable,
                    default=part.default,
                    generated=part.generated,
                )
        return step

    def may_be(self, step: SchemaStep) -> bool:
        """Tell whether a step may do it in a way that cannot be read."""
        return step.operation is Operation.UNKNOWN or not step.table or step.open


class Found(NamedTuple):
    """What the migrations say of it."""

    steps: tuple[SchemaStep, ...]  # on the column, in the order of their files
    names_table: bool  # some migration names the table
    unseen: bool  # a migration names both and does something that cannot be read
    creates: bool = False  # the project's migrations make tables


def differences(new: Mapped, old: Mapped | None) -> Iterator[Sought]:
    """Yield what a migration has to follow."""
    if old is None:
        if new.columns and new.tables:
            yield Sought(Difference.TABLE_ADDED, new, None, None, new.model.location)
        return
    before = {column.name.lower(): column for column in old.columns.values() if column.name}
    after = {column.name.lower(): column for column in new.columns.values() if column.name}
    for name, column in after.items():
        was = before.get(name)
        if was is None:
            if not old.open:
                yield Sought(Difference.COLUMN_ADDED, new, column, None, column.location)
        else:
            yield from _altered(new, column, was)
    if not new.open:
        for name, column in before.items():
            if name not in after and not column.primary:
                yield Sought(Difference.COLUMN_REMOVED, new, None, column, new.model.location)


def _altered(model: Mapped, new: Column, old: Column) -> Iterator[Sought]:
    if new.primary or old.primary:  # a key is required, and its type is its sequence's
        return
    if new.nullable is not None and old.nullable is not None and new.nullable != old.nullable:
        difference = Difference.NULLABLE if new.nullable else Difference.REQUIRED
        yield Sought(difference, model, new, old, new.location)
        return
    resized = _length(new) and _length(old) and _length(new) != _length(old)
    if resized or (model.framework == "django" and _kind(new) != _kind(old)):
        yield Sought(Difference.TYPE, model, new, old, new.location)


def _length(column: Column) -> int:
    found = LENGTH.search(column.type)
    return int(found[1]) if found else 0


def _kind(column: Column) -> str:
    """Return the kind of a Django field, as far as it decides the column's type."""
    return column.type.partition("(")[0]


def settle(one: Sought, found: Found) -> ModelChange | None:
    """Return the change of the model that no migration follows; None where one does, or may."""
    knows = found.creates if one.difference is Difference.TABLE_ADDED else found.names_table
    if found.unseen or not knows:
        return None
    if one.difference in {Difference.COLUMN_ADDED, Difference.TABLE_ADDED}:
        if any(step.operation in MAKES or one.column is None for step in found.steps):
            return None
    elif one.difference is Difference.COLUMN_REMOVED:
        if not _stays_required(one, found):
            return None
    elif _follows(one, found.steps):
        return None
    return ModelChange(
        one.difference,
        one.model.model.name.rpartition(".")[2],
        min(one.model.tables),
        one.column or one.old,
        one.location,
        one.model.framework,
        one.old,
    )


def _stays_required(one: Sought, found: Found) -> bool:
    """Tell whether a column that the model has lost goes on asking for a value.

    It does where the model had it as NOT NULL with nothing in the database to fill it, and no
    migration drops it, relaxes it or gives it a default.
    """
    column = one.old
    if column is None or column.nullable is not False or column.filled or column.relation:
        return False
    for step in found.steps:
        gone = step.operation in {Operation.DROP_COLUMN, Operation.RENAME_COLUMN}
        if gone and not step.keeps_data:
            return False
        if step.operation in {Operation.DROP_NOT_NULL, Operation.SET_DEFAULT}:
            return False
        if step.nullable is True or step.generated:
            return False
        if step.default is not None and step.default_in_database and step.framework != "django":
            return False
    return bool(found.steps)


def _follows(one: Sought, steps: tuple[SchemaStep, ...]) -> bool:
    """Tell whether the last step that says it makes a column what the model is, or may."""
    column = one.column
    if column is None:
        return True
    if one.difference in {Difference.NULLABLE, Difference.REQUIRED}:
        told: list[bool] = []
        for step in steps:
            if step.operation in {Operation.RENAME_COLUMN, Operation.DROP_COLUMN}:
                told.clear()  # another column has the name from here on
            elif (empty := _nullable(step)) is not None:
                told.append(empty)
        return not told or told[-1] == column.nullable
    types = [step.type for step in steps if step.type]
    if not types:
        return True
    length = LENGTH.search(types[-1])
    if _length(column) and length:
        return int(length[1]) == _length(column)
    return one.model.framework != "django" or types[-1].partition("(")[0] == _kind(column)


def _nullable(step: SchemaStep) -> bool | None:
    """Return whether a column may be empty after a step; None where it says nothing of that."""
    if step.nullable is None and step.operation in {Operation.ADD_COLUMN, Operation.CREATE_TABLE}:
        return True if step.framework != "django" and step.type else None
    return step.nullable
