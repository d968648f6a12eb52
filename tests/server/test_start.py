"""The server where it cannot be started, and what it must not cost the rest."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

pytestmark = pytest.mark.slow

WITHOUT = """
import sys
sys.modules["pygls"] = None  # as where it is not installed
from nonevent.entry import main
main()
"""


def test_without_its_extra_it_names_what_to_install() -> None:
    done = subprocess.run(
        [sys.executable, "-c", WITHOUT, "server"], capture_output=True, text=True, check=False
    )

    assert (done.returncode, done.stdout) == (2, "")
    assert done.stderr == "Error: nonevent server needs pygls: pip install 'nonevent[lsp]'\n"


def test_no_other_command_imports_the_protocol(tmp_path: Path) -> None:
    (tmp_path / "load.py").write_text("import requests\n\nrequests.get('x')\n")
    program = (
        "import sys; from nonevent.entry import main\n"
        "for words in (['check', 'load.py'], ['rules'], ['explain', 'call-without-timeout']):\n"
        "    main(words)\n"
        "print(*{'pygls', 'lsprotocol', 'asyncio'} & set(sys.modules), file=sys.stderr)\n"
    )

    done = subprocess.run(
        [sys.executable, "-c", program], cwd=tmp_path, capture_output=True, text=True, check=False
    )

    assert done.stderr.splitlines()[-1] == ""


def test_a_client_that_goes_without_a_word_ends_it(tmp_path: Path) -> None:
    pytest.importorskip("pygls", reason="pygls is not installed")

    done = subprocess.run(
        [sys.executable, "-m", "nonevent", "server"],
        cwd=tmp_path,
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        check=False,
        timeout=30,
        env={**os.environ},
    )

    assert (done.returncode, done.stdout) == (1, "")
