"""What an audit costs: `python tests/benchmarks/audit_cost.py REPOSITORY… [--trend N]`.

Seconds of this process's own CPU, nothing kept from before: the audit, its page, and so many
earlier releases on top, the first time and once more.
"""

# ruff: noqa: T201 - a script, started by its path, that prints

import os
import sys
import tempfile
import time
from collections.abc import Callable
from typing import TypeVar

from nonevent.audit import audit
from nonevent.config import load
from nonevent.options import Options
from nonevent.reports import inventory_html
from nonevent.trend import trend

Made = TypeVar("Made")


def timed(work: Callable[[], Made]) -> tuple[Made, float]:
    """Return what the work makes, and the seconds of CPU that it takes."""
    before = time.process_time()
    return work(), time.process_time() - before


def cost(folder: str, versions: int) -> str:
    """Return a line on one repository."""
    os.chdir(folder)
    settings = load(folder)
    with tempfile.TemporaryDirectory() as kept:
        options = Options(cache_dir=kept)
        inventory, first = timed(lambda: audit(options, settings, folder))
        _, again = timed(lambda: audit(options, settings, folder))
        page, drawn = timed(lambda: inventory_html.render(inventory))
        lines = sum(area.lines for area in inventory.areas)
        said = (
            f"{os.path.basename(folder):<20} {inventory.files:>6,} files {lines:>8,} lines: "
            f"{first:.2f} s, again {again:.2f} s; page {drawn:.3f} s, {len(page.encode()):,} bytes"
        )
        if versions:
            asked = f"tags:{versions}"
            moments, trended = timed(lambda: trend(options, settings, folder, asked))
            _, known = timed(lambda: trend(options, settings, folder, asked))
            said += f"; {len(moments)} releases {trended:.1f} s, again {known:.2f} s"
    return said


def main(arguments: list[str]) -> None:
    """Print a line for each repository."""
    versions = 0
    if "--trend" in arguments:
        at = arguments.index("--trend")
        versions = int(arguments[at + 1])
        del arguments[at : at + 2]
    for folder in map(os.path.abspath, arguments):
        print(cost(folder, versions), flush=True)


if __name__ == "__main__":
    main(sys.argv[1:])
