"""Suppressions that do not say why."""

from collections.abc import Iterator

from nonevent.facts import Comment
from nonevent.rule import Problem, rule


def find(comment: Comment) -> Iterator[Problem]:
    """Yield a problem where rules are named and no reason follows."""
    if comment.word in ("ignore", "ignore-file") and comment.rules and not comment.reason:
        form = f"nonevent: {comment.word}[{', '.join(comment.rules)}]"
        if comment.until:
            form += f" until {comment.until}"
        yield Problem(
            f"`{form}` gives no reason, so it suppresses nothing",
            remedy=f"Write why the finding does no harm here: `{form} reason`",
        )


RULE = rule(__file__, on=Comment, find=find)
