"""What a project wants its calls to be bounded by."""

import pytest

from nonevent.edit import Edit
from nonevent.error import UserError
from nonevent.fixes.wish import granted, read_wish
from nonevent.location import Location

PLACE = Location("a.py", 1, 1, 1, 2)
PAIR = Edit(PLACE, "timeout=(3.05, 27)", adds=True, seconds=True)
NUMBER = Edit(PLACE, "timeout=10", adds=True, seconds=True)
VALUE = Edit(PLACE, "10", seconds=True)
OTHER = Edit(PLACE, "connect_timeout=3", adds=True)


@pytest.mark.parametrize(
    ("said", "edit", "text"),
    [
        pytest.param("5", PAIR, "timeout=5", id="a number instead of a pair"),
        pytest.param("5  # why", NUMBER, "timeout=5", id="no comment"),
        pytest.param("2.5", NUMBER, "timeout=2.5", id="a number"),
        pytest.param(" 5 ", VALUE, "5", id="a value that stands there"),
        pytest.param("(1, 5)", PAIR, "timeout=(1, 5)", id="a pair where the library takes one"),
        pytest.param("1, 5", PAIR, "timeout=(1, 5)", id="a pair without parentheses"),
        pytest.param("(1, 5)", NUMBER, "timeout=10", id="no pair where it does not"),
        pytest.param("x:T", NUMBER, "timeout=T", id="a name"),
        pytest.param("django.conf:settings.T", PAIR, "timeout=settings.T", id="an attribute"),
        pytest.param("5", OTHER, "connect_timeout=3", id="another parameter keeps its own"),
        pytest.param("", NUMBER, "timeout=10", id="nothing is wanted"),
    ],
)
def test_a_wish_is_granted_where_it_fits(said: str, edit: Edit, text: str) -> None:
    assert granted(edit, read_wish(said)).text == text


def test_a_name_brings_its_import() -> None:
    assert granted(NUMBER, read_wish("django.conf:settings.HTTP.T")).imports == (
        "django.conf:settings",
    )


@pytest.mark.parametrize(
    "said",
    [
        *("none", "None", "0", "-1", "True", "1e999", "(1, None)", "(1, 2, 3)", "[1, 2]"),
        *("settings.T", "os:system('x')", ":T", "a:", "a b:c", "10)", "__import__('os')"),
    ],
)
def test_what_bounds_nothing_is_refused(said: str) -> None:
    with pytest.raises(UserError, match="fix-timeout is a number of seconds"):
        read_wish(said)
