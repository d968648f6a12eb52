"""Which part of a change a run is about."""

import json
import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest
from tests.programs import git

from nonevent import entry

CALL = "import requests\n\nrequests.get('https://a.example')\n"


@pytest.fixture
def project(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    git(tmp_path, "init", "--quiet", "--initial-branch=main")
    (tmp_path / "gone.py").write_text("X = 1\n")
    git(tmp_path, "add", ".")
    git(tmp_path, "commit", "--quiet", "--message=first")
    git(tmp_path, "rm", "--quiet", "gone.py")
    for name in ("shop", "web"):
        (tmp_path / name).mkdir()
        (tmp_path / name / "a.py").write_text(CALL)
    git(tmp_path, "add", ".")
    git(tmp_path, "commit", "--quiet", "--message=second")
    monkeypatch.chdir(tmp_path)
    return tmp_path


def found(capfd: pytest.CaptureFixture[str], *arguments: str) -> set[str]:
    capfd.readouterr()
    assert entry.main(["check", "--output", "json", *arguments]) in {0, 1}
    return {one["path"] for one in json.loads(capfd.readouterr().out)["findings"]}


@pytest.mark.usefixtures("project")
@pytest.mark.parametrize("change", ["HEAD~1..HEAD", "HEAD~1"])
@pytest.mark.parametrize(
    ("paths", "expected"),
    [
        ((), {"shop/a.py", "web/a.py"}),
        (("shop",), {"shop/a.py"}),
        (("./shop/a.py",), {"shop/a.py"}),
        (("shop", "web/"), {"shop/a.py", "web/a.py"}),
        (("sho.",), None),
        (("gone.py",), set()),
    ],
)
def test_paths_leave_out_the_rest_of_a_change(
    change: str,
    paths: tuple[str, ...],
    expected: set[str] | None,
    capfd: pytest.CaptureFixture[str],
) -> None:
    if expected is None:
        assert entry.main(["check", "--diff", change, *paths]) == 2
        assert "no such file or directory: 'sho.'; nearest: 'shop'" in capfd.readouterr().err
    else:
        assert found(capfd, "--diff", change, *paths) == expected


def test_paths_are_meant_in_the_working_directory(
    project: Path, capfd: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(project / "shop")

    assert found(capfd, "--diff", "HEAD~1", "a.py") == {"shop/a.py"}
    assert found(capfd, "--diff", "HEAD~1") == {"shop/a.py", "web/a.py"}


# -- a project in a folder of its repository -----------------------------------------------------

SERVICE = {
    "app/models.py": (
        "from sqlalchemy import Column, String\nfrom sqlalchemy.orm import declarative_base\n\n"
        "class Order(declarative_base()):\n    __tablename__ = 'orders'\n"
        "    number = Column(String, primary_key=True)\n    note = Column(String)\n"
    ),
    "app/web.py": "from flask import Blueprint\n\nbp = Blueprint('orders', __name__)\n",
    "app/carts.py": "CARTS = {}\n\n\ndef put(user):\n    CARTS[user] = 'x'\n",
    "alembic/versions/a1_first.py": (
        "from alembic import op\nimport sqlalchemy as sa\n\n"
        "revision = 'a1'\ndown_revision = None\n\n"
        "def upgrade():\n    op.create_table('orders', sa.Column('note', sa.String()))\n"
    ),
}
RELEASE = {
    "app/web.py": (
        "from flask import Blueprint\nfrom app.carts import put\n\n"
        "bp = Blueprint('orders', __name__)\n\n\n"
        "@bp.route('/')\ndef cart():\n    put('me')\n"
    ),
    "alembic/versions/a2_second.py": (
        "from alembic import op\n\nrevision = 'a2'\ndown_revision = 'a1'\n\n"
        "def upgrade():\n    op.drop_column('orders', 'note')\n"
    ),
}
MODEL_KEEPS, CART_IS_REACHED = "alembic/versions/a2_second.py", "app/carts.py"


@pytest.fixture
def service(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Make a service among others, with a release on the branch `next`."""
    root = tmp_path / "services" / "orders"
    git(tmp_path, "init", "--quiet", "--initial-branch=main")
    for branch, files in (("main", SERVICE), ("next", RELEASE)):
        if branch == "next":
            git(tmp_path, "checkout", "--quiet", "-b", branch)
        for name, text in files.items():
            (root / name).parent.mkdir(parents=True, exist_ok=True)
            (root / name).write_text(text)
        git(tmp_path, "add", ".")
        git(tmp_path, "commit", "--quiet", f"--message={branch}")
    monkeypatch.chdir(root)
    return tmp_path


def patch_of(repository: Path) -> str:
    said = subprocess.run(
        ["git", "diff", "main..next"], cwd=repository, capture_output=True, check=True
    )
    (repository.parent / "next.patch").write_bytes(said.stdout)
    return str(repository.parent / "next.patch")


def staged(repository: Path) -> tuple[str, ...]:
    git(repository, "reset", "--quiet", "--soft", "main")
    return ("--staged",)


def work_tree(repository: Path) -> tuple[str, ...]:
    git(repository, "reset", "--quiet", "--mixed", "main")
    return ("--diff", "HEAD")


def revisions(repository: Path) -> tuple[str, ...]:
    del repository
    return "--diff", "main..next"


def revisions_elsewhere(repository: Path) -> tuple[str, ...]:
    git(repository, "checkout", "--quiet", "main")
    return "--diff", "main..next"


def patch_applied(repository: Path) -> tuple[str, ...]:
    return "--patch", patch_of(repository)


def patch_not_applied(repository: Path) -> tuple[str, ...]:
    patch = patch_of(repository)
    git(repository, "checkout", "--quiet", "main")
    return "--patch", patch


@pytest.mark.parametrize(
    "given",
    [staged, work_tree, revisions, revisions_elsewhere, patch_applied, patch_not_applied],
)
def test_a_change_is_felt_in_files_that_it_leaves_alone_wherever_it_comes_from(
    given: Callable[[Path], tuple[str, ...]],
    service: Path,
    capfd: pytest.CaptureFixture[str],
) -> None:
    paths = found(capfd, *given(service), "--select", "column-still-used,module-state-in-handler")

    assert paths == {f"services/orders/{name}" for name in (MODEL_KEEPS, CART_IS_REACHED)}
