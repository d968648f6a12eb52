"""The program as it is started: streams, signals, and what it imports."""

import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path

import pytest

pytestmark = pytest.mark.slow

FAULT = "import requests\n\n\ndef load(url):\n    return requests.get(url)\n"


@pytest.fixture
def shop(tmp_path: Path) -> Path:
    folder = tmp_path / "shop"
    folder.mkdir()
    (folder / "load.py").write_text(FAULT)
    return folder


def places(text: str) -> set[tuple[str, int, str]]:
    return {(one["path"], one["line"], one["rule"]) for one in json.loads(text)["findings"]}


FOUND = {("load.py", 5, "call-without-timeout")}


def program(*arguments: str, folder: Path, **environment: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "nonevent", *arguments],
        cwd=folder,
        env={**os.environ, **environment},
        capture_output=True,
        text=True,
        check=False,
    )


def test_the_program_is_a_module(shop: Path) -> None:
    done = program("check", "--output", "json", folder=shop)

    assert (done.returncode, places(done.stdout)) == (1, FOUND)


def test_nothing_of_the_working_directory_is_run(shop: Path) -> None:
    trap = "raise SystemExit('the code under analysis was run')\n"
    for name in ("click", "json", "yaml", "nonevent_rules", "evil", "nearest"):
        (shop / f"{name}.py").write_text(trap)
    (shop / "evil-1.dist-info").mkdir()
    (shop / "evil-1.dist-info" / "entry_points.txt").write_text("[nonevent.rules]\nevil = evil\n")

    for arguments in (["check", "load.py", "--output", "json"], ["rules"], ["--help"]):
        done = program(*arguments, folder=shop)
        assert (done.stderr.count("under analysis"), done.returncode) in [(0, 0), (0, 1)]


@pytest.mark.skipif(os.name == "nt", reason="POSIX signals and pipes")
@pytest.mark.parametrize("command", [["check", "--output", "full"], ["explain", "dropped-column"]])
def test_a_reader_that_leaves_is_no_mistake(shop: Path, command: list[str]) -> None:
    reading, writing = os.pipe()
    os.close(reading)
    try:
        done = subprocess.run(
            [
                sys.executable,
                "-m",
                "nonevent",
                *command,
                *(["--quiet"] if "check" in command else []),
            ],
            cwd=shop,
            stdout=writing,
            stderr=subprocess.PIPE,
            text=True,
            check=False,
        )
    finally:
        os.close(writing)

    assert (done.returncode, done.stderr) == (int("check" in command), "")


@pytest.mark.skipif(not os.path.exists("/dev/full"), reason="Linux has a device that is full")
def test_a_full_disk_is_said_in_one_line(shop: Path) -> None:
    with open("/dev/full", "w") as full:
        done = subprocess.run(
            [sys.executable, "-m", "nonevent", "check"],
            cwd=shop,
            stdout=full,
            stderr=subprocess.PIPE,
            text=True,
            check=False,
        )

    assert (done.returncode, done.stderr) == (
        2,
        "Error: standard output cannot be written: No space left on device\n",
    )


def writer(pipe: Path) -> int:
    """Return a handle to write to a named pipe, as soon as somebody reads it."""
    for _ in range(2000):
        try:
            return os.open(pipe, os.O_WRONLY | os.O_NONBLOCK)
        except OSError:  # ENXIO: nobody reads yet
            time.sleep(0.01)
    pytest.fail("nobody reads the pipe")


def interrupted(running: "subprocess.Popen[str]") -> str:
    """Return what a program that waits in a read says when it is interrupted.

    A signal that comes just before the read does not wake it: then a second one has to.
    """
    for _ in range(10):
        running.send_signal(signal.SIGINT)
        with suppress(subprocess.TimeoutExpired):
            return running.communicate(timeout=2)[1]
    pytest.fail("it goes on waiting")


@pytest.mark.skipif(os.name == "nt", reason="POSIX signals and pipes")
def test_an_interrupt_ends_the_run_without_a_traceback(shop: Path) -> None:
    os.mkfifo(shop / "change.patch")
    running = subprocess.Popen(
        [sys.executable, "-m", "nonevent", "check", "--patch", "change.patch"],
        cwd=shop,
        stderr=subprocess.PIPE,
        text=True,
    )
    try:
        held = writer(shop / "change.patch")  # the program reads, and waits
        err = interrupted(running)
        os.close(held)
    finally:
        running.kill()
        running.wait()

    assert (running.returncode, err) == (130, "")


ABSENT = frozenset(
    {
        "argparse",
        "asyncio",
        "click",
        "dataclasses",
        "difflib",
        "email",
        "git",
        "gitdb",
        "google.protobuf",
        "hashlib",
        "importlib.metadata",
        "inspect",
        "joblib",
        "json",
        "libcst",
        "logging",
        "multiprocessing",
        "nonevent.cli",
        "nonevent.readers.sqlsplit",
        "nonevent.reports.sarif",
        "nonevent.risk",
        "nonevent.scoring",
        "numpy",
        "pandas",
        "pathlib",
        "postgast",
        "rich",
        "shutil",
        "sklearn",
        "socket",
        "sqlglot",
        "sqlite3",
        "ssl",
        "subprocess",
        "tempfile",
        "tomllib",
        "unidiff",
        "urllib.parse",
        "yaml",
    }
)


# What a check of the staged imports beside: git is started, in a folder of its own.
STARTING = frozenset({"hashlib", "shutil", "subprocess", "tempfile"})


def imported(shop: Path, *arguments: str) -> set[str]:
    """Return the modules that a check which finds something imports."""
    code = (
        "import sys; from nonevent.entry import main; "
        "code = main(['check', '--output', 'concise', *sys.argv[1:]]); "
        "print(code, *sorted(sys.modules))"
    )
    command = [sys.executable, "-c", code, *arguments]
    environment = {**os.environ, "PYTHONPYCACHEPREFIX": str(shop.parent / "compiled")}
    environment.pop("PYTHONDONTWRITEBYTECODE", None)
    for _ in range(2):  # the first run may have to build the index of rules
        done = subprocess.run(
            command, cwd=shop, env=environment, capture_output=True, text=True, check=True
        )
    code_, *modules = done.stdout.splitlines()[-1].split()

    assert code_ == "1"
    return set(modules)


def test_check_of_python_files_imports_nothing_it_does_not_need(shop: Path) -> None:
    assert ABSENT & imported(shop, "load.py") == set()


def test_check_of_the_staged_imports_nothing_it_does_not_need(shop: Path) -> None:
    for arguments in (["init", "--quiet"], ["add", "load.py"]):
        subprocess.run(["git", *arguments], cwd=shop, check=True)

    assert (ABSENT - STARTING) & imported(shop, "--staged") == set()


def test_the_shell_completes(shop: Path) -> None:
    asked: list[tuple[str, str, Callable[[str], bool]]] = [
        ("nonevent check --per", "2", lambda text: "plain,--persona" in text),
        ("nonevent check --persona ped", "3", lambda text: "plain,pedantic" in text),
        ("nonevent explain unused", "2", lambda text: "plain,unused-suppression" in text),
        ("nonevent check --output sa", "3", lambda text: "plain,sarif" in text),
    ]
    for words, index, answered in asked:
        done = program(
            folder=shop, _NONEVENT_COMPLETE="bash_complete", COMP_WORDS=words, COMP_CWORD=index
        )
        assert answered(done.stdout), (words, done.stdout, done.stderr)


def test_no_process_stays_behind_that_holds_the_output(tmp_path: Path) -> None:
    for name in ("a", "b"):
        made = "commit --quiet --allow-empty --message=first"
        named = "-c user.name=a -c user.email=a@b.example"
        line = f"git init --quiet {name} && git -C {name} {named} {made}"
        subprocess.run(["bash", "-c", line], cwd=tmp_path, check=True)
    (tmp_path / "histories").mkdir()
    many = ("history", "mine", "a", "b", "--jobs", "2", "--stores", "histories")

    # the workers of joblib, left to themselves, hold the pipe for five minutes
    started = time.monotonic()
    done = program(*many, folder=tmp_path)

    assert (done.returncode, done.stderr) == (0, "")
    assert time.monotonic() - started < 120
