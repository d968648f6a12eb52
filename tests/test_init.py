"""`nonevent init`: what it writes works, what is there stays, and a second run does nothing."""

import os
import re
import subprocess
import sys
import sysconfig
import tomllib
from pathlib import Path
from typing import Any

import pytest
import yaml
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.programs import git

from nonevent import entry, scaffold
from nonevent.cli.init import CHOICES
from nonevent.merging import MergeError, add_hook, add_job, add_table
from nonevent.starting import CHOICES as KNOWN

COMMIT = "0123456789abcdef0123456789abcdef01234567"
URL = "https://code.example/tools/nonevent"
SOURCE = f"git+{URL}@{COMMIT}"
CALL = "import requests\n\n\ndef pay(u):\n    return requests.get(u)\n"
ENTRY = scaffold.hook(scaffold.Source(SOURCE, URL, COMMIT))
JOB = scaffold.gitlab(scaffold.Source(SOURCE, URL, COMMIT))


@pytest.fixture
def project(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    for name in [name for name in os.environ if name.startswith("GIT_")]:
        monkeypatch.delenv(name)
    work = tmp_path / "work"
    work.mkdir()
    git(work, "init", "--quiet", "--initial-branch=main")
    (work / "shop.py").write_text("X = 1\n")
    monkeypatch.chdir(work)
    return work


def said(capfd: pytest.CaptureFixture[str], *arguments: str) -> str:
    capfd.readouterr()
    assert entry.main(["init", "--source", SOURCE, *arguments]) == 0
    return capfd.readouterr().out


def held(folder: Path) -> dict[str, bytes]:
    paths = (path for path in folder.rglob("*") if path.is_file() and ".git/" not in str(path))
    return {str(path.relative_to(folder)): path.read_bytes() for path in paths}


SIGNS = {
    "github": ".github/workflows/tests.yml",
    "gitlab": ".gitlab-ci.yml",
    "azure": "azure-pipelines.yml",
    "jenkins": "Jenkinsfile",
}
WRITTEN = {
    "github": ".github/workflows/nonevent.yml",
    "gitlab": ".gitlab-ci.yml",
    "azure": "azure-pipelines-nonevent.yml",
    "jenkins": "Jenkinsfile.nonevent",
}


def test_the_choices_of_the_command_line_are_those_there_are() -> None:
    assert CHOICES == KNOWN
    assert tuple(SIGNS) == KNOWN[1:-1]


# -- what is found -------------------------------------------------------------------------------


@pytest.mark.parametrize("server", SIGNS)
def test_the_place_for_a_build_server_is_found_by_its_files(
    server: str, project: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    sign = project / SIGNS[server]
    sign.parent.mkdir(parents=True, exist_ok=True)
    sign.write_text("build:\n  script: [make]\n")
    before = held(project)
    said(capfd)
    after = held(project)

    assert after.keys() - before.keys() == {
        "nonevent.toml",
        ".pre-commit-config.yaml",
        *({WRITTEN[server]} - before.keys()),
    }
    assert SOURCE.encode() in after[WRITTEN[server]]
    assert all(after[name].startswith(before[name]) for name in before)


@pytest.mark.parametrize(
    ("remote", "server"),
    [
        ("git@github.com:shop/shop.git", "github"),
        ("https://gitlab.shop.example/web/shop.git", "gitlab"),
        ("https://dev.azure.com/shop/web/_git/shop", "azure"),
        ("https://code.example/github/shop.git", ""),
        ("https://bitbucket.org/shop/shop.git", ""),
    ],
)
def test_the_place_for_a_build_server_is_found_by_the_remote(
    remote: str, server: str, project: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    git(project, "remote", "add", "origin", remote)
    said(capfd)

    found = {name for name, path in WRITTEN.items() if (project / path).exists()}
    assert found == ({server} if server else set())


def test_what_is_found_is_told_and_the_database_is_set(
    project: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    (project / "alembic.ini").write_text("[alembic]\nsqlalchemy.url = mysql://x/y\n")
    (project / "app.py").write_text(
        "import flask\n\napp = flask.Flask(__name__)\n\n\n@app.get('/')\ndef a():\n    return ''\n"
    )
    (project / "migrations").mkdir()
    (project / "migrations" / "1.sql").write_text("ALTER TABLE a ADD b int;\n")
    told = said(capfd)

    assert re.search(r"^  files +Python 2, SQL 1, database settings 1$", told, re.MULTILINE)
    assert re.search(r"^  frameworks +flask$", told, re.MULTILINE)
    assert re.search(r"^  migrations +sql in migrations \(1 file\)$", told, re.MULTILINE)
    assert re.search(r"^  database +mysql, as alembic\.ini:2 says$", told, re.MULTILINE)
    assert tomllib.loads((project / "nonevent.toml").read_text())["dialect"] == "mysql"


def test_two_databases_are_no_guess(project: Path, capfd: pytest.CaptureFixture[str]) -> None:
    (project / "alembic.ini").write_text("sqlalchemy.url = mysql://x/y\n")
    (project / "schema.prisma").write_text('provider = "postgresql"\n')

    assert "mysql and postgresql are named, so none is set" in said(capfd)
    assert "dialect" not in tomllib.loads((project / "nonevent.toml").read_text())


# -- what is written -----------------------------------------------------------------------------


def everything(project: Path) -> None:
    for path in SIGNS.values():
        (project / path).parent.mkdir(parents=True, exist_ok=True)
        (project / path).write_text("build:\n  script: [make]\n")
    (project / "pyproject.toml").write_text("[project]\nname = 'shop' # ours\n")
    (project / ".pre-commit-config.yaml").write_text(HOOKS)


HOOKS = """\
# ours
repos:
- repo: https://code.example/a
  rev: v1 # pinned
  hooks: [{id: a}]
# the end
"""


def test_a_second_run_changes_nothing(project: Path, capfd: pytest.CaptureFixture[str]) -> None:
    everything(project)
    said(capfd)
    once = held(project)
    told = said(capfd)

    assert held(project) == once
    assert "\nwritten\n" not in told
    assert told.count("runs nonevent already") == 5


def test_a_dry_run_writes_nothing_and_its_diff_makes_the_same_files(
    project: Path, capfd: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    everything(project)
    before = held(project)
    diff = said(capfd, "--dry-run")
    assert held(project) == before

    said(capfd)
    written = held(project)
    (tmp_path / "other").mkdir()
    git(tmp_path / "other", "init", "--quiet")
    everything(tmp_path / "other")
    (tmp_path / "other" / "shop.py").write_text("X = 1\n")
    (tmp_path / "a.diff").write_text(diff)
    git(tmp_path / "other", "apply", str(tmp_path / "a.diff"))
    assert held(tmp_path / "other") == written


def test_it_is_set_up_at_the_root_from_a_folder_below(
    project: Path, capfd: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    (project / "web").mkdir()
    monkeypatch.chdir(project / "web")

    assert "Python 1" in said(capfd)
    assert held(project).keys() == {"shop.py", "nonevent.toml", ".pre-commit-config.yaml"}


def test_settings_that_are_there_are_left_alone(
    project: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    (project / "pyproject.toml").write_text("[tool.nonevent]\n")
    said(capfd)

    assert (project / "pyproject.toml").read_text() == "[tool.nonevent]\n"
    assert not (project / "nonevent.toml").exists()


def test_a_project_file_that_cannot_take_the_table_is_left_alone(
    project: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    (project / "pyproject.toml").write_text("tool = {a = 1}\n")
    said(capfd)

    assert (project / "pyproject.toml").read_text() == "tool = {a = 1}\n"
    assert tomllib.loads((project / "nonevent.toml").read_text()) == {"fail-on": "warning"}


def test_a_link_is_not_written_through(
    project: Path, capfd: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    (tmp_path / "outside").mkdir()
    (project / ".github").symlink_to(tmp_path / "outside")
    (tmp_path / "hooks.yaml").write_text(HOOKS)
    (project / ".pre-commit-config.yaml").symlink_to(tmp_path / "hooks.yaml")
    told = said(capfd)

    assert told.count("left alone: it is a link") == 2
    assert list((tmp_path / "outside").iterdir()) == []
    assert (tmp_path / "hooks.yaml").read_text() == HOOKS


def test_what_an_installation_from_a_folder_cannot_say_is_not_made_up(
    project: Path, capfd: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("nonevent.starting.installed", lambda: None)
    (project / ".github").mkdir()
    assert entry.main(["init"]) == 0

    assert "from where is not known here: --source git+URL@COMMIT" in capfd.readouterr().out
    assert not (project / WRITTEN["github"]).exists()
    hooks = yaml.safe_load((project / ".pre-commit-config.yaml").read_text())["repos"]
    assert hooks[0]["hooks"][0]["language"] == "system"


@pytest.mark.parametrize(
    ("source", "message"),
    [
        ("git+https://a.example/b", "names no commit: git+URL@COMMIT"),
        ("git+ssh://git@a.example/b", "names no commit: git+URL@COMMIT"),
        ("nonevent; touch pwned", "is not what pip installs"),
        ("x'y", "is not what pip installs"),
    ],
)
def test_a_source_that_is_none_is_refused(
    source: str, message: str, project: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    assert entry.main(["init", "--source", source]) == 2
    assert message in capfd.readouterr().err
    assert held(project).keys() == {"shop.py"}


def test_outside_of_a_repository_there_are_settings_alone(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(tmp_path)

    assert "no git repository here" in said(capfd)
    assert held(tmp_path).keys() == {"nonevent.toml"}


# -- merging -------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "text",
    [
        "",
        "[project]\nname = 'a' # ours\n\n# the end\n",
        "[project]\r\nname = 'a'\r\n",
        "[tool.other]\nx = [\n  1, # one\n]",
        "\ufeff[project]\nname = 'a'\n",
    ],
)
def test_a_table_goes_behind_all_that_is_there(text: str) -> None:
    merged = add_table(text, scaffold.settings("postgresql", "a.ini:1", table=True))

    assert merged.startswith(text)
    assert merged.count("\r\n") in {0, merged.count("\n")}
    known = tomllib.loads(merged.removeprefix("\ufeff"))
    assert known["tool"]["nonevent"] == {"fail-on": "warning", "dialect": "postgresql"}


@pytest.mark.parametrize("text", ["a = \n", "tool = 3\n", "[tool]\nnonevent = 1\n"])
def test_a_table_that_has_no_place_is_refused(text: str) -> None:
    with pytest.raises(MergeError):
        add_table(text, "[tool.nonevent]\n")


BLOCK = """\
repos:
  # ruff
  - repo: https://code.example/a
    rev: v1
    hooks:
      - id: a
        args:
          - |
            one
            two

      # commented out
      # - id: b

  # the last words
ci:
  autofix: true
"""


@pytest.mark.parametrize(
    "text",
    [
        pytest.param(HOOKS, id="no margin, a comment at the end"),
        pytest.param(HOOKS.replace("\n", "\r\n"), id="line ends of Windows"),
        pytest.param(HOOKS.replace("# the end\n", "")[:-1], id="no line end at the end"),
        pytest.param(BLOCK, id="a margin, a block and more keys behind"),
        pytest.param(BLOCK.replace("ci:\n  autofix: true\n", ""), id="a margin and comments"),
        pytest.param("fail_fast: true\nrepos:\n    -   repo: meta\n        hooks:\n"
                     "        -   id: check-hooks-apply\n", id="four blanks"),
        pytest.param("---\nrepos:\n- repo: meta\n  hooks: [{id: x}]\n...\n", id="a document's end"),
        pytest.param("repos:\n- &a\n  repo: meta\n  hooks: &b\n  - id: x\n", id="anchors"),
    ],
)  # fmt: skip
def test_an_entry_goes_behind_the_last_one(text: str) -> None:
    merged = add_hook(text, ENTRY)
    before, after = (yaml.safe_load(each) for each in (text, merged))
    kept = iter(merged.splitlines())

    assert all(line in kept for line in text.splitlines())  # in this order
    assert merged.count("\r\n") in {0, merged.count("\n")}
    assert after["repos"][:-1] == before["repos"]
    assert after["repos"][-1] == {"repo": URL, "rev": COMMIT, "hooks": [{"id": "nonevent"}]}


WORDS = st.text("ab:-#'\"&*!|>%@` é\n", max_size=12)
HOOK = st.dictionaries(st.sampled_from(["id", "args", "name"]), WORDS | st.lists(WORDS, max_size=2))
REPO = st.fixed_dictionaries({"repo": WORDS, "hooks": st.lists(HOOK, max_size=2)})


@settings(max_examples=50, deadline=None)
@given(
    st.lists(REPO, min_size=1, max_size=3),
    st.dictionaries(st.sampled_from(["ci", "zones"]), WORDS),
    st.integers(2, 6),
)
def test_an_entry_goes_behind_whatever_people_write(
    repos: list[Any], rest: dict[str, str], indent: int
) -> None:
    text = yaml.safe_dump(
        {"repos": repos, **rest}, default_flow_style=False, indent=indent, allow_unicode=True
    )
    after = yaml.safe_load(add_hook(text, ENTRY))

    assert after == {"repos": [*repos, yaml.safe_load(ENTRY)[0]], **rest}


@pytest.mark.parametrize(
    "text",
    ["repos: []\n", "repos:\n", "repos: [{repo: meta}]\n", "a: 1\n", "- a\n", "a: [\n", "*a\n"],
)
def test_an_entry_that_has_no_place_is_refused(text: str) -> None:
    with pytest.raises(MergeError):
        add_hook(text, ENTRY)


@pytest.mark.parametrize(
    "text",
    [
        "stages: [build, check]\nbuild:\n  stage: build\n  script: [make]\n",
        "build:\n  script:\n    - !reference [.setup, script]\n    - make # it\n",
        "spec:\n  inputs:\n    a:\n---\nbuild:\n  script: [make]",
        "build:\r\n  script: [make]\r\n",
    ],
)
def test_a_job_goes_behind_all_that_is_there(text: str) -> None:
    merged = add_job(text, JOB)

    assert merged.startswith(text)
    assert "\nnonevent:" in merged
    assert merged.count("\r\n") in {0, merged.count("\n")}


def test_aliases_of_aliases_take_no_time() -> None:
    rows = ["a0: &a0 [x, x, x, x, x, x, x, x, x, x]"]
    rows += [f"a{n}: &a{n} [{', '.join([f'*a{n - 1}'] * 10)}]" for n in range(1, 30)]

    assert add_job("\n".join(rows) + "\n", JOB).endswith(JOB)


@pytest.mark.parametrize(
    "text", ["nonevent:\n  script: [x]\n", "- a\n", "a: [\n", "a: 1\n...\n", "{a: 1}\n"]
)
def test_a_job_that_has_no_place_is_refused(text: str) -> None:
    with pytest.raises(MergeError):
        add_job(text, JOB)


@pytest.mark.parametrize(
    ("stages", "stage"),
    [("", ""), ("stages: [build, test]\n", "test"), ("stages: [build, deploy]\n", "build")],
)
def test_a_job_stands_in_a_stage_that_there_is(
    stages: str, stage: str, project: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    (project / ".gitlab-ci.yml").write_text(f"{stages}build:\n  script: [make]\n")
    said(capfd)
    job = yaml.safe_load((project / ".gitlab-ci.yml").read_text())["nonevent"]

    assert job.get("stage", "") == stage


# -- real clients --------------------------------------------------------------------------------


def scripts(name: str) -> str:
    return os.path.join(sysconfig.get_path("scripts"), name)


@pytest.mark.slow
@pytest.mark.parametrize(
    ("server", "schema"),
    [("github", "github-workflows"), ("gitlab", "gitlab-ci"), ("azure", "azure-pipelines")],
)
def test_what_is_written_has_the_form_that_the_server_wants(
    server: str, schema: str, project: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    said(capfd, "--ci", server)
    command = [scripts("check-jsonschema"), "--builtin-schema", f"vendor.{schema}"]
    ran = subprocess.run(
        [*command, str(project / WRITTEN[server])], capture_output=True, text=True, check=False
    )

    assert ran.returncode == 0, ran.stdout
    assert "${{" not in "".join(shell(server, project))


@pytest.mark.slow
def test_zizmor_finds_nothing_in_the_workflow(
    project: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    said(capfd, "--ci", "github")
    command = [scripts("zizmor"), "--offline", "--no-progress", "--persona=pedantic"]
    ran = subprocess.run(
        [*command, WRITTEN["github"]], cwd=project, capture_output=True, text=True, check=False
    )

    assert ran.returncode == 0, ran.stdout


def shell(server: str, project: Path) -> list[str]:
    """Return the scripts in a file that was written."""
    text = (project / WRITTEN[server]).read_text()
    if server == "jenkins":
        return re.findall(r"sh '''(.*?)'''", text, re.DOTALL)
    document = yaml.safe_load(text)
    if server == "gitlab":
        return ["\n".join(document["nonevent"]["script"])]
    steps = document["jobs"]["check"]["steps"] if server == "github" else document["steps"]
    return [step[key] for step in steps for key in ("run", "bash") if key in step]


@pytest.mark.slow
@pytest.mark.parametrize("server", WRITTEN)
def test_what_is_written_finds_what_a_change_brings(
    server: str, project: Path, capfd: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    said(capfd, "--ci", server)
    git(project, "add", ".")
    git(project, "commit", "--quiet", "--message=first")
    base = git(project, "rev-parse", "HEAD").strip()
    git(project, "remote", "add", "origin", str(project))
    git(project, "update-ref", "refs/remotes/origin/main", base)
    git(project, "checkout", "--quiet", "-b", "feature")
    (project / "shop.py").write_text(CALL)
    git(project, "commit", "--quiet", "--all", "--message=second")
    fake = tmp_path / "bin"
    fake.mkdir()
    programs = {
        "nonevent": f'exec "{sys.executable}" -P -m nonevent "$@"',
        "pip": f'printf "%s\\n" "$@" > "{tmp_path / "asked"}"',
        "python3": f'mkdir -p "$4/bin" && cp "{fake}/nonevent" "{fake}/pip" "$4/bin/"',
    }
    for name, text in programs.items():
        (fake / name).write_text(f"#!/bin/sh\n{text}\n")
        (fake / name).chmod(0o755)
    event = tmp_path / "event.json"
    repo = '"repo": {"full_name": "a/b"}'
    event.write_text(
        f'{{"pull_request": {{"base": {{"sha": "{base}", {repo}}}, "head": {{{repo}}}}}}}'
    )
    variables = {
        "github": {
            "GITHUB_ACTIONS": "true",
            "GITHUB_EVENT_NAME": "pull_request",
            "GITHUB_EVENT_PATH": str(event),
            "GITHUB_STEP_SUMMARY": str(tmp_path / "summary.md"),
            "RUNNER_TEMP": str(tmp_path / "temp"),
        },
        "gitlab": {"GITLAB_CI": "true", "CI_MERGE_REQUEST_DIFF_BASE_SHA": base},
        "azure": {
            "TF_BUILD": "True",
            "SYSTEM_PULLREQUEST_TARGETBRANCH": "main",
            "AGENT_TEMPDIRECTORY": str(tmp_path / "temp"),
        },
        "jenkins": {
            "JENKINS_URL": "http://j/",
            "CHANGE_TARGET": "main",
            "WORKSPACE_TMP": str(tmp_path / "temp"),
        },
    }[server]
    [script] = shell(server, project)
    script = script.replace("/tmp/", f"{tmp_path}/temp/")  # noqa: S108
    path = f"{fake}{os.pathsep}{os.environ['PATH']}"
    ran = subprocess.run(
        ["bash", "-e", "-c", script],
        cwd=project,
        env={"PATH": path, "HOME": str(tmp_path), "PACKAGE": SOURCE, "NONEVENT_PACKAGE": SOURCE}
        | variables,
        capture_output=True,
        text=True,
        check=False,
    )

    assert ran.returncode == 1, ran.stderr
    assert "call-without-timeout" in ran.stdout
    assert (tmp_path / "asked").read_text().splitlines()[-1] == SOURCE


@pytest.mark.slow
def test_pre_commit_runs_the_entry(
    project: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("nonevent.starting.installed", lambda: None)
    monkeypatch.setenv("PRE_COMMIT_HOME", str(tmp_path / "store"))
    monkeypatch.setenv("PATH", f"{os.path.dirname(sys.executable)}{os.pathsep}{os.environ['PATH']}")
    assert entry.main(["init"]) == 0
    git(project, "add", ".")
    git(project, "commit", "--quiet", "--message=first")
    subprocess.run(["pre-commit", "install"], cwd=project, capture_output=True, check=True)
    (project / "shop.py").write_text(CALL)
    git(project, "add", ".")
    said_ = ["git", "-c", "user.name=a", "-c", "user.email=a@b.example", "commit", "-m", "second"]
    ran = subprocess.run(said_, cwd=project, capture_output=True, text=True, check=False)

    assert ran.returncode == 1
    assert "shop.py:5:12  call-without-timeout  warning" in ran.stdout + ran.stderr

    (project / "shop.py").write_text(
        CALL.replace("(u)\n", "(u, timeout=3)\n", 2).replace("pay(u, timeout=3)", "pay(u)")
    )
    git(project, "add", ".")
    ran = subprocess.run(said_, cwd=project, capture_output=True, text=True, check=False)
    assert ran.returncode == 0, ran.stdout + ran.stderr


@pytest.mark.slow
@pytest.mark.parametrize("source", [SOURCE, "nonevent==1.0"])
def test_pre_commit_takes_the_file(
    source: str, project: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    said(capfd, "--source", source)
    command = [sys.executable, "-m", "pre_commit", "validate-config", ".pre-commit-config.yaml"]

    assert subprocess.run(command, cwd=project, capture_output=True, check=False).returncode == 0
