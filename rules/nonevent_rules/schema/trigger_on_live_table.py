"""`trigger-on-live-table`: the writes of the running version run code that it does not know."""

from collections.abc import Iterator

from nonevent.facts import Operation, SchemaStep
from nonevent.finding import Persona
from nonevent.rule import Problem, rule
from nonevent_rules.schema.live import is_live, weigh
from nonevent_rules.schema.things import owner, thing


def find(step: SchemaStep) -> Iterator[Problem]:
    """Yield a problem for a trigger or a rule that a table in use gets."""
    if step.object not in ("trigger", "rule"):
        return
    if not is_live(step) or step.reuses_name:
        return
    if step.object == "rule":
        message = (
            f"{thing(step)} rewrites the statements of the version still running on {owner(step)}, "
            "and taking its ACCESS EXCLUSIVE lock makes reads and writes wait"
        )
        problem = Problem(message, "Write a trigger, which changes rows and not statements")
        yield weigh(step, problem._replace(persona=Persona.REGULAR))
        return
    lock = "SHARE ROW EXCLUSIVE lock" if step.dialect in ("", "postgresql") else "metadata lock"
    message = (
        f"{thing(step)} makes writes to {owner(step)} wait for its {lock}, and from then on runs "
        "in every write of the version still running: where it fails, so do they"
    )
    remedy = "Set a `lock_timeout`, and let the trigger bear rows as the old version writes them"
    yield weigh(step, Problem(message, remedy))


RULE = rule(__file__, on=SchemaStep, of=(Operation.CREATE_OBJECT,), find=find)
