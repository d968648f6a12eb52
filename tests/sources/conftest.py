"""Real repositories, built by the git program, away from the settings of whoever runs this."""

import os
import subprocess
from collections.abc import Callable
from pathlib import Path
from typing import NamedTuple

import pytest

from nonevent.change import Change, Content


class Repository(NamedTuple):
    root: Path

    def git(self, *arguments: str, stdin: bytes = b"") -> str:
        finished = subprocess.run(
            ["git", *arguments], cwd=self.root, input=stdin, capture_output=True, check=True
        )
        return finished.stdout.decode("utf-8", "surrogateescape").strip()

    def write(self, **files: str) -> None:
        """Write files; `__` in a name is a slash, the last `_` before the ending a dot."""
        for name, text in files.items():
            stem, _, ending = name.replace("__", "/").rpartition("_")
            self.put(f"{stem}.{ending}", text.encode())

    def put(self, path: str, data: bytes) -> Path:
        full = self.root / path
        full.parent.mkdir(parents=True, exist_ok=True)
        full.write_bytes(data)
        return full

    def commit(self, message: str = "change", **files: str) -> str:
        """Write files, commit everything, return the full id."""
        self.write(**files)
        self.git("add", "--all")
        self.git("commit", "--quiet", "--allow-empty", "--message", message)
        return self.git("rev-parse", "HEAD")


@pytest.fixture(autouse=True)
def alone(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Take away every setting of git that the environment brings."""
    for name in [name for name in os.environ if name.startswith("GIT_")]:
        monkeypatch.delenv(name)
    home = tmp_path / "home"
    home.mkdir()
    settings = {
        "HOME": str(home),
        "XDG_CONFIG_HOME": str(home),
        "GIT_CONFIG_GLOBAL": os.devnull,
        "GIT_CONFIG_NOSYSTEM": "1",
        "GIT_AUTHOR_NAME": "Ada",
        "GIT_AUTHOR_EMAIL": "ada@example.org",
        "GIT_COMMITTER_NAME": "Ada",
        "GIT_COMMITTER_EMAIL": "ada@example.org",
    }
    for name, value in settings.items():
        monkeypatch.setenv(name, value)


@pytest.fixture
def repository(tmp_path: Path) -> Repository:
    root = tmp_path / "shop"
    root.mkdir()
    made = Repository(root)
    made.git("init", "--quiet", "--initial-branch=main")
    return made


def text_of(content: Content | None) -> str | None:
    return None if content is None else content().decode()


@pytest.fixture
def wanted() -> Callable[[str], bool]:
    return lambda path: path.endswith((".py", ".sql"))


@pytest.fixture
def seen() -> Callable[[Change], dict[str, tuple[str | None, str | None, str]]]:
    """Return what a change says: path → before, after, old path."""
    return lambda change: {
        file.path: (text_of(file.before), text_of(file.after), file.old_path)
        for file in change.files
    }
