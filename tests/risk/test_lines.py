"""Who wrote each line, hunk by hunk; compared with `git blame` on histories of chance."""

import random
from array import array
from typing import Any

import pytest

from nonevent.risk.history import open_history
from nonevent.risk.lines import UNKNOWN, pack, replace, rewritten, tells, unpack
from nonevent.risk.miner import mine
from nonevent.sources.landed import FileDiff, Hunk


def owners(*numbers: int) -> "array[int]":
    return array("i", numbers)


# what was, hunk, what is then written by 9
HUNKS = [
    ([], Hunk(0, 0, 1, 2), [9, 9]),
    ([1, 2, 3], Hunk(2, 1, 2, 1), [1, 9, 3]),
    ([1, 2, 3], Hunk(1, 0, 2, 2), [1, 9, 9, 2, 3]),
    ([1, 2, 3], Hunk(1, 3, 0, 0), []),
    ([1, 2, 3], Hunk(3, 0, 4, 1), [1, 2, 3, 9]),
    ([], Hunk(3, 1, 3, 1), [UNKNOWN, UNKNOWN, 9]),
]


@pytest.mark.parametrize(("before", "hunk", "after"), HUNKS)
def test_a_hunk_gives_lines_a_new_writer(before: list[int], hunk: Hunk, after: list[int]) -> None:
    found = owners(*before)
    replace(found, [hunk], 9)

    assert list(found) == after


def test_hunks_do_not_shift_one_another() -> None:
    found = owners(1, 2, 3, 4)
    replace(found, [Hunk(1, 1, 1, 3), Hunk(4, 1, 6, 1)], 9)

    assert list(found) == [9, 9, 9, 2, 3, 9]


def test_the_writers_of_lines_that_go_are_told() -> None:
    file = FileDiff("a.py", "", "M", (Hunk(2, 2, 1, 0),), (), (b"x", b"y"))

    assert list(rewritten(owners(1, 2, 3), file)) == [(2, b"x"), (3, b"y")]


def test_packed_lines_come_back() -> None:
    found = owners(1, 1, 1, UNKNOWN, 2, 1)

    assert unpack(pack(found)) == found


def test_damaged_lines_are_refused() -> None:
    with pytest.raises(ValueError, match="damaged"):
        unpack(b"nonsense")


@pytest.mark.parametrize(
    ("line", "told"),
    [
        (b"total = 1", True),
        (b"    return total", True),
        (b"", False),
        (b"   ", False),
        (b"    # a word", False),
        (b"})", False),
        (b"import os", False),
        (b"from shop import prices", False),
        (b"fromage = 1", True),
    ],
)
def test_only_lines_that_do_something_count(line: bytes, told: bool) -> None:
    assert tells(line) is told


@pytest.mark.slow
@pytest.mark.parametrize("seed", range(4))
def test_writers_are_those_of_git_blame(shop: Any, file: str, seed: int) -> None:
    chance = random.Random(seed)  # noqa: S311 - no secret
    lines: list[str] = []
    shas = []
    for number in range(60):
        for _ in range(chance.randint(1, 4)):
            at = chance.randint(0, len(lines))
            if lines and chance.random() < 0.4:
                del lines[at : at + chance.randint(1, 3)]
            else:
                # each line is there once, so that a diff can be read in one way only
                made = [f"line_{number}_{chance.random()} = 1\n" for _ in range(2)]
                lines[at:at] = made
        shas.append(shop.commit(f"change {number}", {"shop/prices.py": "".join(lines)}))
    with open_history(file) as history:
        mine(str(shop.root), history)
        book = history.book("shop/prices.py")
    assert book is not None
    blamed = shop.git("blame", "-l", "-s", "--root", "shop/prices.py").splitlines()

    assert [shas[number] for number in unpack(book.owners)] == [line.split()[0] for line in blamed]
