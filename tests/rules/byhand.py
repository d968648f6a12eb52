"""Rules asked about facts made by hand, and the values of such facts."""

import functools
import importlib
import os
from typing import Any, NamedTuple

import nonevent_rules
from nonevent.catalogue import read_rows, typed
from nonevent.facts import Constant, Kind, Value
from nonevent.finding import Confidence, Persona, Severity
from nonevent.rule import Problem, Rule

PACK = os.path.dirname(nonevent_rules.__file__)
SPAN = (9, 5, 9, 20)


class Word(NamedTuple):
    """What a rule says beyond its page; None: as the page says."""

    confidence: Confidence | None
    persona: Persona | None = None
    severity: Severity | None = None


SURE, LIKELY = Word(Confidence.HIGH), Word(Confidence.MEDIUM)
AUDITOR = Word(Confidence.LOW, Persona.AUDITOR)


class Family:
    """The rules of one folder, by their stems; the rules of all, by folder and stem, for ""."""

    def __init__(self, name: str) -> None:
        self._package = f"nonevent_rules.{name}" if name else "nonevent_rules"

    def load(self, stem: str) -> tuple[Rule, dict[str, Any]]:
        return _load(f"{self._package}.{stem}")

    def ask(self, stem: str, fact: Any) -> list[Problem]:
        rule, rows = self.load(stem)
        return list(rule.find(fact, rows))

    def hear(self, stem: str, fact: Any) -> list[Word]:
        problems = self.ask(stem, fact)
        return [Word(one.confidence, one.persona, one.severity) for one in problems]


@functools.cache
def _load(module: str) -> tuple[Rule, dict[str, Any]]:
    rule: Rule = importlib.import_module(module).RULE
    assert rule.table is not None
    path = os.path.join(PACK, module.split(".")[1], f"{rule.table.name}.yaml")
    with open(path, encoding="utf-8") as file:
        return rule, typed(rule.table.row, read_rows(file.read(), rule.table.row, path))


def constant(value: Constant) -> Value:
    return Value(Kind.CONSTANT, SPAN, constant=value)


def begun(text: str) -> Value:
    return Value(Kind.TEXT, SPAN, constant=text)


def name(dotted: str) -> Value:
    return Value(Kind.NAME, SPAN, name=dotted)


def made(callee: str, *items: Value, **keywords: Value) -> Value:
    return Value(Kind.CALL, SPAN, name=callee, items=items, keywords=tuple(keywords.items()))


def either(*items: Value) -> Value:
    return Value(Kind.EITHER, SPAN, items=items)


def mapping(**entries: Value) -> Value:
    return Value(Kind.MAPPING, SPAN, keywords=tuple(entries.items()))
