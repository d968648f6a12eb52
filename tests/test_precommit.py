"""The shipped hooks under pre-commit and prek themselves, in a repository of their own."""

import json
import os
import re
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
import yaml

from nonevent.reading import is_hint, is_read

pytestmark = pytest.mark.slow

MANIFEST = Path(__file__).parent.parent / ".pre-commit-hooks.yaml"

CLEAN = """\
import requests


def price(sku):
    return requests.get(f"https://prices.example/{sku}", timeout=10).json()
"""
FAULT = CLEAN.replace(", timeout=10", "")
CLIENTS = ("pre-commit", "prek")
CHANGELOGS = {
    "db/changelog.xml": """\
<databaseChangeLog xmlns="http://www.liquibase.org/xml/ns/dbchangelog">
  <changeSet id="1" author="a" dbms="postgresql">
    <addNotNullConstraint tableName="orders" columnName="note" columnDataType="text"/>
  </changeSet>
</databaseChangeLog>
""",
    "db/changelog.yaml": """\
databaseChangeLog:
  - changeSet:
      id: 1
      author: a
      dbms: postgresql
      changes:
        - addNotNullConstraint: {tableName: orders, columnName: note, columnDataType: text}
""",
    "src/liquibase/1.json": """\
{"databaseChangeLog": [{"changeSet": {"id": "1", "author": "a", "dbms": "postgresql", "changes": [
  {"addNotNullConstraint":
    {"tableName": "orders", "columnName": "note", "columnDataType": "text"}}
]}}]}
""",
}
FINDING = "shop.py:5:12  call-without-timeout  warning"


def shipped(name: str) -> dict[str, Any]:
    """Return a hook as the manifest has it, but for its environment: ours is there already."""
    hooks = {hook["id"]: hook for hook in yaml.safe_load(MANIFEST.read_text(encoding="utf-8"))}
    del hooks[name]["minimum_pre_commit_version"]  # of manifests alone
    return {**hooks[name], "language": "unsupported"}


class Repository:
    """A git repository with pre-commit, or another client of its hooks, installed in it."""

    def __init__(self, folder: Path, store: Path, *hooks: str, client: str = "pre-commit") -> None:
        self.folder = folder
        scripts = os.path.dirname(sys.executable)
        kept = {key: value for key, value in os.environ.items() if not key.startswith("GIT_")}
        self.environment = {
            **kept,
            "PATH": f"{scripts}{os.pathsep}{os.environ['PATH']}",
            "PRE_COMMIT_HOME": str(store),
            "PREK_HOME": str(store),
            "GIT_CONFIG_GLOBAL": os.devnull,
            "GIT_CONFIG_NOSYSTEM": "1",
        }
        config = {"repos": [{"repo": "local", "hooks": [shipped(hook) for hook in hooks]}]}
        folder.mkdir()
        self.run("git", "init", "--quiet", "--initial-branch", "main")
        self.run("git", "config", "user.name", "Somebody")
        self.run("git", "config", "user.email", "somebody@shop.example")
        self.write(".pre-commit-config.yaml", json.dumps(config))
        self.run("git", "add", ".")
        self.run("git", "commit", "--quiet", "--message", "Start")
        self.run(client, "install")

    def run(self, *command: str) -> str:
        done = self.try_to(*command)
        assert done.returncode == 0, done.stdout + done.stderr
        return done.stdout

    def try_to(self, *command: str) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            command,
            cwd=self.folder,
            env=self.environment,
            capture_output=True,
            text=True,
            check=False,
        )

    def write(self, path: str, text: str) -> None:
        (self.folder / path).parent.mkdir(parents=True, exist_ok=True)
        (self.folder / path).write_text(text, encoding="utf-8")

    def stage(self, path: str, text: str) -> None:
        self.write(path, text)
        self.run("git", "add", path)

    def commit(self, *arguments: str) -> tuple[bool, str]:
        """Try to commit; return whether it was made, and what was printed."""
        before = self.run("git", "rev-parse", "HEAD")
        done = self.try_to("git", "commit", "--message", "Change", *arguments)
        made = self.run("git", "rev-parse", "HEAD") != before
        assert made == (done.returncode == 0)
        return made, done.stdout + done.stderr


@pytest.fixture(params=CLIENTS)
def client(request: pytest.FixtureRequest) -> str:
    return str(request.param)


@pytest.fixture
def repository(tmp_path: Path, client: str) -> Repository:
    return Repository(tmp_path / "work", tmp_path / "store", "nonevent", client=client)


def test_the_manifest_is_valid(client: str) -> None:
    program = Path(sys.executable).with_name(client)
    done = subprocess.run([program, "validate-manifest", str(MANIFEST)], check=False)

    assert done.returncode == 0


@pytest.mark.parametrize(
    "path",
    [
        *("shop.py", "a b/shop.PY", "V1__orders.sql", "requirements.txt", "poetry.lock"),
        *("requirements/base.txt", "requirements-dev.txt", "deploy/pyproject.toml", "uv.lock"),
        *("logging.yaml", "conf/logging.ini", "log_config.json", "log.conf.sample", "blog.yaml"),
        *("db/orders.xml", "changelog/1.yml", "src/Liquibase/a.json", "migrations/0001.yaml"),
        *("package.json", "ci.yaml", "notes.txt", "setup.cfg", "README.md", "shop.pyi"),
        *("Dockerfile", "bin/start.sh", "deploy/web.yaml", "uwsgi.ini", "serverless.yml"),
        *("pdm.lock", "pylock.toml", "supervisord.conf", "celery.service", "Procfile", "tox.ini"),
        *("db/notes.md", "mydb/orders.xml", "db-changes.xml", "Pipfile", "Pipfile.lock"),
    ],
)
def test_the_hooks_start_for_what_is_read(path: str) -> None:
    hooks = yaml.safe_load(MANIFEST.read_text(encoding="utf-8"))

    assert not is_hint(path)  # what only names the database holds no finding
    assert {re.search(hook["files"], path) is not None for hook in hooks} == {is_read(path)}


def test_a_commit_with_a_fault_is_refused_and_the_mended_one_is_made(
    repository: Repository,
) -> None:
    repository.stage("shop.py", FAULT)
    made, output = repository.commit()

    assert not made
    assert FINDING in output

    repository.stage("shop.py", CLEAN)

    assert repository.commit()[0]


def test_a_staged_fault_is_refused_though_the_work_tree_is_mended(repository: Repository) -> None:
    repository.stage("shop.py", FAULT)
    repository.write("shop.py", CLEAN)
    made, output = repository.commit()

    assert not made
    assert FINDING in output
    assert (repository.folder / "shop.py").read_text(encoding="utf-8") == CLEAN


def test_a_fault_that_is_not_staged_does_not_hold_up_the_commit(repository: Repository) -> None:
    repository.stage("shop.py", CLEAN)
    repository.write("shop.py", FAULT)

    assert repository.commit()[0]
    assert (repository.folder / "shop.py").read_text(encoding="utf-8") == FAULT


def test_a_commit_of_named_files_is_judged_by_these_files(repository: Repository) -> None:
    repository.stage("shop.py", FAULT)
    repository.stage("other.py", CLEAN)

    assert repository.commit("other.py")[0]
    assert not repository.commit("shop.py")[0]


def test_a_fault_that_was_there_before_does_not_hold_up_the_commit(repository: Repository) -> None:
    repository.stage("shop.py", FAULT)
    repository.run("git", "commit", "--quiet", "--no-verify", "--message", "Old")
    repository.stage("shop.py", f'"""The shop."""\n\n{FAULT}')

    assert repository.commit()[0]


def test_a_commit_from_a_folder_below_the_root_is_judged_all_the_same(
    repository: Repository,
) -> None:
    (repository.folder / "src").mkdir()
    repository.stage("src/shop.py", FAULT)
    repository.folder /= "src"
    made, output = repository.commit()

    assert not made
    assert f"src/{FINDING}" in output


def test_a_commit_without_python_or_sql_starts_nothing(repository: Repository) -> None:
    repository.stage("README.md", "The shop.\n")
    made, output = repository.commit()

    assert made
    assert re.search(r"\(no files to check\)\s*Skipped", output)


@pytest.mark.parametrize("path", CHANGELOGS)
def test_a_changelog_alone_is_judged(repository: Repository, path: str) -> None:
    repository.stage(path, CHANGELOGS[path])
    made, output = repository.commit()

    assert not made
    assert re.search(rf"{re.escape(path)}:\d+:\d+  validating-constraint", output)


@pytest.mark.parametrize(
    ("content", "code"),
    [pytest.param(FAULT, 1, id="a fault fails"), pytest.param(CLEAN, 0, id="no fault passes")],
)
def test_whole_files_are_judged_in_all_files(
    tmp_path: Path, client: str, content: str, code: int
) -> None:
    repository = Repository(tmp_path / "work", tmp_path / "store", "nonevent-files", client=client)
    repository.stage("shop.py", content)
    repository.run("git", "commit", "--quiet", "--no-verify", "--message", "Old")
    done = repository.try_to(client, "run", "--all-files")

    assert done.returncode == code
    assert (FINDING in done.stdout) == bool(code)
