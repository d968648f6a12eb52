"""`redefined-object`: a view or function changes its meaning under the running version."""

from collections.abc import Iterator

from nonevent.facts import Operation, SchemaStep
from nonevent.finding import Confidence
from nonevent.rule import Problem, rule
from nonevent_rules.schema.live import is_live, plain, weigh
from nonevent_rules.schema.things import thing

VIEWS = ("view", "materialized view")
WHAT = {
    "view": "reads the new definition at once: a column that it asks for and that is gone fails",
    "materialized view": "reads the new definition at once: a column that it asks for and that is "
    "gone fails",
    "function": "calls the new body at once, also where it passes the old arguments",
    "procedure": "calls the new body at once, also where it passes the old arguments",
    "trigger": "runs the new one in its own writes at once",
}


def find(step: SchemaStep) -> Iterator[Problem]:
    """Yield a problem for a definition that takes the place of another."""
    if step.object not in WHAT:
        return
    if not (step.replaces or step.reuses_name) or not is_live(step):
        return
    message = f"{thing(step)} is defined anew: the version still running {WHAT[step.object]}"
    remedy = (
        f"Make the new one beside it under a name of its own, and drop `{plain(step.name) or '…'}` "
        "when no older instance is left"
    )
    problem = Problem(message, remedy)
    if step.replaces and step.object not in VIEWS:
        # `CREATE OR REPLACE FUNCTION` is also how most are made at first.
        problem = problem._replace(confidence=Confidence.LOW)
    yield weigh(step, problem)


RULE = rule(__file__, on=SchemaStep, of=(Operation.CREATE_OBJECT,), find=find)
