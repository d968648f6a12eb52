"""`column-type-change`: a column's type changes in place, and every row is written anew."""

import re
from collections.abc import Iterator, Mapping

from nonevent.facts import Operation, SchemaStep
from nonevent.finding import Confidence, Persona, Severity
from nonevent.rule import Problem, Table, rule
from nonevent_rules.schema.column_type import (
    WITHOUT_LIMIT,
    TypeRow,
    Written,
    never_free,
    read_type,
    rewrites,
)
from nonevent_rules.schema.labels import grows
from nonevent_rules.schema.live import bare, column_of, is_live, language, plain, weigh

# Bytes that one character takes in latin1, utf8mb3 and utf8mb4. InnoDB keeps a VARCHAR's length in
# one byte up to 255 bytes and in two above; crossing that line copies the table:
# https://dev.mysql.com/doc/refman/8.4/en/innodb-online-ddl-operations.html#alter-varchar-size
BYTES = (1, 3, 4)
ONE_BYTE = 255
# MySQL's CHANGE with two names renames the column and repeats its type.
CHANGE = re.compile(r"(?i)\bchange\s+(?:column\s+)?[`\"]?(\w+)[`\"]?\s+[`\"]?(\w+)")
# A definition that says NULL: mostly the column admits it from now on, which is done online. A
# change of type says so as well, but where the old type is not known that is a guess.
# https://dev.mysql.com/doc/refman/8.4/en/innodb-online-ddl-operations.html, on making a column NULL
ADMITTED = re.compile(r"(?i)(?<!\bnot)(?<!\bdefault)\s+null\b")
# Target types that mostly stand for a widening, which is free, where the old type is not known.
MOSTLY_FREE = {
    "mysql": ("varchar", "enum", "set"),
    "mariadb": ("varchar", "enum", "set"),
    "mssql": ("varchar", "nvarchar"),
}
OF_MYSQL = {"mysql": "MySQL", "mariadb": "MariaDB"}


def find(step: SchemaStep, rows: Mapping[str, TypeRow]) -> Iterator[Problem]:
    """Yield a problem for a change of type that is not known to be free."""
    if not is_live(step):
        return
    # Oracle changes the type of an empty column only (ORA-01439), SQLite has no such statement.
    if step.dialect in ("sqlite", "oracle") or _same(step):
        return
    old, new = read_type(step.old_type, rows), read_type(step.type, rows)
    certain = None if old is None or new is None else _rewrites(step.dialect, old, new)
    if step.dialect in OF_MYSQL and (grown := grows(step.old_type, step.type)) is not None:
        certain = not grown
    if not step.old_type and step.dialect in ("", "postgresql") and new is not None:
        certain = never_free(new, rows) or None
    if certain is None and _is_unindexed(step, old, new):
        certain = False
    if certain is False:
        yield from _checked_again(step)
        return
    problem = Problem(_message(step, certain), _remedy(step))
    if certain:
        problem = problem._replace(severity=Severity.ERROR, confidence=Confidence.HIGH)
    elif not step.old_type and _mostly_free(step, new):
        problem = problem._replace(
            severity=Severity.WARNING, confidence=Confidence.LOW, persona=Persona.AUDITOR
        )
    else:
        problem = problem._replace(severity=Severity.WARNING, confidence=Confidence.MEDIUM)
        # A class of the project may have the very column that was there.
        if step.framework == "django" and (old is None or new is None):
            problem = problem._replace(persona=Persona.PEDANTIC)
    yield weigh(step, problem)


def _is_unindexed(step: SchemaStep, old: Written | None, new: Written | None) -> bool:
    """Return whether only an index could make the change cost anything, and there is none.

    `citext` sorts otherwise than `text`: an index is built anew, the rows stay as they are.
    """
    if old is None or new is None or "citext" not in (old.row.type, new.row.type):
        return False
    if new.limit != WITHOUT_LIMIT:
        return False
    return step.hangs_on is not None and INDEXES.isdisjoint(step.hangs_on)


def _checked_again(step: SchemaStep) -> Iterator[Problem]:
    """Yield a problem where a CHECK names the column: it is checked again for the new type."""
    if step.dialect not in ("", "postgresql") or "check" not in (step.hangs_on or ()):
        return
    table = f"`{plain(step.table)}`"
    message = (
        f"{column_of(step)} changes its type to `{step.type}`: no row is written anew, but its "
        f"CHECK is checked against every row of {table} under an ACCESS EXCLUSIVE lock, "
        "reads and writes wait until it is done"
    )
    remedy = (
        "Drop the CHECK first, change the type, add the CHECK `NOT VALID`, and validate it in a "
        "transaction of its own"
    )
    problem = Problem(message, remedy, severity=Severity.WARNING, confidence=Confidence.HIGH)
    yield weigh(step, problem)


INDEXES = frozenset(("index", "unique", "primary key", "exclude"))


def _same(step: SchemaStep) -> bool:
    old, new = ("".join(text.split()).lower() for text in (step.old_type, step.type))
    return bool(old) and old == new


def _rewrites(dialect: str, old: Written, new: Written) -> bool | None:
    if dialect in OF_MYSQL:
        return _copies(old, new)
    if dialect == "mssql":
        return False if old.name == new.name and _widens(old, new) else None
    return rewrites(old, new)


def _copies(old: Written, new: Written) -> bool | None:
    """Return whether InnoDB copies the table; None where the character set decides."""
    if not (old.whole and new.whole):
        return None
    if old.row == new.row and (old.limit, old.scale) == (new.limit, new.scale):
        return False
    if not _widens(old, new):
        return True
    crossings = {old.limit * width <= ONE_BYTE < new.limit * width for width in BYTES}
    return crossings.pop() if len(crossings) == 1 else None


def _widens(old: Written, new: Written) -> bool:
    alike = old.row.type == new.row.type == "varchar" and old.whole and new.whole
    return alike and new.limit >= old.limit


def _mostly_free(step: SchemaStep, new: Written | None) -> bool:
    names = CHANGE.search(step.text)
    if names and names[1].lower() != names[2].lower():
        return True
    if step.dialect in OF_MYSQL and ADMITTED.search(step.text):
        return True
    if step.dialect in MOSTLY_FREE:
        return plain(step.type).strip().lower().startswith(MOSTLY_FREE[step.dialect])
    if new is None or " using " in step.text.lower():
        return False
    return new.row.type in ("text", "varchar") and new.limit == WITHOUT_LIMIT


def _message(step: SchemaStep, certain: bool | None) -> str:
    table = f"`{plain(step.table)}`" if step.table else "the table"
    change = f"`{step.type}`" if step.type else "another type"
    if step.old_type:
        change += f" from `{step.old_type}`"
    unless = "" if certain else "unless that conversion is free, "
    if step.dialect in OF_MYSQL:
        server = OF_MYSQL[step.dialect]
        effect = f"{server} copies {table} under a SHARED lock and writes wait until it is done"
    elif step.dialect == "mssql":
        effect = f"SQL Server updates every row of {table} under a schema modification (Sch-M) lock"
    else:
        effect = (
            f"PostgreSQL rewrites {table} and its indexes under an ACCESS EXCLUSIVE lock, "
            "reads and writes wait until it is done"
        )
    return f"{column_of(step)} changes its type to {change}: {unless}{effect}"


def _remedy(step: SchemaStep) -> str:
    table, column = plain(step.table) or "…", plain(step.column) or "…"
    if language(step) == "alembic":
        schema = plain(step.table).rpartition(".")[0]
        more = f', schema="{schema}"' if schema else ""
        made = f'sa.Column("{column}_new", {step.type or "…"})'
        added = f'op.add_column("{bare(step.table) or "…"}", {made}{more})'
    else:
        added = f"ALTER TABLE {table} ADD COLUMN {column}_new {step.type or '…'}"
    return (
        f"Run `{added}`, write both columns, backfill in batches, "
        f"move the readers, and drop `{column}` in a later release"
    )


RULE = rule(
    __file__, on=SchemaStep, of=(Operation.ALTER_TYPE,), find=find, table=Table("types", TypeRow)
)
