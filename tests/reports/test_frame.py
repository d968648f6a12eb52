"""Source frames as a person sees them."""

import unicodedata

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from nonevent.location import Location
from nonevent.reports.frame import WIDTH, frame, split_lines, wrap

FOUR = ["one", "two", "three", "four"]
LONG = "x = " + " + ".join(f"name{number:02}" for number in range(40))


def drawn(lines: list[str], *span: int, label: str = "here", before: int = 2) -> str:
    rows = frame(lines, Location("a.py", *span), label, before=before, paint=str)
    return "\n".join(["", *rows, ""])


@pytest.mark.parametrize(
    ("lines", "span", "expected"),
    [
        pytest.param(
            FOUR,
            (3, 2, 3, 4),
            """
  1 | one
  2 | two
  3 | three
    |  ^^
    |  here
""",
            id="two lines of context above, carets under the region",
        ),
        pytest.param(
            FOUR,
            (1, 1, 1, 1),
            """
  1 | one
    | ^
    | here
""",
            id="a region without length has one caret",
        ),
        pytest.param(
            [""],
            (1, 1, 1, 1),
            """
  1 |
    | ^
    | here
""",
            id="an empty file",
        ),
        pytest.param(
            ["\tif x:", "\t\tget(\ty)"],
            (2, 3, 2, 10),
            """
  1 |     if x:
  2 |         get(    y)
    |         ^^^^^^^^^^
    |         here
""",
            id="tabs end at every fourth column",
        ),
        pytest.param(
            ["価格 = get('🛒')", "e\u0301tat = get()"],
            (1, 6, 1, 9),
            """
  1 | 価格 = get('🛒')
    |        ^^^
    |        here
""",
            id="wide characters take two columns",
        ),
        pytest.param(
            ["e\u0301tat = get()"],
            (1, 9, 1, 12),
            """
  1 | e\u0301tat = get()
    |        ^^^
    |        here
""",
            id="combining ones take none",
        ),
        pytest.param(
            ["x = '\x1b[2J' + y\u202e"],
            (1, 5, 1, 11),
            """
  1 | x = '\\x1b[2J' + y\\u202e
    |     ^^^^^^^^^
    |     here
""",
            id="control characters are visible and counted as shown",
        ),
        pytest.param(
            ["call(", "    one,  ", "", ")"],
            (1, 1, 4, 2),
            """
  1 | call(
    | ^^^^^
  2 |     one,
  3 |
  4 | )
    | ^
    | here
""",
            id="carets under the first and the last line of a region",
        ),
        pytest.param(
            [f"line {number}" for number in range(1, 13)],
            (3, 6, 11, 5),
            """
   1 | line 1
   2 | line 2
   3 | line 3
     |      ^
   4 | line 4
   5 | line 5
  ...
  11 | line 11
     | ^^^^
     | here
""",
            id="the middle of a long region is left out",
        ),
        pytest.param(
            FOUR,
            (2, 2, 3, 1),
            """
  1 | one
  2 | two
    |  ^^
    |  here
""",
            id="a region that ends at the start of a line ends with the line above",
        ),
        pytest.param(FOUR, (5, 1, 5, 2), "\n    | here\n", id="a line that is not there"),
        pytest.param(
            FOUR,
            (2, 9, 2, 12),
            """
  1 | one
  2 | two
    |    ^
    |    here
""",
            id="a column that is not there",
        ),
        pytest.param(
            [LONG],
            (1, 14, 1, 20),
            """
  1 | x = name00 + name01 + name02 + name03 + name04 + name05 + name06 + name...
    |              ^^^^^^
    |              here
""",
            id="a long line is cut at its right",
        ),
        pytest.param(
            [LONG],
            (1, 185, 1, 191),
            """
  1 | ...e17 + name18 + name19 + name20 + name21 + name22 + name23 + name24 +...
    |                            ^^^^^^
    |                            here
""",
            id="at both sides",
        ),
        pytest.param(
            [LONG],
            (1, 356, 1, 362),
            """
  1 | ...e36 + name37 + name38 + name39
    |                            ^^^^^^
    |                            here
""",
            id="and at its left",
        ),
        pytest.param(
            [LONG],
            (1, 5, 1, 362),
            """
  1 | x = name00 + name01 + name02 + name03 + name04 + name05 + name06 + name...
    |     ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^
    |     here
""",
            id="carets end where the line is cut",
        ),
    ],
)
def test_a_frame(lines: list[str], span: tuple[int, ...], expected: str) -> None:
    assert drawn(lines, *span) == expected


def test_a_label_that_does_not_fit_under_the_caret_is_wrapped_from_the_left() -> None:
    label = "`requests.get` can wait for ever: this worker cannot drain, and the roll stops here"

    assert (
        drawn(["        answer = requests.get(url)"], 1, 18, 1, 30, label=label)
        == """
  1 |         answer = requests.get(url)
    |                  ^^^^^^^^^^^^
    | `requests.get` can wait for ever: this worker cannot drain, and the roll
    | stops here
"""
    )


def test_lines_end_where_python_and_sarif_end_them() -> None:
    assert split_lines("a\r\nb\rc\n\x0cd\u2028e\x85f\n") == ["a", "b", "c", "\x0cd\u2028e\x85f", ""]


def test_words_longer_than_the_room_stay_whole() -> None:
    assert wrap("to `a.very.long.name.indeed` now", 12) == [
        "to",
        "`a.very.long.name.indeed`",
        "now",
    ]


def test_a_line_of_two_megabytes_is_cut_without_reading_it() -> None:
    line = "x" * 1_000_000 + "get" + "y" * 1_000_000
    rows = frame([line], Location("a.js", 1, 1_000_001, 1, 1_000_004), "here", paint=str)

    assert [len(row) <= WIDTH for row in rows] == [True, True, True]
    assert rows[0].index("get") == rows[1].index("^^^")


def columns(text: str) -> int:
    wide = sum(unicodedata.east_asian_width(character) in "WF" for character in text)
    return len(text) + wide - sum(unicodedata.category(one) in ("Mn", "Me") for one in text)


SOURCE = st.lists(
    st.text(alphabet=st.sampled_from("ab \t(🛒価\u0301\x1b\u202e\udce9"), max_size=300), min_size=1
)
NUMBER = st.integers(min_value=0, max_value=320)


@settings(deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(SOURCE, st.tuples(NUMBER, NUMBER, NUMBER, NUMBER))
def test_no_row_is_too_wide_and_nothing_hidden(lines: list[str], span: tuple[int, ...]) -> None:
    rows = frame(lines, Location("a.py", *span), "here", paint=str)

    assert [row for row in rows if columns(row) > WIDTH or not row.isprintable()] == []


@given(st.text(alphabet=st.sampled_from("ab\t🛒価\x1b"), max_size=400), st.integers(0, 400))
def test_carets_stand_under_what_they_mean(line: str, at: int) -> None:
    at = min(at, len(line))
    rows = frame([f"{line[:at]}%%%{line[at:]}"], Location("a", 1, at + 1, 1, at + 4), "", paint=str)
    start = columns(rows[0][: rows[0].index("%%%")])

    assert rows[1] == f"    | {' ' * (start - 6)}^^^"
