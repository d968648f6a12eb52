"""What plain patterns of ignore files mean: what `pathspec` says."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pathspec import GitIgnoreSpec

from nonevent.sources.ignore import Ignore, compile_globs, is_ignored

NAMES = st.sampled_from(["a", "b", "ab", "a.pyc", "build", ".venv", "A1", "~", "a$b"])
PATHS = st.tuples(st.lists(NAMES, min_size=1, max_size=4), st.sampled_from(["", "/"])).map(
    lambda parts: "/".join(parts[0]) + parts[1]
)
GLOBS = st.sampled_from(
    [
        "a",
        "b",
        "*",
        "?",
        "a*",
        "*.pyc",
        "*.py[co]",
        "*b",
        "a?",
        "[ab]",
        "[a-b]?",
        "build",
        ".venv",
        "a$*",
        "?*",
    ]
)
PATTERNS = st.tuples(
    st.sampled_from(["", "/", "**/", "!", "**"]),
    st.lists(GLOBS, min_size=1, max_size=3).map("/".join),
    st.sampled_from(["", "/", "/**", "/*"]),
).map("".join)


@given(st.lists(PATTERNS, min_size=1, max_size=4), PATHS)
def test_patterns_mean_what_gitignore_says(patterns: list[str], path: str) -> None:
    ignore = compile_globs(patterns)

    assert ignore is not None
    for outer in ["**"], ["zz"]:  # which an inner exception overrules
        around = Ignore("", GitIgnoreSpec.from_lines(outer))
        ignores = [around, ignore]
        own = GitIgnoreSpec.from_lines(patterns).check_file(path).include
        expected = outer == ["**"] if own is None else own
        assert is_ignored(ignores, path) == expected


def test_a_pattern_meets_names_over_more_than_one_line() -> None:
    ignore = compile_globs(["a", "b/"])

    assert ignore is not None
    assert [is_ignored([ignore], path) for path in ("x\n/a", "b/\n", "a\n", "b\n/")] == [
        True,
        True,
        False,
        False,
    ]


@pytest.mark.parametrize(
    ("lines", "decided"),
    [
        (["*.py[cod]", "__pycache__/", "/dist", "docs/_build/", ".venv", "**/x"], True),
        (["*.log", "!keep.log", "*.sw[a-p]"], True),
        ([r"a\ b"], False),
        (["a/**/b"], False),
        (["[!a]"], False),
    ],
    ids=["names", "an exception and a range", "an escape", "folders between", "another set"],
)
def test_what_is_not_plain_is_left_to_pathspec(lines: list[str], *, decided: bool) -> None:
    ignore = compile_globs(lines)

    assert ignore is not None
    assert (ignore.spec is None) == decided
