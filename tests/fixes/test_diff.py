"""Unified diffs: as two programs that apply them read them."""

import os
import shutil
import subprocess
from pathlib import Path

import pytest

from nonevent.fixes.diff import unified


def test_a_diff_says_which_lines_go_and_which_come() -> None:
    before = b"".join(b"%d\n" % number for number in range(1, 10))
    after = before.replace(b"5\n", b"five\n").replace(b"9\n", b"9")

    assert unified("a.py", before, after) == (
        b"--- a/a.py\n+++ b/a.py\n"
        b"@@ -2,8 +2,8 @@\n 2\n 3\n 4\n-5\n+five\n 6\n 7\n 8\n-9\n+9\n"
        b"\\ No newline at end of file\n"
    )


def test_without_a_difference_there_is_no_diff() -> None:
    assert unified("a.py", b"x\n", b"x\n") == b""


NAMES = {
    "a b.py": b"--- a/a b.py\t\n",
    "größe.py": b'--- "a/gr\\303\\266\\303\\237e.py"\n',
    'a"b\\.py': b'--- "a/a\\042b\\134.py"\n',
    "a\nb.py": b'--- "a/a\\012b.py"\n',
    "shop/views.py": b"--- a/shop/views.py\n",
}


@pytest.mark.parametrize("name", NAMES)
def test_a_name_is_written_as_git_does(name: str) -> None:
    assert unified(name, b"x\n", b"y\n").splitlines(keepends=True)[0] == NAMES[name]


CHANGES = {
    "a line in the middle": (b"a\nb\nc\n", b"a\nB\nc\n"),
    "no end of line, before and after": (b"a\nb", b"a\nc"),
    "a line end comes": (b"a\nb", b"a\nb\n"),
    "CRLF": (b"a\r\nb\r\nc\r\n", b"a\r\nB\r\nc\r\n"),
    "CR": (b"a\rb\rc\r", b"a\rB\rc\r"),
    "form feed and bytes": (b"\x0c\n\xe9\n\xff", b"\x0c\n\xe8\n\xff"),
    "from nothing": (b"", b"a\n"),
    "far apart": (b"a\n" + b"x\n" * 20 + b"b\n", b"A\n" + b"x\n" * 20 + b"B\n"),
    "lines that look like a diff": (b"--- a\n+++ b\n@@ x\n", b"--- a\n@@ x\n-- c\n"),
}


def applied(tool: str, name: str, before: bytes, after: bytes, folder: Path) -> bytes:
    """Return what a program makes of the file by the diff."""
    file = folder / name
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_bytes(before)
    command = {
        "git": ["git", "-c", "core.autocrlf=false", "apply", "--whitespace=nowarn"],
        "patch": ["patch", "-p1", "--binary", "--quiet"],
    }[tool]
    away = {"GIT_CEILING_DIRECTORIES": str(folder.parent), "GIT_CONFIG_GLOBAL": os.devnull}
    subprocess.run(
        command,
        cwd=folder,
        input=unified(name, before, after),
        check=True,
        env={**os.environ, **away},
    )
    return file.read_bytes()


@pytest.mark.slow
@pytest.mark.parametrize("tool", ["git", "patch"])
@pytest.mark.parametrize("change", CHANGES)
def test_a_diff_is_applied(tool: str, change: str, tmp_path: Path) -> None:
    if not shutil.which(tool):
        pytest.skip(f"the program {tool} is not installed")
    before, after = CHANGES[change]

    assert applied(tool, "a.py", before, after, tmp_path) == after


@pytest.mark.slow
@pytest.mark.parametrize("tool", ["git", "patch"])
@pytest.mark.parametrize("name", [name for name in NAMES if "\n" not in name])
def test_a_diff_finds_its_file(tool: str, name: str, tmp_path: Path) -> None:
    if not shutil.which(tool):
        pytest.skip(f"the program {tool} is not installed")

    assert applied(tool, name, b"a\nb\n", b"a\nc\n", tmp_path) == b"a\nc\n"
