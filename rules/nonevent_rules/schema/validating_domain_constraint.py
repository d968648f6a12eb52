"""`validating-domain-constraint`: a domain gets a rule, and all tables that use it are read."""

from collections.abc import Iterator

from nonevent.facts import Operation, SchemaStep
from nonevent.rule import Problem, rule
from nonevent_rules.schema.live import is_live, plain, weigh
from nonevent_rules.schema.things import executed, thing

CHECKED = ("add constraint", "add check", "add", "set not null")


def find(step: SchemaStep) -> Iterator[Problem]:
    """Yield a problem for a constraint that is checked at once in every table of a domain."""
    if step.object != "domain":
        return
    if step.action not in CHECKED or not step.valid or not is_live(step):
        return
    message = (
        f"the constraint on {thing(step)} is checked against every row of every table that uses it "
        "under a SHARE lock: writes to all of them wait until it is done"
    )
    domain = plain(step.name) or "…"
    valid = executed(step, f"ALTER DOMAIN {domain} VALIDATE CONSTRAINT …")
    remedy = f"Add it `NOT VALID`, and run {valid} in a transaction of its own"
    yield weigh(step, Problem(message, remedy))


RULE = rule(__file__, on=SchemaStep, of=(Operation.ALTER_OBJECT,), find=find)
