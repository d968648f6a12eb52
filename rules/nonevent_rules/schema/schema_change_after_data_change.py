"""`schema-change-after-data-change`: rows of a table change before its schema, in a transaction."""

from collections.abc import Iterator, Mapping

from nonevent.facts import Operation, Rows, SchemaStep
from nonevent.finding import Confidence, Persona, Related
from nonevent.rule import Problem, Table, rule
from nonevent_rules.schema.live import is_live, plain
from nonevent_rules.schema.locks import Lock, effect
from nonevent_rules.schema.together import UNCHANGING, same_table, shared


def find(step: SchemaStep, rows: Mapping[str, Lock]) -> Iterator[Problem]:
    """Yield a problem for a change of a table whose rows Django has changed just before."""
    if step.framework != "django" or step.operation in UNCHANGING or not is_live(step):
        return
    lock = effect(step, rows) if step.dialect in ("", "postgresql") else None
    if lock is None or lock.blocks != "reads and writes":
        return
    before = [one for one in shared(step) if one.operation is Operation.DATA and _changes(one)]
    known = [one for one in before if same_table(step, one)]
    unknown = [one for one in before if not one.table]
    if not (known or unknown) or _is_second(step, rows):
        return
    first = (known or unknown)[0]
    table = f"`{plain(step.table)}`"
    whose = f"rows of {table} are" if known else f"rows, perhaps of {table}, are"
    message = (
        f"{whose} changed before its schema in one transaction: PostgreSQL refuses to alter a "
        "table whose changed rows have deferred foreign keys to check, and the migration fails "
        "where there are such rows"
    )
    yield Problem(
        message,
        "Move the rows, or the schema, into a migration of its own",
        confidence=Confidence.MEDIUM if known else Confidence.LOW,
        persona=Persona.PEDANTIC if known else Persona.AUDITOR,
        related=(Related(first.location, "changes rows"),),
    )


def _changes(one: SchemaStep) -> bool:
    return one.rows is not Rows.UNKNOWN


def _is_second(step: SchemaStep, rows: Mapping[str, Lock]) -> bool:
    """Tell whether an earlier step on the table has been reported."""
    seen = False
    for one in shared(step):
        seen = seen or one.operation is Operation.DATA
        if seen and same_table(step, one) and one.operation not in UNCHANGING:
            lock = effect(one, rows)
            if lock is not None and lock.blocks == "reads and writes":
                return True
    return False


RULE = rule(__file__, on=SchemaStep, find=find, table=Table("locks", Lock))
