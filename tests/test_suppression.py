"""Suppression comments: of which lines they speak, and what is said of those that fail."""

import importlib
from collections.abc import Iterable

import pytest

from nonevent.facts import Comment
from nonevent.finding import Confidence, Finding, Severity
from nonevent.location import Location
from nonevent.rule import Rule
from nonevent.suppression import Outcome, apply

WAIT, DROP = "call-without-timeout", "dropped-column"
KNOWN = {WAIT, DROP, "unbounded-timeout"}


def finding(line: int, end_line: int = 0, *, rule: str = WAIT, path: str = "a.py") -> Finding:
    place = Location(path, line, 1, end_line or line, 9)
    return Finding(rule, "x", place, "m", Severity.ERROR, Confidence.HIGH, "f")


def comments(source: str, path: str) -> tuple[Comment, ...]:
    """Return the comments of a source; each has one marker, the rest of the line is the comment."""
    found = []
    for number, line in enumerate(source.split("\n"), 1):
        code, marker, text = line.partition("-- " if path.endswith(".sql") else "# ")
        if marker:
            place = Location(path, number, len(code) + 1, number, len(line) + 1)
            found.append(Comment(text.strip(), place, not code.strip()))
    return tuple(found)


def spoken(source: str, findings: Iterable[Finding], path: str = "a.py") -> Outcome:
    return apply(
        findings,
        {path: comments(source, path)},
        {path: source},
        KNOWN,
        KNOWN,
        today="2026-11-23",
    )


def kept(source: str, *findings: Finding, path: str = "a.py") -> set[tuple[int, str]]:
    return {(one.location.line, one.rule) for one in spoken(source, findings, path).kept}


def said(source: str, *findings: Finding) -> set[tuple[int, str, str]]:
    """Return line, rule and message of what the family `nonevent` finds."""
    stems = (
        "expired_suppression",
        "suppression_without_reason",
        "unknown_suppression",
        "unused_suppression",
    )
    modules = (importlib.import_module(f"nonevent_rules.nonevent.{stem}") for stem in stems)
    rules: list[Rule] = [module.RULE for module in modules]
    return {
        (comment.location.line, rule.id, problem.message)
        for comment in spoken(source, findings).comments
        for rule in rules
        for problem in rule.find(comment)
    }


IGNORE = f"# nonevent: ignore[{WAIT}] the sidecar ends it"


@pytest.mark.parametrize(
    ("source", "place"),
    [
        pytest.param(f"get()  {IGNORE}", (1, 1), id="at the end of the line"),
        pytest.param(f"{IGNORE}\nget()", (2, 2), id="alone on the line above"),
        pytest.param(f"{IGNORE}\n\n# more\nget()", (4, 4), id="blank and comment lines between"),
        pytest.param(f"get(\n  a,\n)  {IGNORE}", (1, 1), id="on the statement's last line"),
        pytest.param(f"x = f(  {IGNORE}\n  get(a),\n)", (2, 2), id="on the statement's first line"),
        pytest.param(
            f"{IGNORE}\nx = f(\n  get(a),\n)", (3, 3), id="above a statement's first line"
        ),
        pytest.param(f"f(\n  {IGNORE}\n  get(a),\n)", (3, 3), id="above a line in a statement"),
        pytest.param(f"get(\n  a,  {IGNORE}\n  b)", (1, 3), id="on a line in the region"),
        pytest.param(f"def f():\n  '''a'''\n  get()  {IGNORE}", (3, 3), id="in a block"),
        pytest.param(f"get()  {IGNORE}\n)(", (1, 1), id="in a file that is not read to its end"),
        pytest.param(
            f"get()  # nonevent: ignore[{DROP}, {WAIT}] both", (1, 1), id="among several rules"
        ),
        pytest.param(f"get()  # nonevent:ignore [{WAIT}]: both", (1, 1), id="spaced otherwise"),
        pytest.param("s = '''\x0c\n'''\nget()  " + IGNORE, (3, 3), id="after a form feed"),
        pytest.param(
            f"# nonevent: ignore-file[{WAIT}] generated\nx()\nget()", (3, 3), id="for the file"
        ),
        pytest.param(f"get()\n# nonevent: ignore-file[{WAIT}] why", (1, 1), id="at its end"),
        pytest.param(
            f"get()  # nonevent: ignore[{WAIT}] until 2026-11-23 it goes", (1, 1), id="today"
        ),
        pytest.param(
            f"get()  # nonevent: ignore[{WAIT}] until it goes", (1, 1), id="until is a reason"
        ),
    ],
)
def test_a_suppression_with_a_reason_holds(source: str, place: tuple[int, int]) -> None:
    assert kept(source, finding(*place)) == set()


@pytest.mark.parametrize(
    ("source", "line"),
    [
        pytest.param(f"get()\nget()  {IGNORE}", 1, id="on the line below"),
        pytest.param(f"get()  {IGNORE}\nget()", 2, id="at the end of the line above"),
        pytest.param(f"{IGNORE}\nx()\nget()", 3, id="two lines above"),
        pytest.param(f"get()\n{IGNORE}", 1, id="alone on the line below"),
        pytest.param(f"f(\n  a,  {IGNORE}\n  get(),\n)", 3, id="in the middle of the statement"),
        pytest.param(f"with x:  {IGNORE}\n  get()", 2, id="on the head of a block"),
        pytest.param(f"get()  # nonevent: ignore[{WAIT}]", 1, id="without a reason"),
        pytest.param(f"get()  # nonevent: ignore[{WAIT}] -- ...", 1, id="with dots for a reason"),
        pytest.param(f"get()  # nonevent: ignore[{WAIT}]  # noqa: S113", 1, id="another's comment"),
        pytest.param(f"get()  # nonevent: ignore[{DROP}] why", 1, id="for another rule"),
        pytest.param(f"# nonevent: ignore-file[{DROP}] why\nget()", 2, id="another, for the file"),
        pytest.param(f"get()  # nonevent: ignore[{WAIT}] until 2026-11-22 why", 1, id="yesterday"),
        pytest.param(f"get()  # nonevent: ignore[{WAIT}] until 2027-01-31", 1, id="a day alone"),
        pytest.param(f"get()  # nonevent: ignore[{WAIT}] until 31.1.27 why", 1, id="no day"),
        pytest.param("get()  # nonevent: ignore[timeouts] why", 1, id="for a family"),
        pytest.param("get()  # nonevent: ignore because", 1, id="for no rule"),
        pytest.param(f"get()  # nonevent: disable[{WAIT}] why", 1, id="with another word"),
    ],
)
def test_a_finding_elsewhere_or_without_a_whole_suppression_stays(source: str, line: int) -> None:
    assert kept(source, finding(line)) == {(line, WAIT)}


def test_a_suppression_speaks_of_its_own_file() -> None:
    assert kept(f"get()  {IGNORE}", finding(1, path="b.py")) == {(1, WAIT)}


@pytest.mark.parametrize(
    ("source", "line"),
    [
        pytest.param("ALTER TABLE a\n  DROP b; -- {}", 1, id="behind the semicolon"),
        pytest.param("ALTER TABLE a\n  DROP b; -- {}", 2, id="on the operation's own line"),
        pytest.param("-- {}\nALTER TABLE a\n  DROP b;", 3, id="above the statement"),
        pytest.param("-- {}\n/* more */\nALTER TABLE a DROP b", 3, id="another comment between"),
        pytest.param("SELECT 1;\n-- {}\nALTER TABLE a\n  DROP b", 4, id="no last semicolon"),
    ],
)
def test_a_statement_of_sql_is_suppressed_from_its_ends(source: str, line: int) -> None:
    text = source.format(f"nonevent: ignore[{DROP}] nobody reads it")

    assert kept(text, finding(line, rule=DROP, path="a.sql"), path="a.sql") == set()


def test_a_suppression_ends_with_its_statement_of_sql() -> None:
    text = f"ALTER TABLE a DROP b; -- nonevent: ignore[{DROP}] why\nALTER TABLE a\n DROP c;"
    lines = [finding(line, rule=DROP, path="a.sql") for line in (1, 3)]

    assert kept(text, *lines, path="a.sql") == {(3, DROP)}


def test_suppressed_findings_are_counted() -> None:
    outcome = spoken(f"get()  {IGNORE}\nget()", [finding(1), finding(2)])

    assert (outcome.suppressed, outcome.kept) == ((finding(1),), (finding(2),))


@pytest.mark.parametrize(
    ("comment", "rule", "message"),
    [
        pytest.param(
            f"ignore[{WAIT}]",
            "suppression-without-reason",
            f"`nonevent: ignore[{WAIT}]` gives no reason, so it suppresses nothing",
            id="no reason",
        ),
        pytest.param(
            "ignore[call-without-timout] why",
            "unknown-suppression",
            "`call-without-timout` is the name of no rule, so it suppresses nothing",
            id="a slip",
        ),
        pytest.param(
            "ignore",
            "unknown-suppression",
            "`nonevent: ignore` names no rule, so it suppresses nothing",
            id="no brackets",
        ),
        pytest.param(
            "ignore[ , ] why",
            "unknown-suppression",
            "`nonevent: ignore` names no rule, so it suppresses nothing",
            id="empty brackets",
        ),
        pytest.param(
            "ingore[dropped-column] why",
            "unknown-suppression",
            "`nonevent: ingore` is no suppression, so it suppresses nothing",
            id="a slip in the word",
        ),
        pytest.param(
            "noqa",
            "unknown-suppression",
            "`nonevent: noqa` is no suppression, so it suppresses nothing",
            id="another tool's word",
        ),
        pytest.param(
            f"ignore[{DROP}] why",
            "unused-suppression",
            f"`{DROP}` finds nothing here, so the next fault in this place stays unseen",
            id="in no use",
        ),
        pytest.param(
            f"ignore[{WAIT}, {DROP}] why",
            "unused-suppression",
            f"`{DROP}` finds nothing here, so the next fault in this place stays unseen",
            id="one of two in no use",
        ),
        pytest.param(
            f"ignore[{WAIT}] until 2026-11-22 why",
            "expired-suppression",
            f"`nonevent: ignore[{WAIT}]` counted until 2026-11-22, so it suppresses nothing any "
            "more",
            id="run out",
        ),
        pytest.param(
            f"ignore[{WAIT}] until 31.1.27 why",
            "expired-suppression",
            f"`31.1.27` is no day, so `nonevent: ignore[{WAIT}]` suppresses nothing",
            id="no day",
        ),
        pytest.param(
            f"ignore[{WAIT}] until 2027-02-30 why",
            "expired-suppression",
            f"`2027-02-30` is no day, so `nonevent: ignore[{WAIT}]` suppresses nothing",
            id="a day that there is not",
        ),
        pytest.param(
            f"ignore[{WAIT}] until 2027-01-31",
            "suppression-without-reason",
            f"`nonevent: ignore[{WAIT}] until 2027-01-31` gives no reason, so it suppresses "
            "nothing",
            id="a day and no reason",
        ),
        pytest.param(
            "ignore-file",
            "unknown-suppression",
            "`nonevent: ignore-file` names no rule, so it suppresses nothing",
            id="no brackets for a file",
        ),
        pytest.param(
            f"ignore-file[{DROP}] why",
            "unused-suppression",
            f"`{DROP}` finds nothing here, so the next fault in this place stays unseen",
            id="a file in which nothing is found",
        ),
    ],
)
def test_what_a_suppression_fails_to_say_is_found(comment: str, rule: str, message: str) -> None:
    assert said(f"get()  # nonevent: {comment}", finding(1)) == {(1, rule, message)}


@pytest.mark.parametrize(
    "comment",
    [
        pytest.param(f"nonevent: ignore[{WAIT}] why", id="in use"),
        pytest.param(f"nonevent: ignore[{WAIT}] #412", id="a ticket for a reason"),
        pytest.param(f"nonevent: ignore[{WAIT}, {WAIT}] why", id="a rule named twice"),
        pytest.param("nonevent: the tool that reads this", id="prose"),
        pytest.param("nonevent: see docs", id="prose that begins with a short word"),
        pytest.param("nonevent:", id="nothing"),
        pytest.param("nonevent: [x] is done", id="a ticked box"),
    ],
)
def test_other_comments_are_no_findings(comment: str) -> None:
    assert said(f"get()  # {comment}", finding(1)) == set()


def test_a_rule_that_did_not_run_leaves_nothing_unused() -> None:
    source = f"get()  # nonevent: ignore[{WAIT}, {DROP}] why"

    outcome = apply([], {"a.py": comments(source, "a.py")}, {"a.py": source}, KNOWN, {DROP})

    assert [comment.unused for comment in outcome.comments] == [(DROP,)]


def test_a_file_whose_text_is_not_at_hand_is_judged_by_its_lines() -> None:
    source = f"get()  {IGNORE}"

    outcome = apply([finding(1)], {"a.py": comments(source, "a.py")}, {}, KNOWN, KNOWN)

    assert outcome.kept == ()
