"""`concurrently-in-transaction`: a statement that the server refuses inside a transaction."""

from collections.abc import Iterator, Mapping

from nonevent.facts import SchemaStep
from nonevent.finding import Persona, Severity
from nonevent.rule import Problem, Table, rule
from nonevent_rules.schema.live import language, plain
from nonevent_rules.schema.locks import Lock, effect
from nonevent_rules.schema.mending import by_flyway, without_transaction
from nonevent_rules.schema.together import changes

OTHERS = ("mysql", "mariadb", "sqlite")


def find(step: SchemaStep, rows: Mapping[str, Lock]) -> Iterator[Problem]:
    """Yield a problem for a step that fails because a transaction is open around it."""
    if step.in_transaction is not True or step.keeps_data or step.dialect in OTHERS:
        return
    lock = effect(step, rows)
    if lock is None or lock.transaction:
        return
    message = f"{_subject(step)} stands inside a transaction: PostgreSQL refuses it there, so "
    if by_flyway(step) and not changes((*step.earlier, *step.later)):
        message = f"{_subject(step)} runs in the transaction that Flyway opens for it, so "
    elif by_flyway(step):
        message = (
            f"{_subject(step)} stands beside statements that Flyway runs in a transaction: it "
            "refuses a script with both, so "
        )
    if step.direction == "up":
        edits = without_transaction(step) or ()
        yield Problem(
            f"{message}the migration fails and the deploy stops", _remedy(step), edits=edits
        )
        return
    yield Problem(
        f"{message}the way back fails",
        _remedy(step),
        severity=Severity.WARNING,
        persona=Persona.PEDANTIC,
    )


def _subject(step: SchemaStep) -> str:
    what = str(step.operation).upper()
    if not step.concurrently:
        return f"`{' '.join(step.text.split()[:2]).upper()}`"
    name = plain(step.name) or plain(step.table)
    return f"`{what} CONCURRENTLY`{f' of `{name}`' if name else ''}"


def _remedy(step: SchemaStep) -> str:
    if by_flyway(step):
        if changes((*step.earlier, *step.later)):
            return "Put it into a script of its own"
        script = step.location.path.rpartition("/")[2]
        return f"Say `executeInTransaction=false` in `{script}.conf` beside it"
    if step.framework == "alembic":
        return "Put it into `with op.get_context().autocommit_block():`"
    if step.framework == "django":
        return "Set `atomic = False` in the migration, and keep nothing else in it"
    if language(step) == "sql":
        return "Tell the runner to open no transaction for this file, and keep nothing else in it"
    return "Run it outside of a transaction"


RULE = rule(__file__, on=SchemaStep, find=find, table=Table("locks", Lock))
