"""Four curves as one SVG, drawn with the standard library: the same bytes for the same numbers."""

from collections.abc import Iterable, Mapping, Sequence
from html import escape
from typing import NamedTuple

__all__ = ["Bar", "Panel", "draw"]

Point = tuple[float, float]

SIZE = 300  # of a panel's field
EDGE = 56
SPACE = "http://www.w3.org/2000/svg"
COLORS = ("#0b5fa5", "#b35900", "#6b6b6b", "#2f7d32")
DASHES = ("", "6 3", "2 3", "8 3 2 3")  # told apart without colour, too
STYLE = (
    "text{font:12px system-ui,sans-serif;fill:#222}.t{font-weight:600}"
    ".a{stroke:#999;fill:none}.g{stroke:#ddd}"
)


class Bar(NamedTuple):
    """An interval at one place, with its middle."""

    x: float
    low: float
    middle: float
    high: float


class Panel(NamedTuple):
    """One field with axes from 0 to `right` and `top`."""

    title: str
    across: str
    up: str
    curves: Mapping[str, Sequence[Point]]
    bars: Sequence[Bar] = ()
    right: float = 1.0
    top: float = 1.0


def draw(title: str, panels: Sequence[Panel]) -> str:
    """Return the SVG: panels in two columns, each with its legend below."""
    step = SIZE + 2 * EDGE
    rows = (len(panels) + 1) // 2
    width, height = 2 * step, rows * (step + 40) + 40
    parts = [
        f'<svg xmlns="{SPACE}" viewBox="0 0 {width} {height}" role="img">',
        f"<title>{escape(title)}</title><style>{STYLE}</style>",
        f'<rect width="{width}" height="{height}" fill="#fff"/>',
        f'<text class="t" x="{EDGE}" y="24">{escape(title)}</text>',
    ]
    for number, panel in enumerate(panels):
        x = EDGE + (number % 2) * step
        y = 40 + EDGE + (number // 2) * (step + 40)
        parts.append(f'<g transform="translate({x} {y})">')
        parts += _panel(panel)
        parts.append("</g>")
    return "\n".join([*parts, "</svg>"]) + "\n"


def _panel(panel: Panel) -> Iterable[str]:
    yield f'<text class="t" x="0" y="-10">{escape(panel.title)}</text>'
    for part in range(5):
        at = SIZE * part / 4
        yield f'<path class="g" d="M{at:g} 0V{SIZE}M0 {at:g}H{SIZE}"/>'
        yield (
            f'<text x="{at:g}" y="{SIZE + 16}" text-anchor="middle">'
            f"{panel.right * part / 4:.3g}</text>"
        )
        yield (
            f'<text x="-6" y="{SIZE - at + 4:g}" text-anchor="end">'
            f"{panel.top * part / 4:.3g}</text>"
        )
    yield f'<rect class="a" width="{SIZE}" height="{SIZE}"/>'
    yield (
        f'<text x="{SIZE / 2:g}" y="{SIZE + 34}" text-anchor="middle">{escape(panel.across)}</text>'
    )
    yield (
        f'<text transform="translate(-42 {SIZE / 2:g}) rotate(-90)" text-anchor="middle">'
        f"{escape(panel.up)}</text>"
    )
    for place, (name, points) in enumerate(panel.curves.items()):
        color, dash = COLORS[place % 4], DASHES[place % 4]
        line = " ".join(f"{_x(x, panel):.1f},{_y(y, panel):.1f}" for x, y in points)
        stroke = f'stroke="{color}" stroke-dasharray="{dash}" stroke-width="1.8" fill="none"'
        yield f'<polyline points="{line}" {stroke}/>'
        below = SIZE + 52 + 14 * place
        yield f'<path d="M0 {below - 4}h22" {stroke}/>'
        yield f'<text x="28" y="{below}">{escape(name)}</text>'
    for bar in panel.bars:
        x = _x(bar.x, panel)
        low, middle, high = (_y(value, panel) for value in bar[1:])
        yield f'<path d="M{x:.1f} {low:.1f}V{high:.1f}" stroke="{COLORS[0]}"/>'
        yield f'<circle cx="{x:.1f}" cy="{middle:.1f}" r="3" fill="{COLORS[0]}"/>'


def _x(value: float, panel: Panel) -> float:
    return SIZE * min(max(value / panel.right, 0.0), 1.0)


def _y(value: float, panel: Panel) -> float:
    return SIZE * (1 - min(max(value / panel.top, 0.0), 1.0))
