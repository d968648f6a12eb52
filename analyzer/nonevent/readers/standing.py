"""Which tables of a migration nobody uses yet, because the migration itself makes them."""

from collections.abc import Iterable, Sequence

from nonevent.facts import Operation, SchemaStep

__all__ = ["plain", "with_new_tables"]


def plain(table: str) -> str:
    """Return a table's name as two spellings of it compare: no quotes, no `public.`, lower case."""
    bare = table.translate({ord(sign): None for sign in '"`[]'}).lower()
    return bare.removeprefix("public.")


def with_new_tables(steps: Sequence[SchemaStep], scopes: Sequence[str]) -> tuple[SchemaStep, ...]:
    """Return the steps, each knowing whether its table is new.

    `scopes` names the function that each step stands in. Within one function a table is new
    after the step that creates it. What another function creates is new too: in which order
    helpers run is not known, and a table is seldom created after it was changed.
    """
    made: dict[tuple[str, str], set[str]] = {}
    for step, scope in zip(steps, scopes, strict=True):
        _follow(step, made.setdefault((step.direction, scope), set()))
    fresh: dict[tuple[str, str], set[str]] = {
        key: set().union(
            *(names for other, names in made.items() if other[0] == key[0] and other != key)
        )
        for key in made
    }
    found = []
    for step, scope in zip(steps, scopes, strict=True):
        names = fresh[step.direction, scope]
        is_new = step.table_is_new or (
            step.operation is not Operation.CREATE_TABLE and plain(step.table) in names
        )
        _follow(step, names)
        found.append(step._replace(table_is_new=is_new))
    return tuple(found)


def _follow(step: SchemaStep, names: set[str]) -> None:
    """Change the set of new tables as the step changes the database."""
    if not step.table or step.keeps_data:
        return
    table = plain(step.table)
    if step.operation is Operation.CREATE_TABLE:
        names.add(table)
    elif step.operation is Operation.DROP_TABLE:
        names.discard(table)
    elif step.operation is Operation.RENAME_TABLE and table in names:
        names.discard(table)
        names.update(_renamed(table, plain(step.new_name)))


def _renamed(table: str, new_name: str) -> Iterable[str]:
    schema, dot, _ = table.rpartition(".")
    return {new_name, f"{schema}{dot}{new_name}"}
