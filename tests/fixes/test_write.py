"""Files are replaced whole or not at all."""

import os
from pathlib import Path

import pytest

from nonevent.fixes.write import replace

pytestmark = pytest.mark.skipif(os.name == "nt", reason="POSIX modes and links")


@pytest.fixture
def file(tmp_path: Path) -> Path:
    path = tmp_path / "a.py"
    path.write_bytes(b"before")
    return path


def names(folder: Path) -> set[str]:
    return {path.name for path in folder.iterdir()}


@pytest.mark.parametrize("mode", [0o644, 0o600, 0o755, 0o664])
def test_the_mode_is_kept(file: Path, mode: int) -> None:
    file.chmod(mode)

    assert replace(str(file), b"before", b"after") == ""
    assert (file.read_bytes(), file.stat().st_mode & 0o7777) == (b"after", mode)
    assert names(file.parent) == {"a.py"}


def test_a_link_stays_one(file: Path) -> None:
    folder = file.parent / "links"
    folder.mkdir()
    link = folder / "b.py"
    link.symlink_to("../a.py")

    assert replace(str(link), b"before", b"after") == ""
    assert (os.readlink(link), file.read_bytes(), names(folder)) == ("../a.py", b"after", {"b.py"})


def test_a_file_that_changed_meanwhile_is_left_alone(file: Path) -> None:
    file.write_bytes(b"before, and more")

    assert replace(str(file), b"before", b"after") == "it changed while it was checked"
    assert (file.read_bytes(), names(file.parent)) == (b"before, and more", {"a.py"})


def test_a_read_only_file_is_left_alone(file: Path) -> None:
    file.chmod(0o444)

    assert replace(str(file), b"before", b"after") == "it is read-only"
    assert file.read_bytes() == b"before"


def test_a_file_with_two_names_is_left_alone(file: Path) -> None:
    os.link(file, file.parent / "b.py")

    assert "hard link" in replace(str(file), b"before", b"after")
    assert file.read_bytes() == b"before"


def test_a_file_that_is_gone_does_not_come_back(file: Path) -> None:
    file.unlink()

    assert replace(str(file), b"before", b"after") == "no such file or directory"
    assert names(file.parent) == set()


def test_a_pipe_is_not_waited_for(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "a.py")

    assert replace(str(tmp_path / "a.py"), b"before", b"after") == "it is no regular file"


@pytest.mark.skipif(not hasattr(os, "geteuid") or os.geteuid() == 0, reason="root may write")
def test_a_folder_that_is_read_only_is_said(file: Path) -> None:
    file.parent.chmod(0o555)

    assert replace(str(file), b"before", b"after") == "permission denied"
    file.parent.chmod(0o755)
