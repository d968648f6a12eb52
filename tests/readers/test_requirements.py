"""Requirements, project and lock files: which version of a library they ask for."""

import pytest

from nonevent.facts import Dependency
from nonevent.location import Location
from nonevent.note import NoteKind
from nonevent.readers import requirements
from nonevent.reading import is_read, is_requirements

WANTED = frozenset({"redis", "flask-caching"})


def said(path: str, text: str) -> list[tuple[str, str, int]]:
    facts = requirements.read(path, text, WANTED)
    assert facts.notes == ()
    return [
        (fact.name, fact.specifier, fact.location.line)
        for fact in facts.facts
        if isinstance(fact, Dependency)
    ]


LINES = {
    "a pin": ("redis==4.4.4", "==4.4.4"),
    "a pin with blanks": ("redis == 4.4.4  ", "==4.4.4"),
    "a range": ("redis >= 4, < 8", ">=4,<8"),
    "no version": ("redis", ""),
    "extras": ("redis[hiredis]==4.4.4", "==4.4.4"),
    "a marker": ("redis==4.4.4; python_version < '3.13'", "==4.4.4"),
    "a comment": ("redis==4.4.4  # via -r requirements.in", "==4.4.4"),
    "a hash behind": ("redis==4.4.4 --hash=sha256:abc", "==4.4.4"),
    "a hash below": ("redis==4.4.4 \\\n    --hash=sha256:abc", "==4.4.4"),
    "an address": ("redis @ https://example.org/redis.whl", ""),
    "the form in brackets": ("redis (==4.4.4)", "==4.4.4"),
    "capitals": ("Redis==4.4.4", "==4.4.4"),
}


@pytest.mark.parametrize(("line", "expected"), LINES.values(), ids=LINES)
def test_a_requirement_is_read_with(line: str, expected: str) -> None:
    assert said("requirements.txt", f"-r base.txt\n{line}\n") == [("redis", expected, 2)]


def test_names_are_compared_as_package_indexes_do() -> None:
    assert said("requirements/prod.txt", "Flask_Caching==2.0\n") == [("flask-caching", "==2.0", 1)]


@pytest.mark.parametrize(
    "line",
    ["# redis==1", "-e .", "--index-url https://example.org/redis", "redislite==1", "", "./redis"],
)
def test_other_lines_name_no_library(line: str) -> None:
    assert said("requirements.txt", line) == []


POETRY_LOCK = """[[package]]
name = "redis"
version = "5.0.1"
description = "Python client"

[[package]]
name = "requests"
version = "2.31.0"
"""
PIPFILE_LOCK = """{
    "_meta": {"hash": {}},
    "default": {
        "redis": {
            "hashes": ["sha256:abc"],
            "index": "pypi",
            "version": "==4.4.4"
        }
    }
}
"""
PROJECT = """[project]
name = "shop"
dependencies = [
    "flask",
    "redis ==4.4.4",
]

[project.optional-dependencies]
cache = ["flask-caching>=2"]
"""
POETRY = """[tool.poetry.dependencies]
python = "^3.11"
redis = {version = "^4.5", extras = ["hiredis"]}
flask-caching = "2.0.1"
"""
GROUPS = """[dependency-groups]
main = ["redis[hiredis]==5.0.3", {include-group = "web"}]
web = ["flask-caching>=2"]

[tool.poetry.group.worker.dependencies]
redis = "^4"
"""
FILES = {
    "groups of a project": (
        "pyproject.toml",
        GROUPS,
        [("redis", "==5.0.3", 2), ("flask-caching", ">=2", 3), ("redis", "^4", 6)],
    ),
    "a lock of Poetry": ("poetry.lock", POETRY_LOCK, [("redis", "==5.0.1", 2)]),
    "a lock of uv with CRLF": (
        "uv.lock",
        POETRY_LOCK.replace("\n", "\r\n"),
        [("redis", "==5.0.1", 2)],
    ),
    "a lock of PDM": ("pdm.lock", POETRY_LOCK, [("redis", "==5.0.1", 2)]),
    "the lock that all tools share": (
        "pylock.toml",
        POETRY_LOCK.replace("[[package]]", "[[packages]]"),
        [("redis", "==5.0.1", 2)],
    ),
    "what setuptools is told": (
        "setup.cfg",
        "[options]\ninstall_requires =\n    redis[hiredis]>=4,<8\n    Flask_Caching\n",
        [("redis", ">=4,<8", 3), ("flask-caching", "", 4)],
    ),
    "a program that sets up, keys left out": (
        "setup.py",
        """setup(
    install_requires=["redis==4.4.4; python_version > '3'"],
    extras_require={"redis": ["Flask-Caching >= 2"]},
    description="redis for shops",
)
""",
        [("redis", "==4.4.4", 2), ("flask-caching", ">=2", 3)],
    ),
    "a lock of Pipenv": ("Pipfile.lock", PIPFILE_LOCK, [("redis", "==4.4.4", 4)]),
    "a project": (
        "pyproject.toml",
        PROJECT,
        [("redis", "==4.4.4", 5), ("flask-caching", ">=2", 9)],
    ),
    "a project of Poetry": (
        "pyproject.toml",
        POETRY,
        [("redis", "^4.5", 3), ("flask-caching", "==2.0.1", 4)],
    ),
    "a project of other tools": ("pyproject.toml", "[tool.ruff]\n", []),
    "a project of another form": ("pyproject.toml", "project = 1\n[tool]\npoetry = []\n", []),
}


@pytest.mark.parametrize(("path", "text", "expected"), FILES.values(), ids=FILES)
def test_libraries_are_read_from(
    path: str, text: str, expected: list[tuple[str, str, int]]
) -> None:
    assert said(path, text) == expected


def test_a_dependency_stands_where_it_is_named() -> None:
    facts = requirements.read("pyproject.toml", PROJECT, frozenset({"redis"})).facts

    assert [fact.location for fact in facts] == [Location("pyproject.toml", 5, 6, 5, 21)]


@pytest.mark.parametrize("text", ["[project", "a = " + "[" * 5000], ids=["broken", "too deep"])
def test_a_project_that_is_no_toml_is_noted(text: str) -> None:
    notes = requirements.read("pyproject.toml", text, WANTED).notes

    assert [note.kind for note in notes] == [NoteKind.SYNTAX]


def test_what_one_file_says_has_an_end() -> None:
    text = "redis\n" * 200_000 + "".join(f"redis=={number}\n" for number in range(200_000))

    assert len(requirements.read("requirements.txt", text, WANTED).facts) == requirements.MOST


NAMES = {
    "requirements.txt": True,
    "requirements-dev.txt": True,
    "requirements/prod.txt": True,
    "deploy/base_requirements.txt": True,
    "uv.lock": True,
    "server/poetry.lock": True,
    "Pipfile.lock": True,
    "pyproject.toml": True,
    "pdm.lock": True,
    "pylock.toml": True,
    "lib/setup.cfg": True,
    "tox.cfg": False,
    "notes.txt": False,
    "yarn.lock": False,
    "ruff.toml": False,
    "requirements.md": False,
}


@pytest.mark.parametrize(("path", "expected"), NAMES.items(), ids=NAMES)
def test_a_file_is_known_by_its_name(path: str, *, expected: bool) -> None:
    assert (is_requirements(path), is_read(path)) == (expected, expected)
