"""`backfill-under-lock`: many rows are changed while the transaction keeps a strong lock."""

import re
from collections.abc import Iterator, Mapping

from nonevent.facts import Operation, Rows, SchemaStep
from nonevent.finding import Confidence, Persona, Related, Severity
from nonevent.rule import Problem, Table, rule
from nonevent_rules.schema.live import plain
from nonevent_rules.schema.locks import Lock
from nonevent_rules.schema.together import held_before, is_aside, named, same_table

LONG = (Rows.ALL, Rows.MANY, Rows.BATCH)
# A query that reads all rows of a table: nothing bounds it, and nothing is called in its place.
READS = re.compile(
    r"(?is)^select\b(?!.*\b(?:where|limit|fetch|into)\b).+\bfrom\s+([\w.\"]+)\s*(?:group\b.*)?;?$"
)
CUT = 195  # characters; the reader cuts a statement off soon after


def find(step: SchemaStep, rows: Mapping[str, Lock]) -> Iterator[Problem]:
    """Yield a problem for work on rows that others have to wait for."""
    if step.operation is Operation.OTHER and len(step.text) < CUT:
        yield from _read(step, rows)
    if step.operation is not Operation.DATA or step.direction != "up" or step.keeps_data:
        return
    if is_aside(step):
        return
    is_code = step.framework == "django" and "RunPython" in step.text
    if step.rows not in LONG and not (is_code and step.rows is Rows.UNKNOWN):
        return
    holding = list(held_before(step, rows))
    if not holding:
        return
    one, lock = max(
        holding, key=lambda pair: (same_table(step, pair[0]), len(pair[1].blocks), pair[1].weight)
    )
    waiting = "reads and writes" if lock.blocks == "reads and writes" else "writes"
    message = (
        f"{_subject(step, is_code=is_code)} in the transaction of {named(one)}, whose {lock.lock} "
        f"lock lasts until the end: {waiting} of `{plain(one.table)}` wait for all of it"
    )
    problem = Problem(
        message,
        _remedy(step),
        confidence=Confidence.HIGH if step.in_transaction and step.dialect else Confidence.MEDIUM,
        related=(Related(one.location, f"takes the {lock.lock} lock"),),
    )
    if step.rows is Rows.UNKNOWN:
        yield problem._replace(confidence=Confidence.LOW, persona=Persona.PEDANTIC)
    elif step.rows is Rows.ALL or same_table(step, one):
        yield problem
    else:
        yield problem._replace(severity=Severity.WARNING)


def _read(step: SchemaStep, rows: Mapping[str, Lock]) -> Iterator[Problem]:
    """Yield a problem for a query that reads a table whose lock keeps others waiting."""
    found = READS.match(step.text)
    if found is None or step.direction != "up":
        return
    asked = step._replace(table=found[1])
    for one, lock in held_before(step, rows):
        if same_table(asked, one) and lock.blocks == "reads and writes":
            message = (
                f"all rows of `{plain(one.table)}` are read in the transaction of {named(one)}, "
                f"whose {lock.lock} lock lasts until the end: reads and writes wait for all of it"
            )
            related = (Related(one.location, f"takes the {lock.lock} lock"),)
            remedy = "Ask before the change, or after it has been committed"
            yield Problem(message, remedy, severity=Severity.WARNING, related=related)
            return


def _subject(step: SchemaStep, *, is_code: bool) -> str:
    table = f" of `{plain(step.table)}`" if step.table else ""
    if is_code:
        known = step.rows is not Rows.UNKNOWN
        return f"Python code goes through rows{table}" if known else "Python code changes rows"
    if step.text.lower().startswith(("insert", "replace")):
        return (
            f"what a query finds is put into `{plain(step.table)}`"
            if step.table
            else "rows are copied"
        )
    return {
        Rows.ALL: f"all rows{table} are changed",
        Rows.BATCH: f"rows{table} are changed batch by batch",
    }.get(step.rows, f"rows{table} are searched and changed")


def _remedy(step: SchemaStep) -> str:
    if step.framework == "django":
        return (
            "Move it into a migration of its own with `atomic = False` and change the rows in "
            "batches there"
        )
    if step.framework == "alembic":
        return "Move it into a later revision, or a job, that commits batch by batch"
    return "Move it into a file of its own, or a job, that commits batch by batch"


RULE = rule(
    __file__,
    on=SchemaStep,
    of=(Operation.DATA, Operation.OTHER),
    find=find,
    table=Table("locks", Lock),
)
