"""Many repositories at once: each into its own store, the same wherever it is mined."""

import os
import subprocess
from pathlib import Path
from typing import Any

import pytest

from nonevent.entry import main
from nonevent.mining import name_of
from nonevent.risk.history import open_history

SHOPS = ("ada+shop", "bob+shop")


def shops(folder: Path) -> list[str]:
    """Make two repositories, the second with a change that was taken back."""
    made = []
    for name in SHOPS:
        root = folder / name
        root.mkdir()
        git = ["git", "-C", str(root), "-c", "user.name=Ada", "-c", "user.email=ada@example.org"]
        subprocess.run([*git, "init", "-q", "-b", "main"], check=True)
        for price in range(4):
            (root / "prices.py").write_text(f"APPLE = {price}\n" * 3)
            subprocess.run([*git, "add", "-A"], check=True)
            when = f"{1_700_000_000 + price * 86_400} +0000"
            subprocess.run(
                [*git, "commit", "-q", "-m", f"Price {price}"],
                check=True,
                env={**os.environ, "GIT_AUTHOR_DATE": when, "GIT_COMMITTER_DATE": when},
            )
        made.append(str(root))
    subprocess.run([*git, "revert", "--no-edit", "HEAD"], check=True, capture_output=True)
    return made


def held(folder: Path) -> dict[str, tuple[Any, ...]]:
    """Return what the stores of a folder hold."""
    found: dict[str, tuple[Any, ...]] = {}
    for file in sorted(folder.glob("*.sqlite3")):
        with open_history(str(file), make=False) as history:
            found[file.stem] = (list(history.changes()), list(history.outcomes()))
    return found


@pytest.mark.parametrize(
    ("path", "name"),
    [
        ("/srv/ada/shop", "ada+shop"),
        ("/srv/ada/shop.git", "ada+shop"),
        ("/srv/ada+shop", "ada+shop"),
        ("/srv/ada+shop.git", "ada+shop"),
        ("/srv/ada+shop/repo", "ada+shop"),
        ("/shop", "+shop"),
    ],
)
def test_a_store_is_called_after_owner_and_name(path: str, name: str) -> None:
    assert name_of(path) == name


@pytest.mark.slow
def test_many_repositories_are_mined_on_a_cluster_as_in_one_process(
    scheduler: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    repositories = shops(tmp_path)
    here, there = tmp_path / "here", tmp_path / "there"
    here.mkdir()
    there.mkdir()
    mine = ["history", "mine", *repositories, str(tmp_path / "none"), "--stores"]

    assert main([*mine, str(here), "--jobs", "1"]) == 1
    assert main([*mine, str(there), "--engine", "dask", "--scheduler", scheduler]) == 1

    assert list(held(here)) == list(SHOPS)
    assert len(held(here)["bob+shop"][1]) == 1
    assert held(there) == held(here)
    out, err = capsys.readouterr()
    assert out.replace("/there/", "/here/").count("4 changes read from main") == 2
    assert err.count("not a git repository") == 2


@pytest.mark.parametrize(
    ("given", "said"),
    [
        (["a", "b"], "--stores names a folder"),
        (["a", "--engine", "dask"], "--engine is for many"),
        (["a", "--stores", "."], "not a git repository"),
        (["a", "--stores", "nowhere"], "the folder does not exist"),
        (["a", "--stores", ".", "--store", "b"], "either --store or --stores"),
        (["x/a", "y/x/a", "--stores", "."], "would share the store x+a.sqlite3"),
        ([".", "--engine", "dask", "--stores", "."], "--scheduler names none"),
    ],
)
def test_what_cannot_be_mined_is_said(
    given: list[str],
    said: str,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    monkeypatch.chdir(tmp_path)

    assert main(["history", "mine", *given]) in (1, 2)
    assert said in capsys.readouterr().err
    assert os.listdir(tmp_path) == []
