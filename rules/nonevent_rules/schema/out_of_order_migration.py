"""`out-of-order-migration`: a new migration comes before one that is applied already."""

from collections.abc import Iterator

from nonevent.facts import Disorder, Placing
from nonevent.finding import Related
from nonevent.rule import Problem, rule

TOOLS = {
    "flyway": "Flyway finds it unapplied below the newest version, and `migrate` stops",
    "golang-migrate": (
        "golang-migrate goes on from the version that a database has: where that is the later one, "
        "this migration is never applied"
    ),
    "supabase": "`supabase db push` stops at it",
}


def find(disorder: Disorder) -> Iterator[Problem]:
    """Yield a problem for a migration that its tool refuses or passes over."""
    if disorder.placing is not Placing.BEHIND or disorder.tool not in TOOLS:
        return
    yield Problem(
        f"`{disorder.name}` is new and comes before `{disorder.others[0]}`: {TOOLS[disorder.tool]}",
        "Give it a number, or a time, behind the last one",
        related=tuple(Related(place, "is there already") for place in disorder.places),
    )


RULE = rule(__file__, on=Disorder, find=find)
