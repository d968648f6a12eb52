"""What findings say of the code that runs while a migration does."""

from collections.abc import Iterator

from nonevent.facts import ColumnUse, Manner, SchemaStep
from nonevent.finding import Confidence, Persona, Related, Severity
from nonevent.rule import Problem

__all__ = ["calm", "first", "places", "sure", "version"]


def version(use: ColumnUse) -> str:
    """Return the version that a use stands in, as sentences have it."""
    return "the running version" if use.running else "the code"


def first(step: SchemaStep) -> str:
    """Return who uses what a step takes, first of all: "class `Order` of the running version"."""
    use = step.uses[0]
    who = {"SQL": "SQL"}.get(use.by, use.by)
    return f"{who} of {version(use)}"


def places(step: SchemaStep) -> tuple[Related, ...]:
    """Return where the code uses what a step takes."""
    return tuple(_place(use) for use in step.uses)


def _place(use: ColumnUse) -> Related:
    name = f"`{use.column or use.table.rpartition('.')[2]}`"
    does = {
        Manner.MAPPED: f"{use.by} maps {name}",
        Manner.WRITE: f"{use.by} writes {name}",
    }.get(use.manner, f"{use.by} names {name}")
    text = use.text if use.running else None
    side = version(use)
    return Related(use.location, f"{does} here, in {side}", before=text, side=side)


def sure(step: SchemaStep) -> Confidence:
    """Return how sure it is that the code meets the step."""
    certain = any(use.manner is Manner.MAPPED or use.by == "SQL" for use in step.uses)
    return Confidence.HIGH if certain else Confidence.MEDIUM


def calm(step: SchemaStep, problem: Problem, what: str) -> Iterator[Problem]:
    """Yield the problem; less of one where the running version is known not to use `what`.

    Where it does use it, another rule says so, with the places.
    """
    if step.uses and not step.made_again:
        return
    if step.unused:
        message = (
            f"{what}; no code of the running version names it, so nothing fails during the roll"
        )
        yield Problem(message, severity=Severity.NOTE, persona=Persona.PEDANTIC)
    elif step.retired:
        migration = step.retired.rpartition("/")[2].removesuffix(".py")
        message = (
            f"{what}; `{migration}` took it out of the models before, so nothing fails during the "
            "roll if a release with that one runs everywhere by now"
        )
        yield Problem(message, severity=Severity.NOTE, persona=Persona.PEDANTIC)
    else:
        yield problem
