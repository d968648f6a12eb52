"""`null-still-written`: a column becomes required under code that may leave it empty."""

from collections.abc import Iterator

from nonevent.facts import Operation, SchemaStep
from nonevent.finding import Confidence
from nonevent.rule import Problem, rule
from nonevent_rules.schema.live import column_of, is_live, plain, weigh
from nonevent_rules.schema.running import first, places


def find(step: SchemaStep) -> Iterator[Problem]:
    """Yield a problem for a column that becomes NOT NULL while a model of the code lets it be."""
    if not step.uses or not is_live(step):
        return
    end = "until the roll is over" if step.uses[0].running else "from then on"
    message = (
        f"{column_of(step)} becomes NOT NULL while {first(step)} lets it be empty: "
        f"each of its rows without a value is refused {end}"
    )
    column = plain(step.column)
    remedy = (
        f"Release code that always fills `{column}`, backfill, and require it in the release after"
    )
    yield weigh(step, Problem(message, remedy, confidence=Confidence.MEDIUM, related=places(step)))


RULE = rule(__file__, on=SchemaStep, of=(Operation.SET_NOT_NULL,), find=find)
