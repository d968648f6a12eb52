"""Rules are asked about facts; what they answer becomes findings."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import NamedTuple

from nonevent.facts import FileFacts
from nonevent.finding import Confidence, Finding, Persona
from nonevent.identity import fingerprints
from nonevent.location import Location
from nonevent.packs import Packs
from nonevent.rule import Problem

__all__ = ["Answer", "ask", "audible", "complete"]


class Answer(NamedTuple):
    """A problem that a rule named, and where it stands."""

    rule: str
    location: Location
    problem: Problem


def ask(files: Iterable[FileFacts], packs: Packs, chosen: frozenset[str]) -> list[Answer]:
    """Return what the chosen rules say of all facts: one answer a rule and line, in order."""
    rules: dict[str, list[tuple[str, object, object]]] = {}
    found: dict[tuple[str, str, int], Answer] = {}
    for facts in files:
        for fact in facts.facts:
            kind = type(fact).__name__
            if kind not in rules:
                rules[kind] = [
                    (rule.id, rule.find, packs.rows(rule) if rule.table else None)
                    for rule in packs.rules_on(kind)
                    if rule.id in chosen
                ]
            for rule_id, find, rows in rules[kind]:
                problems = find(fact) if rows is None else find(fact, rows)  # type: ignore[operator]
                for problem in problems:
                    place = problem.location or fact.location
                    found.setdefault(
                        (rule_id, place.path, place.line), Answer(rule_id, place, problem)
                    )
    return sorted(found.values(), key=lambda answer: (answer.location, answer.rule))


def complete(
    answers: Sequence[Answer], packs: Packs, lines: Mapping[str, Sequence[str]]
) -> list[Finding]:
    """Return the findings that the answers are; `lines` holds the text of each file in them."""
    places = [
        (answer.rule, answer.location.path, _line(lines, answer.location)) for answer in answers
    ]
    return [
        _finding(answer, packs, fingerprint)
        for answer, fingerprint in zip(answers, fingerprints(places), strict=True)
    ]


def _line(lines: Mapping[str, Sequence[str]], place: Location) -> str:
    text = lines.get(place.path, ())
    return text[place.line - 1] if 0 < place.line <= len(text) else ""


def _finding(answer: Answer, packs: Packs, fingerprint: str) -> Finding:
    page = packs.heads[answer.rule]
    problem = answer.problem
    return Finding(
        rule=answer.rule,
        family=page.family,
        location=answer.location,
        message=problem.message,
        severity=problem.severity or page.severity,
        confidence=problem.confidence or page.confidence,
        fingerprint=fingerprint,
        remedy=problem.remedy,
        related=problem.related,
        persona=problem.persona or page.persona,
    )


def audible(findings: Iterable[Finding], persona: Persona) -> Iterator[Finding]:
    """Yield the findings that this persona wants to hear: what is only likely is the auditor's."""
    order = tuple(Persona)
    for finding in findings:
        wants = Persona.AUDITOR if finding.confidence is Confidence.LOW else finding.persona
        if order.index(max(wants, finding.persona, key=order.index)) <= order.index(persona):
            yield finding
