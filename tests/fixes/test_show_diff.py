"""The diff of `check --show-diff`, taken by `git apply` and GNU patch, does what `--fix` does."""

import shutil
import subprocess
import sys
from pathlib import Path

import pytest

pytestmark = pytest.mark.slow

CALL = b"import requests\n\n\ndef pay(url):\n    return requests.get(url)"
FILES = {
    "plain.py": CALL + b"\n",
    "no final newline.py": CALL,
    "crlf.py": CALL.replace(b"\n", b"\r\n") + b"\r\n",
    "crlf no end.py": CALL.replace(b"\n", b"\r\n"),
    "a folder/with spaces/and \xc3\xa4.py".encode("latin-1").decode(): CALL + b"\n",
    'odd"quote.py': CALL + b"\n",
    "form feed.py": b"\x0c\n# \xc3\xa9\n" + CALL + b"\n\x0c\n",
    "untouched.py": b"X = 1\n",
}
TOOLS = {
    "git": ("git", "apply", "--whitespace=nowarn"),
    "patch": ("patch", "-p1", "--binary", "--quiet"),
}


def check(folder: Path, *arguments: str) -> bytes:
    command = [sys.executable, "-m", "nonevent", "check", *arguments]
    done = subprocess.run(command, cwd=folder, capture_output=True, check=False)
    assert done.returncode in {0, 1}, done.stderr
    return done.stdout


def content(folder: Path) -> dict[str, bytes]:
    return {path.relative_to(folder).as_posix(): path.read_bytes() for path in folder.rglob("*.py")}


@pytest.mark.parametrize("tool", TOOLS)
def test_a_tool_makes_of_the_diff_what_fix_makes(tool: str, tmp_path: Path) -> None:
    if shutil.which(TOOLS[tool][0]) is None:
        pytest.skip(f"{TOOLS[tool][0]} is not installed")
    shown, fixed = tmp_path / "shown", tmp_path / "fixed"
    for folder in (shown, fixed):
        for path, data in FILES.items():
            (folder / path).parent.mkdir(parents=True, exist_ok=True)
            (folder / path).write_bytes(data)
    diff = check(shown, "--show-diff")
    assert content(shown) == FILES

    subprocess.run(TOOLS[tool], cwd=shown, input=diff, check=True)
    check(fixed, "--fix")

    assert content(shown) == content(fixed)
    changed = {path for path, data in content(shown).items() if data != FILES[path]}
    assert changed == FILES.keys() - {"untouched.py"}
