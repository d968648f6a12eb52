"""`half-applied-migration`: a step that may fail after others that stay."""

from collections.abc import Iterator

from nonevent.facts import Operation, SchemaStep
from nonevent.finding import Persona, Related
from nonevent.rule import Problem, rule
from nonevent_rules.schema.live import plain
from nonevent_rules.schema.together import changes, named

# https://dev.mysql.com/doc/refman/8.4/en/implicit-commit.html
# https://docs.oracle.com/en/database/oracle/oracle-database/19/sqlrf/COMMIT.html
COMMITTING = {"mysql": "MySQL", "mariadb": "MariaDB", "oracle": "Oracle"}
# What finds the column as it leaves it, and does nothing then.
REPEATABLE = (
    Operation.SET_DEFAULT,
    Operation.DROP_DEFAULT,
    Operation.SET_NOT_NULL,
    Operation.DROP_NOT_NULL,
    Operation.ALTER_TYPE,
)


def find(step: SchemaStep) -> Iterator[Problem]:
    """Yield a problem for the first step whose failure leaves half a migration."""
    if step.direction != "up" or step.keeps_data or not changes((step,)):
        return
    if step.dialect in COMMITTING:
        yield from _commits(step)
    elif step.in_transaction is False and step.dialect in ("", "postgresql"):
        yield from _alone(step)


def _alone(step: SchemaStep) -> Iterator[Problem]:
    before = changes(step.earlier)
    stays = [one for one in before if not _repeats(one)]
    if not stays or any(one.in_transaction is False for one in before[1:]):
        return  # nothing is there to be met again, or an earlier step has been reported
    first = stays[0]
    message = (
        f"{named(step)} runs outside of any transaction after {named(first)}: where it fails, "
        "that stays, the migration counts as not applied, and its next try fails at what is "
        "there already"
    )
    builds = all(one.concurrently for one in (*before, step))
    yield Problem(
        message,
        "Keep one such step in a migration, or let each step before it be one that may run twice",
        persona=Persona.PEDANTIC if builds else None,
        related=(Related(first.location, "is applied by then"),),
    )


def _repeats(step: SchemaStep) -> bool:
    """Return whether a step may run twice."""
    return step.guarded or step.replaces or step.operation in REPEATABLE


def _commits(step: SchemaStep) -> Iterator[Problem]:
    before = changes(step.earlier)
    others = [one for one in before if plain(one.table) != plain(step.table)]
    if len(others) != 1 or others[0].guarded or len(before) > 1:
        return
    server = COMMITTING[step.dialect]
    message = (
        f"{server} commits at each schema change: where {named(step)} fails, {named(others[0])} "
        "stays, and the next try of the migration fails at what is there already"
    )
    yield Problem(
        message,
        "Keep one schema change in a migration",
        persona=Persona.PEDANTIC,
        related=(Related(others[0].location, "is committed by then"),),
    )


RULE = rule(__file__, on=SchemaStep, find=find)
