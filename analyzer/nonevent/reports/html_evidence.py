"""The evidence of an inventory in HTML: for each rule its places, with their lines and chains."""

from collections.abc import Iterator, Mapping, Sequence

from nonevent.inventory import Holder, Inventory, Place
from nonevent.location import Location
from nonevent.reports.frame import split_lines
from nonevent.reports.html_page import sentence, tag, where
from nonevent.reports.inert import address, shown
from nonevent.reports.markup import Html, element, joined
from nonevent.reports.summary import counted

__all__ = ["anchor", "evidence"]

FRAMES = 12  # places of a rule that are shown with their lines; the others are listed
LISTED = 200  # of those; `--output json` has all
AROUND = 2  # lines above and below
MOST = 6  # lines of a region
LONGEST = 160  # characters of a line

Lines = Mapping[str, Sequence[str]]


def evidence(inventory: Inventory) -> Html:
    """Return the section, a folded part for each rule, the worst first."""
    rules = list(dict.fromkeys(holder.rule for holder in inventory.holders))
    if not rules:
        return Html("")
    lines = {path: split_lines(text) for path, text in inventory.sources.items()}
    parts = [_rule(rule, inventory, lines) for rule in rules]
    return element("section", element("h2", "Evidence"), *parts)


def anchor(rule: str) -> str:
    """Return the id of the part that a rule has."""
    return f"rule-{rule}"


def _rule(rule: str, inventory: Inventory, lines: Lines) -> Html:
    page = inventory.pages.get(rule)
    holders = [holder for holder in inventory.holders if holder.rule == rule]
    places = [(holder, place) for holder in holders for place in holder.places]
    title = f"{page.title if page else rule}: {counted(len(places), 'place')}"
    shown_ones, rest = places[:FRAMES], places[FRAMES : FRAMES + LISTED]
    first = {id(holder): place for holder, place in reversed(shown_ones)}
    parts = [
        element("summary", element("h3", title)),
        element("p", element("code", rule), " ", *sentence(page.summary if page else "")),
        *(
            _place(holder, place, lines, whole=first[id(holder)] is place)
            for holder, place in shown_ones
        ),
    ]
    if rest:
        items = [element("li", *_line(holder, place)) for holder, place in rest]
        parts.append(element("ul", *items))
    left = len(places) - len(shown_ones) - len(rest)
    if left:
        parts.append(element("p", f"{left} more; --output json has all."))
    return element("details", *parts, id=anchor(rule))


def _line(holder: Holder, place: Place) -> Iterator[str]:
    location = place.finding.location
    yield where(location.path, location.line)
    yield " "
    yield element("code", holder.name)


def _place(holder: Holder, place: Place, lines: Lines, *, whole: bool) -> Html:
    """Return a place with its lines; where the thing is made is shown with the first alone."""
    found = place.finding
    parts = [
        element(
            "p",
            element("strong", where(found.location.path, found.location.line)),
            " ",
            tag(found.severity),
            f" suppressed: {place.reason}" if place.reason else "",
        ),
        element("p", *sentence(found.message)),
        _frame(found.location, lines.get(found.location.path, ())),
    ]
    if holder.location != found.location:
        made = where(holder.location.path, holder.location.line)
        parts.append(element("p", element("small", "made at ", made)))
        if whole:
            parts.append(_frame(holder.location, lines.get(holder.location.path, ())))
    parts += _reached(place)
    if found.remedy:
        parts.append(element("p", element("strong", "Do: "), *sentence(found.remedy)))
    return element("div", *parts, class_="place")


def _reached(place: Place) -> Iterator[Html]:
    """Yield how the place is reached, from the request to it."""
    reach = place.finding.subject.reach if place.finding.subject else ()
    items = []
    for each in reach[:3]:
        way = " → ".join(address(place.path, place.line) for place in each.chain)
        entry = each.entry or "the module"
        items.append(element("li", f"{each.role} ", element("code", entry), f": {way}"))
    if items:
        yield element("p", element("small", "reached from"))
        yield element("ul", *items, class_="chain")


def _frame(place: Location, lines: Sequence[str]) -> Html:
    """Return the lines around a place, those of its region marked."""
    last = min(place.end_line, place.line + MOST - 1)
    first = max(1, place.line - AROUND)
    rows = []
    for number in range(first, min(len(lines), last + AROUND) + 1):
        text = _code(lines[number - 1])
        row = joined([f"{number:>5}  ", text])
        rows.append(element("b", row) if place.line <= number <= last else row)
    if not rows:
        return Html("")
    return element("pre", Html("\n".join(rows)), tabindex=0)


def _code(line: str) -> str:
    """Return a line of source, its tabs as blanks, what is not visible as escapes."""
    text = line.expandtabs(4).rstrip()
    cut = text if len(text) <= LONGEST else f"{text[:LONGEST]}…"
    return "".join(map(shown, cut))
