"""`branched-history`: two migrations end one history, so that its tool refuses to run."""

from collections.abc import Iterator

from nonevent.facts import Disorder, Placing
from nonevent.finding import Confidence, Related
from nonevent.rule import Problem, rule

TOOLS = {
    "alembic": (
        "heads of one history: `alembic upgrade head` refuses to run",
        "Join them with `alembic merge heads`, or let one `down_revision` name the other",
        Confidence.MEDIUM,  # `upgrade heads` runs both
    ),
    "django": (
        "leaf nodes of one app: `migrate` refuses to run",
        "Join them with `manage.py makemigrations --merge`, or let one depend on the other",
        None,
    ),
}


def find(disorder: Disorder) -> Iterator[Problem]:
    """Yield a problem for a history with two ends."""
    if disorder.placing is not Placing.BRANCH or disorder.tool not in TOOLS:
        return
    consequence, remedy, sure = TOOLS[disorder.tool]
    *front, last = (f"`{name}`" for name in (disorder.name, *disorder.others))
    yield Problem(
        f"{', '.join(front)} and {last} are {consequence}, and the deploy stops",
        remedy,
        confidence=sure,
        related=tuple(Related(place, "the other end") for place in disorder.places),
    )


RULE = rule(__file__, on=Disorder, find=find)
