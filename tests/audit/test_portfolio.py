"""Many repositories at once: one page, each with its own, whoever does the work."""

import json
import os
import re
import shutil
from pathlib import Path
from typing import Any

import pytest

from nonevent import entry, portfolio
from nonevent.engine import Engine
from nonevent.error import UserError
from nonevent.portfolio import are_repositories, file_name, listed, read_list

HOSTILE = "x<b> & \"q\" 'n'"


@pytest.fixture
def many(shop: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Return a folder with four repositories: one holds nothing, one has a name that is code."""
    folder = tmp_path / "many"
    folder.mkdir()
    shop.git("checkout", "--quiet", "v1.1")
    for name in ("shop", HOSTILE):
        shutil.copytree(shop.root, folder / name)
    (folder / "else").mkdir()
    shutil.copytree(shop.root, folder / "else/shop")
    (folder / "calm/.git").mkdir(parents=True)
    (folder / "calm/a.py").write_text("X = 1\n")
    monkeypatch.chdir(folder)
    return folder


def pages(folder: Path) -> dict[str, bytes]:
    return {str(path.relative_to(folder)): path.read_bytes() for path in folder.rglob("*.html")}


def names(folder: Path) -> list[str]:
    return [str(folder / name) for name in ("shop", "calm", "else/shop", HOSTILE)]


def test_each_is_told_once_least_ready_first(many: Path, capfd: pytest.CaptureFixture[str]) -> None:
    code = entry.main(
        ["audit", "--output", "json", "--jobs", "1", *names(many), str(many / "shop")]
    )
    told = json.loads(capfd.readouterr().out)

    found = [(each["name"], each["blockers"], each["families"]) for each in told["repositories"]]
    assert code == 0
    assert found == [
        ("shop", 1, {"state": 1, "timeouts": 1}),
        ("shop-2", 1, {"state": 1, "timeouts": 1}),
        (HOSTILE, 1, {"state": 1, "timeouts": 1}),
        ("calm", 0, {}),
    ]
    assert told["families"] == {"state": 3, "timeouts": 3}
    assert [(kind["rule"], kind["repositories"]) for kind in told["kinds"]] == [
        ("call-without-timeout", 3),
        ("module-state-in-handler", 3),
    ]
    assert told["unread"] == []


def test_one_that_cannot_be_read_is_told_and_the_rest_goes_on(
    many: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    (many / "calm/pyproject.toml").write_text("[tool.nonevent]\nselekt = []\n")
    (many / "list.txt").write_text("# ours\nshop\n\ncalm  # soon\nnowhere\nlist.txt\n")
    code = entry.main(["audit", "--repositories", "list.txt", "--output", "json", "--jobs", "1"])
    out, err = capfd.readouterr()
    told = json.loads(out)

    assert code == 1
    assert [each["name"] for each in told["repositories"]] == ["shop"]
    assert [(each["path"], each["error"][:12]) for each in told["unread"]] == [
        ("calm", "pyproject.to"),
        ("list.txt", "not a direct"),
        ("nowhere", "no such file"),
    ]
    assert err.count("Error: ") == 3


def test_the_page_of_each_lies_beside_the_page_of_all(many: Path) -> None:
    assert entry.main(["audit", "--output", "html:all.html", "--jobs", "1", *names(many)]) == 0
    page = (many / "all.html").read_text()
    links = re.findall(r'href="(all/[^"]+)"', page)

    assert sorted(links) == sorted(f"all/{path.name}" for path in (many / "all").iterdir())
    assert len(links) == 4
    assert "<b>" not in page
    assert "x&lt;b&gt; &amp; &quot;q&quot; &#x27;n&#x27;" in page
    assert "CARTS" in (many / "all/shop.html").read_text()


def test_text_and_markdown_tell_the_same(many: Path, capfd: pytest.CaptureFixture[str]) -> None:
    assert entry.main(["audit", "--color", "never", "--jobs", "1", *names(many)]) == 0
    text = capfd.readouterr().out
    assert entry.main(["audit", "--output", "markdown", "--jobs", "1", *names(many)]) == 0
    markdown = capfd.readouterr().out

    assert text.startswith(
        "1 of 4 repositories may run two replicas: 3 not yet, 1 nothing found\n"
        "3 state, 3 timeouts\n"
    )
    assert re.search(r"^  calm +100 +##########  -  ", text, re.MULTILINE)
    assert "| `calm` | 100 | nothing found | 0 | 0 | 0 |" in markdown
    assert len(text.splitlines()) <= 40


def test_trend_and_outlook_are_told_of_each(many: Path) -> None:
    told = ["--trend", "2", "--output", "html:all.html", "--jobs", "1"]
    assert entry.main(["audit", *told, str(many / "shop"), str(many / "else/shop")]) == 0

    assert (many / "all.html").read_text().count('class="tiny"') == 2
    assert "Is it getting better?" in (many / "all/shop.html").read_text()


def test_what_one_cannot_tell_is_noted_and_the_rest_is_told(
    many: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    told = ["--trend", "2", "--since", "auto", "--output", "json", "--jobs", "1"]
    assert entry.main(["audit", *told, str(many / "shop"), str(many / "calm")]) == 0
    calm, shop = json.loads(capfd.readouterr().out)["repositories"][::-1]

    assert (calm["name"], calm["trend"], calm["notes"]) == ("calm", [], 2)
    assert [each["name"] for each in shop["trend"]] == ["2026-01"]
    assert shop["notes"] == 0


def test_processes_side_by_side_come_to_the_same_bytes(many: Path) -> None:
    pytest.importorskip("joblib", reason="joblib is not installed")
    for jobs in ("1", "2"):
        (many / jobs).mkdir()
        os.chdir(many / jobs)
        assert entry.main(["audit", "--output", "html:all.html", "--jobs", jobs, *names(many)]) == 0

    assert pages(many / "1") == pages(many / "2")
    assert len(pages(many / "1")) == 5


@pytest.mark.slow
def test_a_cluster_comes_to_the_same_bytes(many: Path, scheduler: str) -> None:
    engines = {"one": ["--jobs", "1"], "dask": ["--engine", "dask", "--scheduler", scheduler]}
    for name, engine in engines.items():
        (many / name).mkdir()
        os.chdir(many / name)
        assert entry.main(["audit", "--output", "html:all.html", *engine, *names(many)]) == 0

    assert pages(many / "one") == pages(many / "dask")
    assert len(pages(many / "one")) == 5


def test_without_joblib_that_is_said(
    many: Path, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(portfolio, "find_spec", lambda _: None)
    monkeypatch.setattr("nonevent.engine.find_spec", lambda _: None)

    assert entry.main(["audit", "--jobs", "2", *names(many)]) == 0
    assert "joblib, of the extra `risk`, is missing" in capfd.readouterr().err


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ("--repositories none.txt", "--repositories none.txt: no such file or directory"),
        ("--repositories empty.txt", "--repositories empty.txt: it names no repository"),
        ("--repositories empty.txt shop", "--repositories names what is audited"),
        ("--trend tag:2 shop calm", "--trend does not know 'tag'"),
        ("--engine dask", "audit: --engine is for several repositories"),
        ("--engine dask shop calm", "--engine dask: --scheduler names none"),
        ("--output sarif shop calm", "--output does not know the format 'sarif'"),
        ("--output html:none/all.html shop calm", "the folder 'none' does not exist"),
    ],
)
def test_misuse_is_said_in_one_line(
    arguments: str, message: str, many: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    (many / "empty.txt").write_text("# nothing\n\n")
    assert entry.main(["audit", *arguments.split()]) == 2
    out, err = capfd.readouterr()

    assert out == ""
    assert message in err
    assert err.count("\n") == 1


def test_folders_of_one_repository_are_parts_of_it(shop: Any, many: Path) -> None:
    (shop.root / "more").mkdir()

    assert not are_repositories(["web", "more"], str(shop.root))
    assert not are_repositories([str(many / "shop")], str(many))
    assert are_repositories(["shop", "nowhere"], str(many))


def test_names_are_files_of_any_system(tmp_path: Path) -> None:
    paths = [str(tmp_path / name) for name in ("a:b", "a?b", "A-B", "..x", "é")]
    jobs = listed(paths, str(tmp_path))

    assert [job.name for job in jobs] == ["a:b", "a?b-2", "A-B-3", "..x", "é"]
    assert len({file_name(job.name).lower() for job in jobs}) == 5


def test_a_list_is_relative_to_its_own_folder(tmp_path: Path) -> None:
    (tmp_path / "lists").mkdir()
    (tmp_path / "lists/a.txt").write_text("../shop#1 # comment\n/abs/path\n")

    assert read_list("lists/a.txt", str(tmp_path)) == ["lists/../shop#1", "/abs/path"]


def test_a_missing_scheduler_is_said_soon(many: Path) -> None:
    pytest.importorskip("distributed", reason="distributed is not installed")
    with pytest.raises(UserError, match="no Dask scheduler answers"):
        portfolio.taken(names(many), {}, (), Engine("dask", "tcp://127.0.0.1:1"), str(many))
