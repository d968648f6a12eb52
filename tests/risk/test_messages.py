"""What messages say: title, pull request, branch."""

import pytest

from nonevent.risk.messages import Said, read_message

MERGES = [
    (
        "Merge pull request #12 from ada/prices\n\nAdd prices\n\nThey are new.",
        Said("Add prices", "They are new.", 12, "prices", catches_up=False),
    ),
    (
        "Merge pull request #13 from shop/revert-12-prices",
        Said("revert 12 prices", "", 13, "revert-12-prices", catches_up=False),
    ),
    (
        "Merged in prices (pull request #7)\n\nAdd prices",
        Said("Add prices", "", 7, "prices", catches_up=False),
    ),
    (
        "Merge branch 'prices' into 'main'\n\nAdd prices\n\nSee merge request shop/shop!9",
        Said("Add prices", "See merge request shop/shop!9", 9, "prices", catches_up=False),
    ),
    (
        "Merge branch 'master' of example.org:shop/shop",
        Said("master", "", 0, "master", catches_up=True),
    ),
    ("Merge #5\n\n5: Add prices r=bo a=ada", Said("Add prices", "", 5, "", catches_up=False)),
]
PLAIN = [
    ("Add prices (#12)\n\nThey are new.", Said("Add prices", "They are new.", 12, "", False)),
    ('Revert "Add prices (#12)" (#14)', Said('Revert "Add prices (#12)"', "", 14, "", False)),
    ("Add prices", Said("Add prices", "", 0, "", False)),
    ("", Said("", "", 0, "", False)),
]


@pytest.mark.parametrize(("message", "said"), MERGES, ids=[said.title for _, said in MERGES])
def test_a_merge_is_read(message: str, said: Said) -> None:
    assert read_message(message, merge=True) == said


@pytest.mark.parametrize(("message", "said"), PLAIN, ids=[said.title for _, said in PLAIN])
def test_a_plain_commit_is_read(message: str, said: Said) -> None:
    assert read_message(message, merge=False) == said
