"""`volatile-default`: a column is added with a default that is computed for each row."""

from collections.abc import Iterator, Mapping

from nonevent.facts import Operation, SchemaStep
from nonevent.finding import Confidence, Severity
from nonevent.rule import Problem, Table, rule
from nonevent_rules.schema.live import bare, column_of, is_live, language, plain, weigh
from nonevent_rules.schema.locks import on_server
from nonevent_rules.schema.volatility import Function, made_here, volatile_call


def find(step: SchemaStep, rows: Mapping[str, Function]) -> Iterator[Problem]:
    """Yield a problem for a new column whose default gives every row a value of its own."""
    if not is_live(step):
        return
    called = volatile_call(step, rows)
    if called:
        message = f"{on_server(step.dialect)}{_subject(step, called)}: {_effect(step)}"
        yield weigh(step, Problem(message, _remedy(step, called), confidence=_sure(step)))
    elif step.dialect in ("", "postgresql") and (called := made_here(step)):
        message = (
            f"{on_server(step.dialect)}{_subject(step, called)}, which is volatile as long as it "
            f"is not declared otherwise: {_effect(step)}"
        )
        declared = (
            f"Declare `{called}` STABLE or IMMUTABLE if its result is one for the whole statement; "
            "else add the column without a default, set that in a statement of its own, and fill "
            "the old rows in batches"
        )
        problem = Problem(
            message, declared, severity=Severity.WARNING, confidence=Confidence.MEDIUM
        )
        yield weigh(step, problem)


def _sure(step: SchemaStep) -> Confidence:
    return Confidence.HIGH if step.dialect in ("postgresql", "mariadb") else Confidence.MEDIUM


def _subject(step: SchemaStep, called: str) -> str:
    return f"{column_of(step)} is added with a default that calls `{called}` for each row"


def _effect(step: SchemaStep) -> str:
    table = f"`{plain(step.table)}`" if step.table else "the table"
    if step.dialect in ("mysql", "mariadb"):
        return f"every row of {table} is copied under a SHARED lock, writes wait until it is done"
    if step.dialect == "mssql":
        return (
            f"every row of {table} is updated under a schema modification (Sch-M) lock, "
            "reads and writes wait until it is done"
        )
    return (
        f"{table} and its indexes are rewritten under an ACCESS EXCLUSIVE lock, "
        "reads and writes wait until it is done"
    )


def _remedy(step: SchemaStep, called: str) -> str:
    column = plain(step.column) or "…"
    if language(step) == "alembic":
        table = bare(step.table) or "…"
        first = f"Add `{column}` with `nullable=True` and no `server_default`"
        then = f'`op.alter_column("{table}", "{column}", server_default=…)`'
    elif language(step) == "django":
        first = f"Add `{column}` with `null=True` and no default"
        then = f"`AlterField` with `db_default` for `{called}`"
    else:
        table = plain(step.table) or "…"
        first = f"Add `{column}` without a default"
        said = step.default if step.default and "`" not in step.default else "…"
        then = f"`ALTER TABLE {table} ALTER COLUMN {column} SET DEFAULT {said}`"
    return f"{first}, set it afterwards for new rows with {then}, and fill the old rows in batches"


RULE = rule(
    __file__,
    on=SchemaStep,
    of=(Operation.ADD_COLUMN,),
    find=find,
    table=Table("functions", Function),
)
