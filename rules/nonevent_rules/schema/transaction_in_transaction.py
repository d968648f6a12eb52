"""`transaction-in-transaction`: a migration begins or ends its tool's transaction."""

from collections.abc import Iterator

from nonevent.facts import Operation, SchemaStep
from nonevent.finding import Persona
from nonevent.rule import Problem, rule

WORDS = (Operation.BEGIN, Operation.END)
RUNNERS = {"alembic": "Alembic", "django": "Django"}


def find(step: SchemaStep) -> Iterator[Problem]:
    """Yield a problem for a COMMIT, or a BEGIN, inside a transaction that somebody else opened."""
    if step.operation not in WORDS or step.direction != "up" or step.in_transaction is not True:
        return
    if any(one.operation is Operation.BEGIN for one in step.earlier):
        return  # the file's own, or its beginning has been reported
    runner = RUNNERS.get(step.framework, "the migration tool")
    if step.operation is Operation.BEGIN:
        yield Problem(
            f"a transaction is begun inside the one that {runner} has opened: the server only "
            "warns, and the first COMMIT ends both, so what follows is not rolled back on failure",
            "Leave BEGIN and COMMIT to the tool, or tell it to open no transaction here",
        )
        return
    yield Problem(
        f"the transaction that {runner} has opened is ended here: what stands before it stays "
        "when a later step fails, and the migration counts as not applied",
        "Split the migration here, or tell the tool to open no transaction for this part",
        persona=Persona.PEDANTIC if step.framework == "alembic" else None,
    )


RULE = rule(__file__, on=SchemaStep, find=find)
