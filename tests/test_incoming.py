"""Which part of a change a run is about."""

import json
import subprocess
from pathlib import Path

import pytest

from nonevent import entry

CALL = "import requests\n\nrequests.get('https://a.example')\n"


def git(folder: Path, *arguments: str) -> None:
    said = ["git", "-c", "user.name=a", "-c", "user.email=a@b.example", *arguments]
    subprocess.run(said, cwd=folder, capture_output=True, check=True)


@pytest.fixture
def project(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    git(tmp_path, "init", "--quiet", "--initial-branch=main")
    (tmp_path / "gone.py").write_text("X = 1\n")
    git(tmp_path, "add", ".")
    git(tmp_path, "commit", "--quiet", "--message=first")
    git(tmp_path, "rm", "--quiet", "gone.py")
    for name in ("shop", "web"):
        (tmp_path / name).mkdir()
        (tmp_path / name / "a.py").write_text(CALL)
    git(tmp_path, "add", ".")
    git(tmp_path, "commit", "--quiet", "--message=second")
    monkeypatch.chdir(tmp_path)
    return tmp_path


def found(capfd: pytest.CaptureFixture[str], *arguments: str) -> set[str]:
    capfd.readouterr()
    assert entry.main(["check", "--output", "json", *arguments]) in {0, 1}
    return {one["path"] for one in json.loads(capfd.readouterr().out)["findings"]}


@pytest.mark.usefixtures("project")
@pytest.mark.parametrize("change", ["HEAD~1..HEAD", "HEAD~1"])
@pytest.mark.parametrize(
    ("paths", "expected"),
    [
        ((), {"shop/a.py", "web/a.py"}),
        (("shop",), {"shop/a.py"}),
        (("./shop/a.py",), {"shop/a.py"}),
        (("shop", "web/"), {"shop/a.py", "web/a.py"}),
        (("sho.",), None),
        (("gone.py",), set()),
    ],
)
def test_paths_leave_out_the_rest_of_a_change(
    change: str,
    paths: tuple[str, ...],
    expected: set[str] | None,
    capfd: pytest.CaptureFixture[str],
) -> None:
    if expected is None:
        assert entry.main(["check", "--diff", change, *paths]) == 2
        assert "no such file or directory: 'sho.'; nearest: 'shop'" in capfd.readouterr().err
    else:
        assert found(capfd, "--diff", change, *paths) == expected


def test_paths_are_meant_in_the_working_directory(
    project: Path, capfd: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(project / "shop")

    assert found(capfd, "--diff", "HEAD~1", "a.py") == {"shop/a.py"}
    assert found(capfd, "--diff", "HEAD~1") == {"shop/a.py", "web/a.py"}
