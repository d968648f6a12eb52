"""Whatever is analysed, what is printed can be seen and is no command."""

import sys

import pytest

from nonevent.reports.inert import address, defuse, visible


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        pytest.param("plain 'text'", "plain 'text'", id="plain text stays"),
        pytest.param("Größe, 価格, 🛒", "Größe, 価格, 🛒", id="letters and pictures stay"),
        pytest.param("\x1b[31mred\x07", r"\x1b[31mred\x07", id="terminal sequences"),
        pytest.param("\x9b31m", r"\x9b31m", id="the one-character form of them"),
        pytest.param("a\r\nb\tc\x7f", r"a\r\nb\tc\x7f", id="line breaks and tabs"),
        pytest.param(
            "\u202edrow\u2066\u2069", r"\u202edrow\u2066\u2069", id="direction of writing"
        ),
        pytest.param("a\u200bb\u200dc\ufeff", r"a\u200bb\u200dc\ufeff", id="zero width"),
        pytest.param("a\u2028b\u2029", r"a\u2028b\u2029", id="other line breaks"),
        pytest.param("a\u3164b\ufe0f\u115f", r"a\u3164b\ufe0f\u115f", id="invisible letters"),
        pytest.param("a\U000e0041\U000e0100", r"a\U000e0041\U000e0100", id="tags and selectors"),
        pytest.param("\udce9", r"\udce9", id="a byte of a name that is no text"),
    ],
)
def test_what_is_not_plainly_visible_is_shown_as_an_escape(text: str, expected: str) -> None:
    assert visible(text) == expected


def test_no_control_or_format_character_is_left_of_all_there_are() -> None:
    text = visible("".join(map(chr, range(sys.maxunicode + 1))))

    assert text.isprintable()
    assert text.encode()


@pytest.mark.parametrize(
    ("given", "expected"),
    [
        (("a.py",), "a.py"),
        (("a.py", 3), "a.py:3"),
        (("a\nb.py", 3, 1), r"a\nb.py:3:1"),
    ],
    ids=["a path", "with a line", "with a column, on one line"],
)
def test_an_address_can_be_clicked(given: tuple[str, int, int], expected: str) -> None:
    assert address(*given) == expected


@pytest.mark.parametrize(
    ("report", "expected"),
    [
        pytest.param("a::b\nc: d", "a::b\nc: d", id="colons within a line stay"),
        pytest.param("::error::x", r":\x3aerror::x", id="a command of GitHub"),
        pytest.param("a\n  ::add-mask::x", "a\n  :\\x3aadd-mask::x", id="also an indented one"),
        pytest.param("  3 | # ##[add-mask]x", r"  3 | # #\x23[add-mask]x", id="the older form"),
        pytest.param("##vso[task.x]", r"#\x23vso[task.x]", id="Azure Pipelines"),
        pytest.param("x ##teamcity[y]", r"x #\x23teamcity[y]", id="TeamCity"),
        pytest.param("###[x]", r"##\x23[x]", id="one more mark"),
        pytest.param("## Heading [x]", "## Heading [x]", id="a comment stays"),
    ],
)
def test_a_printed_report_holds_no_command(report: str, expected: str) -> None:
    assert defuse(report) == expected
