"""Views, types, sequences and their like: what sentences call them, and where a cure is written."""

from collections.abc import Iterable

from nonevent.facts import Operation, SchemaStep
from nonevent_rules.schema.live import bare, language, plain

__all__ = ["article", "executed", "is_of_table", "owner", "short", "thing"]


def thing(step: SchemaStep) -> str:
    """Return the object with its kind, marked as code: "view `paid_orders`"."""
    name = plain(step.name)
    kind = step.object or "object"
    return f"{kind} `{name}`" if name else f"a {kind} named at run time"


def owner(step: SchemaStep) -> str:
    """Return the table, marked as code; words where its name is computed."""
    return f"`{plain(step.table)}`" if step.table else "a table named at run time"


def article(words: str) -> str:
    """Return the words behind "a" or "an"."""
    return f"{'an' if words[:1].upper() in 'AEIOU' else 'a'} {words}"


def executed(step: SchemaStep, statement: str) -> str:
    """Return a statement as the language of the step runs it, marked as code."""
    text = statement.replace('"', "'")
    if language(step) == "alembic" or step.framework == "alembic":
        return f'`op.execute("{text}")`'
    if step.framework == "django":
        return f'`RunSQL("{text}")`'
    return f"`{text}`"


def short(step: SchemaStep) -> str:
    """Return the name of the object or the table without quotes and schema; "…" for none."""
    return bare(step.name or step.table) or "…"


def is_of_table(step: SchemaStep, others: Iterable[SchemaStep], does: Operation) -> bool:
    """Tell whether one of these steps makes, or drops, the table that a sequence is named after."""
    tables = (bare(one.table).lower() for one in others if one.operation is does)
    return any(table and f"_{table}_" in f"_{bare(step.name).lower()}_" for table in tables)
