"""`table-still-used`: a migration takes a table from code that runs while it does."""

from collections.abc import Iterator

from nonevent.facts import Manner, Operation, SchemaStep
from nonevent.rule import Problem, rule
from nonevent_rules.schema.live import is_live, plain, weigh
from nonevent_rules.schema.remedies import keep_table
from nonevent_rules.schema.running import first, places, sure


def find(step: SchemaStep) -> Iterator[Problem]:
    """Yield a problem for a table that goes, or changes its name, under code that names it."""
    if not step.uses or not is_live(step) or step.made_again:
        return
    old, new = plain(step.table), plain(step.new_name)
    if step.operation is Operation.DROP_TABLE:
        what, remedy = f"`{old}` is dropped", _later(old)
    elif step.operation is Operation.RENAME_TABLE and old != new:
        what, remedy = (
            f"`{old}` is renamed{f' to `{new}`' if new else ''}",
            keep_table(step, old, new),
        )
    else:
        return
    use = step.uses[0]
    does = "maps it" if use.manner is Manner.MAPPED else "queries it"
    end = "until the roll is over" if use.running else "from then on"
    message = f"{what} while {first(step)} {does}: each of its queries fails {end}"
    yield weigh(step, Problem(message, remedy, confidence=sure(step), related=places(step)))


def _later(table: str) -> str:
    return f"Release code that no longer names `{table}` first, and drop it in the release after"


RULE = rule(__file__, on=SchemaStep, of=(Operation.DROP_TABLE, Operation.RENAME_TABLE), find=find)
