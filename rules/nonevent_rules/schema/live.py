"""Whether a schema step meets data in use, how it is named, and how sure its finding is."""

from nonevent.facts import SchemaStep
from nonevent.finding import Confidence, Persona
from nonevent.rule import Problem

__all__ = [
    "arguments",
    "bare",
    "column_of",
    "has_default",
    "is_live",
    "is_newborn",
    "language",
    "plain",
    "weigh",
]

VERBS = (
    *("create", "alter", "drop", "rename", "truncate", "refresh", "reindex", "cluster", "vacuum"),
    *("optimize", "grant", "revoke", "deny", "disable", "enable", "select", "exec", "execute"),
)
QUOTES = str.maketrans("", "", '`"[]')  # PostgreSQL, MySQL and SQL Server quote names with these


def is_live(step: SchemaStep) -> bool:
    """Return whether the step changes, on the way up, a table that a running version may use."""
    return (
        step.direction == "up"
        and not step.keeps_data
        and not step.table_is_new
        and not step.gone
        and not _is_temporary(step)
    )


def is_newborn(step: SchemaStep) -> bool:
    """Return whether the same file adds the column: no running version knows it.

    Changesets of one changelog may be years apart.
    """
    return step.column_is_new and step.framework != "liquibase"


def _is_temporary(step: SchemaStep) -> bool:
    if step.table.startswith(("#", "[#", "pg_temp.")):  # SQL Server's and PostgreSQL's own names
        return True
    return step.text.lower().startswith(("drop temporary table", "create temporary table"))


def language(step: SchemaStep) -> str:
    """Return what the step is written in: the framework, or "sql" also inside of `op.execute`."""
    first = step.text.split(None, 1)[0].lower() if step.text.strip() else ""
    return "sql" if first in VERBS else step.framework


def has_default(step: SchemaStep) -> bool:
    """Return whether rows get a value: `DEFAULT NULL` and `server_default=None` give none."""
    return (step.default or "").strip().lower() not in ("", "null", "null()", "none")


def plain(name: str) -> str:
    """Return the name without SQL's quotes, as sentences and Python code have it."""
    return name.translate(QUOTES)


def bare(name: str) -> str:
    """Return the name without quotes and without its schema: "orders" for `"shop"."orders"`."""
    return plain(name).rpartition(".")[2]


def arguments(step: SchemaStep, *more: str) -> str:
    """Return the arguments of an Alembic call: `"orders", "note", schema="shop"`."""
    schema = plain(step.table).rpartition(".")[0]
    said = [f'"{part}"' for part in (bare(step.table) or "…", *more)]
    return ", ".join([*said, f'schema="{schema}"'] if schema else said)


def column_of(step: SchemaStep) -> str:
    """Return what the step is about, marked as code: "`orders.note`", or the half that is known."""
    table, column = plain(step.table), plain(step.column)
    if table and column:
        return f"`{table}.{column}`"
    if column:
        return f"`{column}`"
    return f"a column of `{table}`" if table else "a column of a table named at run time"


def weigh(step: SchemaStep, problem: Problem) -> Problem:
    """Return the problem as sure as the step lets it be.

    A table whose name is computed may be a new one: auditors alone hear of it. An SQLite file is
    rarely shared by two versions, and of what a whole history never made there is mostly none:
    pedants do.
    """
    if not (step.table or (step.object and step.name)):
        return problem._replace(confidence=Confidence.LOW, persona=Persona.AUDITOR)
    if step.dialect == "sqlite" or step.unmade:
        return problem._replace(persona=Persona.PEDANTIC)
    return problem
