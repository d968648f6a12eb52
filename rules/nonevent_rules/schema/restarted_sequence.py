"""`restarted-sequence`: numbers are given out again that rows already have."""

import re
from collections.abc import Iterator

from nonevent.facts import Operation, SchemaStep
from nonevent.finding import Persona
from nonevent.rule import Problem, rule
from nonevent_rules.schema.live import column_of, is_live, weigh
from nonevent_rules.schema.things import is_of_table, thing

AHEAD = re.compile(r"(?i)\brestart\s+(?:with\s+)?(\d+)\b")
FAR = 10_000  # a number that somebody chose so that it lies past the rows


def find(step: SchemaStep) -> Iterator[Problem]:
    """Yield a problem for a sequence or an identity that begins anew."""
    of_column = step.operation is Operation.ALTER_TABLE and step.column != ""
    of_object = step.operation is Operation.ALTER_OBJECT and step.object == "sequence"
    if not (of_column or of_object) or not is_live(step):
        return
    if not step.action.startswith("restart"):
        return
    if of_object and is_of_table(step, step.earlier, Operation.CREATE_TABLE):
        return  # the version still running knows no row of it
    subject = thing(step) if of_object else f"the identity of {column_of(step)}"
    message = (
        f"{subject} begins anew: INSERTs of the version still running get numbers that rows "
        "already have, and fail until the sequence is past them"
    )
    remedy = (
        "Set it past the largest number that is stored, in the same statement that reads it: "
        "`SELECT setval('…', max(id)) FROM …`"
    )
    problem = Problem(message, remedy)
    ahead = AHEAD.search(step.text)
    if ahead is not None and int(ahead[1]) >= FAR:
        problem = problem._replace(persona=Persona.PEDANTIC)
    yield weigh(step, problem)


RULE = rule(__file__, on=SchemaStep, of=(Operation.ALTER_TABLE, Operation.ALTER_OBJECT), find=find)
