"""Many repositories as one JSON object: the versioned API for programs."""

from typing import Any

from nonevent.inventory import Portfolio
from nonevent.reports.inventory_json import VERSION, moment_of
from nonevent.reports.portfolio_sums import Row, families, kinds, rows, steps
from nonevent.reports.serial import dumps
from nonevent.reports.verdict import verdict

__all__ = ["render"]


def render(portfolio: Portfolio) -> str:
    """Return the repositories, least ready first, and what they come to together."""
    found = rows(portfolio)
    return dumps(
        {
            "version": VERSION,
            "tool": {"name": "nonevent", "version": portfolio.version},
            "repositories": [_row(row) for row in found],
            "unread": [
                {"name": entry.name, "path": entry.path, "error": entry.error}
                for entry in portfolio.entries
                if entry.inventory is None
            ],
            "families": families(found),
            "kinds": [kind._asdict() for kind in kinds(found)],
            "plan": [step._asdict() for step in steps(found)],
            "arguments": list(portfolio.arguments),
        }
    )


def _row(row: Row) -> dict[str, Any]:
    told = verdict(row.inventory)
    return {
        "name": row.entry.name,
        "path": row.entry.path,
        "commit": row.inventory.head or None,
        "digest": row.inventory.digest,
        "readiness": told.score,
        "verdict": told.said,
        "blockers": row.now.blockers,
        "families": dict(row.now.families),
        "files": row.now.files,
        "lines": row.now.lines,
        "notes": row.unread,
        "trend": [moment_of(each) for each in row.inventory.trend],
    }
