"""Models and uses of columns in Python code."""

from textwrap import dedent

import pytest

from nonevent.facts import ColumnUse, Manner, Model
from nonevent.readers.models import read
from nonevent.readers.sqluses import is_query, named


def models(text: str, path: str = "shop/models.py") -> dict[str, Model]:
    facts = read(path, dedent(text), ())
    assert facts.notes == ()
    return {fact.name.rpartition(".")[2]: fact for fact in facts.facts if isinstance(fact, Model)}


def uses(text: str, *wanted: str) -> set[tuple[str, str, str, int]]:
    facts = read("shop/views.py", dedent(text), frozenset(wanted))
    return {
        (fact.table, fact.column, fact.manner, fact.location.line)
        for fact in facts.facts
        if isinstance(fact, ColumnUse)
    }


def test_a_declarative_class_names_its_table_and_columns() -> None:
    order = models(
        """
        from sqlalchemy import Column, Enum, ForeignKey, Integer, String
        from shop.db import Base

        class Order(Base):
            __tablename__ = "orders"
            __table_args__ = {"schema": "sales"}
            id = Column(Integer, primary_key=True)
            text = Column("note", String(50), nullable=False)
            customer_id = Column(ForeignKey("customers.id"))
            state = Column(Enum("new", "paid"), default="new")
            total = Column(Integer, server_default="0")
        """
    )["Order"]

    assert (order.table, order.bases, order.framework) == (
        "sales.orders",
        ("shop.db.Base",),
        "sqlalchemy",
    )
    assert [
        (one.attribute, one.name, one.type, one.nullable, one.default, one.filled)
        for one in order.columns
    ] == [
        ("id", "id", "Integer", False, False, True),
        ("text", "note", "String(50)", False, False, False),
        ("customer_id", "customer_id", "", True, False, False),
        ("state", "state", 'Enum("new", "paid")', True, True, False),
        ("total", "total", "Integer", True, False, True),
    ]
    assert order.columns[2].references == "customers.id"
    assert order.columns[3].values == ("new", "paid")


def test_annotations_tell_what_may_be_empty() -> None:
    order = models(
        """
        class Order(Base):
            id: Mapped[int] = mapped_column(primary_key=True)
            note: Mapped[str | None]
            name: Mapped[Optional[str]] = mapped_column(Text)
            total: Mapped[int]
            raw: Mapped[bytes] = deferred(mapped_column(LargeBinary))
            lines: Mapped[list["Line"]] = relationship()
        """
    )["Order"]

    assert [(one.name, one.nullable, one.deferred) for one in order.columns] == [
        ("id", False, False),
        ("note", True, False),
        ("name", True, False),
        ("total", False, False),
        ("raw", False, True),
    ]


def test_a_declared_attribute_of_a_mixin_is_a_column() -> None:
    stamped = models(
        """
        class Stamped:
            @declared_attr
            def made_by(cls):
                return Column("maker", Integer, ForeignKey("users.id"))

            @declared_attr.directive
            def __tablename__(cls):
                return cls.__name__.lower()
        """
    )["Stamped"]

    assert [(one.attribute, one.name) for one in stamped.columns] == [("made_by", "maker")]
    assert stamped.names


def test_a_table_made_of_calls_has_its_columns() -> None:
    orders = models(
        """
        orders = sa.Table("orders", metadata, sa.Column("note", sa.Text), schema="sales")
        """,
        "shop/tables.py",
    )["orders"]

    assert (orders.table, [one.name for one in orders.columns]) == ("sales.orders", ["note"])


def test_a_reflected_table_is_open() -> None:
    found = models('orders = Table("orders", metadata, autoload_with=engine)')

    assert found["orders"].open


def test_a_django_model_says_its_columns() -> None:
    order = models(
        """
        from django.db import models

        class Order(models.Model):
            customer = models.ForeignKey("auth.User", models.CASCADE, null=True)
            note = models.TextField(db_column="text", blank=True)
            tags = models.ManyToManyField("Tag")
            target = GenericForeignKey()
            objects = OrderManager()

            class Meta:
                db_table = "orders"
                app_label = "sales"
        """
    )["Order"]

    assert (order.table, order.app) == ("orders", "sales")
    assert [(one.attribute, one.name, one.nullable, one.relation) for one in order.columns] == [
        ("customer", "customer_id", True, ""),
        ("note", "text", False, ""),
        ("tags", "", False, "many to many"),
        ("target", "", False, "virtual"),
    ]


def test_a_class_of_sqlmodel_maps_its_annotations() -> None:
    order = models(
        """
        from sqlmodel import Field, Relationship, SQLModel

        class Order(SQLModel, table=True):
            id: int | None = Field(default=None, primary_key=True)
            note: str | None = None
            owner: User = Relationship()
        """
    )["Order"]

    assert order.framework == "sqlmodel"
    assert [(one.name, one.nullable) for one in order.columns] == [("id", False), ("note", True)]


def test_classes_tables_and_querysets_use_columns() -> None:
    assert uses(
        """
        from shop.models import Order, orders

        a = Order.note
        b = orders.c.note
        c = Order(note="x", total=3)
        d = Order.objects.filter(note__contains="x").order_by("-note")
        e = session.query(Order).filter_by(note="x")
        f = Order.objects.update(total=F("note"))
        """,
        "note",
    ) == {
        ("shop.models.Order", "note", Manner.READ, 4),
        ("shop.models.orders", "note", Manner.READ, 5),
        ("shop.models.Order", "note", Manner.WRITE, 6),
        ("shop.models.Order", "note", Manner.READ, 7),
        ("shop.models.Order", "note", Manner.READ, 8),
        ("shop.models.Order", "note", Manner.READ, 9),
    }


def test_a_query_in_a_text_has_its_place() -> None:
    assert uses(
        '''
        """Say: select note from nothing."""
        QUERY = """
            SELECT id
            FROM orders
            WHERE note = %s
        """
        more = f"UPDATE orders SET note = {x}"
        ''',
        "note",
    ) == {("orders", "note", Manner.READ, 6), ("orders", "note", Manner.WRITE, 8)}


READ, WRITE, POSSIBLE = Manner.READ, Manner.WRITE, Manner.POSSIBLE


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        pytest.param(
            "select o.note from orders o join users u on u.id = o.user_id",
            {("orders", "note", READ), ("users", "id", READ), ("orders", "user_id", READ)},
            id="an alias tells whose a column is",
        ),
        pytest.param(
            "select note from orders, users",
            {("orders", "note", POSSIBLE), ("users", "note", POSSIBLE)},
            id="a bare name may be of either table",
        ),
        pytest.param(
            "insert into orders (note, total) values (%s, %(total)s)",
            {("orders", "note", WRITE), ("orders", "total", WRITE)},
            id="an insert writes what it lists",
        ),
        pytest.param(
            "update only orders set note = lower(name), total = 0 where id = :id",
            {
                ("orders", "note", WRITE),
                ("orders", "total", WRITE),
                ("orders", "name", READ),
                ("orders", "id", READ),
            },
            id="an update writes what stands before the sign",
        ),
        pytest.param(
            "with late as (select id from orders) select late.id from late",
            {("orders", "id", POSSIBLE)},
            id="a name made by WITH is no table",
        ),
        pytest.param(
            "select id from orders for update",
            {("orders", "id", READ)},
            id="a lock updates nothing",
        ),
        pytest.param("delete from orders", set(), id="rows go without a column"),
    ],
)
def test_a_query_names_columns(text: str, expected: set[tuple[str, str, Manner]]) -> None:
    found = {(one.table, one.column, one.manner) for one in named(text) if one.column}

    assert found == expected


@pytest.mark.parametrize("text", ["select one from the list", "SELECT 1", "update the page"])
def test_a_sentence_or_a_constant_query_is_no_query_of_tables(text: str) -> None:
    assert is_query(text) is (text == "select one from the list")
