"""Types that a migration creates through SQLAlchemy's own class."""

import pytest

from nonevent.readers.enumtypes import created_types

TYPES = {
    "a name of the module": (
        "kind = sa.Enum('a', 'b', name='kind')\ndef upgrade():\n    kind.create(op.get_bind())\n",
        [("kind", ("a", "b"), "upgrade")],
    ),
    "made where it is created": (
        "def upgrade():\n    with x:\n        postgresql.ENUM('a', name='kind').create(bind)\n",
        [("kind", ("a",), "upgrade")],
    ),
    "another thing that creates": ("def upgrade():\n    Enum.objects.create(name='x')\n", []),
    "no Python": ("def upgrade(:\n    sa.Enum('a', name='k').create(b)\n", []),
}


@pytest.mark.parametrize(("text", "expected"), TYPES.values(), ids=TYPES)
def test_a_type_is_created(text: str, expected: list[tuple[str, tuple[str, ...], str]]) -> None:
    found = [each[:3] for each in created_types(text)]

    assert found == expected
