"""What is held, as tables: the state inventory by kind, the areas, what is suppressed."""

from collections.abc import Iterator, Sequence

from nonevent.finding import SEVERITIES
from nonevent.inventory import Holder, Inventory
from nonevent.readiness import is_heard, open_holders, readiness, weight
from nonevent.reports.html_evidence import anchor
from nonevent.reports.html_map import area_id, shade
from nonevent.reports.html_page import bar, body, rows, section, table, tag, where
from nonevent.reports.markup import Html, element, joined
from nonevent.reports.summary import counted

__all__ = ["areas", "held", "set_aside"]

KINDS = 3  # of what is held, in the heading of a rule
OF_RULE = 40  # things of a rule
ASIDE = 200  # suppressed and accepted places
COLUMNS = 4


def held(inventory: Inventory) -> Html:
    """Return the inventory: what everybody hears of, then, folded, what few do."""
    left = open_holders(inventory)
    if not left:
        return section("What is held", element("p", "Nothing."), name="held")
    heard = [holder for holder in left if is_heard(holder)]
    rest = [holder for holder in left if not is_heard(holder)]
    parts = [_groups("What is held", heard)] if heard else []
    if rest:
        title = f"{counted(len(rest), 'thing')} that only pedants or auditors hear of"
        parts.append(
            element("details", element("summary", title), _groups("What few hear of", rest))
        )
    return section("What is held", *parts, name="held")


def _groups(label: str, holders: Sequence[Holder]) -> Html:
    found: dict[str, list[Holder]] = {}
    for holder in holders:
        found.setdefault(holder.rule, []).append(holder)
    heads = ("What", "Where", "Reached from", "Severity")
    return table(label, heads, [_group(group) for group in found.values()], wide=(2,), fixed=True)


def _group(holders: Sequence[Holder]) -> Html:
    """Return what one rule found as rows: what it is once, then each thing."""
    first = holders[0]
    kinds = list(dict.fromkeys(holder.held for holder in holders))
    title = ", ".join(kinds[:KINDS]) + (" and more" if len(kinds) > KINDS else "")
    head = [element("a", f"{title[:1].upper()}{title[1:]}", href=f"#{anchor(first.rule)}")]
    head.append(element("small", f" {len(holders)}"))
    for word, said in (("Lost at a restart", first.lost), ("With two replicas", first.replicas)):
        if said:
            head.append(element("p", element("span", f"{word} ", class_="lead"), said))
    lines = [
        element(
            "tr",
            element("td", element("code", holder.name), *_scope(holder)),
            element("td", where(holder.location.path, holder.location.line)),
            element("td", *_reached(holder), class_="wide"),
            element("td", tag(holder.severity)),
        )
        for holder in holders[:OF_RULE]
    ]
    if len(holders) > OF_RULE:
        more = f"{len(holders) - OF_RULE} more; --output json has all."
        lines.append(element("tr", element("td", more, colspan=COLUMNS, class_="soft")))
    cell = element("th", *head, scope="rowgroup", colspan=COLUMNS, class_="group")
    return element("tbody", element("tr", cell), *lines)


def _scope(holder: Holder) -> Iterator[Html]:
    if holder.scope:
        yield joined([" in ", element("code", holder.scope)])


def _reached(holder: Holder) -> Iterator[str]:
    """Yield who gets there first, and how many places there are besides."""
    met = [
        reach
        for place in holder.places
        if place.finding.subject
        for reach in place.finding.subject.reach
    ]
    if met:
        first = min(met, key=lambda reach: len(reach.chain))
        yield f"{first.role} "
        if first.entry:
            yield element("code", first.entry)
    if len(holder.places) > 1:
        yield f"{', ' if met else ''}{len(holder.places)} places"


def areas(inventory: Inventory) -> Html:
    """Return the areas, the one that is least ready first."""
    left = open_holders(inventory)
    found = []
    for area in inventory.areas:
        mine = [holder for holder in left if holder.area == area.name]
        found.append((readiness(mine), area, mine))
    found.sort(key=lambda each: (each[0], -each[1].lines, each[1].name))
    lines = []
    for score, area, mine in found:
        met = [sum(weight(each) is word for each in mine) for word in SEVERITIES]
        lines.append(
            element(
                "tr",
                element("th", where(area.name), scope="row"),
                element("td", f"{area.files:,}", class_="n wide"),
                element("td", f"{area.lines:,}", class_="n"),
                *(element("td", str(number or ""), class_="n") for number in met),
                element("td", f"{score} ", bar(score / 100, shade(mine)), class_="n"),
                id=area_id(area.name),
            )
        )
    heads = ("Area", "Files", "Lines", "Errors", "Warnings", "Notes", "Readiness")
    told = table("Areas", heads, body(lines), numbers=range(1, len(heads)), wide=(1,))
    return section("Areas", told)


def set_aside(inventory: Inventory) -> Html:
    """Return what comments suppress and what the baseline accepts, with who says why."""
    lines = []
    for holder in inventory.holders:
        for place in holder.places:
            found, accepted = place.finding, place.accepted
            address = where(found.location.path, found.location.line)
            said = [address, element("code", found.rule)]
            if place.reason:
                lines.append([*said, "comment", place.reason])
            elif accepted is not None:
                until = f"until {accepted.until}" if accepted.until else ""
                more = [accepted.reason or "no reason given", accepted.owner, until]
                lines.append([*said, "baseline", ", ".join(filter(None, more))])
    if not lines:
        return Html("")
    lines.sort(key=lambda line: line[2] == "baseline")
    heads = ("Where", "Rule", "By", "Reason")
    listed = body(rows(lines[:ASIDE]))
    parts = [table("Suppressed and accepted", heads, listed, fixed=True)]
    if len(lines) > ASIDE:
        parts.append(element("p", f"{len(lines) - ASIDE:,} more; --output json has all."))
    note = (
        "What a comment suppresses counts as settled. What the baseline accepts is still there, "
        "and counts."
    )
    return section("Suppressed and accepted", element("p", note, class_="soft"), *parts)
