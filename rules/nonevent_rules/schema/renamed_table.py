"""`renamed-table`: a table changes its name under two versions that know one name each."""

from collections.abc import Iterator

from nonevent.facts import Operation, SchemaStep
from nonevent.finding import Confidence, Persona
from nonevent.rule import Problem, rule
from nonevent_rules.schema.live import is_live, plain, weigh
from nonevent_rules.schema.remedies import keep_table
from nonevent_rules.schema.running import calm


def find(step: SchemaStep) -> Iterator[Problem]:
    """Yield a problem for a table renamed in place."""
    if not is_live(step):
        return
    old, new = plain(step.table), plain(step.new_name)
    # PostgreSQL renames a sequence by ALTER TABLE as well, and a column's default follows it.
    if (old and old == new) or (old.endswith("_seq") and new.endswith("_seq")):
        return
    if step.made_again:  # whoever asks for the old name finds a view or another table
        return
    message = (
        f"{f'`{old}`' if old else 'a table'} is renamed in place{f' to `{new}`' if new else ''}: "
        "the version still running queries the old name and the next one the new, "
        "so one of the two fails during the roll"
    )
    # Django renames nothing where Meta.db_table stays; that stands in another file.
    sure = Confidence.MEDIUM if "RenameModel" in step.text else None
    remedy = keep_table(step, old or "…", new or "…")
    problem = Problem(message, remedy, confidence=sure)
    if step.reuses_name:  # an exchange with a table that was kept beside it for the purpose
        problem = problem._replace(confidence=Confidence.LOW, persona=Persona.AUDITOR)
    yield from calm(step, weigh(step, problem), f"`{old}` is renamed")


RULE = rule(__file__, on=SchemaStep, of=(Operation.RENAME_TABLE,), find=find)
