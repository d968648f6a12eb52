"""Runs that are killed, and runs that meet: nothing that was accepted is lost.

`NONEVENT_KILLS=100 pytest tests/risk/test_kills.py` kills a hundred times.
"""

import os
import random
import signal
import sqlite3
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import pytest

from nonevent.risk.history import open_history
from nonevent.risk.miner import mine

pytestmark = pytest.mark.slow

KILLS = int(os.environ.get("NONEVENT_KILLS", "8"))
CHANGES = 2500
ROWS = 4000
LONGEST = 5.0  # seconds until a run is killed


def grow(shop: Any) -> None:
    """Let a long history grow at once: files of chance, fixes and reverts."""
    chance = random.Random(5)  # noqa: S311 - no secret
    files: dict[str, list[str]] = {}
    stream = []
    for number in range(CHANGES):
        path = f"shop/part_{chance.randint(0, 40)}.py"
        lines = files.setdefault(path, [])
        at = chance.randint(0, len(lines))
        lines[at : at + chance.randint(0, 3)] = [f"v_{number}_{n} = {n}\n" for n in range(3)]
        title = f"{chance.choice(['Add', 'Fix'])} part {number} (#{number})"
        if number and not number % 15:
            title = f'Revert "Add part {number - 3} (#{number - 3})" (#{number})'
        text = "".join(lines)
        person = f"{chance.choice('ABC')} <a@example.org> {shop.time + number * 20000} +0000"
        stream += [
            f"commit refs/heads/main\ncommitter {person}\ndata {len(title)}\n{title}\n",
            f"M 100644 inline {path}\ndata {len(text)}\n{text}\n",
        ]
    subprocess.run(
        ["git", "fast-import", "--quiet"], cwd=shop.root, input="".join(stream).encode(), check=True
    )


def log(folder: Path, shas: list[str]) -> str:
    path = folder / "deploys.csv"
    rows = (
        f"{shas[n % len(shas)]},{1_700_000_000 + n * 3600},{'ok' if n % 9 else 'failed'}\n"
        for n in range(ROWS)
    )
    path.write_text("sha,deployed_at,outcome\n" + "".join(rows))
    return str(path)


def start(*arguments: str) -> "subprocess.Popen[bytes]":
    command = [sys.executable, "-m", "nonevent", "history", *arguments]
    return subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE)


def held(store: str) -> tuple[set[tuple[Any, ...]], int]:
    """Return what a store holds, after a look at whether it is whole."""
    connection = sqlite3.connect(store)
    try:
        assert connection.execute("PRAGMA integrity_check").fetchone() == ("ok",)
        tables = {name for (name,) in connection.execute("SELECT name FROM sqlite_master")}
        if "change" not in tables:  # killed before the first word
            return set(), 0
        rows = set(connection.execute("SELECT number, sha, title, features FROM change"))
        return rows, connection.execute("SELECT count(*) FROM deploy").fetchone()[0]
    finally:
        connection.close()


@pytest.fixture
def mined(shop: Any, tmp_path: Path) -> tuple[str, set[tuple[Any, ...]], list[str]]:
    """Return a repository, what a run that nobody kills finds in it, and its commits."""
    grow(shop)
    file = str(tmp_path / "calm.sqlite3")
    with open_history(file) as history:
        mine(str(shop.root), history)
        shas = [change.sha for change in history.changes()]
    return str(shop.root), held(file)[0], shas


def test_what_was_accepted_outlives_being_killed(
    mined: tuple[str, set[tuple[Any, ...]], list[str]], tmp_path: Path
) -> None:
    root, calm, shas = mined
    deploys = log(tmp_path, shas)
    chance = random.Random(time.time_ns())  # noqa: S311 - no secret
    killed, epoch, seen = 0, 0, (set[tuple[Any, ...]](), 0)
    store = str(tmp_path / "kept-0.sqlite3")
    while killed < KILLS:
        common = ("--store", store)
        runs = [
            start("mine", root, *common, "--quiet"),
            start("import", deploys, *common, "--repository", root),
        ]
        time.sleep(chance.uniform(0, LONGEST))
        for run in runs:
            if run.poll() is None:
                run.send_signal(signal.SIGKILL)
                killed += 1
            else:
                assert run.stderr is not None
                assert (run.returncode, run.stderr.read()) == (0, b"")
            run.communicate()
        now = held(store) if os.path.exists(store) else (set[tuple[Any, ...]](), 0)
        assert seen[0] <= now[0] <= calm
        assert now[1] in {seen[1], ROWS}
        seen = now
        if now == (calm, ROWS):
            epoch, seen = epoch + 1, (set(), 0)
            store = str(tmp_path / f"kept-{epoch}.sqlite3")
    for arguments in (("mine", root, "--quiet"), ("import", deploys, "--repository", root)):
        last = start(*arguments, "--store", store)
        assert (last.communicate()[1], last.returncode) == (b"", 0)

    assert held(store) == (calm, ROWS)


def test_three_at_once_lose_nothing(
    mined: tuple[str, set[tuple[Any, ...]], list[str]], tmp_path: Path
) -> None:
    root, calm, shas = mined
    store = str(tmp_path / "kept.sqlite3")
    common = ("--store", store)
    runs = [
        start("mine", root, *common, "--quiet"),
        start("mine", root, *common, "--quiet"),
        start("import", log(tmp_path, shas), *common, "--repository", root),
    ]
    ends = [(run.communicate()[1], run.returncode) for run in runs]

    assert ends == [(b"", 0)] * 3
    assert held(store) == (calm, ROWS)
