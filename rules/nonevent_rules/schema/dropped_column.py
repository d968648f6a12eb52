"""`dropped-column`: a column goes while the version still running reads and writes it."""

from collections.abc import Iterator

from nonevent.facts import Operation, SchemaStep
from nonevent.rule import Problem, rule
from nonevent_rules.schema.live import column_of, is_live, is_newborn, weigh
from nonevent_rules.schema.remedies import drop_column_later
from nonevent_rules.schema.running import calm


def find(step: SchemaStep) -> Iterator[Problem]:
    """Yield a problem for a column dropped from a table in use."""
    if not is_live(step):
        return
    if step.made_again or is_newborn(step):  # the name stays: see `reused-column-name`
        return
    message = (
        f"{column_of(step)} is dropped while the version still running may read and write it: "
        "each of its queries that names the column fails until the roll is over"
    )
    problem = weigh(step, Problem(message, drop_column_later(step)))
    yield from calm(step, problem, f"{column_of(step)} is dropped")


RULE = rule(__file__, on=SchemaStep, of=(Operation.DROP_COLUMN,), find=find)
