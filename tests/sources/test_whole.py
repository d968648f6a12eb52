"""All files of the version before a change: from the work tree where it still holds them."""

from collections.abc import Callable
from pathlib import Path

import pytest

from nonevent.change import Change
from nonevent.sources import quarantine, whole
from nonevent.sources.git import from_diff, from_staged

from .conftest import Repository

BASE = {"a_py": "A = 1\n", "b_py": "B = 1\n", "c_py": "C = 1\r\n", "shop__d_py": "D = 1\n"}
COMMITTED = {"a.py": b"A = 1\n", "b.py": b"B = 1\n", "c.py": b"C = 1\r\n", "shop/d.py": b"D = 1\n"}


def wanted(path: str) -> bool:
    return path.endswith(".py")


def listed(change: Change) -> dict[str, bytes]:
    assert change.whole is not None
    return {path: content() for path, content in change.whole().items()}


@pytest.fixture
def shop(repository: Repository) -> Repository:
    repository.commit(**BASE)
    repository.write(a_py="A = 2\n")
    repository.git("add", "--all")
    return repository


def edited(root: Path) -> None:
    (root / "b.py").write_bytes(b"B = 2\n")


def deleted(root: Path) -> None:
    (root / "b.py").unlink()


def converted(root: Path) -> None:
    (root / "shop/d.py").write_bytes(b"D = 1\r\n")


def led_away(root: Path) -> None:
    (root / "b.py").unlink()
    (root / "b.py").symlink_to(root / "a.py")


@pytest.mark.parametrize("meddle", [edited, deleted, converted, led_away])
def test_what_the_work_tree_does_not_hold_comes_from_the_repository(
    shop: Repository, meddle: Callable[[Path], None]
) -> None:
    meddle(shop.root)

    assert listed(from_staged(str(shop.root), wanted)) == COMMITTED
    assert listed(from_diff(str(shop.root), "HEAD", wanted)) == COMMITTED


def test_what_the_work_tree_holds_is_not_asked_of_the_repository(
    shop: Repository, monkeypatch: pytest.MonkeyPatch
) -> None:
    staged = from_staged(str(shop.root), wanted)
    monkeypatch.delattr(whole, "open_quarantine")

    assert listed(staged) == COMMITTED


def test_what_is_not_wanted_takes_no_room(
    repository: Repository, monkeypatch: pytest.MonkeyPatch
) -> None:
    repository.commit(**BASE, **{f"text{number}_txt": f"T = {number}\n" for number in range(20)})
    first = repository.commit(a_py="A = 2\n")
    repository.commit(**dict.fromkeys(BASE, "X = 3\n"))
    change = from_diff(str(repository.root), f"{first}~1..{first}", wanted)
    monkeypatch.setattr(quarantine, "CONTENT", sum(map(len, COMMITTED.values())))

    assert listed(change) == COMMITTED


def test_of_two_revisions_the_first_is_meant_whatever_is_checked_out(shop: Repository) -> None:
    shop.git("commit", "--quiet", "--message", "more")
    shop.commit(b_py="B = 3\n", c_py="C = 3\n")

    assert listed(from_diff(str(shop.root), "HEAD~2..HEAD~1", wanted)) == COMMITTED


def test_a_file_that_has_gone_from_the_repository_cannot_be_had(shop: Repository) -> None:
    gone = shop.git("rev-parse", "HEAD:b.py")
    staged = from_staged(str(shop.root), wanted)
    edited(shop.root)
    (shop.root / f".git/objects/{gone[:2]}/{gone[2:]}").unlink()
    assert staged.whole is not None
    side = staged.whole()

    with pytest.raises(OSError, match="not in this clone"):
        side["b.py"]()
    assert side["shop/d.py"]() == b"D = 1\n"
