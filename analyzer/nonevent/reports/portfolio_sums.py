"""What many repositories come to together: numbers by repository, by family and by kind."""

from collections.abc import Sequence
from typing import NamedTuple

from nonevent.inventory import Audited, Inventory, Moment, Portfolio
from nonevent.readiness import is_heard, moment, open_holders, phases
from nonevent.reports.verdict import verdict

__all__ = ["ANSWERS", "Kind", "Row", "Step", "families", "kinds", "rows", "steps"]

# Of a verdict, by the place of its answer.
ANSWERS = ("not yet", "slow or lossy roll", "nothing found")


class Row(NamedTuple):
    """One repository in numbers."""

    entry: Audited
    inventory: Inventory
    now: Moment
    answer: int  # place in ANSWERS
    unread: int  # parts not analysed


class Kind(NamedTuple):
    """What one rule found in all of them."""

    title: str
    rule: str
    family: str
    things: int
    repositories: int


class Step(NamedTuple):
    """A step of the plan, over all of them."""

    title: str
    things: int
    repositories: int


def rows(portfolio: Portfolio) -> list[Row]:
    """Return the repositories that were read, least ready first."""
    return [
        Row(
            entry,
            inventory,
            moment(inventory, "now"),
            verdict(inventory).answer,
            len(inventory.notes),
        )
        for entry in portfolio.entries
        if (inventory := entry.inventory) is not None
    ]


def families(found: Sequence[Row]) -> dict[str, int]:
    """Return how many things of each family are open."""
    total: dict[str, int] = {}
    for row in found:
        for name, count in row.now.families:
            total[name] = total.get(name, 0) + count
    return dict(sorted(total.items()))


def kinds(found: Sequence[Row]) -> list[Kind]:
    """Return what was found by rule, what most repositories have first."""
    met: dict[str, Kind] = {}
    for row in found:
        mine = [holder for holder in open_holders(row.inventory) if is_heard(holder)]
        for rule in {holder.rule for holder in mine}:
            things = [holder for holder in mine if holder.rule == rule]
            page = row.inventory.pages.get(rule)
            known = met.get(rule, Kind(page.title if page else rule, rule, things[0].family, 0, 0))
            met[rule] = known._replace(
                things=known.things + len(things), repositories=known.repositories + 1
            )
    return sorted(met.values(), key=lambda kind: (-kind.repositories, -kind.things, kind.rule))


def steps(found: Sequence[Row]) -> list[Step]:
    """Return the plan over all, in its order."""
    met: dict[str, Step] = {}
    order: dict[str, int] = {}
    for row in found:
        for number, phase in enumerate(phases(row.inventory)):
            known = met.get(phase.title, Step(phase.title, 0, 0))
            met[phase.title] = known._replace(
                things=known.things + len(phase.holders), repositories=known.repositories + 1
            )
            order[phase.title] = max(order.get(phase.title, 0), number)
    return sorted(met.values(), key=lambda step: (order[step.title], step.title))
