"""`revoked-privilege`: a right is taken from a role that the running version may act as."""

import re
from collections.abc import Iterator

from nonevent.facts import Operation, SchemaStep
from nonevent.finding import Confidence, Persona, Severity
from nonevent.rule import Problem, rule
from nonevent_rules.schema.live import bare, is_live, plain, weigh
from nonevent_rules.schema.things import owner, thing

ROLE = re.compile(r"[\w.@$ -]+")


def find(step: SchemaStep) -> Iterator[Problem]:
    """Yield a problem for a right that is revoked, or an owner that changes."""
    if not is_live(step):
        return
    if step.operation is Operation.REVOKE:
        yield from _revoked(step)
    elif step.action == "owner to":
        yield _owned(step)


def _revoked(step: SchemaStep) -> Iterator[Problem]:
    given = (other for other in step.later if other.operation is Operation.GRANT)
    if any(_same(step, other) for other in given):  # the usual way to narrow what PUBLIC has
        return
    role = plain(step.new_name) or "…"
    what = "a role" if step.object == "role" else _on(step)
    message = (
        f"`{_rights(step)}` on {what} is revoked from `{role}`: where the version still running "
        "acts as that role, its statements are refused until the roll is over"
        if step.object != "role"
        else f"`{_rights(step)}` is revoked from `{role}`: where the version still running relies "
        "on it, its statements are refused until the roll is over"
    )
    remedy = "Grant what the next version needs first, and revoke when no older instance is left"
    problem = Problem(message, remedy)
    if not ROLE.fullmatch(role):  # computed
        problem = problem._replace(confidence=Confidence.LOW)
    elif role.lower() == "public":
        problem = problem._replace(persona=Persona.PEDANTIC)
    if step.table or step.name:
        yield weigh(step, problem)
    else:
        yield problem


def _same(step: SchemaStep, other: SchemaStep) -> bool:
    pairs = ((step.table, other.table), (step.name, other.name))
    return all(bare(one).lower() == bare(two).lower() for one, two in pairs)


def _rights(step: SchemaStep) -> str:
    return " ".join(plain(step.action).upper().split()) or "ALL"


def _on(step: SchemaStep) -> str:
    if step.table:
        return owner(step)
    if step.object in ("tables", "sequences", "functions", "routines", "procedures"):
        return f"all {step.object} in schema `{plain(step.name)}`"
    return thing(step)


def _owned(step: SchemaStep) -> Problem:
    what = owner(step) if step.table else thing(step)
    message = (
        f"{what} gets another owner: a version still running that acts as the former one loses "
        "every right that it had by owning it"
    )
    remedy = "Grant the former owner the rights that the running version needs, in the same step"
    problem = Problem(message, remedy, severity=Severity.WARNING, persona=Persona.PEDANTIC)
    return weigh(step, problem)


RULE = rule(__file__, on=SchemaStep, find=find)
