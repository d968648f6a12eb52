"""`--statistics`: how often each rule finds something."""

import pytest

from nonevent.edit import Edit
from nonevent.finding import Finding
from nonevent.location import Location
from nonevent.report import Report
from nonevent.reports import render
from nonevent.reports.statistics import Count, counts

GOLDEN = """\
2       call-without-timeout     Outbound call without a timeout
1       blocking-index-build     Index built under a lock
1       module-state-in-handler  Module state in a handler
(the run): not analysed (history): the merge base is not in this shallow clone
legacy/old.py:3: not analysed (syntax): Python 2: this file was skipped
4 findings (3 errors, 1 warning) in 14 files, 2 suppressed, 2 not analysed.
"""


def twice(report: Report) -> Report:
    """Return the report with its last finding found twice."""
    return report._replace(findings=(*report.findings, report.findings[-1]), statistics=True)


@pytest.mark.parametrize("name", ["full", "concise"])
def test_the_most_frequent_rule_comes_first(report: Report, name: str) -> None:
    assert render(twice(report), name, color=True) == GOLDEN


def test_programs_get_the_findings_as_well(report: Report) -> None:
    assert render(twice(report), "json") == render(twice(report)._replace(statistics=False), "json")


def test_nothing_found_is_one_line(clean: Report) -> None:
    assert render(clean._replace(statistics=True), "full") == "No findings in 14 files.\n"


def fixed(found: Finding, *safe: bool) -> Finding:
    place = Location("x.py", 1, 1, 1, 2)
    return found._replace(edits=tuple(Edit(place, "x", safe=each) for each in safe))


@pytest.mark.parametrize(
    ("edits", "mark", "count"),
    [
        pytest.param(((True,), (True,)), "[*]", (2, 0), id="--fix clears all"),
        pytest.param(((True,), (True, False)), "[?]", (1, 1), id="--unsafe-fixes clears the rest"),
        pytest.param(((True,), ()), "[-]", (1, 0), id="a person clears one"),
        pytest.param(((), ()), "   ", (0, 0), id="a person clears all"),
    ],
)
def test_a_mark_says_what_can_be_mended(
    report: Report, edits: tuple[tuple[bool, ...], ...], mark: str, count: tuple[int, int]
) -> None:
    found = tuple(fixed(report.findings[0], *each) for each in edits)
    told = report._replace(findings=found, statistics=True, mends=True)

    assert render(told, "concise").startswith(f"2  {mark}  {found[0].rule}")
    assert counts(found) == [Count(found[0].rule, 2, *count)]


def test_where_nothing_can_be_mended_there_is_no_mark(report: Report) -> None:
    found = fixed(report.findings[0], True)
    told = report._replace(findings=(found,), statistics=True, mends=False)

    assert render(told, "concise").startswith(f"1       {found.rule}")
