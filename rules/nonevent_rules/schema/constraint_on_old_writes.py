"""`constraint-on-old-writes`: a new rule that the version still running may break."""

from collections.abc import Iterator

from nonevent.facts import Operation, SchemaStep
from nonevent.rule import Problem, rule
from nonevent_rules.schema.live import bare, column_of, is_live, plain, weigh
from nonevent_rules.schema.together import same_table

FAILS = {
    "check": "INSERTs and UPDATEs of the version still running that do not meet it fail",
    "exclude": "INSERTs and UPDATEs of the version still running that conflict fail",
    "unique": "INSERTs and UPDATEs of the version still running that repeat a value fail",
    "not null": "INSERTs and UPDATEs of the version still running that leave it NULL fail",
    "foreign key": (
        "INSERTs of the version still running without a row to point to fail, and so does its "
        "DELETE of a row that is pointed to"
    ),
}


def find(step: SchemaStep) -> Iterator[Problem]:
    """Yield a problem for a constraint, or a unique index, on what old code writes as it likes."""
    kind = step.constraint if step.operation is Operation.ADD_CONSTRAINT else ""
    if step.operation is Operation.CREATE_INDEX and step.unique:
        kind = "unique"
    if step.operation is Operation.SET_NOT_NULL and step.dialect not in ("", "postgresql"):
        kind = "not null"  # elsewhere `validating-constraint` says so
    if kind not in FAILS or not is_live(step) or _is_ours(step) or _is_replaced(step, kind):
        return
    if kind == "not null":
        yield weigh(step, _required(step))
        return
    subject = f"{kind} constraint `{plain(step.name)}`" if step.name else f"a new {kind} constraint"
    table = f" on `{plain(step.table)}`" if step.table else ""
    message = (
        f"{subject}{table} binds at once, also where it is NOT VALID: {FAILS[kind]} until the "
        "roll is over"
    )
    remedy = "Release code that keeps to it first, and add it in the next release"
    yield weigh(step, Problem(message, remedy))


def _required(step: SchemaStep) -> Problem:
    message = (
        f"{column_of(step)} becomes NOT NULL: the step fails on rows that hold NULL, and "
        f"{FAILS['not null']} until the roll is over"
    )
    remedy = "Release code that always fills it, fill the old rows in batches, and require it after"
    return Problem(message, remedy)


def _is_ours(step: SchemaStep) -> bool:
    """Tell whether it is about columns that the same migration adds: old code leaves them NULL."""
    new = {
        one.column
        for one in step.earlier
        if one.operation is Operation.ADD_COLUMN and same_table(step, one)
    }
    if not step.columns:
        return any(column and column in step.text for column in new)
    return not new.isdisjoint(step.columns)


def _is_replaced(step: SchemaStep, kind: str) -> bool:
    """Tell whether an index or a constraint of the kind goes in the same migration."""
    gone = (Operation.DROP_CONSTRAINT, Operation.DROP_INDEX)
    return step.using_index or any(
        one.operation in gone
        and (same_table(step, one) or (bare(one.name) == bare(step.name) and bool(step.name)))
        and one.constraint in ("", kind)
        for one in (*step.earlier, *step.later)
    )


RULE = rule(
    __file__,
    on=SchemaStep,
    of=(Operation.ADD_CONSTRAINT, Operation.CREATE_INDEX, Operation.SET_NOT_NULL),
    find=find,
)
