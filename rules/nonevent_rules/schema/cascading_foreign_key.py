"""`cascading-foreign-key`: from now on a DELETE of the version still running takes more along."""

import re
from collections.abc import Iterator

from nonevent.facts import Operation, SchemaStep
from nonevent.rule import Problem, rule
from nonevent_rules.schema.live import is_live, plain, weigh
from nonevent_rules.schema.together import made_before

CASCADE = re.compile(r"(?i)\bon\s+delete\s+cascade\b|\bondelete\s*=\s*[\"']cascade[\"']")


def find(step: SchemaStep) -> Iterator[Problem]:
    """Yield a problem for a foreign key of a table in use that deletes its rows."""
    if not is_live(step):
        return
    if step.constraint != "foreign key" or not CASCADE.search(step.text):
        return
    if made_before(step, step.references):
        return
    table, target = plain(step.table) or "…", plain(step.references) or "…"
    message = (
        f"a DELETE in `{target}` takes the rows of `{table}` along from now on, also one of the "
        "version still running, which expects to be refused or to leave them"
    )
    if step.covered is False and step.dialect in ("", "postgresql"):
        columns = ", ".join(map(plain, step.columns))
        message += f"; without an index on `{columns}` each one reads all of `{table}`"
    yield weigh(
        step,
        Problem(
            message,
            f"Let the code delete the rows of `{table}` first, and add the foreign key without "
            "CASCADE, or with it when every version expects that",
        ),
    )


RULE = rule(__file__, on=SchemaStep, of=(Operation.ADD_CONSTRAINT,), find=find)
