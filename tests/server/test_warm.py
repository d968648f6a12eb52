"""What a session keeps of the files changes no finding: it says what a fresh one would."""

import json
import random
import subprocess
import sys
from pathlib import Path

import pytest

pytest.importorskip("pygls", reason="pygls is not installed")

from nonevent.server.buffers import opened
from nonevent.server.project import Project, Result

HELD = "CARTS = {}\n\n\ndef fetch(url, timeout=None):\n    import requests\n\n"
HELD += "    return requests.get(url, timeout=timeout)\n"
USED = """\
from flask import Flask
from held import CARTS, fetch

app = Flask(__name__)


@app.post("/carts/<name>")
def put(name):
    CARTS[name] = fetch("https://stock")
    return ""
"""
LINES = ["import requests", "requests.get('x')", "CARTS = {}", "CARTS['x'] = 1", "# said", ""]


@pytest.fixture
def shop(tmp_path: Path) -> Path:
    (tmp_path / "held.py").write_text(HELD)
    for number in range(60):  # more than are read without choosing
        (tmp_path / f"used{number}.py").write_text(USED if number % 3 else f"x = {number}\n")
    return tmp_path


def found(result: Result) -> list[tuple[str, int, str, str]]:
    return sorted(
        (each.location.path, each.location.line, each.rule, each.fingerprint)
        for findings in result.findings.values()
        for each in findings
    )


def test_a_project_says_what_check_says(shop: Path) -> None:
    done = subprocess.run(
        [sys.executable, "-m", "nonevent", "check", "--no-cache", "--output", "json"],
        cwd=shop,
        capture_output=True,
        text=True,
        check=False,
    )
    said = json.loads(done.stdout)["findings"]

    assert found(Project(str(shop), {}).examine({})) == sorted(
        (each["path"], each["line"], each["rule"], each["fingerprint"]) for each in said
    )
    assert said


@pytest.mark.parametrize("seed", range(4))
def test_after_any_change_it_says_what_a_fresh_one_would(shop: Path, seed: int) -> None:
    dice = random.Random(seed)  # noqa: S311  # the same edits each time
    warm = Project(str(shop), {"no_cache": True})
    warm.examine({})
    for version in range(4):
        buffers = {}
        for path in ("held.py", *(f"used{dice.randrange(60)}.py" for _ in range(2))):
            lines = (shop / path).read_text().split("\n")
            lines.insert(dice.randrange(len(lines)), dice.choice(LINES))
            del lines[dice.randrange(len(lines))]
            buffers[path] = opened("\n".join(lines), version)

        fresh = Project(str(shop), {"no_cache": True}).examine(buffers)

        assert found(warm.examine(buffers)) == found(fresh)
