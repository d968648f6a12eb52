"""`transaction-in-transaction`: a migration begins or ends its tool's transaction."""

import re
from collections.abc import Iterator

from nonevent.facts import Operation, SchemaStep
from nonevent.finding import Persona
from nonevent.rule import Problem, rule

WORDS = (Operation.BEGIN, Operation.END)
FLYWAY = re.compile(r"(?:^|/)(?:V\d[\w.]*|R)__[^/]*\.sql$")
RUNNERS = {"alembic": "Alembic", "django": "Django"}


def find(step: SchemaStep) -> Iterator[Problem]:
    """Yield a problem for a COMMIT, or a BEGIN, inside a transaction that somebody else opened."""
    if step.direction != "up" or step.in_transaction is not True:
        return
    if any(one.operation is Operation.BEGIN for one in step.earlier):
        return  # the file's own, or its beginning has been reported
    calm = step.framework == "alembic" and step.operation is Operation.END
    if FLYWAY.search(step.location.path) and not _goes_on(step):
        calm = True  # nothing is left that could fail, and JDBC takes the second COMMIT for done
    persona = Persona.PEDANTIC if calm else None
    runner = RUNNERS.get(step.framework, "the migration tool")
    if step.operation is Operation.BEGIN:
        yield Problem(
            f"a transaction is begun inside the one that {runner} has opened: the server only "
            "warns, and the first COMMIT ends both, so what follows is not rolled back on failure",
            "Leave BEGIN and COMMIT to the tool, or tell it to open no transaction here",
            persona=persona,
        )
        return
    yield Problem(
        f"the transaction that {runner} has opened is ended here: what stands before it stays "
        "when a later step fails, and the migration counts as not applied",
        "Split the migration here, or tell the tool to open no transaction for this part",
        persona=persona,
    )


def _goes_on(step: SchemaStep) -> bool:
    """Return whether a step follows that the tool's transaction no longer holds."""
    ends = [one for one in (step, *step.later) if one.operation is Operation.END]
    first = min((one.location.line for one in ends), default=None)
    if first is None:
        return True
    return any(one.operation not in WORDS and one.location.line >= first for one in step.later)


RULE = rule(__file__, on=SchemaStep, of=WORDS, find=find)
