"""`github`: commands that the runner reads back as they were meant."""

from nonevent.finding import Severity
from nonevent.location import Location
from nonevent.report import Report
from nonevent.reports.github import render

GOLDEN = """\
::error file=shop/views.py,line=11,endLine=11,col=5,endColumn=41,\
title=module-state-in-handler::`SESSIONS` is changed by the request handler `login` and lives \
in one process: a restart loses it and another replica never sees it%0A\
do: keep it in a store that all replicas share
::error file=shop/views.py,line=12,endLine=12,col=14,endColumn=26,\
title=call-without-timeout::`requests.get` can wait for ever: this worker cannot drain%0A\
do: add `timeout=10`
::warning file=migrations/0002_index.py,line=8,endLine=12,\
title=blocking-index-build::index on `orders` is built under a SHARE lock: writes wait until it \
is done
::notice title=not analysed (history)::the merge base is not in this shallow clone
::notice file=legacy/old.py,line=3,title=not analysed (syntax)::Python 2: this file was skipped
3 findings (2 errors, 1 warning) in 14 files, 2 suppressed, 2 not analysed.
"""


def test_the_worst_comes_first_then_the_notes(report: Report) -> None:
    assert render(report) == GOLDEN


def test_nothing_found_is_no_annotation(clean: Report) -> None:
    assert render(clean) == "No findings in 14 files.\n"


def test_properties_and_text_are_escaped_and_a_note_is_a_notice(report: Report) -> None:
    odd = report.findings[2]._replace(
        location=Location("a,b:c%.py", 1, 1, 1, 2),
        message="100 % of `a::b`, as said",
        remedy="",
        severity=Severity.NOTE,
    )

    assert render(report._replace(findings=(odd,), notes=())).splitlines()[0] == (
        "::notice file=a%2Cb%3Ac%25.py,line=1,endLine=1,col=1,endColumn=2,"
        "title=call-without-timeout::100 %25 of `a::b`, as said"
    )


def test_what_github_would_drop_is_printed_as_a_line(report: Report) -> None:
    index, state, timeout = report.findings
    many = tuple(
        each._replace(location=each.location._replace(line=number, end_line=number))
        for each in (index, state)
        for number in range(1, 14)
    )
    rows = render(report._replace(findings=(*many, timeout), notes=())).splitlines()
    kinds = [row.split(" ")[0] for row in rows]

    assert kinds[:20] == ["::error"] * 10 + ["::warning"] * 10
    assert rows[20] == "7 more, for which GitHub has no annotation:"
    assert [row.split(": ")[0] for row in rows[21:28]] == [
        "shop/views.py:11:5",
        "shop/views.py:12:5",
        "shop/views.py:12:14",
        "shop/views.py:13:5",
        "migrations/0002_index.py:11:5",
        "migrations/0002_index.py:12:5",
        "migrations/0002_index.py:13:5",
    ]
    assert rows[28].startswith("27 findings ")
