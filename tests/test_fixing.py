"""`--fix` and `--show-diff`, from the command line to the files."""

import json
import os
import shutil
import stat
import subprocess
import sys
from pathlib import Path

import pytest

from nonevent import entry

LOAD = """\
import requests


def load(url):
    return requests.get(url)


def keep(url):
    return requests.post(
        url,
        timeout=None,  # for ever
    )
"""
MENDED = LOAD.replace("get(url)", "get(url, timeout=(3.05, 27))").replace("None", "(3.05, 27)")
LOG = """\
import logging
from logging.handlers import RotatingFileHandler

logging.getLogger().addHandler(RotatingFileHandler("shop.log", maxBytes=10))
logging.basicConfig(filename="shop.log", level=logging.INFO)
"""
STREAMED = """\
import logging
from logging.handlers import RotatingFileHandler
import sys

logging.getLogger().addHandler(logging.StreamHandler(sys.stdout))
logging.basicConfig(stream=sys.stdout, level=logging.INFO)
"""
SUMMARY = (
    "4 findings (4 warnings) in 2 files, 2 fixable with --fix, 2 more with --fix --unsafe-fixes."
)


@pytest.fixture
def shop(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    (tmp_path / "shop").mkdir()
    (tmp_path / "shop" / "load.py").write_text(LOAD)
    (tmp_path / "shop" / "log.py").write_text(LOG)
    monkeypatch.chdir(tmp_path)
    return tmp_path


def contents(folder: Path) -> dict[str, str]:
    return {path.name: path.read_text() for path in (folder / "shop").iterdir()}


def settings(folder: Path, text: str) -> None:
    (folder / "pyproject.toml").write_text(f"[tool.nonevent]\n{text}\n")


def run(capfd: pytest.CaptureFixture[str], *arguments: str) -> tuple[int, str, str]:
    code = entry.main(["check", *arguments])
    return code, *capfd.readouterr()


def test_a_fix_clears_what_is_safe(shop: Path, capfd: pytest.CaptureFixture[str]) -> None:
    code, out, err = run(capfd, "--fix", "--output", "concise")

    assert contents(shop) == {"load.py": MENDED, "log.py": LOG}
    assert (code, err) == (1, "")  # the log files are still there
    assert out.splitlines()[-1] == (
        "2 findings fixed, 2 findings (2 warnings) in 2 files, 2 fixable with --fix --unsafe-fixes."
    )


def test_unsafe_fixes_are_asked_for(shop: Path, capfd: pytest.CaptureFixture[str]) -> None:
    code, out, err = run(capfd, "--fix", "--unsafe-fixes", "--output", "concise")

    assert contents(shop) == {"load.py": MENDED, "log.py": STREAMED}
    assert (code, out, err) == (0, "4 findings fixed, no findings in 2 files.\n", "")


@pytest.mark.usefixtures("shop")
def test_a_second_run_changes_nothing(shop: Path, capfd: pytest.CaptureFixture[str]) -> None:
    run(capfd, "--fix", "--unsafe-fixes")
    before = {path: path.stat().st_mtime_ns for path in (shop / "shop").iterdir()}
    done = run(capfd, "--fix", "--unsafe-fixes", "--output", "concise")

    assert done == (0, "No findings in 2 files.\n", "")
    assert {path: path.stat().st_mtime_ns for path in (shop / "shop").iterdir()} == before


def test_calls_in_each_other_are_fixed_in_one_run(
    shop: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    text = "import requests\n\nrequests.get(\n    requests.get(\n        U,\n    ))\n"
    (shop / "shop" / "load.py").write_text(text)
    code, _, _ = run(capfd, "shop/load.py", "--fix")

    assert code == 0
    assert contents(shop)["load.py"].count("timeout=(3.05, 27)") == 2


@pytest.mark.usefixtures("shop")
def test_marks_say_what_can_be_fixed(capfd: pytest.CaptureFixture[str]) -> None:
    _, out, _ = run(capfd, "--output", "concise")
    rows = [row.split(" `")[0] for row in out.splitlines()]

    assert rows == [
        "shop/load.py:5:12: warning call-without-timeout [*]",
        "shop/load.py:9:12: warning unbounded-timeout [*]",
        "shop/log.py:4:32: warning log-to-local-file [?]",
        "shop/log.py:5:1: warning log-to-local-file [?]",
        SUMMARY,
    ]


@pytest.mark.parametrize(
    ("call", "mark"),
    [
        pytest.param("get(U, **{'verify': False})", "[*]", id="a mapping in the call"),
        pytest.param("get(U, **MORE)", "[?]", id="a mapping made elsewhere"),
        pytest.param("get(U, params=MORE)", "[*]", id="a mapping that is passed"),
    ],
)
def test_what_is_unpacked_may_have_grown(
    call: str, mark: str, shop: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    text = f"import requests\n\nMORE = {{'verify': False}}\nrequests.{call}\n"
    (shop / "shop" / "load.py").write_text(text)
    _, out, _ = run(capfd, "shop/load.py", "--output", "concise")
    run(capfd, "shop/load.py", "--fix")

    assert f"call-without-timeout {mark} " in out
    assert ("timeout" in contents(shop)["load.py"]) is (mark == "[*]")


def test_a_suppressed_finding_is_not_fixed(shop: Path, capfd: pytest.CaptureFixture[str]) -> None:
    word = "  # nonevent: ignore[call-without-timeout] the peer is a thread of this process"
    text = LOAD.replace("get(url)", f"get(url){word}").replace("None", "3")
    (shop / "shop" / "load.py").write_text(text)
    run(capfd, "--fix")

    assert contents(shop)["load.py"] == text


def test_what_the_persona_does_not_hear_is_not_fixed(
    shop: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    text = "import requests\n\n\ndef load(url, **options):\n    requests.get(url, **options)\n"
    (shop / "shop" / "load.py").write_text(text)
    run(capfd, "--fix", "--unsafe-fixes")
    before = contents(shop)["load.py"]
    run(capfd, "--fix", "--unsafe-fixes", "--persona", "auditor")

    assert before == text
    assert "**options, timeout=(3.05, 27))" in contents(shop)["load.py"]


@pytest.mark.parametrize(
    ("said", "argument"),
    [
        pytest.param("(1, 5)", "(1, 5)", id="a pair"),
        pytest.param("7", "7", id="a number"),
        pytest.param("shop.settings:TIMEOUT", "TIMEOUT", id="a name"),
    ],
)
def test_the_timeout_is_the_projects(
    said: str, argument: str, shop: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    settings(shop, f'fix-timeout = "{said}"')
    run(capfd, "--fix")
    text = LOAD.replace("get(url)", f"get(url, timeout={argument})").replace("None", argument)
    if argument == "TIMEOUT":
        brought = "import requests\nfrom shop.settings import TIMEOUT\n"
        text = text.replace("import requests\n", brought)

    assert contents(shop)["load.py"] == text


def test_a_timeout_that_is_none_is_misuse(shop: Path, capfd: pytest.CaptureFixture[str]) -> None:
    settings(shop, 'fix-timeout = "for ever"')
    code, _, err = run(capfd, "--fix")

    assert (code, err.count("\n"), contents(shop)["load.py"]) == (2, 1, LOAD)
    assert err.startswith("Error: fix-timeout is a number of seconds")


REFUSED = {
    ("--fix", "--staged"): "--fix changes files of the work tree, --staged checks others",
    ("--fix", "--patch", "x"): "--fix changes files of the work tree, --patch checks others",
    ("--fix", "--diff", "a..b"): "--fix changes files of the work tree, --diff a..b checks others",
    ("--fix", "--show-diff"): "--fix and --show-diff exclude each other",
    ("--unsafe-fixes",): "--unsafe-fixes says what --fix or --show-diff may do",
    ("--show-diff", "--output", "json"): "--show-diff prints to standard output",
}


@pytest.mark.parametrize("arguments", REFUSED, ids=" ".join)
def test_what_cannot_be_is_refused(
    arguments: tuple[str, ...], shop: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    code, out, err = run(capfd, *arguments)

    assert (code, out, contents(shop)["load.py"]) == (2, "", LOAD)
    assert err.startswith(f"Error: {REFUSED[arguments]}")


# -- files -------------------------------------------------------------------------------------


def test_a_file_that_cannot_be_written_is_said_and_its_findings_stay(
    shop: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    shutil.copy(shop / "shop" / "load.py", shop / "shop" / "more.py")
    (shop / "shop" / "load.py").chmod(0o444)
    code, out, err = run(capfd, "--fix", "--select", "timeouts", "--output", "concise")
    rows = {row.split(":")[0] for row in out.splitlines()[:-1]}

    assert (code, rows, err) == (
        1,
        {"shop/load.py"},
        "shop/load.py: not fixed: it is read-only\n",
    )
    assert out.endswith(
        "2 findings fixed, 2 findings (2 warnings) in 3 files, 2 fixable with --fix.\n"
    )
    assert (contents(shop)["load.py"], contents(shop)["more.py"]) == (LOAD, MENDED)


@pytest.mark.skipif(os.name == "nt", reason="POSIX modes and links")
def test_a_link_and_the_mode_stay(shop: Path, capfd: pytest.CaptureFixture[str]) -> None:
    (shop / "load.py").symlink_to("shop/load.py")
    (shop / "shop" / "load.py").chmod(0o755)
    run(capfd, "load.py", "--fix")

    assert (shop / "load.py").is_symlink()
    assert contents(shop)["load.py"] == MENDED
    assert stat.S_IMODE((shop / "shop" / "load.py").stat().st_mode) == 0o755


@pytest.mark.parametrize("line_end", ["\r\n", "\r"], ids=["CRLF", "CR"])
def test_line_ends_and_the_byte_order_mark_stay(
    line_end: str, shop: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    file = shop / "shop" / "load.py"
    file.write_bytes(b"\xef\xbb\xbf" + LOAD.replace("\n", line_end).encode())
    run(capfd, "--fix")

    assert file.read_bytes() == b"\xef\xbb\xbf" + MENDED.replace("\n", line_end).encode()


def test_two_calls_of_a_line_are_one_finding_with_one_fix(
    shop: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    (shop / "shop" / "load.py").write_text("import requests\nrequests.get(requests.get(U).text)\n")
    _, out, _ = run(capfd, "shop/load.py", "--output", "json")
    (found,) = json.loads(out)["findings"]
    run(capfd, "shop/load.py", "--fix")

    assert [each["column"] for each in found["fix"]["replacements"]] == [28, 34]
    assert contents(shop)["load.py"].splitlines()[1] == (
        "requests.get(requests.get(U, timeout=(3.05, 27)).text, timeout=(3.05, 27))"
    )


@pytest.mark.slow
def test_python_that_is_newer_than_the_interpreter_is_fixed(
    shop: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    text = (
        "import requests\n\n\ndef f[T](d: T) -> str:\n"
        '    requests.get(f"{d["a"]}")\n'
        """    return f"{requests.get(d["b"])} { {'x': 1}["x"] }"\n"""
    )
    (shop / "shop" / "load.py").write_text(text)
    run(capfd, "shop/load.py", "--fix")
    mended = text.replace('"]}")', '"]}", timeout=(3.05, 27))')

    assert contents(shop)["load.py"] == mended.replace('["b"])', '["b"], timeout=(3.05, 27))')


# -- diffs -------------------------------------------------------------------------------------


def test_a_diff_is_shown_and_nothing_changes(shop: Path, capfd: pytest.CaptureFixture[str]) -> None:
    code, out, err = run(capfd, "--show-diff")

    assert (code, contents(shop)) == (1, {"load.py": LOAD, "log.py": LOG})
    assert [row for row in out.splitlines() if row[0] in "+-"] == [
        "--- a/shop/load.py",
        "+++ b/shop/load.py",
        "-    return requests.get(url)",
        "+    return requests.get(url, timeout=(3.05, 27))",
        "-        timeout=None,  # for ever",
        "+        timeout=(3.05, 27),  # for ever",
    ]
    assert err == f"{SUMMARY}\n"


@pytest.mark.slow
@pytest.mark.parametrize(
    "tool", [["git", "apply"], ["patch", "-p1", "--quiet"]], ids=["git", "patch"]
)
def test_the_diff_makes_what_the_fix_makes(tool: list[str], shop: Path) -> None:
    if not shutil.which(tool[0]):
        pytest.skip(f"the program {tool[0]} is not installed")
    shown = program(shop, "--show-diff", "--unsafe-fixes")
    away = {**os.environ, "GIT_CEILING_DIRECTORIES": str(shop.parent)}
    subprocess.run(tool, cwd=shop, input=shown.stdout, check=True, env=away)

    assert contents(shop) == {"load.py": MENDED, "log.py": STREAMED}


def program(folder: Path, *arguments: str) -> subprocess.CompletedProcess[bytes]:
    command = [sys.executable, "-m", "nonevent", "check", *arguments]
    return subprocess.run(command, cwd=folder, capture_output=True, check=False)


def git(folder: Path, *arguments: str) -> None:
    identity = ["-c", "user.name=a", "-c", "user.email=a@example.com"]
    subprocess.run(["git", *identity, *arguments], cwd=folder, check=True, capture_output=True)


@pytest.mark.slow
def test_of_a_change_only_what_it_brings_is_fixed(
    shop: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    git(shop, "init", "-q")
    git(shop, "add", ".")
    git(shop, "commit", "-q", "-m", "one")
    text = LOAD + "\n\ndef more():\n    requests.put(URL)\n"
    (shop / "shop" / "load.py").write_text(text)
    os.chdir(shop / "shop")
    code, _, _ = run(capfd, "--diff", "HEAD", "--fix")

    assert code == 0
    assert contents(shop)["load.py"] == text.replace("URL)", "URL, timeout=(3.05, 27))")


@pytest.mark.slow
def test_what_is_staged_is_shown_as_a_diff(shop: Path, capfd: pytest.CaptureFixture[str]) -> None:
    git(shop, "init", "-q")
    git(shop, "add", ".")
    (shop / "shop" / "load.py").write_text("")
    code, out, err = run(capfd, "--staged", "--show-diff")

    assert (code, out.count("\n+ ")) == (1, 2)
    assert err == "4 findings (4 warnings) in 2 files.\n"  # --fix would change another version


@pytest.mark.slow
@pytest.mark.parametrize(
    ("arguments", "imported"),
    [
        pytest.param(["--output", "full"], False, id="a report for people"),
        pytest.param(["--output", "sarif"], True, id="a report with fixes"),
        pytest.param(["--select", "state", "--fix"], False, id="nothing to fix"),
    ],
)
def test_libcst_is_imported_for_a_fix_alone(
    arguments: list[str], imported: bool, shop: Path
) -> None:
    code = (
        "import sys; from nonevent.entry import main; main(sys.argv[1:]); "
        "print('libcst' in sys.modules)"
    )
    command = [sys.executable, "-c", code, "check", *arguments]
    done = subprocess.run(command, cwd=shop, capture_output=True, text=True, check=True)

    assert done.stdout.splitlines()[-1] == str(imported)
