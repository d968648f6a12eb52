"""Suppressions that name no rule there is."""

from collections.abc import Iterator

from nonevent.facts import Comment
from nonevent.rule import Problem, rule

FORM = "nonevent: ignore[rule-id] reason"


def find(comment: Comment) -> Iterator[Problem]:
    """Yield a problem for each unknown name, or where no rule is named at all."""
    if comment.word and comment.word not in ("ignore", "ignore-file"):
        yield Problem(
            f"`nonevent: {comment.word}` is no suppression, so it suppresses nothing",
            remedy=f"Write `{FORM}`",
        )
    elif comment.word and not comment.rules:
        yield Problem(
            f"`nonevent: {comment.word}` names no rule, so it suppresses nothing",
            remedy=f"Name the rule: `nonevent: {comment.word}[rule-id] reason`",
        )
    for name, near in comment.unknown:
        yield Problem(
            f"`{name}` is the name of no rule, so it suppresses nothing",
            remedy=f"Write `{near}`" if near else "Take a name that `nonevent rules` lists",
        )


RULE = rule(__file__, on=Comment, find=find)
