"""Bad input, whole: a clear line each, the right exit code, the rest analysed."""

import os
from pathlib import Path

import pytest

from nonevent.entry import main

GOOD = "import requests\nrequests.get(u)\n"
DEEP = "(" * 5000 + ")" * 5000

# What stands in the file, and what the report says of it; "" where it is simply read.
FILES: dict[str, tuple[bytes, str]] = {
    "pointer.py": (
        b"version https://git-lfs.github.com/spec/v1\noid sha256:4d7a\nsize 12345\n",
        "not analysed (history): not read: Git LFS keeps its content, which is not here",
    ),
    "binary.py": (b"\x00\x01\x02", "not analysed (binary): not read: it holds binary data"),
    "latin.py": (b'x = "\xff"\n', "not analysed (encoding): not read: line 1 is not UTF-8"),
    "cookie.py": (b'# coding: latin-1\nx = "\xff"\n', ""),
    "unknown.py": (b"# coding: klingon\n", "unknown encoding 'klingon'"),
    "syntax.py": (b"def f(:\n", "not analysed (syntax): not parsed as Python"),
    "empty.py": (b"", ""),
    "empty.sql": (b"", ""),
    "long.py": (b'x = "' + b"a" * 2_000_000 + b'"\n', ""),
    "long.sql": (b"INSERT INTO t VALUES " + b"(1)," * 500_000 + b"(1);\n", ""),
    "huge.py": (b"x = 1\n" * 700_000, "not analysed (too-large): not read: 4.2 MB"),
    "deep.py": (DEEP.encode(), "not analysed (syntax): not parsed as Python"),
    "deep.sql": (f"ALTER TABLE t ADD CHECK ({DEEP});".encode(), "deep.sql"),
    "odd.sql": (b"DROP TABLE x;\nBLURB IT;\n", "not analysed (statement): `BLURB IT`"),
    "bom.sql": (b"\xef\xbb\xbfDROP TABLE x;\n", "bom.sql:1:1: error dropped-table"),
    "wide.sql": ("DROP TABLE x;".encode("utf-16"), "wide.sql:1:1: error dropped-table"),
    "carriage.py": (b"import requests\rrequests.get(u)\r", "carriage.py:2:1: warning"),
}


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    (tmp_path / "good.py").write_text(GOOD)
    monkeypatch.chdir(tmp_path)
    return tmp_path


@pytest.mark.parametrize("name", FILES)
def test_one_bad_file_costs_no_other(
    name: str, folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    data, said = FILES[name]
    (folder / name).write_bytes(data)
    code = main(["check", "--output", "concise"])
    printed = capsys.readouterr().out.splitlines()

    assert code == 1
    assert [line for line in printed if line.startswith("good.py:2:1: warning call-without")]
    of_it = [line for line in printed if line.startswith(name)]
    assert bool(of_it) == bool(said)
    assert all(len(line) < 500 for line in of_it)  # no line of the file itself
    assert any(said in line for line in of_it) or not said


LINKS = {
    "a link to itself": ("self.py", "self.py"),
    "a link to nothing": ("broken.py", "nothing.py"),
    "a link out of the project": ("out.py", os.devnull),
}


@pytest.mark.parametrize(("name", "target"), LINKS.values(), ids=LINKS)
def test_a_link_that_leads_nowhere_is_named(
    name: str, target: str, folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (folder / name).symlink_to(target)
    code = main(["check", "--output", "concise"])
    printed = capsys.readouterr().out

    assert code == 1
    assert f"{name}: not analysed (unreadable)" in printed


def test_a_loop_of_folders_ends(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (folder / "loop").mkdir()
    (folder / "loop" / "again").symlink_to(folder, target_is_directory=True)
    code = main(["check", "--output", "concise"])

    assert code == 1
    assert capsys.readouterr().out.count("good.py:2:1") == 1


MISUSE = {
    "a missing path": (["god.py"], "no such file or directory: 'god.py'; nearest: 'good.py'"),
    "not a repository": (["--diff", "main"], "not a git repository"),
    "nothing staged without a repository": (["--staged"], "not a git repository"),
    "an unknown rule": (["--select", "dropped-colum"], "nearest: 'dropped-column'"),
    "a missing patch": (["--patch", "no.diff"], "--patch no.diff: No such file"),
}


@pytest.mark.parametrize(("arguments", "said"), MISUSE.values(), ids=MISUSE)
def test_misuse_is_one_line(
    arguments: list[str], said: str, folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    code = main(["check", *arguments])
    captured = capsys.readouterr()

    assert folder.exists()
    assert (code, captured.out) == (2, "")
    assert captured.err.count("\n") == 1
    assert said in captured.err


def test_a_patch_that_does_not_apply_is_named_and_the_rest_goes_on(
    folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (folder / "change.diff").write_text(
        "--- a/good.py\n+++ b/good.py\n@@ -1,2 +1,2 @@\n nothing\n-like\n+this\n"
        "--- /dev/null\n+++ b/new.py\n@@ -0,0 +1,2 @@\n+import requests\n+requests.get(u)\n"
    )
    code = main(["check", "--patch", "change.diff", "--output", "concise"])
    printed = capsys.readouterr().out

    assert code == 1
    assert "good.py: not analysed (patch)" in printed
    assert "new.py:2:1: warning call-without-timeout" in printed
