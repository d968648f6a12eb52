"""Every command that the documentation shows is run, in the order of its page, on the demo shop.

What cannot run here stands below with the reason; an entry that no page needs any more is a fault.
"""

import os
import re
import shutil
import subprocess
import sys
import sysconfig
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
PAGES = sorted([ROOT / "README.md", ROOT / "CONTRIBUTING.md", *ROOT.glob("docs/*.md")])
FENCE = re.compile(r"^(```+)(\w+)(?: path=(\S+))?[^\n]*\n(.*?)^\1$", re.MULTILINE | re.DOTALL)
# Start of a command → why it is not run here.
NOT_RUN = {
    "pip install . && python fixtures/shop/build.py": "test_docs.py runs what follows the install",
    "pip install -e '.[dev]' && pytest": "the command that runs these tests",
    "python -m venv .venv": "the command that runs these tests",
    "pip install 'nonevent[lsp]'": "on no package index yet",
    "pip install 'nonevent[prove]'": "on no package index yet",
    "nonevent check --watch": "runs until it is interrupted; test_watching.py does that",
    "pytest tests/test_pages.py": "among these tests",
    "python docs/build.py": "CI runs it",
    "docker ": "needs Docker and a registry",
    "gh ": "asks GitHub",
    "for id in $(jq": "asks GitHub",
    "nonevent prove migrations --database-url": "needs a server; tests/schema has one",
    "nonevent history import --from": "needs a server",
    "nonevent history mine --engine dask": "needs a cluster; tests/risk has one",
}
# Measurements need the clones that their label files name: they are asked for their options.
MEASURED = re.compile(r"python (?:-m (tests\.accuracy\.\w+)|(tests/accuracy/\w+\.py)) ")
# Start of a command → words with which it refuses a shop that is eleven changes old.
REFUSED = {
    "nonevent evaluate": "the history holds no changes to learn from",
    "nonevent train": "the history holds no changes to learn from",
}


def commands(page: Path) -> list[str]:
    """Return the commands of a page, each on one line or, in a console, on several."""
    found: list[str] = []
    for _, language, path, text in FENCE.findall(page.read_text(encoding="utf-8")):
        if path or language not in {"sh", "console"}:
            continue
        for line in text.splitlines():
            if language == "sh":
                found.append(line)
            elif line.startswith("$ "):
                found.append(line[2:])
            elif line.startswith("> "):
                found[-1] += f"\n{line[2:]}"
    return [each for each in found if each.strip()]


def of(command: str, table: dict[str, str]) -> str:
    return next((start for start in table if command.startswith(start)), "")


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return the demo shop: release 1.0 on main, 1.1 on a branch, and something staged."""
    folder = tmp_path_factory.mktemp("built") / "shop"
    script = str(ROOT / "fixtures" / "shop" / "build.py")
    subprocess.run([sys.executable, script, str(folder)], check=True)
    for line in (
        "git checkout --quiet -b feature",
        "git branch --quiet --force main v1.0",
        "git update-ref refs/remotes/origin/main v1.0 && git tag v4.2 v1.0",
        "git diff v1.0 v1.1 > change.diff",
        "echo 'SELECT 1;' > migrations/V9__nothing.sql",
        "echo 'import requests' > staged.py && git add staged.py",
        "git clone --quiet . ada/shop && git clone --quiet . ada/stock",
    ):
        subprocess.run(["bash", "-ec", line], cwd=folder, check=True)
    commit = subprocess.run(
        ["git", "rev-parse", "v1.1"], cwd=folder, capture_output=True, text=True, check=True
    ).stdout.strip()
    deploys = (
        f"sha,deployed_at,outcome\n{commit},2026-09-01T10:00:00Z,failed\n{commit},yesterday,ok\n"
    )
    (folder / "deploys.csv").write_text(deploys)
    dumped = f'[{{"id": 1, "sha": "{commit}", "environment": "production", "created_at": "{{}}"}}]'
    (folder / "deployments.json").write_text(dumped.replace("{}", "2026-09-01T10:00:00Z"))
    (folder / "statuses.json").write_text(
        '[{"state": "failure", "created_at": "2026-09-01T10:05:00Z",'
        ' "deployment_url": "https://api.github.com/repos/shop/shop/deployments/1"}]'
    )
    return folder


def work(page: Path, built: Path, folder: Path) -> Path:
    """Return a scratch copy of the shop, or of the migrations that the page itself shows."""
    blocks = FENCE.findall(page.read_text(encoding="utf-8"))
    shown = {path: text for _, language, path, text in blocks if path and language == "sql"}
    if not shown:
        return Path(shutil.copytree(built, folder / "shop", symlinks=True))
    for path, text in shown.items():
        (folder / path).parent.mkdir(parents=True, exist_ok=True)
        (folder / path).write_text(text)
    return folder


def run(command: str, folder: Path) -> tuple[int, str]:
    environment = {key: value for key, value in os.environ.items() if not key.startswith("GIT_")}
    environment["PATH"] = f"{sysconfig.get_path('scripts')}{os.pathsep}{os.environ['PATH']}"
    # what a build server says, for --diff auto
    environment |= {
        "JENKINS_URL": "https://ci.example/",
        "CHANGE_TARGET": "main",
        "LC_ALL": "C.UTF-8",
    }
    done = subprocess.run(
        ["bash", "-c", command],
        cwd=folder,
        env=environment,
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        check=False,
    )
    return done.returncode, done.stdout + done.stderr


def options(command: str) -> Iterator[str]:
    return (word.partition("=")[0] for word in command.split() if word.startswith("--"))


@pytest.mark.slow
@pytest.mark.parametrize("page", PAGES, ids=lambda page: str(page.relative_to(ROOT)))
def test_the_commands_of_a_page_run(page: Path, built: Path, tmp_path: Path) -> None:
    folder = None
    for command in commands(page):
        if of(command, NOT_RUN):
            continue
        if measured := MEASURED.match(command):
            module = ["-m", measured[1]] if measured[1] else [measured[2]]
            code, said = run(" ".join([sys.executable, *module, "--help"]), ROOT)
            assert (code, [each for each in options(command) if each not in said]) == (0, [])
            continue
        folder = folder or work(page, built, tmp_path)
        code, said = run(command.partition(" | ")[0], folder)
        if start := of(command, REFUSED):
            assert (code, REFUSED[start] in said) == (2, True), said
        else:
            assert code in {0, 1}, f"{command}\n{said}"
        assert "Traceback" not in said


def test_what_is_not_run_is_still_shown() -> None:
    shown = [command for page in PAGES for command in commands(page)]

    assert {of(each, NOT_RUN) for each in shown} - {""} == NOT_RUN.keys()
    assert {of(each, REFUSED) for each in shown} - {""} == REFUSED.keys()
    assert len(shown) > len(NOT_RUN) * 2
