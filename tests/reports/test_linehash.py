"""GitHub's line hash, on the values that its own tests publish."""

import pytest

from nonevent.reports.linehash import line_hashes

# https://github.com/github/codeql-action/blob/main/src/fingerprints.test.ts
FIVE_LINES = (
    "e9496ae3ebfced30:1",
    "fb7c023a8b9ccb3f:1",
    "ce8ba1a563dcdaca:1",
    "e20e36e16fcb0cc8:1",
    "b3edc88f2938467e:1",
    "c8e28b0b4002a3a0:1",
    "c129715d7a2bc9a3:1",
)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        pytest.param("", ("c129715d7a2bc9a3:1",), id="an empty file has one line"),
        pytest.param(
            " a\nb\n  \t\tc\n d",
            (
                "271789c17abda88f:1",
                "54703d4cd895b18:1",
                "180aee12dab6264:1",
                "a23a3dc5e078b07b:1",
            ),
            id="no line feed at the end, no padding of the value",
        ),
        pytest.param(
            " hello; \t\nworld!!!\n\n\n  \t\tGreetings\n End\n", FIVE_LINES, id="line feeds"
        ),
        pytest.param(
            " hello; \t\nworld!!!\r\r\r  \t\tGreetings\r End\r", FIVE_LINES, id="carriage returns"
        ),
        pytest.param(
            " hello; \t\r\nworld!!!\r\n\r\n\r\n  \t\tGreetings\r\n End\r\n", FIVE_LINES, id="both"
        ),
        pytest.param(
            " hello; \t\nworld!!!\r\n\n\r  \t\tGreetings\r End\r\n", FIVE_LINES, id="mixed"
        ),
        pytest.param(
            "Lorem ipsum dolor sit amet.\n" * 10,
            (
                *(f"a7f2ff13bc495cf2:{occurrence}" for occurrence in range(1, 7)),
                "a7f2ff1481e87703:1",
                "a9cf91f7bbf1862b:1",
                "55ec222b86bcae53:1",
                "cc97dc7b1d7d8f7b:1",
                "c129715d7a2bc9a3:1",
            ),
            id="equal lines are counted",
        ),
    ],
)
def test_hashes_are_those_that_github_publishes(text: str, expected: tuple[str, ...]) -> None:
    assert line_hashes(text) == expected


def test_a_line_keeps_its_hash_when_lines_come_in_above() -> None:
    text = "def upload():\n    path.write_text(body)\n"

    assert line_hashes(f"import os\n\n{text}")[2:] == line_hashes(text)


def test_a_lone_surrogate_is_hashed_too() -> None:
    assert line_hashes("x = '\udce9'\n") != line_hashes("x = '\udcea'\n")
