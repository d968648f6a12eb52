"""What holds for every format."""

import json
import subprocess
import sys
import unicodedata

import pytest

from nonevent.report import Report
from nonevent.reports import FORMATS, render

BY_NAME = pytest.mark.parametrize("name", FORMATS)
# What a terminal or an eye does not take as it stands: controls, formats, surrogates, separators.
UNSEEN = ("Cc", "Cf", "Cs", "Zl", "Zp")


def executed(text: str) -> list[str]:
    """Return the lines in which GitHub's runner looks for a command.

    See https://github.com/actions/runner, src/Runner.Common/ActionCommand.cs.
    """
    return [row for row in text.split("\n") if row.lstrip().startswith("::") or "##[" in row]


@BY_NAME
def test_a_report_is_the_same_bytes_each_time_and_ends_its_last_line(
    name: str, report: Report
) -> None:
    text = render(report, name)

    assert text == render(report, name)
    assert text.endswith("\n")
    assert not text.endswith("\n\n")


@BY_NAME
def test_the_order_in_which_things_were_found_does_not_count(name: str, report: Report) -> None:
    turned = report._replace(findings=report.findings[::-1], notes=report.notes[::-1])

    assert render(turned, name) == render(report, name)


@BY_NAME
def test_nothing_in_a_report_moves_a_cursor_or_hides(name: str, hostile: Report) -> None:
    text = render(hostile, name)

    assert {one for one in text if unicodedata.category(one) in UNSEEN} == {"\n"}


@BY_NAME
def test_analysed_text_starts_no_command(name: str, hostile: Report) -> None:
    commands = executed(render(hostile, name))

    assert [row.split(" ")[0] for row in commands] == (
        ["::error", "::error", "::notice", "::notice"] if name == "github" else []
    )
    assert [row for row in commands if "##[" in row] == []


@pytest.mark.parametrize("name", ["json", "sarif", "gitlab", "rdjson", "sonar"])
def test_documents_are_valid_with_any_text(name: str, hostile: Report) -> None:
    text = json.dumps(json.loads(render(hostile, name)), ensure_ascii=False)

    assert text.encode().decode() == text


@pytest.mark.parametrize("name", ["full", "concise", "github"])
def test_printed_formats_import_little(name: str) -> None:
    code = f"""
import sys
from nonevent.report import Report
from nonevent.reports import render
render(Report((), (), (), {{}}, 1), {name!r})
print(sorted({{"click", "rich", "json", "hashlib", "urllib", "textwrap"}} & set(sys.modules)))
"""
    ran = subprocess.run(
        [sys.executable, "-S", "-c", code],
        capture_output=True,
        text=True,
        check=True,
        env={"PYTHONPATH": ":".join(sys.path)},
    )

    assert ran.stdout == "[]\n"


def test_an_unknown_format_is_refused(report: Report) -> None:
    with pytest.raises(KeyError, match="xml"):
        render(report, "xml")
