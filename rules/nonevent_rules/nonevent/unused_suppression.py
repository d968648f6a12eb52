"""Suppressions with nothing to suppress."""

from collections.abc import Iterator

from nonevent.facts import Comment
from nonevent.rule import Problem, rule


def find(comment: Comment) -> Iterator[Problem]:
    """Yield a problem for each rule that is named and finds nothing here."""
    for name in comment.unused:
        whole = len(comment.rules) == 1
        yield Problem(
            f"`{name}` finds nothing here, so the next fault in this place stays unseen",
            remedy="Remove the comment" if whole else f"Remove `{name}` from the brackets",
        )


RULE = rule(__file__, on=Comment, find=find)
