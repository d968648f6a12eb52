"""How statements are run: settings, transactions, locks, options, and how many rows they meet."""

from typing import Any

import pytest

from nonevent.facts import Rows, SchemaStep
from nonevent.readers import sql

FIELDS = ("table", "name", "default", "concurrently", "lock_mode", "algorithm", "guarded")

CONDUCT = {
    "a setting with its value": (
        "SET LOCAL lock_timeout = '2s'",
        ("set", {"name": "lock_timeout", "default": "2s"}),
    ),
    "a setting by TO": (
        "SET lock_timeout TO 2000",
        ("set", {"name": "lock_timeout", "default": "2000"}),
    ),
    "a setting put back": ("RESET lock_timeout", ("set", {"name": "lock_timeout", "default": ""})),
    "a setting by its default": (
        "SET lock_timeout TO DEFAULT",
        ("set", {"name": "lock_timeout", "default": ""}),
    ),
    "a setting by a function": (
        "SELECT pg_catalog.set_config('lock_timeout', '5s', false)",
        ("set", {"name": "lock_timeout", "default": "5s"}),
    ),
    "a transaction opens": ("START TRANSACTION", ("begin", {})),
    "a transaction ends": ("COMMIT", ("end", {})),
    "a savepoint ends nothing": ("ROLLBACK TO SAVEPOINT a", ("other", {})),
    "an index is built anew": ("REINDEX INDEX public.i", ("reindex", {"name": "public.i"})),
    "all indexes of a table are, while others write": (
        "REINDEX (VERBOSE) TABLE CONCURRENTLY t",
        ("reindex", {"table": "t", "concurrently": True}),
    ),
    "a table is locked in the strongest mode": (
        "LOCK t",
        ("lock table", {"table": "t", "lock_mode": "access exclusive"}),
    ),
    "a table is locked in a mode": (
        "LOCK TABLE ONLY s.t IN SHARE ROW EXCLUSIVE MODE NOWAIT",
        ("lock table", {"table": "s.t", "lock_mode": "share row exclusive"}),
    ),
    "MySQL's words on how a table is changed": (
        "ALTER TABLE `t` ADD INDEX `i` (`a`), ALGORITHM=COPY, LOCK=SHARED",
        (
            "create index",
            {"table": "t", "name": "i", "algorithm": "copy", "lock_mode": "shared"},
        ),
    ),
    "an index that may be there": (
        "CREATE INDEX CONCURRENTLY IF NOT EXISTS i ON t (a)",
        ("create index", {"table": "t", "name": "i", "concurrently": True, "guarded": True}),
    ),
    "a table that may be missing guards no action on it": (
        "ALTER TABLE IF EXISTS t DROP CONSTRAINT c",
        ("drop constraint", {"table": "t", "name": "c"}),
    ),
}


def steps(text: str, dialect: str = "") -> list[SchemaStep]:
    facts = sql.read("example.sql", text, dialect)
    assert not facts.notes
    return [step for step in facts.facts if isinstance(step, SchemaStep)]


@pytest.mark.parametrize(("text", "expected"), CONDUCT.values(), ids=CONDUCT)
def test_a_statement_says_how_it_is_run(text: str, expected: tuple[str, dict[str, Any]]) -> None:
    [step] = steps(text)
    filled = {
        name: value
        for name, value in step._asdict().items()
        if name in FIELDS and value != SchemaStep._field_defaults[name]
    }

    assert (step.operation.value, filled) == expected


ROWS = {
    "INSERT INTO t VALUES (1), (2)": Rows.NEW,
    "INSERT INTO t SELECT a FROM u": Rows.ALL,
    "INSERT INTO t SELECT 1": Rows.NEW,
    "UPDATE t SET a = 1": Rows.ALL,
    "UPDATE t SET a = 1 WHERE a IS NULL": Rows.MANY,
    "UPDATE t SET a = b.a FROM b WHERE b.t_id = t.id": Rows.MANY,
    "UPDATE t SET a = 1 WHERE id = 5": Rows.FEW,
    "UPDATE t SET a = 1 WHERE name IN ('x', 'y')": Rows.FEW,
    "UPDATE t SET a = 1 WHERE id = 5 OR a IS NULL": Rows.MANY,
    "UPDATE t SET a = 1 WHERE id BETWEEN 1 AND 1000": Rows.BATCH,
    "DELETE FROM t WHERE id IN (SELECT id FROM t WHERE b LIMIT 1000)": Rows.BATCH,
    "DELETE FROM t": Rows.ALL,
    "UPDATE t JOIN u ON t.u_id = u.id SET t.a = u.a": Rows.MANY,
    "UPDATE t SET a = 1 WHERE id >= low AND id < low + 1000": Rows.BATCH,
    "WITH x AS (SELECT 1) UPDATE t SET a = 1 FROM x": Rows.MANY,
}


@pytest.mark.parametrize(("text", "expected"), ROWS.items(), ids=ROWS)
def test_a_data_step_says_how_many_rows_it_meets(text: str, expected: Rows) -> None:
    [step] = steps(text, "postgresql")

    assert step.rows is expected
