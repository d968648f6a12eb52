"""What a build server says a change is compared with: `--diff auto`."""

import os
import re
from collections.abc import Callable, Mapping, Sequence
from typing import Any, NamedTuple

from nonevent.error import UserError
from nonevent.options import Output
from nonevent.report import Build

__all__ = ["Event", "build_of", "event_of", "server_of", "suited"]

# https://learn.microsoft.com/en-us/azure/devops/pipelines/build/variables
BUILD = (
    "SYSTEM_COLLECTIONURI",
    "SYSTEM_TEAMPROJECTID",
    "SYSTEM_DEFINITIONID",
    "BUILD_DEFINITIONNAME",
    "SYSTEM_PHASEID",
    "SYSTEM_PHASENAME",
    "BUILD_SOURCEBRANCH",
    "BUILD_BUILDID",
)
# "https://dev.azure.com/contoso/", formerly "https://contoso.visualstudio.com/"
ORGANISATION = (
    r"https://(?:dev\.azure\.com/(?P<path>[\w.-]+)|(?P<host>[\w-]+)\.visualstudio\.com)(?:/|\Z)"
)
LARGEST = 25_000_000  # bytes of an event; GitHub sends at most so much

Environment = Mapping[str, str]


class Server(NamedTuple):
    """A build server, known by a variable that it sets."""

    name: str
    known_by: str
    base: Callable[[Environment], str]  # "" where the build is of no change
    source: str
    # Whether the change comes from another repository, whose writers need not be this one's.
    foreign: Callable[[Environment], bool] = lambda _: False
    target: str = (
        ""  # variable with the tip of the branch that the change goes to, where one has it
    )


class Event(NamedTuple):
    """Where the change of the build under way comes from."""

    server: str  # "GitHub Actions"
    base: str  # revision that the change is compared with
    foreign: bool  # it is of a change from a fork, or nobody can tell that it is not
    target: str = ""  # tip of the branch that the change goes to, where `base` is the merge base


def server_of(environment: Environment) -> Server | None:
    """Return the build server that is known by its variables; None where none is."""
    return next((server for server in SERVERS if environment.get(server.known_by)), None)


def event_of(environment: Environment) -> Event:
    """Return what the build server says of the change under way.

    The base of a pull or merge request is the one that it goes to, that of a push what the branch
    was before.

    Raises:
        UserError: no build server is known by its variables, or it names no base.

    """
    server = server_of(environment)
    if server is None:
        names = ", ".join(server.name for server in SERVERS)
        raise UserError(f"--diff auto: this is none of {names}: name the base, --diff main")
    base = server.base(environment)
    if not base.strip("0"):  # zeros: the branch is new
        raise UserError(
            f"--diff auto: {server.name} names no base of this build: name it, --diff main"
        )
    target = environment.get(server.target, "") if server.target else ""
    return Event(server.name, base, server.foreign(environment), target)


def build_of(environment: Environment) -> Build | None:
    """Return which build of Azure Pipelines this is; None where its variables do not say it.

    The id is the one that Microsoft's own tools give a run: organisation, project, pipeline, job,
    branch and build (microsoft/sarif-sdk, src/Sarif/AdoPipelineContext.cs).
    """
    said = [environment.get(name, "").strip() for name in BUILD]
    organisation = re.match(ORGANISATION, said[0])
    if not all(said) or organisation is None:
        return None
    _, project, definition, name, phase, phase_name, branch, build = said
    parts = (organisation["path"] or organisation["host"], project, definition, phase, branch)
    return Build(
        f"azuredevops/pipeline/build/{'/'.join(parts)}/{build}", definition, name, phase, phase_name
    )


def suited(
    outputs: Sequence[Output], environment: Environment
) -> tuple[tuple[Output, ...], Build | None]:
    """Return the outputs as the build server's own service reads them, and its build.

    `sarif` becomes `sarif-github` in a job of GitHub, which would open an alert for all that is
    suppressed, and `sarif-azure` in one of Azure Pipelines.

    Raises:
        UserError: `sarif-azure` is asked for, and this is no build of Azure Pipelines.

    """
    build = build_of(environment)
    if build is None and any(each.format == "sarif-azure" for each in outputs):
        missing = [name for name in BUILD if not environment.get(name)]
        verb = "is" if len(missing) == 1 else "are"
        unset = f"{', '.join(missing)} {verb} not set"
        why = unset if missing else f"{BUILD[0]} is no organisation's"
        raise UserError(f"--output sarif-azure is for a build of Azure Pipelines: {why}")
    form = "sarif"
    if environment.get("GITHUB_ACTIONS") == "true":
        form = "sarif-github"
    elif environment.get("TF_BUILD") and build is not None:
        form = "sarif-azure"
    made = (each._replace(format=form) if each.format == "sarif" else each for each in outputs)
    return tuple(made), build


def _github(environment: Environment) -> str:
    event = _event(environment.get("GITHUB_EVENT_PATH", ""))
    kind = environment.get("GITHUB_EVENT_NAME", "")
    if kind in ("pull_request", "pull_request_target"):
        return _text(event, "pull_request", "base", "sha")
    if kind == "merge_group":
        return _text(event, "merge_group", "base_sha")
    return _text(event, "before") if kind == "push" else ""


def _github_foreign(environment: Environment) -> bool:
    """Tell whether a pull request is from a fork: one that is gone, or not named, counts as one."""
    if environment.get("GITHUB_EVENT_NAME", "") not in ("pull_request", "pull_request_target"):
        return False
    event = _event(environment.get("GITHUB_EVENT_PATH", ""))
    ends = [
        _text(event, "pull_request", end, "repo", "full_name").lower() for end in ("head", "base")
    ]
    return not ends[0] or ends[0] != ends[1]


def _event(path: str) -> Any:
    """Return what GitHub says of the event; nothing where the file is none of its own."""
    import json

    try:
        if os.path.getsize(path) > LARGEST:
            return {}
        with open(path, "rb") as file:
            return json.loads(file.read())
    except (OSError, ValueError, RecursionError):
        return {}


def _text(event: Any, *keys: str) -> str:
    for key in keys:
        event = event.get(key) if isinstance(event, dict) else None
    return event if isinstance(event, str) else ""


def _gitlab(environment: Environment) -> str:
    merged = environment.get("CI_MERGE_REQUEST_DIFF_BASE_SHA", "")
    return merged or environment.get("CI_COMMIT_BEFORE_SHA", "")


def _differ(first: str, second: str) -> Callable[[Environment], bool]:
    """Return what tells whether two variables are there and differ."""

    def foreign(environment: Environment) -> bool:
        ends = [_last(environment.get(name, "")) for name in (first, second)]
        return all(ends) and ends[0] != ends[1]

    return foreign


def _last(address: str) -> list[str]:
    """Return owner and name of a repository: those of "git@a.example:ann/shop.git" as well."""
    parts = address.lower().rstrip("/").removesuffix(".git").replace(":", "/").split("/")
    return [part for part in parts if part][-2:]


def _branch(variable: str) -> Callable[[Environment], str]:
    """Return what reads the name of a branch of the remote."""

    def base(environment: Environment) -> str:
        name = environment.get(variable, "").removeprefix("refs/heads/")
        return f"origin/{name}" if name else ""

    return base


SERVERS = (
    Server(
        "GitHub Actions",
        "GITHUB_ACTIONS",
        _github,
        "https://docs.github.com/en/webhooks/webhook-events-and-payloads",
        _github_foreign,
    ),
    Server(
        "GitLab CI",
        "GITLAB_CI",
        _gitlab,
        "https://docs.gitlab.com/ci/variables/predefined_variables/",
        _differ("CI_MERGE_REQUEST_SOURCE_PROJECT_ID", "CI_MERGE_REQUEST_PROJECT_ID"),
        "CI_MERGE_REQUEST_TARGET_BRANCH_SHA",  # of merged results; else it is empty
    ),
    Server(
        "Azure Pipelines",
        "TF_BUILD",
        _branch("SYSTEM_PULLREQUEST_TARGETBRANCH"),
        "https://learn.microsoft.com/en-us/azure/devops/pipelines/build/variables",
        lambda environment: environment.get("SYSTEM_PULLREQUEST_ISFORK", "").lower() == "true",
    ),
    Server(
        "Bitbucket Pipelines",
        "BITBUCKET_BUILD_NUMBER",
        lambda environment: environment.get("BITBUCKET_PR_DESTINATION_COMMIT", ""),
        "https://support.atlassian.com/bitbucket-cloud/docs/variables-and-secrets/",
    ),
    Server(
        "Buildkite",
        "BUILDKITE",
        _branch("BUILDKITE_PULL_REQUEST_BASE_BRANCH"),
        "https://buildkite.com/docs/pipelines/configure/environment-variables",
        _differ("BUILDKITE_PULL_REQUEST_REPO", "BUILDKITE_REPO"),
    ),
    Server(
        "Jenkins",
        "JENKINS_URL",
        _branch("CHANGE_TARGET"),
        "https://www.jenkins.io/doc/book/pipeline/multibranch/#additional-environment-variables",
        lambda environment: bool(environment.get("CHANGE_FORK")),
    ),
)
