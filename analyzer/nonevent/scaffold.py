"""The texts that `nonevent init` writes. docs/ci.md has the kits that do more."""

from typing import NamedTuple

__all__ = ["Source", "azure", "github", "gitlab", "hook", "jenkins", "settings"]

# The actions of GitHub's own that docs/ci/github.yml pins; a test holds them to it.
CHECKOUT = "actions/checkout@3d3c42e5aac5ba805825da76410c181273ba90b1 # v7.0.1"
PYTHON = "actions/setup-python@5fda3b95a4ea91299a34e894583c3862153e4b97 # v7.0.0"
# What pre-commit compares the names of staged files with: all that nonevent may read.
FILES = r"\.(py|sql|xml|ya?ml|json|toml|txt|lock|ini|conf|cfg|prisma|properties)$"


class Source(NamedTuple):
    """Where nonevent is installed from."""

    requirement: str  # what pip installs: "git+https://…@COMMIT", "nonevent==0.1.0"
    url: str = ""  # of the repository, where it is one
    commit: str = ""


def settings(dialect: str, where: str, *, table: bool) -> str:
    """Return settings, with `table` in a pyproject.toml; `where` names the dialect."""
    lines = ["[tool.nonevent]"] if table else ["# Settings of nonevent."]
    lines += ["# `nonevent check --help` lists the keys, `nonevent doctor` says what is in force."]
    lines += ['fail-on = "warning" # error, warning, note or never']
    lines += [f'dialect = "{dialect}" # as {where} says'] if dialect else []
    return "\n".join(lines) + "\n"


def hook(source: Source | None) -> str:
    """Return the entry below `repos` of pre-commit; without a source the installed program runs."""
    if source is not None and source.url:
        return f"- repo: {source.url}\n  rev: {source.commit}\n  hooks:\n    - id: nonevent\n"
    if source is None:
        language = "      language: system\n"
    else:
        language = (
            f"      language: python\n      additional_dependencies: ['{source.requirement}']\n"
        )
    return (
        "- repo: local\n"
        "  hooks:\n"
        "    - id: nonevent\n"
        "      name: nonevent (what the commit brings)\n"
        "      entry: nonevent check --staged\n"
        f"{language}"
        "      pass_filenames: false\n"
        f"      files: '{FILES}'\n"
    )


def github(source: Source) -> str:
    """Return a workflow of GitHub Actions."""
    return f"""\
# Checks each pull request and puts the findings beside the changed lines. Has no secret and asks
# for none, so pull requests from forks are checked alike, by the settings of their base.
name: nonevent
on:
  pull_request:
  merge_group:
permissions: {{}}
concurrency:
  group: nonevent-${{{{ github.ref }}}}
  cancel-in-progress: true
jobs:
  check:
    name: nonevent
    runs-on: ubuntu-latest
    timeout-minutes: 10
    permissions:
      contents: read
    steps:
      - uses: {CHECKOUT}
        with:
          fetch-depth: 0 # the merge base is looked for in the history
          persist-credentials: false
      - uses: {PYTHON}
        with:
          python-version: "3.13"
      # -I: nothing in the work tree is taken for a module
      - name: Check the change
        run: |
          python3 -I -m venv "$RUNNER_TEMP/nonevent"
          "$RUNNER_TEMP/nonevent/bin/pip" install --quiet --disable-pip-version-check "$PACKAGE"
          "$RUNNER_TEMP/nonevent/bin/nonevent" check --diff auto --output github --output "markdown:$GITHUB_STEP_SUMMARY"
        env:
          PACKAGE: {source.requirement}
"""


def gitlab(source: Source, stage: str = "") -> str:
    """Return a job of GitLab; `stage` is one of the pipeline's, "" the usual one."""
    lines = f"  stage: {stage}\n" if stage else ""
    return f"""\
# Checks each merge request and shows what is new beside its lines.
nonevent:
{lines}  image: python:3.13
  rules:
    - if: $CI_PIPELINE_SOURCE == "merge_request_event"
  variables:
    GIT_DEPTH: "0" # the merge base is looked for in the history
    PACKAGE: {source.requirement}
  before_script: [] # nothing of other jobs is needed
  script:
    - python3 -I -m venv /tmp/nonevent
    - /tmp/nonevent/bin/pip install --quiet --disable-pip-version-check "$PACKAGE"
    - /tmp/nonevent/bin/nonevent check --diff auto --output concise --output gitlab:nonevent.json
  artifacts:
    when: always
    reports:
      codequality: nonevent.json
"""


def azure(source: Source) -> str:
    """Return a pipeline of Azure."""
    return f"""\
# Checks each pull request. Make a pipeline of this file, and name it in the policy of the branch
# that pull requests go to (build validation).
trigger: none
pool:
  vmImage: ubuntu-latest
variables:
  PACKAGE: {source.requirement}
steps:
  - checkout: self
    fetchDepth: "0" # the merge base is looked for in the history
    persistCredentials: "false"
  - task: UsePythonVersion@0
    inputs:
      versionSpec: "3.13"
  # -I: nothing in the work tree is taken for a module
  - bash: |
      python3 -I -m venv "$AGENT_TEMPDIRECTORY/nonevent"
      "$AGENT_TEMPDIRECTORY/nonevent/bin/pip" install --quiet --disable-pip-version-check "$PACKAGE"
      "$AGENT_TEMPDIRECTORY/nonevent/bin/nonevent" check --diff auto --output full --output "junit:$AGENT_TEMPDIRECTORY/nonevent.xml"
    displayName: Check the change
  - task: PublishTestResults@2
    condition: succeededOrFailed()
    inputs:
      testResultsFormat: JUnit
      testResultsFiles: nonevent.xml
      searchFolder: $(Agent.TempDirectory)
      testRunTitle: nonevent
"""


def jenkins(source: Source) -> str:
    """Return a pipeline of Jenkins."""
    return f"""\
// Checks each change request: a multibranch pipeline whose script is this file.
pipeline {{
    agent {{ docker {{ image 'python:3.13' }} }} // or any agent with Python 3.11 or later and git
    environment {{
        NONEVENT_PACKAGE = '{source.requirement}'
    }}
    stages {{
        stage('nonevent') {{
            when {{ changeRequest() }}
            steps {{
                // the target is fetched: a clone of the change alone does not bring it
                sh '''
                    git fetch --no-tags origin "+refs/heads/$CHANGE_TARGET:refs/remotes/origin/$CHANGE_TARGET"
                    python3 -I -m venv "$WORKSPACE_TMP/nonevent"
                    "$WORKSPACE_TMP/nonevent/bin/pip" install --quiet --disable-pip-version-check "$NONEVENT_PACKAGE"
                    "$WORKSPACE_TMP/nonevent/bin/nonevent" check --diff auto --output full --output junit:nonevent.xml
                '''
            }}
            post {{
                always {{
                    junit allowEmptyResults: true, testResults: 'nonevent.xml'
                }}
            }}
        }}
    }}
}}
"""
