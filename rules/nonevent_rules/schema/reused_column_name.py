"""`reused-column-name`: a new column takes the name of another that the old version knows."""

from collections.abc import Iterator

from nonevent.facts import Operation, SchemaStep
from nonevent.finding import Confidence
from nonevent.rule import Problem, rule
from nonevent_rules.schema.live import bare, column_of, is_live, is_newborn, plain, weigh

COMPUTED = ("stored", "virtual")  # no value of such a column is lost


def find(step: SchemaStep) -> Iterator[Problem]:
    """Yield a problem for a new column whose name the same migration took from another."""
    if not step.reuses_name or not is_live(step):
        return
    if step.operation is Operation.RENAME_COLUMN and is_newborn(step):
        yield weigh(step, _takes_over(step))
    elif step.operation is Operation.ADD_COLUMN and step.fills not in COMPUTED:
        yield weigh(step, _made_anew(step))


def _takes_over(step: SchemaStep) -> Problem:
    table, old, new = plain(step.table) or "…", plain(step.column), plain(step.new_name)
    message = (
        f"`{table}.{old}`, which the same migration adds, is given the name of `{table}.{new}`, "
        "which it takes away: the version still running takes the new column for the old one, "
        "whatever its type"
    )
    return Problem(message, _remedy(new), confidence=Confidence.MEDIUM)


def _made_anew(step: SchemaStep) -> Problem:
    column = plain(step.column) or "…"
    renamed = any(
        other.operation is Operation.RENAME_COLUMN
        and bare(other.table).lower() == bare(step.table).lower()
        and bare(other.column).lower() == bare(step.column).lower()
        for other in step.earlier
    )
    if renamed:
        message = (
            f"{column_of(step)} is a new column under the name of one that is renamed: the version "
            "still running reads and writes it for the other, and neither notices"
        )
    else:
        lost = (
            "what the migration does not copy is lost" if _copies(step) else "every value is lost"
        )
        message = (
            f"{column_of(step)} is dropped and added anew: {lost}, and the version still running "
            "takes the new column for the old one"
        )
    problem = Problem(message, _remedy(column))
    if step.dialect == "mssql":  # where `IF EXISTS … DROP COLUMN` is how scripts run twice
        problem = problem._replace(confidence=Confidence.LOW)
    return problem


def _remedy(column: str) -> str:
    return (
        f"Give the new column a name of its own, write both, copy in batches, and drop `{column}` "
        "in a later release"
    )


def _copies(step: SchemaStep) -> bool:
    """Return whether the migration changes rows as well, perhaps to keep their values."""
    return any(other.operation is Operation.DATA for other in (*step.earlier, *step.later))


RULE = rule(__file__, on=SchemaStep, of=(Operation.RENAME_COLUMN, Operation.ADD_COLUMN), find=find)
