"""Small histories, made by the git program: who did what when is told, not taken from the clock."""

import os
import subprocess
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from nonevent.risk.history import History, open_history

DAY = 86_400
START = 1_700_000_000  # 2023-11-14


class Shop:
    """A repository whose commits are made at times that are told."""

    def __init__(self, root: Path) -> None:
        self.root = root
        self.time = START
        root.mkdir(exist_ok=True)
        self.git("init", "--quiet", "--initial-branch=main")

    def git(self, *arguments: str, check: bool = True) -> str:
        stamp = f"{self.time} +0000"
        environment = {
            **os.environ,
            "GIT_CONFIG_GLOBAL": os.devnull,
            "GIT_CONFIG_NOSYSTEM": "1",
            "GIT_AUTHOR_DATE": stamp,
            "GIT_COMMITTER_DATE": stamp,
            "GIT_AUTHOR_NAME": os.environ.get("WHO", "Ada"),
            "GIT_AUTHOR_EMAIL": "somebody@example.org",
            "GIT_COMMITTER_NAME": "Ada",
            "GIT_COMMITTER_EMAIL": "ada@example.org",
        }
        done = subprocess.run(
            ["git", *arguments], cwd=self.root, env=environment, capture_output=True, check=check
        )
        return done.stdout.decode("utf-8", "replace").strip()

    def commit(
        self,
        message: str,
        files: dict[str, str | bytes | None],
        *,
        days: float = 1.0,
        who: str = "Ada",
    ) -> str:
        """Write the files (None deletes one), commit `days` after the last, return the id."""
        self.time += int(days * DAY)
        for path, text in files.items():
            full = self.root / path
            full.parent.mkdir(parents=True, exist_ok=True)
            if text is None:
                full.unlink()
            else:
                full.write_bytes(text if isinstance(text, bytes) else text.encode())
        self.git("add", "--all")
        os.environ["WHO"] = who
        try:
            self.git("commit", "--quiet", "--allow-empty", "--message", message)
        finally:
            del os.environ["WHO"]
        return self.git("rev-parse", "HEAD")

    def merge(self, branch: str, message: str, *, days: float = 1.0) -> str:
        """Merge a branch into main and return the id of the merge."""
        self.time += int(days * DAY)
        self.git("checkout", "--quiet", "main")
        self.git("merge", "--quiet", "--no-ff", "--message", message, branch)
        return self.git("rev-parse", "HEAD")


@pytest.fixture
def shop(tmp_path: Path) -> Shop:
    return Shop(tmp_path / "shop")


@pytest.fixture
def file(tmp_path: Path) -> str:
    return str(tmp_path / "history.sqlite3")


@pytest.fixture
def opened(file: str) -> Iterator[Callable[[], History]]:
    """Open the history anew each time; all are closed at the end."""
    from contextlib import ExitStack

    with ExitStack() as stack:
        yield lambda: stack.enter_context(open_history(file))


def numbered(*numbers: int, start: int = 0) -> str:
    """Return a file of Python with a line for each number."""
    return "".join(f"price_{number} = {number + start}\n" for number in numbers)
