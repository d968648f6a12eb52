"""`nonevent score` and the last line of `check --diff`, on small repositories."""

import io
import json
import shutil
from importlib.resources import files
from pathlib import Path
from typing import Any

import pytest

import nonevent_models
from nonevent.entry import main
from nonevent.error import UserError
from nonevent.risk.features import FEATURES
from nonevent.risk.history import open_history
from nonevent.risk.miner import mine
from nonevent.scoring import Asked, assess, shipped

pytestmark = pytest.mark.slow

FAULT = "import requests\n\n\ndef load(url):\n    return requests.get(url)\n"
CACHE = ".nonevent_cache"


@pytest.fixture
def shop(shop: Any, monkeypatch: pytest.MonkeyPatch) -> Any:
    """Return a repository with a past: two changes of one file went wrong."""
    shop.commit("Begin", {"shop/cart.py": "TOTAL = 0\n", "README.md": "Shop\n"})
    for number in range(6):
        text = "".join(f"price_{each} = {each + number}\n" for each in range(40))
        sha = shop.commit(f"Price cart anew {number}", {"shop/cart.py": text})
        if number in {2, 4}:
            shop.commit(f'Revert "Price cart anew {number}"\n\nThis reverts commit {sha}.', {})
    shop.git("tag", "before")
    shop.commit("Price and deliver", {"shop/cart.py": "A = 1\n", "shop/send.py": "B = 2\n" * 80})
    monkeypatch.chdir(shop.root)
    return shop


def mined(shop: Any, until: str = "main") -> Path:
    file = Path(shop.root, CACHE, "history.sqlite3")
    file.parent.mkdir(exist_ok=True)
    (file.parent / ".gitignore").write_text("*\n")
    with open_history(str(file)) as history:
        mine(str(shop.root), history, until)
    return file


def scored(capsys: pytest.CaptureFixture[str], *arguments: str) -> tuple[int, dict[str, Any]]:
    code = main(["score", *arguments, "--format", "json"])
    return code, json.loads(capsys.readouterr().out)["risk"]


@pytest.mark.usefixtures("shop")
def test_a_fresh_clone_is_scored_by_the_change_alone(capsys: pytest.CaptureFixture[str]) -> None:
    code, told = scored(capsys, "before..HEAD")

    assert (code, told["knows"], told["precedents"], told["missing"]) == (0, "the change", [], "")
    assert 0 < told["rollback"] < told["bad"] < 1
    assert told["bad"] == pytest.approx(1 - (1 - told["rollback"]) * (1 - told["hotfix"]))
    assert told["readiness"] == pytest.approx(100 * (1 - told["bad"]))


@pytest.mark.usefixtures("shop")
def test_without_revisions_it_is_the_last_commit(capsys: pytest.CaptureFixture[str]) -> None:
    assert scored(capsys) == scored(capsys, "before..HEAD") == scored(capsys, "before")


def test_a_history_adds_what_was_before(shop: Any, capsys: pytest.CaptureFixture[str]) -> None:
    mined(shop, "before")
    _, told = scored(capsys, "before..HEAD")

    assert told["knows"] == "the change and 9 before it"
    assert {each["group"] for each in told["reasons"]} & {"revert history", "hot files"}
    assert [each["became"] for each in told["precedents"]] == ["taken back after 1 day"] * 2


def test_a_change_that_has_landed_is_told_as_it_was_then(shop: Any) -> None:
    file = mined(shop)
    with open_history(str(file), make=False) as history:
        kept = history.change(shop.git("rev-parse", "HEAD"))
    told = assess(str(shop.root), Asked("before..HEAD"), (), 0)

    assert kept is not None
    assert told is not None
    assert len(kept.features) == len(FEATURES)
    assert told.knows == "the change and 9 before it"


def test_a_history_that_is_behind_is_said_and_not_used(
    shop: Any, capsys: pytest.CaptureFixture[str]
) -> None:
    mined(shop, "before")
    shop.commit("And more", {"shop/more.py": "C = 3\n"})
    code, told = scored(capsys, "HEAD^..HEAD")

    assert (code, told["knows"]) == (0, "the change")
    assert "run `nonevent history mine`" in told["missing"]


def test_a_history_that_the_repository_brings_is_not_used(
    shop: Any, capsys: pytest.CaptureFixture[str]
) -> None:
    mined(shop)
    shop.git("add", "--force", CACHE)
    shop.git("commit", "--quiet", "--message", "Bring a history")
    _, told = scored(capsys, "before..HEAD~1")

    assert (told["knows"], told["missing"]) == (
        "the change",
        ".nonevent_cache is part of the repository",
    )


def test_settings_of_the_change_have_no_say(shop: Any, capsys: pytest.CaptureFixture[str]) -> None:
    _, before = scored(capsys, "before..HEAD")
    Path(shop.root, "pyproject.toml").write_text('[tool.nonevent]\nmodel = "mine"\n')

    assert main(["score", "before..HEAD"]) == 2
    assert "unknown key 'model'" in capsys.readouterr().err
    Path(shop.root, "change.json").write_text("{}")
    Path(shop.root, "pyproject.toml").write_text('[tool.nonevent]\nfail-on = "never"\n')
    assert scored(capsys, "before..HEAD")[1]["bad"] == before["bad"]


def test_findings_decide_the_exit_code_and_the_probability_forgives_none(
    shop: Any, capsys: pytest.CaptureFixture[str]
) -> None:
    shop.commit("Load", {"shop/load.py": FAULT})
    code, told = scored(capsys, "HEAD^..HEAD", "--fail-above", "1")

    assert (code, told["blockers"]) == (1, 1)
    assert told["readiness"] < 100 * (1 - told["bad"])


@pytest.mark.parametrize(("limit", "code"), [("0", 1), ("0.99", 0)])
@pytest.mark.usefixtures("shop")
def test_a_limit_fails_what_is_above_it(
    capsys: pytest.CaptureFixture[str], limit: str, code: int
) -> None:
    assert scored(capsys, "before..HEAD", "--fail-above", limit)[0] == code


@pytest.mark.usefixtures("shop")
def test_a_limit_is_a_probability(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["score", "--fail-above", "7"]) == 2
    assert "0<=x<=1" in capsys.readouterr().err


@pytest.mark.parametrize("name", ["full", "concise", "github"])
@pytest.mark.usefixtures("shop")
def test_the_last_line_of_a_check_of_revisions_tells_the_risk(
    capsys: pytest.CaptureFixture[str], name: str
) -> None:
    assert main(["check", "--diff", "before..HEAD", "--output", name]) == 0
    assert capsys.readouterr().out.splitlines()[-1].endswith("; the usual is 1 in 13.")


@pytest.mark.usefixtures("shop")
def test_sarif_has_properties_and_a_note(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["check", "--diff", "before..HEAD", "--output", "sarif"]) == 0
    (run,) = json.loads(capsys.readouterr().out)["runs"]
    (note,) = run["results"]
    place = note["locations"][0]["physicalLocation"]

    assert (note["ruleId"], note["level"]) == ("change-risk", "note")
    assert place["artifactLocation"]["uri"] == "shop/send.py"
    assert run["properties"]["risk"]["blockers"] == 0
    rule = run["tool"]["driver"]["rules"][note["ruleIndex"]]
    assert (rule["id"], "fails no run" in rule["help"]["text"]) == ("change-risk", True)


@pytest.mark.usefixtures("shop")
def test_a_model_of_ones_own_is_named_by_its_folder(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    shipped = files(nonevent_models)
    folder = tmp_path / "own"
    folder.mkdir()
    for name in ("change.json", "past.json"):
        shutil.copy(str(shipped.joinpath(name)), folder)

    assert scored(capsys, "--model", str(folder)) == scored(capsys)
    (folder / "change.json").write_text('{"form": 99}')
    assert main(["score", "--model", str(folder)]) == 2
    assert "train it anew" in capsys.readouterr().err


@pytest.mark.usefixtures("shop")
def test_what_changes_nothing_has_no_risk(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["score", "HEAD..HEAD"]) == 2
    assert "changes nothing" in capsys.readouterr().err


def test_what_is_staged_is_scored_before_the_commit(
    shop: Any, capsys: pytest.CaptureFixture[str]
) -> None:
    mined(shop)
    Path(shop.root, "shop", "send.py").write_text("C = 3\n" * 400)
    shop.git("add", "--all")
    code, told = scored(capsys, "--staged")

    assert (code, told["knows"]) == (0, "the change")
    assert "not known before it is committed" in told["missing"]
    assert {"purpose", "re-land or work in progress"}.isdisjoint(
        each["group"] for each in told["reasons"]
    )


def test_the_same_change_staged_and_committed_has_the_same_size(
    shop: Any, capsys: pytest.CaptureFixture[str]
) -> None:
    Path(shop.root, "shop", "send.py").write_text("C = 3\n" * 400)
    shop.git("add", "--all")
    _, staged = scored(capsys, "--staged")
    shop.git("commit", "--quiet", "--message", "Send more")
    _, committed = scored(capsys)
    sizes = [
        [each["told"] for each in told["reasons"] if each["group"] == "size"]
        for told in (staged, committed)
    ]

    assert sizes[0] == sizes[1] != []


@pytest.mark.usefixtures("shop")
def test_nothing_staged_is_said(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["score", "--staged"]) == 2
    assert "nothing is staged" in capsys.readouterr().err


@pytest.mark.parametrize("way", ["format-patch --stdout", "format-patch --stdout --unified=0"])
def test_a_mailed_patch_scores_like_the_commit_that_it_is_of(
    shop: Any, capsys: pytest.CaptureFixture[str], tmp_path: Path, way: str
) -> None:
    file = tmp_path / "change.patch"
    file.write_text(shop.git(*way.split(), "before..HEAD") + "\n")

    code, mailed = scored(capsys, "--patch", str(file))
    assert (code, mailed) == scored(capsys, "before..HEAD")
    assert mailed["bad"] > 0


def test_a_bare_diff_scores_without_a_title(
    shop: Any, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    history = mined(shop)
    diff = shop.git("diff", "before..HEAD") + "\n"
    monkeypatch.setattr("sys.stdin", io.TextIOWrapper(io.BytesIO(diff.encode())))
    _, told = scored(capsys, "--patch", "-")
    history.unlink()
    _, committed = scored(capsys, "before..HEAD")

    assert (told["knows"], told["missing"]) == (
        "the change",
        "a patch does not say what it builds on",
    )
    assert {"purpose", "re-land or work in progress"}.isdisjoint(
        each["group"] for each in told["reasons"]
    )
    sizes = [[e["told"] for e in r["reasons"] if e["group"] == "size"] for r in (told, committed)]
    assert sizes[0] == sizes[1] != []


def test_findings_of_a_patch_decide_the_exit_code(
    shop: Any, capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    shop.commit("Load", {"shop/load.py": FAULT})
    file = tmp_path / "change.diff"
    file.write_text(shop.git("diff", "HEAD^..HEAD") + "\n")
    code, told = scored(capsys, "--patch", str(file))

    assert (code, told["blockers"]) == (1, 1)


@pytest.mark.usefixtures("shop")
@pytest.mark.parametrize("others", [("--staged",), ("before..HEAD",)])
def test_a_patch_is_given_alone(capsys: pytest.CaptureFixture[str], others: tuple[str]) -> None:
    assert main(["score", "--patch", "a.diff", *others]) == 2
    assert "exclude each other" in capsys.readouterr().err


def test_a_revision_that_is_not_there_is_named(shop: Any) -> None:
    with pytest.raises(UserError, match="unknown revision: 'nowhere'"):
        assess(str(shop.root), Asked("nowhere"), (), 0)


def test_an_older_installation_finds_the_model_that_came_since(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    known = shipped()
    monkeypatch.setattr("nonevent.scoring.GROUP", "nonevent.nothing")

    assert Path(shipped()) == Path(known)


def test_a_model_in_the_working_directory_is_not_taken(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "nonevent_models").mkdir()
    (tmp_path / "nonevent_models" / "change.json").write_text("{}")
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr("sys.path", ["", str(tmp_path)])
    monkeypatch.setattr("nonevent.scoring.GROUP", "nonevent.nothing")

    with pytest.raises(UserError, match="no model is installed"):
        shipped()
