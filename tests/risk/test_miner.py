"""Mining: real repositories in small, and what comes out of them."""

import json
import os
import random
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from nonevent.error import UserError
from nonevent.risk.features import FEATURES, names
from nonevent.risk.history import ChangeRow, History, Outcome, open_history
from nonevent.risk.miner import Mined, mine

pytestmark = pytest.mark.slow

Opened = Callable[[], History]
PRICES = "apple = 1\npear = 2\nplum = 3\n"


def mined(shop: Any, history: History, revision: str = "") -> dict[str, ChangeRow]:
    """Mine and return the changes by title."""
    mine(str(shop.root), history, revision)
    return {change.title: change for change in history.changes()}


def told(history: History) -> set[tuple[str, str, str]]:
    """Return kind, title of the change and evidence of each outcome."""
    titles = {change.sha: change.title for change in history.changes()}
    return {(each.kind, titles[each.sha], each.evidence) for each in history.outcomes()}


def features(change: ChangeRow) -> dict[str, float]:
    return dict(zip(names(), change.features, strict=True))


def request(shop: Any, number: int, title: str, files: dict[str, str], branch: str = "") -> str:
    """Make a pull request of one commit and merge it as GitHub does."""
    branch = branch or f"branch-{number}"
    shop.git("checkout", "--quiet", "-b", branch)
    shop.commit(title, dict(files), days=0.1)
    message = f"Merge pull request #{number} from shop/{branch}\n\n{title}"
    return str(shop.merge(branch, message))


# -- what is read --------------------------------------------------------------------------------


def test_each_change_of_the_main_line_is_one_row(shop: Any, opened: Opened) -> None:
    shop.commit("Begin", {"shop/prices.py": PRICES})
    request(shop, 1, "Add taxes", {"shop/taxes.py": "tax = 1\n"})
    history = opened()
    rows = mined(shop, history)

    assert list(rows) == ["Begin", "Add taxes"]
    assert [row.number for row in rows.values()] == [0, 1]
    assert rows["Add taxes"].request == 1
    assert rows["Add taxes"].paths == ("shop/taxes.py",)


def test_features_are_those_of_the_moment(shop: Any, opened: Opened) -> None:
    shop.commit("Begin", {"shop/prices.py": PRICES})
    shop.commit("Add a price", {"shop/prices.py": PRICES + "fig = 4\n"}, days=2, who="Bo")
    shop.commit("Change a price", {"shop/prices.py": "apple = 5\npear = 2\n"}, days=3)
    found = features(mined(shop, opened())["Change a price"])

    wanted = {
        "lines_added": 1,
        "lines_deleted": 3,
        "file_changes": 2,
        "file_authors": 2,
        "file_days": 3,
        "file_lines": 4,
        "own_share": 0.5,
        "rewritten_own_share": 2 / 3,
        "rewritten_origins": 2,
        "author_changes": 1,
        "author_days": 5,
        "last_week": 2,
        "hours_since_last": 72,
    }
    assert {name: found[name] for name in wanted} == pytest.approx(wanted)


def test_a_renamed_file_keeps_its_past(shop: Any, opened: Opened) -> None:
    shop.commit("Begin", {"shop/prices.py": PRICES * 5})
    shop.commit("Move", {"shop/prices.py": None, "shop/costs.py": PRICES * 5})
    shop.commit("Change", {"shop/costs.py": PRICES * 4})
    found = features(mined(shop, opened())["Change"])

    assert found["file_changes"] == 2


def test_names_that_no_encoding_knows_are_read(shop: Any, opened: Opened) -> None:
    shop.commit("Begin", {"shop/caf\u00e9 \u6709.py": PRICES})
    odd = os.fsdecode(b"shop/\xff.py")
    try:
        shop.commit("Add", {odd: PRICES})
    except OSError:  # a file system that takes UTF-8 alone
        pytest.skip("the file system does not take such a name")
    rows = mined(shop, opened())

    assert rows["Begin"].paths == ("shop/caf\u00e9 \u6709.py",)
    assert rows["Add"].paths == ("shop/\\xff.py",)


def test_programs_and_documents_are_not_scored(shop: Any, opened: Opened) -> None:
    shop.commit("Begin", {"shop/prices.py": PRICES})
    shop.commit("Bump", {"shop/prices.py": PRICES + "x = 1\n"}, who="dependabot[bot]")
    shop.commit("Explain", {"README.md": "Prices.\n"})
    rows = mined(shop, opened())

    assert {title: row.scored for title, row in rows.items()} == {
        "Begin": True,
        "Bump": False,
        "Explain": False,
    }


# -- what became of it ---------------------------------------------------------------------------


def test_a_revert_by_its_branch_is_found(shop: Any, opened: Opened) -> None:
    shop.commit("Begin", {"shop/prices.py": PRICES})
    request(shop, 1, "Add taxes", {"shop/taxes.py": "tax = 1\n"})
    request(shop, 2, "Take the taxes out", {"shop/taxes.py": ""}, branch="revert-1-branch-1")
    history = opened()
    rows = mined(shop, history)

    assert told(history) == {("reverted", "Add taxes", "branch")}
    assert rows["Take the taxes out"].back


def test_a_revert_of_a_commit_inside_a_merge_is_found(shop: Any, opened: Opened) -> None:
    shop.commit("Begin", {"shop/prices.py": PRICES})
    shop.git("checkout", "--quiet", "-b", "taxes")
    inner = shop.commit("Add taxes", {"shop/taxes.py": "tax = 1\n"})
    shop.merge("taxes", "Merge branch 'taxes'\n\nTaxes for all")
    shop.commit(f'Revert "Add taxes"\n\nThis reverts commit {inner}.', {"shop/taxes.py": ""})
    history = opened()
    mined(shop, history)

    assert told(history) == {("reverted", "Taxes for all", "commit")}


def test_a_squashed_revert_is_found_by_the_number_in_its_title(shop: Any, opened: Opened) -> None:
    shop.commit("Add prices (#3)", {"shop/prices.py": PRICES})
    shop.commit('Revert "Add prices (#3)" (#4)', {"shop/prices.py": ""})
    history = opened()
    mined(shop, history)

    assert told(history) == {("reverted", "Add prices", "pull request")}


def test_a_revert_is_found_by_the_title_alone(shop: Any, opened: Opened) -> None:
    shop.commit("Add prices", {"shop/prices.py": PRICES})
    shop.commit("Add taxes", {"shop/taxes.py": PRICES})
    shop.commit('Revert "Add prices"', {"shop/prices.py": ""})
    history = opened()
    mined(shop, history)

    assert told(history) == {("reverted", "Add prices", "title")}


def test_a_reland_is_no_revert_and_can_be_reverted(shop: Any, opened: Opened) -> None:
    shop.commit("Add prices (#1)", {"shop/prices.py": PRICES})
    shop.commit('Revert "Add prices (#1)" (#2)', {"shop/prices.py": ""})
    shop.commit('Revert "Revert "Add prices (#1)" (#2)" (#3)', {"shop/prices.py": PRICES})
    shop.commit('Revert "Revert "Revert "Add prices" (#2)" (#3)" (#4)', {"shop/prices.py": ""})
    history = opened()
    rows = list(history.changes()) or list(mined(shop, history).values())

    assert [row.reland for row in rows] == [False, False, True, False]
    assert [row.back for row in rows] == [False, True, False, True]
    shas = [row.sha for row in rows]
    assert {each.sha for each in history.outcomes()} == {shas[0], shas[2]}


def test_a_revert_among_other_work_counts_as_a_part(shop: Any, opened: Opened) -> None:
    first = shop.commit("Add prices", {"shop/prices.py": PRICES})
    shop.git("checkout", "--quiet", "-b", "work")
    shop.commit(f'Revert "Add prices"\n\nThis reverts commit {first}.', {"shop/prices.py": ""})
    shop.commit("Add taxes", {"shop/taxes.py": PRICES})
    shop.merge("work", "Merge branch 'work'\n\nTaxes instead of prices")
    history = opened()
    rows = mined(shop, history)
    (outcome,) = history.outcomes()

    assert (outcome.evidence, outcome.weight) == ("part", 0.5)
    assert not rows["Taxes instead of prices"].back


def test_a_revert_inside_its_own_branch_is_no_outcome(shop: Any, opened: Opened) -> None:
    shop.commit("Begin", {"shop/prices.py": PRICES})
    shop.git("checkout", "--quiet", "-b", "work")
    inner = shop.commit("Try", {"shop/taxes.py": PRICES})
    shop.commit(f'Revert "Try"\n\nThis reverts commit {inner}.', {"shop/taxes.py": ""})
    shop.merge("work", "Merge branch 'work'\n\nTaxes")
    history = opened()
    mined(shop, history)

    assert told(history) == set()


def test_a_fix_within_seven_days_mends_what_it_rewrites(shop: Any, opened: Opened) -> None:
    shop.commit("Begin", {"shop/prices.py": PRICES})
    shop.commit("Add a fig", {"shop/prices.py": PRICES + "fig = 4\n"}, days=10)
    shop.commit("Fix the fig", {"shop/prices.py": PRICES + "fig = 5\n"}, days=6)
    history = opened()
    mined(shop, history)

    assert told(history) == {("mended", "Add a fig", "lines")}


def test_what_lands_in_one_push_tells_nothing_of_itself(shop: Any, opened: Opened) -> None:
    shop.commit("Begin", {"shop/prices.py": PRICES})
    shop.commit("Add a fig", {"shop/prices.py": PRICES + "fig = 4\n"})
    shop.commit("Fix the fig", {"shop/prices.py": PRICES + "fig = 5\n"}, days=0)
    shop.commit('Revert "Add a fig"', {"shop/prices.py": PRICES}, days=0)
    history = opened()
    mined(shop, history)

    assert told(history) == set()


def test_a_change_that_is_dated_before_its_parent_tells_nothing(shop: Any, opened: Opened) -> None:
    shop.commit("Begin", {"shop/prices.py": PRICES})
    shop.commit("Add a fig", {"shop/prices.py": PRICES + "fig = 4\n"}, days=100)
    shop.commit("Add a lime", {"shop/prices.py": PRICES + "fig = 4\nlime = 5\n"}, days=-50)
    shop.commit("Fix both", {"shop/prices.py": PRICES + "fig = 5\nlime = 6\n"}, days=2)
    shop.commit("Change both", {"shop/prices.py": PRICES + "fig = 6\nlime = 7\n"}, days=60)
    history = opened()
    rows = mined(shop, history)

    assert told(history) == set()
    assert [row.scored for row in rows.values()] == [True, True, False, False, True]


@pytest.mark.parametrize(
    ("title", "days", "text"),
    [
        ("Fix the fig", 8, "fig = 5\n"),
        ("Change the fig", 1, "fig = 5\n"),
        ("Fix lint", 1, "fig = 5\n"),
        ("Fix the plum", 1, "fig = 4\nplums = 5\n"),
    ],
    ids=["too late", "no fix", "of style", "lines beside it"],
)
def test_what_is_no_hot_fix(shop: Any, opened: Opened, title: str, days: float, text: str) -> None:
    shop.commit("Begin", {"shop/prices.py": PRICES})
    shop.commit("Add a fig", {"shop/prices.py": PRICES + "fig = 4\n"}, days=10)
    shop.commit(title, {"shop/prices.py": PRICES + text}, days=days)
    history = opened()
    mined(shop, history)

    assert told(history) == set()


def test_the_past_of_a_file_knows_reverts_and_mended_changes(shop: Any, opened: Opened) -> None:
    shop.commit("Begin", {"shop/prices.py": PRICES})
    shop.commit("Add a fig (#2)", {"shop/prices.py": PRICES + "fig = 4\n"})
    shop.commit("Fix the fig (#3)", {"shop/prices.py": PRICES + "fig = 5\n"})
    shop.commit('Revert "Add a fig (#2)" (#4)', {"shop/prices.py": PRICES})
    shop.commit("Add a lime", {"shop/prices.py": PRICES + "lime = 4\n"}, days=1.5)
    rows = mined(shop, opened())
    found = features(rows["Add a lime"])

    assert features(rows['Revert "Add a fig (#2)"'])["file_reverts"] == 0
    wanted = {"file_reverts": 1, "file_mended": 1, "file_fixes": 1, "reverts_48_hours": 1}
    assert {name: found[name] for name in wanted} == wanted


# -- again ---------------------------------------------------------------------------------------


def grow(shop: Any, number: int, seed: int = 0) -> None:
    """Let a history of chance grow: files, fixes, reverts, merges, authors."""
    chance = random.Random(seed)  # noqa: S311 - no secret
    for step in range(number):
        path = f"shop/part_{chance.randint(0, 3)}.py"
        full = shop.root / path
        lines = full.read_text().splitlines(keepends=True) if full.exists() else []
        at = chance.randint(0, len(lines))
        lines[at : at + chance.randint(0, 2)] = [f"value_{seed}_{step}_{n} = {n}\n" for n in "12"]
        last = shop.git("log", "-1", "--format=%s", check=False)
        title = chance.choice([f"Add {seed}.{step}", f"Fix {seed}.{step}", f'Revert "{last}"'])
        shop.commit(
            title, {path: "".join(lines)}, days=chance.random(), who=chance.choice(["Ada", "Bo"])
        )


def contents(history: History) -> tuple[list[ChangeRow], list[Outcome], str]:
    return list(history.changes()), history.outcomes(), history.fact("summary")


def test_mining_step_by_step_gives_what_mining_at_once_gives(shop: Any, tmp_path: Path) -> None:
    with open_history(str(tmp_path / "steps.sqlite3")) as steps:
        for seed in range(4):
            grow(shop, 15, seed)
            mine(str(shop.root), steps)
        with open_history(str(tmp_path / "once.sqlite3")) as once:
            mine(str(shop.root), once)

            assert contents(steps) == contents(once)
            assert once.length() == 60


def test_nothing_new_adds_nothing(shop: Any, opened: Opened) -> None:
    grow(shop, 5)
    history = opened()
    mine(str(shop.root), history)
    again = mine(str(shop.root), history)

    assert again == Mined("main", 0, 5, 0, shallow=False, rewritten=False, outdated=False)


def test_the_future_changes_no_feature_of_the_past(shop: Any, tmp_path: Path) -> None:
    grow(shop, 30)
    middle = shop.git("rev-parse", "HEAD")
    found = []
    for seed in (7, 8):
        shop.git("checkout", "--quiet", "-B", f"future-{seed}", middle)
        grow(shop, 30, seed)
        with open_history(str(tmp_path / f"{seed}.sqlite3")) as history:
            mine(str(shop.root), history, f"future-{seed}")
            found.append(list(history.changes()))

    assert [row.features for row in found[0][:30]] == [row.features for row in found[1][:30]]
    assert found[0][31] != found[1][31]


def test_a_rewritten_main_line_is_read_anew_and_loses_no_row(shop: Any, opened: Opened) -> None:
    grow(shop, 10)
    history = opened()
    mine(str(shop.root), history)
    old = [row.sha for row in history.changes()]
    shop.git("reset", "--quiet", "--hard", "HEAD~4")
    grow(shop, 6, 9)
    again = mine(str(shop.root), history)
    rows = list(history.changes(gone=True))

    assert again.rewritten
    assert [row.sha for row in rows if row.number >= 0][:6] == old[:6]
    assert {row.sha for row in rows if row.number < 0} == set(old[6:])
    assert history.length() == 12


def test_an_older_checkout_adds_nothing(shop: Any, opened: Opened) -> None:
    grow(shop, 10)
    history = opened()
    mine(str(shop.root), history)
    again = mine(str(shop.root), history, "HEAD~3")

    assert (again.added, again.rewritten, history.length()) == (0, False, 10)


def test_another_repository_is_refused(shop: Any, opened: Opened, tmp_path: Path) -> None:
    grow(shop, 3)
    history = opened()
    mine(str(shop.root), history)
    other = type(shop)(tmp_path / "other")
    other.commit("Begin elsewhere", {"a.py": "a = 1\n"})
    with pytest.raises(UserError, match="another repository"):
        mine(str(other.root), history)

    assert history.length() == 3


def test_features_of_another_version_are_made_anew(
    shop: Any, opened: Opened, monkeypatch: pytest.MonkeyPatch
) -> None:
    grow(shop, 5)
    history = opened()
    with monkeypatch.context() as patched:
        patched.setattr("nonevent.risk.history.names", lambda: ("older",))
        mine(str(shop.root), history)
    again = mine(str(shop.root), history)

    assert (again.outdated, again.added) == (True, 5)
    assert all(len(row.features) == len(FEATURES) for row in history.changes())


def test_two_that_mine_at_once_lose_nothing(shop: Any, opened: Opened, file: str) -> None:
    grow(shop, 12)
    first = opened()
    other = opened()
    # the second run adds what the first has begun to read
    done: list[int] = []

    def meanwhile(read: int, _whole: int) -> None:
        if read == 4 and not done:
            done.append(mine(str(shop.root), other, "HEAD~3").added)

    mine(str(shop.root), first, progress=meanwhile)
    with open_history(f"{file}.once") as once:
        mine(str(shop.root), once)

        assert done == [9]
        assert contents(first) == contents(once)


# -- clones that lack something ------------------------------------------------------------------


def test_a_shallow_clone_says_what_it_lacks(shop: Any, file: str, tmp_path: Path) -> None:
    grow(shop, 10)
    clone = tmp_path / "clone"
    shop.git("clone", "--quiet", "--depth=4", f"file://{shop.root}", str(clone))
    with open_history(file) as history:
        result = mine(str(clone), history)
        rows = list(history.changes())

    assert (result.shallow, result.added, result.incomplete) == (True, 4, 1)
    assert [bool(row.features) for row in rows] == [False, True, True, True]


def test_a_missing_blob_leaves_out_what_needs_it(shop: Any, opened: Opened) -> None:
    shop.commit("Begin", {"shop/prices.py": PRICES})
    shop.commit("Add a fig", {"shop/prices.py": PRICES + "fig = 4\n"})
    shop.commit("Add taxes", {"shop/taxes.py": PRICES})
    blob = shop.git("rev-parse", "HEAD:shop/prices.py")
    os.unlink(shop.root / ".git" / "objects" / blob[:2] / blob[2:])
    history = opened()
    result = mine(str(shop.root), history)
    rows = list(history.changes())

    assert (result.added, result.incomplete) == (3, 1)
    assert [row.complete for row in rows] == [True, False, True]
    assert rows[1].paths == ("shop/prices.py",)


def test_a_clone_without_blobs_is_survived(shop: Any, file: str, tmp_path: Path) -> None:
    grow(shop, 30)
    shop.git("config", "uploadpack.allowFilter", "true")
    clone = tmp_path / "clone"
    address = f"file://{shop.root}"
    shop.git("clone", "--quiet", "--bare", "--filter=blob:none", address, str(clone / ".git"))
    with open_history(file) as history:
        result = mine(str(clone), history)

        assert (result.added, result.incomplete) == (30, 30)


def test_nothing_of_a_hostile_repository_is_run(shop: Any, opened: Opened, tmp_path: Path) -> None:
    shop.commit("Begin", {"shop/prices.py": PRICES, ".gitattributes": "*.py diff=evil -text\n"})
    shop.commit("Add", {"shop/prices.py": PRICES + "fig = 4\n"})
    proof = tmp_path / "proof"
    settings = {
        "diff.external": f"touch {proof} #",
        "diff.evil.textconv": f"touch {proof} #",
        "diff.evil.command": f"touch {proof} #",
        "core.fsmonitor": f"touch {proof} #",
        "core.pager": f"touch {proof} #",
        "log.showSignature": "true",
        "gpg.program": f"touch {proof} #",
    }
    for name, value in settings.items():
        shop.git("config", name, value)
    rows = mined(shop, opened())

    assert rows["Add"].complete
    assert features(rows["Add"])["lines_added"] == 1
    assert not proof.exists()


def test_attributes_hide_nothing(shop: Any, opened: Opened) -> None:
    shop.commit("Begin", {"shop/prices.py": PRICES, ".gitattributes": "*.py -diff\n"})
    shop.commit("Add", {"shop/prices.py": PRICES + "fig = 4\n"})

    assert features(mined(shop, opened())["Add"])["lines_added"] == 1


def test_lines_that_look_like_git_are_lines(shop: Any, opened: Opened) -> None:
    text = "diff --git a/x b/x\n@@ -1,9 +1,9 @@\n--- a/x\n+++ b/x\n\\ No newline\n"
    shop.commit("Begin", {"shop/a.py": PRICES, "shop/b.py": PRICES})
    shop.commit("Add", {"shop/a.py": text + PRICES, "shop/b.py": PRICES + "fig = 4"})
    row = mined(shop, opened())["Add"]

    assert row.paths == ("shop/a.py", "shop/b.py")
    assert features(row)["lines_added"] == 6


def test_a_large_file_is_no_reason_to_read_for_long(shop: Any, opened: Opened) -> None:
    shop.commit("Begin", {"shop/data.json": b"1,\n" * 1_500_000})
    shop.commit("Change", {"shop/data.json": b"2,\n" * 1_500_000})
    row = mined(shop, opened())["Change"]

    assert (features(row)["binary_files"], features(row)["lines_added"]) == (1, 0)


def test_messages_and_lines_without_end_are_cut(
    shop: Any, opened: Opened, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("nonevent.sources.hunks.MOST", 200)
    monkeypatch.setattr("nonevent.sources.hunks._KEPT_OF_CHANGE", 60)
    shop.commit("Begin", {"shop/a.py": PRICES})
    (shop.root / "message").write_text("Add\n\n" + "words\n" * 10_000)
    files = {"shop/a.py": "import os\n" + PRICES, "shop/b.py": "import os\n" * 100}
    for path, text in files.items():
        (shop.root / path).write_text(text)
    shop.git("add", "shop")
    shop.git("commit", "--quiet", "--file", "message")
    found = features(mined(shop, opened())["Add"])

    assert found["lines_added"] == 101
    assert 0 < found["adds_import"] < 10
    assert found["body_length"] < 200


# -- the store -----------------------------------------------------------------------------------


def test_a_newer_store_is_refused(file: str) -> None:
    import sqlite3

    with open_history(file):
        pass
    connection = sqlite3.connect(file)
    connection.execute("PRAGMA user_version = 99")
    connection.close()

    with pytest.raises(UserError, match="newer nonevent"), open_history(file):
        pass


def test_a_file_of_another_program_is_refused_and_left_alone(file: str) -> None:
    import sqlite3

    connection = sqlite3.connect(file)
    connection.execute("CREATE TABLE theirs (a)")
    connection.close()
    before = Path(file).read_bytes()

    with pytest.raises(UserError, match="another program"), open_history(file):
        pass
    assert Path(file).read_bytes() == before


@pytest.mark.parametrize("data", [b"nonsense" * 1000, b"SQLite format 3\0" + b"\xff" * 5000])
def test_a_damaged_store_is_refused_and_left_alone(file: str, data: bytes) -> None:
    Path(file).write_bytes(data)

    with pytest.raises(UserError, match="damaged"), open_history(file):
        pass
    assert Path(file).read_bytes() == data


def test_without_a_store_there_is_nothing_to_show(file: str) -> None:
    with pytest.raises(UserError, match="history mine"), open_history(file, make=False):
        pass


def test_what_is_kept_is_json(shop: Any, opened: Opened) -> None:
    grow(shop, 3)
    history = opened()
    mine(str(shop.root), history)

    assert json.loads(history.fact("summary"))["counts"]["changes"] == 3
