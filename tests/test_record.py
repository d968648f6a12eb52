"""The SARIF record of a run: what is open, what a comment suppresses, what the baseline accepts."""

import json
import subprocess
from pathlib import Path
from typing import Any

import pytest

from nonevent import entry

TWO = """\
import requests


def pay(u):
    requests.get(u)


def ship(u):
    requests.post(u)  # nonevent: ignore[call-without-timeout] until 2999-01-31 a sidecar
"""
THIRD = "\n\ndef bill(u):\n    requests.put(u)\n"


@pytest.fixture(autouse=True)
def at_a_desk(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("GITHUB_ACTIONS", "TF_BUILD"):
        monkeypatch.delenv(name, raising=False)


@pytest.fixture
def project(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    (tmp_path / "pay.py").write_text(TWO)
    monkeypatch.chdir(tmp_path)
    return tmp_path


def results(*arguments: str) -> list[dict[str, Any]]:
    entry.main(["check", "--quiet", "--output", "sarif:out.sarif", *arguments])
    (run,) = json.loads(Path("out.sarif").read_text())["runs"]
    return list(run["results"])


def told(found: list[dict[str, Any]]) -> list[tuple[int, str | None, list[tuple[Any, ...]]]]:
    """Return line, state and suppressions of each result."""
    return [
        (
            one["locations"][0]["physicalLocation"]["region"]["startLine"],
            one.get("baselineState"),
            [
                (each["kind"], each["justification"], each.get("properties", {}))
                for each in one.get("suppressions", ())
            ],
        )
        for one in found
    ]


SIDECAR = [("inSource", "a sidecar", {"until": "2999-01-31"})]


@pytest.mark.usefixtures("project")
def test_what_a_comment_suppresses_is_on_record_with_its_place() -> None:
    found = results()
    place = found[1]["suppressions"][0]["location"]["physicalLocation"]

    assert told(found) == [(5, None, []), (9, None, SIDECAR)]
    assert place["region"]["startLine"] == 9
    assert place["region"]["snippet"]["text"].startswith("# nonevent: ignore[")
    assert "primaryLocationLineHash" in found[1]["partialFingerprints"]


def test_what_the_baseline_accepts_was_there_before(project: Path) -> None:
    accepting = ("--reason", "old", "--owner", "ann", "--until", "2999-06-30")
    entry.main(["baseline", "create", *accepting])
    (project / "pay.py").write_text(TWO + THIRD)

    assert told(results()) == [
        (5, "unchanged", [("external", "old", {"owner": "ann", "until": "2999-06-30"})]),
        (9, "new", SIDECAR),
        (13, "new", []),
    ]


def test_what_was_accepted_until_yesterday_is_open_and_was_there_before(project: Path) -> None:
    entry.main(["baseline", "create", "--until", "2999-06-30"])
    path = project / "nonevent-baseline.json"
    path.write_text(path.read_text().replace("2999-06-30", "2020-06-30"))

    assert told(results()) == [(5, "unchanged", []), (9, "new", SIDECAR)]


@pytest.mark.usefixtures("project")
def test_the_exit_code_is_of_what_is_open() -> None:
    entry.main(["baseline", "create"])

    assert entry.main(["check", "--quiet", "--output", "sarif:out.sarif"]) == 0


def test_of_a_change_only_its_own_suppressions_are_told(project: Path) -> None:
    git = ("git", "-c", "user.name=a", "-c", "user.email=a@example.org")
    subprocess.run([*git, "init", "-q", "-b", "main"], check=True)
    subprocess.run([*git, "add", "pay.py"], check=True)
    subprocess.run([*git, "commit", "-q", "-m", "one"], check=True)
    more = THIRD.replace("put(u)", "put(u)  # nonevent: ignore[call-without-timeout] so it is")
    (project / "pay.py").write_text(TWO + more)

    assert told(results("--diff", "HEAD")) == [(13, "new", [("inSource", "so it is", {})])]


@pytest.mark.usefixtures("project")
def test_in_a_job_of_github_the_record_is_what_github_reads(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("GITHUB_ACTIONS", "true")

    assert told(results()) == [(5, None, [])]


@pytest.mark.usefixtures("project")
def test_a_record_for_azure_is_refused_elsewhere(capfd: pytest.CaptureFixture[str]) -> None:
    code = entry.main(["check", "--output", "sarif-azure"])

    assert code == 2
    assert "is for a build of Azure Pipelines" in capfd.readouterr().err


def test_each_frame_of_a_way_shows_its_line(project: Path) -> None:
    (project / "pay.py").write_text(
        "CARTS = {}\n\n\ndef put(key):\n    CARTS[key] = 1\n\n\ndef keep(key):\n    put(key)\n"
    )
    (project / "views.py").write_text(
        "from flask import Flask\n\nfrom between import hand_on\n\napp = Flask(__name__)\n\n\n"
        "@app.post('/<key>')\ndef add(key):\n    hand_on(key)\n"
    )
    (project / "between.py").write_text(
        "from pay import keep\n\n\ndef hand_on(key):\n    keep(key)\n"
    )
    (found,) = results()
    frames = [
        (
            one["location"]["physicalLocation"]["artifactLocation"]["uri"],
            one["location"]["physicalLocation"]["region"]["snippet"]["text"],
            one["nestingLevel"],
        )
        for one in found["codeFlows"][0]["threadFlows"][0]["locations"]
    ]

    assert frames == [
        ("pay.py", "CARTS", 0),
        ("views.py", "add", 0),
        ("between.py", "hand_on", 1),
        ("pay.py", "keep", 2),
        ("pay.py", "put", 3),
        ("pay.py", "CARTS[key]", 3),
    ]
