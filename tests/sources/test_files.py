"""Files and folders named on the command line."""

import os
import re
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from nonevent.change import Change
from nonevent.error import UserError
from nonevent.note import Note, NoteKind
from nonevent.sources.files import SKIPPED, from_paths

Wanted = Callable[[str], bool]
Seen = Callable[[Change], dict[str, tuple[str | None, str | None, str]]]
Put = Callable[..., None]


@pytest.fixture
def root(tmp_path: Path) -> Path:
    folder = tmp_path / "shop"
    folder.mkdir()
    return folder


@pytest.fixture
def put(root: Path) -> Put:
    def put(*paths: str, text: str = "x\n") -> None:
        for path in paths:
            full = root / path
            full.parent.mkdir(parents=True, exist_ok=True)
            full.write_text(text)

    return put


@pytest.fixture
def listed(root: Path, wanted: Wanted) -> Callable[..., list[str]]:
    def listed(*paths: str, exclude: tuple[str, ...] = ()) -> list[str]:
        named = [str(root / path) for path in paths or (".",)]
        change = from_paths(named, str(root), wanted, exclude)
        assert change.notes == ()
        return [file.path for file in change.files]

    return listed


Listed = Callable[..., list[str]]


# Folders


def test_a_folder_is_walked_in_the_order_of_names(put: Put, listed: Listed) -> None:
    put("b.py", "a/z.py", "a/b/c.sql", "a.py", "notes.txt", "Makefile")

    assert listed() == ["a.py", "a/b/c.sql", "a/z.py", "b.py"]
    assert listed("a") == ["a/b/c.sql", "a/z.py"]
    assert listed("a", "a/z.py", "b.py", "a") == ["a/b/c.sql", "a/z.py", "b.py"]


def test_contents_are_read_when_they_are_asked_for(root: Path, wanted: Wanted, put: Put) -> None:
    put("a.py", text="before\n")
    change = from_paths([str(root)], str(root), wanted)
    put("a.py", text="after\n")
    (file,) = change.files

    assert file.after is not None
    assert file.after() == b"after\n"
    assert (file.before, file.added, change.compares) == (None, None, False)


def test_folders_of_tools_and_environments_are_skipped(put: Put, listed: Listed) -> None:
    put(*(f"{name}/x.py" for name in SKIPPED))
    put("py311/pyvenv.cfg", "py311/lib/x.py", "forge/conda-meta/history", "forge/x.py", "env/x.py")

    assert listed() == ["env/x.py"]


def test_an_environment_named_explicitly_is_walked(put: Put, listed: Listed) -> None:
    put("py311/pyvenv.cfg", "py311/x.py", "node_modules/lib/x.py")

    assert listed("py311", "node_modules/lib") == ["node_modules/lib/x.py", "py311/x.py"]


IGNORED = {
    "a folder": ({"": "build/\n"}, ["build/a.py", "a.py"], ["a.py"]),
    "a name anywhere": ({"": "*_local.py"}, ["x_local.py", "a/y_local.py", "b.py"], ["b.py"]),
    "a name at the top only": ({"": "/a.py\n"}, ["a.py", "b/a.py"], ["b/a.py"]),
    "all but one": ({"": "*.sql\n!keep.sql\n"}, ["a.sql", "keep.sql"], ["keep.sql"]),
    "an inner file overrules": (
        {"": "*.py\n", "a": "!x.py\n"},
        ["a/x.py", "a/y.py", "x.py"],
        ["a/x.py"],
    ),
    "an inner file holds below it": ({"a": "/x.py\n"}, ["x.py", "a/x.py"], ["x.py"]),
    "two stars": ({"": "gen/**/v1\n"}, ["gen/a/b/v1/x.py", "gen/v2/x.py"], ["gen/v2/x.py"]),
    "comments and blanks": ({"": "# a.py\n\n   \n\\#b.py\n"}, ["a.py", "#b.py"], ["a.py"]),
    "windows line ends": ({"": "a.py\r\nb.py\r\n"}, ["a.py", "b.py", "c.py"], ["c.py"]),
    "a pattern that is none": ({"": "[\n!\n/\na.py\n"}, ["a.py", "b.py"], ["b.py"]),
    "nothing comes back from an ignored folder": (
        {"": "build/\n!build/a.py\n"},
        ["build/a.py", "b.py"],
        ["b.py"],
    ),
}


@pytest.mark.parametrize("case", IGNORED)
def test_ignore_files(case: str, root: Path, put: Put, listed: Listed) -> None:
    ignores, present, expected = IGNORED[case]
    put(*present)
    for folder, text in ignores.items():
        (root / folder / ".gitignore").write_text(text, newline="")

    assert listed() == expected


@pytest.mark.slow
@pytest.mark.parametrize("case", IGNORED)
def test_git_itself_leaves_out_the_same(
    case: str, repository: Any, wanted: Wanted, seen: Seen
) -> None:
    ignores, present, _ = IGNORED[case]
    for path in present:
        repository.put(path, b"x\n")
    for folder, text in ignores.items():
        repository.put(os.path.join(folder, ".gitignore"), text.encode())
    listed = repository.git("ls-files", "--others", "--exclude-standard", "-z").split("\0")

    found = from_paths([str(repository.root)], str(repository.root), wanted)

    assert set(seen(found)) == {path for path in listed if wanted(path)}


def test_ignore_files_above_the_folder_hold(put: Put, listed: Listed, root: Path) -> None:
    put("a/b/x.py", "a/b/gen_x.py", "a/b/y.py")
    (root / ".gitignore").write_text("gen_*\n")
    (root / "a" / ".gitignore").write_text("b/y.py\n")

    assert listed("a/b") == ["a/b/x.py"]


def test_ignore_files_above_the_root_hold_up_to_the_repository(
    root: Path, wanted: Wanted, put: Put, tmp_path: Path
) -> None:
    put("backend/shop/x.py", "backend/shop/x_pb2.py", "backend/out/x.py", "backend/a.py")
    put(".git/HEAD", "build/x.py", "backend/mine.py")
    put(".gitignore", text="*_pb2.py\n/backend/out\nbuild\n")
    put("backend/.gitignore", text="/a.py\n")
    put(".git/info/exclude", text="/backend/mine.py\n")
    (tmp_path / ".gitignore").write_text("*.py\n")

    def walked(folder: Path) -> list[str]:
        return [file.path for file in from_paths([str(folder)], str(folder), wanted).files]

    assert walked(root / "backend") == ["shop/x.py"]
    assert walked(root / "backend" / "shop") == ["x.py"]
    assert walked(root / "build") == ["x.py"]


def test_an_ignored_folder_named_explicitly_is_walked(put: Put, listed: Listed, root: Path) -> None:
    put("build/x.py", "build/tmp/x.py", "a.py")
    (root / ".gitignore").write_text("build/\n")
    (root / "build" / ".gitignore").write_text("tmp\n")

    assert listed("build") == ["build/x.py"]
    assert listed() == ["a.py"]


def test_excluded_paths_are_left_out_even_by_name(put: Put, listed: Listed) -> None:
    put("a.py", "tests/a.py", "shop/tests/b.py", "shop/a_pb2.py")
    exclude = ("tests", "*_pb2.py")

    assert listed(exclude=exclude) == ["a.py"]
    assert listed("a.py", "tests/a.py", "shop/a_pb2.py", exclude=exclude) == ["a.py"]


def test_a_file_named_explicitly_is_taken_though_ignored(
    put: Put, listed: Listed, root: Path
) -> None:
    put("a.py", "b.py", "node_modules/c.py")
    (root / ".gitignore").write_text("*.py\n")

    assert listed("a.py", "node_modules/c.py") == ["a.py", "node_modules/c.py"]


# What stands in the way


def test_a_file_that_no_reader_knows_is_noted_when_it_is_named(
    root: Path, wanted: Wanted, put: Put
) -> None:
    put("notes.txt", "a.py")
    named = from_paths([str(root / "notes.txt")], str(root), wanted)
    walked = from_paths([str(root)], str(root), wanted)

    assert (named.files, walked.notes) == ((), ())
    assert named.notes == (
        Note("notes.txt", NoteKind.UNSUPPORTED, "no reader knows this type of file"),
    )


def test_links_are_followed_inside_the_project_only(
    root: Path, wanted: Wanted, put: Put, tmp_path: Path
) -> None:
    put("real/a.py", "b.py")
    (tmp_path / "secret.py").write_text("secret\n")
    (root / "to_a.py").symlink_to("real/a.py")
    (root / "out.py").symlink_to("../secret.py")
    (root / "nowhere.py").symlink_to("missing.py")
    (root / "circle.py").symlink_to("circle.py")
    (root / "real" / "loop").symlink_to("..")
    (root / "outside").symlink_to(tmp_path)
    os.mkfifo(root / "pipe.py")
    notes = (
        Note("circle.py", NoteKind.UNREADABLE, "too many levels of symbolic links"),
        Note("nowhere.py", NoteKind.UNREADABLE, "a symbolic link leads nowhere"),
        Note("out.py", NoteKind.UNREADABLE, "a symbolic link leads out of the project"),
        Note("pipe.py", NoteKind.UNREADABLE, "not a regular file"),
    )
    names = ["to_a.py", "out.py", "nowhere.py", "circle.py", "pipe.py", "b.py", "real/a.py"]

    walked = from_paths([str(root)], str(root), wanted)
    named = from_paths([str(root / name) for name in names], str(root), wanted)
    through = from_paths([str(root / "outside" / "secret.py")], str(root), wanted)

    assert [file.path for file in walked.files] == ["b.py", "real/a.py"]
    assert walked.notes == notes
    assert named == walked._replace(files=named.files)
    assert [file.path for file in named.files] == ["b.py", "real/a.py"]
    assert (through.files, through.notes[0].message) == (
        (),
        "a symbolic link leads out of the project",
    )


def test_a_linked_folder_named_explicitly_is_walked(root: Path, wanted: Wanted, put: Put) -> None:
    put("releases/7/a.py")
    (root / "current").symlink_to("releases/7")

    change = from_paths([str(root / "current")], str(root), wanted)

    assert [file.path for file in change.files] == ["releases/7/a.py"]


def test_a_pipe_put_in_the_place_of_a_file_is_not_waited_for(
    root: Path, wanted: Wanted, put: Put
) -> None:
    put("a.py")
    (file,) = from_paths([str(root / "a.py")], str(root), wanted).files
    (root / "a.py").unlink()
    os.mkfifo(root / "a.py")

    assert file.after is not None
    with pytest.raises(OSError, match="not a regular file"):
        file.after()


def test_a_giant_is_not_read(root: Path, wanted: Wanted) -> None:
    with (root / "a.sql").open("wb") as file:
        file.truncate(7_000_000)
    (found,) = from_paths([str(root)], str(root), wanted).files

    assert found.after is not None
    with pytest.raises(OSError, match="larger than 6 MB"):
        found.after()


def test_a_folder_too_deep_for_the_system_is_noted(
    root: Path, wanted: Wanted, put: Put, monkeypatch: pytest.MonkeyPatch
) -> None:
    put("a.py")
    monkeypatch.chdir(root)
    name = "d" * 200
    for _ in range(25):
        os.mkdir(name)
        os.chdir(name)
    os.chdir(root)
    change = from_paths([str(root)], str(root), wanted)

    assert [file.path for file in change.files] == ["a.py"]
    assert [note.message for note in change.notes] == ["folder left out: file name too long"]


def test_a_missing_path_names_the_nearest(root: Path, wanted: Wanted, put: Put) -> None:
    put("views/checkout.py")
    missing = str(root / "views" / "chekout.py")
    with pytest.raises(UserError) as error:
        from_paths([missing], str(root), wanted)
    nearest = str(root / "views" / "checkout.py")

    assert str(error.value) == f"no such file or directory: {missing!r}; nearest: {nearest!r}"


@pytest.mark.parametrize("path", ["no/where/at/all.py", "a.py/b.py", "a\0b.py", ""])
def test_a_path_that_cannot_be_is_said_in_one_line(
    root: Path, wanted: Wanted, put: Put, path: str
) -> None:
    put("a.py")

    with pytest.raises(UserError) as error:
        from_paths([os.path.join(root, path) if path else path], str(root), wanted)
    assert re.fullmatch(r"no such file or directory: '[^\n]*'", str(error.value))


def test_a_name_too_long_for_the_system_is_noted(root: Path, wanted: Wanted) -> None:
    change = from_paths([str(root / ("a" * 300))], str(root), wanted)

    assert [note.message for note in change.notes] == ["file name too long"]


def test_a_path_outside_the_root_keeps_its_way_there(
    tmp_path: Path, root: Path, wanted: Wanted, seen: Seen
) -> None:
    (tmp_path / "other").mkdir()
    (tmp_path / "other" / "a.py").write_text("o\n")
    paths = [str(tmp_path / "other"), str(tmp_path / "other" / "a.py")]

    assert seen(from_paths(paths, str(root), wanted)) == {"../other/a.py": (None, "o\n", "")}
    assert seen(from_paths(paths, str(root), wanted, ["other"])) == {}


def test_names_that_are_no_text(root: Path, wanted: Wanted, seen: Seen) -> None:
    with open(os.fsencode(root) + b"/caf\xe9.py", "wb") as file:
        file.write(b"c\n")

    assert seen(from_paths([str(root)], str(root), wanted)) == {"caf\\xe9.py": (None, "c\n", "")}


def test_the_root_by_another_name(
    root: Path, wanted: Wanted, put: Put, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    put("views/a.py")
    (tmp_path / "alias").symlink_to(root)
    monkeypatch.chdir(tmp_path / "alias" / "views")
    by_alias = from_paths(["a.py"], str(tmp_path / "alias"), wanted)
    by_both = from_paths([str(tmp_path / "alias" / "views")], str(root), wanted)

    assert [file.path for file in (*by_alias.files, *by_both.files)] == ["views/a.py"] * 2


@pytest.mark.slow
def test_files_named_one_by_one_need_nothing_heavy(root: Path, put: Put) -> None:
    put("a.py", "b.py")
    program = (
        "import sys; from nonevent.sources.files import from_paths;"
        "from_paths(sys.argv[1:], '.', bool);"
        "print(sorted({'git', 'pathspec', 'pathlib', 'subprocess', 'difflib', 'tempfile'}"
        " & set(sys.modules)))"
    )
    done = subprocess.run(
        [sys.executable, "-c", program, "a.py", "b.py", "."],
        cwd=root,
        capture_output=True,
        text=True,
        check=True,
    )

    assert done.stdout == "[]\n"
