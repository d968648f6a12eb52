"""`junit`: read back as build servers read it."""

from xml.etree import ElementTree as ET

import pytest

from nonevent.report import Report
from nonevent.reports.junit import render


def suite(report: Report) -> ET.Element:
    root = ET.fromstring(render(report))  # noqa: S314 - written here
    assert root.tag == "testsuites"
    (only,) = root
    return only


def test_findings_fail_notes_are_skipped_and_the_run_passes(report: Report) -> None:
    read = suite(report)

    assert read.attrib == {
        "name": "nonevent",
        "tests": "6",
        "failures": "3",
        "errors": "0",
        "skipped": "2",
    }
    assert [[child.tag for child in case] for case in read] == [
        ["failure"],
        ["failure"],
        ["failure"],
        ["skipped"],
        ["skipped"],
        [],
    ]
    assert read[2].attrib == {
        "classname": "shop/views.py",
        "name": "call-without-timeout at shop/views.py:12:14",
        "file": "shop/views.py",
        "line": "12",
    }
    assert read[2][0].text == (
        "shop/views.py:12:14: error call-without-timeout\n"
        "`requests.get` can wait for ever: this worker cannot drain\n"
        "do: add `timeout=10`"
    )


@pytest.mark.parametrize(
    ("fail_on", "tags"),
    [
        ("error", ["system-out", "failure", "failure"]),
        ("note", ["failure", "failure", "failure"]),
        ("never", ["system-out", "system-out", "system-out"]),
    ],
)
def test_a_test_fails_where_its_finding_fails_the_run(
    fail_on: str, tags: list[str], report: Report
) -> None:
    read = suite(report._replace(fail_on=fail_on, notes=()))

    assert [child.tag for case in read for child in case] == tags
    assert read.get("failures") == str(tags.count("failure"))


def test_a_clean_run_is_one_test_that_passes(clean: Report) -> None:
    assert [(case.get("name"), len(case)) for case in suite(clean)] == [
        ("No findings in 14 files.", 0)
    ]


def test_any_text_is_well_formed(hostile: Report) -> None:
    assert suite(hostile).get("tests") == "5"
