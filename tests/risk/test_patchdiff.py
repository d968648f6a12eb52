"""What a patch says of its files, beside what git says of the same change."""

from pathlib import Path
from typing import Any

import pytest

from nonevent.error import UserError
from nonevent.sources.hunks import FileDiff
from nonevent.sources.landed import open_main_line
from nonevent.sources.patchdiff import read_patch

LONG = "".join(f"line {number}\n" for number in range(1, 41))
AFTER = {
    "edited.py": LONG.replace("line 9\n", "line nine\nnew\n").replace("line 11\nline 12\n", ""),
    "top.py": "first\n" + LONG,
    "end.py": LONG + "last\n",
    "cut.py": LONG.removesuffix("line 40\n"),
    "no end.py": LONG + "no newline",
    "café.py": LONG.replace("line 3", "ligne 3"),
    "windows.py": LONG.replace("line 5", "row 5").replace("\n", "\r\n"),
    "sql.sql": "++ three\nSELECT 1;\n-- four\n",
    "new.py": "1\n2\n",
    "moved/here.py": LONG.replace("line 20\n", "line twenty\n"),
    "picture.png": "\0\1\2",
}
BEFORE = {
    **dict.fromkeys(["edited.py", "top.py", "end.py", "cut.py", "no end.py", "café.py"], LONG),
    "windows.py": LONG.replace("\n", "\r\n"),
    "sql.sql": "-- one\n-- two\nSELECT 1;\n",
    "there.py": LONG + "moved\n",
    "gone.py": "x = 3\ny = 4\n",
    "picture.png": "\0\1",
}


@pytest.mark.slow
@pytest.mark.parametrize("context", [0, 1, 3, 30])
def test_a_patch_says_what_git_says_of_the_commit(shop: Any, context: int) -> None:
    first = shop.commit("Before", dict(BEFORE))
    second = shop.commit("After", {**dict.fromkeys(BEFORE.keys() - AFTER.keys()), **AFTER})
    shop.git("diff", f"--unified={context}", "--binary", "--output=change.diff", first, second)
    with open_main_line(str(shop.root)) as line:
        expected = line.difference(first, second).files

    found = read_patch((Path(shop.root) / "change.diff").read_bytes()).files

    assert len(expected) == len(AFTER) + 1
    assert list(map(plain, found)) == list(map(plain, expected))


def plain(file: FileDiff) -> FileDiff:
    return file._replace(added=list(file.added), deleted=list(file.deleted))


PART = "--- a/shop.py\n+++ b/shop.py\n@@ -1,3 +1,3 @@\n A = 1\n-B = 2\n+B = 3\n C = 4\n"


def test_a_series_counts_as_its_steps_together() -> None:
    (file,) = read_patch((PART + PART).encode()).files

    assert (file.lines_added, file.lines_deleted, file.status) == (2, 2, "M")
    assert [*file.added] == [b"B = 3", b"B = 3"]


@pytest.mark.parametrize(
    ("mail", "title"),
    [
        ("Subject: [PATCH] Price the cart\n", "Price the cart"),
        ("Subject: [PATCH v2 1/3] Price\n the cart\n", "Price the cart"),
        ("Subject: =?UTF-8?q?Price_caf=C3=A9s?=\n", "Price cafés"),
        ("Subject: [SHOP-12] Price\n", "[SHOP-12] Price"),
        ("", ""),
    ],
)
def test_the_title_is_that_of_the_first_mail(mail: str, title: str) -> None:
    later = f"Subject: [PATCH] Later\n---\n{PART}"
    text = f"From 1234 Mon Sep 17 00:00:00 2001\n{mail}\n---\n{PART}{later if mail else ''}"

    assert read_patch(text.encode()).title == title


DAMAGED = {
    "no patch": ("hello\n", "no file changes"),
    "nothing": ("", "no file changes"),
    "cut short": (PART.removesuffix(" C = 4\n"), "begins in line 1 is damaged"),
    "longer than it says": (PART.replace("-B = 2\n", "-B = 2\n-D = 5\n"), "damaged"),
    "a merge": ("diff --cc a.py\n--- a/a.py\n+++ b/a.py\n@@@ -1 -1 +1 @@@\n--a\n", "of a merge"),
}


@pytest.mark.parametrize(("text", "why"), DAMAGED.values(), ids=DAMAGED.keys())
def test_what_cannot_be_read_is_refused(text: str, why: str) -> None:
    with pytest.raises(UserError, match=why):
        read_patch(text.encode())
