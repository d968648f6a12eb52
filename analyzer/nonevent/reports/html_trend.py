"""How readiness and findings went, version after version: lines in SVG, with a table beneath."""

from collections.abc import Sequence

from nonevent.inventory import Inventory, Moment
from nonevent.readiness import moment
from nonevent.reports.html_page import body, rows, section, table
from nonevent.reports.markup import Html, element

__all__ = ["small", "sparkline", "trend"]

WIDTH, HEIGHT = 960, 220
LEFT, RIGHT, TOP, BOTTOM = 36, 96, 16, 28
LABELS = 12  # names that have room beneath a chart
FEW = 12  # points that all bear their number
LINES = ("a", "b", "c", "d")  # styles, one a family
NOW = "now"


def sparkline(inventory: Inventory) -> Html:
    """Return the readiness as a small line for the top; nothing without a trend."""
    if not inventory.trend:
        return Html("")
    points = [*inventory.trend, moment(inventory, NOW)]
    across, high, edge = 260, 84, 14
    step = (across - 2 * edge) / (len(points) - 1)
    low = min(each.readiness for each in points)
    top = max(each.readiness for each in points)
    spread = max(top - low, 10)
    spots = [
        (edge + step * at, high - 18 - (high - 40) * (each.readiness - low) / spread)
        for at, each in enumerate(points)
    ]
    drawn = [element("polyline", points=_line(spots), class_="line")]
    last = len(points) - 1
    every = last // 6 if len(points) > FEW else 1
    for at in dict.fromkeys((*range(0, last, every), last)):
        x, y = spots[at]
        drawn.append(element("circle", cx=round(x, 1), cy=round(y, 1), r=3))
        if at in (0, last) or len(points) <= FEW // 2 + 1:
            label = str(points[at].readiness)
            drawn.append(_text(label, x, y - 9, "middle"))
    said = f"Readiness from {points[0].readiness} at {points[0].name} to {points[-1].readiness} now"
    return element(
        "svg",
        element("title", said),
        *drawn,
        class_="spark",
        viewBox=f"0 0 {across} {high}",
        role="img",
    )


def small(inventory: Inventory) -> Html:
    """Return the readiness as a line for the row of a table; nothing without a trend."""
    if not inventory.trend:
        return Html("")
    points = [*inventory.trend, moment(inventory, NOW)]
    step = 80 / (len(points) - 1)
    spots = [(2 + step * at, 22 - each.readiness / 5) for at, each in enumerate(points)]
    said = f"Readiness from {points[0].readiness} at {points[0].name} to {points[-1].readiness} now"
    return element(
        "svg",
        element("title", said),
        element("polyline", points=_line(spots), class_="line"),
        class_="tiny",
        viewBox="0 0 84 24",
        role="img",
    )


def trend(inventory: Inventory) -> Html:
    """Return the section; nothing without a trend."""
    if not inventory.trend:
        return Html("")
    points = [*inventory.trend, moment(inventory, NOW)]
    families = sorted({name for each in points for name, _ in each.families})
    first = [("Readiness", [each.readiness for each in points])]
    counts = [(name, [dict(each.families).get(name, 0) for each in points]) for name in families]
    parts = [
        _figure("Readiness, of 100", _chart("Readiness of each version", points, first, 100)),
    ]
    if counts:
        most = max(max(values) for _, values in counts)
        drawn = _chart("Open things of each version by family", points, counts, _round(most))
        parts.append(_figure("Open things by family", drawn))
    lines = [
        (
            each.name,
            each.day,
            str(each.readiness),
            str(each.blockers),
            *(str(dict(each.families).get(name, 0)) for name in families),
            f"{each.lines:,}",
        )
        for each in reversed(points)
    ]
    heads = ("Version", "Day", "Readiness", "Blockers", *map(str.capitalize, families), "Lines")
    numbers = range(2, len(heads))
    wide = (1, *range(4, len(heads)))
    told = table(
        "Trend", heads, body(rows(lines, numbers=numbers, wide=wide)), numbers=numbers, wide=wide
    )
    return section("Is it getting better?", *parts, told, name="trend")


def _figure(caption: str, drawn: Html) -> Html:
    """Return a chart that a phone leaves out: the table beneath has its numbers."""
    return element("figure", element("figcaption", caption), drawn, class_="wide")


def _chart(
    label: str,
    points: Sequence[Moment],
    lines: Sequence[tuple[str, Sequence[int]]],
    highest: int,
) -> Html:
    """Return lines over the versions, each named at its end; the axis ends at `highest`."""
    across, down = WIDTH - LEFT - RIGHT, HEIGHT - TOP - BOTTOM
    step = across / max(len(points) - 1, 1)
    drawn = []
    for part in range(5):
        value = highest * part / 4
        y = TOP + down * (1 - part / 4)
        drawn.append(element("line", x1=LEFT, x2=LEFT + across, y1=round(y, 1), y2=round(y, 1)))
        if value == int(value):
            drawn.append(_text(f"{int(value):,}", LEFT - 8, y + 4, "end"))
    every = -(-len(points) // LABELS)
    for at, each in enumerate(points):
        if (len(points) - 1 - at) % every == 0:
            drawn.append(_text(each.name[:12], LEFT + step * at, HEIGHT - 6, "middle"))
    ends = _apart([TOP + down * (1 - values[-1] / highest) for _, values in lines])
    for number, (name, values) in enumerate(lines):
        style = LINES[number % len(LINES)]
        spots = [
            (LEFT + step * at, TOP + down * (1 - value / highest))
            for at, value in enumerate(values)
        ]
        drawn.append(element("polyline", points=_line(spots), class_=f"line {style}"))
        for (x, y), value, point in zip(spots, values, points, strict=True):
            title = element("title", f"{point.name}: {name.lower()} {value}")
            drawn.append(
                element("circle", title, cx=round(x, 1), cy=round(y, 1), r=3, class_=style)
            )
        drawn.append(
            _text(f"{name.capitalize()} {values[-1]}", LEFT + across + 8, ends[number] + 4, "start")
        )
    return element(
        "svg",
        element("title", label),
        *drawn,
        class_="chart",
        viewBox=f"0 0 {WIDTH} {HEIGHT}",
        role="img",
    )


def _apart(heights: Sequence[float], least: float = 16) -> list[float]:
    """Return heights of labels near those of their lines, none over another."""
    result = [0.0] * len(heights)
    last = float("-inf")
    for at in sorted(range(len(heights)), key=lambda at: heights[at]):
        last = result[at] = max(heights[at], last + least)
    over = max(0.0, last - (HEIGHT - BOTTOM))
    return [height - over for height in result]


def _round(most: int) -> int:
    """Return the top of an axis: a number that four parts divide, from 4 on."""
    unit = 1
    while True:
        for factor in (4, 8, 12, 20, 40):
            if most <= factor * unit:
                return factor * unit
        unit *= 10


def _line(spots: Sequence[tuple[float, float]]) -> str:
    return " ".join(f"{x:.1f},{y:.1f}" for x, y in spots)


def _text(text: str, x: float, y: float, anchor: str) -> Html:
    return element("text", text, x=round(x, 1), y=round(y, 1), text_anchor=anchor)
