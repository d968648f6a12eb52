"""What the steps of a history do to the constraints and indexes of its tables."""

import re
from collections.abc import Sequence
from typing import TypeVar

from nonevent.facts import SchemaStep
from nonevent.link.servernames import named_by_server
from nonevent.link.tables import Constraint, Index, Schema, Table, key, names

__all__ = [
    "add_constraint",
    "constrain",
    "create_index",
    "drop_constraint",
    "drop_index",
    "hold_index",
    "rename_constraint",
    "rename_index",
    "validate",
]

Held = TypeVar("Held", Index, Constraint)


def hold_index(table: Table, index: Index, step: SchemaStep) -> None:
    """Add an index to a table, under the name that the server gives it."""
    if not index.name and step.framework != "django":
        index = index._replace(name=named_by_server(table, index, step.dialect))
    table.indexes.append(index)


def constrain(table: Table, held: Constraint, step: SchemaStep) -> None:
    """Add a constraint to a table, unless CREATE TABLE makes the same of another."""
    if not held.name and step.framework != "django":
        held = held._replace(name=named_by_server(table, held, step.dialect))
    same = [each.columns for each in table.constraints if each.kind == "primary key"]
    if held.kind == "primary key" and same:
        return  # behind a condition that was not true, or it would have failed
    if held.kind == "unique" and table.made is step.location and held.columns in same:
        return  # CREATE TABLE makes one index of two that are the same
    if held.kind == "primary key" and table.made is step.location:
        table.constraints = [
            each
            for each in table.constraints
            if each.kind != "unique" or each.columns != held.columns
        ]
    table.constraints.append(held)
    if held.kind == "primary key":
        table.change(held.columns, lambda column: column._replace(nullable=False))


def add_constraint(schema: Schema, step: SchemaStep) -> None:
    """Add a constraint, or the index that it uses in its place."""
    table = schema.expected(step.table)
    if table is None:
        return
    if step.constraint == "not null":
        table.change(step.columns, lambda column: column._replace(nullable=False))
        return
    columns = step.columns
    if step.using_index:
        used = re.search(r"(?i)using\s+index\s+([\w.\"]+)", step.text)
        index = _named(table.indexes, used[1]) if used else None
        if index is not None:
            table.indexes.remove(index)
            columns = index.columns
    held = Constraint(
        step.constraint, step.name, columns, step.references, step.condition, step.valid
    )
    constrain(table, held, step)


def _named(held: Sequence[Held], name: str) -> Held | None:
    wanted = key(name)
    for each in held:
        if key(each.name) == wanted:
            return each
    return None


def drop_constraint(schema: Schema, step: SchemaStep) -> None:
    """Drop a constraint by its name or its kind."""
    table = schema.table(step.table) or schema.owner(step.name, of="constraint")
    if table is None:
        return
    found = _named(table.constraints, step.name) if step.name else None
    if found is None and step.constraint == "primary key":
        found = next((each for each in table.constraints if each.kind == step.constraint), None)
    if found is not None:
        table.constraints.remove(found)
    elif step.name:
        _drop_unnamed(table, step)


def _drop_unnamed(table: Table, step: SchemaStep) -> None:
    """Drop the constraint that bears a name which nobody wrote.

    Where there are several of its kind, which one goes is not known.
    """
    unnamed = [
        each
        for each in table.constraints
        if not each.name and (not step.constraint or each.kind == step.constraint)
    ]
    if len(unnamed) == 1:
        table.constraints.remove(unnamed[0])
    elif unnamed:
        table.whole = False


def validate(schema: Schema, step: SchemaStep) -> None:
    """Mark a constraint as proved for all rows."""
    table = schema.table(step.table) or schema.owner(step.name, of="constraint")
    if table is not None:
        wanted = key(step.name)
        table.constraints = [
            each._replace(valid=True) if key(each.name) == wanted else each
            for each in table.constraints
        ]


def rename_constraint(schema: Schema, step: SchemaStep) -> None:
    """Give a constraint its new name."""
    table = schema.table(step.table) or schema.owner(step.name, of="constraint")
    found = _named(table.constraints, step.name) if table is not None else None
    if table is not None and found is not None:
        at = table.constraints.index(found)
        table.constraints[at] = found._replace(name=step.new_name)


def create_index(schema: Schema, step: SchemaStep) -> None:
    """Add an index, unless one of its name is there."""
    table = schema.expected(step.table)
    if table is None:
        return
    if step.name and key(step.name) in map(key, names(table, "index")):  # IF NOT EXISTS
        return
    hold_index(table, Index(step.name, step.columns, step.unique, step.condition), step)


def drop_index(schema: Schema, step: SchemaStep) -> None:
    """Drop an index; in MySQL that may be a unique constraint's."""
    table = (schema.table(step.table) if step.table else None) or schema.owner(step.name)
    if table is None:
        return
    found = _named(table.indexes, step.name) if step.name else None
    if not step.name and step.framework == "django":  # of a field that is no longer indexed
        wanted = tuple(map(key, step.columns))
        bare = [each for each in table.indexes if not each.name]
        found = next((each for each in bare if tuple(map(key, each.columns)) == wanted), None)
    if found is not None:
        table.indexes.remove(found)
        if found.name and table.identity == key(found.name):
            table.identity = "nothing"
        return
    unique = [each for each in table.constraints if each.kind == "unique"]
    held = _named(unique, step.name) if step.name else None
    if held is not None:  # MySQL: a unique key is an index
        table.constraints.remove(held)


def rename_index(schema: Schema, step: SchemaStep) -> None:
    """Give an index, or the constraint that it belongs to, its new name."""
    table = (schema.table(step.table) if step.table else None) or schema.owner(step.name)
    if table is None or not step.new_name:
        return
    found = _named(table.indexes, step.name)
    if found is not None:
        table.indexes[table.indexes.index(found)] = found._replace(name=step.new_name)
        if table.identity == key(step.name):
            table.identity = key(step.new_name)
    else:
        rename_constraint(schema, step._replace(table=table.name))
