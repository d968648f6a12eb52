"""What all HTML pages are made of: the document around them, its policy, tables and addresses.

A page asks for nothing: no script, no font, no picture from elsewhere, and says so in a
Content-Security-Policy of its own.
"""

import base64
from collections.abc import Iterable, Iterator, Sequence
from types import MappingProxyType

from nonevent.finding import SEVERITIES, Severity
from nonevent.reports.html_style import STYLE
from nonevent.reports.inert import address, spans
from nonevent.reports.markup import Html, element, joined

__all__ = [
    "SHADE",
    "bar",
    "body",
    "described",
    "document",
    "rows",
    "section",
    "sentence",
    "table",
    "tag",
    "where",
]

SHADE = MappingProxyType({word: len(SEVERITIES) - at for at, word in enumerate(SEVERITIES)})


def document(title: str, version: str, top: Html, parts: Iterable[Html], foot: Html) -> str:
    """Return the whole page, the same bytes for the same parts."""
    policy = f"default-src 'none'; style-src 'sha256-{_hash(STYLE)}'; base-uri 'none'"
    head = element(
        "head",
        element("meta", charset="utf-8"),
        element("meta", http_equiv="Content-Security-Policy", content=policy),
        element("meta", name="viewport", content="width=device-width, initial-scale=1"),
        element("meta", name="generator", content=f"nonevent {version}"),
        element("title", title),
        element("style", Html(STYLE)),
    )
    skip = element("a", "Skip to the findings", href="#main", class_="skip")
    main = element("main", *filter(None, parts), id="main")
    whole = element("html", head, element("body", skip, top, main, foot), lang="en")
    return f"<!doctype html>\n{whole}\n"


def _hash(text: str) -> str:
    import hashlib

    return base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()


def section(title: str, *parts: str, name: str = "", wide: bool = False) -> Html:
    """Return a section under a heading; `name` is its id, a phone leaves out one that is `wide`."""
    told = {"id": name} if name else {}
    told |= {"class_": "wide"} if wide else {}
    return element("section", element("h2", title), *parts, **told)


def table(
    label: str,
    heads: Sequence[str],
    bodies: Sequence[Html],
    *,
    numbers: Sequence[int] = (),
    wide: Sequence[int] = (),
    fixed: bool = False,
) -> Html:
    """Return a table of `tbody` elements.

    Columns of `numbers` stand to the right; a phone leaves out those that are `wide`.
    """
    cells = [
        element("th", head, scope="col", class_=kind)
        if (
            kind := " ".join([*(["n"] if at in numbers else []), *(["wide"] if at in wide else [])])
        )
        else element("th", head, scope="col")
        for at, head in enumerate(heads)
    ]
    top = element("thead", element("tr", *cells))
    whole = element("table", top, *bodies, class_="fixed" if fixed else "free")
    return element("div", whole, class_="scroll", tabindex=0, role="region", aria_label=label)


def body(rows_: Iterable[Html]) -> list[Html]:
    """Return rows as the one body of a table."""
    return [element("tbody", *rows_)]


def rows(
    lines: Iterable[Sequence[str]], *, numbers: Sequence[int] = (), wide: Sequence[int] = ()
) -> Iterator[Html]:
    """Yield a row for each line of cells, aligned as the table's heads are."""
    for line in lines:
        cells = []
        for at, cell in enumerate(line):
            kind = [*(["n"] if at in numbers else []), *(["wide"] if at in wide else [])]
            told = {"class_": " ".join(kind)} if kind else {}
            cells.append(element("td", cell, **told))
        yield element("tr", *cells)


def where(path: str, line: int = 0) -> Html:
    """Return an address that breaks after its folders where it has to."""
    parts = address(path, line).split("/")
    told: list[str] = []
    for part in parts[:-1]:
        told += [f"{part}/", element("wbr")]
    return joined([*told, parts[-1]])


def sentence(text: str) -> Iterator[Html]:
    """Yield a sentence of ours with its code spans as code."""
    for part, is_code in spans(text):
        yield element("code", part) if is_code else joined([part])


def tag(severity: Severity) -> Html:
    """Return a severity in its colour."""
    return element("span", severity, class_=f"tag s{SHADE[severity]}")


def described(said: Iterable[tuple[str, str]]) -> Html:
    """Return names with what is said of each."""
    items = [part for word, told in said for part in (element("dt", word), element("dd", told))]
    return element("dl", *items)


def bar(share: float, shade: int) -> Html:
    """Return a bar for a share from 0 to 1; the number stands beside it, so it says nothing."""
    full = element("rect", width=100, height=8, rx=1, class_="rest")
    part = element("rect", width=round(100 * share, 1), height=8, rx=1, class_=f"s{shade}")
    shape = {"viewBox": "0 0 100 8", "preserveAspectRatio": "none"}
    return element("svg", full, part, class_="bar", aria_hidden="true", **shape)
