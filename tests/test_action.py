"""The GitHub Action: its own scripts, run by bash as the runner runs them, on a real event."""

import json
import os
import re
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
import yaml
from tests.programs import git

ROOT = Path(__file__).parent.parent
ACTION = yaml.safe_load((ROOT / "action.yml").read_text(encoding="utf-8"))
CALL = "import requests\n\n\ndef pay(u):\n    return requests.get(u)\n"


@pytest.fixture
def pull(tmp_path: Path) -> dict[str, str]:
    """Return the environment of a run on a pull request, checked out as actions/checkout does."""
    remote, work = tmp_path / "remote", tmp_path / "work"
    remote.mkdir()
    git(remote, "init", "--quiet", "--initial-branch=main")
    (remote / "shop.py").write_text("X = 1\n")
    git(remote, "add", ".")
    git(remote, "commit", "--quiet", "--message=first")
    base = git(remote, "rev-parse", "HEAD")
    git(remote, "checkout", "--quiet", "-b", "feature")
    (remote / "shop.py").write_text(CALL)
    (remote / "odd name.py").write_text(CALL)
    git(remote, "add", ".")
    git(remote, "commit", "--quiet", "--message=second")
    head = git(remote, "rev-parse", "HEAD")
    git(tmp_path, "clone", "--quiet", "--branch=feature", str(remote), str(work))
    event = tmp_path / "event.json"
    event.write_text(
        json.dumps(
            {
                "action": "synchronize",
                "number": 7,
                "pull_request": {
                    "number": 7,
                    "base": {"ref": "main", "sha": base, "repo": {"full_name": "shop/shop"}},
                    "head": {"ref": "feature", "sha": head, "repo": {"full_name": "shop/shop"}},
                },
                "repository": {"full_name": "shop/shop", "default_branch": "main"},
            }
        )
    )
    runner = tmp_path / "temp"
    runner.mkdir()
    (tmp_path / "summary.md").touch()
    return {
        "GITHUB_ACTIONS": "true",
        "GITHUB_EVENT_NAME": "pull_request",
        "GITHUB_EVENT_PATH": str(event),
        "GITHUB_STEP_SUMMARY": str(tmp_path / "summary.md"),
        "RUNNER_TEMP": str(runner),
        "HOME": str(tmp_path),
        "PATH": os.environ["PATH"],
        "WORK": str(work),
    }


def installed(pull: dict[str, str]) -> None:
    """Put the program of this environment where the action's first step installs it."""
    program = Path(pull["RUNNER_TEMP"], "nonevent", "bin", "nonevent")
    program.parent.mkdir(parents=True)
    program.write_text(f'#!/bin/sh\nexec "{sys.executable}" -m nonevent "$@"\n')
    program.chmod(0o755)


def step(number: int, pull: dict[str, str], **inputs: str) -> subprocess.CompletedProcess[str]:
    """Run a step's script as GitHub does for `shell: bash`, its inputs in the environment."""
    said: dict[str, Any] = ACTION["runs"]["steps"][number]
    given = {name: str(each["default"]) for name, each in ACTION["inputs"].items()} | inputs
    environment = {
        key: re.sub(
            r"\$\{\{ (github\.action_path|inputs\.([\w-]+)) \}\}",
            lambda found: given[found[2]] if found[2] else str(ROOT),
            str(value),
        )
        for key, value in said["env"].items()
    }
    return subprocess.run(
        ["bash", "--noprofile", "--norc", "-eo", "pipefail", "-c", said["run"]],
        cwd=pull["WORK"],
        env={**pull, **environment},
        capture_output=True,
        text=True,
        check=False,
    )


def test_inputs_reach_the_scripts_through_the_environment_alone() -> None:
    for said in ACTION["runs"]["steps"]:
        assert "${{" not in said["run"]
        assert "uses" not in said


def test_a_pull_request_is_annotated_and_summed_up(pull: dict[str, str]) -> None:
    installed(pull)
    ran = step(1, pull, sarif="out.sarif")

    assert ran.returncode == 1, ran.stderr
    assert "::warning file=shop.py,line=5" in ran.stdout
    summary = Path(pull["GITHUB_STEP_SUMMARY"]).read_text()
    assert "### 2 findings (2 warnings)" in summary
    sarif = json.loads(Path(pull["WORK"], "out.sarif").read_text())
    rules = [result["ruleId"] for result in sarif["runs"][0]["results"]]
    assert rules.count("call-without-timeout") == 2


def test_inputs_are_heeded(pull: dict[str, str]) -> None:
    installed(pull)
    ran = step(1, pull, paths="odd name.py\n", summary="false", **{"fail-on": "never"})

    assert ran.returncode == 0, ran.stderr
    assert "1 finding (1 warning)" in ran.stdout
    assert Path(pull["GITHUB_STEP_SUMMARY"]).read_text() == ""


@pytest.mark.parametrize(
    ("kind", "told"),
    [
        (
            "push",
            {"ref": "refs/heads/feature", "before": "BASE", "after": "HEAD", "forced": False},
        ),
        (
            "merge_group",
            {
                "action": "checks_requested",
                "merge_group": {
                    "base_ref": "refs/heads/main",
                    "base_sha": "BASE",
                    "head_ref": "refs/heads/gh-readonly-queue/main/pr-7-BASE",
                    "head_sha": "HEAD",
                },
            },
        ),
    ],
)
def test_other_events_name_their_base(pull: dict[str, str], kind: str, told: Any) -> None:
    installed(pull)
    work = Path(pull["WORK"])
    base, head = git(work, "rev-parse", "HEAD~1"), git(work, "rev-parse", "HEAD")
    said = json.dumps(told).replace("BASE", base).replace("HEAD", head)
    Path(pull["GITHUB_EVENT_PATH"]).write_text(said)
    ran = step(1, {**pull, "GITHUB_EVENT_NAME": kind})

    assert ran.returncode == 1, ran.stderr
    assert ran.stdout.count("::warning file=") == 2


def test_an_event_without_a_change_is_misuse(pull: dict[str, str]) -> None:
    installed(pull)
    Path(pull["GITHUB_EVENT_PATH"]).write_text(json.dumps({"schedule": "0 3 * * *"}))
    ran = step(1, {**pull, "GITHUB_EVENT_NAME": "schedule"})

    assert ran.returncode == 2
    assert "GitHub Actions names no base of this build" in ran.stderr


def test_the_text_of_a_comment_is_written_where_it_is_asked_for(pull: dict[str, str]) -> None:
    installed(pull)
    step(1, pull, markdown="out.md", summary="false")

    assert Path(pull["WORK"], "out.md").read_text().startswith("<!-- nonevent:summary -->")
    assert Path(pull["GITHUB_STEP_SUMMARY"]).read_text() == ""


@pytest.mark.parametrize("trust", ["", "change"])
def test_settings_of_a_fork_do_not_count_unless_asked_for(pull: dict[str, str], trust: str) -> None:
    event = Path(pull["GITHUB_EVENT_PATH"])
    event.write_text(event.read_text().replace("shop/shop", "ann/shop", 1))
    work = Path(pull["WORK"])
    (work / "nonevent.toml").write_text('ignore = ["timeouts"]\n')
    git(work, "add", ".")
    git(work, "commit", "--quiet", "--message=hide")
    installed(pull)
    ran = step(1, pull, trust=trust)

    assert ran.returncode == (0 if trust else 1)
    assert ("file=nonevent.toml,line=1" in ran.stdout) == (not trust)
    assert ("from a fork" in ran.stderr) == (not trust)


def test_a_hostile_input_is_a_value(pull: dict[str, str]) -> None:
    installed(pull)
    ran = step(1, pull, base="$(touch pwned)", paths="; touch pwned")

    assert ran.returncode == 2
    assert not Path(pull["WORK"], "pwned").exists()


@pytest.mark.slow
def test_the_first_step_installs_it_and_runs_nothing_of_the_change(pull: dict[str, str]) -> None:
    work, pwned = Path(pull["WORK"]), Path(pull["RUNNER_TEMP"], "pwned")
    for name in ("venv", "ensurepip", "pip", "runpy", "json", "nonevent"):
        (work / f"{name}.py").write_text(f"open({str(pwned)!r}, 'w')\n")
    ran = step(0, pull)

    assert ran.returncode == 0, ran.stderr
    assert not pwned.exists()
    assert step(1, pull).returncode == 1
