"""`dropped-schema`: a schema or database goes with all that it holds."""

import re
from collections.abc import Iterator

from nonevent.facts import Operation, SchemaStep
from nonevent.finding import Confidence, Persona
from nonevent.rule import Problem, rule
from nonevent_rules.schema.live import is_live, plain, weigh
from nonevent_rules.schema.things import thing

WHOLE = ("schema", "database", "owned")
# Scripts that clear a whole database away by hand, and say so: `drop_db.sql`.
CLEARING = re.compile(
    r"(?i)^(?:drop|reset|recreate|clear|clean|wipe|destroy|tear_?down)(?:[_.-]|$)"
)


def find(step: SchemaStep) -> Iterator[Problem]:
    """Yield a problem for a schema or a database that is dropped."""
    if step.object not in WHOLE:
        return
    if not is_live(step):
        return
    # Without CASCADE, PostgreSQL and SQL Server drop an empty schema alone.
    empty = (
        step.object == "schema" and not step.cascade and step.dialect not in ("mysql", "mariadb")
    )
    subject = f"all that `{plain(step.name)}` owns" if step.object == "owned" else thing(step)
    if empty:
        message = (
            f"{subject} is dropped while the version still running may name it: "
            "its queries and its search path fail until the roll is over"
        )
    else:
        message = (
            f"{subject} is dropped with every table in it: the queries of the version still "
            "running fail, and a rollback finds the rows gone"
        )
    remedy = (
        f"Release code that no longer names `{plain(step.name) or '…'}`, keep a backup, and drop "
        "it by hand when no older instance is left"
    )
    problem = Problem(message, remedy, confidence=Confidence.MEDIUM if empty else None)
    if step.object == "database" and CLEARING.search(step.location.path.rpartition("/")[2]):
        problem = problem._replace(persona=Persona.PEDANTIC)
    yield weigh(step, problem)


RULE = rule(__file__, on=SchemaStep, of=(Operation.DROP_OBJECT,), find=find)
