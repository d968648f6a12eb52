"""Patterns that are compiled when they are first asked."""

import re

import pytest

from nonevent.pattern import late


def test_a_late_pattern_finds_what_a_compiled_one_finds() -> None:
    text, said = r"(?P<word>[a-z]+)\d", "aa AB1 cd2"
    pattern = late(text, re.IGNORECASE)
    compiled = re.compile(text, re.IGNORECASE)

    for _ in range(2):  # the first call compiles it
        found = pattern.search(said)
        assert found is not None
        assert found["word"] == "AB"
        assert pattern.findall(said) == compiled.findall(said)
        assert (pattern.pattern, pattern.flags) == (compiled.pattern, compiled.flags)


def test_a_late_pattern_of_bytes_searches_bytes() -> None:
    assert late(rb"models\.\w+").search(b"x = models.Field()") is not None


def test_a_late_pattern_is_compiled_by_its_first_call(monkeypatch: pytest.MonkeyPatch) -> None:
    compiled: list[str] = []
    compile_ = re.compile
    pattern = late("a+")

    def compiling(text: str, flags: int) -> re.Pattern[str]:
        compiled.append(text)
        return compile_(text, flags)

    monkeypatch.setattr(re, "compile", compiling)

    assert compiled == []

    pattern.match("aa")
    pattern.match("aa")

    assert compiled == ["a+"]
