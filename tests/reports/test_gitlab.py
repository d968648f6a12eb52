"""`gitlab`: what the merge request shows."""

import json

from nonevent.report import Report
from nonevent.reports.gitlab import render


def test_an_entry_has_what_gitlab_asks_for(report: Report) -> None:
    entries = json.loads(render(report))

    assert entries[0] == {
        "description": "index on `orders` is built under a SHARE lock: writes wait until it is "
        "done",
        "check_name": "blocking-index-build",
        "fingerprint": "00000000000000aa",
        "severity": "major",
        "location": {"path": "migrations/0002_index.py", "lines": {"begin": 8}},
    }
    assert [entry["severity"] for entry in entries] == ["major", "critical", "critical"]
    assert entries[2]["description"].endswith(". Do: add `timeout=10`")


def test_no_two_entries_have_one_fingerprint_and_the_first_keeps_it(report: Report) -> None:
    twins = report._replace(findings=report.findings[:1] * 3)

    prints = [entry["fingerprint"] for entry in json.loads(render(twins))]

    assert prints[0] == "00000000000000aa"
    assert len(set(prints)) == 3
    assert prints == [entry["fingerprint"] for entry in json.loads(render(twins))]


def test_nothing_found_is_an_empty_array(clean: Report) -> None:
    assert render(clean) == "[]\n"
