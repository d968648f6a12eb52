"""`index-dropped-before-rebuild`: an index goes before the one that takes its place is there."""

from collections.abc import Iterator

from nonevent.facts import Operation, SchemaStep
from nonevent.finding import Confidence, Persona, Related
from nonevent.rule import Problem, rule
from nonevent_rules.schema.live import bare, is_live, plain, weigh
from nonevent_rules.schema.together import shared


def find(step: SchemaStep) -> Iterator[Problem]:
    """Yield a problem for an index that is built after the one of its name was dropped."""
    if not is_live(step) or not step.name:
        return
    dropped = next((one for one in step.earlier if _makes_room(step, one)), None)
    if dropped is None or (step.concurrently and (dropped.guarded or _is_asked(step, dropped))):
        return  # what a failed concurrent build has left is removed before the next
    table = plain(step.table) or "…"
    message = (
        f"index `{plain(step.name)}` is dropped before it is built anew: until the build is done "
        f"the running version's queries of `{table}` do without it"
    )
    holds = step.dialect in ("", "postgresql") and not step.concurrently and dropped in shared(step)
    if holds:
        message += ", and wait, since the drop's ACCESS EXCLUSIVE lock lasts until the end"
    sure = Confidence.HIGH if step.in_transaction is not None else Confidence.MEDIUM
    # IF EXISTS of an index that no migration made: mostly there is none.
    persona = Persona.PEDANTIC if dropped.guarded and not dropped.columns else None
    related = (Related(dropped.location, "is dropped here"),)
    remedy = "Build the next one under another name first, then drop the old one and rename"
    problem = Problem(message, remedy, confidence=sure, related=related, persona=persona)
    yield weigh(step, problem)


def _is_asked(step: SchemaStep, dropped: SchemaStep) -> bool:
    """Tell whether the drop stands under an `if` that the build does not stand under."""
    return not {line for line, _ in dropped.branch} <= {line for line, _ in step.branch}


def _makes_room(step: SchemaStep, one: SchemaStep) -> bool:
    return one.operation is Operation.DROP_INDEX and (
        bare(one.name).lower() == bare(step.name).lower()
    )


RULE = rule(__file__, on=SchemaStep, of=(Operation.CREATE_INDEX,), find=find)
