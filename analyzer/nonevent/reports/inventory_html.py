"""The inventory as one HTML file: for an architect, on a screen, a phone or paper.

It asks for nothing: no script, no font, no picture from elsewhere, and says so in a
Content-Security-Policy of its own.
"""

import base64
from collections.abc import Iterator, Sequence

from nonevent.finding import SEVERITIES, Severity
from nonevent.inventory import Area, Holder, Inventory
from nonevent.readiness import FORMULA, blockers, is_heard, open_holders, phases, readiness
from nonevent.reports.html_evidence import anchor, evidence
from nonevent.reports.html_style import STYLE
from nonevent.reports.inert import address, whereabouts
from nonevent.reports.markup import Html, element, joined
from nonevent.reports.order import notes_by_place
from nonevent.reports.summary import counted
from nonevent.reports.treemap import Box, squarify

__all__ = ["render"]

WIDTH, HEIGHT = 960, 380
LETTER = 7.8  # width of a letter of the map, in its units: of the widest system fonts
ROW = 17  # height of a line of it
GAP = 2
KINDS = 3  # of what is held, in the heading of a rule
OF_RULE = 40  # things of a rule
LISTED = 100  # files that are not analysed; what is listed nowhere else is in JSON
SHADES = ("nothing found", "notes", "warnings", "errors")


def render(inventory: Inventory) -> str:
    """Return the document, the same bytes for the same inventory."""
    title = f"Deployment readiness of {inventory.project or 'this code base'}"
    policy = f"default-src 'none'; style-src 'sha256-{_hash(STYLE)}'; base-uri 'none'"
    head = element(
        "head",
        element("meta", charset="utf-8"),
        element("meta", http_equiv="Content-Security-Policy", content=policy),
        element("meta", name="viewport", content="width=device-width, initial-scale=1"),
        element("meta", name="generator", content=f"nonevent {inventory.version}"),
        element("title", title),
        element("style", Html(STYLE)),
    )
    sections = (
        _map(inventory),
        _held(inventory),
        _areas(inventory),
        _plan(inventory),
        evidence(inventory),
        _suppressed(inventory),
        _unseen(inventory),
        _again(inventory),
    )
    skip = element("a", "Skip to the findings", href="#held", class_="skip")
    body = element(
        "body", skip, _top(inventory, title), element("main", *filter(None, sections), id="main")
    )
    return f"<!doctype html>\n{element('html', head, body, lang='en')}\n"


def _hash(text: str) -> str:
    import hashlib

    return base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()


# -- what it comes to ------------------------------------------------------------------------------


def _top(inventory: Inventory, title: str) -> Html:
    lines = sum(area.lines for area in inventory.areas)
    facts = [counted(inventory.files, "file"), f"{lines:,} lines of code"]
    facts += [f"commit {inventory.head[:12]}"] if inventory.head else []
    left = open_holders(inventory)
    score = readiness(left)
    formula = element(
        "details", element("summary", "How this number is made"), element("p", FORMULA)
    )
    figure = element(
        "div", element("span", str(score), class_="score"), element("p", "of 100"), class_="figure"
    )
    verdict = element("div", *_verdict(inventory, left), formula)
    return element(
        "header",
        element("h1", title),
        element("p", ", ".join(facts), class_="soft"),
        element("div", figure, verdict, class_="verdict"),
    )


def _verdict(inventory: Inventory, left: Sequence[Holder]) -> Iterator[Html]:
    """Yield in words whether two replicas may run and roll."""
    stop = blockers(inventory)
    if stop:
        said = "Not yet safe for two replicas and a rolling deploy."
        where = sorted({holder.area for holder in stop}, key=lambda each: (-_in(each, stop), each))
        several = "blocks" if len(stop) == 1 else "block"
        more = f"{counted(len(stop), 'thing')} {several} it, most in {' and '.join(where[:2])}."
    elif warned := sum(each.severity is Severity.WARNING and is_heard(each) for each in left):
        said = "Two replicas can run; a roll may be slow or lose work."
        more = f"Nothing blocks it; worth a look: {counted(warned, 'warning')}."
    else:
        said = "Nothing was found that two replicas or a roll would not survive."
        more = "What was not looked at stands at the end."
    yield element("p", element("strong", said))
    yield element("p", more)
    if inventory.notes:
        yield element("p", f"{counted(len(inventory.notes), 'part')} not analysed.", class_="soft")


def _in(area: str, holders: Sequence[Holder]) -> int:
    return sum(holder.area == area for holder in holders)


# -- where it is -----------------------------------------------------------------------------------


def _map(inventory: Inventory) -> Html:
    areas = [area for area in inventory.areas if area.lines]
    if not areas:
        return Html("")
    boxes = squarify([area.lines for area in areas], WIDTH, HEIGHT)
    left = open_holders(inventory)
    tiles = [
        _tile(area, box, [each for each in left if each.area == area.name])
        for area, box in zip(areas, boxes, strict=True)
    ]
    picture = element(
        "svg",
        element("title", "Areas of the code with the number of things found in each"),
        *tiles,
        class_="map",
        viewBox=f"0 0 {WIDTH} {HEIGHT}",
        role="group",
    )
    key = [element("span", word, class_=f"s{shade}") for shade, word in enumerate(SHADES)]
    return element(
        "section",
        element("h2", "Where it lives"),
        element("p", "Area is lines of code, colour the worst found; the table below has all."),
        element("p", *key, class_="key soft"),
        picture,
    )


def _tile(area: Area, box: Box, holders: Sequence[Holder]) -> Html:
    found = counted(len(holders), "thing")
    ready = f"readiness {readiness(holders)}"
    label = f"{area.name}: {found}, {ready}, {counted(area.lines, 'line')}"
    wide = max(0.0, box.width - 2 * GAP)
    high = max(0.0, box.height - 2 * GAP)
    texts = []
    rows = (_short(area.name, wide), found if wide > len(found) * LETTER + 12 else "")
    for number, text in enumerate(rows, 1):
        if text and high > ROW * number + 6:
            y = round(box.y + GAP + ROW * number, 1)
            name = "name" if number == 1 else "number"
            texts.append(element("text", text, x=round(box.x + GAP + 6, 1), y=y, class_=name))
    tile = element(
        "rect",
        x=round(box.x + GAP, 1),
        y=round(box.y + GAP, 1),
        width=round(wide, 1),
        height=round(high, 1),
        rx=2,
        class_=f"s{_shade(holders)}",
    )
    return element("a", element("title", label), tile, *texts, href=f"#{_id(area.name)}")


def _short(name: str, width: float) -> str:
    """Return as much of a name, its end, as a tile has room for; "" where that tells nothing."""
    room = int((width - 12) / LETTER)
    if len(name) <= room:
        return name
    last = name.rpartition("/")[2]
    return last if len(last) <= room else f"{last[: room - 1]}…" if room > 3 else ""  # noqa: PLR2004


def _shade(holders: Sequence[Holder]) -> int:
    """Return the worst severity: 0 for none, 3 for errors."""
    met = [len(SEVERITIES) - SEVERITIES.index(holder.severity) for holder in holders]
    return max(met, default=0)


def _id(area: str) -> str:
    """Return the id of an area's row; white space ends one."""
    return "-".join(["area", *area.split()])


# -- what is held ----------------------------------------------------------------------------------


def _held(inventory: Inventory) -> Html:
    left = open_holders(inventory)
    if not left:
        return element(
            "section", element("h2", "What is held"), element("p", "Nothing."), id="held"
        )
    heard = [holder for holder in left if is_heard(holder)]
    rest = [holder for holder in left if holder not in heard]
    parts = [_groups("What is held", heard)] if heard else []
    if rest:
        title = f"{counted(len(rest), 'thing')} that only pedants or auditors hear of"
        parts.append(
            element("details", element("summary", title), _groups("What few hear of", rest))
        )
    return element("section", element("h2", "What is held"), *parts, id="held")


def _by_rule(holders: Sequence[Holder]) -> list[list[Holder]]:
    groups: dict[str, list[Holder]] = {}
    for holder in holders:
        groups.setdefault(holder.rule, []).append(holder)
    return list(groups.values())


def _group(holders: Sequence[Holder]) -> Html:
    """Return what one rule found as rows: what it is once, then each thing."""
    first = holders[0]
    kinds = list(dict.fromkeys(holder.held for holder in holders))
    title = ", ".join(kinds[:KINDS]) + (" and more" if len(kinds) > KINDS else "")
    head = [element("a", f"{title[:1].upper()}{title[1:]}", href=f"#{anchor(first.rule)}")]
    for word, said in (("Lost at a restart", first.lost), ("With two replicas", first.replicas)):
        if said:
            head.append(element("p", f"{word}: {said}", class_="soft"))
    rows = [
        element(
            "tr",
            element("td", element("code", holder.name), *_scope(holder)),
            element("td", address(holder.location.path, holder.location.line)),
            element("td", str(len(holder.places)), class_="n wide"),
            element("td", f"{holder.severity}, {holder.confidence}", class_="wide"),
        )
        for holder in holders[:OF_RULE]
    ]
    if len(holders) > OF_RULE:
        more = f"{len(holders) - OF_RULE} more; --output json has all."
        rows.append(element("tr", element("td", more, colspan=4, class_="soft")))
    top = element("tr", element("th", *head, scope="rowgroup", colspan=4, class_="group"))
    return element("tbody", top, *rows)


def _groups(label: str, holders: Sequence[Holder]) -> Html:
    bodies = [_group(group) for group in _by_rule(holders)]
    heads = ("What", "Where", "Places", "Severity, confidence")
    return _table(label, heads, bodies, wide=(2, 3), fixed=True)


def _scope(holder: Holder) -> Iterator[Html]:
    if holder.scope:
        yield joined([" in ", element("code", holder.scope)])


def _table(
    label: str,
    heads: Sequence[str],
    bodies: Sequence[Html],
    *,
    wide: Sequence[int] = (),
    fixed: bool = False,
) -> Html:
    """Return a table of `tbody` elements; a phone leaves out the columns that are `wide`."""
    cells = [
        element("th", head, scope="col", class_="wide" if at in wide else "head")
        for at, head in enumerate(heads)
    ]
    top = element("thead", element("tr", *cells))
    table = element("table", top, *bodies, class_="fixed" if fixed else "free")
    return element("div", table, class_="scroll", tabindex=0, role="region", aria_label=label)


def _body(rows: Sequence[Html]) -> list[Html]:
    return [element("tbody", *rows)]


def _areas(inventory: Inventory) -> Html:
    left = open_holders(inventory)
    rows = []
    for area in inventory.areas:
        mine = [holder for holder in left if holder.area == area.name]
        numbers = [sum(each.severity is word for each in mine) for word in SEVERITIES]
        cells = [area.files, f"{area.lines:,}", *(str(number or "") for number in numbers)]
        rows.append(
            element(
                "tr",
                element("th", area.name, scope="row"),
                *(element("td", str(cell), class_="n") for cell in cells),
                element("td", str(readiness(mine)), class_="n"),
                id=_id(area.name),
            )
        )
    heads = ("Area", "Files", "Lines", "Errors", "Warnings", "Notes", "Readiness")
    return element("section", element("h2", "Areas"), _table("Areas", heads, _body(rows)))


# -- what to do ------------------------------------------------------------------------------------


def _plan(inventory: Inventory) -> Html:
    steps = phases(inventory)
    if not steps:
        return Html("")
    items = []
    for step in steps:
        places = [place for holder in step.holders for place in holder.places if not place.reason]
        files = {place.finding.location.path for place in places}
        said = (
            f"{counted(len(step.holders), 'thing')}, {counted(len(places), 'place')}, "
            f"{counted(len(files), 'file')}; readiness is then {step.after}."
        )
        items.append(element("li", element("strong", f"{step.title}."), f" {said}"))
    return element("section", element("h2", "What first"), element("ol", *items))


# -- what is left out ------------------------------------------------------------------------------


def _suppressed(inventory: Inventory) -> Html:
    rows = [
        element(
            "tr",
            element("td", address(place.finding.location.path, place.finding.location.line)),
            element("td", element("code", place.finding.rule)),
            element("td", place.reason),
        )
        for holder in inventory.holders
        for place in holder.places
        if place.reason
    ]
    if not rows:
        return Html("")
    return element(
        "section",
        element("h2", "Suppressed"),
        _table("Suppressed", ("Where", "Rule", "Reason"), _body(rows)),
    )


def _unseen(inventory: Inventory) -> Html:
    notes = notes_by_place(inventory.notes)
    text = (
        "Code is read and never run: what is put together at run time, other languages than "
        "Python, and what stands outside this folder are not seen."
    )
    parts = [element("h2", "What was not analysed"), element("p", text)]
    if notes:
        rows = [
            element("tr", element("td", whereabouts(note)), element("td", note.message))
            for note in notes[:LISTED]
        ]
        parts.append(_table("Not analysed", ("Where", "Why"), _body(rows)))
    if len(notes) > LISTED:
        parts.append(element("p", f"{len(notes) - LISTED} more; --output json has all."))
    return element("section", *parts)


def _again(inventory: Inventory) -> Html:
    command = " ".join(("nonevent", *(inventory.arguments or ("audit",))))
    return element(
        "footer",
        element("p", f"Made by nonevent {inventory.version} with ", element("code", command), "."),
        element(
            "p",
            element("code", "nonevent explain RULE"),
            " says why; a rule's name stands in each piece of evidence.",
        ),
    )
