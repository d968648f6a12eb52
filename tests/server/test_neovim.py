"""`nonevent server` in Neovim, without a screen: what a person at the keyboard would meet."""

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

pytest.importorskip("pygls", reason="pygls is not installed")
NVIM = shutil.which("nvim") or ""
pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(not NVIM, reason="Neovim is not installed: apt-get install neovim"),
]

SCRIPT = Path(__file__).parent / "neovim.lua"
TEXT = 'import requests\n\n\ndef load():\n\treturn "𝒳", requests.get("https://𝒴")\n'


def test_neovim_shows_explains_and_mends_a_fault(tmp_path: Path) -> None:
    file, out = tmp_path / "load.py", tmp_path / "seen.json"
    file.write_text(TEXT)
    (tmp_path / ".git").mkdir()
    place = {"OUT": str(out), "FILE": str(file), "PYTHON": sys.executable}
    homes = {name: str(tmp_path / "home") for name in ("HOME", "XDG_DATA_HOME", "XDG_STATE_HOME")}

    done = subprocess.run(
        [NVIM, "--headless", "--clean", "-n", "-c", f"luafile {SCRIPT}"],
        cwd=tmp_path,
        env={**os.environ, **homes, **place},
        capture_output=True,
        text=True,
        check=False,
        timeout=90,
    )
    seen = json.loads(out.read_text()) if out.exists() else {}

    assert (done.returncode, seen.get("why")) == (0, None), done.stderr
    # Neovim counts bytes: the tab, `return "𝒳", `
    assert seen["diagnostic"] == ["nonevent", "call-without-timeout", 4, 16, 2]
    assert "## What to do instead" in seen["hover"]
    assert seen["titles"] == [
        "Pass `timeout=(3.05, 27)`",
        "Suppress call-without-timeout here, with a reason",
        "Explain call-without-timeout",
    ]
    assert "\n".join([*seen["lines"], ""]) == TEXT.replace('𝒴")', '𝒴", timeout=(3.05, 27))')
