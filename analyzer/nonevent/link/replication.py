"""What names a row of a table to those who replicate it, and tables that lack it.

PostgreSQL refuses UPDATE and DELETE of a published table without a primary key or another identity:
https://www.postgresql.org/docs/current/logical-replication-publication.html
"""

import re

from nonevent.facts import Operation, SchemaStep
from nonevent.link.tables import Schema, Table, key

__all__ = ["identify", "unkeyed"]

IDENTITY = re.compile(r"(?i)\breplica\s+identity\s+(?:using\s+index\s+(\S+?)|(\w+))\s*[;,]?\s*$")


def identify(table: Table, step: SchemaStep) -> None:
    """Remember the replica identity that a table gets."""
    found = IDENTITY.search(step.text)
    if found is not None and step.action.startswith("replica identity"):
        said = (found[2] or "").lower()
        table.identity = key(found[1]) if found[1] else "" if said == "default" else said


def unkeyed(step: SchemaStep, schema: Schema) -> tuple[str, ...]:
    """Return the tables of a publication, or of an index that goes, whose rows nothing names then.

    A table that the same file makes is not in use, and one that is in doubt may have a key.
    """
    if step.operation is Operation.DROP_INDEX:
        table = schema.owner(step.name) if step.name else None
        held = table is not None and table.identity == key(step.name)
        return (table.name,) if table is not None and held else ()
    named = map(schema.table, step.values)
    tables = schema.tables.values() if step.values == ("*",) else filter(None, named)
    return tuple(
        sorted(
            table.name
            for table in tables
            if table.whole and table.made is not None and not table.names_rows()
            if table.made.path != step.location.path
        )
    )
