"""Lines that a version brings, and how alike two texts are."""

import time
from collections import Counter

import pytest
from hypothesis import given
from hypothesis import strategies as st

from nonevent.sources.lines import added_lines, similarity

CASES = {
    "the same text": ("a\nb\n", "a\nb\n", set()),
    "from nothing": ("", "a\nb\n", {1, 2}),
    "to nothing": ("a\n", "", set()),
    "a line in the middle": ("a\nc\n", "a\nb\nc\n", {2}),
    "a changed line": ("a\nb\nc\n", "a\nB\nc\n", {2}),
    "a deleted line": ("a\nb\nc\n", "a\nc\n", set()),
    "line ends do not count": ("a\nb\n", "a\r\nb\r\n", set()),
    "the newline at the end does not count": ("a\nb", "a\nb\n", set()),
    "a twin of a line that was there": ("get()\nx\n", "get()\nx\nget()\n", {3}),
    "a moved line": ("a\nb\nc\nd\n", "b\nc\nd\na\n", {4}),
    "two stretches": ("1\n2\n3\n4\n5\n", "1\nx\n3\n4\ny\nz\n", {2, 5, 6}),
    "carriage returns alone end lines": ("a\rb\r", "a\rc\rb\r", {2}),
    "a form feed ends none": ("a\fb\n", "a\fb\nc\n", {2}),
}


@pytest.mark.parametrize("case", CASES)
def test_added_lines(case: str) -> None:
    before, after, expected = CASES[case]

    assert added_lines(before.encode(), after.encode()) == expected


@pytest.mark.parametrize("lines", [3, 3_000], ids=["small", "large"])
def test_an_insertion_among_many_equal_lines(lines: int) -> None:
    before = b"x = 1\n\n" * lines
    after = before + b"y = 2\n\n" + before

    added = added_lines(before, after)

    assert lines * 2 + 1 in added
    assert len(added) == lines * 2 + 2


TEXT = st.lists(st.sampled_from([b"a\n", b"b\n", b"c\n", b"\n", b"return x\n"]), max_size=30)


@given(TEXT, TEXT)
def test_what_is_not_added_stood_there_before(old: list[bytes], new: list[bytes]) -> None:
    added = added_lines(b"".join(old), b"".join(new))
    kept = Counter(line for number, line in enumerate(new, 1) if number not in added)

    assert added <= set(range(1, len(new) + 1))
    assert kept <= Counter(old)


def test_no_text_takes_long() -> None:
    gap = b"a\nb\na\na\nb\n" * 20
    before = b"".join(b"anchor %d\n" % number + gap for number in range(3_000))
    after = b"".join(b"anchor %d\n" % number + gap[::-1] for number in range(3_000))
    start = time.process_time()
    added_lines(before, after)

    assert time.process_time() - start < 10


def test_similarity_is_the_share_of_the_larger_text() -> None:
    def of(*lines: bytes) -> float:
        return similarity(Counter([b"one", b"two"]), Counter(lines))

    assert [of(b"one", b"two"), of(b"one", b"six"), of(b"six"), of()] == [1.0, 0.5, 0.0, 0.0]
