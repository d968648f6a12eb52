"""Rules are asked about facts; what they answer becomes findings."""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence

from nonevent.facts import (
    Alteration,
    Call,
    Fact,
    FileFacts,
    Mutation,
    Reach,
    Role,
    SchemaStep,
    Setting,
)
from nonevent.finding import Confidence, Finding, Persona, Subject
from nonevent.identity import fingerprints, traits
from nonevent.location import Location
from nonevent.noun import NamedTuple
from nonevent.packs import Packs
from nonevent.rule import Problem

__all__ = ["Answer", "Judge", "audible", "complete", "hears", "listener"]

Find = Callable[[Fact], Iterable[Problem]]
PERSONAS = tuple(Persona)


class Answer(NamedTuple):
    """A problem that a rule named, and where it stands."""

    rule: str
    location: Location
    problem: Problem
    fact: Fact


class Judge:
    """The chosen rules, each imported when the first fact of its type comes."""

    def __init__(self, packs: Packs, chosen: frozenset[str]) -> None:
        self.packs = packs
        self.chosen = chosen
        self._of_kind: dict[type, tuple[tuple[str, frozenset[str] | None], ...]] = {}
        self._asked: dict[tuple[type, str | None], tuple[str, ...]] = {}
        self._finds: dict[str, Find] = {}

    def ask(self, files: Iterable[FileFacts]) -> list[Answer]:
        """Return what the rules say of all facts: one answer a rule and line, in order."""
        found: dict[tuple[str, str, int], Answer] = {}
        for facts in files:
            for fact in facts.facts:
                for said in self.answers(fact):
                    aside = facts.copied or (isinstance(fact, Call) and fact.unused)
                    answer = self._aside(said) if aside else said
                    place = answer.location
                    key = answer.rule, place.path, place.line
                    found[key] = _joined(found[key], answer) if key in found else answer
        return sorted(found.values(), key=lambda answer: (answer.location, answer.rule))

    def hears(self, kind: type) -> bool:
        """Tell whether one of the chosen rules wants facts of this kind."""
        return any(rule in self.chosen for rule, _ in self.packs.asked(kind.__name__))

    def widened(self, kind: type, ignore: Iterable[str]) -> "Judge":
        """Return a judge who asks all rules on facts of this kind, too, but for those ignored."""
        asked = {rule for rule, _ in self.packs.asked(kind.__name__)}
        return Judge(self.packs, self.chosen | (asked - self.packs.named(ignore, "ignore")))

    def reaches(self, answer: Answer, persona: Persona) -> bool:
        """Tell whether a persona hears of an answer."""
        return hears(persona, _finding(answer, self.packs))

    def answers(self, fact: Fact) -> Iterator[Answer]:
        """Yield what the rules say of one fact."""
        for rule_id in self._hearers(fact):
            for problem in self._find(rule_id)(fact):
                yield Answer(rule_id, problem.location or fact.location, problem, fact)

    def _hearers(self, fact: Fact) -> tuple[str, ...]:
        asked = type(fact), _subject(fact)
        if asked not in self._asked:
            self._asked[asked] = self._who_hears(*asked)
        return self._asked[asked]

    def _who_hears(self, kind: type, subject: str | None) -> tuple[str, ...]:
        """Return the chosen rules that want facts of this kind about this subject."""
        if kind not in self._of_kind:
            self._of_kind[kind] = self.packs.asked(kind.__name__)
        return tuple(
            rule_id
            for rule_id, subjects in self._of_kind[kind]
            if rule_id in self.chosen and (subjects is None or subject in subjects)
        )

    def _find(self, rule_id: str) -> Find:
        if rule_id not in self._finds:
            rule = self.packs.find(rule_id)
            if rule.table is None:
                self._finds[rule_id] = rule.find
            else:
                rows = self.packs.rows(rule)
                self._finds[rule_id] = lambda fact: rule.find(fact, rows)
        return self._finds[rule_id]

    def _aside(self, answer: Answer) -> Answer:
        """Return the answer as one on a copied library, or on what nobody calls."""
        problem = answer.problem
        now = problem.persona or self.packs.heads[answer.rule].persona
        persona = max(now, Persona.PEDANTIC, key=PERSONAS.index)
        return answer._replace(problem=problem._replace(persona=persona))

    def hangs(self, fact: Call | Mutation) -> bool:
        """Tell whether who reaches a fact of unknown use decides whether it is a finding.

        Rules are pure functions: they can be asked what they would say.
        """
        if not self._hearers(fact):
            return False
        now = self._heard_by(fact)
        if not now:  # all hear of it: of what commands alone reach perhaps not
            return not fact.reach and self._heard_as(fact, Role.CLI) > 0
        return any(self._heard_as(fact, role) < now for role in (Role.HANDLER, Role.STARTUP))

    def _heard_as(self, fact: Call | Mutation, role: Role) -> int:
        return self._heard_by(fact._replace(reach=(Reach(role, "", (fact.location,)),)))

    def _heard_by(self, fact: Call | Mutation) -> int:
        """Return how many of the personas, the first ones, do not hear of a fact; all: nobody."""
        personas = [
            PERSONAS.index(answer.problem.persona or Persona.REGULAR)
            for answer in self.answers(fact)
            if answer.problem.confidence is not Confidence.LOW
        ]
        return min(personas, default=PERSONAS.index(Persona.AUDITOR))


def _joined(first: Answer, other: Answer) -> Answer:
    """Return the first answer of a line; it is cleared where each of the line's can be."""
    edits, more = first.problem.edits, other.problem.edits
    both = tuple(dict.fromkeys(edits + more)) if edits and more else ()
    return first._replace(problem=first.problem._replace(edits=both))


def _subject(fact: Fact) -> str | None:
    """Return by what a rule may choose the fact: callee, setting, or operation of a step."""
    if isinstance(fact, Call):
        return fact.callee
    if isinstance(fact, SchemaStep):
        return fact.operation
    return fact.name if isinstance(fact, Setting) else None


def complete(
    answers: Sequence[Answer], packs: Packs, lines: Mapping[str, Sequence[str]]
) -> list[Finding]:
    """Return the findings that the answers are; `lines` holds the text of each file in them."""
    found = [_finding(answer, packs) for answer in answers]
    return [
        finding._replace(fingerprint=fingerprint)
        for finding, fingerprint in zip(found, fingerprints(traits(found, lines)), strict=True)
    ]


def _finding(answer: Answer, packs: Packs) -> Finding:
    """Return the finding but for its fingerprint, which takes all findings of its file."""
    page = packs.heads[answer.rule]
    problem = answer.problem
    return Finding(
        rule=answer.rule,
        family=page.family,
        location=answer.location,
        message=problem.message,
        severity=problem.severity or page.severity,
        confidence=problem.confidence or page.confidence,
        fingerprint="",
        remedy=problem.remedy,
        related=problem.related,
        persona=problem.persona or page.persona,
        edits=problem.edits,
        subject=_subject_of(answer.fact),
    )


def _subject_of(fact: Fact) -> Subject | None:
    """Return what a finding on the fact speaks of."""
    if isinstance(fact, Mutation):
        rest = fact.how, fact.scope, fact.reach
        cell = fact.target
        if cell is None:
            return Subject(fact.cell, "", None, *rest)
        return Subject(cell.name, cell.holds, cell.location, *rest)
    if isinstance(fact, Call):
        return Subject(fact.callee, scope=fact.scope, reach=fact.reach)
    if isinstance(fact, Setting):
        return Subject(fact.name, scope=fact.scope)
    if isinstance(fact, SchemaStep):
        parts = (fact.operation, fact.table, fact.column or fact.name, *fact.columns)
        return Subject(" ".join(filter(None, parts)), scope=fact.direction)
    if isinstance(fact, Alteration):
        return Subject(" ".join(turn.key for turn in fact.turns))
    return None


def audible(findings: Iterable[Finding], persona: Persona) -> Iterator[Finding]:
    """Yield the findings that this persona wants to hear: what is only likely is the auditor's."""
    return (finding for finding in findings if hears(persona, finding))


def hears(persona: Persona, finding: Finding) -> bool:
    """Tell whether a persona wants to hear a finding."""
    return PERSONAS.index(listener(finding)) <= PERSONAS.index(persona)


def listener(finding: Finding) -> Persona:
    """Return the first of the personas that hear of a finding."""
    return Persona.AUDITOR if finding.confidence is Confidence.LOW else finding.persona
