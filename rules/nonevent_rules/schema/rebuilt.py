"""A table of SQLite that is made anew with other columns and takes the place of another one.

SQLite alters little in place: tools make a new table, copy the rows, drop the old one and rename.
https://www.sqlite.org/lang_altertable.html#making_other_kinds_of_table_schema_changes
"""

from collections.abc import Iterator

from nonevent.facts import Operation, Part, SchemaStep
from nonevent_rules.schema.live import bare

__all__ = ["brought", "place_of"]


def place_of(step: SchemaStep) -> str:
    """Return the table whose place a new one takes; "" where it takes none that is in use."""
    if step.direction != "up":
        return ""
    for one in step.earlier:  # the old one made way before
        if one.operation is Operation.RENAME_TABLE and _key(one.table) == _key(step.table):
            return "" if one.table_is_new else step.table
    for one in step.later:
        if one.operation is Operation.RENAME_TABLE and _key(one.table) == _key(step.table):
            made = (_key(each.table) for each in step.earlier if _makes(each))
            return "" if _key(one.new_name) in made else one.new_name
    return ""


def brought(step: SchemaStep) -> Iterator[Part]:
    """Yield the columns of a new table that its rows do not have from the table before.

    None where nothing tells which ones they have.
    """
    copies = [
        one
        for one in step.later
        if one.operation is Operation.DATA
        and one.from_query
        and _key(one.table) == _key(step.table)
    ]
    if len(copies) != 1:
        return
    had = {_key(column) for column in copies[0].columns}
    had |= {_key(one) for part in step.parts if part.kind == "primary key" for one in part.columns}
    for part in step.parts:
        if part.kind == "column" and _key(part.name) not in had:
            yield part


def _makes(step: SchemaStep) -> bool:
    return step.operation is Operation.CREATE_TABLE


def _key(name: str) -> str:
    return bare(name).lower()
