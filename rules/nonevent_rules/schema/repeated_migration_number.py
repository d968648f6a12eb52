"""`repeated-migration-number`: two migrations have one number, and the tool refuses both."""

from collections.abc import Iterator

from nonevent.facts import Disorder, Placing
from nonevent.finding import Related
from nonevent.rule import Problem, rule


def find(disorder: Disorder) -> Iterator[Problem]:
    """Yield a problem for a number that another migration has as well."""
    if disorder.placing is not Placing.TWICE:
        return
    tool = "Flyway" if disorder.tool == "flyway" else "the tool that runs them"
    yield Problem(
        f"`{disorder.name}` has the number of `{disorder.others[0]}`: {tool} refuses to run, and "
        "the deploy stops",
        "Give the newer one the next number",
        related=tuple(Related(place, "has the same number") for place in disorder.places),
    )


RULE = rule(__file__, on=Disorder, find=find)
