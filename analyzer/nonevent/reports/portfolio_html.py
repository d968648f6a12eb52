"""Many repositories as one HTML page: where to begin, and a way to the page of each."""

from collections.abc import Sequence
from shlex import join
from urllib.parse import quote

from nonevent.inventory import Portfolio
from nonevent.readiness import FORMULA, open_holders
from nonevent.reports.html_map import Tile, picture, shade
from nonevent.reports.html_page import bar, body, described, document, rows, section, table
from nonevent.reports.html_trend import small
from nonevent.reports.markup import Html, element, joined
from nonevent.reports.portfolio_sums import ANSWERS, Row, families, kinds, steps
from nonevent.reports.portfolio_sums import rows as found_in
from nonevent.reports.summary import counted

__all__ = ["render"]

SHADES = (3, 2, 0)  # of the answers


def render(portfolio: Portfolio) -> str:
    """Return the document, the same bytes for the same portfolio."""
    found = found_in(portfolio)
    title = f"Deployment readiness of {counted(len(found), 'repository')}"
    parts = (
        _map(found),
        _table(found),
        _kinds(found),
        _plan(found),
        _unread(portfolio),
        _again(portfolio),
    )
    foot = element("footer", element("p", FORMULA))
    return document(title, portfolio.version, _top(title, found, portfolio), parts, foot)


def _top(title: str, found: Sequence[Row], portfolio: Portfolio) -> Html:
    lines = sum(row.now.lines for row in found)
    files = sum(row.now.files for row in found)
    facts = f"{files:,} files, {lines:,} lines of code"
    ready = sum(row.answer > 0 for row in found)
    score = element("span", f"{ready} of {len(found)}", class_="score small")
    figure = element("div", score, element("p", "may run two replicas"), class_="figure")
    said = []
    for at, word in enumerate(ANSWERS):
        names = [row.entry.name for row in found if row.answer == at]
        if names:
            tag = element("span", f"{len(names)} {word}", class_=f"tag s{SHADES[at]}")
            said.append(element("p", tag, " ", ", ".join(names)))
    total = families(found)
    if total:
        things = ", ".join(f"{count:,} {name}" for name, count in total.items())
        said.append(element("p", f"Open things by family: {things}.", class_="soft"))
    left = [entry for entry in portfolio.entries if entry.inventory is None]
    if left:
        said.append(element("p", f"{counted(len(left), 'repository')} not read.", class_="soft"))
    return element(
        "header",
        element("h1", title),
        element("p", facts, class_="soft"),
        element("div", figure, element("div", *said), class_="verdict"),
    )


def _map(found: Sequence[Row]) -> Html:
    tiles = [
        Tile(
            row.entry.name,
            row.now.lines,
            str(row.now.readiness),
            f"{row.entry.name}: readiness {row.now.readiness}, {row.now.lines:,} lines",
            shade(open_holders(row.inventory)),
            f"#{_id(row)}",
        )
        for row in sorted(found, key=lambda row: (-row.now.lines, row.entry.name))
        if row.now.lines
    ]
    if not tiles:
        return Html("")
    return picture(
        "Where to look",
        "Area is lines of code, colour the worst found, the number the readiness.",
        "Repositories with their readiness",
        tiles,
    )


def _id(row: Row) -> str:
    return "-".join(["repository", *row.entry.name.split()])


def _table(found: Sequence[Row]) -> Html:
    total = families(found)
    trends = any(row.inventory.trend for row in found)
    lines = []
    for row in found:
        mine = dict(row.now.families)
        score = row.now.readiness
        drawn = bar(score / 100, SHADES[row.answer])
        cells = [
            element("th", _name(row), scope="row"),
            element("td", f"{score} ", drawn, class_="n"),
            *([element("td", small(row.inventory), class_="wide")] if trends else []),
            element("td", ANSWERS[row.answer], class_="wide"),
            element("td", str(row.now.blockers or ""), class_="n"),
            *(element("td", str(mine.get(name, 0) or ""), class_="n wide") for name in total),
            element("td", f"{row.now.lines:,}", class_="n wide"),
        ]
        lines.append(element("tr", *cells, id=_id(row)))
    more = ("Trend",) if trends else ()
    names = [name.capitalize() for name in total]
    heads = ("Repository", "Readiness", *more, "Two replicas", "Blockers", *names, "Lines")
    shift = len(more)
    numbers = (1, *range(3 + shift, len(heads)))
    wide = (*((2,) if trends else ()), 2 + shift, *range(4 + shift, len(heads)))
    blockers = f"{sum(row.now.blockers for row in found):,}"
    last = element(
        "tr",
        element("th", "All", scope="row"),
        element("td", "", class_="n"),
        *(element("td", "", class_="wide") for _ in range(1 + shift)),
        element("td", blockers, class_="n"),
        *(element("td", f"{each:,}", class_="n wide") for each in total.values()),
        element("td", f"{sum(row.now.lines for row in found):,}", class_="n wide"),
        class_="sum",
    )
    told = table("Repositories", heads, body([*lines, last]), numbers=numbers, wide=wide)
    return section("Repositories, the least ready first", told, name="held")


def _name(row: Row) -> Html:
    if not row.entry.file:
        return joined([row.entry.name])
    return element("a", row.entry.name, href=quote(row.entry.file))


def _kinds(found: Sequence[Row]) -> Html:
    lines = [
        (
            joined([kind.title, " ", element("small", kind.rule)]),
            kind.family,
            f"{kind.repositories:,}",
            f"{kind.things:,}",
        )
        for kind in kinds(found)
    ]
    if not lines:
        return Html("")
    heads = ("What", "Family", "Repositories", "Things")
    told = body(rows(lines, numbers=(2, 3), wide=(1,)))
    return section("What most of them have", table("Kinds", heads, told, numbers=(2, 3), wide=(1,)))


def _plan(found: Sequence[Row]) -> Html:
    lines = [
        (
            joined([f"{at}. ", element("strong", each.title)]),
            f"{each.repositories:,}",
            f"{each.things:,}",
        )
        for at, each in enumerate(steps(found), 1)
    ]
    if not lines:
        return Html("")
    heads = ("Step", "Repositories", "Things")
    told = table("What first", heads, body(rows(lines, numbers=(1, 2))), numbers=(1, 2))
    return section("What first", told)


def _unread(portfolio: Portfolio) -> Html:
    lines = [(entry.path, entry.error) for entry in portfolio.entries if entry.inventory is None]
    if not lines:
        return Html("")
    told = table("Not read", ("Repository", "Why"), body(rows(lines)))
    return section("Not read", told)


def _again(portfolio: Portfolio) -> Html:
    command = join(("nonevent", *portfolio.arguments))
    said = (("Command", element("code", command)), ("Version", f"nonevent {portfolio.version}"))
    return section("How to reproduce", described(said))
