"""Changes from outside by which the settings come from another file, or from none."""

from collections.abc import Iterator

from nonevent.facts import Alteration, Altered, Turn
from nonevent.rule import Problem, rule

MANY = 300  # characters of all values together


def find(alteration: Alteration) -> Iterator[Problem]:
    """Yield a problem for each file that is another, or not in order."""
    if alteration.what is not Altered.FILE:
        return
    for turn in alteration.turns:
        yield Problem(
            _said(turn),
            remedy="Have the owner of the settings agree to it, or take it out of this change",
        )


def _said(turn: Turn) -> str:
    if turn.key == "broken":
        return f"`{turn.before}` is not in order from the merge on: {turn.after}"
    here = "this run heeds the base"
    if not turn.after:
        return f"the settings in `{turn.before}` are gone{_listed(turn.fewer)}; {here}"
    if not turn.before:
        return (
            f"settings come from `{turn.after}`, where there were none{_listed(turn.more)}; {here}"
        )
    return (
        f"settings come from `{turn.after}` instead of `{turn.before}`{_listed(turn.more)}; {here}"
    )


def _listed(values: tuple[str, ...]) -> str:
    listed = ", ".join(values)
    cut = f"{listed[:MANY]}…" if len(listed) > MANY else listed
    return f", with `{cut}`" if cut else ""


RULE = rule(__file__, on=Alteration, find=find)
