"""Names that one file takes from a thing and gives to another: swaps, redefinitions, reuse."""

from collections.abc import Sequence

from nonevent.facts import Operation, SchemaStep
from nonevent.steps import excluding

__all__ = ["named"]

Key = tuple[str, ...]

# Tables, views and sequences of one schema share their names.
RELATIONS = frozenset(("view", "materialized view", "sequence", "synonym"))
GOES = frozenset(
    (
        Operation.DROP_COLUMN,
        Operation.RENAME_COLUMN,
        Operation.DROP_TABLE,
        Operation.RENAME_TABLE,
        Operation.DROP_OBJECT,
        Operation.RENAME_OBJECT,
    )
)
COMES = frozenset(
    (
        Operation.ADD_COLUMN,
        Operation.RENAME_COLUMN,
        Operation.CREATE_TABLE,
        Operation.RENAME_TABLE,
        Operation.CREATE_OBJECT,
        Operation.RENAME_OBJECT,
    )
)
OF_OBJECTS = frozenset((Operation.DROP_OBJECT, Operation.RENAME_OBJECT))
BOUNDS = frozenset((Operation.BEGIN, Operation.END))
# What a file makes for itself and takes away again; a function is mostly made by CREATE OR REPLACE.
OWN = frozenset(("function", "procedure", "type"))
RENAMES = frozenset((Operation.RENAME_COLUMN, Operation.RENAME_TABLE, Operation.RENAME_OBJECT))


def named(steps: Sequence[SchemaStep]) -> tuple[SchemaStep, ...]:
    """Return the steps of one file, each knowing what becomes of its name in that file."""
    if not any(step.operation in CONCERNED for step in steps):
        return tuple(steps)
    out = list(steps)
    _labels(out)
    _from_the_end(out)
    _from_the_start(out)
    _twice_gone(out)
    return tuple(out)


# What an INSERT that leaves a column out stores comes and goes with these.
FILLED = frozenset((Operation.DROP_DEFAULT, Operation.SET_DEFAULT, Operation.ALTER_TABLE))


# A constraint that an index holds has the name of that index, and drops with it.
INDEXED = frozenset((Operation.DROP_INDEX, Operation.DROP_CONSTRAINT))
CONCERNED = GOES | FILLED | INDEXED | {Operation.ALTER_OBJECT}


# Another type may have a label of this name, a trigger's arguments are text, and what stands in a
# function is looked at when it is called.
WORDED = frozenset(("type", "trigger", "function", "procedure"))


def _labels(out: list[SchemaStep]) -> None:
    """Mark labels of enums that are used before the transaction that adds them is over."""
    added: dict[str, list[int]] = {}  # direction → those of the transaction at hand
    for index, step in enumerate(out):
        here = added.setdefault(step.direction, [])
        if step.operation in BOUNDS or step.in_transaction is False:
            here.clear()
        elif step.operation is Operation.DROP_OBJECT and step.object == "type":
            here[:] = [at for at in here if _bare(out[at].name) != _bare(step.name)]
        elif step.action == "add value":  # it may name another to stand before or after it
            here.append(index)
            continue
        if step.operation is Operation.CREATE_OBJECT and step.object in WORDED:
            continue
        for at in here:
            if any(f"'{label}'" in step.text for label in out[at].values):
                out[at] = out[at]._replace(used_early=True)


def _from_the_end(out: list[SchemaStep]) -> None:
    """Mark names, and defaults, that come back."""
    coming: set[Key] = set()
    filled: set[Key] = set()
    for index in range(len(out) - 1, -1, -1):
        step = out[index]
        if step.keeps_data:
            continue
        if step.operation in GOES and _key(step, old=True) in coming:
            out[index] = step._replace(made_again=True)
        if step.operation in COMES:
            coming.add(_key(step, old=False))
        if not step.column:
            continue
        if step.operation in FILLED and _column(step) in filled:
            out[index] = step._replace(made_again=True)
        if step.operation in {Operation.SET_DEFAULT, Operation.DROP_COLUMN} or (
            step.action == "add identity"
        ):
            filled.add(_column(step))


def _from_the_start(out: list[SchemaStep]) -> None:
    """Mark names that were taken from others, and what the file has made or renamed itself."""
    taken: set[Key] = set()
    renamed: set[Key] = set()
    added: set[Key] = set()
    for index, step in enumerate(out):
        if step.keeps_data:
            continue
        if step.operation in COMES and _key(step, old=False) in taken:
            out[index] = out[index]._replace(reuses_name=True)
        if step.operation in OF_OBJECTS and _key(step, old=True) in renamed:
            # Nobody but this file knows the thing by the name that it drops it under.
            out[index] = out[index]._replace(table_is_new=True)
        if step.column and _column(step) in added:
            out[index] = out[index]._replace(column_is_new=True)
        if step.operation in GOES and not step.unmade:
            taken.add(_key(step, old=True))
        helps = step.operation is Operation.CREATE_OBJECT and step.object in OWN
        if step.operation in RENAMES or (helps and not (step.guarded and step.object == "type")):
            renamed.add(_key(step, old=False))
        if step.operation is Operation.ADD_COLUMN:
            added.add(_column(step))


def _twice_gone(out: list[SchemaStep]) -> None:
    """Mark what drops, if it is there, a thing that a step before has dropped."""
    dropped: dict[Key, SchemaStep] = {}
    for index, step in enumerate(out):
        if step.keeps_data:
            continue
        if step.operation in {Operation.CREATE_INDEX, Operation.ADD_CONSTRAINT}:
            dropped.pop((step.direction, "index", _bare(step.name)), None)
        elif step.operation in COMES:
            dropped.pop(_key(step, old=False), None)
        if step.operation in INDEXED and step.name:
            key: Key = (step.direction, "index", _bare(step.name))
        elif step.operation in {Operation.DROP_TABLE, Operation.DROP_OBJECT}:
            key = _key(step, old=True)
        else:
            continue
        if step.guarded and key in dropped and not excluding(dropped[key], step):
            out[index] = step._replace(gone=True)
        dropped.setdefault(key, step)


def _column(step: SchemaStep) -> Key:
    return step.direction, _bare(step.table), _bare(step.column)


def _key(step: SchemaStep, *, old: bool) -> Key:
    """Return what tells the thing that had, or gets, a name from all others of its file."""
    operation = step.operation
    if operation in {Operation.ADD_COLUMN, Operation.DROP_COLUMN, Operation.RENAME_COLUMN}:
        moved = operation is Operation.RENAME_COLUMN and not old
        column = step.new_name if moved else step.column
        return step.direction, "column", _bare(step.table), _bare(column)
    if operation in {Operation.CREATE_TABLE, Operation.DROP_TABLE, Operation.RENAME_TABLE}:
        moved = operation is Operation.RENAME_TABLE and not old
        return step.direction, "relation", _bare(step.new_name if moved else step.table)
    moved = operation is Operation.RENAME_OBJECT and not old
    if step.column:  # of a view or a composite type
        column = step.new_name if moved else step.column
        return step.direction, "column", _bare(step.name), _bare(column)
    kind = "relation" if step.object in RELATIONS else step.object
    name = _bare(step.new_name if moved else step.name)
    if kind == "relation":
        return step.direction, kind, name
    return step.direction, kind, _bare(step.table), name


def _bare(name: str) -> str:
    return name.rpartition(".")[2].strip('"`[]').lower()
