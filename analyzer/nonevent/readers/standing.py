"""Which tables of a migration nobody uses yet, because the migration itself makes them."""

from collections import Counter
from collections.abc import Sequence

from nonevent.facts import Operation, SchemaStep
from nonevent.readers.sqlstate import rebuilt

__all__ = ["in_order"]


def in_order(steps: Sequence[SchemaStep], scopes: Sequence[str]) -> tuple[SchemaStep, ...]:
    """Return the steps, each knowing whether its table is new or comes back under its name.

    `scopes` names the function that each step stands in. Within one function a table is new
    after the step that creates it. What another function creates is new too: in which order
    functions run is not known, and a table is seldom created after it was changed.
    """
    made: dict[tuple[str, str], set[str]] = {}
    for step, scope in zip(steps, scopes, strict=True):
        _follow(step, made.setdefault((step.direction, scope), set()))
    makers = Counter((way, name) for (way, _), names in made.items() for name in names)
    fresh: dict[tuple[str, str], set[str]] = {key: set() for key in made}
    found = []
    for step, scope in zip(steps, scopes, strict=True):
        place, table = (step.direction, scope), _key(step.table)
        elsewhere = makers[step.direction, table] > (table in made[place])
        is_made = step.operation is Operation.CREATE_TABLE and not step.keeps_data
        is_new = step.table_is_new or is_made or elsewhere or table in fresh[place]
        _follow(step, fresh[place])
        found.append(step._replace(table_is_new=is_new))
    return rebuilt(found)


def _follow(step: SchemaStep, names: set[str]) -> None:
    """Change the set of new tables as the step changes the database."""
    table = _key(step.table)
    if step.operation is Operation.CREATE_OBJECT and step.object == "materialized view":
        names.add(_key(step.name))
    if not table or step.keeps_data:
        return
    if step.operation is Operation.CREATE_TABLE:
        names.add(table)
    elif step.operation is Operation.DROP_TABLE:
        names.discard(table)
    elif step.operation is Operation.RENAME_TABLE and table in names:
        names.discard(table)
        names.add(_key(step.new_name))


def _key(table: str) -> str:
    """Return the name by which two spellings of one table are equal: no schema, no case."""
    return table.rpartition(".")[2].strip('"`[]').lower()
