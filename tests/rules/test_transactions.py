"""Rules on transactions and guarantees: what is heard of whole files and in which words."""

import pytest

from nonevent.change import Change, ChangedFile
from nonevent.finding import Finding
from nonevent.options import Options
from nonevent.pipeline import examine, prepare

TASK = prepare(Options())

ALEMBIC = "from alembic import op\nimport sqlalchemy as sa\nrevision = '2'\ndown_revision = '1'\n"


def hear(rule: str, text: str, path: str) -> list[Finding]:
    data = text.encode()
    outcome = examine(Change((ChangedFile(path, lambda: data),)), TASK)
    return [found for found in outcome.findings if found.rule == rule]


SQL = {
    "the third lock of a transaction": (
        "locks-on-several-tables",
        "BEGIN; ALTER TABLE a ADD x int;\nALTER TABLE b ADD x int;\nALTER TABLE c ADD x int;",
        [(2, "warning", "medium", "pedantic")],
    ),
    "an index on one table and a column on another": (
        "locks-on-several-tables",
        "BEGIN; CREATE INDEX i ON a (x);\nALTER TABLE b ADD x int; COMMIT;",
        [(2, "warning", "medium", "pedantic")],
    ),
    "a second change of one table": (
        "locks-on-several-tables",
        "BEGIN; ALTER TABLE s.a ADD x int;\nALTER TABLE a ADD y int; COMMIT;",
        [],
    ),
    "two tables in MySQL": (
        "locks-on-several-tables",
        "ALTER TABLE `a` ADD x int;\nALTER TABLE `b` ADD x int;",
        [],
    ),
    "MySQL commits between two tables": (
        "half-applied-migration",
        "ALTER TABLE `a` ADD x int;\nALTER TABLE `b` ADD x int;\nALTER TABLE `c` ADD x int;",
        [(2, "warning", "medium", "pedantic")],
    ),
    "PostgreSQL does not, as far as is known": (
        "half-applied-migration",
        "ALTER TABLE a ADD x int;\nALTER TABLE b ADD x int;",
        [],
    ),
    "two concurrent builds": (
        "half-applied-migration",
        (
            "-- migrate:up transaction:false\nCREATE INDEX CONCURRENTLY i ON a (x);\n"
            "CREATE INDEX CONCURRENTLY j ON a (y);\nCREATE INDEX CONCURRENTLY k ON a (z);\n"
        ),
        [(3, "warning", "medium", "pedantic")],
    ),
    "a migration of one concurrent build": (
        "half-applied-migration",
        "-- migrate:up transaction:false\nCREATE INDEX CONCURRENTLY i ON a (x);\n",
        [],
    ),
    "a transaction of a long file": (
        "transaction-left-open",
        "BEGIN;\n" + "".join(f"ALTER TABLE t{at} ADD x int;\n" for at in range(40)) + "COMMIT;\n",
        [],
    ),
    "the end of a transaction of a long file": (
        "transaction-in-transaction",
        "BEGIN;\n" + "".join(f"ALTER TABLE t{at} ADD x int;\n" for at in range(40)) + "COMMIT;\n",
        [],
    ),
    "a transaction that is rolled back on purpose": (
        "transaction-left-open",
        "BEGIN;\nALTER TABLE a ADD x int;\nROLLBACK;\n",
        [],
    ),
    "BEGIN of a block of T-SQL": (
        "transaction-left-open",
        "IF 1 = 1\nBEGIN\n  ALTER TABLE [a] ADD x int;\nEND\nGO\n",
        [],
    ),
    "a key that a convention names": (
        "dropped-primary-key",
        "ALTER TABLE a DROP CONSTRAINT pk_a;",
        [(1, "error", "medium", "regular")],
    ),
    "a key that another one follows at once, in a long file": (
        "dropped-primary-key",
        "ALTER TABLE a DROP CONSTRAINT a_pkey;\nALTER TABLE a ADD PRIMARY KEY (x, y);\n"
        + "".join(f"ALTER TABLE t{at} ADD x int;\n" for at in range(40)),
        [],
    ),
    "queries of a program": (
        "explicit-table-lock",
        "-- name: Lock :exec\nLOCK TABLE a;\n-- name: Fill :exec\nUPDATE a SET x = 1;\n",
        [],
    ),
    "the server's own catalogue": (
        "unbatched-data-change",
        "UPDATE pg_index SET indisready = false;\n",
        [],
    ),
    "a key that another one follows": (
        "dropped-primary-key",
        "ALTER TABLE a DROP CONSTRAINT a_pkey;\nALTER TABLE a ADD PRIMARY KEY (x, y);",
        [],
    ),
    "a unique constraint of a column that goes as well": (
        "dropped-unique-guarantee",
        "ALTER TABLE a DROP CONSTRAINT a_x_key;\nALTER TABLE a DROP COLUMN x;",
        [],
    ),
    "a limit that is lifted before the build": (
        "concurrent-build-under-timeout",
        (
            "SET statement_timeout = '5s';\nSET statement_timeout = 0;\n"
            "CREATE INDEX CONCURRENTLY i ON a (x);"
        ),
        [],
    ),
    "indexes built anew under a limit": (
        "concurrent-build-under-timeout",
        "SET statement_timeout = '5s';\nREINDEX TABLE CONCURRENTLY a;",
        [(2, "warning", "high", "regular")],
    ),
    "a concurrent build after a drop without IF EXISTS": (
        "index-dropped-before-rebuild",
        "DROP INDEX CONCURRENTLY i;\nCREATE INDEX CONCURRENTLY i ON a (x);",
        [(2, "warning", "medium", "regular")],
    ),
    "a limit on waiting of MySQL": (
        "unbounded-lock-wait",
        "SET SESSION lock_wait_timeout = 5;\nALTER TABLE `a` ADD x int;",
        [],
    ),
    "a limit of PostgreSQL says nothing to MySQL": (
        "unbounded-lock-wait",
        "ALTER TABLE `a` ADD x int;\nALTER TABLE `b` ADD x int;",
        [(1, "warning", "medium", "pedantic")],
    ),
    "a lock of MySQL": (
        "explicit-table-lock",
        "LOCK TABLES `a` WRITE, `b` READ;\nUPDATE `a` SET x = 1;\nUNLOCK TABLES;",
        [(1, "warning", "high", "regular")],
    ),
    "a lock under which nothing takes time": (
        "explicit-table-lock",
        "BEGIN;\nLOCK TABLE a;\nALTER TABLE a ADD COLUMN x int;\nCOMMIT;",
        [(2, "warning", "high", "pedantic")],
    ),
    "a lock on a table of the migration": (
        "explicit-table-lock",
        "CREATE TABLE a (x int);\nLOCK TABLE a;",
        [],
    ),
    "a foreign key of a column that comes with it": (
        "constraint-on-old-writes",
        "ALTER TABLE a ADD x int;\nALTER TABLE a ADD FOREIGN KEY (x) REFERENCES b (x) NOT VALID;",
        [],
    ),
    "a check that takes the place of another": (
        "constraint-on-old-writes",
        "ALTER TABLE a DROP CONSTRAINT c;\nALTER TABLE a ADD CONSTRAINT c CHECK (x > 0) NOT VALID;",
        [],
    ),
}


@pytest.mark.parametrize(("rule", "text", "expected"), SQL.values(), ids=SQL)
def test_a_file_of_sql_is_heard(
    rule: str, text: str, expected: list[tuple[int, str, str, str]]
) -> None:
    found = [
        (one.location.line, str(one.severity), str(one.confidence), str(one.persona))
        for one in hear(rule, text, "db/0002.sql")
    ]

    assert found == expected


PYTHON = {
    "a COMMIT of Alembic's transaction": (
        "transaction-in-transaction",
        f"{ALEMBIC}def upgrade():\n    op.execute('COMMIT')\n",
        [(6, "pedantic")],
    ),
    "a block of its own at the start": (
        "half-applied-migration",
        (
            f"{ALEMBIC}def upgrade():\n    with op.get_context().autocommit_block():\n"
            "        op.create_index('i', 'a', ['x'], postgresql_concurrently=True)\n"
            "    op.add_column('a', sa.Column('y', sa.Text()))\n"
        ),
        [],
    ),
    "an exception in downgrade": (
        "irreversible-migration",
        (
            f"{ALEMBIC}def upgrade():\n    op.drop_table('a')\n"
            "def downgrade():\n    raise NotImplementedError\n"
        ),
        [],
    ),
    "rows alone": (
        "irreversible-migration",
        (
            f"{ALEMBIC}def upgrade():\n    op.bulk_insert(sa.table('a'), [])\n"
            "def downgrade():\n    pass\n"
        ),
        [],
    ),
    "a downgrade with a comment alone": (
        "irreversible-migration",
        (
            f"{ALEMBIC}def upgrade():\n    op.add_column('a', sa.Column('y', sa.Text()))\n"
            "def downgrade() -> None:\n    # nothing\n    pass\n"
        ),
        [(6, "pedantic")],
    ),
}


@pytest.mark.parametrize(("rule", "text", "expected"), PYTHON.values(), ids=PYTHON)
def test_a_revision_of_alembic_is_heard(
    rule: str, text: str, expected: list[tuple[int, str]]
) -> None:
    found = hear(rule, text, "migrations/versions/0002_change.py")

    assert [(one.location.line, str(one.persona)) for one in found] == expected


SAID = {
    "two tables": (
        "locks-on-several-tables",
        "BEGIN; CREATE INDEX i ON a (x); ALTER TABLE b ADD x int; COMMIT;",
        (
            "`b` is locked (ACCESS EXCLUSIVE) while the same transaction keeps `a` locked (SHARE): "
            "a request that uses the two in the other order deadlocks with the migration, and one "
            "of both is cancelled"
        ),
    ),
    "a wait without limit": (
        "unbounded-lock-wait",
        "ALTER TABLE a ADD x int;",
        (
            "on PostgreSQL, `ADD COLUMN` on `a` waits for its ACCESS EXCLUSIVE lock without limit: "
            "behind one long transaction it waits on, and every query of `a` behind it"
        ),
    ),
    "an index that is missing for a while, under a lock": (
        "index-dropped-before-rebuild",
        "BEGIN; DROP INDEX i; CREATE INDEX i ON a (x); COMMIT;",
        (
            "index `i` is dropped before it is built anew: until the build is done the running "
            "version's queries of `a` do without it, and wait, since the drop's ACCESS EXCLUSIVE "
            "lock lasts until the end"
        ),
    ),
    "what MySQL is asked for": (
        "blocking-algorithm",
        "ALTER TABLE `a` ADD x int, ALGORITHM=COPY, LOCK=EXCLUSIVE;",
        (
            "`ALGORITHM=COPY, LOCK=EXCLUSIVE` is asked for on `a`: every row is copied and reads "
            "and writes wait until it is done, also where the server could do without"
        ),
    ),
    "a table without key": (
        "dropped-primary-key",
        "ALTER TABLE `a` DROP PRIMARY KEY;",
        (
            "the primary key of `a` is dropped: the version still running may write duplicates, "
            "its upserts by the key fail, and logical replication refuses UPDATE and DELETE of the "
            "table, and MySQL copies the table under a SHARED lock"
        ),
    ),
    "half a migration": (
        "half-applied-migration",
        "-- migrate:up transaction:false\nALTER TABLE a ADD x int;\nALTER TABLE a ADD y int;\n",
        (
            "`ADD COLUMN` on `a` runs outside of any transaction after `ADD COLUMN` on `a`: where "
            "it fails, that stays, the migration counts as not applied, and its next try fails at "
            "what is there already"
        ),
    ),
}


@pytest.mark.parametrize(("rule", "text", "message"), SAID.values(), ids=SAID)
def test_a_message_names_what_waits_or_breaks(rule: str, text: str, message: str) -> None:
    assert [one.message for one in hear(rule, text, "db/0002.sql")] == [message]


def test_a_step_of_a_plug_in_is_named_as_what_it_does() -> None:
    text = (
        f"{ALEMBIC}def upgrade():\n    op.add_column('a', sa.Column('y', sa.Text()))\n"
        "    op.sync_enum_values('public', 'state', ['new'], ['new', 'done'])\n"
    )
    said = hear("half-applied-migration", text, "migrations/versions/0002_change.py")

    assert [one.message.partition(" runs")[0] for one in said] == ["`ALTER TYPE`"]
