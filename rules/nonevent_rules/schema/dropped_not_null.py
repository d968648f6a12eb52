"""`dropped-not-null`: a column may hold NULL under a version that cannot read it."""

from collections.abc import Iterator

from nonevent.facts import Operation, SchemaStep
from nonevent.rule import Problem, rule
from nonevent_rules.schema.live import column_of, is_live, weigh


def find(step: SchemaStep) -> Iterator[Problem]:
    """Yield a problem for a column that may be NULL from now on."""
    if not is_live(step):
        return
    message = (
        f"{column_of(step)} may be NULL from now on: once the next version writes that, the "
        "version still running reads a value that it took for impossible"
    )
    remedy = "Release code that can read NULL first, and write it one release later"
    yield weigh(step, Problem(message, remedy))


RULE = rule(__file__, on=SchemaStep, of=(Operation.DROP_NOT_NULL,), find=find)
