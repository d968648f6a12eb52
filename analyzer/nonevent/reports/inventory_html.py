"""The inventory as one HTML file: for an architect, on a screen, a phone or paper."""

from collections.abc import Iterator

from nonevent.finding import SEVERITIES
from nonevent.inventory import Inventory
from nonevent.note import Note
from nonevent.readiness import FORMULA, phases, weight
from nonevent.reports.html_ahead import ahead_of
from nonevent.reports.html_evidence import evidence
from nonevent.reports.html_held import areas, held, set_aside
from nonevent.reports.html_map import map_of
from nonevent.reports.html_page import body, described, document, rows, section, table
from nonevent.reports.html_trend import sparkline, trend
from nonevent.reports.inert import whereabouts
from nonevent.reports.markup import Html, element, joined
from nonevent.reports.order import folded
from nonevent.reports.summary import counted
from nonevent.reports.verdict import LITERAL, about, again, unlooked, verdict

__all__ = ["render"]

LISTED = 100  # files that are not analysed; what is listed nowhere else is in JSON


def render(inventory: Inventory) -> str:
    """Return the document, the same bytes for the same inventory."""
    title = f"Deployment readiness of {inventory.project or 'this code base'}"
    parts = (
        map_of(inventory),
        held(inventory),
        _plan(inventory),
        trend(inventory),
        ahead_of(inventory),
        areas(inventory),
        evidence(inventory),
        set_aside(inventory),
        _unseen(inventory),
        _again(inventory),
    )
    return document(title, inventory.version, _top(inventory, title), parts, _foot())


def _top(inventory: Inventory, title: str) -> Html:
    told = verdict(inventory)
    formula = element(
        "details", element("summary", "How this number is made"), element("p", FORMULA)
    )
    score = element("span", str(told.score), class_="score")
    figure = element("div", score, element("p", "of 100", *_since(inventory)), class_="figure")
    said = [
        element("p", element("strong", told.said), class_="said"),
        element("p", told.more),
        *([element("p", told.left_out, class_="soft")] if told.left_out else []),
        formula,
    ]
    return element(
        "header",
        element("h1", title),
        element("p", ", ".join(about(inventory)), class_="soft"),
        element("div", figure, element("div", *said), sparkline(inventory), class_="verdict"),
    )


def _since(inventory: Inventory) -> Iterator[str]:
    """Yield how the number was before, where that is known."""
    if inventory.trend:
        first = inventory.trend[0]
        change = verdict(inventory).score - first.readiness
        word = f"up {change}" if change > 0 else f"down {-change}" if change < 0 else "as"
        yield f", {word} since {first.name}"


def _plan(inventory: Inventory) -> Html:
    steps = phases(inventory)
    if not steps:
        return Html("")
    lines = []
    for number, step in enumerate(steps, 1):
        places = [place for holder in step.holders for place in holder.places if not place.reason]
        files = {place.finding.location.path for place in places}
        met = [weight(holder) for holder in step.holders]
        worst = [counted(met.count(word), word) for word in SEVERITIES if word in met]
        title = joined(list(_titled(step.title)))
        lines.append(
            (
                joined([f"{number}. ", element("strong", title)]),
                joined([", ".join(worst)]),
                f"{len(files):,}",
                str(step.after),
            )
        )
    heads = ("Step", "Clears", "Files", "Readiness then")
    listed = body(rows(lines, numbers=(2, 3), wide=(1, 2)))
    told = table("What first", heads, listed, numbers=(2, 3), wide=(1, 2))
    return section("What first", told)


def _titled(title: str) -> Iterator[str]:
    """Yield the title of a step, its command as code."""
    command = "nonevent check --fix"
    before, found, after = title.partition(command)
    yield before
    if found:
        yield element("code", command)
    yield after


def _unseen(inventory: Inventory) -> Html:
    notes = list(folded(inventory.notes).items())
    parts = [element("p", text) for text in unlooked(inventory)]
    if notes:
        lines = [(_where(*each), each[0].message) for each in notes[:LISTED]]
        parts.append(table("Not analysed", ("Where", "Why"), body(rows(lines)), fixed=True))
    if len(notes) > LISTED:
        parts.append(element("p", f"{len(notes) - LISTED} more; --output json has all."))
    return section("What was not analysed", *parts)


def _where(note: Note, more: int) -> str:
    return f"{whereabouts(note)}, and {counted(more, 'more place')}" if more else whereabouts(note)


def _again(inventory: Inventory) -> Html:
    """Return how to get the same report."""
    items = [
        (word, element("code", said) if word in LITERAL else said)
        for word, said in again(inventory)
    ]
    return section("How to reproduce", described(items))


def _foot() -> Html:
    return element(
        "footer",
        element(
            "p",
            element("code", "nonevent explain RULE"),
            " says why a rule finds what it does; its name stands in each piece of evidence.",
        ),
    )
