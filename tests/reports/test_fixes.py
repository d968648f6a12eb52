"""How each format says what `--fix` would do, or did."""

import json

import pytest

from nonevent.report import Report
from nonevent.reports import as_json, concise, full, sarif
from nonevent.reports.summary import summary

INSERTED = {
    "deletedRegion": {"startLine": 12, "startColumn": 64, "endLine": 12, "endColumn": 64},
    "insertedContent": {"text": ", timeout=10"},
}
REPLACED = {
    "deletedRegion": {
        "startLine": 5,
        "startColumn": 12,
        "endLine": 5,
        "endColumn": 14,
        "snippet": {"text": "{}"},
    },
    "insertedContent": {"text": "shop.Shared()"},
}


def test_sarif_carries_the_fixes(fixable: Report) -> None:
    index, state, timeout = json.loads(sarif.render(fixable))["runs"][0]["results"]

    assert "fixes" not in index
    assert timeout["fixes"] == [
        {
            "description": {"text": "Pass 'timeout=10'.", "markdown": "Pass `timeout=10`."},
            "artifactChanges": [
                {
                    "artifactLocation": {
                        "uri": "shop/views.py",
                        "uriBaseId": "SRCROOT",
                        "index": 2,
                    },
                    "replacements": [INSERTED],
                }
            ],
            "properties": {"safe": True},
        }
    ]
    assert state["fixes"][0]["artifactChanges"][0]["replacements"][1] == REPLACED
    assert state["fixes"][0]["properties"] == {"safe": False}


def test_json_has_a_fix_where_there_is_one(fixable: Report) -> None:
    index, _, timeout = json.loads(as_json.render(fixable))["findings"]

    assert "fix" not in index
    assert timeout["fix"] == {
        "message": "Pass `timeout=10`",
        "safe": True,
        "replacements": [
            {
                "path": "shop/views.py",
                "line": 12,
                "column": 64,
                "end_line": 12,
                "end_column": 64,
                "text": ", timeout=10",
            }
        ],
    }


def test_reports_for_people_mark_what_can_be_fixed(fixable: Report) -> None:
    rows = [row.split(" `")[0] for row in concise.render(fixable).splitlines()[:3]]
    done = [row for row in full.render(fixable).splitlines() if row.startswith("  do: ")]

    assert rows == [
        "migrations/0002_index.py:8:5: warning blocking-index-build index on",
        "shop/views.py:11:5: error module-state-in-handler [?]",
        "shop/views.py:12:14: error call-without-timeout [*]",
    ]
    assert done == [
        "  do: [?] keep it in a store that all replicas share",
        "  do: [*] add `timeout=10`",
    ]


def test_a_version_that_is_not_the_work_tree_has_no_marks(fixable: Report) -> None:
    committed = fixable._replace(mends=False)

    assert "[*]" not in full.render(committed) + concise.render(committed)
    assert "--fix" not in summary(committed)


@pytest.mark.parametrize(
    ("kept", "said"),
    [
        pytest.param(
            (0, 1, 2), "1 fixable with --fix, 1 more with --fix --unsafe-fixes.", id="both"
        ),
        pytest.param((0, 2), "2 not analysed, 1 fixable with --fix.", id="a safe one"),
        pytest.param((1,), "1 fixable with --fix --unsafe-fixes.", id="an unsafe one"),
        pytest.param((0,), "2 suppressed, 2 not analysed.", id="none"),
    ],
)
def test_the_summary_says_how_many(kept: tuple[int, ...], said: str, fixable: Report) -> None:
    findings = tuple(fixable.findings[index] for index in kept)

    assert summary(fixable._replace(findings=findings)).endswith(said)


@pytest.mark.parametrize(
    ("kept", "fixed", "said"),
    [
        pytest.param((0,), 2, "2 findings fixed, 1 finding (1 warning) in 14", id="one left"),
        pytest.param((), 1, "1 finding fixed, no findings in 14 files, ", id="none left"),
    ],
)
def test_the_summary_says_what_was_fixed(
    kept: tuple[int, ...], fixed: int, said: str, fixable: Report
) -> None:
    findings = tuple(fixable.findings[index] for index in kept)

    assert summary(fixable._replace(findings=findings, fixed=fixed)).startswith(said)
