"""`sarif`: SARIF 2.1.0, the whole record, with what is suppressed or accepted and why.

https://docs.oasis-open.org/sarif/sarif/v2.1.0/sarif-v2.1.0.html and
https://docs.github.com/en/code-security/reference/code-scanning/sarif-files/sarif-support
Nothing is asked of the clock: equal reports are equal bytes. Of the rules only those with results
are described: their pages would make up nearly all of the file.
"""

from collections.abc import Sequence
from typing import Any

from nonevent.finding import Suppressed
from nonevent.report import Build, Report
from nonevent.reports.flow import flows
from nonevent.reports.order import by_rank, rank, standing
from nonevent.reports.risk_finding import finding_of
from nonevent.reports.sarif_descriptors import notification_descriptors, rule_descriptors
from nonevent.reports.sarif_places import Files
from nonevent.reports.sarif_result import Shown, result
from nonevent.reports.sarif_run import automation, invocation, properties, provenance
from nonevent.reports.sarif_taxa import numbers, supported, taxa, taxonomies
from nonevent.reports.serial import dumps

__all__ = ["HOME", "MOST_BYTES", "MOST_RESULTS", "log", "render"]

Object = dict[str, Any]

HOME = "https://github.com/nonevent/nonevent"  # the one address in a report
SCHEMA = "https://json.schemastore.org/sarif-2.1.0.json"
MOST_RESULTS = 25_000  # of a run; GitHub rejects a file with more
MOST_BYTES = 10_000_000  # of the file, compressed by gzip: the same
MOST_INDENTED = 1_000  # results; nobody reads a longer file line by line
SPARE = 0.9  # of the room, when some results have to go


def render(report: Report, *, color: bool = False) -> str:
    """Return the SARIF log: one run, its results as one reads files."""
    del color
    return log(report)


def log(report: Report, build: Build | None = None, *, whole: bool = True) -> str:
    """Return a log with what is suppressed, if `whole`, and with no more than GitHub accepts."""
    every = _shown(report, whole=whole)
    most = MOST_RESULTS
    while True:
        text = _text(report, build, every, most)
        size = _compressed(text)
        if size <= MOST_BYTES or most <= 1:
            return text
        most = max(1, int(min(most, len(every)) * MOST_BYTES / size * SPARE))


def _text(report: Report, build: Build | None, every: Sequence[Shown], most: int) -> str:
    run = _run(report, build, every, most)
    indent = 2 if len(run["results"]) <= MOST_INDENTED else None
    return dumps({"$schema": SCHEMA, "version": "2.1.0", "runs": [run]}, indent=indent)


def _compressed(text: str) -> int:
    """Return the bytes of a text as GitHub counts them; of a short one without compressing it."""
    if len(text) <= MOST_BYTES:
        return len(text)
    import zlib

    return len(zlib.compress(text.encode("ascii")))


def _shown(report: Report, *, whole: bool) -> list[Shown]:
    """Return what can be shown, the most important first: open findings, then accepted ones."""
    new = "new" if report.compared else ""
    old = "unchanged"
    every = [
        Shown(found, flows(found), None, old if found.fingerprint in report.known else new)
        for found in by_rank(report.findings)
    ]
    if report.risk is not None and report.risk.place:
        every.insert(0, Shown(finding_of(report.risk), state=new))
    if whole:
        every += _accepted(report.silenced, new)
        every += _accepted(report.baselined, old)
    return every


def _accepted(suppressed: Sequence[Suppressed], state: str) -> list[Shown]:
    made = [Shown(each.finding, flows(each.finding), each, state) for each in suppressed]
    made.sort(key=lambda each: standing(each.finding))
    return sorted(made, key=lambda each: -rank(each.finding.severity, each.finding.confidence))


def _run(report: Report, build: Build | None, every: Sequence[Shown], most: int) -> Object:
    shown = sorted(every[:most], key=lambda each: standing(each.finding))
    findings = [each.finding for each in shown]
    comments = [each.suppressed.comment for each in shown if each.suppressed]
    files = Files(report, findings, [each.flows for each in shown], filter(None, comments))
    met = {found.rule for found in findings}
    pages = [page for page in report.pages if page.rule in met]
    weaknesses = numbers(pages)
    rules = rule_descriptors(pages, findings, weaknesses)
    indexes = {descriptor["id"]: index for index, descriptor in enumerate(rules)}
    named = {page.rule: taxa(page, weaknesses) for page in pages if page.cwe}
    run = {
        "tool": {"driver": _driver(report, rules, weaknesses)},
        "taxonomies": taxonomies(weaknesses),
        "invocations": [invocation(report, files, len(every) - len(shown), len(every))],
        "versionControlProvenance": provenance(report.origin),
        "originalUriBaseIds": {"SRCROOT": {"description": {"text": "The root of the analysis."}}},
        "automationDetails": automation(build),
        "columnKind": "unicodeCodePoints",
        "defaultEncoding": "utf-8",
        "artifacts": files.artifacts(),
        "results": [result(each, indexes, named, files) for each in shown],
        "properties": properties(report),
    }
    return {key: value for key, value in run.items() if value or key == "results"}


def _driver(report: Report, rules: Sequence[Object], weaknesses: Sequence[str]) -> Object:
    driver = {
        "name": "nonevent",
        "fullName": f"nonevent deployment-readiness analyzer {report.version}",
        "semanticVersion": report.version,
        "version": report.version,
        "informationUri": HOME,
        "language": "en",
        "rules": rules,
        "notifications": notification_descriptors(),
        "supportedTaxonomies": supported(weaknesses),
    }
    return {key: value for key, value in driver.items() if value or key == "rules"}
