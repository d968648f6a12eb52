"""`transaction-left-open`: a migration begins a transaction and does not commit it."""

from collections.abc import Iterator

from nonevent.facts import Operation, SchemaStep
from nonevent.rule import Problem, rule
from nonevent_rules.schema.together import changes


def find(step: SchemaStep) -> Iterator[Problem]:
    """Yield a problem for a BEGIN without an end."""
    if step.framework != "sql" or step.in_transaction:
        return
    if _ends_the_runners(step):
        return
    if step.dialect == "mssql":  # its COMMIT often stands in a block with the BEGIN
        return
    if any(one.operation is Operation.END for one in step.later) or not changes(step.later):
        return
    yield Problem(
        "the transaction that is begun here is not ended in this file: when the connection closes "
        "all that follows is rolled back, and until then its locks keep others waiting",
        "End the file with `COMMIT`",
    )


def _ends_the_runners(step: SchemaStep) -> bool:
    """Tell whether the file ended a transaction that it had not begun: its runner ends this one."""
    marks = [one for one in step.earlier if one.operation in (Operation.BEGIN, Operation.END)]
    return bool(marks) and marks[0].operation is Operation.END


RULE = rule(__file__, on=SchemaStep, of=(Operation.BEGIN,), find=find)
