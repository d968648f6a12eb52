"""Models that change, and the migrations that follow them or do not."""

from collections.abc import Mapping
from textwrap import dedent

import pytest

from nonevent.change import Change, ChangedFile, Side, held
from nonevent.options import Options
from nonevent.pipeline import examine, prepare

TASK = prepare(Options())
RULES = ("column-never-added", "model-change-without-migration")
HEAD = "from sqlalchemy import Column, Integer, String, Text\nfrom shop.db import Base\n"
ORDER = f"""{HEAD}
class Order(Base):
    __tablename__ = "orders"
    id = Column(Integer, primary_key=True)
"""
NOTE = "    note = Column(String(50))\n"
FIRST = "migrations/versions/0001_a.py"
SECOND = "migrations/versions/0002_b.py"


def migration(number: int, *operations: str) -> str:
    head = f"import sqlalchemy as sa\nfrom alembic import op\nrevision = '{number}'\n"
    back = f"'{number - 1}'" if number > 1 else "None"
    body = "\n    ".join(operations)
    return f"{head}down_revision = {back}\ndef upgrade():\n    {body}\n"


MADE = migration(1, "op.create_table('orders', sa.Column('id', sa.Integer()))")
BASE = {"shop/models.py": ORDER, FIRST: MADE}


def content(text: str) -> bytes:
    return dedent(text).encode()


def found(
    before: dict[str, str], after: Mapping[str, str | None]
) -> list[tuple[str, str, int, str]]:
    """Return rule, path, line and severity of what a change finds; `after` is what it changes."""
    old: Side = {
        path: kept for path, text in before.items() if (kept := held(content(text))) is not None
    }
    files = tuple(
        ChangedFile(path, held(content(text)) if text is not None else None, old.get(path))
        for path, text in after.items()
    )
    outcome = examine(Change(files, compares=True, whole=lambda: old), TASK)
    return [
        (each.rule, each.location.path, each.location.line, each.severity)
        for each in outcome.findings
        if each.rule in RULES
    ]


ADDED = {"shop/models.py": ORDER + NOTE}
LINE = ORDER.count("\n") + 1


def test_a_column_without_a_migration_is_found_at_its_line() -> None:
    assert found(BASE, ADDED) == [("column-never-added", "shop/models.py", LINE, "error")]


@pytest.mark.parametrize(
    "operation",
    [
        pytest.param("op.add_column('orders', sa.Column('note', sa.Text()))", id="it is added"),
        pytest.param("op.execute('ALTER TABLE orders ADD COLUMN note text')", id="SQL adds it"),
        pytest.param(
            "op.alter_column('orders', 'text', new_column_name='note')", id="it gets its name"
        ),
        pytest.param("op.execute(open('orders.sql').read())", id="SQL is read from a file"),
        pytest.param(
            "for table in ('orders',): op.add_column(table, sa.Column('note', sa.Text()))",
            id="its table is computed",
        ),
    ],
)
def test_a_migration_of_the_change_may_add_it(operation: str) -> None:
    assert found(BASE, {**ADDED, SECOND: migration(2, operation)}) == []


def test_an_earlier_migration_may_have_added_it() -> None:
    made = migration(2, "op.add_column('orders', sa.Column('note', sa.Text()))")

    assert found({**BASE, SECOND: made}, ADDED) == []


def test_classes_that_share_a_table_are_compared_each_with_itself() -> None:
    child = "class Refund(Order):\n    why = Column(Integer)\n"
    before = {"shop/models.py": f"{ORDER}{child}", FIRST: MADE}

    assert found(before, {"shop/models.py": ORDER + NOTE + child}) == [
        ("column-never-added", "shop/models.py", LINE, "error")
    ]


def test_a_column_may_take_over_the_name_of_a_required_one() -> None:
    told = migration(1, "op.create_table('orders', sa.Column('note', sa.Text(), nullable=False))")
    swap = migration(
        2,
        "op.drop_column('orders', 'note')",
        "op.alter_column('orders', 'text', new_column_name='note')",
    )
    strict = ORDER + "    note = Column(Text, nullable=False)\n"
    before = {"shop/models.py": strict, FIRST: told, SECOND: swap}

    assert found(before, {"shop/models.py": ORDER + "    note = Column(Text)\n"}) == []


def test_the_step_of_the_change_is_the_last_whatever_its_file_is_called() -> None:
    told = migration(1, "op.create_table('orders', sa.Column('note', sa.Text(), nullable=False))")
    eased = migration(2, "op.alter_column('orders', 'note', nullable=True)")
    strict = ORDER + "    note = Column(Text, nullable=False)\n"
    before = {"shop/models.py": strict, "migrations/versions/f1_made.py": told}
    change = {
        "shop/models.py": ORDER + "    note = Column(Text, nullable=True)\n",
        "migrations/versions/0a_eased.py": eased,
    }

    assert found(before, change) == []


def test_another_table_s_column_of_the_name_is_none() -> None:
    made = migration(2, "op.add_column('bills', sa.Column('note', sa.Text()))")

    assert len(found(BASE, {**ADDED, SECOND: made})) == 1


@pytest.mark.parametrize(
    ("before", "after"),
    [
        pytest.param({"shop/models.py": ORDER}, ADDED, id="the project has no migrations"),
        pytest.param(
            {"shop/models.py": ORDER, FIRST: MADE.replace("orders", "bills")},
            ADDED,
            id="no migration names the table",
        ),
        pytest.param(
            {**BASE, **ADDED},
            {"shop/models.py": None, "shop/orders/models.py": ORDER + NOTE},
            id="the class moves",
        ),
        pytest.param(
            {**BASE, **ADDED},
            {
                "shop/models.py": (ORDER + NOTE)
                .replace("note =", "text =")
                .replace("(S", '("note", S')
            },
            id="the attribute gets another name",
        ),
        pytest.param(
            {**BASE, "shop/mixins.py": f"{HEAD}class Noted:\n{NOTE}", "shop/models.py": ORDER},
            {"shop/mixins.py": f"{HEAD}class Noted:\n    label = Column(Text)\n{NOTE}"},
            id="a mixin that no class of the change takes",
        ),
        pytest.param(BASE, {"tests/models.py": ORDER + NOTE}, id="a model of the tests"),
        pytest.param(
            BASE,
            {
                "shop/models.py": f"{ORDER}    lines = relationship('Line')\n",
            },
            id="no column at all",
        ),
    ],
)
def test_what_asks_for_no_migration(
    before: dict[str, str], after: Mapping[str, str | None]
) -> None:
    assert found(before, after) == []


def test_a_class_without_a_table_is_found_at_its_name() -> None:
    bill = ORDER.replace("Order", "Bill").replace("orders", "bills")

    assert found(BASE, {"shop/bills.py": bill}) == [
        ("column-never-added", "shop/bills.py", 4, "error")
    ]


def test_a_table_may_bear_a_word_of_the_project_before_its_name() -> None:
    bill = ORDER.replace("Order", "Bill").replace("orders", "bills")
    made = migration(2, "op.create_table('shop_bills', sa.Column('id', sa.Integer()))")

    assert found(BASE, {"shop/bills.py": bill, SECOND: made}) == []


NULLABLE = "    note = Column(Text)\n"
REQUIRED = "    note = Column(Text, nullable=False)\n"


def test_a_required_column_that_the_code_forgets_is_an_error() -> None:
    made = migration(2, "op.add_column('orders', sa.Column('note', sa.Text(), nullable=False))")
    before = {**BASE, SECOND: made, "shop/models.py": ORDER + REQUIRED}

    assert found(before, {"shop/models.py": ORDER}) == [
        ("model-change-without-migration", "shop/models.py", 4, "error")
    ]


@pytest.mark.parametrize(
    "operation",
    [
        pytest.param("op.drop_column('orders', 'note')", id="it is dropped"),
        pytest.param("op.alter_column('orders', 'note', nullable=True)", id="it may be empty"),
        pytest.param("op.alter_column('orders', 'note', server_default='x')", id="it is filled"),
    ],
)
def test_a_required_column_may_go_where_the_database_lets_it(operation: str) -> None:
    made = migration(2, "op.add_column('orders', sa.Column('note', sa.Text(), nullable=False))")
    before = {**BASE, SECOND: made, "shop/models.py": ORDER + REQUIRED}
    third = {"migrations/versions/0003_c.py": migration(3, operation)}

    assert found(before, {"shop/models.py": ORDER, **third}) == []


def test_a_nullable_column_may_be_forgotten() -> None:
    made = migration(2, "op.add_column('orders', sa.Column('note', sa.Text()))")
    before = {**BASE, SECOND: made, "shop/models.py": ORDER + NULLABLE}

    assert found(before, {"shop/models.py": ORDER}) == []


def test_a_column_that_becomes_required_in_the_model_alone_is_found() -> None:
    made = migration(2, "op.add_column('orders', sa.Column('note', sa.Text()))")
    before = {**BASE, SECOND: made, "shop/models.py": ORDER + NULLABLE}
    rule = ("model-change-without-migration", "shop/models.py", LINE, "warning")

    assert found(before, {"shop/models.py": ORDER + REQUIRED}) == [rule]
    done = migration(3, "op.alter_column('orders', 'note', nullable=False)")
    after = {"shop/models.py": ORDER + REQUIRED, "migrations/versions/0003_c.py": done}
    assert found(before, after) == []


def test_a_model_that_is_brought_to_what_the_database_has_is_in_order() -> None:
    made = migration(2, "op.add_column('orders', sa.Column('note', sa.Text(), nullable=False))")
    before = {**BASE, SECOND: made, "shop/models.py": ORDER + NULLABLE}

    assert found(before, {"shop/models.py": ORDER + REQUIRED}) == []
