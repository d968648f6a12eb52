"""Edits that mend a migration where its safe form is local, in SQL, Alembic and Django."""

import re

from nonevent.edit import Edit
from nonevent.facts import Operation, SchemaStep
from nonevent.location import Location
from nonevent_rules.schema.live import bare, language, plain
from nonevent_rules.schema.together import changes

__all__ = [
    "alone",
    "by_flyway",
    "concurrently",
    "first",
    "in_block",
    "nullable_first",
    "validated_later",
    "without_transaction",
]

BLOCK = "op.get_context().autocommit_block()"
CLASSES = "django.contrib.postgres.operations"
ADDING = ("AddConstraint", "migrations.AddConstraint")
# What of Django may stand in a migration without a transaction, one beside the other.
TOGETHER = (Operation.CREATE_INDEX, Operation.DROP_INDEX)
# Flyway opens no transaction where a statement can have none. github.com/flyway/flyway,
# PostgreSQLParser.java
SCRIPT = re.compile(r"(?:^|/)(?:[VUB]\d[\w.]*|R)__[^/]*\.sql$")


def by_flyway(step: SchemaStep) -> bool:
    """Tell whether Flyway runs a step."""
    return step.framework == "sql" and bool(SCRIPT.search(step.location.path))


def alone(step: SchemaStep) -> bool:
    """Tell whether nothing but indexes changes beside a step: no other needs the transaction."""
    others = (*step.earlier, *step.later)
    rows = any(one.operation is Operation.DATA for one in others)
    return not rows and all(one.operation in TOGETHER for one in changes(others))


def concurrently(step: SchemaStep) -> tuple[Edit, ...]:
    """Return the edits that let an index be built, or dropped, while others read and write."""
    if step.extent is None or step.direction != "up":
        return ()
    if language(step) == "sql":
        return _in_words(step, step.extent)
    name = step.text.partition("(")[0]
    if step.framework == "alembic" and name in ("op.create_index", "op.drop_index"):
        edit = Edit(step.extent, "postgresql_concurrently=True", adds=True, safe=alone(step))
        return (edit, *in_block(step))
    if step.framework == "django" and name.rpartition(".")[2] in ("AddIndex", "RemoveIndex"):
        known = step.dialect == "postgresql"
        new = f"{name.rpartition('.')[2]}Concurrently"
        edit = Edit(step.location, new, imports=(f"{CLASSES}:{new}",), safe=known and alone(step))
        return (edit, *(without_transaction(step) or ()))
    return ()


def _in_words(step: SchemaStep, extent: Location) -> tuple[Edit, ...]:
    """Return the edits of SQL, in a file of its own or in a string of Python."""
    word = next((w for w in step.text.upper().split() if w in ("INDEX", "TABLE")), "")
    outside = without_transaction(step)
    if not word or outside is None:
        return ()
    edit = Edit(extent, "CONCURRENTLY", instead_of=word, stands="behind")
    if step.framework == "sql":
        return (edit._replace(safe=step.in_transaction is False), *outside)
    known = step.dialect == "postgresql" and alone(step)
    return (edit._replace(place=step.location, stands="within", safe=known), *outside)


def without_transaction(step: SchemaStep) -> tuple[Edit, ...] | None:
    """Return the edits that take a step out of its transaction; None where that is not local."""
    if step.in_transaction is not True:
        return ()
    if step.extent is None:
        return None
    if step.framework == "alembic":
        return in_block(step)
    if step.framework == "django":
        return (Edit(step.extent, "atomic = False", stands="member", safe=alone(step)),)
    begun = any(one.operation is Operation.BEGIN for one in step.earlier)
    if begun or changes(step.earlier) or changes(step.later):
        return None
    if by_flyway(step):
        beside = [*step.earlier, *step.later]
        return None if any(one.operation is Operation.DATA for one in beside) else ()
    return (Edit(step.extent, "no transaction", stands="runner", safe=False),)


def in_block(step: SchemaStep) -> tuple[Edit, ...]:
    """Return the edit that puts a call of Alembic into a block without a transaction."""
    if step.extent is None or step.in_transaction is not True:
        return ()
    return (Edit(step.extent, BLOCK, stands="around", safe=alone(step)),)


def first(step: SchemaStep, statement: str) -> tuple[Edit, ...]:
    """Return the edit that runs a statement before a step."""
    if step.extent is None or step.direction != "up":
        return ()
    if step.framework == "sql":
        return (Edit(step.extent, f"{statement};", stands="before", safe=False),)
    if step.framework == "alembic" and step.text.startswith("op."):
        return (Edit(step.extent, f'op.execute("{statement}")', stands="before", safe=False),)
    return ()


def nullable_first(step: SchemaStep) -> tuple[Edit, ...]:
    """Return the edit that adds a column which may be empty; a later release requires it.

    Of Django the model asks for the same, and it stands in another file.
    """
    if step.direction != "up":
        return ()
    if step.framework == "sql" and " NOT NULL" in " ".join(step.text.upper().split()):
        return (Edit(step.location, "NOT", instead_of="NOT", stands="without", safe=False),)
    if language(step) != "alembic" or step.extent is None or "nullable=" not in step.text:
        return ()
    inside = Edit(step.extent, "nullable=True", instead_of="nullable", stands="inside", safe=False)
    return (inside,)


def validated_later(step: SchemaStep) -> tuple[Edit, ...]:
    """Return the edits that add a constraint NOT VALID and validate it when its lock is gone."""
    table, name = plain(step.table), plain(step.name)
    if (
        step.extent is None
        or not table
        or not name
        or step.operation is not Operation.ADD_CONSTRAINT
    ):
        return ()
    quoted = name if name.islower() and name.isidentifier() else f'"{name}"'
    statement = f"ALTER TABLE {table} VALIDATE CONSTRAINT {quoted}"
    if step.framework == "sql" and step.in_transaction is False:
        place = step.extent
        if (step.location.end_line, step.location.end_column) != (place.end_line, place.end_column):
            return ()  # one of several actions of the statement
        return (
            Edit(place, "NOT VALID", stands="end", safe=False),
            Edit(place, f"{statement};", stands="after", safe=False),
        )
    if step.framework == "django":
        return _not_valid_first(step)
    later = f'with {BLOCK}:\n    op.execute("{statement}")'
    if step.framework == "alembic" and language(step) == "sql" and '"' not in statement:
        return (
            Edit(step.location, "NOT VALID", stands="within", safe=False),
            Edit(step.extent, later, stands="after", safe=False),
        )
    call = step.text.partition("(")[0]
    wanted = ("op.create_check_constraint", "op.create_foreign_key")
    if step.framework != "alembic" or call not in wanted or '"' in statement or bare(name) != name:
        return ()
    return (
        Edit(step.extent, "postgresql_not_valid=True", adds=True, safe=False),
        Edit(step.extent, later, stands="after", safe=False),
    )


def _not_valid_first(step: SchemaStep) -> tuple[Edit, ...]:
    """Return the edit that adds a CHECK of Django as NOT VALID; the next migration validates it.

    https://docs.djangoproject.com/en/5.2/ref/contrib/postgres/operations/#adding-constraints-without-enforcing-validation
    """
    if step.constraint != "check" or step.text.partition("(")[0] not in ADDING:
        return ()
    new = "AddConstraintNotValid"
    return (Edit(step.location, new, imports=(f"{CLASSES}:{new}",), safe=False),)
