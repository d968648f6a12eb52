"""`unbatched-data-change`: one statement or function of a migration changes a table's every row."""

import re
from collections.abc import Iterator, Mapping

from nonevent.facts import Operation, Rows, SchemaStep
from nonevent.finding import Confidence, Persona
from nonevent.rule import Problem, Table, rule
from nonevent_rules.schema.live import is_live, plain, weigh
from nonevent_rules.schema.locks import Lock
from nonevent_rules.schema.together import held_before, is_aside

ADDS = re.compile(r"(?i)^\s*(?:insert|replace|copy|load)\b|\.insert\(|\binsert\(|from_select")
# A condition that holds for most rows of a table until the backfill is done, or joins it.
WIDE = re.compile(r"(?i)\bis\s+null\b|\bfrom\b.*\bwhere\b|is_\(None\)|== None|\busing\b")


def find(step: SchemaStep, rows: Mapping[str, Lock]) -> Iterator[Problem]:
    """Yield a problem for a change of a whole table in one transaction."""
    if not is_live(step) or ADDS.search(step.text):
        return
    if is_aside(step) or _commits_each(step):
        return
    if step.rows not in (Rows.ALL, Rows.MANY) or any(held_before(step, rows)):
        return
    table = f"`{plain(step.table)}`" if step.table else "a table"
    who = "Python code" if "RunPython" in step.text else "one statement"
    which = "every row" if step.rows is Rows.ALL else "an unknown share of the rows"
    message = (
        f"{who} changes {which} of {table} in one transaction: each row stays locked until its "
        "end, so requests that write to one wait, and replicas fall behind"
    )
    sure = Confidence.HIGH if step.rows is Rows.ALL and step.table else Confidence.MEDIUM
    problem = Problem(message, _remedy(step), confidence=sure)
    if step.rows is Rows.MANY and not (WIDE.search(step.text) and _is_update(step)):
        problem = problem._replace(persona=Persona.PEDANTIC)
    yield weigh(step, problem) if step.framework != "django" else problem


def _commits_each(step: SchemaStep) -> bool:
    """Return whether Python code of Django runs without a transaction: each query has its own."""
    return step.in_transaction is False and step.text.startswith(
        ("migrations.RunPython", "RunPython")
    )


def _is_update(step: SchemaStep) -> bool:
    return "update" in step.text.lower()


def _remedy(step: SchemaStep) -> str:
    if step.framework == "django":
        return "Change slices of primary keys in a migration with `atomic = False`"
    return "Change some thousand rows at a time by their primary key, and commit after each batch"


RULE = rule(__file__, on=SchemaStep, of=(Operation.DATA,), find=find, table=Table("locks", Lock))
