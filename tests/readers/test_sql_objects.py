"""Statements on what is no table, and on tables as a whole: the steps they stand for."""

from typing import Any

import pytest

from nonevent.facts import SchemaStep
from nonevent.readers import sql

COMMON = ("operation", "location", "framework", "dialect", "text", "direction", "extent")


def said(source: str, dialect: str) -> list[dict[str, Any]]:
    """Return the filled fields of each step, its operation among them."""
    facts = sql.read("a.sql", source, dialect)
    assert not facts.notes
    return [
        {"operation": step.operation.value}
        | {
            name: value
            for name, value in step._asdict().items()
            if name not in COMMON and value != SchemaStep._field_defaults[name]
        }
        for step in facts.facts
        if isinstance(step, SchemaStep)
    ]


def one(operation: str, **fields: Any) -> list[dict[str, Any]]:
    return [{"operation": operation, **fields}]


POSTGRESQL = {
    "TRUNCATE a, ONLY s.b CASCADE": [
        *one("truncate", table="a", cascade=True),
        *one("truncate", table="s.b", cascade=True),
    ],
    "REFRESH MATERIALIZED VIEW v": one(
        "alter object", object="materialized view", name="v", action="refresh"
    ),
    "REFRESH MATERIALIZED VIEW CONCURRENTLY s.v": one(
        "alter object",
        object="materialized view",
        name="s.v",
        action="refresh",
        concurrently=True,
    ),
    "REFRESH MATERIALIZED VIEW v WITH NO DATA": one(
        "alter object", object="materialized view", name="v", action="refresh with no data"
    ),
    "CLUSTER t USING i": one("alter table", table="t", action="cluster"),
    "VACUUM (FULL, ANALYZE) t": one("alter table", table="t", action="vacuum full"),
    "VACUUM (FULL false) t": one("other"),
    "VACUUM ANALYZE t": one("other"),
    "CREATE OR REPLACE VIEW v AS SELECT 1": one(
        "create object", object="view", name="v", replaces=True
    ),
    "DROP VIEW v, s.w CASCADE": [
        *one("drop object", object="view", name="v", cascade=True),
        *one("drop object", object="view", name="s.w", cascade=True),
    ],
    "ALTER VIEW v SET SCHEMA old": one("rename object", object="view", name="v", new_name="old.v"),
    "ALTER TYPE mood ADD VALUE 'it''s' BEFORE 'sad'": one(
        "alter object", object="type", name="mood", action="add value", values=("it's",)
    ),
    "ALTER TYPE mood RENAME VALUE 'sad' TO 'blue'": one(
        "alter object",
        object="type",
        name="mood",
        action="rename value",
        values=("sad",),
        new_name="blue",
    ),
    "ALTER TYPE pair RENAME ATTRIBUTE a TO b": one(
        "rename object", object="type", name="pair", column="a", new_name="b"
    ),
    "CREATE TYPE mood AS ENUM ('sad', 'ok')": one(
        "create object", object="type", name="mood", values=("sad", "ok")
    ),
    "CREATE TRIGGER tr BEFORE INSERT OR UPDATE OF a ON s.t EXECUTE FUNCTION f()": one(
        "create object", object="trigger", name="tr", table="s.t"
    ),
    "CREATE RULE r AS ON INSERT TO t DO NOTHING": one(
        "create object", object="rule", name="r", table="t"
    ),
    "CREATE EVENT TRIGGER e ON ddl_command_start EXECUTE FUNCTION f()": one(
        "create object", object="event trigger", name="e"
    ),
    "DROP TRIGGER tr ON t": one("drop object", object="trigger", name="tr", table="t"),
    "DROP FUNCTION f(int, text), g": [
        *one("drop object", object="function", name="f"),
        *one("drop object", object="function", name="g"),
    ],
    "ALTER FUNCTION f(int) RENAME TO g": one(
        "rename object", object="function", name="f", new_name="g"
    ),
    "ALTER DOMAIN d ADD CONSTRAINT c CHECK (VALUE > 0) NOT VALID": one(
        "alter object", object="domain", name="d", action="add constraint", valid=False
    ),
    "ALTER SEQUENCE s RESTART WITH 5": one(
        "alter object", object="sequence", name="s", action="restart with"
    ),
    "GRANT SELECT ON t TO r": one("grant", table="t", action="select", new_name="r"),
    "REVOKE ALL ON ALL TABLES IN SCHEMA s FROM r": one(
        "revoke", object="tables", name="s", action="all", new_name="r"
    ),
    "ALTER TABLE t SET LOGGED": one("alter table", table="t", action="set logged"),
    "ALTER TABLE s.t SET SCHEMA old": one("rename table", table="s.t", new_name="old.t"),
    "ALTER TABLE t NO FORCE ROW LEVEL SECURITY": one(
        "alter table", table="t", action="no force row level security"
    ),
    "ALTER TABLE t ATTACH PARTITION s.p FOR VALUES IN (1)": one(
        "alter table", table="t", name="s.p", action="attach partition"
    ),
    "ALTER TABLE t DETACH PARTITION p CONCURRENTLY": one(
        "alter table", table="t", name="p", action="detach partition", concurrently=True
    ),
    "CREATE TABLE p PARTITION OF t DEFAULT": one("create table", table="p", open=True, parent="t"),
    "CREATE TABLE n AS SELECT * FROM t": one("create table", table="n", open=True, from_query=True),
    "CREATE TABLE n AS SELECT * FROM t WITH NO DATA": one("create table", table="n", open=True),
    "ALTER TABLE t ALTER a DROP IDENTITY": one(
        "alter table", table="t", column="a", action="drop identity"
    ),
    "ALTER TABLE t ALTER a ADD GENERATED ALWAYS AS IDENTITY": one(
        "alter table", table="t", column="a", action="add identity"
    ),
    'ALTER TABLE t ALTER a TYPE text COLLATE "C" USING a::text': one(
        "alter column type", table="t", column="a", type="text", collation="C", using="a::text"
    ),
}
MYSQL = {
    "ALTER TABLE t CONVERT TO CHARACTER SET utf8mb4": one(
        "alter table", table="t", action="convert to character set"
    ),
    "ALTER TABLE t MODIFY a int NOT NULL AFTER b": one(
        "alter column type",
        table="t",
        column="a",
        type="int",
        nullable=False,
        placed="after b",
    ),
    "ALTER TABLE t ADD first int": one("add column", table="t", column="first", type="int"),
    "CREATE DEFINER=root@localhost TRIGGER tr BEFORE INSERT ON t FOR EACH ROW SET NEW.a = 1": one(
        "create object", object="trigger", name="tr", table="t"
    ),
    "CREATE ALGORITHM=MERGE SQL SECURITY INVOKER VIEW v AS SELECT 1": one(
        "create object", object="view", name="v"
    ),
    "OPTIMIZE TABLE a, b": [
        *one("alter table", table="a", action="optimize"),
        *one("alter table", table="b", action="optimize"),
    ],
}
MSSQL = {
    "DISABLE TRIGGER tr ON t": one("alter table", table="t", name="tr", action="disable trigger"),
    "CREATE OR ALTER PROCEDURE dbo.p AS SELECT 1": one(
        "create object", object="procedure", name="dbo.p", replaces=True
    ),
    "ALTER VIEW v AS SELECT 1 AS a": one("create object", object="view", name="v", replaces=True),
    "GRANT SELECT ON SCHEMA::sales TO r": one(
        "grant", object="schema", name="sales", action="select", new_name="r"
    ),
    "ALTER TABLE t SWITCH PARTITION 1 TO u": one(
        "alter table", table="t", action="switch partition"
    ),
}
DIALECTS = {"postgresql": POSTGRESQL, "mysql": MYSQL, "mssql": MSSQL}


@pytest.mark.parametrize(
    ("dialect", "source", "expected"),
    [
        pytest.param(dialect, source, expected, id=f"{dialect}: {source}")
        for dialect, table in DIALECTS.items()
        for source, expected in table.items()
    ],
)
def test_reads(dialect: str, source: str, expected: list[dict[str, Any]]) -> None:
    found = said(source, dialect)

    assert found == expected


def test_an_object_that_the_file_made_is_new_until_it_goes() -> None:
    source = (
        "CREATE VIEW v AS SELECT 1; DROP VIEW v; DROP VIEW v; "
        "CREATE OR REPLACE VIEW w AS SELECT 1; DROP VIEW w"
    )
    steps = [step for step in sql.read("a.sql", source).facts if isinstance(step, SchemaStep)]

    assert [step.table_is_new for step in steps] == [False, True, False, False, False]
