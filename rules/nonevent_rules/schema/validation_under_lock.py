"""`validation-under-lock`: a constraint is validated while its transaction holds a strong lock."""

from collections.abc import Iterator, Mapping

from nonevent.facts import Operation, SchemaStep
from nonevent.finding import Confidence, Related
from nonevent.rule import Problem, Table, rule
from nonevent_rules.schema.live import is_live, plain
from nonevent_rules.schema.locks import Lock
from nonevent_rules.schema.together import held_before, named, same_table


def find(step: SchemaStep, rows: Mapping[str, Lock]) -> Iterator[Problem]:
    """Yield a problem for a scan that others have to wait for after all."""
    if not is_live(step):
        return
    if step.dialect not in ("", "postgresql"):
        return
    holding = [(one, lock) for one, lock in held_before(step, rows) if same_table(step, one)]
    if not holding:
        return
    first, lock = max(holding, key=lambda pair: pair[1].weight)
    name = f"`{plain(step.name)}`" if step.name else "a constraint"
    waiting = "reads and writes wait" if lock.blocks == "reads and writes" else "writes wait"
    message = (
        f"{name} is validated in the transaction of {named(first)}, whose {lock.lock} lock lasts "
        f"until the end: {waiting} while every row of `{plain(step.table)}` is read"
    )
    sure = Confidence.HIGH if step.in_transaction else Confidence.MEDIUM
    related = (Related(first.location, f"takes the {lock.lock} lock"),)
    yield Problem(message, _remedy(step), confidence=sure, related=related)


def _remedy(step: SchemaStep) -> str:
    where = {"alembic": "the next revision", "django": "the next migration"}
    place = where.get(step.framework, "a file of its own, hence a transaction of its own")
    return f"Move `VALIDATE CONSTRAINT` into {place}"


RULE = rule(
    __file__,
    on=SchemaStep,
    of=(Operation.VALIDATE_CONSTRAINT,),
    find=find,
    table=Table("locks", Lock),
)
