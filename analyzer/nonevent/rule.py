"""What we look for: a rule, the page that explains it and the problems it names."""

import os
from collections.abc import Callable, Iterable
from typing import Any

from nonevent.edit import Edit
from nonevent.finding import Confidence, Persona, Related, Severity
from nonevent.location import Location
from nonevent.noun import NamedTuple

__all__ = ["Page", "Problem", "Rule", "Table", "read_page", "rule"]


class Problem(NamedTuple):
    """What a rule says of one fact; fields left out are taken from the fact and the page."""

    message: str  # one sentence, no full stop: the thing in backticks, then the consequence
    remedy: str = ""  # the one thing to do, imperative
    location: Location | None = None
    severity: Severity | None = None
    confidence: Confidence | None = None
    persona: Persona | None = None
    related: tuple[Related, ...] = ()
    edits: tuple[Edit, ...] = ()  # what clears it, where that is local and certain


class Table(NamedTuple):
    """A catalogue of facts of the world beside the rule: `<name>.yaml`, rows of one form."""

    name: str  # file stem, in the rule's own folder
    row: Any  # named tuple whose first field is the key: "call", "setting", …


class Rule(NamedTuple):
    """A pure function of one fact, and what it is called with."""

    id: str  # kebab-case; names the pattern that is flagged
    family: str
    on: Any  # the type of fact it is asked about
    # find(fact) or, with a table, find(fact, rows: Mapping[str, Row])
    find: Callable[..., Iterable[Problem]]
    table: Table | None = None
    of: tuple[str, ...] = ()  # operations, where `on` is a step and these alone concern it


class Page(NamedTuple):
    """A rule's page: documentation, `explain`, SARIF help and test in one."""

    rule: str
    family: str
    severity: Severity
    confidence: Confidence
    persona: Persona
    since: str  # the version that brought the rule
    tags: tuple[str, ...]
    title: str  # the page's heading
    summary: str  # first paragraph under "What it finds"
    body: str  # Markdown without the front matter
    # What an inventory says of it; "" where the page says nothing.
    held: str = ""  # what is held, as a noun: "login sessions"
    lost: str = ""  # what a restart loses, one clause
    replicas: str = ""  # what two replicas do wrong, one clause
    cwe: tuple[str, ...] = ()  # numbers of https://cwe.mitre.org that hold what it finds, "1088"


def rule(
    file: str,
    *,
    on: Any,
    find: Callable[..., Iterable[Problem]],
    table: Table | None = None,
    of: Iterable[str] = (),
) -> Rule:
    """Return the rule that stands in `file`: its id is the file's name, its family the folder's."""
    folder, name = os.path.split(file)
    identity = name.removesuffix(".py").replace("_", "-")
    return Rule(identity, os.path.basename(folder), on, find, table, tuple(of))


HEADS = ("What it finds", "Why it hurts a deploy", "What to do instead", "When it is silent")


def read_page(rule_id: str, family: str, text: str) -> Page:
    """Return the page that `text` holds.

    Front matter is `key: value` lines between two `---`: severity, confidence, since, tags
    (separated by commas) and, where it is not `regular`, persona. A rule on what is held in one
    process or on one disk says for inventories what is `held`, what is `lost` at a restart and
    what two `replicas` do wrong; `cwe` names the weaknesses of MITRE's list that it finds.

    Raises:
        ValueError: front matter or a fixed head is missing, or a value is none of the known ones.

    """
    opening, front, body = [*text.split("---\n", 2), "", ""][:3]
    if opening or not body:
        raise ValueError(f"{rule_id}: the page starts with front matter between two '---' lines")
    fields: dict[str, str] = {}
    for line in front.splitlines():
        key, _, value = line.partition(":")
        fields[key.strip()] = value.strip()
    missing = [head for head in HEADS if f"\n## {head}\n" not in body]
    if missing:
        raise ValueError(f"{rule_id}: the page has no '## {missing[0]}'")
    try:
        return Page(
            rule=rule_id,
            family=family,
            severity=Severity(fields["severity"]),
            confidence=Confidence(fields["confidence"]),
            persona=Persona(fields.get("persona", "regular")),
            since=fields["since"],
            tags=tuple(tag.strip() for tag in fields["tags"].split(",")),
            title=body.split("\n# ", 1)[1].split("\n", 1)[0].strip(),
            summary=_first_paragraph(body, HEADS[0]),
            body=body.lstrip("\n"),
            held=fields.get("held", ""),
            lost=fields.get("lost", ""),
            replicas=fields.get("replicas", ""),
            cwe=tuple(filter(None, map(str.strip, fields.get("cwe", "").split(",")))),
        )
    except (KeyError, IndexError) as error:
        raise ValueError(f"{rule_id}: the page lacks {error}") from None


def _first_paragraph(body: str, head: str) -> str:
    section = body.split(f"\n## {head}\n", 1)[1].lstrip("\n")
    return " ".join(section.split("\n\n", 1)[0].split())
