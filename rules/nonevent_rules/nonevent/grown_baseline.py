"""Baselines in which a change from outside accepts more."""

from collections.abc import Iterator

from nonevent.facts import Alteration, Altered, Turn
from nonevent.rule import Problem, rule

LISTED = 5  # entries that are named


def find(alteration: Alteration) -> Iterator[Problem]:
    """Yield a problem for all that a baseline accepts more."""
    if alteration.what is not Altered.ENTRY:
        return
    turns = alteration.turns
    listed = ", ".join(map(_said, turns[:LISTED]))
    rest = f" and {len(turns) - LISTED} more" if len(turns) > LISTED else ""
    one = len(turns) == 1
    many, they = ("1 finding is", "it is") if one else (f"{len(turns)} findings are", "they are")
    yield Problem(
        f"{many} accepted here, {listed}{rest}: {they} not reported any more from the merge on, "
        "this run heeds the base",
        remedy="Have the owner of the baseline agree to it, or take it out of this change",
    )


def _said(turn: Turn) -> str:
    until = f", until {turn.after}" if turn.before else ""
    return f"`{turn.key}` in `{turn.path}`{until}"


RULE = rule(__file__, on=Alteration, find=find)
