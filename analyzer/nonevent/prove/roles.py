"""Which relation a schema step is about on a server, and what others are to it."""

import re
from collections.abc import Collection, Mapping
from typing import TYPE_CHECKING

from nonevent.facts import Operation, SchemaStep

if TYPE_CHECKING:
    from psycopg import Connection

__all__ = ["Roles", "find_own", "find_roles", "joined", "quoted"]

# Role → names of the relations that have it for the step's own table: "referenced" → {"p"}.
Roles = Mapping[str, Collection[str]]

NAME = re.compile(r'(?:"[^"]+"|\w+)(?:\.(?:"[^"]+"|\w+))*')
PARTITION = re.compile(r"(?i)\b(?:at|de)tach\s+partition\s+([\w.\"]+)")

OBJECTS = (
    Operation.CREATE_OBJECT,
    Operation.DROP_OBJECT,
    Operation.RENAME_OBJECT,
    Operation.ALTER_OBJECT,
)
RELATIONS = ("view", "materialized view", "sequence")
SHOWN = "CASE WHEN n.nspname = 'public' THEN c.relname ELSE n.nspname || '.' || c.relname END"
OUTSIDE = "n.nspname <> 'information_schema' AND n.nspname !~ '^pg_'"

# Each relation with the table that it is an index of, or with itself.
KNOWN = f"""
WITH shown AS (
    SELECT c.oid, {SHOWN} AS name
    FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace WHERE {OUTSIDE}
)
SELECT s.name, coalesce(o.name, s.name) FROM shown s
LEFT JOIN pg_index i ON i.indexrelid = s.oid LEFT JOIN shown o ON o.oid = i.indrelid
"""  # noqa: S608  # nothing of it comes from outside

MEANT = f"""
SELECT {SHOWN} FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
WHERE c.oid = to_regclass(%(name)s)
"""  # noqa: S608  # nothing of it comes from outside

ROLES = f"""
WITH own AS (SELECT to_regclass(nullif(%(own)s, ''))::oid AS oid), named(role, oid) AS (
    SELECT 'referenced', confrelid FROM pg_constraint, own
        WHERE contype = 'f' AND conrelid = own.oid
    UNION SELECT 'referencing', conrelid FROM pg_constraint, own
        WHERE contype = 'f' AND confrelid = own.oid
    UNION SELECT 'parent', inhparent FROM pg_inherits, own WHERE inhrelid = own.oid
    UNION SELECT 'partitions', inhrelid FROM pg_inherits, own WHERE inhparent = own.oid
    UNION SELECT 'default partition', partdefid FROM pg_partitioned_table, own
        WHERE partrelid = own.oid
        OR partrelid IN (SELECT inhparent FROM pg_inherits WHERE inhrelid = own.oid)
    UNION SELECT 'indexes', indexrelid FROM pg_index, own WHERE indrelid = own.oid
    UNION SELECT 'sequences', d.objid FROM pg_depend d JOIN pg_class s ON s.oid = d.objid, own
        WHERE d.refobjid = own.oid AND s.relkind = 'S'
    UNION SELECT 'dependent', w.ev_class FROM pg_depend d JOIN pg_rewrite w ON w.oid = d.objid, own
        WHERE d.refobjid = own.oid AND d.classid = 'pg_rewrite'::regclass
    UNION SELECT 'users', a.attrelid FROM pg_attribute a JOIN pg_type y ON y.oid = a.atttypid
        WHERE y.typname = ANY (%(words)s) AND y.typtype IN ('d', 'e', 'c')
    UNION SELECT 'inside', c.oid FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
        WHERE n.nspname = ANY (%(words)s)
)
SELECT role, {SHOWN}
FROM named JOIN pg_class c USING (oid) JOIN pg_namespace n ON n.oid = c.relnamespace
WHERE c.oid IS DISTINCT FROM (SELECT oid FROM own) AND {OUTSIDE}
"""  # noqa: S608  # nothing of it comes from outside


def find_own(connection: "Connection", step: SchemaStep) -> str:
    """Return the relation that a step is about, as the server names it: "orders", "shop.orders".

    That is its table; of a step on an index the table of that; else the first relation that its
    statement names; "" where there is none.
    """
    if step.operation in OBJECTS and step.object in RELATIONS and step.name:
        return _shown(connection, step.name, step.text)
    if step.table:
        return _shown(connection, step.table, step.text)
    if step.operation is Operation.DATA:  # WITH … UPDATE: what it writes stands somewhere in it
        return ""
    tables: dict[str, str] = dict(connection.execute(KNOWN.encode()).fetchall())
    named = (_plain(name) for name in NAME.findall(step.text))
    parts = ((name, name.rpartition(".")[0]) for name in named)  # of a column: `t.a`
    found = (
        name if name in tables else table for name, table in parts if {name, table} & {*tables}
    )
    return next((tables[name] for name in found), "")


def find_roles(connection: "Connection", own: str, text: str) -> dict[str, set[str]]:
    """Return what relations are to the table `own` and to the statement `text`, as they are now."""
    tables: dict[str, str] = dict(connection.execute(KNOWN.encode()).fetchall())
    words = {_plain(name) for name in NAME.findall(text)}
    found: dict[str, set[str]] = {
        "read": set(tables),
        "index": {name for name, table in tables.items() if name in words and name != table},
        "partition": {_plain(name) for name in PARTITION.findall(text)},
    }
    asked = {"own": quoted(own), "words": [*words]}
    for role, name in connection.execute(ROLES.encode(), asked).fetchall():
        found.setdefault(role, set()).add(name)
    found.setdefault("dependent", set()).update(found.get("sequences", ()))
    return found


def joined(*roles: Roles) -> dict[str, set[str]]:
    """Return the roles of before and after a statement in one."""
    found: dict[str, set[str]] = {}
    for each in roles:
        for role, names in each.items():
            found.setdefault(role, set()).update(names)
    return found


def quoted(name: str) -> str:
    """Return a name of this module as SQL has it: every part in quotes."""
    return ".".join(f'"{part}"' for part in name.split(".")) if name else ""


def _shown(connection: "Connection", name: str, text: str) -> str:
    """Return the name that the server's catalogue has for what a statement means by `name`.

    A step's name has no quotes, so nothing in it tells whether "Orders" is kept as it is written.
    """
    as_written, plain = name.removeprefix("public."), _plain(name)
    spelled = f'"{name.rpartition(".")[2]}"' in text
    for one in (as_written, plain) if spelled else (plain, as_written):
        row = connection.execute(MEANT.encode(), {"name": quoted(one)}).fetchone()
        if row:
            return str(row[0])
    return as_written if spelled else plain


def _plain(name: str) -> str:
    """Return a name as the server keeps it; without quotes it is lower case."""
    parts = re.findall(r'"[^"]+"|\w+', name)
    plain = [part.strip('"') if part.startswith('"') else part.lower() for part in parts]
    return ".".join(plain).removeprefix("public.")
