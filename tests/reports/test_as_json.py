"""`json`: the API, version 1."""

import json

from nonevent.report import Report
from nonevent.reports.as_json import render

FINDING = """\
    {
      "rule": "module-state-in-handler",
      "family": "state",
      "path": "shop/views.py",
      "line": 11,
      "column": 5,
      "end_line": 11,
      "end_column": 41,
      "severity": "error",
      "confidence": "high",
      "message": "`SESSIONS` is changed by the request handler `login` and lives in one process: \
a restart loses it and another replica never sees it",
      "fingerprint": "00000000000000bb",
      "remedy": "keep it in a store that all replicas share",
      "related": [
        {
          "path": "shop/views.py",
          "line": 5,
          "column": 1,
          "end_line": 5,
          "end_column": 9,
          "message": "`SESSIONS` is made here"
        }
      ],
      "chain": []
    }
"""
GOLDEN = (
    """\
{
  "version": 1,
  "tool": {
    "name": "nonevent",
    "version": "0.1.0"
  },
  "findings": [
"""
    + FINDING
    + """\
  ],
  "notes": [
    {
      "path": "",
      "kind": "history",
      "message": "the merge base is not in this shallow clone",
      "line": null
    },
    {
      "path": "legacy/old.py",
      "kind": "syntax",
      "message": "Python 2: this file was skipped",
      "line": 3
    }
  ],
  "resolved": [],
  "summary": {
    "files": 14,
    "findings": 1,
    "error": 1,
    "warning": 0,
    "note": 0,
    "suppressed": 2,
    "accepted": 0,
    "stale": 0,
    "notes": 2,
    "fixed": 0,
    "resolved": 0,
    "fail_on": "warning",
    "exit_code": 1,
    "rules": [
      {
        "rule": "module-state-in-handler",
        "findings": 1,
        "fixable": 0,
        "fixable_unsafe": 0
      }
    ]
  }
}
"""
)


def test_the_document_is_the_published_one(report: Report) -> None:
    assert render(report._replace(findings=report.findings[1:2])) == GOLDEN


def test_a_clean_run_has_the_same_keys(clean: Report) -> None:
    document = json.loads(render(clean))

    assert list(document) == list(json.loads(GOLDEN))
    assert (document["findings"], document["notes"]) == ([], [])
    assert list(document["summary"]) == list(json.loads(GOLDEN)["summary"])


def test_what_is_resolved_is_told_where_it_stood(report: Report) -> None:
    document = json.loads(render(report._replace(resolved=report.findings[2:])))

    assert document["summary"]["resolved"] == 1
    assert document["resolved"] == [
        {
            "rule": "call-without-timeout",
            "family": "timeouts",
            "path": "shop/views.py",
            "line": 12,
            "column": 14,
            "end_line": 12,
            "end_column": 26,
            "severity": "error",
            "confidence": "high",
            "message": "`requests.get` can wait for ever: this worker cannot drain",
            "fingerprint": "00000000000000cc",
        }
    ]


def test_the_way_to_a_finding_is_told_frame_by_frame(whole: Report) -> None:
    (found,) = [
        one
        for one in json.loads(render(whole))["findings"]
        if one["rule"] == "module-state-in-handler"
    ]

    assert [(one["line"], one["message"], one["thread"]) for one in found["chain"]] == [
        (5, "`SESSIONS` is made here, once in each process", "request handler `login`"),
        (9, "request handler `login` starts here", "request handler `login`"),
        (11, "`SESSIONS` is changed here (item assignment)", "request handler `login`"),
    ]
