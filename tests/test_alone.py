"""Every command without a network, and without a colour where nobody sees one."""

import importlib
import os
import re
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import click
import pytest

pytestmark = pytest.mark.slow

ROOT = Path(__file__).parent.parent
ESCAPE = re.compile(r"\x1b")
# Command → how it is called in the demo, and the codes with which it may end.
CALLS: dict[str, tuple[tuple[str, ...], set[int]]] = {
    "audit": ((), {0}),
    "baseline create": (("--reason", "before we began"), {0}),
    "baseline prune": ((), {0}),
    "baseline show": ((), {0}),
    "check": (("--diff", "v1.0..v1.1"), {1}),
    "completion": (("bash",), {0}),
    "doctor": ((), {0, 1}),
    "evaluate": ((), {2}),  # the demo is too young
    "explain": (("dropped-column",), {0}),
    "history import": (("--tags", "v*"), {0}),
    "history mine": ((), {0}),
    "history show": ((), {0}),
    "init": (("--dry-run",), {0}),
    "prove": (("sql",), {0}),
    "rules": ((), {0}),
    "score": (("v1.0..v1.1",), {1}),  # findings that fail the run
    "server": ((), {1}),  # the editor went without a word
    "train": ((), {2}),  # the demo is too young
}


def named(group: click.Group, *before: str) -> Iterator[str]:
    """Yield each command of a group, those of groups in it by both names."""
    for name, command in group.commands.items():
        if isinstance(command, click.Group):
            yield from named(command, *before, name)
        else:
            yield " ".join((*before, name))


def test_all_commands_are_called() -> None:
    group = importlib.import_module("nonevent.cli").commands(lambda _: 0)

    assert set(named(group)) == CALLS.keys()


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return the demo shop with a history, a baseline and a migration in SQL."""
    folder = tmp_path_factory.mktemp("built") / "shop"
    subprocess.run(
        [sys.executable, str(ROOT / "fixtures" / "shop" / "build.py"), str(folder)], check=True
    )
    (folder / "sql").mkdir()
    (folder / "sql" / "V1__notes.sql").write_text("CREATE TABLE notes (id bigint PRIMARY KEY);\n")
    for command in ("history mine", "baseline create --reason old"):
        subprocess.run(
            [sys.executable, "-m", "nonevent", *command.split()],
            cwd=folder,
            stdout=subprocess.DEVNULL,
            check=True,
        )
    return folder


@pytest.fixture
def shop(built: Path, tmp_path: Path) -> Path:
    return Path(shutil.copytree(built, tmp_path / "shop", symlinks=True))


def unshare() -> tuple[str, ...]:
    """Return the start of a command that runs without a network, not even to itself."""
    user = () if os.geteuid() == 0 else ("--map-current-user",)
    return ("unshare", *user, "--net")


@pytest.fixture(scope="module")
def cut_off() -> tuple[str, ...]:
    """Return that start, or nothing where the kernel does not allow it."""
    try:
        tried = subprocess.run([*unshare(), "true"], capture_output=True, check=False)
    except FileNotFoundError:
        return ()
    return unshare() if tried.returncode == 0 else ()


def test_there_is_no_network_in_these_tests(cut_off: tuple[str, ...]) -> None:
    if not cut_off:
        pytest.skip("no network namespace for this user: the commands run with a network")
    reach = "import socket; socket.create_connection(('1.1.1.1', 53), 2)"
    tried = subprocess.run(
        [*cut_off, sys.executable, "-c", reach], capture_output=True, check=False
    )

    assert b"Network is unreachable" in tried.stderr


def run(
    shop: Path, command: str, *start: str, **environment: str
) -> subprocess.CompletedProcess[str]:
    """Run a command of the table into a pipe."""
    arguments, codes = CALLS[command]
    kept = {
        key: value
        for key, value in os.environ.items()
        if key not in {"NO_COLOR", "FORCE_COLOR", "GITHUB_ACTIONS", "CI"}
    }
    done = subprocess.run(
        [*start, sys.executable, "-m", "nonevent", *command.split(), *arguments],
        cwd=shop,
        env={**kept, "PYTHONUTF8": "1", **environment},
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode in codes, done.stderr
    return done


@pytest.mark.parametrize("command", CALLS)
def test_a_command_needs_no_network_and_colours_no_pipe(
    command: str, shop: Path, cut_off: tuple[str, ...]
) -> None:
    done = run(shop, command, *cut_off, TERM="xterm-256color")

    assert "Traceback" not in done.stderr
    assert not re.search(r"(?i)network|resolve|unreachable", done.stderr)
    assert not ESCAPE.search(done.stdout + done.stderr)


@pytest.mark.parametrize(
    "command", ["audit", "check", "doctor", "explain", "init", "rules", "score"]
)
def test_a_terminal_gets_none_where_nobody_wants_it(command: str, shop: Path) -> None:
    script = shutil.which("script")
    if script is None:
        pytest.skip("no script: part of util-linux")
    line = " ".join((repr(sys.executable), "-m nonevent", command, *map(repr, CALLS[command][0])))
    seen = {}
    for environment in ({}, {"NO_COLOR": "1"}):
        kept = {key: value for key, value in os.environ.items() if key != "NO_COLOR"}
        done = subprocess.run(
            [script, "--quiet", "--return", "--command", line, "/dev/null"],
            cwd=shop,
            env={**kept, "TERM": "xterm-256color", "PYTHONUTF8": "1", **environment},
            stdin=subprocess.DEVNULL,
            capture_output=True,
            check=False,
        )
        # a line that shows progress is drawn and taken back; colours and styles end with m
        seen[bool(environment)] = re.search(rb"\x1b\[[0-9;]*m", done.stdout) is not None

    assert not seen[True]
    assert seen[False] or command != "check"


def test_no_colour_wins_over_a_forced_one(shop: Path) -> None:
    assert not ESCAPE.search(run(shop, "check", NO_COLOR="1", FORCE_COLOR="1").stdout)


def test_colours_can_be_forced(shop: Path) -> None:
    done = run(shop, "check", FORCE_COLOR="1")

    assert ESCAPE.search(done.stdout)
