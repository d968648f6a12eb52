"""Schema steps in the context of the change: what it creates is new."""

import pytest

from nonevent.facts import FileFacts, Operation, SchemaStep
from nonevent.link.schema import link_schema
from nonevent.location import Location

HERE = Location("0001.sql", 1, 1, 1, 2)
INDEX = SchemaStep(Operation.CREATE_INDEX, HERE, "sql", table="public.Coupons")


def created(**fields: object) -> SchemaStep:
    step = SchemaStep(Operation.CREATE_TABLE, HERE, "sql", table='"coupons"')
    return step._replace(**fields)  # type: ignore[arg-type]  # the fields of a step


NEW = {
    "an added file creates it": (created(), "0001.sql", True),
    "an old file creates it": (created(), "", False),
    "the way back creates it": (created(direction="down"), "0001.sql", False),
    "only the models' state has it": (created(keeps_data=True), "0001.sql", False),
    "another table is created": (created(table="orders"), "0001.sql", False),
}


@pytest.mark.parametrize(("step", "added", "new"), NEW.values(), ids=NEW)
def test_a_table_is_new_if(step: SchemaStep, added: str, new: bool) -> None:
    files = (FileFacts("0001.sql", (step,)), FileFacts("0002.sql", (INDEX,)))
    linked = link_schema(files, {added})

    assert [fact.table_is_new for fact in linked[1].facts if isinstance(fact, SchemaStep)] == [new]
