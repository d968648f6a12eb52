"""JSON text is valid and inert with any string in it."""

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from nonevent.reports.serial import dumps


@pytest.mark.parametrize(
    ("text", "written", "read"),
    [
        pytest.param("é", r'"\u00e9"', "é", id="a letter"),
        pytest.param("🛒", r'"\ud83d\uded2"', "🛒", id="a pair of surrogates is a character"),
        pytest.param("\udce9", r'"\\udce9"', r"\udce9", id="a lone one becomes text"),
        pytest.param("\ud83d🛒", r'"\\ud83d\ud83d\uded2"', "\\ud83d🛒", id="one beside a pair"),
        pytest.param(r"\udce9", r'"\\udce9"', r"\udce9", id="a backslash stays one"),
        pytest.param("\x1b\x7f\u202e", r'"\u001b\u007f\u202e"', "\x1b\x7f\u202e", id="controls"),
        pytest.param("##[group]", r'"#\u0023[group]"', "##[group]", id="a build server's command"),
        pytest.param("\\##vso[x]", r'"\\#\u0023vso[x]"', "\\##vso[x]", id="behind a backslash"),
    ],
)
def test_text_is_ascii_and_reads_back(text: str, written: str, read: str) -> None:
    assert dumps(text) == written + "\n"
    assert json.loads(written) == read


@given(st.text(alphabet=st.characters(codec="utf-8") | st.sampled_from('\\#["u:')))
def test_every_text_reads_back_as_it_was(text: str) -> None:
    assert json.loads(dumps([text])) == [text]


@given(st.text(alphabet=st.sampled_from('\ud83d\uded2\\ud8"')))
def test_what_is_read_back_always_has_utf8(text: str) -> None:
    read = json.loads(dumps([text]))[0]

    assert read == read.encode().decode()
