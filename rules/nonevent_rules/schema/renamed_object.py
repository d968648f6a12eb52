"""`renamed-object`: a view, type or schema changes its name under versions that know one each."""

from collections.abc import Iterator

from nonevent.facts import Operation, SchemaStep
from nonevent.finding import Confidence
from nonevent.rule import Problem, rule
from nonevent_rules.schema.live import is_live, plain, weigh
from nonevent_rules.schema.things import executed, thing

# Kinds whose names stand in queries, in casts or in the settings of a connection.
SPOKEN = (
    *("view", "materialized view", "type", "domain", "schema", "database", "function"),
    *("procedure", "package", "synonym", "role", "sequence"),
)
# A column's default follows its sequence: who names it is the exception.
OWNED = ("_seq", "_sequence")


def find(step: SchemaStep) -> Iterator[Problem]:
    """Yield a problem for an object whose name the other version asks for."""
    if step.object not in SPOKEN:
        return
    if not is_live(step) or step.made_again:
        return
    if step.object == "sequence" and plain(step.name).lower().endswith(OWNED):
        return
    what = f"`{plain(step.column)}` of {thing(step)}" if step.column else thing(step)
    message = (
        f"{what} is renamed to `{plain(step.new_name)}`: the version still running asks for the "
        "old name and the next one for the new, so one of the two fails during the roll"
    )
    sure = Confidence.MEDIUM if step.object in ("role", "sequence", "type", "domain") else None
    yield weigh(step, Problem(message, _remedy(step), confidence=sure))


def _remedy(step: SchemaStep) -> str:
    old, new = plain(step.name) or "…", plain(step.new_name) or "…"
    if step.object == "view" and not step.column:
        made = executed(step, f"CREATE VIEW {new} AS SELECT * FROM {old}")  # noqa: S608
        return f"Keep `{old}` and give the next version the new name beside it: {made}"
    if step.object in ("function", "procedure"):
        return f"Create `{new}` beside `{old}`, and drop `{old}` in a later release"
    return (
        f"Keep `{old}`, make `{new}` beside it, move the code over, and drop `{old}` "
        "in a later release"
    )


RULE = rule(__file__, on=SchemaStep, of=(Operation.RENAME_OBJECT,), find=find)
