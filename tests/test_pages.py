"""Every rule's page is its test: marked lines are found, all others are not."""

import re
from collections.abc import Iterator
from itertools import chain
from typing import NamedTuple

import pytest

import nonevent_rules
from nonevent import packs
from nonevent.change import Change, ChangedFile, held
from nonevent.facts import FileFacts
from nonevent.finding import Persona
from nonevent.index import import_rule
from nonevent.judge import audible, complete
from nonevent.options import Options
from nonevent.pipeline import examine, prepare
from nonevent.reports.cwe import NAMES
from nonevent.rule import HEADS, Page, Rule
from nonevent.sources.snapshot import Sides
from nonevent.sources.view import View
from nonevent.trust import told

FENCE = re.compile(r"^```(\w+)([^\n]*)\n(.*?)^```$", re.MULTILINE | re.DOTALL)
MARK = re.compile(r"(?:#|--|//)\s*finding:\s*([\w, -]+)$")
SUFFIXES = {
    "python": "py",
    "sql": "sql",
    "sh": "sh",
    "toml": "toml",
    "yaml": "yaml",
    "jsonc": "json",
}
TOLD = (".toml", ".yaml", ".json")  # no code: what a project tells nonevent


class Example(NamedTuple):
    """One fenced block of a page."""

    rule: str
    head: str  # the section it stands in
    path: str
    text: str
    marked: frozenset[int]  # 1-based lines that must be found
    # Files of the version before, by path, where a block of the same section shows them.
    before: tuple[tuple[str, str], ...] = ()
    after: tuple[tuple[str, str], ...] = ()  # the same of what else the change brings

    def __str__(self) -> str:
        return f"{self.rule} · {self.head} · {self.text.strip().splitlines()[0][:40]}"


INSTALLED = packs.load(cache=False)
RULES: dict[str, Rule] = {
    rule.id: rule
    for rule in (import_rule(f"nonevent_rules.{stem}") for stem in nonevent_rules.RULES)
}
TASK = prepare(Options())._replace(weighed=lambda finding: finding)
PAGES: dict[str, Page] = {rule_id: INSTALLED.page(rule_id) for rule_id in RULES}


def examples(page: Page) -> Iterator[Example]:
    for section in re.split(r"^## ", page.body, flags=re.MULTILINE)[1:]:
        head, _, body = section.partition("\n")
        before: dict[str, str] = {}
        after: dict[str, str] = {}
        for language, rest, text in FENCE.findall(body):
            if language not in SUFFIXES:
                continue
            path = re.search(r"path=(\S+)", rest)
            if path and rest.endswith((" before", " after")):
                (before if rest.endswith(" before") else after)[path[1]] = text
                continue
            marked = {
                number
                for number, line in enumerate(text.splitlines(), 1)
                if (mark := MARK.search(line)) and page.rule in re.split(r"[ ,]+", mark[1])
            }
            yield Example(
                page.rule,
                head,
                path[1] if path else f"example.{SUFFIXES[language]}",
                text,
                frozenset(marked),
                tuple(before.items()),
                tuple(after.items()),
            )


EXAMPLES = [example for page in PAGES.values() for example in examples(page)]


def change_of(example: Example) -> Change:
    """Return the change that brings an example; what stands before it stays as it was."""
    if not example.before:
        return Change((ChangedFile(example.path, held(example.text.encode())),))
    before = {path: held(text.encode()) for path, text in example.before}
    stays = [
        ChangedFile(path, content, content, added=frozenset())
        for path, content in before.items()
        if path != example.path and path not in dict(example.after)
    ]
    brought = [
        ChangedFile(path, held(text.encode()), before.get(path))
        for path, text in (*example.after, (example.path, example.text))
    ]
    return Change((*stays, *brought), compares=True)


def view_of(*files: tuple[tuple[str, str], ...]) -> View:
    """Return a version of a project that consists of these files."""
    texts = {f"/shop/{path}": re.sub(r" *//.*", "", text).encode() for path, text in chain(*files)}
    return View(texts.__contains__, texts.__getitem__)


def told_by(example: Example) -> frozenset[int]:
    """Return the lines that are found of a change in what nonevent is told."""
    before = view_of(example.before)
    after = view_of(example.after, ((example.path, example.text),))
    said = told({}, "/shop", Sides("/shop", before, before, after))
    answers = TASK.judge.ask([FileFacts("", said.facts)])
    findings = complete(answers, INSTALLED, said.lines)
    return frozenset(
        finding.location.line
        for finding in findings
        if (finding.rule, finding.location.path) == (example.rule, example.path)
    )


def found(example: Example, persona: Persona | None = None) -> frozenset[int]:
    """Return the lines that the page's own persona hears of, or the given one."""
    if example.path.endswith(TOLD):
        return told_by(example)
    listens = persona or PAGES[example.rule].persona
    outcome = examine(change_of(example), TASK)
    assert outcome.notes == ()
    return frozenset(
        finding.location.line
        for finding in audible(outcome.findings, listens)
        if finding.rule == example.rule
    )


def test_the_built_in_rules_arrive_like_any_other_pack() -> None:
    assert RULES
    assert RULES.keys() <= INSTALLED.heads.keys()


@pytest.mark.parametrize("example", EXAMPLES, ids=str)
def test_exactly_the_marked_lines_are_found(example: Example) -> None:
    assert found(example) == example.marked


@pytest.mark.parametrize("rule_id", RULES)
def test_a_page_shows_a_fault_a_way_out_and_a_silence(rule_id: str) -> None:
    shown = {
        head: [
            example.marked
            for example in EXAMPLES
            if (example.rule, example.head) == (rule_id, head)
        ]
        for head in HEADS
    }

    assert any(shown["What it finds"])
    for head in ("What to do instead", "When it is silent"):
        assert shown[head]
        assert not any(shown[head])


@pytest.mark.parametrize("rule_id", RULES)
def test_a_weakness_is_one_that_reports_can_name(rule_id: str) -> None:
    assert set(PAGES[rule_id].cwe) <= set(NAMES)


@pytest.mark.parametrize("rule_id", RULES)
def test_a_mark_names_a_rule(rule_id: str) -> None:
    marks = [
        name
        for line in PAGES[rule_id].body.splitlines()
        if (mark := MARK.search(line))
        for name in re.split(r"[ ,]+", mark[1])
    ]

    assert [name for name in marks if name not in RULES] == []


@pytest.mark.parametrize("rule_id", RULES)
def test_the_type_a_rule_is_asked_about_is_that_of_its_parameter(rule_id: str) -> None:
    rule = RULES[rule_id]
    annotations = iter(rule.find.__annotations__.values())

    assert next(annotations) is rule.on
