"""`renamed-column`: a column changes its name under two versions that know one name each."""

from collections.abc import Iterator

from nonevent.facts import Operation, SchemaStep
from nonevent.finding import Confidence, Persona
from nonevent.rule import Problem, rule
from nonevent_rules.schema.live import column_of, is_live, is_newborn, language, plain, weigh
from nonevent_rules.schema.running import calm


def find(step: SchemaStep) -> Iterator[Problem]:
    """Yield a problem for a column renamed in place."""
    if not is_live(step):
        return
    old, new = plain(step.column), plain(step.new_name)
    if (old and old == new) or is_newborn(step):
        return
    # An exchange: the next name was taken from another column a moment ago, and this one has been
    # kept beside it for the purpose.
    swaps = step.reuses_name
    message = (
        f"{column_of(step)} is renamed in place{_to(new)}: the version still running asks for "
        "the old name and the next one for the new, so one of the two fails during the roll"
    )
    problem = Problem(message, _remedy(step, old or "…", new or "…"))
    if swaps:
        problem = problem._replace(confidence=Confidence.LOW, persona=Persona.AUDITOR)
    yield from calm(step, weigh(step, problem), f"{column_of(step)} is renamed")


def _to(new: str) -> str:
    return f" to `{new}`" if new else ""


def _remedy(step: SchemaStep, old: str, new: str) -> str:
    if language(step) == "alembic":
        return (
            f'Keep the column and rename the attribute alone: `{new} = mapped_column("{old}", …)`; '
            f"or add `{new}`, write both, backfill, and drop `{old}` in a later release"
        )
    if language(step) == "django":
        return (
            f'Keep the column with `db_column="{old}"` on the field `{new}`, and put the '
            "`RenameField` into `state_operations` of `SeparateDatabaseAndState`"
        )
    table = plain(step.table) or "…"
    return (
        f"Add `{new}` to `{table}` beside `{old}`, write both, backfill, "
        f"move the readers, and drop `{old}` in a later release"
    )


RULE = rule(__file__, on=SchemaStep, of=(Operation.RENAME_COLUMN,), find=find)
