"""`column-and-code-in-one-release`: a column comes with the code that cannot do without it."""

from collections.abc import Iterator

from nonevent.facts import Operation, SchemaStep
from nonevent.rule import Problem, rule
from nonevent_rules.schema.live import column_of, is_live, weigh


def find(step: SchemaStep) -> Iterator[Problem]:
    """Yield a problem for an added column that code of the same change begins to name."""
    if not step.needed or not is_live(step):
        return
    message = (
        f"{column_of(step)} is added in the release whose code begins to name it: an instance "
        "that starts before the migration is over fails with each query on the table"
    )
    remedy = (
        "Run the migration to its end before the first instance of the new version starts, or "
        "release it one version before the code"
    )
    yield weigh(step, Problem(message, remedy))


RULE = rule(__file__, on=SchemaStep, of=(Operation.ADD_COLUMN,), find=find)
