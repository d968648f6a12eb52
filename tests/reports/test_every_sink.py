"""Whatever the analysed code says, no reader of a report obeys it: each payload, each format."""

import json
import re
import unicodedata
from collections.abc import Callable, Iterator
from html.parser import HTMLParser
from typing import Any

import pytest
from junitparser import JUnitXml
from markdown_it import MarkdownIt
from markdown_it.token import Token

from nonevent.audit import take
from nonevent.edit import Fix, Replacement
from nonevent.finding import Finding, Related, Suppressed
from nonevent.inventory import Area, Inventory, Moment
from nonevent.location import Location
from nonevent.note import Note, NoteKind
from nonevent.prospect import Precedent, Reason, Risk
from nonevent.report import Gone, Origin, Report
from nonevent.reports import (
    FORMATS,
    inventory_html,
    inventory_json,
    inventory_markdown,
    inventory_text,
    render,
)
from nonevent.reports.markdown import MOST
from nonevent.reports.risk_text import lines

PAYLOADS = {
    "every control character": "".join(map(chr, [*range(32), *range(127, 160)])),
    "colours and a cleared screen": "\x1b[31m\x1b[2J\x1b[H\x9b31mred",
    "a link of a terminal": "\x1b]8;;https://evil.example\x1b\\here\x1b]8;;\x1b\\",
    "a title of a terminal": "\x1b]0;owned\x07",
    "a command of GitHub": "x\n::error file=a.py,line=1::owned",
    "an indented one": "x\r\n \t::add-mask::e",
    "one at the start": "::set-output name=a::b",
    "one behind an escape": "%0A::error::owned%0D%0A",
    "one that ends all others": "x\n::stop-commands::t\n",
    "the older form": "##[error]owned ##[add-matcher]x",
    "a command of Azure": "##vso[task.setvariable variable=PATH]evil",
    "a command of TeamCity": "##teamcity[buildStatus status='SUCCESS']",
    "an expression of a workflow": "${{ github.token }} $(id) `id`",
    "a mention": "@octocat and @org/team, a@b.example",
    "references": "#12 GH-12 org/repo#12 6bd66b9f3c0f5d1ce0d7a5a8d3b6f6a0a1f0c2d4",
    "addresses": "https://evil.example www.evil.example mailto:a@b.example <https://evil.example>",
    "a link": "[click](https://evil.example) [a]: https://evil.example [a]",
    "a link of a scheme": "[x](javascript:alert(1)) ](vscode://evil)",
    "a reference to a place": "[x](1) ](2)",
    "an image": "![x](https://evil.example/pixel.png)",
    "elements": "<img src=x onerror=alert(1)><script>alert(1)</script><a href=//evil>x</a>",
    "an end of ours": "</details></summary></sub></td></table>--><!-- nonevent:summary -->",
    "emphasis": "**bold** _under_ ~~struck~~ $math$ \\* &lt;b&gt; &#64;",
    "a table": "a | b | c\n|---|---|\n| d",
    "blocks": "\n# head\n- item\n> quote\n```\ncode\n```\n---\n    code",
    "a span that ends early": "a` <b>@octocat</b> `b",
    "many ends of spans": "``` `` ` <img src=x> ` `` ```",
    "an end of CDATA": "]]><failure/><![CDATA[",
    "an entity": "<!DOCTYPE x [<!ENTITY e SYSTEM 'file:///etc/passwd'>]>&e;",
    "quotes": "\"'</script><!--\\\"'",
    "another direction of writing": "\u202eevil\u2066\u2067\u2069\u200f",
    "what nobody sees": "a\u200b\u200d\ufeff\u00ad\u3164\u115f\ufe0f\U000e0041b",
    "other line breaks": "a\u2028::error::x\u2029b\x0b\x0c\x85c",
    "half a character": "\ud83d x \udce9 \udfff",
    "no characters at all": "\x00\ufffe\uffff\U0010ffff",
    "a hundred thousand characters": "A@<" * 35_000,
}
BY_PAYLOAD = pytest.mark.parametrize("payload", PAYLOADS.values(), ids=PAYLOADS)
INVENTORIES: dict[str, Callable[[Inventory], str]] = {
    "text": lambda audited: inventory_text.render(audited, whole=True),
    "markdown": inventory_markdown.render,
    "json": inventory_json.render,
    "html": inventory_html.render,
}
BY_NAME = pytest.mark.parametrize("name", FORMATS)
# What a terminal or an eye does not take as it stands: controls, formats, surrogates, separators.
UNSEEN = ("Cc", "Cf", "Cs", "Zl", "Zp")
# "a.py" is no link on GitHub; "www." is looked for below
READER = MarkdownIt("gfm-like", {"html": True})
if READER.linkify is not None:
    READER.linkify.set({"fuzzy_link": False})


def attacked(whole: Report, payload: str) -> Report:
    """Return a report in which all that analysed code can choose is the payload."""
    path = f"shop/{payload}.py"
    place = Location(path, 1, 1, 1, 9)
    related = (
        Related(place, f"`{payload}` is made here"),
        Related(Location(payload, 2, 1, 2, 2), payload, before=payload, side=payload),
    )
    fix = Fix(f"Pass `{payload}`", True, (Replacement(place, payload),))

    def evil(found: Finding) -> Finding:
        subject = found.subject and found.subject._replace(
            name=payload, how=payload, scope=payload, holds=payload, made=place
        )
        return found._replace(
            location=place,
            message=f"`{payload}` is changed {payload} here",
            remedy=f"Keep `{payload}` {payload}",
            related=related,
            fix=fix,
            subject=subject,
        )

    findings = tuple(map(evil, whole.findings))
    return whole._replace(
        findings=findings,
        notes=(Note(path, NoteKind.SYNTAX, payload, 3), Note("", NoteKind.PATCH, payload)),
        sources={path: f"{payload}\n" * 3},
        silenced=(Suppressed(evil(whole.silenced[0].finding), payload, "", payload, place),),
        baselined=(Suppressed(evil(whole.baselined[0].finding), payload, payload, payload),),
        gone=(Gone(payload, payload),),
        arguments=("check", payload),
        origin=Origin("https://example.org/x", "1" * 40, payload),
        risk=Risk(
            bad=0.2,
            rollback=0.1,
            hotfix=0.1,
            usual=0.1,
            band="usual",
            rank=0.5,
            blockers=1,
            readiness=50.0,
            reasons=(Reason("size", 0.2, (payload,)),),
            alternatives=(),
            precedents=(Precedent("1" * 40, payload, "2026-11-23", payload, ("size",)),),
            knows=payload,
            measured="other organisations",
            model="1" * 12,
            place=path,
            missing=payload,
        ),
    )


def executed(text: str) -> list[str]:
    """Return the lines in which a build server looks for a command."""
    return [
        row
        for row in text.split("\n")
        if row.lstrip().startswith("::") or re.search(r"##\w*\[", row)
    ]


@BY_PAYLOAD
@BY_NAME
def test_nothing_moves_a_cursor_hides_or_is_a_command(
    name: str, payload: str, whole: Report
) -> None:
    text = render(attacked(whole, payload), name)
    commands = [row.split(" ")[0] for row in executed(text)]

    assert {one for one in set(text) if unicodedata.category(one) in UNSEEN} == {"\n"}
    assert commands == (
        ["::error", "::error", "::warning", "::notice", "::notice"] if name == "github" else []
    )


@BY_PAYLOAD
@pytest.mark.parametrize("color", [False, True], ids=["plain", "coloured"])
def test_a_terminal_gets_our_colours_and_no_other_codes(
    payload: str, whole: Report, *, color: bool
) -> None:
    text = render(attacked(whole, payload), "full", color=color)
    left = re.sub(r"\x1b\[(0|1|1;3[1236])m", "", text)

    assert (left != text) == color
    assert {one for one in set(left) if unicodedata.category(one) in UNSEEN} == {"\n"}


@BY_PAYLOAD
def test_the_risk_is_told_without_codes(payload: str, whole: Report) -> None:
    risk = attacked(whole, payload).risk
    assert risk is not None

    for line in lines(risk):
        assert line.isprintable()
        assert executed(line) == []


def tokens(markdown: str) -> Iterator[Token]:
    """Yield what a reader of Markdown takes the text for."""
    for block in READER.parse(markdown):
        yield block
        yield from block.children or ()


LINKED = re.compile(r"@|#\d|GH-\d|://|www\.|\b[0-9a-f]{7,40}\b")
OURS = re.compile(
    r"(?:<!-- nonevent:summary -->|<details><summary>\d+ not analysed</summary>|</details>"
    r"|</?sub>)\n?"
)


def inert(markdown: str, *, links: str = r"\Z.") -> Iterator[str]:
    """Yield what a text of ours has that only we may write."""
    for token in tokens(markdown):
        if token.type in {"html_inline", "html_block"} and not OURS.fullmatch(token.content):
            yield f"element {token.content}"
        if token.type == "image":
            yield f"image {token.attrs}"
        if token.type == "link_open" and not re.fullmatch(links, str(token.attrs["href"])):
            yield f"link {token.attrs}"
        if token.type in {"fence", "code_block", "blockquote_open", "hr", "em_open", "s_open"}:
            yield token.type
        if token.type == "text" and LINKED.search(token.content):
            yield f"text {token.content}"


@BY_PAYLOAD
def test_a_comment_has_our_markup_alone(payload: str, whole: Report) -> None:
    text = render(attacked(whole, payload), "markdown")
    cells = [token for token in tokens(text) if token.type == "td_open"]

    assert list(inert(text)) == []
    assert len(text) <= MOST
    assert len(cells) == 4 * len(whole.findings)


def messages(document: Any) -> Iterator[dict[str, str]]:
    """Yield each object of a SARIF log that has a text for people in Markdown."""
    if isinstance(document, dict):
        if "markdown" in document:
            yield document
        for value in document.values():
            yield from messages(value)
    elif isinstance(document, list):
        for value in document:
            yield from messages(value)


@BY_PAYLOAD
def test_a_message_of_sarif_links_to_our_places_alone(payload: str, whole: Report) -> None:
    log = json.loads(render(attacked(whole, payload), "sarif"))
    (run,) = log["runs"]
    for part in ("results", "invocations"):
        for one in messages(run[part]):
            found = re.findall(r"(?<!\\)\]\((.*?)\)", one["text"])

            assert list(inert(one["markdown"], links=r"\d+")) == []
            assert [link for link in found if not link.isdigit()] == []
            assert one["text"].isprintable()
    for artifact in run["artifacts"]:
        assert re.fullmatch(r"[\w.~/%-]+", artifact["location"]["uri"], re.ASCII)


@BY_PAYLOAD
def test_reviewdog_gets_markdown_that_is_inert(payload: str, whole: Report) -> None:
    read = json.loads(render(attacked(whole, payload), "rdjson"))
    said = [one["message"] for one in read["diagnostics"]]
    said += [each["message"] for one in read["diagnostics"] for each in one["related_locations"]]

    assert [fault for text in said for fault in inert(text)] == []


@BY_PAYLOAD
def test_junit_is_read_back_as_it_was_meant(payload: str, whole: Report) -> None:
    text = render(attacked(whole, payload), "junit")
    read = JUnitXml.fromstring(text.encode())
    (suite,) = read
    shown = [
        part
        for case in suite
        for part in (case.name, case.classname, *(each.text or "" for each in case.result))
    ]

    assert (read.tests, read.failures, read.skipped) == (6, 3, 2)
    assert [case.is_skipped for case in suite] == [False, False, False, True, True, False]
    assert [part for part in shown if not part.replace("\n", "").isprintable()] == []


@BY_PAYLOAD
@pytest.mark.parametrize("name", ["gitlab", "sonar"])
def test_what_a_server_shows_is_one_visible_line(name: str, payload: str, whole: Report) -> None:
    read = json.loads(render(attacked(whole, payload), name))
    if name == "gitlab":
        shown = [entry["description"] for entry in read]
    else:
        places = [issue["primaryLocation"] for issue in read["issues"]]
        places += [each for issue in read["issues"] for each in issue["secondaryLocations"]]
        shown = [place["message"] for place in places]

    assert [text for text in shown if not text.isprintable()] == []


@BY_PAYLOAD
@pytest.mark.parametrize("name", ["json", "jsonl"])
def test_programs_get_the_text_as_it_is(name: str, payload: str, whole: Report) -> None:
    report = attacked(whole, payload)
    text = render(report, name)
    if name == "json":
        found = json.loads(text)["findings"]
    else:
        objects = [json.loads(line) for line in text.splitlines()]
        found = [one for one in objects if one["type"] == "finding"]
    expected = [re.sub(r"[\ud800-\udfff]", _escaped, each.message) for each in report.findings]

    assert [one["message"] for one in found] == expected


def inventory(whole: Report, payload: str) -> Inventory:
    """Return an audit of it, whose folder, commits and languages are attacks as well."""
    report = attacked(whole, payload)
    moment = Moment(payload, "1" * 40, "2026-03-14", 50, 1, (("state", 1),), 1, 1)
    return take(report, (), (Area(payload, 1, 10),))._replace(
        project=payload, digest=payload, unread=((payload, 2),), trend=(moment, moment)
    )


@BY_PAYLOAD
@pytest.mark.parametrize("form", ["text", "markdown", "json", "html"])
def test_an_audit_moves_no_cursor_and_is_no_command(form: str, payload: str, whole: Report) -> None:
    text = INVENTORIES[form](inventory(whole, payload))

    assert {one for one in set(text) if unicodedata.category(one) in UNSEEN} == {"\n"}
    assert executed(text) == []


@BY_PAYLOAD
def test_an_audit_in_markdown_has_our_markup_alone(payload: str, whole: Report) -> None:
    text = inventory_markdown.render(inventory(whole, payload))
    ours = re.compile(r"</?(?:details|summary)>(?:How this number is made</summary>)?.*", re.DOTALL)

    assert [fault for fault in inert(text) if not ours.fullmatch(fault.partition(" ")[2])] == []


class Page(HTMLParser):
    """What a browser would do with a page beyond showing it."""

    def __init__(self) -> None:
        super().__init__()
        self.faults: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Note what acts or asks for something."""
        if tag in {"script", "img", "iframe", "object", "base", "link", "form", "template"}:
            self.faults.append(tag)
        for name, value in attrs:
            if name.startswith("on") or name in {"src", "style", "srcdoc"}:
                self.faults.append(name)
            if name == "href" and not str(value).startswith("#"):
                self.faults.append(str(value))


@BY_PAYLOAD
def test_a_page_of_an_audit_does_nothing_by_itself(payload: str, whole: Report) -> None:
    page = Page()
    page.feed(inventory_html.render(inventory(whole, payload)))

    assert page.faults == []


def _escaped(half: re.Match[str]) -> str:
    return f"\\u{ord(half.group()):04x}"
