"""Messages of SARIF: sentences in which code is taken literally."""

import pytest

from nonevent.reports.sarif_text import message


@pytest.mark.parametrize(
    ("text", "remedy", "related", "plain", "markdown"),
    [
        pytest.param(
            "`x` waits", "add `y`", (), "'x' waits. Add 'y'.", "`x` waits. Add `y`.", id="code"
        ),
        pytest.param("it waits", "", (), "It waits.", "It waits.", id="a capital and a stop"),
        pytest.param(
            "`a[0](1)` waits", "", (), "'a[0] (1)' waits.", "`a[0](1)` waits.", id="no link in code"
        ),
        pytest.param(
            "see [a](1) <b> *c* _d_ @e",
            "",
            (),
            "See [a] (1) <b> *c* _d_ @e.",
            r"See \[a\](1) \<b\> \*c\* \_d\_ `@e`.",
            id="no Markdown outside of code",
        ),
        pytest.param(
            "a ` b [c](1)",
            "",
            (),
            "A ' b [c] (1).",
            r"A ' b \[c\](1).",
            id="one backtick opens nothing",
        ),
        pytest.param(
            "`x` waits",
            "",
            ("`d[k]` is made here", "and here"),
            r"'x' waits. ['d\[k\]' is made here](1). [and here](2).",
            "`x` waits. [`d[k]` is made here](1). [and here](2).",
            id="a link to each related place",
        ),
        pytest.param(
            "`a\x1b\nb`", "", (), r"'a\x1b\nb'.", r"`a\x1b\nb`.", id="control characters are shown"
        ),
    ],
)
def test_messages(
    text: str, remedy: str, related: tuple[str, ...], plain: str, markdown: str
) -> None:
    assert message(text, remedy, related) == {"text": plain, "markdown": markdown}
