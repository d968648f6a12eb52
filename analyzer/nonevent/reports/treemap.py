"""A treemap in SVG: areas as tiles, by the squarified layout of Bruls, Huizing and van Wijk.

https://doi.org/10.1007/978-3-7091-6783-0_4. Drawn here, so it needs no script, prints, and is the
same bytes each time.
"""

from collections.abc import Sequence
from typing import NamedTuple

__all__ = ["Box", "squarify"]


class Box(NamedTuple):
    """Where a tile lies."""

    x: float
    y: float
    width: float
    height: float


def squarify(sizes: Sequence[float], width: float, height: float) -> list[Box]:
    """Return a box for each size, in the same order; sizes are positive, the largest first.

    Together they fill the rectangle, each with an area in proportion to its size.
    """
    scale = width * height / (sum(sizes) or 1)
    left = [size * scale for size in sizes]
    free = Box(0, 0, width, height)
    boxes: list[Box] = []
    while left:
        side = min(free.width, free.height)
        row = 1
        while row < len(left) and _worst(left[: row + 1], side) <= _worst(left[:row], side):
            row += 1
        placed, free = _lay(left[:row], free)
        boxes += placed
        del left[:row]
    return boxes


def _worst(row: Sequence[float], side: float) -> float:
    """Return the worst ratio of sides in a row of tiles along a side."""
    total = sum(row)
    if not total or not side:
        return float("inf")
    thick = total / side
    return max(max(thick * thick / size, size / (thick * thick)) for size in row if size)


def _lay(row: Sequence[float], free: Box) -> tuple[list[Box], Box]:
    """Return the boxes of a row along the shorter side, and what stays free."""
    total = sum(row)
    upright = free.width >= free.height
    side = free.height if upright else free.width
    thick = total / side if side else 0
    at = free.y if upright else free.x
    boxes = []
    for size in row:
        length = size / thick if thick else 0
        boxes.append(Box(free.x, at, thick, length) if upright else Box(at, free.y, length, thick))
        at += length
    if upright:
        return boxes, Box(free.x + thick, free.y, free.width - thick, free.height)
    return boxes, Box(free.x, free.y + thick, free.width, free.height - thick)
