"""Unified diffs over a folder that is the version before, or the version after."""

import os
import subprocess
import time
from collections.abc import Callable
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest

from nonevent.change import Change
from nonevent.error import UserError
from nonevent.note import Note, NoteKind
from nonevent.sources.patch import from_patch

Wanted = Callable[[str], bool]
Seen = Callable[[Change], dict[str, tuple[str | None, str | None, str]]]
Files = dict[str, str]

LONG = "".join(f"line {number}\n" for number in range(1, 21))

# What changes: files before, files after. Each is tried over both, in many forms.
CHANGES: dict[str, tuple[Files, Files]] = {
    "an edit": ({"a.py": LONG}, {"a.py": LONG.replace("line 9\n", "line nine\nnew\n")}),
    "two hunks": ({"a.py": LONG}, {"a.py": "top\n" + LONG.replace("line 20\n", "")}),
    "a deletion of lines": ({"a.py": LONG}, {"a.py": LONG.replace("line 9\nline 10\n", "")}),
    "a new file": ({"a.py": "a\n"}, {"a.py": "a\n", "b/c.py": "1\n2\n"}),
    "a deleted file": ({"a.py": "a\n", "b.py": "1\n2\n"}, {"a.py": "a\n"}),
    "a new empty file": ({"a.py": "a\n"}, {"a.py": "a\n", "b.py": ""}),
    "a deleted empty file": ({"a.py": "a\n", "b.py": ""}, {"a.py": "a\n"}),
    "a moved file": ({"a.py": LONG}, {"b/a.py": LONG}),
    "a moved and edited file": ({"a.py": LONG}, {"b.py": LONG.replace("line 9", "nine")}),
    "no newline at the end": ({"a.py": "1\n2"}, {"a.py": "1\n2\n3"}),
    "a newline at the end": ({"a.py": "1\n2"}, {"a.py": "1\n2\n"}),
    "comments of SQL": (
        {"a.sql": "-- one\n-- two\nSELECT 1;\n"},
        {"a.sql": "++ three\nSELECT 1;\n-- four\n"},
    ),
    "lines that look like a head": (
        {"a.sql": "-- a/a.sql\nx\n"},
        {"a.sql": "++ b/a.sql\nx\n"},
    ),
    "a name beyond ASCII": ({"café.py": "1\n"}, {"café.py": "2\n"}),
    "a name with a space": ({"two words.py": "1\n"}, {"two words.py": "2\n"}),
    "windows line ends in the files": ({"a.py": "1\r\n2\r\n"}, {"a.py": "1\r\n3\r\n"}),
    "empty lines": ({"a.py": "1\n\n2\n\n3\n"}, {"a.py": "1\n\n2\n\n\n4\n"}),
    "several files": (
        {"a.py": "1\n", "b.sql": "SELECT 1;\n", "c.txt": "c\n"},
        {"a.py": "2\n", "b.sql": "SELECT 2;\n", "c.txt": "d\n"},
    ),
    "two files that change places": (
        {"a.py": LONG, "b.py": LONG.replace("line", "row")},
        {"a.py": LONG.replace("line", "row"), "b.py": LONG},
    ),
}

FORMS: dict[str, tuple[list[str], Callable[[bytes], bytes]]] = {
    "as git writes it": ([], bytes),
    "without prefixes": (["--no-prefix"], bytes),
    "without context": (["-U0"], bytes),
    "with other prefixes": (["--src-prefix=i/", "--dst-prefix=w/"], bytes),
    "coloured": (["--color=always"], bytes),
    "with a mark and other line ends": (
        [],
        lambda data: b"\xef\xbb\xbf" + data.replace(b"\n", b"\r\n"),
    ),
    "as UTF-16": ([], lambda data: data.decode().encode("utf-16")),
    "in a mail": (
        [],
        lambda data: (
            b"From 1234 Mon\nSubject: x\n\ntext\n---\n a.py | 2 +-\n\n" + data + b"-- \n2.39.5\n\n"
        ),
    ),
}


@pytest.fixture
def lay(tmp_path: Path) -> Callable[[Files], str]:
    """Return what lays files into an empty folder and returns its path."""

    def lay(files: Files) -> str:
        folder = tmp_path / f"disk{len(list(tmp_path.iterdir()))}"
        folder.mkdir()
        for name, text in files.items():
            path = folder / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(text, newline="")
        return str(folder)

    return lay


Lay = Callable[[Files], str]


def diff(repository: Any, before: Files, after: Files, *options: str) -> bytes:
    """Return what git prints for the change from one set of files to another."""
    trees = []
    for files in (before, after):
        repository.git("read-tree", "--empty")
        for name, text in files.items():
            blob = repository.git("hash-object", "-w", "--stdin", stdin=text.encode())
            repository.git("update-index", "--add", "--cacheinfo", f"100644,{blob},{name}")
        trees.append(repository.git("write-tree"))
    return subprocess.run(
        ["git", "diff", "-M", *options, *trees],
        cwd=repository.root,
        capture_output=True,
        check=True,
    ).stdout


def expected(before: Files, after: Files, moved: Files) -> dict[str, Any]:
    """Return what must be seen; `moved` is new name → old name."""
    files = {}
    for name in before.keys() | after.keys():
        if before.get(name) != after.get(name) and not name.endswith(".txt"):
            files[name] = (before.get(name), after.get(name), "")
    for name, old_name in moved.items():
        files.pop(old_name, None)
        files[name] = (before[old_name], after[name], old_name)
    return files


MOVED = {"a moved file": {"b/a.py": "a.py"}, "a moved and edited file": {"b.py": "a.py"}}


@pytest.mark.slow
@pytest.mark.parametrize("change", CHANGES)
def test_every_form_over_both_versions(
    change: str, repository: Any, lay: Lay, wanted: Wanted, seen: Seen
) -> None:
    before, after = CHANGES[change]
    over = {"before": lay(before), "after": lay(after)}
    wrong = {}
    for form, (options, carry) in FORMS.items():
        if form == "with a mark and other line ends" and "windows" in change:
            continue
        data = carry(diff(repository, before, after, *options))
        for disk, root in over.items():
            found = from_patch(root, data, wanted)
            if seen(found) != expected(before, after, MOVED.get(change, {})) or found.notes:
                wrong[form, disk] = (data, seen(found), found.notes)

    assert wrong == {}


def patch_of(old: str, new: str, *lines: str) -> bytes:
    return "".join(f"{line}\n" for line in (f"--- {old}", f"+++ {new}", *lines)).encode()


EDIT = ("@@ -1,2 +1,2 @@", " one", "-two", "+TWO")
BEFORE, AFTER = "one\ntwo\n", "one\nTWO\n"

HEADS = {
    "git's prefixes": ("a/x.py", "b/x.py"),
    "no prefix": ("x.py", "x.py"),
    "two folders": ("old/x.py\t2024-01-01 00:00:00.0 +0000", "new/x.py\t2024-01-01"),
    "subversion": ("x.py\t(revision 7)", "x.py\t(working copy)"),
    "a backup": ("x.py.orig\t2024-01-01", "x.py\t2024-01-01"),
    "quoted": (r'"a/x\056py"', r'"b/x\056py"'),
}


@pytest.mark.parametrize("head", HEADS)
def test_names_as_other_tools_write_them(head: str, lay: Lay, wanted: Wanted, seen: Seen) -> None:
    for disk in (BEFORE, AFTER):
        change = from_patch(lay({"x.py": disk}), patch_of(*HEADS[head], *EDIT), wanted)

        assert (seen(change), change.notes) == ({"x.py": (BEFORE, AFTER, "")}, ())
        assert (change.files[0].added, change.compares) == (frozenset({2}), True)


def test_a_new_file_without_the_head_of_git(lay: Lay, wanted: Wanted, seen: Seen) -> None:
    data = patch_of("/dev/null", "b/pkg/x.py", "@@ -0,0 +1,1 @@", "+one")

    assert seen(from_patch(lay({}), data, wanted)) == {"pkg/x.py": (None, "one\n", "")}


def test_hunks_are_found_where_the_file_has_moved_on(lay: Lay, wanted: Wanted, seen: Seen) -> None:
    hunk = ("@@ -2,3 +2,3 @@", " line 2", "-line 3", "+three", " line 4")
    data = patch_of("a/x.py", "b/x.py", *hunk)
    shifted = "new\n" * 30 + LONG
    changed = shifted.replace("line 3\n", "three\n")

    for disk in (shifted, changed):
        change = from_patch(lay({"x.py": disk}), data, wanted)

        assert seen(change) == {"x.py": (shifted, changed, "")}
        assert change.files[0].added == frozenset({33})


def test_a_series_of_commits_is_followed(
    repository: Any, lay: Lay, wanted: Wanted, seen: Seen
) -> None:
    states: list[Files] = [
        {"a.py": LONG},
        {"a.py": LONG + "21\n", "new.py": "1\n"},
        {"b.py": LONG + "21\n", "new.py": "1\n2\n"},
        {"b.py": "top\n" + LONG + "21\n", "new.py": "1\n2\n3\n"},
    ]
    data = b"".join(diff(repository, *pair) for pair in pairwise(states))
    whole = {
        "b.py": (LONG, "top\n" + LONG + "21\n", "a.py"),
        "new.py": (None, "1\n2\n3\n", ""),
    }

    assert seen(from_patch(lay(states[0]), data, wanted)) == whole
    assert seen(from_patch(lay(states[-1]), data, wanted)) == whole


def test_a_copy_is_new(repository: Any, lay: Lay, wanted: Wanted, seen: Seen) -> None:
    before: Files = {"a.py": LONG}
    after: Files = {"a.py": LONG, "b.py": LONG + "21\n"}
    data = diff(repository, before, after, "-C", "--find-copies-harder")
    assert b"copy from a.py" in data

    for disk in (before, after):
        assert seen(from_patch(lay(disk), data, wanted)) == {"b.py": (None, LONG + "21\n", "")}


def test_bytes_that_are_no_utf_8_stay_as_they_are(tmp_path: Path, wanted: Wanted) -> None:
    (tmp_path / "x.py").write_bytes(b"one\n# caf\xe9\n")
    data = patch_of("a/x.py", "b/x.py", *EDIT).replace(b"-two", b"-# caf\xe9")
    data = data.replace(b"+TWO", b"+# \xff")
    (file,) = from_patch(str(tmp_path), data, wanted).files

    assert file.before is not None
    assert file.after is not None
    assert (file.before(), file.after()) == (b"one\n# caf\xe9\n", b"one\n# \xff\n")


def test_excluded_and_unwanted_files_are_left_out(lay: Lay, wanted: Wanted, seen: Seen) -> None:
    data = b"".join(
        patch_of(f"a/{name}", f"b/{name}", *EDIT) for name in ("x.py", "tests/x.py", "x.txt")
    )
    disk = {"x.py": BEFORE, "tests/x.py": BEFORE, "x.txt": "else\n"}

    assert set(seen(from_patch(lay(disk), data, wanted, ["tests/"]))) == {"x.py"}


# What cannot be used


UNUSABLE = b"""\
diff --cc merged.py
index 1,2..3
--- a/merged.py
+++ b/merged.py
@@@ -1,1 -1,1 +1,1 @@@
- x
 -y
++z
diff --git a/b.py b/b.py
index 1..2 100644
Binary files a/b.py and b/b.py differ
diff --git a/i.png b/i.png
index 1..2 100644
Binary files a/i.png and b/i.png differ
diff --git a/mode.py b/mode.py
old mode 100644
new mode 100755
diff --git a/l.py b/l.py
new file mode 120000
index 0..1
--- /dev/null
+++ b/l.py
@@ -0,0 +1 @@
+/etc/passwd
\\ No newline at end of file
diff --git a/sub.py b/sub.py
index 1..2 160000
--- a/sub.py
+++ b/sub.py
@@ -1 +1 @@
-Subproject commit 1
+Subproject commit 2
"""


def test_one_bad_part_costs_one_file(lay: Lay, wanted: Wanted, seen: Seen) -> None:
    short = ("@@ -1,9 +1,9 @@", " one", "-two", "+TWO")
    long_ = (*EDIT, "+and more")
    data = b"".join(
        [
            patch_of("a/short.py", "b/short.py", *short),
            patch_of("a/fits.py", "b/fits.py", *EDIT),
            patch_of("a/long.py", "b/long.py", *long_),
            patch_of("a/other.py", "b/other.py", *EDIT),
            patch_of("a/missing.py", "b/missing.py", *EDIT),
            UNUSABLE,
            patch_of("a/last.py", "b/last.py", *EDIT),
        ]
    )
    disk = dict.fromkeys(("short.py", "fits.py", "long.py", "last.py", "mode.py"), BEFORE)

    change = from_patch(lay({**disk, "other.py": "else\n"}), data, wanted)
    belong = "the patch and the file on disk do not belong together: "

    assert set(seen(change)) == {"fits.py", "last.py"}
    assert change.notes == (
        Note("b.py", NoteKind.BINARY, "a binary patch: not analysed (line 40)"),
        Note(
            "long.py",
            NoteKind.PATCH,
            "hunk 1 (@@ -1,2 +1,2 @@) is damaged: the file is not analysed (line 13)",
        ),
        Note("merged.py", NoteKind.PATCH, "a combined diff of a merge: not analysed (line 32)"),
        Note("missing.py", NoteKind.PATCH, belong + "the file is not there"),
        Note("other.py", NoteKind.PATCH, belong + "hunk @@ -1,2 +1,2 @@ does not apply"),
        Note(
            "short.py",
            NoteKind.PATCH,
            "hunk 1 (@@ -1,9 +1,9 @@) is damaged: the file is not analysed (line 1)",
        ),
    )


LEAVING = [
    "../../etc/secret.py",
    "/etc/secret.py",
    "x/../../secret.py",
    "link/secret.py",
    "linked.py",
    ".git/hooks/x.py",
    "C:/secret.py",
    "..\\secret.py",
    "../../etc/passwd",
]


@pytest.mark.parametrize("path", LEAVING)
def test_a_path_that_leaves_the_project_is_never_read(
    path: str, tmp_path: Path, wanted: Wanted, monkeypatch: pytest.MonkeyPatch
) -> None:
    root = tmp_path / "shop"
    (root / ".git" / "hooks").mkdir(parents=True)
    outside = tmp_path / "outside"
    outside.mkdir()
    for secret in (outside / "secret.py", tmp_path / "secret.py", root / ".git/hooks/x.py"):
        secret.write_text(BEFORE)
    (root / "link").symlink_to(outside)
    (root / "linked.py").symlink_to(outside / "secret.py")
    opened = []
    monkeypatch.setattr(os, "open", lambda path, *_: opened.append(path))
    head = f"diff --git {path} {path}\n".encode()

    change = from_patch(str(root), head + patch_of(path, path, *EDIT), wanted)

    assert (change.files, opened) == ((), [])
    message = "its path leads out of the project: not read"
    assert change.notes == (Note(path, NoteKind.PATCH, message),)


@pytest.mark.parametrize(
    "text",
    [
        "Fix the cart\n\nIt was broken.\n",
        "1c1\n< a\n---\n> b\n",
        "*** a\n--- b\n",
        "x = 1\n",
        "\x00\xff",
    ],
    ids=["prose", "an ed script", "a context diff", "source", "binary"],
)
def test_what_is_no_patch_is_said(text: str, tmp_path: Path, wanted: Wanted) -> None:
    with pytest.raises(UserError, match="no file changes found in the patch"):
        from_patch(str(tmp_path), text.encode("latin-1"), wanted)


@pytest.mark.parametrize("data", [b"", b"\n", b"\xef\xbb\xbf"], ids=["empty", "blank", "a mark"])
def test_an_empty_patch_changes_nothing(data: bytes, tmp_path: Path, wanted: Wanted) -> None:
    assert from_patch(str(tmp_path), data, wanted) == Change((), (), compares=True)


def test_no_patch_takes_long(lay: Lay, wanted: Wanted) -> None:
    text = "same\n" * 50_000
    hunks = [f"@@ -{at},3 +{at},3 @@\n same\n-other\n+new\n same\n" for at in range(1, 3_000, 10)]
    data = b"--- a/x.py\n+++ b/x.py\n" + "".join(hunks).encode()
    start = time.process_time()
    change = from_patch(lay({"x.py": text}), data, wanted)

    assert [note.path for note in change.notes] == ["x.py"]
    assert time.process_time() - start < 10
