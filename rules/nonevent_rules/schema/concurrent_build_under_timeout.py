"""`concurrent-build-under-timeout`: a concurrent build that `statement_timeout` may cancel."""

from collections.abc import Iterator

from nonevent.facts import Operation, SchemaStep
from nonevent.rule import Problem, rule
from nonevent_rules.schema.live import is_live, plain
from nonevent_rules.schema.mending import first

BUILDS = (Operation.CREATE_INDEX, Operation.REINDEX)


def find(step: SchemaStep) -> Iterator[Problem]:
    """Yield a problem for a build whose time is limited."""
    if step.operation not in BUILDS or not step.concurrently or not is_live(step):
        return
    limit = dict(step.limits).get("statement_timeout")
    if limit is None:
        return
    name = f"`{plain(step.name)}`" if step.name else "an index"
    message = (
        f"{name} is built concurrently under `statement_timeout = {limit}`: a build that takes "
        "longer is cancelled, and leaves an invalid index that slows writes down and serves no "
        "query"
    )
    remedy = "Set `statement_timeout` to 0 before it, and back after it"
    yield Problem(message, remedy, edits=first(step, "SET statement_timeout = 0"))


RULE = rule(__file__, on=SchemaStep, of=BUILDS, find=find)
