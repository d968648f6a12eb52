"""The map of a code base in SVG: areas as tiles, what is found in each as colour and number."""

from collections.abc import Sequence

from nonevent.finding import SEVERITIES
from nonevent.inventory import Area, Holder, Inventory
from nonevent.readiness import open_holders, readiness, weight
from nonevent.reports.html_page import section
from nonevent.reports.markup import Html, element
from nonevent.reports.summary import counted
from nonevent.reports.treemap import Box, squarify

__all__ = ["area_id", "map_of", "shade"]

WIDTH, HEIGHT = 960, 380
LETTER = 7.8  # width of a letter of the map, in its units: of the widest system fonts
ROW = 17  # height of a line of it
GAP = 1.5
SHORTEST = 3  # letters of a name that still tell something
SHADES = ("nothing found", "notes", "warnings", "errors")


def map_of(inventory: Inventory) -> Html:
    """Return the section; nothing where no area holds code."""
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
    return section(
        "Where it lives",
        element(
            "p",
            "Area is lines of code, colour the worst found; the table of areas has all of it.",
            class_="soft",
        ),
        element("p", *key, class_="key"),
        picture,
    )


def _tile(area: Area, box: Box, holders: Sequence[Holder]) -> Html:
    found = counted(len(holders), "thing")
    lines = counted(area.lines, "line").replace(str(area.lines), f"{area.lines:,}")
    label = f"{area.name}: {found}, readiness {readiness(holders)}, {lines}"
    wide = max(0.0, box.width - 2 * GAP)
    high = max(0.0, box.height - 2 * GAP)
    number = found if holders else "none"
    texts = []
    rows = (_short(area.name, wide), number if wide > len(number) * LETTER + 12 else "")
    for at, text in enumerate(rows, 1):
        if text and high > ROW * at + 6:
            y = round(box.y + GAP + ROW * at, 1)
            kind = "name" if at == 1 else "number"
            texts.append(element("text", text, x=round(box.x + GAP + 7, 1), y=y, class_=kind))
    tile = element(
        "rect",
        x=round(box.x + GAP, 1),
        y=round(box.y + GAP, 1),
        width=round(wide, 1),
        height=round(high, 1),
        rx=3,
        class_=f"s{shade(holders)}",
    )
    return element("a", element("title", label), tile, *texts, href=f"#{area_id(area.name)}")


def _short(name: str, width: float) -> str:
    """Return as much of a name, its end, as a tile has room for; "" where that tells nothing."""
    room = int((width - 12) / LETTER)
    if len(name) <= room:
        return name
    last = name.rpartition("/")[2]
    return last if len(last) <= room else f"{last[: room - 1]}…" if room > SHORTEST else ""


def shade(holders: Sequence[Holder]) -> int:
    """Return the worst that they count as: 0 for none, 3 for errors."""
    met = [len(SEVERITIES) - SEVERITIES.index(weight(holder)) for holder in holders]
    return max(met, default=0)


def area_id(area: str) -> str:
    """Return the id of an area's row; white space ends one."""
    return "-".join(["area", *area.split()])
