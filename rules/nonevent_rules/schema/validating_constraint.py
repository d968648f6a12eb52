"""`validating-constraint`: a constraint is checked against every row while the table is locked."""

import re
from collections.abc import Iterator, Mapping

from nonevent.edit import Edit
from nonevent.facts import Operation, SchemaStep
from nonevent.finding import Confidence
from nonevent.rule import Problem, Table, rule
from nonevent_rules.schema.live import bare, column_of, has_default, is_live, language, plain, weigh
from nonevent_rules.schema.locks import Lock, effects, held, on_server
from nonevent_rules.schema.mending import validated_later

EMPTIES = re.compile(r"(?i)^(?:delete\s+from\s+[\w.\"`]+\s*;?$|truncate\b)")
INDEXED = ("unique", "primary key")  # an index can be built before, without a lock


def find(step: SchemaStep, rows: Mapping[str, Lock]) -> Iterator[Problem]:
    """Yield a problem for a constraint that locks out others while all rows are read."""
    kind = _constraint(step)
    if not kind or not is_live(step) or _is_empty(step):
        return
    found = effects(step, rows, _given(step))
    stalls = (row for row in found if row.stalls and kind in row.form)
    lock = next(stalls, None)
    if lock is None:
        return
    if not step.column and len(step.columns) == 1:
        step = step._replace(column=step.columns[0])
    table = plain(step.table) or "…"
    message = (
        f"{on_server(step.dialect)}{_subject(step, kind)} "
        f"{held(lock, table, plain(step.references))}"
    )
    if kind == "not null":
        message += ", and the version still running may go on writing NULL"
    sure = Confidence.HIGH if _is_sure(step, kind) else Confidence.MEDIUM
    yield weigh(
        step, Problem(message, _remedy(step, kind), confidence=sure, edits=_edits(step, kind))
    )


def _is_empty(step: SchemaStep) -> bool:
    """Return whether the table has no rows.

    The same file empties it, or has given it a column that no row can have.
    """
    wanted = set(map(bare, step.columns))
    table = bare(step.table).lower()
    if any(bare(one.table).lower() == table and EMPTIES.match(one.text) for one in step.earlier):
        return True
    return any(
        one.operation is Operation.ADD_COLUMN
        and bare(one.column) in wanted
        and bare(one.table) == bare(step.table)
        and one.nullable is False
        and not (has_default(one) or one.generated)
        and one.dialect in ("", "postgresql")
        for one in step.earlier
    )


def _edits(step: SchemaStep, kind: str) -> tuple[Edit, ...]:
    known = kind in ("check", "foreign key") and step.dialect in ("", "postgresql")
    return validated_later(step) if known else ()


def _given(step: SchemaStep) -> tuple[str, ...]:
    """Return what the table asks beside the step: USING INDEX scans where NULL is admitted."""
    if step.using_index:
        return ("nullable",) if step.old_nullable else ()
    return ("proved",) if step.proved else ()


def _is_sure(step: SchemaStep, kind: str) -> bool:
    """Return whether nothing outside this step can make it harmless.

    A CHECK that a server has and no migration shows proves NOT NULL without a scan, and what
    Django's `unique_together` was before stands in another file.
    """
    known = step.name or step.column or step.columns
    return step.dialect == "postgresql" and kind != "not null" and bool(known)


def _constraint(step: SchemaStep) -> str:
    """Return what is to hold for every row: "check", "foreign key", …; "" if nothing new is."""
    if step.operation is Operation.SET_NOT_NULL:
        return "not null"
    if step.operation is Operation.ADD_CONSTRAINT:
        return step.constraint
    if step.operation is not Operation.ADD_COLUMN or step.dialect not in ("", "postgresql"):
        return ""
    # PostgreSQL knows that a new column of NULLs meets its foreign key, and scans for a CHECK.
    if step.constraint == "foreign key" and not has_default(step):
        return ""
    return "unique" if step.unique and not step.constraint else step.constraint


def _subject(step: SchemaStep, kind: str) -> str:
    if kind == "not null":
        return f"NOT NULL on {column_of(step)}"
    if step.name:
        return f"{kind} constraint `{plain(step.name)}`"
    if step.column:
        return f"the {kind} constraint on {column_of(step)}"
    return f"the new {kind} constraint"


def _remedy(step: SchemaStep, kind: str) -> str:
    if step.dialect in ("mysql", "mariadb"):
        return _mysql(kind)
    if step.dialect == "mssql":
        return (
            "Add it `WITH NOCHECK`, and check it in a quiet hour with `WITH CHECK CHECK CONSTRAINT`"
        )
    if kind == "exclude":
        return "Add it in a quiet hour, or to a new table: there is no way to build it beforehand"
    if kind in INDEXED:
        return _index_first(step, kind)
    if kind == "not null":
        return _prove_first(step)
    return _not_valid(step, kind)


def _mysql(kind: str) -> str:
    if kind == "foreign key":
        return (
            "Check the rows by a query and add it in a session with `SET foreign_key_checks = 0`: "
            "nothing is copied then"
        )
    return "Add it `NOT ENFORCED`, or change the table with gh-ost or pt-online-schema-change"


def _index_first(step: SchemaStep, kind: str) -> str:
    table = plain(step.table) or "…"
    columns = ", ".join(map(plain, step.columns)) or plain(step.column) or "…"
    name = plain(step.name) or f"{bare(step.table)}_{columns.replace(', ', '_')}"
    added = f"ALTER TABLE {table} ADD CONSTRAINT {name} {kind.upper()} USING INDEX {name}"
    if language(step) == "sql":
        return (
            f"Run `CREATE UNIQUE INDEX CONCURRENTLY {name} ON {table} ({columns})` outside a "
            f"transaction, then `{added}`"
        )
    if language(step) == "alembic":
        return (
            "Build the index with `op.create_index(…, unique=True, postgresql_concurrently=True)` "
            f'in an `autocommit_block()`, then `op.execute("{added}")`'
        )
    return (
        "Build the index with `RunSQL` and `CREATE UNIQUE INDEX CONCURRENTLY` under "
        f"`atomic = False`, then run `{added}`, with the constraint in `state_operations`"
    )


def _prove_first(step: SchemaStep) -> str:
    table, column = plain(step.table) or "…", plain(step.column) or "…"
    check = f"CHECK ({column} IS NOT NULL) NOT VALID"
    return (
        f"Add `{check}` to `{table}`, validate it in a later transaction, and set NOT NULL after "
        "that: PostgreSQL 12 and later take the CHECK for proof"
    )


def _not_valid(step: SchemaStep, kind: str) -> str:
    name = plain(step.name) or "…"
    if language(step) == "sql":
        validated = f"ALTER TABLE {plain(step.table) or '…'} VALIDATE CONSTRAINT {name}"
        return f"Add it `NOT VALID`, and run `{validated}` in a transaction of its own"
    if language(step) == "alembic":
        call = "op.create_foreign_key" if kind == "foreign key" else "op.create_check_constraint"
        return (
            f"Pass `postgresql_not_valid=True` to `{call}`, and validate `{name}` "
            "in the next revision"
        )
    if kind == "check":
        return "Use `AddConstraintNotValid`, and `ValidateConstraint` in the next migration"
    return (
        "Add the column with `db_constraint=False`, then the constraint `NOT VALID` with `RunSQL`, "
        "and validate it in the next migration"
    )


RULE = rule(
    __file__,
    on=SchemaStep,
    of=(Operation.SET_NOT_NULL, Operation.ADD_CONSTRAINT, Operation.ADD_COLUMN),
    find=find,
    table=Table("locks", Lock),
)
