"""What a title says: layers of reverts, fixes, programs among the authors."""

import pytest

from nonevent.risk.titles import is_bot, is_fix, undoing, words_of

# title → whether the first change is gone afterwards, and what the outermost layer is about
UNDOINGS = [
    ('Revert "Add prices (#3)" (#4)', True, "Add prices (#3)"),
    ('Revert "Revert "Add prices"" (#12)', False, 'Revert "Add prices"'),
    ('Revert "Revert "Revert "Add prices"""', True, 'Revert "Revert "Add prices""'),
    ('Reapply "Add prices"', False, "Add prices"),
    ('Revert "Reapply "Add prices""', True, 'Reapply "Add prices"'),
    ('Reland "Add prices"', False, "Add prices"),
    ("revert: add prices", True, "add prices"),
    ("revert(shop)!: add prices", True, "add prices"),
    ("fix: revert the new prices", True, "new prices"),
    ("[SHOP-12] Revert changes to prices", True, "changes to prices"),
    ("Back out prices", True, "prices"),
    ("Roll back prices", True, "prices"),
    (
        'Revert "Add prices with a title that was cut…',
        True,
        "Add prices with a title that was cut…",
    ),
    ("Reverts PR #12", True, "#12"),
]


@pytest.mark.parametrize(("title", "odd", "about"), UNDOINGS, ids=[row[0] for row in UNDOINGS])
def test_a_title_is_read_layer_by_layer(title: str, odd: bool, about: str) -> None:
    found = undoing(title)

    assert (found.odd, found.object) == (odd, about)


@pytest.mark.parametrize(
    "title",
    [
        "Add a revert button",
        "Allow admins to roll back orders",
        "Rollbacks of orders are listed",
        "",
    ],
)
def test_a_title_that_speaks_of_reverts_takes_nothing_back(title: str) -> None:
    assert undoing(title).layers == 0


def test_a_revert_of_a_fix_is_no_fix() -> None:
    assert [is_fix("Fix the sum of an order"), is_fix('Revert "Fix the sum"')] == [True, False]


def test_a_prefix_is_no_fix() -> None:
    assert words_of("Use a prefix for the suffixes of tables") & {"fix", "hotfix"} == set()


@pytest.mark.parametrize(
    ("name", "program"),
    [
        ("dependabot[bot]", True),
        ("Travis Jenkins", False),
        ("Abbott", False),
        ("shop-bot", True),
        ("Travis CI", True),
    ],
)
def test_programs_are_told_from_people(name: str, program: bool) -> None:
    assert is_bot(name, "somebody@example.org") is program


@pytest.mark.parametrize(
    ("title", "fix"),
    [
        ("Fix the sum of an order", True),
        ("Bug 1241144 - Update from virtualenv 14.0.0 to 14.0.1", False),
        ("Bug 1241144 - Fix the tooltip", True),
        ("fixes bug 1241144 - Add prices", False),
        ("fixes #12, #13: add prices", False),
        ("Fix #12", True),
        ("fix: the sum of an order", True),
        ("[SHOP-12] Sum fix", True),
        ("Fix flakes", False),
        ("Fix typo in the cart", False),
        ("Fixture for orders", False),
        ("Debugging of orders", False),
    ],
)
def test_a_fix_is_told_from_the_number_of_an_issue(title: str, fix: bool) -> None:
    assert is_fix(title) is fix
