"""`full` as a person sees it."""

import re

from nonevent.note import Note, NoteKind
from nonevent.report import Report
from nonevent.reports.full import render

GOLDEN = """\
migrations/0002_index.py:8:5  blocking-index-build  warning

   6 |
   7 | def upgrade():
   8 |     op.create_index(
     |     ^^^^^^^^^^^^^^^^
   9 |         "ix_orders_created",
  10 |         "orders",
  11 |         ["created"],
  12 |     )
     |     ^
     | index on `orders` is built under a SHARE lock: writes wait until it is
     | done

shop/views.py:11:5  module-state-in-handler  error

   9 | def login():
  10 |     user = request.form["user"]
  11 |     SESSIONS[request.cookies.get("sid")] = {"user": user}
     |     ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^
     | `SESSIONS` is changed by the request handler `login` and lives in one
     | process: a restart loses it and another replica never sees it
  shop/views.py:5:1
   5 | SESSIONS = {}
     | ^^^^^^^^
     | `SESSIONS` is made here
  do: keep it in a store that all replicas share

shop/views.py:12:14  call-without-timeout  error

  10 |     user = request.form["user"]
  11 |     SESSIONS[request.cookies.get("sid")] = {"user": user}
  12 |     answer = requests.get("https://auth.internal/check?u=" + user)
     |              ^^^^^^^^^^^^
     |              `requests.get` can wait for ever: this worker cannot drain
  do: add `timeout=10`

not analysed:
  (the run)  history
    the merge base is not in this shallow clone
  legacy/old.py:3  syntax
    Python 2: this file was skipped

3 findings (2 errors, 1 warning) in 14 files, 2 suppressed, 2 not analysed.
nonevent explain module-state-in-handler says why.
"""
COLOUR = re.compile(r"\x1b\[[0-9;]*m")


def test_findings_stand_in_their_source_then_notes_then_the_summary(report: Report) -> None:
    assert render(report) == GOLDEN


def test_nothing_found_is_one_line(clean: Report) -> None:
    assert render(clean) == "No findings in 14 files.\n"


def test_what_is_said_often_of_a_file_is_said_once(clean: Report) -> None:
    def note(line: int, path: str = "a.py", message: str = "not read") -> Note:
        return Note(path, NoteKind.STATEMENT, message, line)

    notes = (note(3), note(1), note(2, message="odd"), note(7), note(1, "b.py"))

    assert (
        render(clean._replace(notes=notes))
        == """\
not analysed:
  a.py:1, and 2 more places  statement
    not read
  a.py:2  statement
    odd
  b.py:1  statement
    not read

No findings in 14 files, 5 not analysed.
"""
    )


def test_a_file_that_was_left_out_is_named_where_nothing_was_found(
    clean: Report, report: Report
) -> None:
    assert (
        render(clean._replace(notes=report.notes[1:]))
        == """\
not analysed:
  legacy/old.py:3  syntax
    Python 2: this file was skipped

No findings in 14 files, 1 not analysed.
"""
    )


def test_colours_add_nothing_but_colours(report: Report) -> None:
    colored = render(report, color=True)

    assert COLOUR.sub("", colored) == GOLDEN
    assert set(COLOUR.findall(colored)) == {
        f"\x1b[{code}m" for code in ("0", "1", "1;31", "1;32", "1;33")
    }


def test_each_line_of_a_report_ends_without_a_colour(report: Report) -> None:
    rows = render(report, color=True).splitlines()

    assert [row for row in rows if COLOUR.findall(row)[-1:] not in ([], ["\x1b[0m"])] == []


def test_a_finding_without_its_source_keeps_its_words(report: Report) -> None:
    only = report._replace(findings=report.findings[1:2], sources={}, notes=(), suppressed=0)

    assert (
        render(only)
        == """\
shop/views.py:11:5  module-state-in-handler  error

     | `SESSIONS` is changed by the request handler `login` and lives in one
     | process: a restart loses it and another replica never sees it
  shop/views.py:5:1
     | `SESSIONS` is made here
  do: keep it in a store that all replicas share

1 finding (1 error) in 14 files.
nonevent explain module-state-in-handler says why.
"""
    )


def test_many_findings_of_a_whole_project_come_with_a_way_to_fewer(report: Report) -> None:
    many = report._replace(findings=report.findings * 7)
    told = (
        "7 of them are about migrations, whether or not these have run.\n"
        "nonevent check --diff BASE reports what a change brings;"
        " nonevent baseline create accepts what is there.\n"
    )

    assert render(many).endswith(told)
    assert "--diff" not in render(many._replace(compared=True))
    assert "--diff" not in render(report._replace(findings=report.findings * 6))
