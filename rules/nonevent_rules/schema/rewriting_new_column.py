"""`rewriting-new-column`: a column is added in a form that gives every row a value of its own."""

from collections.abc import Iterator, Mapping

from nonevent.facts import Operation, SchemaStep
from nonevent.rule import Problem, Table, rule
from nonevent_rules.schema.live import column_of, is_live, language, plain, weigh
from nonevent_rules.schema.locks import Lock, effects, on_server
from nonevent_rules.schema.things import article

WHY = {
    "serial": "numbers every row from a sequence",
    "identity": "numbers every row from a sequence",
    "auto_increment": "numbers every row",
    "stored": "computes and stores a value for every row",
}


def find(step: SchemaStep, rows: Mapping[str, Lock]) -> Iterator[Problem]:
    """Yield a problem for a new column that is filled row by row under a lock."""
    if not is_live(step):
        return
    found = effects(step, rows)
    lock = next((row for row in found if row.rewrites and row.stalls), None)
    if lock is None:
        return
    why = WHY.get(step.fills, "gives every row a value of its own")
    message = (
        f"{on_server(step.dialect)}{column_of(step)} {why}: the table is rewritten under "
        f"{article(lock.lock)} lock, {lock.blocks} wait until it is done"
    )
    yield weigh(step, Problem(message, _remedy(step)))


def _remedy(step: SchemaStep) -> str:
    column = plain(step.column) or "…"
    if step.fills == "stored":
        return (
            f"Add `{column}` as a plain column, fill it by a trigger and in batches, or compute it "
            "in a view"
        )
    plainly = {
        "alembic": "with `nullable=True` and no default",
        "django": "with `null=True` and no default",
    }.get(language(step), "without a default")
    return (
        f"Add `{column}` {plainly}, set the default in a statement of its own, which concerns new "
        "rows alone, and fill the old rows in batches"
    )


RULE = rule(
    __file__, on=SchemaStep, of=(Operation.ADD_COLUMN,), find=find, table=Table("locks", Lock)
)
