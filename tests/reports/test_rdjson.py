"""`rdjson`: positions in bytes, fixes as suggestions."""

import json

from nonevent.edit import Fix, Replacement
from nonevent.location import Location
from nonevent.report import Report
from nonevent.reports.rdjson import render


def test_a_diagnostic_tells_place_rule_related_and_fix(fixable: Report) -> None:
    read = json.loads(render(fixable))

    assert read["source"]["name"] == "nonevent"
    index, state, timeout = read["diagnostics"]
    assert index["severity"] == "WARNING"
    assert index["location"] == {
        "path": "migrations/0002_index.py",
        "range": {"start": {"line": 8, "column": 5}, "end": {"line": 12, "column": 6}},
    }
    assert state["related_locations"][0]["message"] == "`SESSIONS` is made here"
    assert timeout["code"] == {"value": "call-without-timeout"}
    assert timeout["suggestions"] == [
        {
            "range": {"start": {"line": 12, "column": 64}, "end": {"line": 12, "column": 64}},
            "text": ", timeout=10",
        }
    ]


def test_a_fix_of_several_parts_is_no_suggestion_since_each_is_applied_alone(
    fixable: Report,
) -> None:
    assert json.loads(render(fixable))["diagnostics"][1]["suggestions"] == []


def test_columns_count_bytes(report: Report) -> None:
    place = Location("a.py", 1, 5, 1, 6)  # the digit
    found = report.findings[0]._replace(
        location=place, fix=Fix("", True, (Replacement(place, "1"),))
    )
    text = json.loads(render(report._replace(findings=(found,), sources={"a.py": "ä𝄞xé9"})))

    (diagnostic,) = text["diagnostics"]
    expected = {"start": {"line": 1, "column": 10}, "end": {"line": 1, "column": 11}}
    assert diagnostic["location"]["range"] == expected
    assert diagnostic["suggestions"][0]["range"] == expected
