"""The demo shop: release 1.0 is clean, release 1.1 has one fault of each family."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

pytestmark = pytest.mark.slow

SHOP = Path(__file__).parent.parent / "fixtures" / "shop"
BUILD = SHOP / "build.py"
FAULTS = {
    ("state", "module-state-in-handler", "shop/views/cart.py", 43),
    ("files", "upload-kept-on-disk", "shop/views/sheets.py", 21),
    ("timeouts", "call-without-timeout", "shop/payments.py", 28),
    ("schema", "dropped-column", "migrations/versions/0004_weights_in_legacy_sku_out.py", 12),
}
# Beside the version before, its code is known to use the column.
BROUGHT = {
    (family, "column-still-used" if rule == "dropped-column" else rule, path, line)
    for family, rule, path, line in FAULTS
}


def start(*command: str, folder: Path, **environment: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        command,
        cwd=folder,
        env={**os.environ, **environment},
        capture_output=True,
        text=True,
        check=False,
    )


def git(folder: Path, *arguments: str) -> str:
    done = start("git", *arguments, folder=folder)
    assert done.returncode == 0, done.stderr
    return done.stdout


def check(folder: Path, *arguments: str) -> tuple[int, set[tuple[str, str, str, int]], list[str]]:
    """Run `nonevent check` and return exit code, findings and the messages of the notes."""
    command = (sys.executable, "-m", "nonevent", "check", *arguments, "--output", "json")
    done = start(*command, folder=folder)
    report = json.loads(done.stdout)
    found = [
        (each["family"], each["rule"], each["path"], each["line"]) for each in report["findings"]
    ]
    assert len(found) == len(set(found))
    return done.returncode, set(found), [note["message"] for note in report["notes"]]


def build(folder: Path, **environment: str) -> subprocess.CompletedProcess[str]:
    return start(sys.executable, str(BUILD), str(folder), folder=folder.parent, **environment)


@pytest.fixture
def shop(tmp_path: Path) -> Path:
    folder = tmp_path / "shop"
    assert build(folder).returncode == 0
    return folder


def test_the_first_release_is_clean(shop: Path) -> None:
    git(shop, "checkout", "--quiet", "v1.0")

    assert check(shop) == (0, set(), [])


def test_the_next_release_as_a_whole_has_one_fault_of_each_family(shop: Path) -> None:
    assert check(shop) == (1, FAULTS, [])


def test_the_change_between_the_tags_brings_them(shop: Path) -> None:
    assert check(shop, "--diff", "v1.0..v1.1") == (1, BROUGHT, [])


def test_the_work_tree_compared_with_the_first_release_brings_them(shop: Path) -> None:
    git(shop, "reset", "--quiet", "v1.0")
    git(shop, "add", "--intent-to-add", ".")

    assert check(shop, "--diff", "v1.0") == (1, BROUGHT, [])


def test_the_next_release_staged_on_the_first_brings_them(shop: Path) -> None:
    git(shop, "reset", "--quiet", "--soft", "v1.0")

    assert check(shop, "--staged") == (1, BROUGHT, [])


def test_the_patch_from_the_first_release_to_the_next_brings_them(shop: Path) -> None:
    patch = shop.parent / "release.patch"
    patch.write_text(git(shop, "diff", "v1.0..v1.1"), encoding="utf-8")
    git(shop, "checkout", "--quiet", "v1.0")

    assert check(shop, "--patch", str(patch)) == (1, BROUGHT, [])


def test_the_way_back_brings_nothing(shop: Path) -> None:
    assert check(shop, "--diff", "v1.1..v1.0") == (0, set(), [])


def test_commit_ids_are_the_same_for_everybody(shop: Path, tmp_path: Path) -> None:
    settings = tmp_path / "gitconfig"
    settings.write_text(
        "[user]\nname = Somebody\n[core]\nautocrlf = true\n[init]\ndefaultObjectFormat = sha256\n",
        encoding="utf-8",
    )
    other = tmp_path / "other"
    done = build(
        other,
        GIT_CONFIG_GLOBAL=str(settings),
        GIT_AUTHOR_DATE="2001-01-01T00:00:00",
        GIT_DIR=str(tmp_path / "elsewhere"),
        TZ="Asia/Kathmandu",
        LC_ALL="C",
    )

    assert (done.returncode, done.stderr) == (0, "")
    assert git(other, "rev-parse", "v1.0", "v1.1") == git(shop, "rev-parse", "v1.0", "v1.1")
    assert git(other, "status", "--short") == ""


def test_the_folder_is_replaced_where_the_builder_made_it(shop: Path) -> None:
    before = git(shop, "rev-parse", "HEAD")
    (shop / "README.md").unlink()
    git(shop, "checkout", "--quiet", "v1.0")

    assert build(shop).returncode == 0
    assert (git(shop, "rev-parse", "HEAD"), git(shop, "status", "--short")) == (before, "")


def test_any_other_folder_is_left_as_it_is(tmp_path: Path) -> None:
    folder = tmp_path / "mine"
    folder.mkdir()
    (folder / "thesis.txt").write_text("all of it", encoding="utf-8")

    done = build(folder)

    assert (done.returncode, done.stderr) == (1, f"{folder} is not empty: name a new folder\n")
    assert [file.name for file in folder.iterdir()] == ["thesis.txt"]
