"""The part of MITRE's enumeration that a run speaks of, and how rules point to it."""

from collections.abc import Iterable, Sequence
from typing import Any

from nonevent.reports.cwe import NAMES, VERSION, address
from nonevent.rule import Page

__all__ = ["numbers", "relationships", "supported", "tags", "taxa", "taxonomies"]

Object = dict[str, Any]

# By which other tools know the enumeration (microsoft/sarif-sdk, src/Sarif/Taxonomies).
GUID = "25F72D7E-8A92-459D-AD67-64853F788765"
COMPONENT = {"name": "CWE", "index": 0, "guid": GUID}


def numbers(pages: Iterable[Page]) -> tuple[str, ...]:
    """Return the weaknesses that pages name, in order; an index of theirs is a place in it."""
    return tuple(sorted({each for page in pages for each in page.cwe if each in NAMES}, key=int))


def taxonomies(known: Sequence[str]) -> list[Object]:
    """Return `run.taxonomies`; none where no rule names a weakness."""
    if not known:
        return []
    about = "The MITRE Common Weakness Enumeration."
    return [
        {
            "name": "CWE",
            "fullName": "Common Weakness Enumeration",
            "organization": "MITRE",
            "version": VERSION,
            "guid": GUID,
            "informationUri": "https://cwe.mitre.org/data/",
            "downloadUri": f"https://cwe.mitre.org/data/xml/cwec_v{VERSION}.xml.zip",
            "isComprehensive": False,
            "language": "en",
            "minimumRequiredLocalizedDataSemanticVersion": f"{VERSION}.0",
            "shortDescription": {"text": about},
            "fullDescription": {"text": about},
            "taxa": [_taxon(number) for number in known],
        }
    ]


def _taxon(number: str) -> Object:
    return {
        "id": f"CWE-{number}",
        "name": "".join(filter(str.isalnum, NAMES[number].title())),
        "shortDescription": {"text": f"{NAMES[number]}."},
        "helpUri": address(number),
    }


def supported(known: Sequence[str]) -> list[Object]:
    """Return `driver.supportedTaxonomies`."""
    return [COMPONENT] if known else []


def relationships(page: Page, known: Sequence[str]) -> list[Object]:
    """Return a rule's relationships: each weakness holds more than what the rule finds."""
    return [{"target": target, "kinds": ["superset"]} for target in taxa(page, known)]


def taxa(page: Page, known: Sequence[str]) -> list[Object]:
    """Return `result.taxa` of what a rule finds."""
    return [
        {"id": f"CWE-{each}", "index": known.index(each), "toolComponent": COMPONENT}
        for each in page.cwe
        if each in known
    ]


def tags(page: Page) -> list[str]:
    """Return a rule's tags for weaknesses, as GitHub and DefectDojo read them."""
    return [f"external/cwe/cwe-{each}" for each in page.cwe if each in NAMES]
