"""What a SARIF run says of its rules and of its notes: reporting descriptors."""

from collections.abc import Iterable, Sequence
from types import MappingProxyType
from typing import Any

from nonevent.finding import Finding, Severity
from nonevent.note import NoteKind
from nonevent.reports.order import rank
from nonevent.reports.sarif_taxa import relationships, tags
from nonevent.reports.sarif_text import plain, sentence
from nonevent.rule import Page

__all__ = [
    "LEFT_OUT",
    "RISK",
    "UNMET",
    "descriptor",
    "notification_descriptors",
    "rule_descriptors",
]

Object = dict[str, Any]

MOST_TAGS = 10  # of a rule; GitHub shows no more, and rejects more than twenty
MOST_TEXT = 1024  # characters of a description; GitHub rejects more
# GitHub's words for rules that are not about security; no `security-severity`: with it GitHub
# files a rule under vulnerabilities.
PROBLEM = MappingProxyType(
    {Severity.ERROR: "error", Severity.WARNING: "warning", Severity.NOTE: "recommendation"}
)
WHY_LEFT_OUT = MappingProxyType(
    {
        NoteKind.UNREADABLE: "The operating system refused to read a file.",
        NoteKind.ENCODING: "A file holds bytes that are not the text they claim to be.",
        NoteKind.SYNTAX: "A file is in no syntax that can be parsed.",
        NoteKind.TOO_LARGE: "A file is too large to be analysed.",
        NoteKind.BINARY: "A file is binary.",
        NoteKind.STATEMENT: "One statement could not be understood; the rest was analysed.",
        NoteKind.PATCH: "A part of a patch does not apply.",
        NoteKind.HISTORY: "A revision, an object or a submodule is not there.",
        NoteKind.UNSUPPORTED: "A file was named whose type cannot be read.",
    }
)
RISK = "change-risk"  # no rule: what a trained model says of the whole change
ABOUT_RISK = (
    "How likely the change is to be rolled back within 30 days or hot-fixed within 7, told by a "
    "trained model from its size, spread, content and history. It fails no run."
)
LIMIT = "The run has more findings than a code scanning service accepts."
STALE = "The baseline accepts a finding that is not there."
LEFT_OUT, UNMET = "results-left-out", "stale-baseline-entry"  # notifications that are no notes


def rule_descriptors(
    pages: Sequence[Page], findings: Iterable[Finding], weaknesses: Sequence[str] = ()
) -> list[Object]:
    """Return a descriptor for each page and for each rule met that has none, sorted by id."""
    result = {page.rule: _from_page(page, weaknesses) for page in pages}
    for found in findings:
        if found.rule not in result:
            result[found.rule] = _without_page(found)
    return [result[rule] for rule in sorted(result)]


def notification_descriptors() -> list[Object]:
    """Return one for each kind of note, in the order of `NoteKind`, and those of the rest."""
    return [
        {
            "id": name,
            "name": _pascal(name),
            "shortDescription": {"text": why},
            "fullDescription": {"text": why},
            "help": {"text": why},
            "defaultConfiguration": {"level": "warning"},
        }
        for name, why in _notifications()
    ]


def descriptor(kind: str) -> Object:
    """Return what points to the descriptor of a kind of note, or of another notification."""
    name = _notification_id(kind)
    return {"id": name, "index": [known for known, _ in _notifications()].index(name)}


def _notifications() -> list[tuple[str, str]]:
    listed = [(_notification_id(kind), WHY_LEFT_OUT[kind]) for kind in NoteKind]
    return [*listed, (LEFT_OUT, LIMIT), (UNMET, STALE)]


def _notification_id(kind: str) -> str:
    return kind if kind in (LEFT_OUT, UNMET) else f"not-analysed-{kind}"


def _from_page(page: Page, weaknesses: Sequence[str]) -> Object:
    found = relationships(page, weaknesses)
    return {
        "id": page.rule,
        "name": _pascal(page.rule),
        "shortDescription": {"text": _description(page.title)},
        "fullDescription": {"text": _description(page.summary)},
        "help": _help(page),
        "defaultConfiguration": {
            "level": page.severity,
            "rank": rank(page.severity, page.confidence),
        },
        "properties": {
            "tags": list(dict.fromkeys([page.family, *tags(page), *page.tags]))[:MOST_TAGS],
            "precision": page.confidence,
            "problem.severity": PROBLEM[page.severity],
        },
        **({"relationships": found} if found else {}),
    }


def _help(page: Page) -> Object:
    """Return the whole page; where it came without its body, what its head says and how to ask."""
    if page.body:
        return {"text": page.body, "markdown": page.body}
    summary = _description(page.summary)
    asked = f"nonevent explain {page.rule}"
    return {
        "text": f"{summary} The whole page: '{asked}'.",
        "markdown": f"{sentence(page.summary)} The whole page: `{asked}`.",
    }


def _without_page(found: Finding) -> Object:
    """Return what can be said of a rule whose page did not come with the report."""
    text = ABOUT_RISK if found.rule == RISK else _description(found.rule.replace("-", " "))
    return {
        "id": found.rule,
        "name": _pascal(found.rule),
        "shortDescription": {"text": text},
        "fullDescription": {"text": text},
        "help": {"text": text},
        "properties": {"tags": [found.family], "problem.severity": PROBLEM[found.severity]},
    }


def _description(text: str) -> str:
    whole = sentence(plain(text))
    return whole if len(whole) <= MOST_TEXT else f"{whole[: MOST_TEXT - 3]}..."


def _pascal(name: str) -> str:
    """Return the name for people; SARIF1001 of Microsoft's validator wants it to be no id."""
    if "-" not in name:
        name += "-rule"
    return "".join(word.capitalize() for word in name.split("-"))
