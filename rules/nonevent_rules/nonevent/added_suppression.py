"""Comments by which a change from outside suppresses findings."""

from collections.abc import Iterator

from nonevent.facts import Alteration, Altered
from nonevent.finding import SEVERITIES, Persona, Severity
from nonevent.rule import Problem, rule


def find(alteration: Alteration) -> Iterator[Problem]:
    """Yield a problem for a comment, as severe as the worst that it suppresses."""
    if alteration.what is not Altered.SUPPRESSION:
        return
    turns = alteration.turns
    names = ", ".join(f"`{name}`" for name in dict.fromkeys(turn.key for turn in turns))
    times = f" {len(turns)} times" if len(turns) > 1 else ""
    yield Problem(
        f"{names} is suppressed{times} by a comment of this change, because `{turns[0].after}`: "
        "it counts, so a reviewer has to agree",
        remedy="Mend what it hides, or let somebody who may write here bring the comment",
        severity=min((Severity(turn.severity) for turn in turns), key=SEVERITIES.index),
        persona=min((Persona(turn.persona) for turn in turns), key=tuple(Persona).index),
    )


RULE = rule(__file__, on=Alteration, find=find)
