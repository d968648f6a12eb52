"""A small shop with a history: releases that are tagged, at times that are told."""

import os
import subprocess
from pathlib import Path

import pytest

DAY = 86_400
START = 1_767_225_600  # 2026-01-01

APP = """\
import flask
import requests

app = flask.Flask(__name__)
CARTS = {}


@app.post("/cart")
def put():
    CARTS[1] = 2
    return "ok"
"""
CALL = """

@app.get("/price")
def price():
    return requests.get("https://prices.example").text
"""


class Repository:
    """Commits are made at times that are told, not taken from the clock."""

    def __init__(self, root: Path) -> None:
        self.root = root
        self.time = START
        root.mkdir(parents=True, exist_ok=True)
        self.git("init", "--quiet", "--initial-branch=main")

    def git(self, *arguments: str) -> str:
        stamp = f"{self.time} +0000"
        told = {
            "GIT_CONFIG_GLOBAL": os.devnull,
            "GIT_CONFIG_NOSYSTEM": "1",
            "GIT_AUTHOR_DATE": stamp,
            "GIT_COMMITTER_DATE": stamp,
            "GIT_AUTHOR_NAME": "Ada",
            "GIT_AUTHOR_EMAIL": "ada@example.org",
            "GIT_COMMITTER_NAME": "Ada",
            "GIT_COMMITTER_EMAIL": "ada@example.org",
        }
        done = subprocess.run(
            ["git", *arguments],
            cwd=self.root,
            env={**os.environ, **told},
            capture_output=True,
            check=True,
            text=True,
        )
        return done.stdout.strip()

    def commit(self, files: dict[str, str], tag: str = "", days: float = 20) -> str:
        """Write the files, commit `days` after the last, tag it, and return the id."""
        self.time += int(days * DAY)
        for path, text in files.items():
            full = self.root / path
            full.parent.mkdir(parents=True, exist_ok=True)
            full.write_text(text)
        self.git("add", "--all")
        self.git("commit", "--quiet", "--allow-empty", "--message", f"Release {tag or 'nothing'}")
        if tag:
            self.git("tag", "--annotate", "--message", tag, tag)
        return self.git("rev-parse", "HEAD")


@pytest.fixture
def shop(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Repository:
    """Return a shop that has gone from one container to two findings and back."""
    made = Repository(tmp_path / "shop")
    made.commit({"web/app.py": APP, "web/util.py": "X = 1\n"}, "v1.0")
    made.commit({"web/app.py": APP + CALL}, "v1.1")
    made.commit({"README": "try"}, "v2.0-rc1")
    made.commit({"web/app.py": CALL.replace("@app", "import requests\n#")}, "v2.0")
    made.commit({"web/app.py": "X = 1\n"})
    monkeypatch.chdir(made.root)
    return made
