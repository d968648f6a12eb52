"""Rows of catalogues that a change from outside alters."""

from collections.abc import Iterator

from nonevent.facts import Alteration, Altered, Turn
from nonevent.rule import Problem, rule


def find(alteration: Alteration) -> Iterator[Problem]:
    """Yield a problem for the rows that one line alters."""
    if alteration.what is Altered.ROW:
        yield Problem(
            f"{'; '.join(map(_said, alteration.turns))}: findings that hang on it come or go from "
            "the merge on, this run heeds the base",
            remedy="Have the owner of the rows agree to it, or take it out of this change",
        )


def _said(turn: Turn) -> str:
    catalogue, _, key = turn.key.partition(" ")
    row = f"row `{key}` of `{catalogue}`"
    if not turn.before:
        return f"{row} is new"
    if not turn.after:
        return f"{row} is gone"
    pairs = zip(turn.fewer, turn.more, strict=True)
    return f"{row} goes " + ", ".join(f"from `{old}` to `{new}`" for old, new in pairs)


RULE = rule(__file__, on=Alteration, find=find)
