"""`blocking-view-refresh`: a materialized view is filled anew while its readers wait."""

from collections.abc import Iterator

from nonevent.facts import Operation, SchemaStep
from nonevent.rule import Problem, rule
from nonevent_rules.schema.live import bare, is_live, plain, weigh
from nonevent_rules.schema.things import executed, thing


def find(step: SchemaStep) -> Iterator[Problem]:
    """Yield a problem for a refresh that is not concurrent."""
    if not step.action.startswith("refresh"):
        return
    if step.object != "materialized view" or step.concurrently or not is_live(step):
        return
    if any(_makes(step, one) for one in step.earlier):
        return
    if step.action == "refresh with no data":
        message = (
            f"{thing(step)} is emptied: every query of it fails, of both versions, "
            "until it is filled again"
        )
    else:
        message = (
            f"{thing(step)} is filled anew under an ACCESS EXCLUSIVE lock: "
            "its readers wait until the whole query has run"
        )
    view = plain(step.name) or "…"
    safe = executed(step, f"REFRESH MATERIALIZED VIEW CONCURRENTLY {view}")
    yield weigh(step, Problem(message, f"Run {safe}: it needs a unique index on the view"))


def _makes(step: SchemaStep, one: SchemaStep) -> bool:
    """Tell whether an earlier step makes the view, perhaps only IF NOT EXISTS."""
    made = one.operation is Operation.CREATE_OBJECT and one.object == step.object
    return made and bare(one.name).lower() == bare(step.name).lower()


RULE = rule(__file__, on=SchemaStep, of=(Operation.ALTER_OBJECT,), find=find)
