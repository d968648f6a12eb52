"""`blocking-index-build`: an index is built while the server keeps writers of its table waiting."""

import re
from collections.abc import Iterator, Mapping

from nonevent.facts import Operation, SchemaStep
from nonevent.finding import Confidence
from nonevent.rule import Problem, Table, rule
from nonevent_rules.schema.live import is_live, is_sql, plain, weigh
from nonevent_rules.schema.locks import Lock, held, on_server

CREATE = re.compile(r"(?i)^create\s+(unique\s+)?index\s+")
READABLE = 150  # characters; the reader cuts a statement off soon after
ONLINE = re.compile(r"(?i)\bonline\b(?!\s*=\s*off)")  # SQL Server's and Oracle's word


def find(step: SchemaStep, rows: Mapping[str, Lock]) -> Iterator[Problem]:
    """Yield a problem for an index built in the way of writers."""
    if step.operation is not Operation.CREATE_INDEX or not is_live(step):
        return
    if step.concurrently or step.only:
        return
    lock = rows.get(f"{step.dialect or 'postgresql'} create index")
    if lock is None or (step.dialect in ("mssql", "oracle") and ONLINE.search(step.text)):
        return
    kind = "unique index" if step.unique else "index"
    subject = f"{kind} `{plain(step.name)}`" if step.name else f"the new {kind}"
    message = f"{on_server(step.dialect)}{subject} {held(lock, plain(step.table) or '…')}"
    sure = Confidence.HIGH if step.dialect == "postgresql" else Confidence.MEDIUM
    yield weigh(step, Problem(message, _remedy(step), confidence=sure))


def _remedy(step: SchemaStep) -> str:
    if is_sql(step):
        return _sql(step)
    columns = ", ".join(f'"{plain(column)}"' for column in step.columns) or "…"
    if step.framework == "alembic":
        call = (
            f'op.create_index("{plain(step.name) or "…"}", "{plain(step.table) or "…"}", '
            f"[{columns}]{', unique=True' if step.unique else ''}, postgresql_concurrently=True)"
        )
        return f"Run `{call}` inside `with op.get_context().autocommit_block():`"
    return (
        f"Declare the index in `Meta.indexes` as `models.Index(fields=[{columns}], …)` and build "
        "it with `AddIndexConcurrently` in a migration with `atomic = False`"
    )


def _sql(step: SchemaStep) -> str:
    if step.dialect == "mssql":
        return "Build it `WITH (ONLINE = ON)` where the edition has it, else in a quiet hour"
    if step.dialect == "oracle":
        return "Build it `ONLINE` where the edition has it, else in a quiet hour"
    text = step.text.rstrip("; ")
    if "`" in text or len(text) > READABLE or not CREATE.match(text):
        text = "CREATE INDEX …"
    safe = CREATE.sub(lambda words: f"{words.group().rstrip()} CONCURRENTLY ", text)
    return f"Run `{safe}` outside a transaction"


RULE = rule(__file__, on=SchemaStep, find=find, table=Table("locks", Lock))
