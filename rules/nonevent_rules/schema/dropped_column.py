"""`dropped-column`: a column goes while the version still running reads and writes it."""

from collections.abc import Iterator

from nonevent.facts import Operation, SchemaStep
from nonevent.rule import Problem, rule
from nonevent_rules.schema.live import arguments, column_of, is_live, language, plain, weigh
from nonevent_rules.schema.running import calm


def find(step: SchemaStep) -> Iterator[Problem]:
    """Yield a problem for a column dropped from a table in use."""
    if step.operation is not Operation.DROP_COLUMN or not is_live(step):
        return
    if step.made_again:  # the name stays: see `reused-column-name`
        return
    message = (
        f"{column_of(step)} is dropped while the version still running may read and write it: "
        "each of its queries that names the column fails until the roll is over"
    )
    problem = weigh(step, Problem(message, _remedy(step)))
    yield from calm(step, problem, f"{column_of(step)} is dropped")


def _remedy(step: SchemaStep) -> str:
    table, column = plain(step.table) or "…", plain(step.column) or "…"
    if language(step) == "alembic":
        return (
            f"Take `{column}` out of the mapped class in this release, and run "
            f"`op.drop_column({arguments(step, column)})` in the next one"
        )
    if language(step) == "django":
        return (
            f"Move the removal of `{column}` into `state_operations` of "
            "`SeparateDatabaseAndState` now, and drop the column with `RunSQL` in the next release"
        )
    return (
        f"Release code that no longer names `{column}`, and run "
        f"`ALTER TABLE {table} DROP COLUMN {column}` in the release after it"
    )


RULE = rule(__file__, on=SchemaStep, find=find)
