"""`column-still-used`: a migration takes a column from code that runs while it does."""

from collections.abc import Iterator

from nonevent.facts import Manner, Operation, SchemaStep
from nonevent.finding import Confidence
from nonevent.rule import Problem, rule
from nonevent_rules.schema.live import column_of, is_live, language, plain, weigh
from nonevent_rules.schema.remedies import drop_column_later
from nonevent_rules.schema.running import first, places, sure


def find(step: SchemaStep) -> Iterator[Problem]:
    """Yield a problem for a column that goes, or changes its name, under code that names it."""
    if not step.uses or not is_live(step) or step.made_again:
        return
    if step.operation is Operation.DROP_COLUMN:
        message = f"{column_of(step)} is dropped while {_broken(step)}"
        remedy = drop_column_later(step)
    elif step.operation is Operation.RENAME_COLUMN:
        new = plain(step.new_name)
        message = (
            f"{column_of(step)} is renamed{f' to `{new}`' if new else ''} while {_broken(step)}"
        )
        remedy = _both(step, new or "…")
    elif step.operation is Operation.ALTER_TYPE:
        yield weigh(step, _retyped(step))
        return
    else:
        return
    yield weigh(step, Problem(message, remedy, confidence=sure(step), related=places(step)))


def _retyped(step: SchemaStep) -> Problem:
    end = "until the roll is over" if step.uses[0].running else "from then on"
    message = (
        f"{column_of(step)} becomes `{step.type}` while {first(step)} maps it as another type: "
        f"it reads values that it does not expect, and what it writes may be refused, {end}"
    )
    column = plain(step.column)
    remedy = (
        f"Add a column of the new type beside `{column}`, write both, backfill, move the readers, "
        f"and drop `{column}` in a later release"
    )
    return Problem(message, remedy, confidence=Confidence.MEDIUM, related=places(step))


def _broken(step: SchemaStep) -> str:
    use = step.uses[0]
    if use.manner is Manner.MAPPED:
        fails = f"{first(step)} maps it: each of its SELECTs and INSERTs fails"
    elif use.manner is Manner.WRITE:
        fails = f"{first(step)} writes it: these statements fail"
    else:
        fails = f"{first(step)} names it: these queries fail"
    end = " until the roll is over" if use.running else " from then on"
    if step.needed and use.running:
        return (
            f"{fails}{end}; the new version needs {step.needed} first, so no order of the two works"
        )
    return fails + end


def _both(step: SchemaStep, new: str) -> str:
    old = plain(step.column)
    if language(step) == "alembic":
        return (
            f'Keep the column and rename the attribute alone: `{new} = mapped_column("{old}", …)`'
        )
    if language(step) == "django":
        return (
            f'Keep the column with `db_column="{old}"` on the field `{new}`, and put the '
            "`RenameField` into `state_operations` of `SeparateDatabaseAndState`"
        )
    return f"Add `{new}` beside `{old}`, write both, backfill, and drop `{old}` in a later release"


RULE = rule(
    __file__,
    on=SchemaStep,
    of=(Operation.DROP_COLUMN, Operation.RENAME_COLUMN, Operation.ALTER_TYPE),
    find=find,
)
