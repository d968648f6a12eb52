"""`dropped-unique-guarantee`: values that the running version takes for unique may repeat."""

import re
from collections.abc import Iterator

from nonevent.facts import Operation, SchemaStep
from nonevent.rule import Problem, rule
from nonevent_rules.schema.live import is_live, plain, weigh
from nonevent_rules.schema.together import same_table

# How PostgreSQL, Django and naming conventions of SQLAlchemy name them.
NAMED = re.compile(r"(?i)_key$|_uniq$|_unique$|^u[qnk]x?_|_uc$|_uq$|_uniq_")
GONE = (Operation.DROP_TABLE, Operation.RENAME_TABLE)


def find(step: SchemaStep) -> Iterator[Problem]:
    """Yield a problem for a unique constraint that goes without another in its place."""
    if not is_live(step):
        return
    if step.constraint != "unique" and (step.constraint or not NAMED.search(plain(step.name))):
        return
    if any(_excuses(step, one) for one in (*step.earlier, *step.later)):
        return
    subject = f"unique constraint `{plain(step.name)}`" if step.name else "a unique constraint"
    message = (
        f"{subject} on `{plain(step.table)}` is dropped: an upsert of the version still running "
        "that names it or its columns fails, and it meets duplicates which the next version writes"
    )
    remedy = "Drop it in a release after the one whose code no longer relies on it"
    yield weigh(step, Problem(message, remedy))


def _excuses(step: SchemaStep, one: SchemaStep) -> bool:
    if not same_table(step, one):
        return False
    if one.operation is Operation.DROP_COLUMN or one.operation in GONE:
        return True  # of that the rules on columns and tables speak
    return one.unique or (
        one.constraint in ("unique", "primary key", "exclude")
        and (one.operation in (Operation.ADD_CONSTRAINT, Operation.CREATE_INDEX))
    )


RULE = rule(__file__, on=SchemaStep, of=(Operation.DROP_CONSTRAINT,), find=find)
