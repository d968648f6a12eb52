"""Which base a build server names, in its own words."""

import json
from pathlib import Path

import pytest

from nonevent.error import UserError
from nonevent.options import Output
from nonevent.report import Build
from nonevent.sources.ci import build_of, event_of, suited

SHA = "6bd66b9f3c0f5d1ce0d7a5a8d3b6f6a0a1f0c2d4"
NONE = "0" * 40


def github(folder: Path, kind: str, event: object) -> dict[str, str]:
    path = folder / "event.json"
    path.write_text(event if isinstance(event, str) else json.dumps(event))
    return {
        "GITHUB_ACTIONS": "true",
        "GITHUB_EVENT_NAME": kind,
        "GITHUB_EVENT_PATH": str(path),
    }


@pytest.mark.parametrize(
    ("kind", "event"),
    [
        ("pull_request", {"pull_request": {"base": {"ref": "main", "sha": SHA}}}),
        ("pull_request_target", {"pull_request": {"base": {"ref": "main", "sha": SHA}}}),
        ("merge_group", {"merge_group": {"base_ref": "refs/heads/main", "base_sha": SHA}}),
        ("push", {"before": SHA, "after": "1" * 40, "ref": "refs/heads/main"}),
    ],
)
def test_github_tells_it_in_the_event(kind: str, event: object, tmp_path: Path) -> None:
    assert event_of(github(tmp_path, kind, event)).base == SHA


@pytest.mark.parametrize(
    ("environment", "base"),
    [
        ({"GITLAB_CI": "true", "CI_MERGE_REQUEST_DIFF_BASE_SHA": SHA}, SHA),
        ({"GITLAB_CI": "true", "CI_COMMIT_BEFORE_SHA": SHA}, SHA),
        (
            {"TF_BUILD": "True", "SYSTEM_PULLREQUEST_TARGETBRANCH": "refs/heads/release/1"},
            "origin/release/1",
        ),
        ({"JENKINS_URL": "http://x/", "CHANGE_TARGET": "main"}, "origin/main"),
        ({"BITBUCKET_BUILD_NUMBER": "7", "BITBUCKET_PR_DESTINATION_COMMIT": SHA}, SHA),
        (
            {"BUILDKITE": "true", "BUILDKITE_PULL_REQUEST_BASE_BRANCH": "main"},
            "origin/main",
        ),
    ],
)
def test_others_tell_it_in_variables(environment: dict[str, str], base: str) -> None:
    assert event_of(environment).base == base


@pytest.mark.parametrize(
    ("kind", "event"),
    [
        ("schedule", {}),
        ("push", {"before": NONE}),
        ("pull_request", {"pull_request": None}),
        ("pull_request", {"pull_request": {"base": {"sha": 7}}}),
        ("pull_request", "no JSON"),
        ("pull_request", "[" * 100_000),
    ],
)
def test_a_build_of_no_change_is_refused(kind: str, event: object, tmp_path: Path) -> None:
    with pytest.raises(UserError, match="GitHub Actions names no base of this build"):
        event_of(github(tmp_path, kind, event))


def test_a_new_branch_has_no_base() -> None:
    with pytest.raises(UserError, match="GitLab CI names no base"):
        event_of({"GITLAB_CI": "true", "CI_COMMIT_BEFORE_SHA": NONE})


def test_elsewhere_the_base_has_to_be_named() -> None:
    with pytest.raises(UserError, match=r"none of GitHub Actions, GitLab CI, .*: name the base"):
        event_of({})


# As an agent sets them: https://learn.microsoft.com/en-us/azure/devops/pipelines/build/variables
AZURE = {
    "TF_BUILD": "True",
    "SYSTEM_COLLECTIONURI": "https://dev.azure.com/contoso/",
    "SYSTEM_TEAMPROJECTID": "11111111-1111-1111-1111-111111111111",
    "SYSTEM_DEFINITIONID": "42",
    "BUILD_DEFINITIONNAME": "Nightly build",
    "SYSTEM_PHASEID": "22222222-2222-2222-2222-222222222222",
    "SYSTEM_PHASENAME": "Build",
    "BUILD_SOURCEBRANCH": "refs/heads/main",
    "BUILD_BUILDID": "98765",
}


@pytest.mark.parametrize(
    "address", ["https://dev.azure.com/contoso/", "https://contoso.visualstudio.com/"]
)
def test_a_build_of_azure_is_known_as_microsoft_knows_it(address: str) -> None:
    assert build_of({**AZURE, "SYSTEM_COLLECTIONURI": address}) == Build(
        "azuredevops/pipeline/build/contoso/11111111-1111-1111-1111-111111111111/42/"
        "22222222-2222-2222-2222-222222222222/refs/heads/main/98765",
        "42",
        "Nightly build",
        "22222222-2222-2222-2222-222222222222",
        "Build",
    )


@pytest.mark.parametrize("lacks", sorted(set(AZURE) - {"TF_BUILD"}))
def test_a_build_that_is_half_known_is_none(lacks: str) -> None:
    assert build_of({name: value for name, value in AZURE.items() if name != lacks}) is None


@pytest.mark.parametrize(
    ("environment", "asked", "form"),
    [
        pytest.param({}, "sarif", "sarif", id="a desk"),
        pytest.param({"GITHUB_ACTIONS": "true"}, "sarif", "sarif-github", id="GitHub"),
        pytest.param(AZURE, "sarif", "sarif-azure", id="Azure"),
        pytest.param({"TF_BUILD": "True"}, "sarif", "sarif", id="Azure, half known"),
        pytest.param(AZURE, "sarif-github", "sarif-github", id="as it was asked for"),
        pytest.param(AZURE, "json", "json", id="another format"),
    ],
)
def test_sarif_is_what_the_server_of_the_build_reads(
    environment: dict[str, str], asked: str, form: str
) -> None:
    outputs, _ = suited((Output(asked, "a.sarif"),), environment)

    assert outputs == (Output(form, "a.sarif"),)


def test_sarif_for_azure_needs_its_variables() -> None:
    with pytest.raises(
        UserError, match=r"a build of Azure Pipelines: SYSTEM_COLLECTIONURI, .* not"
    ):
        suited((Output("sarif-azure"),), {})
    with pytest.raises(UserError, match="SYSTEM_COLLECTIONURI is no organisation's"):
        suited((Output("sarif-azure"),), {**AZURE, "SYSTEM_COLLECTIONURI": "https://tfs.local/"})


REPO = {"repo": {"full_name": "shop/shop"}}


@pytest.mark.parametrize(
    ("kind", "head", "foreign"),
    [
        ("pull_request", {"repo": {"full_name": "Shop/shop"}}, False),
        ("pull_request", {"repo": {"full_name": "ann/shop"}}, True),
        ("pull_request_target", {"repo": {"full_name": "ann/shop"}}, True),
        ("pull_request", {"repo": None}, True),
        ("pull_request", None, True),
        ("push", None, False),
    ],
)
def test_github_tells_of_a_fork_in_the_event(
    kind: str, head: object, foreign: bool, tmp_path: Path
) -> None:
    event = {"before": SHA, "pull_request": {"base": {"sha": SHA, **REPO}, "head": head}}

    assert event_of(github(tmp_path, kind, event)).foreign == foreign


GITLAB = {"GITLAB_CI": "true", "CI_MERGE_REQUEST_DIFF_BASE_SHA": SHA}
AGENT = {"TF_BUILD": "True", "SYSTEM_PULLREQUEST_TARGETBRANCH": "main"}
BUILDKITE = {
    "BUILDKITE": "true",
    "BUILDKITE_PULL_REQUEST_BASE_BRANCH": "main",
    "BUILDKITE_REPO": "git@code.example:shop/shop.git",
}
JENKINS = {"JENKINS_URL": "http://x/", "CHANGE_TARGET": "main"}


@pytest.mark.parametrize(
    ("environment", "foreign"),
    [
        (GITLAB, False),
        (
            GITLAB
            | {"CI_MERGE_REQUEST_PROJECT_ID": "1", "CI_MERGE_REQUEST_SOURCE_PROJECT_ID": "1"},
            False,
        ),
        (
            GITLAB
            | {"CI_MERGE_REQUEST_PROJECT_ID": "1", "CI_MERGE_REQUEST_SOURCE_PROJECT_ID": "2"},
            True,
        ),
        (AGENT | {"SYSTEM_PULLREQUEST_ISFORK": "False"}, False),
        (AGENT | {"SYSTEM_PULLREQUEST_ISFORK": "True"}, True),
        (BUILDKITE | {"BUILDKITE_PULL_REQUEST_REPO": ""}, False),
        (BUILDKITE | {"BUILDKITE_PULL_REQUEST_REPO": "git://code.example/shop/shop.git"}, False),
        (BUILDKITE | {"BUILDKITE_PULL_REQUEST_REPO": "git://code.example/ann/shop.git"}, True),
        (JENKINS, False),
        (JENKINS | {"CHANGE_FORK": "ann/shop"}, True),
    ],
)
def test_others_tell_of_a_fork_in_variables(environment: dict[str, str], foreign: bool) -> None:
    assert event_of(environment).foreign == foreign
