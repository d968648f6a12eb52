"""`blocking-index-build`: an index is built while the server keeps writers of its table waiting."""

import re
from collections.abc import Iterator, Mapping

from nonevent.edit import Edit
from nonevent.facts import Operation, SchemaStep
from nonevent.finding import Confidence
from nonevent.rule import Problem, Table, rule
from nonevent_rules.schema.live import bare, is_live, language, plain, weigh
from nonevent_rules.schema.locks import Lock, effect, held, on_server
from nonevent_rules.schema.mending import concurrently

CREATE = re.compile(r"(?i)^create\s+(unique\s+)?index\s+")
CALL = re.compile(r"op\.create_index\(.*\)$")
# Builds and locks chunk by chunk: https://docs.tigerdata.com/api/latest/hypertable/create_index/
CHUNKS = "timescaledb.transaction_per_chunk"
READABLE = 150  # characters; the reader cuts a statement off soon after


def find(step: SchemaStep, rows: Mapping[str, Lock]) -> Iterator[Problem]:
    """Yield a problem for an index built in the way of writers."""
    if not is_live(step):
        return
    if CHUNKS in step.text:
        return
    lock = effect(step, rows)
    if lock is None or not lock.stalls:
        return
    message = f"{on_server(step.dialect)}{_subject(step)} {held(lock, plain(step.table) or '…')}"
    sure = Confidence.HIGH if step.dialect == "postgresql" else Confidence.MEDIUM
    yield weigh(step, Problem(message, _remedy(step), confidence=sure, edits=_edits(step)))


def _edits(step: SchemaStep) -> tuple[Edit, ...]:
    return concurrently(step) if step.dialect in ("", "postgresql") and step.table else ()


def _subject(step: SchemaStep) -> str:
    kind = "unique index" if step.unique else "index"
    if step.name:
        return f"{kind} `{plain(step.name)}`"
    columns = ", ".join(map(plain, step.columns))
    return f"the new {kind} for `{columns}`" if columns else f"the new {kind}"


def _remedy(step: SchemaStep) -> str:
    written = language(step)
    if written == "alembic":
        call = _alembic_call(step)
        return f"Run `{call}` inside `with op.get_context().autocommit_block():`"
    if written == "django":
        return _django(step)
    return _sql(step)


def _alembic_call(step: SchemaStep) -> str:
    """Return the call as it is written, with what makes it concurrent."""
    more = "postgresql_concurrently=True)"
    if CALL.match(step.text) and len(step.text) <= READABLE and "`" not in step.text:
        return f"{step.text[:-1].rstrip(', ')}, {more}"
    columns = ", ".join(f'"{column}"' for column in step.columns if column.isidentifier()) or "…"
    name = plain(step.name) or "_".join(("ix", bare(step.table), *step.columns))
    unique = "unique=True, " if step.unique else ""
    schema = plain(step.table).rpartition(".")[0]
    inside = f'schema="{schema}", ' if schema else ""
    call = f'op.create_index("{name}", "{bare(step.table)}", [{columns}]'
    return f"{call}, {unique}{inside}{more}"


def _django(step: SchemaStep) -> str:
    if step.unique:
        return (
            "Build it with `RunSQL` and `CREATE UNIQUE INDEX CONCURRENTLY` in a migration with "
            "`atomic = False`, and put this operation into its `state_operations`"
        )
    columns = ", ".join(f'"{column}"' for column in step.columns if column.isidentifier()) or "…"
    start = "Give the field `db_index=False`, declare" if "Field(" in step.text else "Declare"
    return (
        f"{start} `models.Index(fields=[{columns}], …)` in `Meta.indexes` and build it with "
        "`AddIndexConcurrently` in a migration with `atomic = False`"
    )


def _sql(step: SchemaStep) -> str:
    if step.dialect in ("mysql", "mariadb"):
        return "Build it in a quiet hour: InnoDB builds no index of this kind while others write"
    if step.dialect == "mssql":
        return "Build it `WITH (ONLINE = ON)` where the edition has it, else in a quiet hour"
    if step.dialect == "oracle":
        return "Build it `ONLINE` where the edition has it, else in a quiet hour"
    text = step.text.rstrip("; ")
    if "`" in text or len(text) > READABLE or not CREATE.match(text):
        text = f"CREATE {'UNIQUE ' if step.unique else ''}INDEX …"
    safe = CREATE.sub(lambda words: f"{words.group().rstrip()} CONCURRENTLY ", text)
    return f"Run `{safe}` outside a transaction"


RULE = rule(
    __file__, on=SchemaStep, of=(Operation.CREATE_INDEX,), find=find, table=Table("locks", Lock)
)
