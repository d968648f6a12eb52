"""`nonevent history` as it is called: mine, import, show."""

import json
import os
import sys
from pathlib import Path
from typing import Any

import pytest

from nonevent import progress
from nonevent.entry import main
from nonevent.risk.history import open_history

pytestmark = pytest.mark.slow

PRICES = "apple = 1\npear = 2\n"


@pytest.fixture
def store(tmp_path: Path) -> str:
    return str(tmp_path / "kept.sqlite3")


@pytest.fixture
def sold(shop: Any) -> list[str]:
    """Make five changes, one a day, and return their ids."""
    return [
        shop.commit(f"Change {n} (#{n + 10})", {"shop/prices.py": PRICES * (n + 1)})
        for n in range(5)
    ]


def blame(store: str) -> list[tuple[str, str, float]]:
    with open_history(store) as history:
        titles = {change.sha: change.title for change in history.changes()}
        return [
            (titles[each.sha], each.kind, each.weight)
            for each in history.outcomes()
            if each.evidence == "deploy"
        ]


def log(folder: Path, *rows: str) -> str:
    path = folder / "log.csv"
    path.write_text("\n".join(["sha,pr,version,deployed_at,environment,outcome", *rows]) + "\n")
    return str(path)


@pytest.mark.usefixtures("sold")
def test_mine_says_what_it_read(shop: Any, capsys: pytest.CaptureFixture[str]) -> None:
    code = main(["history", "mine", str(shop.root)])
    out = capsys.readouterr().out

    assert code == 0
    assert "5 changes read from main, 0 known before." in out
    kept = shop.root / ".nonevent_cache"
    assert (kept / "history.sqlite3").is_file()
    assert (kept / ".gitignore").read_text() == "*\n"


@pytest.mark.usefixtures("sold")
def test_mine_is_quiet_where_that_is_asked(
    shop: Any, store: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["history", "mine", str(shop.root), "--store", store, "--quiet"]) == 0
    assert capsys.readouterr() == ("", "")


@pytest.mark.usefixtures("sold")
def test_on_a_terminal_it_is_shown_how_far_the_work_is(
    shop: Any,
    store: str,
    capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(sys.stderr, "isatty", lambda: True)
    monkeypatch.setattr(progress, "DELAY", 0.0)
    monkeypatch.setattr(progress, "BETWEEN", 0.0)
    monkeypatch.setenv("TERM", "xterm")
    main(["history", "mine", str(shop.root), "--store", store])

    assert "5 of 5 changes" in capsys.readouterr().err


@pytest.mark.usefixtures("sold")
def test_a_history_that_a_repository_brings_is_not_used(
    shop: Any, capsys: pytest.CaptureFixture[str]
) -> None:
    shop.commit("Bring a history", {".nonevent_cache/history.sqlite3": "planted"})

    assert main(["history", "mine", str(shop.root)]) == 2
    assert "brings a history of its own" in capsys.readouterr().err


def test_a_failed_deploy_blames_what_came_since_the_last_good_one(
    shop: Any, sold: list[str], store: str, tmp_path: Path
) -> None:
    main(["history", "mine", str(shop.root), "--store", store, "--quiet"])
    rows = [
        f"{sold[1]},,,2025-01-01,production,ok",
        f"{sold[3][:10]},,,2025-01-02,production,failed",
        ",14,,2025-01-03,staging,incident",
    ]
    code = main(
        [
            "history",
            "import",
            log(tmp_path, *rows),
            "--store",
            store,
            "--repository",
            str(shop.root),
        ]
    )

    assert code == 0
    assert sorted(blame(store)) == [
        ("Change 2", "failed", 0.5),
        ("Change 3", "failed", 0.5),
        ("Change 4", "incident", 1.0),
    ]


def test_rows_that_come_late_blame_as_if_they_came_in_time(
    shop: Any, sold: list[str], store: str, tmp_path: Path
) -> None:
    main(["history", "mine", str(shop.root), "--store", store, "--quiet"])
    common = ["--store", store, "--repository", str(shop.root)]
    failed = f"{sold[4]},,,2025-01-05,production,rolled_back"
    main(["history", "import", log(tmp_path, failed), *common])
    good = f"{sold[2]},,,2025-01-01,production,ok"
    main(["history", "import", log(tmp_path, good), *common])

    assert sorted(blame(store)) == [
        ("Change 3", "rolled back", 0.5),
        ("Change 4", "rolled back", 0.5),
    ]


def test_what_is_imported_before_it_is_mined_is_kept(
    shop: Any, sold: list[str], store: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    common = ["--store", store, "--repository", str(shop.root)]
    main(["history", "import", log(tmp_path, f"{sold[0]},,,2025-01-05,production,failed"), *common])
    assert "1 deploy is kept and blames nothing yet" in capsys.readouterr().out
    main(["history", "mine", str(shop.root), "--store", store, "--quiet"])

    assert blame(store) == [("Change 0", "failed", 1.0)]


def test_the_same_log_twice_adds_nothing(
    shop: Any, sold: list[str], store: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    main(["history", "mine", str(shop.root), "--store", store, "--quiet"])
    command = [
        *("history", "import", log(tmp_path, f"{sold[0]},,,2025-01-05,production,failed")),
        *("--store", store, "--repository", str(shop.root)),
    ]
    main(command)
    capsys.readouterr()
    main(command)

    assert "1 deploy read, 0 of them new; 0 rows cannot be used." in capsys.readouterr().out
    assert len(blame(store)) == 1


def test_release_tags_are_good_deploys(
    shop: Any, sold: list[str], store: str, tmp_path: Path
) -> None:
    shop.git("tag", "v1.0", sold[1])
    shop.git("tag", "--annotate", "--message", "second", "v2.0", sold[3])
    shop.git("tag", "other", sold[4])
    main(["history", "mine", str(shop.root), "--store", store, "--quiet"])
    common = ["--store", store, "--repository", str(shop.root)]
    failed = log(
        tmp_path, f"{sold[4]},,,2030-01-05,production,failed", ",,v1.0,2020-01-01,qa,failed"
    )

    assert main(["history", "import", "--tags", "v*", failed, *common]) == 0
    with open_history(store) as history:
        found = [(each.named, each.sha) for each in history.deploys() if each.source == "tags"]
    assert found == [("v1.0", sold[1]), ("v2.0", sold[3])]
    assert ("Change 4", "failed", 1.0) in blame(store)


def test_a_deploy_from_a_branch_holds_what_it_left_the_main_line_with(
    shop: Any, sold: list[str], store: str, tmp_path: Path
) -> None:
    shop.git("checkout", "--quiet", "-b", "release", sold[2])
    released = shop.commit("Release", {"VERSION": "1\n"})
    shop.git("checkout", "--quiet", "main")
    common = ["--store", store, "--repository", str(shop.root)]
    main(["history", "mine", str(shop.root), "--store", store, "--quiet"])
    main(
        ["history", "import", log(tmp_path, f"{released},,,2025-01-05,production,failed"), *common]
    )

    assert blame(store) == [("Change 2", "failed", 1.0)]


def test_a_version_that_can_be_no_name_of_git_is_kept(
    shop: Any, sold: list[str], store: str, tmp_path: Path
) -> None:
    shop.git("tag", "v1.0", sold[1])
    main(["history", "mine", str(shop.root), "--store", store, "--quiet"])
    rows = [
        ",,the 2nd: of May?,2025-01-01,production,failed",
        ",,--upload-pack=x,2025-01-02,production,failed",
        ",,1.0,2025-01-03,production,failed",
        f"{'e' * 40},,,2025-01-04,production,failed",
    ]
    common = ["--store", store, "--repository", str(shop.root)]

    assert main(["history", "import", log(tmp_path, *rows), *common]) == 0
    with open_history(store) as history:
        assert {each.named: each.sha for each in history.deploys()} == {
            "the 2nd: of May?": "",
            "--upload-pack=x": "",
            "1.0": sold[1],
            "e" * 40: "",
        }


def test_the_beginning_of_several_ids_names_none(store: str, shop: Any) -> None:
    shas = [shop.commit(f"Change {n}", {"a.py": f"a = {n}\n"}) for n in range(40)]
    main(["history", "mine", str(shop.root), "--store", store, "--quiet"])
    firsts = [sha[0] for sha in shas]
    twice = next(first for first in firsts if firsts.count(first) > 1)
    with open_history(store) as history:
        assert history.number_of(twice) is None
        assert [history.number_of(sha) for sha in shas] == list(range(40))


@pytest.mark.usefixtures("sold")
def test_bad_rows_are_told_and_a_log_of_nothing_else_fails(
    shop: Any, store: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    bad = log(tmp_path, "zzz,,,2025-01-05,production,failed")
    code = main(["history", "import", bad, "--store", store, "--repository", str(shop.root)])

    assert code == 1
    assert capsys.readouterr().out == (
        "log.csv: line 2, column sha: not the id of a commit: 'zzz'\n"
        "0 deploys read, 0 of them new; 1 row cannot be used.\n"
    )


@pytest.mark.usefixtures("sold")
@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ([], "nothing to import"),
        (["--tags", "x*"], "no tag matches"),
        (["--from", "mysql://x"], "--from reads postgresql://"),
        (["--column", "x=y", "a.csv"], "does not know the field"),
    ],
)
def test_misuse_is_told_in_one_line(
    shop: Any,
    store: str,
    arguments: list[str],
    message: str,
    capsys: pytest.CaptureFixture[str],
) -> None:
    common = ["--store", store, "--repository", str(shop.root)]

    assert main(["history", "import", *arguments, *common]) == 2
    assert message in capsys.readouterr().err


def test_show_counts_by_month(
    shop: Any, store: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    shop.commit("Add prices (#1)", {"shop/prices.py": PRICES})
    shop.commit('Revert "Add prices (#1)" (#2)', {"shop/prices.py": ""}, days=2)
    shop.commit("Explain", {"README.md": "x\n"}, days=60)
    shop.commit('Revert "What was never there"', {"shop/prices.py": "a = 1\n"}, days=1)
    main(["history", "mine", str(shop.root), "--store", store, "--quiet"])
    common = ["--store", store, "--repository", str(shop.root)]
    main(["history", "import", log(tmp_path, ",1,,2023-11-16,production,failed"), *common])
    capsys.readouterr()

    assert main(["history", "show", *common, "--format", "json"]) == 0
    found = json.loads(capsys.readouterr().out)
    wanted = {
        "version": 1,
        "changes": 4,
        "scored": 1,
        "reverted": 1,
        "reverts": 2,
        "unresolved": 1,
        "deploys": 1,
        "failed": 1,
        "blamed": 1,
        "empty": 1,
    }
    assert {name: found[name] for name in wanted} == wanted
    assert [month["month"] for month in found["months"]] == ["2023-11", "2024-01"]
    assert main(["history", "show", *common]) == 0
    out = capsys.readouterr().out
    assert "Taken back within 30 days: 1, 100.0%, 1 in 1; too few for a rate to be trusted" in out
    assert "reverts of which it is not known what they took back: 1" in out
    assert out.splitlines()[-2].split() == ["2023-11", "2", "1", "1", "0", "1", "1"]


def test_without_a_history_show_says_how_to_make_one(
    shop: Any, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["history", "show", "--repository", str(shop.root)]) == 2
    assert "nonevent history mine" in capsys.readouterr().err


def test_outside_of_a_repository_nothing_is_made(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    empty = tmp_path / "empty"
    empty.mkdir()

    assert main(["history", "mine", str(empty)]) == 2
    assert "not a git repository" in capsys.readouterr().err
    assert os.listdir(empty) == []


def test_a_failed_run_leaves_no_store_behind(tmp_path: Path) -> None:
    assert main(["history", "mine", str(tmp_path), "--store", str(tmp_path / "new.sqlite3")]) == 2
    assert os.listdir(tmp_path) == []


@pytest.mark.usefixtures("sold")
def test_a_bare_mirror_is_mined_into_a_store_that_is_named(
    shop: Any, store: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    mirror = str(tmp_path / "mirror.git")
    shop.git("clone", "--quiet", "--bare", str(shop.root), mirror)

    assert main(["history", "mine", mirror]) == 2
    assert "bare repository: --store names a file" in capsys.readouterr().err
    assert main(["history", "mine", mirror, "--store", store]) == 0
    assert "5 changes read from main" in capsys.readouterr().out
