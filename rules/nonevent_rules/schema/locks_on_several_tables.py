"""`locks-on-several-tables`: one transaction collects strong locks on tables in use."""

from collections.abc import Iterator, Mapping

from nonevent.facts import SchemaStep
from nonevent.finding import Related
from nonevent.rule import Problem, Table, rule
from nonevent_rules.schema.live import bare, is_live, plain
from nonevent_rules.schema.locks import Lock, effect
from nonevent_rules.schema.together import UNCHANGING, held_before


def find(step: SchemaStep, rows: Mapping[str, Lock]) -> Iterator[Problem]:
    """Yield a problem for the step that takes the lock on the second table."""
    if step.operation in UNCHANGING or not is_live(step) or not step.table:
        return
    lock = effect(step, rows)
    if lock is None or not lock.transaction or not lock.blocks.endswith("writes"):
        return
    held = {bare(one.table).lower(): (one, taken) for one, taken in held_before(step, rows)}
    if len(held) != 1 or bare(step.table).lower() in held:
        return
    [(first, taken)] = held.values()
    message = (
        f"`{plain(step.table)}` is locked ({lock.lock}) while the same transaction keeps "
        f"`{plain(first.table)}` locked ({taken.lock}): a request that uses the two in the other "
        "order deadlocks with the migration, and one of both is cancelled"
    )
    related = (Related(first.location, f"takes the {taken.lock} lock"),)
    yield Problem(message, "Change one table in a transaction", related=related)


RULE = rule(__file__, on=SchemaStep, find=find, table=Table("locks", Lock))
