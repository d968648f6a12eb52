"""Microsoft's own SARIF validator, run for real.

`npm install @microsoft/sarif-multitool` brings it; it is found in `.ci/node_modules` or through
the environment variable NONEVENT_SARIF_MULTITOOL.
"""

import json
import os
import re
import subprocess
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from nonevent import entry
from nonevent.location import Location
from nonevent.report import Report
from nonevent.reports import render as by_name
from nonevent.reports.linehash import line_hashes
from nonevent.reports.sarif import render

BINARY = "node_modules/@microsoft/sarif-multitool-linux/Sarif.Multitool"
ROOT = Path(__file__).parents[2]

pytestmark = pytest.mark.slow

# What it notes and we mean so: id → why.
MEANT = {
    "SARIF2002": "messages are written out: GitHub rejects `message.id` without `text`",
    "SARIF2003": "the address of the repository is not known",
    "SARIF2006": "it asks the network whether our addresses answer",
    "SARIF2009": "a rule's id is its name, not a number",
    "SARIF2010": "a place in a file whose text is not there has no snippet",
    "SARIF2011": "nor lines around it",
    "SARIF2012": "pages come in `help`; `helpUri` waits for a site",
    "SARIF2013": "files are not copied into the report",
}


@pytest.fixture(scope="module")
def multitool() -> str:
    """Return the path of the program."""
    path = os.environ.get("NONEVENT_SARIF_MULTITOOL") or str(ROOT / ".ci" / BINARY)
    if not os.path.exists(path):
        pytest.skip(f"no SARIF multitool at {path}: npm install @microsoft/sarif-multitool")
    return path


def run(*command: str | Path) -> None:
    ran = subprocess.run(command, capture_output=True, text=True, check=False)

    assert ran.returncode == 0, ran.stdout + ran.stderr


def read(path: Path) -> dict[str, Any]:
    document: dict[str, Any] = json.loads(path.read_text(encoding="utf-8-sig"))
    return document


def verdict(
    multitool: str, text: str, folder: Path, kinds: str = "Sarif;Ghas"
) -> set[tuple[str, str]]:
    """Return (level, rule) of all that the validator says: its exit code is 0 regardless."""
    given, result = folder / "given.sarif", folder / "verdict.sarif"
    given.write_text(text, encoding="utf-8")
    run(
        *(multitool, "validate", given, "--rule-kind", kinds),
        *("--level", "Error;Warning;Note"),
        *("--output", result, "--log", "ForceOverwrite"),
    )
    (judged,) = read(result)["runs"]

    assert judged["invocations"][0]["executionSuccessful"]
    return {(one.get("level", "warning"), one["ruleId"]) for one in judged["results"]}


@pytest.mark.parametrize("made", ["report", "clean", "hostile", "terse", "fixable", "whole"])
def test_the_validator_has_nothing_against_a_report(
    made: str, multitool: str, tmp_path: Path, request: pytest.FixtureRequest
) -> None:
    said = verdict(multitool, render(request.getfixturevalue(made)), tmp_path)

    assert {level for level, _ in said} == {"note"}
    assert {rule for _, rule in said} <= set(MEANT)


@pytest.mark.parametrize("made", ["whole", "clean", "hostile", "fixable"])
def test_nor_against_what_azure_gets(
    made: str,
    multitool: str,
    whole: Report,
    tmp_path: Path,
    request: pytest.FixtureRequest,
) -> None:
    report: Report = request.getfixturevalue(made)._replace(build=whole.build)
    text = by_name(report, "sarif-azure")
    said = verdict(multitool, text, tmp_path, "Sarif;Ghas;GHAzDO")

    assert {level for level, _ in said} == {"note"}
    assert {rule for _, rule in said} <= set(MEANT)


def test_what_is_meant_so_stands_on_the_page() -> None:
    page = ROOT / "docs" / "outputs.md"
    if not page.exists():  # the tests of a wheel
        pytest.skip("the documentation is not here")

    assert set(re.findall(r"SARIF\d{4}", page.read_text("utf-8"))) == set(MEANT)


SPANS = [
    (line, column, end_line, end_column)
    for line in (0, 1, 3, 9)
    for end_line in (0, 1, 3, 9)
    for column in (1, 3)
    for end_column in (1, 3)
]
PATHS = ("a b/#%?.py", "größe/価格.sql", "caf\udce9.py", "C:x.py", "one/two.js", "-", "~a;b=c&d.py")


def test_the_validator_has_nothing_against_any_place(
    multitool: str, report: Report, tmp_path: Path
) -> None:
    places = [Location(path, *span) for path in PATHS for span in SPANS]
    findings = tuple(report.findings[1]._replace(location=place) for place in places)
    texts = ("", "one", "\n\n", "one\r\ntwo\r\rfour\n", "\tx\n\U0001f6d2 y\nz")
    sources = dict(zip(PATHS, texts, strict=False))
    placed = report._replace(findings=findings, sources=sources)
    said = verdict(multitool, render(placed), tmp_path)

    assert {level for level, _ in said} == {"note"}
    assert {rule for _, rule in said} <= set(MEANT)


def test_the_validator_does_find_faults(multitool: str, report: Report, tmp_path: Path) -> None:
    rows = [row for row in render(report).splitlines() if '"informationUri"' not in row]

    assert ("warning", "SARIF2005") in verdict(multitool, "\n".join(rows), tmp_path)


BEFORE = """\
import requests


def pay(u):
    requests.get(u)


def ship(u):
    return requests.post(u, json={})
"""
AFTER = """\
import os

import requests

URL = os.environ["URL"]


def pay(u):
    requests.get(u)


def ship(u):
    return requests.post(u, json={})


def bill(u):
    return requests.put(u)
"""
Told = set[tuple[int, str, str]]


def states(path: Path) -> Told:
    """Return first line, rule and state of each result; what has changed a little is there yet."""
    return {
        (
            one["locations"][0]["physicalLocation"]["region"]["startLine"],
            one["ruleId"],
            one["baselineState"].replace("updated", "unchanged"),
        )
        for one in read(path)["runs"][0]["results"]
    }


def test_states_are_those_that_the_multitool_finds(
    multitool: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    for name in ("GITHUB_ACTIONS", "TF_BUILD"):
        monkeypatch.delenv(name, raising=False)
    check = ("check", "--quiet", "--select", "call-without-timeout", "--output")
    Path("shop.py").write_text(BEFORE)
    entry.main([*check, "sarif:before.sarif"])
    entry.main(["baseline", "create"])
    Path("shop.py").write_text(AFTER)
    entry.main([*check, "sarif:ours.sarif"])
    entry.main([*check, "sarif:after.sarif", "--no-baseline"])
    compared = ("--previous", "before.sarif", "--output-file-path", "theirs.sarif")
    run(multitool, "match-results-forward", "after.sarif", *compared)

    rule = "call-without-timeout"
    assert states(Path("ours.sarif")) == states(Path("theirs.sarif"))
    assert states(Path("ours.sarif")) == {
        (9, rule, "unchanged"),
        (13, rule, "unchanged"),
        (17, rule, "new"),
    }


def test_a_later_run_need_not_describe_a_rule_for_its_results_to_be_closed(
    multitool: str, report: Report, tmp_path: Path
) -> None:
    before, after, compared = (tmp_path / name for name in ("before", "after", "compared"))
    before.write_text(render(report), encoding="utf-8")
    after.write_text(render(report._replace(findings=report.findings[:1])), encoding="utf-8")
    run(
        *(multitool, "match-results-forward", after),
        *("--previous", before, "--output-file-path", compared),
    )

    (told,) = read(compared)["runs"]
    rules = [rule["id"] for rule in told["tool"]["driver"]["rules"]]
    assert {(rules[one["ruleIndex"]], one["baselineState"]) for one in told["results"]} == {
        ("blocking-index-build", "unchanged"),
        ("call-without-timeout", "absent"),
        ("module-state-in-handler", "absent"),
    }


TEXTS = {
    "empty": "",
    "one-line-feed": "\n",
    "no-line-feed-at-the-end": "abc",
    "crlf": "a b\r\n\tc\r\n\r\nend",
    "cr": "a\rb\r\rc\r",
    "mixed": "a\n\rb\r\n\n\r\rc \r \n x",
    "tabs": "def f():\n\tif x:\n\t\treturn\t1\n   \t",
    "not-bmp": 'x = "\U0001f600\U0001f6d2"\n# é ü \u2028 z \x0c \x0b \x85\n' * 30,
    "equal-lines": "Lorem ipsum dolor sit amet.\n" * 10,
    "blank-lines": "\n" * 150,
    "long-lines": "x" * 5000 + "\n" + "y z" * 5000 + "\nz",
    "nul": "a\0b\nc\n",
}


def hashed(multitool: str, texts: Mapping[str, str], folder: Path) -> dict[tuple[str, int], str]:
    """Return what the multitool makes of each line of each text."""
    given, result = folder / "given.sarif", folder / "hashed.sarif"
    given.write_text(json.dumps(a_result_for_each_line(texts, folder)), encoding="utf-8")
    inserted = "Hashes;RollingHashPartialFingerprints"
    options = ("--output", result, "--log", "ForceOverwrite")
    run(multitool, "rewrite", given, "--insert", inserted, *options)
    return {
        (one["message"]["text"], one["locations"][0]["physicalLocation"]["region"]["startLine"]): (
            one["partialFingerprints"]["primaryLocationLineHash"]
        )
        for one in read(result)["runs"][0]["results"]
    }


def ours(texts: Mapping[str, str]) -> dict[tuple[str, int], str]:
    return {
        (name, number): value
        for name, text in texts.items()
        for number, value in enumerate(line_hashes(text), start=1)
    }


def test_line_hashes_are_those_of_the_multitool(multitool: str, tmp_path: Path) -> None:
    assert hashed(multitool, TEXTS, tmp_path) == ours(TEXTS)


# Lines that repeat, indentation, letters of all planes, and each way to end a line, mixed.
LINES = st.one_of(
    st.sampled_from(["", " ", "\t", "return x", "    return x", "\treturn\tx", "\U0001f6d2" * 60]),
    st.text(
        st.characters(exclude_categories=["Cs"], exclude_characters="\r\n\ufeff"), max_size=150
    ),
)
ENDS = st.sampled_from(["\n", "\r\n", "\r", "\n\r", "\n\n", "\r\r\n", ""])
FILES = st.lists(st.tuples(LINES, ENDS), max_size=25).map(
    lambda parts: "".join(line + end for line, end in parts)
)


@settings(max_examples=6, deadline=None, suppress_health_check=list(HealthCheck))
@given(st.lists(FILES, min_size=30, max_size=30))
def test_so_they_are_of_files_that_nobody_thought_of(
    multitool: str, tmp_path_factory: pytest.TempPathFactory, texts: list[str]
) -> None:
    named = {f"file-{number}": text for number, text in enumerate(texts)}

    assert hashed(multitool, named, tmp_path_factory.mktemp("lines")) == ours(named)


def a_result_for_each_line(texts: Mapping[str, str], folder: Path) -> dict[str, Any]:
    results = []
    for name, text in texts.items():
        path = folder / f"{name}.txt"
        path.write_bytes(text.encode())
        for number in range(1, len(line_hashes(text)) + 1):
            place = {
                "artifactLocation": {"uri": path.as_uri()},
                "region": {"startLine": number, "startColumn": 1},
            }
            results.append({"message": {"text": name}, "locations": [{"physicalLocation": place}]})
    return {
        "version": "2.1.0",
        "runs": [{"tool": {"driver": {"name": "lines"}}, "results": results}],
    }
