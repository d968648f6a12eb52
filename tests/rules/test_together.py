"""Schema rules that look at what stands beside a step: whole files, and what is heard of them."""

from typing import NamedTuple

import pytest

from nonevent.change import Change, ChangedFile
from nonevent.options import Options
from nonevent.pipeline import examine, prepare

TASK = prepare(Options())


class Heard(NamedTuple):
    """One finding, as far as a case is about it."""

    rule: str
    line: int
    severity: str
    confidence: str
    persona: str


def hear(rule: str, text: str, path: str = "db/0002_change.sql") -> list[Heard]:
    data = text.encode()
    outcome = examine(Change((ChangedFile(path, lambda: data),)), TASK)
    return [
        Heard(
            found.rule,
            found.location.line,
            str(found.severity),
            str(found.confidence),
            str(found.persona),
        )
        for found in outcome.findings
        if found.rule == rule
    ]


def messages(rule: str, text: str, path: str = "db/0002_change.sql") -> list[str]:
    data = text.encode()
    outcome = examine(Change((ChangedFile(path, lambda: data),)), TASK)
    return [found.message for found in outcome.findings if found.rule == rule]


def django(operations: str, before: str = "") -> str:
    return (
        "from django.db import migrations, models\n"
        "from django.contrib.postgres.operations import *\n"
        f"{before}\n"
        f"class Migration(migrations.Migration):\n    operations = [{operations}]\n"
    )


ADD = "ALTER TABLE orders ADD COLUMN channel text;\n"
JOINED = "UPDATE carts SET a = b.a FROM b WHERE b.x = carts.x;\n"
FILL = "UPDATE orders SET channel = 'web';\n"

HEARD = {
    "where nothing says that there is a transaction, rows under a lock are less sure": (
        "backfill-under-lock",
        ADD + FILL,
        [Heard("backfill-under-lock", 2, "error", "medium", "regular")],
    ),
    "each statement of a runner without transactions stands for itself": (
        "backfill-under-lock",
        f"-- migrate:up transaction:false\n{ADD}{FILL}",
        [],
    ),
    "a commit between them lets the lock go": (
        "backfill-under-lock",
        f"BEGIN;\n{ADD}COMMIT;\nBEGIN;\n{FILL}COMMIT;\n",
        [],
    ),
    "rows of another table while one is locked are a warning": (
        "backfill-under-lock",
        f"BEGIN;\n{ADD}{JOINED}COMMIT;\n",
        [Heard("backfill-under-lock", 3, "warning", "medium", "regular")],
    ),
    "MySQL commits at each change of a schema": (
        "backfill-under-lock",
        "ALTER TABLE `orders` ADD COLUMN channel text;\nUPDATE `orders` SET channel = 'web';\n",
        [],
    ),
    "a lock that lets others write holds nobody up": (
        "backfill-under-lock",
        f"BEGIN;\nALTER TABLE orders VALIDATE CONSTRAINT c;\n{FILL}COMMIT;\n",
        [],
    ),
    "an index built in the same transaction keeps writers waiting": (
        "backfill-under-lock",
        f"BEGIN;\nCREATE INDEX i ON orders (channel);\n{FILL}COMMIT;\n",
        [Heard("backfill-under-lock", 3, "error", "medium", "regular")],
    ),
    "a way back that fails is for the pedantic": (
        "concurrently-in-transaction",
        "-- migrate:up\nSELECT 1;\n-- migrate:down\nDROP INDEX CONCURRENTLY i;\n",
        [Heard("concurrently-in-transaction", 4, "warning", "high", "pedantic")],
    ),
    "VACUUM is refused as well": (
        "concurrently-in-transaction",
        "-- migrate:up\nVACUUM orders;\n-- migrate:down\n",
        [Heard("concurrently-in-transaction", 2, "error", "high", "regular")],
    ),
    "an index that the same file has made is dropped before anybody sees it": (
        "blocking-index-drop",
        "CREATE INDEX CONCURRENTLY i ON orders (a);\nDROP INDEX i;\n",
        [],
    ),
    "a statement that finds few rows is for the pedantic": (
        "unbatched-data-change",
        "DELETE FROM orders WHERE state = 'void';\n",
        [Heard("unbatched-data-change", 1, "warning", "medium", "pedantic")],
    ),
    "what is validated after another change of the table": (
        "validation-under-lock",
        f"BEGIN;\n{ADD}ALTER TABLE orders VALIDATE CONSTRAINT c;\nCOMMIT;\n",
        [Heard("validation-under-lock", 3, "error", "high", "regular")],
    ),
    "what is validated after a change of another table": (
        "validation-under-lock",
        f"BEGIN;\n{ADD}ALTER TABLE carts VALIDATE CONSTRAINT c;\nCOMMIT;\n",
        [],
    ),
}


@pytest.mark.parametrize(("rule", "text", "expected"), HEARD.values(), ids=HEARD)
def test_a_file_of_sql_is_heard(rule: str, text: str, expected: list[Heard]) -> None:
    assert hear(rule, text) == expected


FIELD = 'migrations.AddField("order", "channel", models.TextField(null=True))'
CODE = "def fill(apps, editor):\n    pass\n"

MIGRATIONS = {
    "code that nobody can look into is for the pedantic": (
        "backfill-under-lock",
        django(f"{FIELD},\nmigrations.RunPython(fill)", "from elsewhere import fill\n"),
        [Heard("backfill-under-lock", 7, "error", "low", "pedantic")],
    ),
    "code that comes before the schema change holds no lock": (
        "backfill-under-lock",
        django(f"migrations.RunPython(fill),\n{FIELD}", "from elsewhere import fill\n"),
        [],
    ),
}


@pytest.mark.parametrize(("rule", "text", "expected"), MIGRATIONS.values(), ids=MIGRATIONS)
def test_a_migration_of_django_is_heard(rule: str, text: str, expected: list[Heard]) -> None:
    assert hear(rule, text, "shop/migrations/0002_change.py") == expected


SAID = {
    "rows under a lock": (
        "backfill-under-lock",
        f"BEGIN;\n{ADD}{FILL}COMMIT;\n",
        (
            "all rows of `orders` are changed in the transaction of `ADD COLUMN` on `orders`, "
            "whose ACCESS EXCLUSIVE lock lasts until the end: reads and writes of `orders` wait "
            "for all of it"
        ),
    ),
    "a validation under a lock": (
        "validation-under-lock",
        (
            "BEGIN;\nALTER TABLE a ADD CONSTRAINT f FOREIGN KEY (b) REFERENCES c (d) NOT VALID;\n"
            "ALTER TABLE a VALIDATE CONSTRAINT f;\nCOMMIT;\n"
        ),
        (
            "`f` is validated in the transaction of `ADD CONSTRAINT` on `a`, whose SHARE ROW "
            "EXCLUSIVE lock lasts until the end: writes wait while every row of `a` is read"
        ),
    ),
    "a concurrent build in a transaction": (
        "concurrently-in-transaction",
        "BEGIN;\nCREATE INDEX CONCURRENTLY i ON a (b);\nCOMMIT;\n",
        (
            "`CREATE INDEX CONCURRENTLY` of `i` stands inside a transaction: PostgreSQL refuses it "
            "there, so the migration fails and the deploy stops"
        ),
    ),
    "a drop in the way of all": (
        "blocking-index-drop",
        "DROP INDEX i; -- serial\nALTER TABLE a ADD b jsonb DEFAULT now()::text::jsonb;",
        (
            "index `i` is dropped under an ACCESS EXCLUSIVE lock on its table: it waits behind "
            "every query that runs there, and all others wait behind it"
        ),
    ),
}


@pytest.mark.parametrize(("rule", "text", "message"), SAID.values(), ids=SAID)
def test_a_message_names_the_lock_and_who_waits(rule: str, text: str, message: str) -> None:
    assert messages(rule, text) == [message]
