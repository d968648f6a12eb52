"""The house from outside: what stands at the top, what a wheel holds, what is pinned."""

import re
import subprocess
import sys
import tomllib
import zipfile
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
AGREED = {
    ".ci",
    ".gitignore",
    ".importlinter",
    ".pre-commit-hooks.yaml",
    "CHANGELOG.md",
    "action.yml",
    "CONTRIBUTING.md",
    "LICENSE",
    "README.md",
    "analyzer",
    "docs",
    "fixtures",
    "models",
    "pyproject.toml",
    "rules",
    "templates",  # where GitLab looks for components
    "tests",
}
SOURCES = {
    "nonevent": ROOT / "analyzer",
    "nonevent_rules": ROOT / "rules",
    "nonevent_models": ROOT / "models",
}


def listed() -> list[str]:
    """Return the paths that git tracks, or would with `git add`."""
    command = ["git", "ls-files", "--cached", "--others", "--exclude-standard", "-z"]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=True)
    return [path for path in done.stdout.split("\0") if path and (ROOT / path).is_file()]


def pins() -> dict[str, str]:
    """Return the pinned version of each package, by its normalised name."""
    lines = (ROOT / ".ci" / "constraints.txt").read_text(encoding="utf-8").splitlines()
    pairs = (line.split("==") for line in lines if not line.startswith("#"))
    return {normal(name): version for name, version in pairs}


def normal(name: str) -> str:
    # https://packaging.python.org/en/latest/specifications/name-normalization/
    return re.sub(r"[-_.]+", "-", name).lower()


def required() -> list[str]:
    """Return the requirements that CI installs: of the program, its tools and its build."""
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    dev = project["project"]["optional-dependencies"]["dev"]
    return [*project["project"]["dependencies"], *dev, *project["build-system"]["requires"]]


@pytest.mark.slow
def test_the_top_level_holds_what_is_agreed() -> None:
    assert {path.split("/")[0] for path in listed()} == AGREED


@pytest.mark.slow
def test_each_source_root_holds_one_package() -> None:
    found = {
        name: {path.split("/")[1] for path in listed() if path.startswith(f"{root.name}/")}
        for name, root in SOURCES.items()
    }

    assert found == {name: {name} for name in SOURCES}


@pytest.mark.parametrize("requirement", required())
def test_what_is_required_is_pinned(requirement: str) -> None:
    name = re.match(r"[\w.-]+", requirement)

    assert name is not None
    assert normal(name.group()) in pins()


@pytest.mark.slow
def test_the_wheel_holds_all_files_of_the_three_packages(tmp_path: Path) -> None:
    subprocess.run(
        [sys.executable, "-m", "build", "--wheel", "--outdir", str(tmp_path), str(ROOT)],
        capture_output=True,
        check=True,
    )
    (wheel,) = tmp_path.glob("*.whl")
    files = {name for name in zipfile.ZipFile(wheel).namelist() if ".dist-info/" not in name}
    prefixes = tuple(f"{root.name}/" for root in SOURCES.values())

    assert files == {path.split("/", 1)[1] for path in listed() if path.startswith(prefixes)}
