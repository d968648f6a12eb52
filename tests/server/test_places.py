"""Places of a file in the units of an editor, and findings in a text that moved."""

import pytest

pytest.importorskip("pygls", reason="pygls is not installed")

from lsprotocol.types import Position, Range

from nonevent.finding import Confidence, Finding, Severity
from nonevent.location import Location
from nonevent.server.buffers import carried, encoded, opened, typed
from nonevent.server.places import range_of, split, whole_of

LINE = '\tx = "𝒳é", f()'


@pytest.mark.parametrize(
    ("units", "start", "end"),
    [
        pytest.param("utf-16", 12, 13, id="a sign beyond the first plane is two units of UTF-16"),
        pytest.param("utf-8", 15, 16, id="it is four bytes, a letter with an accent two"),
        pytest.param("utf-32", 11, 12, id="it is one code point"),
    ],
)
def test_characters_are_counted_in_the_clients_units(units: str, start: int, end: int) -> None:
    place = Location("x.py", 2, 12, 2, 13)

    found = range_of(place, ["", LINE], units)

    assert found == Range(Position(1, start), Position(1, end))


def test_a_form_feed_ends_no_line() -> None:
    assert split("a\x0cb\u2028c\r\nd\re\n") == ["a\x0cb\u2028c", "d", "e", ""]


def test_the_whole_of_a_text_ends_behind_its_last_line() -> None:
    assert whole_of(["a", "𝒳"], "utf-16") == Range(Position(0, 0), Position(1, 2))


def finding(line: int, end: int) -> Finding:
    place = Location("x.py", line, 1, end, 5)
    return Finding("rule", "family", place, "it is", Severity.NOTE, Confidence.HIGH, "")


OLD = ["a", "b", "c", "d", "e"]


@pytest.mark.parametrize(
    ("new", "lines"),
    [
        pytest.param(OLD, [1, 3, 5], id="nothing changed"),
        pytest.param(["x", *OLD], [2, 4, 6], id="a line above all"),
        pytest.param(["a", "b", "c", "x", "d", "e"], [1, 3, 6], id="a line between"),
        pytest.param(["a", "b", "x", "d", "e"], [1, 5], id="the line itself changed"),
        pytest.param(["x", "a", "y", "b", "c", "e"], [2, 5, 6], id="changes in several places"),
        pytest.param([], [], id="all is gone"),
    ],
)
def test_findings_move_with_their_lines(new: list[str], lines: list[int]) -> None:
    found = carried([finding(at, at) for at in (1, 3, 5)], OLD, new)

    assert [each.location.line for each in found] == lines


def test_a_finding_over_two_lines_goes_where_one_of_them_changed() -> None:
    assert carried([finding(2, 3)], OLD, ["a", "b", "x", "d", "e"]) == []


def test_what_does_not_parse_leaves_the_text_before_it_to_be_read() -> None:
    before = opened("x = 1\n", 1)

    broken = typed("x.py", "x = (\n", 2, before)
    mended = typed("x.py", "x = ()\n", 3, broken)

    assert (broken.text, broken.read) == ("x = (\n", "x = 1\n")
    assert (mended.text, mended.read) == ("x = ()\n", "x = ()\n")


def test_half_a_statement_of_sql_is_read_as_it_is() -> None:
    assert typed("x.sql", "CREATE TABL", 2, opened("SELECT 1;", 1)).read == "CREATE TABL"


@pytest.mark.parametrize(
    ("text", "data"),
    [
        pytest.param("x = 'é'\n", b"x = '\xc3\xa9'\n", id="UTF-8 where nothing is declared"),
        pytest.param(
            "# coding: latin-1\nx = 'é'\n", b"# coding: latin-1\nx = '\xe9'\n", id="as declared"
        ),
        pytest.param("# coding: nope\n'é'\n", b"# coding: nope\n'\xc3\xa9'\n", id="unknown"),
    ],
)
def test_a_buffer_has_the_bytes_of_its_encoding(text: str, data: bytes) -> None:
    assert encoded("x.py", text) == data
