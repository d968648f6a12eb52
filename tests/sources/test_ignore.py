"""What plain patterns of ignore files mean: what `pathspec` says."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pathspec import GitIgnoreSpec

from nonevent.sources.ignore import compile_globs, is_ignored

NAMES = st.sampled_from(["a", "b", "ab", "a.pyc", "build", ".venv", "A1", "~", "a$b", "b\n"])
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
        "build",
        ".venv",
        "*$*",
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
    assert is_ignored([ignore], path) == bool(GitIgnoreSpec.from_lines(patterns).match_file(path))


@pytest.mark.parametrize(
    ("lines", "decided"),
    [
        (["*.py[cod]", "__pycache__/", "/dist", "docs/_build/", ".venv", "**/x"], True),
        (["*.log", "!keep.log"], False),
        ([r"a\ b"], False),
        (["a/**/b"], False),
        (["[!a]"], False),
    ],
    ids=["names", "an exception", "an escape", "folders between", "another set"],
)
def test_what_is_not_plain_is_left_to_pathspec(lines: list[str], *, decided: bool) -> None:
    ignore = compile_globs(lines)

    assert ignore is not None
    assert (ignore.spec is None) == decided
