"""`nonevent completion` in the shells that it is for."""

import os
import shutil
import subprocess
import sys
import sysconfig
from pathlib import Path

import pytest

pytestmark = pytest.mark.slow

SCRIPTS = sysconfig.get_path("scripts")
ENVIRONMENT = {**os.environ, "PATH": f"{SCRIPTS}{os.pathsep}{os.environ['PATH']}", "TERM": "dumb"}
WORDS = [
    pytest.param("nonevent serv", "server", id="a command"),
    pytest.param("nonevent check --select call-without-t", "call-without-timeout", id="a rule"),
    pytest.param(
        "nonevent check --select files,call-without-t",
        "files,call-without-timeout",
        id="a rule behind a family",
    ),
    pytest.param("nonevent check --ignore timeou", "timeouts", id="a family"),
    pytest.param("nonevent explain call-without-t", "call-without-timeout", id="a rule's page"),
    pytest.param("nonevent check --output conc", "concise", id="a format"),
    pytest.param("nonevent audit --output ht", "html", id="a format of an audit"),
    pytest.param("nonevent check --persona aud", "auditor", id="a choice"),
    pytest.param("nonevent check --stat", "--statistics", id="an option"),
    pytest.param("nonevent completion fi", "fish", id="a shell"),
]


def shell(name: str) -> str:
    found = shutil.which(name)
    if not found:
        pytest.skip(f"{name} is not installed: apt-get install {name}")
    return found


def script(name: str) -> str:
    done = subprocess.run(
        [sys.executable, "-m", "nonevent", "completion", name],
        capture_output=True,
        text=True,
        check=True,
    )
    return done.stdout


@pytest.fixture
def shop(tmp_path: Path) -> Path:
    (tmp_path / "views.py").write_text("")
    return tmp_path


def run(*words: str, folder: Path) -> str:
    done = subprocess.run(
        words, cwd=folder, env=ENVIRONMENT, capture_output=True, text=True, check=False, timeout=60
    )
    assert done.stderr == ""
    return done.stdout


FILE = pytest.param("nonevent check vie", "views.py", id="a file")


@pytest.mark.parametrize(("line", "word"), [*WORDS, FILE])
def test_bash_completes(shop: Path, line: str, word: str) -> None:
    asks = f"""
{script("bash")}
COMP_WORDS=({line}) COMP_CWORD=$((${{#COMP_WORDS[@]}} - 1))
compopt() {{ [ "$1 $2" = "-o default" ] && compgen -f -- "${{COMP_WORDS[$COMP_CWORD]}}"; }}
_nonevent_completion nonevent
printf '%s\\n' "${{COMPREPLY[@]}}"
"""

    said = run(shell("bash"), "--norc", "-c", asks, folder=shop)

    assert word in said.split()


@pytest.mark.parametrize(("line", "word"), [*WORDS, FILE])
def test_fish_completes(shop: Path, line: str, word: str) -> None:
    (shop / "nonevent.fish").write_text(script("fish"))

    said = run(
        shell("fish"),
        "--no-config",
        "-c",
        f"source nonevent.fish; complete -C '{line}'",
        folder=shop,
    )

    assert word in said.split()


ZSH = """
import os, pty, re, select, sys
line, script, zsh = sys.argv[1:]
pid, end = pty.fork()
if pid == 0:
    os.environ.update(PS1="READY ", TERM="dumb")
    os.execv(zsh, [zsh, "-f", "-i"])

seen = b""

def until(mark):
    global seen
    while mark not in seen:
        if not select.select([end], [], [], 50)[0]:
            sys.exit(f"no {mark!r} in {seen!r}")
        seen += os.read(end, 65536)
    before, _, seen = seen.partition(mark)
    return before

until(b"READY ")
setup = (
    "unsetopt zle_bracketed_paste; autoload -Uz compinit; compinit -D -u; "
    "told() { zle expand-or-complete; print -n COMP''LETED > $TTY }; zle -N told; "
    f"bindkey '^I' told; source {script}; echo LO''ADED\\n"
)
os.write(end, setup.encode())
until(b"LOADED")
until(b"READY ")
os.write(end, line.encode() + b"\\t")
until(b"COMPLETED")
os.write(end, b"\\x01print -r -- '<\\x05>'\\n")
print(re.findall(r"\\n<(.*)>", until(b"READY ").decode(errors="replace"))[-1])
os.write(end, b"exit\\n")
"""


@pytest.mark.parametrize(
    ("line", "word"),
    [
        case
        for case in (*WORDS, FILE)
        if case.id in {"a rule behind a family", "a format", "a file"}
    ],
)
def test_zsh_completes(shop: Path, line: str, word: str) -> None:
    pytest.importorskip("pty", reason="this system has no pseudo-terminals")
    (shop / "_nonevent").write_text(script("zsh"))

    said = run(sys.executable, "-c", ZSH, line, "./_nonevent", shell("zsh"), folder=shop)

    assert said.split()[-1] == word
