"""The inventory as JSON: the versioned API for programs; fields are added, never renamed."""

from typing import Any

from nonevent.facts import Reach
from nonevent.finding import SEVERITIES
from nonevent.inventory import Holder, Inventory, Moment, Place
from nonevent.readiness import Phase, blockers, open_holders, phases, readiness, weight
from nonevent.reports.ahead_json import ahead
from nonevent.reports.members import note, place
from nonevent.reports.order import notes_by_place
from nonevent.reports.serial import dumps
from nonevent.reports.verdict import verdict

__all__ = ["VERSION", "components", "moment_of", "render"]

VERSION = 1  # of the API; a change that breaks a reader makes it 2


def render(inventory: Inventory) -> str:
    """Return the inventory as one JSON object, holders worst first."""
    notes = notes_by_place(inventory.notes)
    document = {
        "version": VERSION,
        "tool": {"name": "nonevent", "version": inventory.version},
        "holders": [_holder(holder) for holder in inventory.holders],
        "components": components(inventory),
        "notes": [note(each) for each in notes],
        "summary": _summary(inventory),
        "readiness": readiness(open_holders(inventory)),
        "blockers": len(blockers(inventory)),
        "verdict": verdict(inventory).said,
        "areas": areas(inventory),
        "plan": [_phase(phase) for phase in phases(inventory)],
        "trend": [moment_of(each) for each in inventory.trend],
        "ahead": ahead(inventory.ahead) if inventory.ahead is not None else None,
        "unread": [{"language": name, "files": count} for name, count in inventory.unread],
        "doors": dict(inventory.doors) if inventory.doors is not None else None,
        "source": {
            "project": inventory.project,
            "commit": inventory.head or None,
            "work_tree": inventory.dirty,
            "digest": inventory.digest,
            "arguments": list(inventory.arguments),
        },
    }
    return dumps(document)


def moment_of(told: Moment) -> dict[str, Any]:
    """Return an earlier version as an object."""
    return {
        "name": told.name,
        "commit": told.sha,
        "day": told.day,
        "readiness": told.readiness,
        "blockers": told.blockers,
        "families": dict(told.families),
        "files": told.files,
        "lines": told.lines,
    }


def areas(inventory: Inventory) -> list[dict[str, Any]]:
    """Return the areas of the map, the largest first."""
    left = open_holders(inventory)
    found = []
    for area in inventory.areas:
        mine = [holder for holder in left if holder.area == area.name]
        found.append(
            {
                "name": area.name,
                "files": area.files,
                "lines": area.lines,
                "holders": len(mine),
                "readiness": readiness(mine),
            }
        )
    return found


def _phase(phase: Phase) -> dict[str, Any]:
    places = [place for holder in phase.holders for place in holder.places if not place.reason]
    return {
        "title": phase.title,
        "holders": len(phase.holders),
        "places": len(places),
        "files": len({place.finding.location.path for place in places}),
        "readiness": phase.after,
    }


def components(inventory: Inventory) -> list[dict[str, Any]]:
    """Return name and counts of each component, that of the highest ranks first."""
    found: dict[str, list[Holder]] = {}
    for holder in inventory.holders:
        found.setdefault(holder.component, []).append(holder)
    return [
        {"name": name, "holders": len(held), **_counts(held)}
        for name, held in sorted(found.items(), key=lambda each: (-_weight(each[1]), each[0]))
    ]


def _weight(holders: list[Holder]) -> float:
    return sum(holder.rank for holder in holders if not holder.suppressed)


def _counts(holders: list[Holder]) -> dict[str, int]:
    """Return the number of holders of each severity, and of those that are suppressed."""
    met = [holder.severity for holder in holders if not holder.suppressed]
    counted = {str(severity): met.count(severity) for severity in SEVERITIES}
    return {**counted, "suppressed": len(holders) - len(met)}


def _holder(holder: Holder) -> dict[str, Any]:
    return {
        "held": holder.held,
        "name": holder.name,
        "type": holder.holds,
        "rule": holder.rule,
        "family": holder.family,
        "component": holder.component,
        **place(holder.location),
        "scope": holder.scope,
        "severity": holder.severity,
        "confidence": holder.confidence,
        "rank": holder.rank,
        "weight": weight(holder),
        "lost": holder.lost,
        "replicas": holder.replicas,
        "suppressed": holder.suppressed,
        "places": [_use(used) for used in holder.places],
    }


def _use(used: Place) -> dict[str, Any]:
    finding = used.finding
    subject = finding.subject
    return {
        **place(finding.location),
        "scope": subject.scope if subject else "",
        "how": subject.how if subject else "",
        "message": finding.message,
        "remedy": finding.remedy,
        "severity": finding.severity,
        "confidence": finding.confidence,
        "persona": finding.persona,
        "fingerprint": finding.fingerprint,
        "reason": used.reason or None,
        "accepted": used.accepted and used.accepted._asdict(),
        "reached_from": [_reach(reach) for reach in subject.reach] if subject else [],
    }


def _reach(reach: Reach) -> dict[str, Any]:
    return {
        "role": reach.role,
        "entry": reach.entry,
        "chain": [place(location) for location in reach.chain],
    }


def _summary(inventory: Inventory) -> dict[str, int]:
    return {
        "files": inventory.files,
        "holders": len(inventory.holders),
        "places": sum(len(holder.places) for holder in inventory.holders),
        **_counts(list(inventory.holders)),
        "notes": len(inventory.notes),
    }
