"""SQL of ClickHouse, and of databases inside of one process, is named and left alone."""

import pytest

from nonevent.readers import sql

TEXTS = {
    "an engine": (
        "db/1.sql",
        "CREATE TABLE t (a Int8) ENGINE = ReplacingMergeTree() ORDER BY a",
        1,
    ),
    "a cluster": ("db/1.sql", "DROP VIEW IF EXISTS v ON CLUSTER default;", 1),
    "a folder": ("db/clickhouse/1.sql", "DROP VIEW IF EXISTS v", 1),
    "HSQLDB": ("db/hsqldb/V1__a.sql", "ALTER TABLE t DROP PRIMARY KEY", 1),
    "a cluster of another kind": ("db/1.sql", "CLUSTER t; -- on cluster day", 0),
}


@pytest.mark.parametrize(("path", "text", "expected"), TEXTS.values(), ids=TEXTS)
def test_clickhouse(path: str, text: str, expected: int) -> None:
    facts = sql.read(path, text)

    assert len(facts.notes) == expected
    assert bool(facts.facts) is not bool(expected)
