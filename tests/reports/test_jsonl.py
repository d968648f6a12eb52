"""`jsonl`: the objects of `json`, each on its line."""

import json

from nonevent.report import Report
from nonevent.reports import as_json
from nonevent.reports.jsonl import render


def test_lines_hold_what_the_document_holds(fixable: Report) -> None:
    report = fixable._replace(resolved=fixable.findings[:1])
    whole = json.loads(as_json.render(report))
    first, *lines = [json.loads(line) for line in render(report).splitlines()]

    assert first == {"type": "tool", "version": whole["version"], "tool": whole["tool"]}
    assert lines == [
        *({"type": "finding", **each} for each in whole["findings"]),
        *({"type": "note", **each} for each in whole["notes"]),
        *({"type": "resolved", **each} for each in whole["resolved"]),
        {"type": "summary", **whole["summary"]},
    ]


def test_a_name_with_a_line_break_stays_on_its_line(hostile: Report) -> None:
    lines = render(hostile).splitlines()

    assert len(lines) == 1 + len(hostile.findings) + len(hostile.notes) + 1
    assert [json.loads(line)["type"] for line in lines][-1] == "summary"
