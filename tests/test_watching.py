"""`check --watch` as a process: it checks again when a file changes, and ends by Ctrl-C."""

import os
import re
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from typing import IO

import pytest

from nonevent.error import UserError
from nonevent.options import complete

FAULT = "import requests\n\n\ndef load(url):\n    return requests.get(url)\n"
SOUND = FAULT.replace("(url)\n", "(url, timeout=5)\n")
LATER = 20.0  # seconds until what does not come is missing
FOUND = "1 finding (1 warning) in {} file"
NONE = "No findings in {} file"


@pytest.fixture
def shop(tmp_path: Path) -> Path:
    folder = tmp_path / "shop"
    folder.mkdir()
    (folder / "load.py").write_text(FAULT)
    return folder


class Watch:
    """A process that watches a folder; its two streams go to one file."""

    def __init__(self, folder: Path, out: Path, *arguments: str) -> None:
        self.out = out
        self._stream: IO[bytes] = out.open("wb")
        self.process = subprocess.Popen(
            [sys.executable, "-m", "nonevent", "check", "--watch", *arguments],
            cwd=folder,
            stdout=self._stream,
            stderr=subprocess.STDOUT,
        )

    def text(self) -> str:
        return self.out.read_text()

    def until(self, *lines: str) -> str:
        """Return what was written once it holds these texts, one after the other."""
        pattern = re.compile(".*?".join(map(re.escape, lines)), re.DOTALL)
        end = time.monotonic() + LATER
        while not pattern.search(self.text()):
            assert time.monotonic() < end, self.text()
            assert self.process.poll() is None, self.text()
            time.sleep(0.05)
        return self.text()

    def interrupt(self) -> int:
        self.process.send_signal(signal.SIGINT)
        return self.process.wait(LATER)

    def end(self) -> None:
        if self.process.poll() is None:
            self.process.kill()
            self.process.wait()
        self._stream.close()


@pytest.fixture
def watches() -> Iterator[list[Watch]]:
    started: list[Watch] = []
    yield started
    for watch in started:
        watch.end()


@pytest.mark.slow
def test_it_checks_again_when_a_file_changes_comes_or_goes(
    shop: Path, tmp_path: Path, watches: list[Watch]
) -> None:
    watch = Watch(shop, tmp_path / "out", "--output", "concise")
    watches.append(watch)
    watch.until(FOUND.format(1), "Watching 1 file; Ctrl-C ends it.\n")

    (shop / "load.py").write_text(SOUND)
    watch.until("Changed: load.py.\n", NONE.format(1), "Watching")
    (shop / "deep" / "er").mkdir(parents=True)
    (shop / "deep" / "er" / "more.py").write_text(FAULT)
    watch.until("Changed: deep/er/more.py.\n", FOUND.format(2), "Watching 2 files")
    (shop / "load.py").unlink()
    watch.until("Changed: load.py.\n", "Changed: load.py.\n", FOUND.format(1), "Watching 1 file;")
    code = watch.interrupt()

    assert code == 130
    assert "\x1b" not in watch.text()
    assert "Traceback" not in watch.text()


@pytest.mark.slow
def test_settings_that_are_wrong_for_a_while_do_not_end_it(
    shop: Path, tmp_path: Path, watches: list[Watch]
) -> None:
    watch = Watch(shop, tmp_path / "out", "--output", "concise")
    watches.append(watch)
    watch.until(FOUND.format(1), "Watching")

    settings = shop / "nonevent.toml"
    settings.write_text('ignore = ["timeout"]\n')
    watch.until("Error: ignore: no rule or family 'timeout'", "Watching")
    settings.write_text('ignore = ["timeouts"]\n')

    watch.until("Changed: nonevent.toml.\n", NONE.format(1))


@pytest.mark.slow
def test_what_it_writes_itself_is_no_change(
    shop: Path, tmp_path: Path, watches: list[Watch]
) -> None:
    (shop / "changelog.json").write_text("{}")
    watch = Watch(shop, tmp_path / "out", "--output", "json:changelog.json", "--output", "concise")
    watches.append(watch)
    watch.until(FOUND.format(2), "Watching")
    time.sleep(2)

    assert watch.text().count("Watching") == 1


@pytest.mark.slow
def test_quiet_leaves_the_reports_alone(shop: Path, tmp_path: Path, watches: list[Watch]) -> None:
    watch = Watch(shop, tmp_path / "out", "--output", "concise", "--quiet")
    watches.append(watch)
    watch.until(FOUND.format(1))

    time.sleep(1)
    (shop / "load.py").write_text(SOUND)
    text = watch.until(FOUND.format(1), NONE.format(1))

    assert len(text.splitlines()) == 3


@pytest.mark.slow
def test_with_a_base_it_watches_the_project_and_its_index(
    shop: Path, tmp_path: Path, watches: list[Watch]
) -> None:
    def git(*words: str) -> None:
        who = ("-c", "user.name=a", "-c", "user.email=a@b")
        subprocess.run(["git", *who, *words], cwd=shop, check=True, capture_output=True)

    git("init", "-q", "-b", "main")
    git("add", ".")
    git("commit", "-qm", "Load")
    watch = Watch(shop, tmp_path / "out", "--staged", "--output", "concise")
    watches.append(watch)
    watch.until("No findings in 0 files", "Watching")

    (shop / "more.py").write_text(FAULT)
    git("add", ".")

    watch.until("No findings in 0 files", FOUND.format(1))


@pytest.mark.slow
def test_on_a_terminal_each_run_has_the_screen_to_itself(shop: Path) -> None:
    pty = pytest.importorskip("pty", reason="this system has no pseudo-terminals")
    ours, theirs = pty.openpty()
    with subprocess.Popen(
        [sys.executable, "-m", "nonevent", "check", "--watch", "--output", "concise"],
        cwd=shop,
        env={**os.environ, "TERM": "xterm", "NO_COLOR": "1"},
        stdout=theirs,
        stderr=subprocess.DEVNULL,
    ) as process:
        os.close(theirs)
        shown = b""
        while b"finding" not in shown:
            shown += os.read(ours, 65536)
        process.send_signal(signal.SIGINT)
        process.wait(60)
    os.close(ours)

    assert shown.startswith(b"\x1b[2J\x1b[3J\x1b[H")
    assert shown.count(b"\x1b") == 3
    assert process.returncode == 130


@pytest.mark.parametrize(
    ("given", "said"),
    [
        pytest.param({"fix": True}, "--watch and --fix exclude each other", id="--fix"),
        pytest.param({"patch": "-"}, "--watch reads a patch again", id="a patch from a pipe"),
        pytest.param({"diff": "a..b"}, "--diff a..b compares commits", id="two commits"),
    ],
)
def test_what_cannot_change_is_not_watched(given: dict[str, bool | str], said: str) -> None:
    with pytest.raises(UserError, match=re.escape(said)):
        complete({**given, "watch": True}, {})
