"""What counts as rows of a database."""

import pytest

from nonevent.facts import Mutation
from nonevent.readers import python
from nonevent.readers.interests import interests

ROWS = {
    "a row of a model": "Shop.objects.get(pk=key)",
    "a row that is waited for": "await Shop.objects.aget(pk=key)",
    "a row or 404": "get_object_or_404(Shop, pk=key)",
    "a list of a query": "list(Shop.objects.filter(owner=key).values_list('owner__name'))",
    "rows of a relation": "{each.id: each.name for each in shop.goods.all()}",
    "a query of a session": "session.query(Shop).filter_by(id=key).first()",
    "a statement of a session": "db.session.scalars(select(Shop)).all()",
    "a row by its key": "session.get(Shop, key)",
    "a query of a model": "Shop.query.filter_by(id=key).first()",
    "a column of a row": "Shop.objects.get(pk=key).name",
    "a name of a query": "found",
}
OTHERS = {
    "the key of a row": "Shop.objects.get(name=key).pk",
    "keys alone": "list(Shop.objects.filter(name=key).values_list('id', flat=True))",
    "a type of content": "ContentType.objects.get(model=key)",
    "an answer of a peer": "session.get(key)",
    "a client": "Client(key)",
    "a template": "environment.get_template(key)",
    "all that is true": "all(shop.open)",
}


def stored(value: str) -> bool:
    """Return whether the reader takes for rows what a function stores."""
    body = f"    found = Shop.objects.first()\n    CACHE[key] = {value}\n"
    head = "async def" if value.startswith("await ") else "def"
    source = f"CACHE = {{}}\n\n\n{head} f(key, shop, session, db):\n{body}"
    facts = python.read("shop/cache.py", source, interests(())).facts
    (change,) = [fact for fact in facts if isinstance(fact, Mutation)]
    return change.rows


@pytest.mark.parametrize("value", ROWS.values(), ids=ROWS)
def test_what_a_query_returns_is_rows(value: str) -> None:
    assert stored(value)


@pytest.mark.parametrize("value", OTHERS.values(), ids=OTHERS)
def test_what_stays_as_it_is_is_none(value: str) -> None:
    assert not stored(value)
