"""Severities and overrides: what a project wants otherwise, and what is said of wrong ones."""

import json
from pathlib import Path

import pytest

from nonevent import entry
from nonevent.config import load
from nonevent.error import UserError
from nonevent.finding import Severity
from nonevent.packs import load as installed
from nonevent.policy import Override, Policy, resolved

CALL = "import requests\n\n\ndef pay(u):\n    requests.get(u)\n    requests.get(u, timeout=None)\n"


@pytest.fixture
def project(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    for folder in ("shop", "legacy"):
        (tmp_path / folder).mkdir()
        (tmp_path / folder / "pay.py").write_text(CALL)
    monkeypatch.chdir(tmp_path)
    return tmp_path


def found(capfd: pytest.CaptureFixture[str], *arguments: str) -> list[tuple[str, str, str]]:
    capfd.readouterr()
    entry.main(["check", "--output", "json", *arguments])
    listed = json.loads(capfd.readouterr().out)["findings"]
    return [(one["path"], one["rule"], one["severity"]) for one in listed]


def refusal(folder: Path, text: str) -> str:
    (folder / "nonevent.toml").write_text(text)
    with pytest.raises(UserError) as caught:
        load(str(folder))
    return str(caught.value)


def test_a_severity_of_ones_own_counts_for_the_exit_code(
    project: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    (project / "nonevent.toml").write_text(
        "[severity]\ntimeouts = 'note'\n'unbounded-timeout' = 'error'\n"
    )

    assert found(capfd, "shop") == [
        ("shop/pay.py", "call-without-timeout", "note"),
        ("shop/pay.py", "unbounded-timeout", "error"),
    ]
    assert entry.main(["check", "--select", "call-without-timeout"]) == 0


def test_an_override_speaks_of_its_paths_and_the_last_one_decides(
    project: Path, capfd: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    (project / "nonevent.toml").write_text(
        "[[overrides]]\npaths = ['legacy/']\nignore = ['unbounded-timeout']\n"
        "severity = {timeouts = 'note'}\n"
        "[[overrides]]\npaths = ['*/pay.py']\nseverity = {timeouts = 'error'}\n"
    )
    expected = [
        ("legacy/pay.py", "call-without-timeout", "error"),
        ("shop/pay.py", "call-without-timeout", "error"),
        ("shop/pay.py", "unbounded-timeout", "error"),
    ]

    assert found(capfd) == expected
    monkeypatch.chdir(project / "legacy")
    assert found(capfd) == [("pay.py", "call-without-timeout", "error")]


def test_settings_stand_in_pyproject_as_well(
    project: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    (project / "pyproject.toml").write_text(
        "[tool.nonevent.severity]\ntimeouts = 'note'\n"
        "[[tool.nonevent.overrides]]\npaths = ['legacy/']\nignore = ['timeouts']\n"
    )

    assert {severity for _, _, severity in found(capfd)} == {"note"}
    assert {path for path, _, _ in found(capfd)} == {"shop/pay.py"}


def test_a_rule_goes_before_its_family() -> None:
    severity = {"unbounded-timeout": Severity.ERROR, "timeouts": Severity.NOTE}
    policy = Policy(severity, (Override(("a",), ("files",)),))

    read = resolved(policy, installed().named)

    assert read.severity["unbounded-timeout"] is Severity.ERROR
    assert read.severity["call-without-timeout"] is Severity.NOTE
    assert "local-file-write" in read.overrides[0].ignore


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("selekt = []", "nonevent.toml: unknown key 'selekt'; nearest: 'select'"),
        ("overides = []", "nonevent.toml: unknown key 'overides'; nearest: 'overrides'"),
        ("severity = 'error'", "nonevent.toml: severity is a table of rules and severities"),
        ("[severity]\na = 'eror'", "nonevent.toml: severity of 'a' is not 'eror'; nearest: "),
        ("[severity]\na = 1", "nonevent.toml: severity of 'a' is not 1, but error or warning"),
        ("overrides = 1", "nonevent.toml: overrides is a list of tables, not an integer"),
        ("[[overrides]]\nignore = []", "nonevent.toml: overrides 1 names no paths"),
        ("[[overrides]]\npath = ['a']", "nonevent.toml: overrides 1: unknown key 'path'; nearest"),
        ("[[overrides]]\npaths = 'a'", "nonevent.toml: overrides 1: paths is a list of strings"),
        ("a = 1\n!", "nonevent.toml:2: "),
    ],
)
def test_wrong_settings_are_refused(text: str, said: str, tmp_path: Path) -> None:
    assert refusal(tmp_path, text).startswith(said)


def test_two_files_of_settings_are_refused(tmp_path: Path) -> None:
    (tmp_path / "pyproject.toml").write_text("[tool.nonevent]\n")

    assert refusal(tmp_path, "") == (
        "nonevent.toml and pyproject.toml both hold settings: keep one of them"
    )


def test_a_rule_that_is_none_is_refused(project: Path, capfd: pytest.CaptureFixture[str]) -> None:
    (project / "nonevent.toml").write_text("[severity]\ntimeout = 'note'\n")

    assert entry.main(["check"]) == 2
    assert "severity: no rule or family 'timeout'; nearest: 'timeouts'" in capfd.readouterr().err


def test_the_nearest_file_counts(project: Path, capfd: pytest.CaptureFixture[str]) -> None:
    (project / "nonevent.toml").write_text("ignore = ['timeouts']\n")
    (project / "legacy" / "nonevent.toml").write_text("")

    assert found(capfd) == []
    assert load(str(project / "legacy")).root == str(project / "legacy")
    assert found(capfd, "--config", "legacy/nonevent.toml") != []
