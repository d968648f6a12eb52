"""Changes that landed together are told as one: as they were scored before they landed."""

from collections.abc import Callable
from typing import Any

import pytest

from nonevent.risk.features import names
from nonevent.risk.history import ChangeRow, History
from nonevent.risk.measure import measure
from nonevent.risk.miner import mine
from nonevent.risk.pushes import NEARBY, combined, pushes

NOW = 1 / 86_400  # days: a second
# What stands in several commits' past counts for each: the folder of two, the change that wrote
# lines which two rewrite.
TWICE = {"own_folders", "rewritten_origins"}


def row(number: int, time: float, **fields: Any) -> ChangeRow:
    plain = ChangeRow(
        f"{number:040x}",
        number,
        time,
        0,
        0,
        "Price",
        "",
        bot=False,
        back=False,
        reland=False,
        catches_up=False,
        merge=False,
        complete=True,
        source=True,
        paths=("shop.py",),
        features=(0.0,) * len(names()),
    )
    return plain._replace(**fields)


def grouped(*rows: ChangeRow) -> list[list[int]]:
    return [[each.number for each in group] for group in pushes(rows)]


def test_what_lands_within_a_minute_of_the_one_before_lands_together() -> None:
    assert grouped(row(0, 0), row(1, 50), row(2, 100), row(3, 161)) == [[0, 1, 2], [3]]


@pytest.mark.parametrize("alone", ["merge", "bot", "back", "catches_up"])
def test_a_merge_a_revert_and_a_program_stand_alone(alone: str) -> None:
    rows = [row(0, 0), row(1, 1, **{alone: True}), row(2, 2), row(3, 3)]

    assert grouped(*rows) == [[0], [1], [2, 3]]


def test_what_could_not_be_read_joins_nothing() -> None:
    assert grouped(row(0, 0), row(1, 1, complete=False), row(2, 2)) == [[0], [1], [2]]


def test_one_change_is_told_as_it_is() -> None:
    alone = row(3, 9.0, features=tuple(map(float, range(len(names())))))

    assert combined([alone], [row(2, 8.0)]) == alone.features


def past_of(shop: Any) -> None:
    """Make a history in which sizes differ, so that it is known what is usual."""
    for number in range(45):
        lines = "".join(f"price_{each} = {each + number}\n" for each in range(2 + number % 7))
        spread = {f"shop/part{each}.py": lines for each in range(1 + number % 3)}
        shop.commit(f"Fix prices {number}" if number % 5 == 0 else f"Price {number}", spread)


def landed(shop: Any) -> str:
    """Land three commits at once, which touch different files; return the one before."""
    before: str = shop.git("rev-parse", "HEAD")
    send = (
        "import requests\n\n\ndef send(order):\n    if order:\n        return requests.get(order)\n"
    )
    shop.commit("Add delivery", {"shop/send.py": send, "shop/part0.py": "A = 1\n"})
    test = "def test_send():\n    assert True\n"
    shop.commit("Test delivery", {"tests/test_send.py": test}, days=NOW)
    shop.commit("Drop a part", {"shop/part1.py": None, "settings.py": "B = 2\n"}, days=NOW)
    return before


def test_together_they_are_told_as_before_they_landed(
    shop: Any, file: str, opened: Callable[[], History]
) -> None:
    """What a push tells, worked out of its commits, is what its whole told while it was none."""
    past_of(shop)
    before = landed(shop)
    mine(str(shop.root), opened(), before)
    asked = measure(str(shop.root), f"{before}..HEAD", file)
    assert asked is not None
    mine(str(shop.root), opened())
    again = measure(str(shop.root), f"{before}..HEAD", file)
    assert again is not None

    assert (asked.missing, asked.known) == (again.missing, again.known) == ("", 45)
    told = dict(zip(names(), again.values, strict=True))
    was = dict(zip(names(), asked.values, strict=True))
    counted = {name for name in told if name in TWICE}
    differ = {
        name: (was[name], told[name])
        for name in told.keys() - counted
        if told[name]
        != pytest.approx(was[name], abs=0.1 if name.startswith("unusual_") else 0.02, rel=0.03)
    }
    assert differ == {}
    assert all(was[name] <= told[name] <= 2 * was[name] for name in counted)


def test_the_last_of_several_is_not_told_for_all(
    shop: Any, file: str, opened: Callable[[], History]
) -> None:
    past_of(shop)
    before = landed(shop)
    mine(str(shop.root), opened())
    whole = measure(str(shop.root), f"{before}..HEAD", file)
    last = measure(str(shop.root), "HEAD^..HEAD", file)
    files = names().index("files")

    assert whole is not None
    assert last is not None
    assert (whole.values[files], last.values[files]) == (5.0, 2.0)


def test_a_file_that_two_touch_counts_once(shop: Any, opened: Callable[[], History]) -> None:
    past_of(shop)
    shop.commit("Price anew", {"shop/part0.py": "A = 1\n"})
    shop.commit("Price better", {"shop/part0.py": "A = 2\n"}, days=NOW)
    history = opened()
    mine(str(shop.root), history)
    rows = history.between(45, 46)
    told = dict(zip(names(), combined(rows, history.between(45 - NEARBY, 44)), strict=True))
    first = dict(zip(names(), rows[0].features, strict=True))

    assert told["files"] == 1
    assert told["lines_added"] == 2
    assert told["entropy"] == 0
    for name in ("file_changes", "file_days", "file_week", "rewritten_days", "author_days"):
        assert told[name] == first[name], name


def test_what_is_compared_with_another_branch_is_told_by_the_change_alone(
    shop: Any, file: str, opened: Callable[[], History]
) -> None:
    past_of(shop)
    shop.git("branch", "aside", "HEAD~2")
    shop.git("checkout", "--quiet", "aside")
    shop.commit("Aside", {"shop/aside.py": "A = 1\n"})
    shop.git("checkout", "--quiet", "main")
    mine(str(shop.root), opened())
    told = measure(str(shop.root), "aside..main", file)

    assert told is not None
    assert "what it is compared with is not" in told.missing or "run `nonevent" in told.missing


def test_the_table_has_one_row_for_what_landed_together(
    shop: Any, opened: Callable[[], History]
) -> None:
    pytest.importorskip("sklearn", reason="scikit-learn is not installed")
    from nonevent.risk.training import mined

    past_of(shop)
    for number in range(60):
        shop.commit(f"Stock {number}", {f"stock/{number}.py": f"S = {number}\n"})
    landed(shop)
    sha = shop.git("rev-parse", "HEAD~2")
    shop.commit(f"Revert delivery\n\nThis reverts commit {sha}.", {"shop/send.py": None}, days=2)
    shop.commit("Stock more", {"stock/more.py": "S = 1\n"})
    history = opened()
    mine(str(shop.root), history)
    table = mined.of_history(history, names(), "ada/shop", "ada")

    files = names().index("files")
    assert table.x[:, files].tolist() == [1.0] * 5 + [5.0, 1.0]
    assert table.label("rollback").tolist() == [0, 0, 0, 0, 0, 1, 0]
