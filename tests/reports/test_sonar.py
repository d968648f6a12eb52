"""`sonar`: rules, issues and regions that SonarQube's import takes."""

import json

from nonevent.finding import Severity
from nonevent.location import Location
from nonevent.report import Report
from nonevent.reports.sonar import render


def test_every_issue_names_a_rule_of_the_file(hostile: Report) -> None:
    read = json.loads(render(hostile))

    assert {issue["ruleId"] for issue in read["issues"]} == {rule["id"] for rule in read["rules"]}
    assert len(read["issues"]) == 2


def test_a_rule_has_a_title_and_its_worst_severity(report: Report) -> None:
    index = report.findings[0]
    milder = index._replace(severity=Severity.NOTE)

    (rule,) = json.loads(render(report._replace(findings=(milder, index, milder))))["rules"]

    assert rule == {
        "id": "blocking-index-build",
        "name": "Index built under a lock",
        "description": "A call of `requests.get` and its like without `timeout`.",
        "engineId": "nonevent",
        "cleanCodeAttribute": "COMPLETE",
        "impacts": [{"softwareQuality": "RELIABILITY", "severity": "MEDIUM"}],
    }


def test_columns_count_from_nought_in_units_of_utf_16(report: Report) -> None:
    found = report.findings[0]._replace(location=Location("a.py", 1, 3, 1, 4))
    read = json.loads(render(report._replace(findings=(found,), sources={"a.py": "𝄞é9"})))

    assert read["issues"][0]["primaryLocation"]["textRange"] == {
        "startLine": 1,
        "endLine": 1,
        "startColumn": 3,
        "endColumn": 4,
    }


def test_a_region_without_characters_or_source_is_its_line(report: Report) -> None:
    empty = report.findings[2]._replace(location=Location("shop/views.py", 12, 5, 12, 5))
    gone = report.findings[2]._replace(location=Location("gone.py", 9, 1, 9, 4))
    read = json.loads(render(report._replace(findings=(empty, gone))))

    ranges = [issue["primaryLocation"]["textRange"] for issue in read["issues"]]
    assert ranges == [{"startLine": 9}, {"startLine": 12}]
