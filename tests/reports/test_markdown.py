"""`markdown`: a comment in which analysed text marks, links and mentions nothing."""

import pytest

from nonevent.note import Note, NoteKind
from nonevent.report import Report
from nonevent.reports.markdown import MARKER, MOST, render

GOLDEN = """\
<!-- nonevent:summary -->
### 3 findings (2 errors, 1 warning)

| | where | what | do |
|---|---|---|---|
| error | `shop/views.py:11` | `SESSIONS` is changed by the request handler `login` and lives in \
one process: a restart loses it and another replica never sees it (`module-state-in-handler`) | \
keep it in a store that all replicas share |
| error | `shop/views.py:12` | `requests.get` can wait for ever: this worker cannot drain \
(`call-without-timeout`) | add `timeout=10` |
| warning | `migrations/0002_index.py:8` | index on `orders` is built under a SHARE lock: writes \
wait until it is done (`blocking-index-build`) |  |

<details><summary>2 not analysed</summary>

- `(the run)`: history: the merge base is not in this shallow clone
- `legacy/old.py:3`: syntax: Python 2: this file was skipped

</details>

3 findings (2 errors, 1 warning) in 14 files, 2 suppressed, 2 not analysed.

<sub>nonevent 0.1.0; `nonevent explain RULE` says why.</sub>
"""


def test_the_worst_comes_first(report: Report) -> None:
    assert render(report) == GOLDEN


def test_a_clean_run_says_so(clean: Report) -> None:
    assert render(clean).startswith(f"{MARKER}\n### No findings\n\nNo findings in 14 files.\n")


def test_what_is_said_often_of_a_file_is_said_once(clean: Report) -> None:
    notes = tuple(Note("a.py", NoteKind.STATEMENT, "not read", line) for line in (4, 2))
    text = render(clean._replace(notes=notes))

    assert "<details><summary>2 not analysed</summary>" in text
    assert "\n- `a.py:2` and 1 more place: statement: not read\n" in text


def test_what_is_resolved_is_folded(clean: Report, report: Report) -> None:
    text = render(clean._replace(resolved=report.findings[1:]))

    assert text.startswith(
        f"{MARKER}\n### No findings\n\n<details><summary>2 resolved</summary>\n\n"
    )
    assert (
        "\n- `shop/views.py:12`: `requests.get` can wait for ever: this worker cannot drain "
        "(`call-without-timeout`)\n"
    ) in text
    assert "\nNo findings in 14 files, 2 resolved.\n" in text


@pytest.mark.parametrize(
    ("said", "shown"),
    [
        ("ask @octocat now", "ask `@octocat` now"),
        ("see #12 and https://x.example/a", "see `#12` and `https://x.example/a`"),
        ("at 0123abc it was", "at `0123abc` it was"),
        ("<b>*bold*</b> [a](b)", r"\<b\>\*bold\*\</b\> \[a\](b)"),
        ("a | b and `c | d`", r"a \| b and `c \| d`"),
        ("an odd ` sign", "an odd ' sign"),
    ],
)
def test_text_stays_text(said: str, shown: str, report: Report) -> None:
    found = report.findings[0]._replace(message=said)

    assert f"| {shown} (`blocking-index-build`)" in render(report._replace(findings=(found,)))


def test_a_row_stays_one_row_of_four_cells(hostile: Report) -> None:
    rows = [line for line in render(hostile).splitlines() if line.startswith("|")]

    assert len(rows) == 2 + len(hostile.findings)
    assert {row.replace(r"\|", "").count("|") for row in rows} == {5}


def test_what_does_not_fit_is_counted(report: Report) -> None:
    many = tuple(Note(f"a/{number}.py", NoteKind.SYNTAX, "x" * 90) for number in range(2_000))
    gone = report.findings * 200
    text = render(report._replace(findings=report.findings * 400, notes=many, resolved=gone))

    shown = sum(line.startswith(("| error", "| warning")) for line in text.splitlines())
    assert len(text) <= MOST
    assert f"\n{1_200 - shown} more findings: too many for one comment.\n" in text
    assert "<details><summary>2000 not analysed</summary>" in text
    assert "<details><summary>600 resolved</summary>" in text
    assert "\n- 2000 more\n" in text or " more\n\n</details>" in text


def test_a_name_without_end_hides_no_other_finding(report: Report) -> None:
    endless = report.findings[1]._replace(message=f"`{'x' * 100_000}` waits")
    text = render(report._replace(findings=(endless, *report.findings[::2])))

    assert [row[:9] for row in text.splitlines() if row.startswith("| ")][1:] == [
        "| error |",
        "| error |",
        "| warning",
    ]
