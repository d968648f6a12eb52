"""What git knows of a change, from real repositories."""

import os
import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from nonevent.change import Change
from nonevent.error import UserError
from nonevent.note import Note, NoteKind
from nonevent.sources import process
from nonevent.sources.git import find_root, from_diff, from_staged

pytestmark = pytest.mark.slow

Wanted = Callable[[str], bool]
Seen = Callable[[Change], dict[str, tuple[str | None, str | None, str]]]


# A base against the work tree


def test_committed_uncommitted_staged_untracked_and_deleted_files_are_one_change(
    repository: Any, wanted: Wanted, seen: Seen
) -> None:
    base = repository.commit(kept_py="k\n", edited_py="1\n", gone_py="g = 1\nh = 2\n")
    repository.commit(committed_py="c\n")
    repository.write(edited_py="1\n2\n", staged_py="s\n", new_py="n\n", notes_txt="no\n")
    repository.git("add", "staged.py")
    (repository.root / "gone.py").unlink()

    change = from_diff(str(repository.root), "HEAD~1", wanted)

    assert seen(change) == {
        "committed.py": (None, "c\n", ""),
        "edited.py": ("1\n", "1\n2\n", ""),
        "gone.py": ("g = 1\nh = 2\n", None, ""),
        "new.py": (None, "n\n", ""),
        "staged.py": (None, "s\n", ""),
    }
    assert {file.path: file.added for file in change.files}["edited.py"] == frozenset({2})
    assert (change.compares, change.base, change.head, change.notes) == (True, base, "", ())
    assert [file.path for file in change.files] == sorted(seen(change))


def test_the_base_is_where_the_branch_left_it(repository: Any, wanted: Wanted, seen: Seen) -> None:
    base = repository.commit(shared_py="1\n")
    repository.git("checkout", "-q", "-b", "feature")
    repository.commit(mine_py="m\n")
    repository.git("checkout", "-q", "main")
    repository.commit(theirs_py="t\n")
    repository.git("checkout", "-q", "feature")

    change = from_diff(str(repository.root), "main", wanted)

    assert seen(change) == {"mine.py": (None, "m\n", "")}
    assert change.base == base


def test_ignored_files_and_folders_of_tools_are_no_part_of_the_work_tree(
    repository: Any, wanted: Wanted, seen: Seen
) -> None:
    repository.commit(a_py="a\n")
    repository.put(".gitignore", b"build/\n*_local.py\n")
    repository.put("build/lib.py", b"x\n")
    repository.put("settings_local.py", b"x\n")
    repository.put("node_modules/x.py", b"x\n")
    repository.put("env/pyvenv.cfg", b"")
    repository.put("env/lib/x.py", b"x\n")
    repository.put(".git/info/exclude", b"scratch.py\n")
    repository.put("scratch.py", b"x\n")

    assert seen(from_diff(str(repository.root), "HEAD", wanted)) == {}


def test_a_tracked_file_counts_though_an_ignore_file_names_it(
    repository: Any, wanted: Wanted, seen: Seen
) -> None:
    repository.commit(a_py="a\n")
    repository.put(".gitignore", b"a.py\n")
    repository.put("a.py", b"b\n")

    assert seen(from_diff(str(repository.root), "HEAD", wanted)) == {"a.py": ("a\n", "b\n", "")}


def test_line_ends_of_the_work_tree_are_no_change(
    repository: Any, wanted: Wanted, seen: Seen
) -> None:
    repository.commit(a_py="one\ntwo\n", b_py="one\ntwo\n")
    repository.put("a.py", b"one\r\ntwo\r\n")
    repository.put("b.py", b"one\r\ntwo\r\nthree\r\n")

    change = from_diff(str(repository.root), "HEAD", wanted)

    assert seen(change) == {"b.py": ("one\ntwo\n", "one\r\ntwo\r\nthree\r\n", "")}
    assert change.files[0].added == frozenset({3})


def test_a_mode_is_no_content(repository: Any, wanted: Wanted, seen: Seen) -> None:
    repository.commit(a_py="a\n")
    (repository.root / "a.py").chmod(0o755)
    repository.commit()

    assert seen(from_diff(str(repository.root), "HEAD~1", wanted)) == {}
    assert seen(from_diff(str(repository.root), "HEAD~1..HEAD", wanted)) == {}


def test_a_sparse_checkout_deletes_nothing(repository: Any, wanted: Wanted, seen: Seen) -> None:
    repository.commit(shop__a_py="a\n", depot__b_py="b\n")
    repository.commit(depot__b_py="b2\n")
    repository.git("sparse-checkout", "set", "shop")
    assert not (repository.root / "depot").exists()

    change = from_diff(str(repository.root), "HEAD~1", wanted)

    assert seen(change) == {"depot/b.py": ("b\n", "b2\n", "")}


def test_a_file_that_became_a_folder_or_a_link_is_gone(
    repository: Any, wanted: Wanted, seen: Seen, tmp_path: Path
) -> None:
    repository.commit(a_py="a1\na2\n", b_py="b1\nb2\n", pkg__c_py="c1\nc2\n", d_py="d1\nd2\n")
    outside = tmp_path / "outside"
    outside.mkdir()
    (outside / "c.py").write_text("secret\n")
    (repository.root / "a.py").unlink()
    (repository.root / "a.py").mkdir()
    (repository.root / "b.py").unlink()
    (repository.root / "b.py").symlink_to(outside / "c.py")
    shutil.rmtree(repository.root / "pkg")
    (repository.root / "pkg").symlink_to(outside)
    (repository.root / "d.py").unlink()
    os.mkfifo(repository.root / "d.py")

    change = from_diff(str(repository.root), "HEAD", wanted)

    assert seen(change) == {
        "a.py": ("a1\na2\n", None, ""),
        "b.py": ("b1\nb2\n", None, ""),
        "pkg/c.py": ("c1\nc2\n", None, ""),
    }
    assert change.notes == (
        Note("b.py", NoteKind.UNREADABLE, "a symbolic link leads out of the project"),
        Note("d.py", NoteKind.UNREADABLE, "not a regular file"),
    )


def test_a_giant_is_noted_and_its_size_asked_first(
    repository: Any, wanted: Wanted, seen: Seen
) -> None:
    repository.commit(a_py="a\n")
    repository.put("big.py", b"x = 1\n" * 1_100_000)
    head = repository.commit()
    repository.put("huge.py", b"x = 2\n" * 1_100_000)
    giant = Note("big.py", NoteKind.TOO_LARGE, "larger than 6 MB")

    committed = from_diff(str(repository.root), f"HEAD~1..{head}", wanted)
    on_disk = from_diff(str(repository.root), "HEAD", wanted)

    assert (seen(committed), committed.notes) == ({}, (giant,))
    assert seen(on_disk) == {}
    assert on_disk.notes == (giant._replace(path="huge.py"),)


# Two commits


def test_two_commits_are_compared_whatever_the_work_tree_holds(
    repository: Any, wanted: Wanted, seen: Seen
) -> None:
    base = repository.commit(a_py="1\n", b_py="b\n")
    head = repository.commit(a_py="1\n2\n")
    repository.git("tag", "-a", "v2", "-m", "second")
    repository.write(a_py="work\n")

    change = from_diff(str(repository.root), f"{base[:10]}..v2", wanted)

    assert seen(change) == {"a.py": ("1\n", "1\n2\n", "")}
    assert change.files[0].added == frozenset({2})
    assert (change.base, change.head) == (base, head)


def test_three_dots_compare_with_the_common_ancestor(
    repository: Any, wanted: Wanted, seen: Seen
) -> None:
    base = repository.commit(a_py="1\n")
    repository.git("checkout", "-q", "-b", "feature")
    repository.commit(mine_py="m\n")
    repository.git("checkout", "-q", "main")
    repository.commit(theirs_py="t\n")

    two = from_diff(str(repository.root), "main..feature", wanted)
    three = from_diff(str(repository.root), "main...feature", wanted)
    to_head = from_diff(str(repository.root), "feature..", wanted)

    assert set(seen(two)) == {"mine.py", "theirs.py"}
    assert seen(three) == {"mine.py": (None, "m\n", "")}
    assert three.base == base
    assert seen(to_head)["theirs.py"] == (None, "t\n", "")


def test_a_moved_file_keeps_its_past(repository: Any, wanted: Wanted, seen: Seen) -> None:
    text = "".join(f"line_{number} = {number}\n" for number in range(10))
    repository.commit(same_py=text, like_py=text.replace("line", "row"), other_py="o = 1\n")
    for name in ("same", "like"):
        (repository.root / f"{name}.py").rename(repository.root / f"moved_{name}.py")
    with (repository.root / "moved_like.py").open("a") as file:
        file.write("new = 1\n")
    like = text.replace("line", "row")
    expected = {
        "moved_like.py": (like, like + "new = 1\n", "like.py"),
        "moved_same.py": (text, text, "same.py"),
    }
    in_work_tree = from_diff(str(repository.root), "HEAD", wanted)
    repository.commit()

    committed = from_diff(str(repository.root), "HEAD~1..HEAD", wanted)

    assert seen(committed) == seen(in_work_tree) == expected
    assert [file.added for file in committed.files] == [frozenset({11}), frozenset()]


def test_a_rename_counts_if_either_name_is_wanted(
    repository: Any, wanted: Wanted, seen: Seen
) -> None:
    repository.commit(job_txt="a = 1\n", view_py="b = 1\n")
    (repository.root / "job.txt").rename(repository.root / "job.py")
    (repository.root / "view.py").rename(repository.root / "view.bak")
    repository.commit()

    change = from_diff(str(repository.root), "HEAD~1..HEAD", wanted)

    assert seen(change) == {
        "job.py": ("a = 1\n", "a = 1\n", "job.txt"),
        "view.bak": ("b = 1\n", "b = 1\n", "view.py"),
    }


def test_excluded_paths_are_left_out(repository: Any, wanted: Wanted, seen: Seen) -> None:
    repository.commit(a_py="a\n")
    repository.write(shop__a_py="a\n", tests__a_py="a\n", generated__deep__b_py="b\n")
    exclude = ["tests/", "generated/**"]

    in_work_tree = from_diff(str(repository.root), "HEAD", wanted, exclude)
    repository.git("add", ".")
    staged = from_staged(str(repository.root), wanted, exclude)

    assert set(seen(in_work_tree)) == set(seen(staged)) == {"shop/a.py"}


def test_links_and_submodules_bring_nothing(repository: Any, wanted: Wanted, seen: Seen) -> None:
    first = repository.commit(a_py="a\n")
    (repository.root / "link.py").symlink_to("a.py")
    repository.git("update-index", "--add", "--cacheinfo", f"160000,{first},module.py")
    repository.git("add", "link.py")
    repository.git("commit", "-q", "-m", "link")

    assert seen(from_diff(str(repository.root), "HEAD~1..HEAD", wanted)) == {}
    assert seen(from_diff(str(repository.root), "HEAD~1", wanted)) == {}


def test_names_of_any_bytes_survive_as_text(repository: Any, wanted: Wanted, seen: Seen) -> None:
    repository.commit(a_py="a\n")
    for name in (b"caf\xe9.py", "naïve.py".encode(), b"two words.py", b"tab\there.py"):
        with open(os.fsencode(repository.root) + b"/" + name, "wb") as file:
            file.write(b"x\n")
    names = {"caf\\xe9.py", "naïve.py", "tab\there.py", "two words.py"}
    in_work_tree = from_diff(str(repository.root), "HEAD", wanted)
    repository.commit()

    committed = from_diff(str(repository.root), "HEAD~1..HEAD", wanted)

    assert set(seen(in_work_tree)) == set(seen(committed)) == names


# What is staged


def test_a_partially_staged_file_is_judged_by_what_is_staged(
    repository: Any, wanted: Wanted, seen: Seen
) -> None:
    base = repository.commit(a_py="1\n")
    repository.write(a_py="1\n2\n", untracked_py="u\n")
    repository.git("add", "a.py")
    repository.write(a_py="1\n2\n3\n")

    change = from_staged(str(repository.root), wanted)

    assert seen(change) == {"a.py": ("1\n", "1\n2\n", "")}
    assert (change.files[0].added, change.base, change.compares) == (frozenset({2}), base, True)


def test_staged_deletions_and_moves(repository: Any, wanted: Wanted, seen: Seen) -> None:
    repository.commit(a_py="a\n", b_py="bb\n")
    repository.git("rm", "-q", "--cached", "a.py")
    repository.git("mv", "b.py", "c.py")

    assert seen(from_staged(str(repository.root), wanted)) == {
        "a.py": ("a\n", None, ""),
        "c.py": ("bb\n", "bb\n", "b.py"),
    }


def test_the_first_commit_is_compared_with_nothing(
    repository: Any, wanted: Wanted, seen: Seen
) -> None:
    repository.write(a_py="a\n", b_py="b\n")
    repository.git("add", "a.py")

    change = from_staged(str(repository.root), wanted)

    assert (seen(change), change.base) == ({"a.py": (None, "a\n", "")}, "")


def test_a_repository_without_an_index_has_nothing_staged(
    repository: Any, wanted: Wanted, seen: Seen
) -> None:
    assert seen(from_staged(str(repository.root), wanted)) == {}


def test_a_file_only_announced_is_not_staged(repository: Any, wanted: Wanted, seen: Seen) -> None:
    repository.commit(a_py="a\n")
    repository.write(new_py="n\n")
    repository.git("add", "--intent-to-add", "new.py")

    assert seen(from_staged(str(repository.root), wanted)) == {}
    assert set(seen(from_diff(str(repository.root), "HEAD", wanted))) == {"new.py"}


def test_an_unresolved_conflict_is_noted_and_the_rest_goes_on(
    repository: Any, wanted: Wanted, seen: Seen
) -> None:
    repository.commit(a_py="1\n")
    repository.git("checkout", "-q", "-b", "feature")
    repository.commit(a_py="2\n", b_py="b\n")
    repository.git("checkout", "-q", "main")
    repository.commit(a_py="3\n")
    with pytest.raises(subprocess.CalledProcessError):
        repository.git("merge", "-q", "feature")

    change = from_staged(str(repository.root), wanted)

    assert seen(change) == {"b.py": (None, "b\n", "")}
    assert change.notes == (
        Note("a.py", NoteKind.HISTORY, "its merge conflict is not resolved: not analysed"),
    )


def test_a_split_index_is_read(repository: Any, wanted: Wanted, seen: Seen) -> None:
    repository.commit(a_py="1\n", b_py="1\n")
    repository.git("update-index", "--split-index")
    repository.write(a_py="2\n")
    repository.git("add", "a.py")

    assert seen(from_staged(str(repository.root), wanted)) == {"a.py": ("1\n", "2\n", "")}


@pytest.mark.parametrize("arguments", [["--all"], ["a.py"]], ids=["--all", "by name"])
def test_a_hook_sees_the_commit_being_made(
    repository: Any, wanted: Wanted, seen: Seen, monkeypatch: pytest.MonkeyPatch, arguments: Any
) -> None:
    repository.commit(a_py="1\n", b_py="1\n")
    repository.put(
        ".git/hooks/pre-commit",
        b'#!/bin/sh\necho "$GIT_INDEX_FILE" > told\ncp "$GIT_INDEX_FILE" .git/kept\nexit 1\n',
    ).chmod(0o755)
    repository.write(a_py="2\n")
    with pytest.raises(subprocess.CalledProcessError):
        repository.git("commit", "-q", "-m", "refused", *arguments)
    told = (repository.root / "told").read_text().strip()
    (repository.root / ".git" / "kept").rename(repository.root / told)
    assert seen(from_staged(str(repository.root), wanted)) == {}

    monkeypatch.chdir(repository.root)
    monkeypatch.setenv("GIT_INDEX_FILE", told)

    assert seen(from_staged(str(repository.root), wanted)) == {"a.py": ("1\n", "2\n", "")}
    assert os.environ["GIT_INDEX_FILE"] == told


# Where repositories are


def test_a_repository_is_found_from_every_folder_in_it(
    repository: Any, wanted: Wanted, seen: Seen
) -> None:
    repository.commit(shop__views__a_py="a\n")
    repository.write(shop__views__a_py="b\n")
    folder = repository.root / "shop" / "views"

    assert find_root(str(folder)) == str(repository.root)
    assert set(seen(from_diff(str(folder), "HEAD", wanted))) == {"shop/views/a.py"}


def test_a_linked_work_tree_has_its_own_head_and_index(
    repository: Any, wanted: Wanted, seen: Seen, tmp_path: Path
) -> None:
    repository.commit(a_py="1\n")
    other = tmp_path / "other"
    repository.git("worktree", "add", "-q", "-b", "feature", str(other))
    linked = repository._replace(root=other)
    head = linked.commit(a_py="1\n2\n")
    linked.write(b_py="b\n")
    linked.git("add", "b.py")

    assert find_root(str(other)) == str(other)
    assert set(seen(from_staged(str(other), wanted))) == {"b.py"}
    assert set(seen(from_diff(str(other), "main", wanted))) == {"a.py", "b.py"}
    assert from_diff(str(other), "main..HEAD", wanted).head == head
    assert seen(from_diff(str(repository.root), "HEAD", wanted)) == {}


def test_a_submodule_is_a_repository_of_its_own(
    repository: Any, wanted: Wanted, seen: Seen, tmp_path: Path
) -> None:
    library = repository._replace(root=tmp_path / "library")
    library.root.mkdir()
    library.git("init", "-q")
    library.commit(lib_py="1\n")
    repository.commit(a_py="a\n")
    allow = ["-c", "protocol.file.allow=always"]
    repository.git(*allow, "submodule", "--quiet", "add", str(library.root), "lib")
    repository.commit()
    repository.put("lib/lib.py", b"2\n")
    repository.put("lib/new.py", b"n\n")

    assert seen(from_diff(str(repository.root), "HEAD", wanted)) == {}
    assert find_root(str(repository.root / "lib")) == str(repository.root / "lib")
    assert set(seen(from_diff(str(repository.root / "lib"), "HEAD", wanted))) == {
        "lib.py",
        "new.py",
    }


def test_objects_borrowed_from_another_repository_are_found(
    repository: Any, wanted: Wanted, seen: Seen, tmp_path: Path
) -> None:
    repository.commit(a_py="1\n")
    repository.git("clone", "-q", "--shared", str(repository.root), str(tmp_path / "fork"))
    fork = repository._replace(root=tmp_path / "fork")
    fork.commit(a_py="2\n")

    change = from_diff(str(fork.root), "origin/main..HEAD", wanted)

    assert seen(change) == {"a.py": ("1\n", "2\n", "")}


def test_packed_references_and_objects_are_found(
    repository: Any, wanted: Wanted, seen: Seen
) -> None:
    repository.commit(a_py="1\n")
    repository.git("tag", "v1")
    repository.commit(a_py="2\n")
    repository.git("gc", "-q")
    assert not (repository.root / ".git" / "refs" / "tags" / "v1").exists()

    assert seen(from_diff(str(repository.root), "v1..main", wanted)) == {"a.py": ("1\n", "2\n", "")}


def test_a_detached_head_is_a_head(repository: Any, wanted: Wanted, seen: Seen) -> None:
    base = repository.commit(a_py="1\n")
    head = repository.commit(a_py="2\n")
    repository.git("checkout", "-q", "--detach", head)

    assert from_diff(str(repository.root), f"{base}..@", wanted).head == head
    assert set(seen(from_diff(str(repository.root), "HEAD^", wanted))) == {"a.py"}


def test_objects_named_by_sha256(
    tmp_path: Path, repository: Any, wanted: Wanted, seen: Seen
) -> None:
    longer = repository._replace(root=tmp_path / "longer")
    longer.root.mkdir()
    longer.git("init", "-q", "--object-format=sha256")
    longer.commit(a_py="1\n", same_py="s\n")
    longer.write(a_py="2\n", b_py="b\n")

    assert set(seen(from_diff(str(longer.root), "HEAD", wanted))) == {"a.py", "b.py"}
    longer.git("add", "a.py")
    assert seen(from_staged(str(longer.root), wanted)) == {"a.py": ("1\n", "2\n", "")}


@pytest.mark.skipif(not hasattr(os, "geteuid") or os.geteuid() != 0, reason="needs chown")
def test_a_repository_of_another_owner_is_read(repository: Any, wanted: Wanted, seen: Seen) -> None:
    repository.commit(a_py="1\n")
    repository.write(a_py="2\n")
    for path in [repository.root, *repository.root.rglob("*")]:
        os.chown(path, 12345, 12345, follow_symlinks=False)
    with pytest.raises(subprocess.CalledProcessError):
        repository.git("status")

    assert set(seen(from_diff(str(repository.root), "HEAD", wanted))) == {"a.py"}


def test_variables_of_the_caller_say_nothing(
    repository: Any, wanted: Wanted, seen: Seen, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    repository.commit(a_py="1\n")
    repository.write(a_py="2\n")
    strange = {
        "GIT_DIR": str(tmp_path),
        "GIT_WORK_TREE": str(tmp_path),
        "GIT_COMMON_DIR": str(tmp_path),
        "GIT_OBJECT_DIRECTORY": str(tmp_path),
        "GIT_INDEX_FILE": str(tmp_path / "index"),
        "GIT_EXTERNAL_DIFF": "false",
        "GIT_CONFIG_PARAMETERS": "broken",
        "GIT_TRACE": str(tmp_path / "trace"),
    }
    for name, value in strange.items():
        monkeypatch.setenv(name, value)

    change = from_diff(str(repository.root), "HEAD", wanted)

    assert set(seen(change)) == {"a.py"}
    assert {name: os.environ[name] for name in strange} == strange
    assert not (tmp_path / "trace").exists()


# What cannot work


def test_outside_a_repository(tmp_path: Path, wanted: Wanted) -> None:
    assert find_root(str(tmp_path)) is None
    with pytest.raises(UserError, match="not a git repository, nor any folder above it"):
        from_diff(str(tmp_path), "HEAD", wanted)
    with pytest.raises(UserError, match="not a git repository"):
        from_staged(str(tmp_path), wanted)


def test_in_a_bare_repository(repository: Any, tmp_path: Path, wanted: Wanted) -> None:
    repository.commit(a_py="1\n")
    bare = tmp_path / "bare.git"
    subprocess.run(["git", "clone", "-q", "--bare", repository.root, bare], check=True)

    with pytest.raises(UserError, match=r"bare\.git' is a bare repository: make a clone"):
        from_diff(str(bare), "HEAD", wanted)


def test_an_unknown_revision_names_the_nearest(repository: Any, wanted: Wanted) -> None:
    repository.commit(a_py="1\n")
    repository.git("branch", "release/2024")
    repository.git("tag", "v1.0")
    cases = {
        "release/2042": "unknown revision: 'release/2042'; nearest: 'release/2024'",
        "v1.1..HEAD": "unknown revision: 'v1.1'; nearest: 'v1.0'",
        "zzz": "unknown revision: 'zzz'",
        "HEAD~7": "unknown revision: 'HEAD~7'",
        "0" * 40: f"unknown revision: {'0' * 40!r}",
        "deadbeef": "unknown revision: 'deadbeef'",
    }
    said = {}
    for revision in cases:
        with pytest.raises(UserError) as error:
            from_diff(str(repository.root), revision, wanted)
        said[revision] = str(error.value)

    assert said == cases


@pytest.mark.parametrize(
    "revision",
    [
        "",
        "--output=x",
        "HEAD:a.py",
        "main@{1}",
        "a b",
        "../../etc/passwd",
        "/etc/passwd",
        "x/../y",
        "HEAD^{/fix}",
        "HEAD~99999999999",
        "a\nb",
        "main.lock",
        "..",
    ],
)
def test_a_revision_of_another_form_is_refused(
    repository: Any, wanted: Wanted, revision: str
) -> None:
    repository.commit(a_py="1\n")
    if revision == "..":
        assert from_diff(str(repository.root), revision, wanted).files == ()
        return
    with pytest.raises(UserError, match="revision") as error:
        from_diff(str(repository.root), revision, wanted)

    assert "\n" not in str(error.value)


def test_without_commits_there_is_nothing_to_compare_with(repository: Any, wanted: Wanted) -> None:
    with pytest.raises(UserError, match="no commits yet"):
        from_diff(str(repository.root), "HEAD", wanted)


def test_a_shallow_clone_says_how_to_get_more(
    repository: Any, wanted: Wanted, seen: Seen, tmp_path: Path
) -> None:
    repository.commit(a_py="1\n")
    repository.git("checkout", "-q", "-b", "feature")
    repository.commit(a_py="2\n")
    repository.commit(a_py="3\n")
    repository.git("checkout", "-q", "main")
    repository.commit(b_py="b\n")
    source = f"file://{repository.root}"
    shallow = repository._replace(root=tmp_path / "shallow")
    repository.git(
        "clone", "-q", "--depth=1", "--no-single-branch", "-b", "feature", source, str(shallow.root)
    )

    with pytest.raises(UserError, match="in this shallow clone: fetch more history"):
        from_diff(str(shallow.root), "origin/main", wanted)
    with pytest.raises(UserError, match="unknown revision: 'HEAD~1'; this clone is shallow"):
        from_diff(str(shallow.root), "HEAD~1", wanted)
    assert set(seen(from_diff(str(shallow.root), "origin/main..HEAD", wanted))) == {"a.py", "b.py"}


def test_histories_that_never_met(repository: Any, wanted: Wanted) -> None:
    repository.commit(a_py="1\n")
    repository.git("checkout", "-q", "--orphan", "island")
    repository.commit(b_py="1\n")

    with pytest.raises(UserError, match=r"no common ancestor of 'main' and 'HEAD': .* '\.\.'"):
        from_diff(str(repository.root), "main", wanted)


def test_a_git_that_is_not_there(repository: Any, tmp_path: Path) -> None:
    repository.commit(a_py="1\n")
    program = (
        "import sys\nfrom nonevent.sources.git import from_diff\n"
        "from nonevent.error import UserError\n"
        "try:\n    from_diff(sys.argv[1], 'HEAD', bool)\n"
        "except UserError as error:\n    print(error)\n"
    )
    done = subprocess.run(
        [sys.executable, "-c", program, str(repository.root)],
        env={"PATH": str(tmp_path), "PYTHONPATH": os.pathsep.join(sys.path)},
        capture_output=True,
        text=True,
        check=True,
    )

    assert done.stdout == "git is not installed, or not on the PATH\n"


def test_all_files_of_the_version_before_can_be_asked_for(repository: Any, wanted: Wanted) -> None:
    first = repository.commit(a_py="1", b_py="2", c_txt="3")
    repository.commit(a_py="4")

    change = from_diff(str(repository.root), f"{first}..HEAD", wanted)

    assert change.whole is not None
    assert {path: content() for path, content in change.whole().items()} == {
        "a.py": b"1",
        "b.py": b"2",
    }


def test_what_is_staged_first_of_all_has_no_version_before(repository: Any, wanted: Wanted) -> None:
    repository.write(a_py="1")
    repository.git("add", "--all")

    assert from_staged(str(repository.root), wanted).whole is None


def test_on_windows_gitpython_passes_by_a_git_that_a_change_brings(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    from git.cmd import safer_popen

    monkeypatch.setattr(process, "os", SimpleNamespace(name="nt"))

    assert process.starter() is safer_popen


def test_a_git_elsewhere_is_named_by_the_variable_of_gitpython(
    repository: Any, wanted: Wanted, monkeypatch: pytest.MonkeyPatch
) -> None:
    repository.commit(a_py="1\n")
    monkeypatch.setenv("GIT_PYTHON_GIT_EXECUTABLE", str(repository.root / "no-git"))

    with pytest.raises(UserError, match="git is not installed, or not on the PATH"):
        from_staged(str(repository.root), wanted)
