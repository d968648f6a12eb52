"""`blocking-algorithm`: MySQL is told to change a table in a way that keeps others waiting."""

from collections.abc import Iterator

from nonevent.facts import Operation, SchemaStep
from nonevent.rule import Problem, rule
from nonevent_rules.schema.live import is_live, plain, weigh

WAITING = {"shared": "writes wait", "exclusive": "reads and writes wait"}


def find(step: SchemaStep) -> Iterator[Problem]:
    """Yield a problem for ALGORITHM=COPY and for LOCK=SHARED or EXCLUSIVE."""
    if step.operation is Operation.LOCK_TABLE or not is_live(step):
        return
    copies = step.algorithm == "copy"
    if not copies and step.lock_mode not in WAITING:
        return
    asked = f"ALGORITHM=COPY{', ' if step.lock_mode in WAITING else ''}" if copies else ""
    asked += f"LOCK={step.lock_mode.upper()}" if step.lock_mode in WAITING else ""
    work = "every row is copied and " if copies else ""
    waiting = WAITING.get(step.lock_mode, "writes wait")
    message = (
        f"`{asked}` is asked for on `{plain(step.table)}`: {work}{waiting} until it is done, also "
        "where the server could do without"
    )
    remedy = (
        "Ask for `ALGORITHM=INPLACE, LOCK=NONE`, or `ALGORITHM=INSTANT`: where the server cannot, "
        "it refuses at once; then use gh-ost or pt-online-schema-change"
    )
    yield weigh(step, Problem(message, remedy))


RULE = rule(__file__, on=SchemaStep, find=find)
