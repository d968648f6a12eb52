"""`concise`: one line a finding."""

from nonevent.report import Report
from nonevent.reports.concise import render

GOLDEN = """\
migrations/0002_index.py:8:5: warning blocking-index-build index on `orders` is built under a \
SHARE lock: writes wait until it is done
shop/views.py:11:5: error module-state-in-handler `SESSIONS` is changed by the request handler \
`login` and lives in one process: a restart loses it and another replica never sees it
shop/views.py:12:14: error call-without-timeout `requests.get` can wait for ever: this worker \
cannot drain
(the run): not analysed (history): the merge base is not in this shallow clone
legacy/old.py:3: not analysed (syntax): Python 2: this file was skipped
3 findings (2 errors, 1 warning) in 14 files, 2 suppressed, 2 not analysed.
"""


def test_each_finding_and_each_note_is_one_line(report: Report) -> None:
    assert render(report) == GOLDEN


def test_there_are_no_colours(report: Report) -> None:
    assert render(report, color=True) == GOLDEN


def test_nothing_found_is_one_line(clean: Report) -> None:
    assert render(clean) == "No findings in 14 files.\n"
