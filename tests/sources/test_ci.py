"""Which base a build server names, in its own words."""

import json
from pathlib import Path

import pytest

from nonevent.error import UserError
from nonevent.sources.ci import base_of

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
    assert base_of(github(tmp_path, kind, event)) == SHA


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
    assert base_of(environment) == base


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
        base_of(github(tmp_path, kind, event))


def test_a_new_branch_has_no_base() -> None:
    with pytest.raises(UserError, match="GitLab CI names no base"):
        base_of({"GITLAB_CI": "true", "CI_COMMIT_BEFORE_SHA": NONE})


def test_elsewhere_the_base_has_to_be_named() -> None:
    with pytest.raises(UserError, match=r"none of GitHub Actions, GitLab CI, .*: name the base"):
        base_of({})
