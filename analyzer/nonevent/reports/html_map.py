"""The map of a code base in SVG: areas as tiles, what is found in each as colour and number."""

from collections.abc import Sequence
from typing import NamedTuple

from nonevent.inventory import Area, Holder, Inventory
from nonevent.readiness import open_holders, readiness, weight
from nonevent.reports.html_page import SHADE, section
from nonevent.reports.markup import Html, element
from nonevent.reports.summary import counted
from nonevent.reports.treemap import Box, squarify

__all__ = ["Tile", "area_id", "map_of", "picture", "shade"]

WIDTH, HEIGHT = 960, 380
LETTER = 8.8  # width of a letter of the map, in its units: of the widest system fonts, bold
ROW = 17  # height of a line of it
GAP = 1.5
SHORTEST = 3  # letters of a name that still tell something
SHADES = ("nothing found", "notes", "warnings", "errors")


def map_of(inventory: Inventory) -> Html:
    """Return the section; nothing where no area holds code."""
    areas = [area for area in inventory.areas if area.lines]
    if not areas:
        return Html("")
    left = open_holders(inventory)
    return picture(
        "Where it lives",
        "Area is lines of code, colour the worst found; the table of areas has all of it.",
        "Areas of the code with the number of things found in each",
        [_tile(area, [each for each in left if each.area == area.name]) for area in areas],
    )


def _tile(area: Area, holders: Sequence[Holder]) -> "Tile":
    found = counted(len(holders), "thing")
    lines = f"{area.lines:,} {'line' if area.lines == 1 else 'lines'}"
    label = f"{area.name}: {found}, readiness {readiness(holders)}, {lines}"
    number = found if holders else "none"
    return Tile(area.name, area.lines, number, label, shade(holders), f"#{area_id(area.name)}")


class Tile(NamedTuple):
    """A part of a map."""

    name: str
    size: int
    number: str  # beneath the name
    label: str  # all of it, for who points at it or hears it read
    shade: int  # place in SHADES
    link: str


def picture(title: str, said: str, label: str, tiles: Sequence[Tile]) -> Html:
    """Return a section with a map of tiles, the largest first."""
    boxes = squarify([tile.size for tile in tiles], WIDTH, HEIGHT)
    drawn = element(
        "svg",
        element("title", label),
        *(_drawn(tile, box) for tile, box in zip(tiles, boxes, strict=True)),
        class_="map",
        viewBox=f"0 0 {WIDTH} {HEIGHT}",
        role="group",
    )
    key = [element("span", word, class_=f"s{shade}") for shade, word in enumerate(SHADES)]
    told = element("p", said, class_="soft")
    return section(title, told, element("p", *key, class_="key"), drawn, wide=True)


def _drawn(tile: Tile, box: Box) -> Html:
    wide = max(0.0, box.width - 2 * GAP)
    high = max(0.0, box.height - 2 * GAP)
    texts = []
    fits = wide > len(tile.number) * LETTER + 12
    for at, text in enumerate((_short(tile.name, wide), tile.number if fits else ""), 1):
        if text and high > ROW * at + 6:
            y = round(box.y + GAP + ROW * at, 1)
            kind = "name" if at == 1 else "number"
            texts.append(element("text", text, x=round(box.x + GAP + 7, 1), y=y, class_=kind))
    shape = element(
        "rect",
        x=round(box.x + GAP, 1),
        y=round(box.y + GAP, 1),
        width=round(wide, 1),
        height=round(high, 1),
        rx=3,
        class_=f"s{tile.shade}",
    )
    return element("a", element("title", tile.label), shape, *texts, href=tile.link)


def _short(name: str, width: float) -> str:
    """Return as much of a name, its end, as a tile has room for; "" where that tells nothing."""
    room = int((width - 12) / LETTER)
    parts = name.split("/")
    for start in range(len(parts)):
        part = "/".join(parts[start:])
        if len(part) <= room:
            return part
    return f"{parts[-1][: room - 1]}…" if room > SHORTEST else ""


def shade(holders: Sequence[Holder]) -> int:
    """Return the worst that they count as: 0 for none, 3 for errors."""
    return max((SHADE[weight(holder)] for holder in holders), default=0)


def area_id(area: str) -> str:
    """Return the id of an area's row; white space ends one."""
    return "-".join(["area", *area.split()])
