"""A repository that tries to run programs or to be waited for, by every way that git knows."""

import os
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from nonevent.error import UserError
from nonevent.sources import quarantine
from nonevent.sources.files import from_paths
from nonevent.sources.git import from_diff, from_staged

pytestmark = pytest.mark.slow

Wanted = Callable[[str], bool]
Seen = Callable[[Any], dict[str, tuple[str | None, str | None, str]]]

CONFIG = """
[core]
    fsmonitor = {run} fsmonitor
    hooksPath = {hooks}
    pager = {run} pager
    editor = {run} editor
    sshCommand = {run} ssh
    askPass = {run} askpass
    alternateRefsCommand = {run} alternates
    gitProxy = {run} proxy
    attributesFile = {attributes}
    worktree = {elsewhere}
[filter "evil"]
    clean = {run} clean
    smudge = {run} smudge
    process = {run} process
    required = true
[diff]
    external = {run} external
[diff "evil"]
    textconv = {run} textconv
    command = {run} command
[merge "evil"]
    driver = {run} merge
[log]
    showSignature = true
[gpg]
    program = {run} gpg
[include]
    path = {included}
[includeIf "gitdir:**"]
    path = {included}
[extensions]
    partialClone = origin
    worktreeConfig = true
[remote "origin"]
    url = ext::{run} remote
    promisor = true
    partialclonefilter = blob:none
    uploadpack = {run} uploadpack
    vcs = ext
[protocol]
    allow = always
[protocol "ext"]
    allow = always
[alias]
    diff-tree = !{run} alias-diff-tree
    ls-tree = !{run} alias-ls-tree
    rev-parse = !{run} alias-rev-parse
[credential]
    helper = !{run} credential
[pager]
    diff-tree = {run} pager-command
[submodule]
    recurse = true
[submodule "lib"]
    url = ext::{run} submodule
    update = !{run} update
    active = true
[status]
    submoduleSummary = true
[uploadpack]
    packObjectsHook = {run} pack
[trace2]
    eventTarget = {trace}
[sequence]
    editor = {run} sequence
[interactive]
    diffFilter = {run} interactive
[fsck]
    skipList = {trace}
"""

HOOKS = (
    "fsmonitor-watchman",
    "post-checkout",
    "post-index-change",
    "pre-auto-gc",
    "pre-commit",
    "reference-transaction",
)


@pytest.fixture
def marks(tmp_path: Path) -> Path:
    """Return the folder in which every program that the repository starts leaves a file."""
    folder = tmp_path / "marks"
    folder.mkdir()
    return folder


@pytest.fixture
def hostile(repository: Any, marks: Path, tmp_path: Path) -> Any:
    """Return a repository with a change in each of: commits, index, work tree; all armed."""
    repository.commit(shop_py="a = 1\n")
    repository.commit(shop_py="a = 2\n")
    repository.write(shop_py="a = 3\n")
    repository.git("add", "shop.py")
    repository.write(shop_py="a = 4\n", new_py="n = 1\n")
    first, second = repository.git("rev-list", "--reverse", "HEAD").split()
    repository.git("replace", second, first)  # hides the change from whoever believes it
    attributes = "* filter=evil diff=evil merge=evil\n*.py -diff\n"
    repository.write(_gitattributes="")
    repository.put(".gitattributes", attributes.encode())
    repository.put(".git/info/attributes", attributes.encode())
    repository.put(".gitmodules", b'[submodule "lib"]\n\tpath = lib\n\turl = ext::false\n')
    run = tmp_path / "run"
    run.write_text(f'#!/bin/sh\ntouch "{marks}/$1"\nexit 1\n')
    run.chmod(0o755)
    for name in HOOKS:
        for folder in ("hooks", "more"):
            hook = repository.put(
                f".git/{folder}/{name}", f"#!/bin/sh\n{run} hook-{name}\n".encode()
            )
            hook.chmod(0o755)
    included = repository.put(".git/included", f"[core]\n fsmonitor = {run} included\n".encode())
    repository.put(".git/config.worktree", f"[core]\n fsmonitor = {run} worktree\n".encode())
    settings = CONFIG.format(
        run=run,
        hooks=repository.root / ".git" / "more",
        attributes=repository.root / ".git" / "info" / "attributes",
        elsewhere=tmp_path,
        included=included,
        trace=marks / "trace",
    )
    config = repository.root / ".git" / "config"
    config.write_text(config.read_text() + settings)
    return repository


def test_the_trap_is_armed(hostile: Any, marks: Path) -> None:
    import subprocess

    subprocess.run(["git", "diff"], cwd=hostile.root, check=False, capture_output=True, timeout=60)

    assert list(marks.iterdir())


def test_nothing_is_run_and_every_change_is_seen(
    hostile: Any, marks: Path, wanted: Wanted, seen: Seen
) -> None:
    root = str(hostile.root)

    assert seen(from_diff(root, "HEAD~1..HEAD", wanted)) == {"shop.py": ("a = 1\n", "a = 2\n", "")}
    assert seen(from_diff(root, "HEAD~1...main", wanted)) == {"shop.py": ("a = 1\n", "a = 2\n", "")}
    assert seen(from_staged(root, wanted)) == {"shop.py": ("a = 2\n", "a = 3\n", "")}
    assert seen(from_diff(root, "HEAD~1", wanted)) == {
        "new.py": (None, "n = 1\n", ""),
        "shop.py": ("a = 1\n", "a = 4\n", ""),
    }
    assert set(seen(from_paths([root], root, wanted))) == {"new.py", "shop.py"}
    assert list(marks.iterdir()) == []


def test_an_object_promised_by_a_remote_is_noted_not_fetched(
    hostile: Any, marks: Path, wanted: Wanted, seen: Seen
) -> None:
    blob = "f2ba8f84ab5c1bce84a7b441cb1959cfc7093b7f"  # of b"abc", stored nowhere here
    tree = write_object(hostile, "tree", b"100644 gone.py\0" + bytes.fromhex(blob))
    lines = f"tree {tree}\nauthor A <a@b.c> 1 +0000\ncommitter A <a@b.c> 1 +0000\n\nx\n"
    head = write_object(hostile, "commit", lines.encode())

    change = from_diff(str(hostile.root), f"main..{head}", wanted)

    assert seen(change) == {"shop.py": ("a = 2\n", None, "")}
    assert [(note.path, note.message) for note in change.notes] == [
        ("gone.py", "its content is not in this clone")
    ]
    assert list(marks.iterdir()) == []


def write_object(repository: Any, kind: str, data: bytes) -> str:
    import hashlib
    import zlib

    whole = f"{kind} {len(data)}".encode() + b"\0" + data
    identity = hashlib.sha1(whole, usedforsecurity=False).hexdigest()
    repository.put(f".git/objects/{identity[:2]}/{identity[2:]}", zlib.compress(whole))
    return identity


def test_a_corrupt_object_costs_one_file(repository: Any, wanted: Wanted, seen: Seen) -> None:
    repository.commit(a_py="a\n")
    head = repository.commit(b_py="b\n", c_py="c\n", d_py="d\n")
    for name, damage in (("b.py", b"not zlib"), ("c.py", None)):
        identity = repository.git("rev-parse", f"{head}:{name}")
        path = repository.root / ".git" / "objects" / identity[:2] / identity[2:]
        path.chmod(0o644)
        other = repository.git("rev-parse", f"{head}:a.py")
        twin = repository.root / ".git" / "objects" / other[:2] / other[2:]
        path.write_bytes(damage or twin.read_bytes())

    change = from_diff(str(repository.root), "HEAD~1..HEAD", wanted)

    assert seen(change) == {"d.py": (None, "d\n", "")}
    assert [note.path for note in change.notes] == ["b.py", "c.py"]


@pytest.mark.parametrize("name", ["HEAD", "config", "packed-refs", "index", "shallow"])
def test_a_pipe_in_the_place_of_a_file_is_not_waited_for(
    repository: Any, wanted: Wanted, name: str
) -> None:
    repository.commit(a_py="1\n")
    repository.git("pack-refs", "--all")
    path = repository.root / ".git" / name
    path.unlink(missing_ok=True)
    os.mkfifo(path)
    root = str(repository.root)
    said = f"^the repository is damaged: '{name}' cannot be read: not a regular file$"

    with pytest.raises(UserError, match=said):
        from_diff(root, "HEAD", wanted)
    with pytest.raises(UserError, match=said):
        from_staged(root, wanted)


@pytest.mark.parametrize("name", ["info/alternates", "pack/pack-1.idx"])
def test_a_pipe_among_the_objects_is_refused(repository: Any, wanted: Wanted, name: str) -> None:
    repository.commit(a_py="1\n")
    repository.put(f".git/objects/{name}", b"").unlink()
    os.mkfifo(repository.root / ".git" / "objects" / name)

    with pytest.raises(UserError, match="the repository is damaged"):
        from_diff(str(repository.root), "HEAD", wanted)


@pytest.mark.parametrize(
    "data",
    [b"", b"nothing", b"DIRC\0\0\0\2\xff\xff\xff\xff", b"DIRC\0\0\0\2\0\0\0\1" + b"\1" * 80],
    ids=["empty", "text", "claims four billion entries", "garbage"],
)
def test_a_corrupt_index_is_said(repository: Any, wanted: Wanted, data: bytes) -> None:
    repository.commit(a_py="1\n")
    repository.put(".git/index", data)

    with pytest.raises(UserError, match="index is corrupt"):
        from_staged(str(repository.root), wanted)
    with pytest.raises(UserError, match="index is corrupt"):
        from_diff(str(repository.root), "HEAD", wanted)


def test_a_listing_without_end_is_cut(
    repository: Any, wanted: Wanted, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(quarantine, "LISTING", 1_000_000)
    blob = write_object(repository, "blob", b"x = 1\n")
    tree = write_object(repository, "tree", b"100644 a.py\0" + bytes.fromhex(blob))
    for _ in range(10):  # ten billion paths
        entries = [b"40000 %d\0" % number + bytes.fromhex(tree) for number in range(10)]
        tree = write_object(repository, "tree", b"".join(entries))
    lines = f"tree {tree}\nauthor A <a@b.c> 1 +0000\ncommitter A <a@b.c> 1 +0000\n\nx\n"
    head = write_object(repository, "commit", lines.encode())
    base = repository.commit(a_py="1\n")

    with pytest.raises(UserError, match="git ls-tree lists more than 1 MB"):
        from_diff(str(repository.root), f"{base}..{head}", wanted)
    repository.git("update-ref", "HEAD", head)
    with pytest.raises(UserError, match="git ls-tree lists more than 1 MB"):
        from_diff(str(repository.root), "HEAD", wanted)


def test_a_git_that_hangs_is_ended(
    repository: Any, wanted: Wanted, monkeypatch: pytest.MonkeyPatch
) -> None:
    head = repository.commit(a_py="1\n")
    monkeypatch.setattr(quarantine, "SECONDS", 0.5)
    tree = repository.git("rev-parse", f"{head}^{{tree}}")
    path = repository.root / ".git" / "objects" / tree[:2] / tree[2:]
    path.unlink()
    os.mkfifo(path)

    with pytest.raises(UserError, match=r"did not end within 0\.5 s"):
        from_diff(str(repository.root), "HEAD", wanted)


def test_references_that_lead_nowhere_or_in_circles(repository: Any, wanted: Wanted) -> None:
    repository.commit(a_py="1\n")
    repository.put(".git/refs/heads/circle", b"ref: refs/heads/circle\n")
    repository.put(".git/refs/heads/out", b"ref: ../../../secret\n")
    repository.put(".git/refs/heads/prose", b"secret words\n")
    (repository.root / ".git" / "refs" / "heads" / "link").symlink_to("/etc/passwd")

    for name in ("circle", "out", "prose", "link"):
        with pytest.raises(UserError, match=f"^unknown revision: '{name}'"):
            from_diff(str(repository.root), name, wanted)


def test_the_scratch_folder_is_gone_afterwards(
    repository: Any, wanted: Wanted, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    import tempfile

    repository.commit(a_py="1\n")
    scratch = tmp_path / "scratch"
    scratch.mkdir()
    monkeypatch.setattr(tempfile, "tempdir", str(scratch))
    from_diff(str(repository.root), "HEAD", wanted)
    with pytest.raises(UserError):
        from_diff(str(repository.root), "nowhere", wanted)

    assert list(scratch.iterdir()) == []
