"""`irreversible-migration`: nothing leads back from a migration."""

from collections.abc import Iterator

from nonevent.facts import Operation, SchemaStep
from nonevent.rule import Problem, rule


def find(step: SchemaStep) -> Iterator[Problem]:
    """Yield a problem for a step that the framework refuses to take back, or does not know to."""
    if step.reversible is not False or step.direction != "up" or step.keeps_data:
        return
    if step.framework == "django":
        what = "RunSQL" if step.operation is not Operation.DATA else "operation"
        if "RunPython" in step.text:
            what = "RunPython"
        message = (
            f"this `{what}` has no way back: Django refuses to unapply the migration and every "
            "one before it, so a rollback of the release cannot take its schema back"
        )
        yield Problem(message, _django(step))
    else:
        message = (
            "`downgrade()` does nothing: going back marks this revision as undone while its "
            "changes stay, and the next upgrade fails at what is there already"
        )
        yield Problem(message, "Write what takes it back, or raise an exception that says why not")


def _django(step: SchemaStep) -> str:
    name = "RunPython" if "RunPython" in step.text else "RunSQL"
    word = "reverse_code" if name == "RunPython" else "reverse_sql"
    return f"Give it a `{word}`; `migrations.{name}.noop` where nothing has to be taken back"


RULE = rule(__file__, on=SchemaStep, find=find)
