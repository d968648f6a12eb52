"""What a schema step will lock and do, by all that the catalogues know; for `nonevent prove`."""

from collections.abc import Iterator, Mapping
from typing import Any

from nonevent.facts import Operation, SchemaStep
from nonevent_rules.schema.column_type import read_type, rewrites
from nonevent_rules.schema.locks import Lock, effects
from nonevent_rules.schema.volatility import made_here, volatile_call

__all__ = ["TABLES", "forecast"]

TABLES = ("schema/locks", "schema/types", "schema/functions")


def forecast(step: SchemaStep, tables: Mapping[str, Mapping[str, Any]]) -> tuple[Lock, ...]:
    """Return the rows that describe a step, the heaviest first; () where none does.

    `tables` holds the rows of each catalogue in TABLES, by its name.
    """
    locks, types, functions = (tables[name] for name in TABLES)
    if step.operation is Operation.ALTER_TYPE and _depends(step, types):
        return ()
    given = [*_known(step), *_of_type(step, types)]
    if volatile_call(step, functions) or made_here(step):
        given.append("volatile default")
    return effects(step, locks, given)


def _known(step: SchemaStep) -> Iterator[str]:
    if step.proved or (step.operation is Operation.SET_NOT_NULL and step.old_nullable is False):
        yield "proved"
    if step.old_nullable and step.operation is Operation.ADD_CONSTRAINT:
        yield "nullable"
    if step.operation in (Operation.VALIDATE_CONSTRAINT, Operation.DROP_CONSTRAINT):
        yield step.constraint


def _of_type(step: SchemaStep, types: Mapping[str, Any]) -> Iterator[str]:
    if step.operation is not Operation.ALTER_TYPE:
        return
    old, new = read_type(step.old_type, types), read_type(step.type, types)
    same = "".join(step.old_type.split()).lower() == "".join(step.type.split()).lower()
    if (same and not step.using) or (old and new and rewrites(old, new) is False):
        yield "free"


def _depends(step: SchemaStep, types: Mapping[str, Any]) -> bool:
    """Return whether a setting of the server, or an index, says what a new type costs."""
    old, new = read_type(step.old_type, types), read_type(step.type, types)
    return old is not None and new is not None and rewrites(old, new) is None
