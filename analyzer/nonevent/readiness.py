"""How ready a code base is for two replicas and a rolling deploy: a number, and its formula.

What a finding counts here it counts in the readiness of a change, too.
"""

from collections.abc import Iterable
from math import log10
from types import MappingProxyType
from typing import NamedTuple

from nonevent.finding import Confidence, Persona, Severity
from nonevent.inventory import Holder, Inventory, Moment

__all__ = [
    "CERTAINTY",
    "CHANCE",
    "FORMULA",
    "Phase",
    "blockers",
    "doubt",
    "is_heard",
    "moment",
    "open_holders",
    "phases",
    "readiness",
    "weight",
]

# The chance that a deploy fails by one thing of this severity, if it is what it is taken for; and
# how sure that is. They put things in order and were not measured: no public record
# of deploys names the rule that a change broke.
CHANCE = MappingProxyType({Severity.ERROR: 0.2, Severity.WARNING: 0.05, Severity.NOTE: 0.01})
CERTAINTY = MappingProxyType({Confidence.HIGH: 1.0, Confidence.MEDIUM: 0.75, Confidence.LOW: 0.5})
FORMULA = (
    "Each kind of thing that is open may fail a deploy: an error with a chance of 20 in 100, a "
    "warning 5, a note or what only pedants or auditors hear of 1, times how sure it is (high 1, "
    "medium ¾, low ½); the worst of its kind counts. Ten of a kind weigh as two, a hundred as "
    "three. The readiness is 100 times the chance that no kind fails it. The weights put things "
    "in order; they were not measured."
)


class Phase(NamedTuple):
    """A step of the plan."""

    title: str  # imperative
    holders: tuple[Holder, ...]  # that it clears
    after: int  # readiness of the whole when it and the steps before are done


def open_holders(inventory: Inventory) -> list[Holder]:
    """Return what no comment suppresses."""
    return [holder for holder in inventory.holders if not holder.suppressed]


def is_heard(holder: Holder) -> bool:
    """Tell whether `nonevent check` reports one of its places to everybody."""
    return any(
        place.finding.persona is Persona.REGULAR
        and place.finding.confidence is not Confidence.LOW
        and not place.reason
        for place in holder.places
    )


def blockers(inventory: Inventory) -> list[Holder]:
    """Return what two replicas, or a roll, do not survive: the errors that everybody hears of."""
    return [
        holder
        for holder in open_holders(inventory)
        if holder.severity is Severity.ERROR and is_heard(holder)
    ]


def weight(holder: Holder) -> Severity:
    """Return the severity that a thing counts with: what few hear of is a note."""
    return holder.severity if is_heard(holder) else Severity.NOTE


def doubt(holder: Holder) -> float:
    """Return the chance that a deploy fails by it, from 0 to 1."""
    return CHANCE[weight(holder)] * CERTAINTY[holder.confidence]


def readiness(holders: Iterable[Holder]) -> int:
    """Return 100 times the chance that a deploy fails by none of these, in whole points.

    It is rounded down, so 100 is nothing at all. It does not depend on how the code is divided.
    """
    kinds: dict[str, list[float]] = {}
    for holder in holders:
        kinds.setdefault(holder.rule, []).append(doubt(holder))
    left = 1.0
    for doubts in kinds.values():
        left *= (1 - max(doubts)) ** (1 + log10(len(doubts)))
    return int(100 * left + 1e-9)


def moment(inventory: Inventory, name: str) -> Moment:
    """Return what an inventory comes to, in numbers."""
    left = open_holders(inventory)
    met = [holder.family for holder in left]
    return Moment(
        name=name,
        sha=inventory.head,
        day="",
        readiness=readiness(left),
        blockers=len(blockers(inventory)),
        families=tuple((family, met.count(family)) for family in sorted(set(met))),
        files=inventory.files,
        lines=sum(area.lines for area in inventory.areas),
    )


def phases(inventory: Inventory) -> list[Phase]:
    """Return what to do first, and what the readiness is after each step."""
    left = open_holders(inventory)
    result = []
    for title, belongs in PLAN:
        mine = tuple(holder for holder in left if belongs(holder))
        if mine:
            left = [holder for holder in left if not belongs(holder)]
            result.append(Phase(title, mine, readiness(left)))
    return result


def _is_fixable(holder: Holder) -> bool:
    """Tell whether `nonevent check --fix` clears it."""
    edits = [place.finding.edits for place in holder.places if not place.reason]
    return all(each and all(edit.safe for edit in each) for each in edits)


def _is_error_of(family: str, holder: Holder) -> bool:
    return holder.family == family and weight(holder) is Severity.ERROR


# Cheapest first, then what blocks, then what makes it slow to drain.
PLAN = (
    ("Let nonevent check --fix mend what is local and certain", _is_fixable),
    (
        "Move what processes hold into a store that all replicas share",
        lambda holder: _is_error_of("state", holder),
    ),
    (
        "Move what lies on the local disk into an object store or a database",
        lambda holder: _is_error_of("files", holder),
    ),
    ("Give every wait a limit", lambda holder: holder.family == "timeouts"),
    ("Clear the rest of the state", lambda holder: holder.family == "state"),
    ("Clear the rest of the files", lambda holder: holder.family == "files"),
)
