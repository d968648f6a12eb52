"""Functions of RunPython: how many rows they go through, and of which model."""

from textwrap import dedent, indent

import pytest

from nonevent.facts import Rows
from nonevent.readers.django_code import Work, work_of
from nonevent.readers.excerpt import source

GET = 'Order = apps.get_model("shop", "Order")\n'

BODIES = {
    "a loop over all": (
        """
        for order in Order.objects.all():
            order.total = 1
            order.save()
        """,
        Rows.ALL,
    ),
    "a loop over those that a condition finds": (
        """
        for order in Order.objects.filter(total=None).iterator():
            order.save(update_fields=["total"])
        """,
        Rows.MANY,
    ),
    "one statement for all": ("Order.objects.update(total=1)", Rows.ALL),
    "one statement for some": ("Order.objects.filter(total=None).update(total=1)", Rows.MANY),
    "one row by its key": ('Order.objects.filter(slug="a").update(total=1)', Rows.FEW),
    "a slice at a time": (
        "ids = Order.objects.filter(total=None)[:1000]\nOrder.objects.filter(pk__in=ids).delete()",
        Rows.BATCH,
    ),
    "new rows": ('Order.objects.get_or_create(slug="a")', Rows.NEW),
    "nothing is written": ("print(Order.objects.count())", Rows.UNKNOWN),
    "another function does it": ("backfill(Order)", Rows.UNKNOWN),
    "rows of a relation of one object": (
        'for group in Order.objects.get(pk=1).groups.all():\n    print(group)\nOrder().add("a")',
        Rows.UNKNOWN,
    ),
}


@pytest.mark.parametrize(("body", "rows"), BODIES.values(), ids=BODIES)
def test_a_function_says_how_many_rows_it_meets(body: str, rows: Rows) -> None:
    text = f"def fill(apps, editor):\n{indent(GET + dedent(body).strip(), '    ')}\n\n\nX = 1\n"

    assert work_of("fill", source("a.py", text)) == Work(rows, "shop.order")


def test_a_function_of_another_module_says_nothing() -> None:
    assert work_of("fill", source("a.py", "from b import fill\n")) == Work(Rows.UNKNOWN)


def test_rows_that_a_loop_only_adds_change_none_that_are_there() -> None:
    text = (
        "def forwards(apps, schema_editor):\n"
        '    Order = apps.get_model("shop", "Order")\n'
        "    for order in Order.objects.all():\n"
        "        Note.objects.create(order=order)\n"
    )

    assert work_of("forwards", source("a.py", text)).rows is Rows.UNKNOWN
    changing = text.replace("Note.objects.create(order=order)", "order.save()")
    assert work_of("forwards", source("a.py", changing)).rows is Rows.ALL
