"""Reports on their way out: exit codes, files, colours, encodings."""

import io
import json
import os
import sys
from pathlib import Path

import pytest

from nonevent import entry, output

FAULT = "import requests\n\n\ndef load(url):\n    return requests.get(url)\n"


@pytest.fixture
def shop(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    (tmp_path / "load.py").write_text(FAULT)
    monkeypatch.chdir(tmp_path)
    for name in ("NO_COLOR", "FORCE_COLOR"):
        monkeypatch.delenv(name, raising=False)
    return tmp_path


def places(text: str) -> set[tuple[str, int, str]]:
    return {(one["path"], one["line"], one["rule"]) for one in json.loads(text)["findings"]}


FOUND = {("load.py", 5, "call-without-timeout")}


# -- colours -----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("choice", "environment", "terminal", "expected"),
    [
        ("auto", {}, True, True),
        ("auto", {}, False, False),
        ("auto", {"TERM": "dumb"}, True, False),
        ("auto", {"NO_COLOR": "1"}, True, False),
        ("auto", {"NO_COLOR": ""}, True, True),
        ("auto", {"FORCE_COLOR": "1"}, False, True),
        ("auto", {"FORCE_COLOR": ""}, False, False),
        ("auto", {"FORCE_COLOR": "1", "TERM": "dumb"}, False, True),
        ("auto", {"NO_COLOR": "1", "FORCE_COLOR": "1"}, True, False),
        ("always", {"NO_COLOR": "1"}, False, True),
        ("never", {"FORCE_COLOR": "1"}, True, False),
    ],
)
def test_colours_follow_the_option_then_the_environment(
    choice: str, environment: dict[str, str], terminal: bool, expected: bool
) -> None:
    assert output.colored(choice, environment, terminal=terminal) is expected


# -- reports on their way out ------------------------------------------------------------------


@pytest.mark.usefixtures("shop")
def test_check_finds_and_says_so(capfd: pytest.CaptureFixture[str]) -> None:
    code = entry.main(["check", "--output", "json"])
    out, err = capfd.readouterr()

    assert (code, places(out)) == (1, FOUND)
    assert err == "1 finding (1 warning) in 1 file, 1 fixable with --fix.\n"


@pytest.mark.parametrize(
    ("arguments", "code"),
    [
        ([], 1),
        (["--fail-on", "error"], 0),
        (["--fail-on", "never"], 0),
        (["--ignore", "timeouts"], 0),
        (["--select", "files"], 0),
        (["--exclude", "load.py"], 0),
        (["missing.py"], 2),
        (["broken"], 0),
        (["broken", "--strict"], 3),
    ],
    ids=lambda value: " ".join(value) if isinstance(value, list) else "",
)
def test_the_exit_code_says_how_it_ended(
    shop: Path, arguments: list[str], code: int, capfd: pytest.CaptureFixture[str]
) -> None:
    (shop / "broken").mkdir()
    (shop / "broken" / "a.py").write_text("x = (\n")

    assert entry.main(["check", *arguments]) == code
    assert "Traceback" not in capfd.readouterr().err


def test_settings_count_where_the_command_line_is_silent(
    shop: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    (shop / "pyproject.toml").write_text('[tool.nonevent]\nfail-on = "error"\n')

    assert entry.main(["check"]) == 0
    assert entry.main(["check", "--fail-on", "warning"]) == 1
    capfd.readouterr()


def test_reports_go_to_files_whole(shop: Path, capfd: pytest.CaptureFixture[str]) -> None:
    (shop / "a.json").write_text("old")
    (shop / "a.json").chmod(0o600)

    code = entry.main(
        ["check", "--output", "json:a.json", "--output", "sarif:out.sarif", "--quiet", "load.py"]
    )

    assert (code, *capfd.readouterr()) == (1, "", "")
    assert places((shop / "a.json").read_text(encoding="utf-8")) == FOUND
    assert json.loads((shop / "out.sarif").read_text(encoding="utf-8"))["version"] == "2.1.0"
    assert sorted(file.name for file in shop.iterdir()) == ["a.json", "load.py", "out.sarif"]


@pytest.mark.skipif(os.name == "nt", reason="POSIX has links and devices")
def test_a_link_stays_a_link_and_a_device_a_device(
    shop: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    (shop / "link.json").symlink_to(shop / "real.json")

    entry.main(["check", "load.py", "--output", "json:link.json", "--output", "full:/dev/null"])

    assert (shop / "link.json").is_symlink()
    assert places((shop / "real.json").read_text()) == FOUND
    assert Path("/dev/null").is_char_device()
    capfd.readouterr()


def test_what_was_there_stays_when_writing_fails(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "a.json").write_text("old")

    def fail(_old: str, _new: str) -> None:
        raise OSError

    monkeypatch.setattr(os, "replace", fail)
    with pytest.raises(OSError, match=r"^$"):
        output.replace_file(str(tmp_path / "a.json"), b"new")

    assert [(file.name, file.read_text()) for file in tmp_path.iterdir()] == [("a.json", "old")]


@pytest.mark.parametrize(
    ("encoding", "kind", "expected"),
    [
        ("ascii", "", b"caf\\xe9 \\u2014\n"),
        ("latin-1", "", b"caf\xe9 \\u2014\n"),
        ("latin-1", "utf-8", b"caf\xc3\xa9 \xe2\x80\x94\n"),
    ],
)
def test_what_an_encoding_lacks_is_escaped(
    encoding: str, kind: str, expected: bytes, monkeypatch: pytest.MonkeyPatch
) -> None:
    raw = io.BytesIO()
    monkeypatch.setattr(sys, "stdout", io.TextIOWrapper(raw, encoding=encoding))

    output.to_stdout("café —\n", kind)

    assert raw.getvalue() == expected


def test_what_is_said_beside_a_report_is_no_command(
    shop: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    (shop / "::error::x ##vso[task.setvariable variable=a]b.py").write_text("x = (\n")
    entry.main(["check", "--output", "json"])
    said = capfd.readouterr().err

    assert said.startswith(
        r":\x3aerror::x #\x23vso[task.setvariable variable=a]b.py:1: not analysed"
    )
