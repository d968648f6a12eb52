"""Suppressions whose last day is past, or that name a day that is none."""

from collections.abc import Iterator

from nonevent.facts import Comment
from nonevent.rule import Problem, rule


def find(comment: Comment) -> Iterator[Problem]:
    """Yield a problem where the suppression counts no more, or nobody can tell until when."""
    form = f"nonevent: {comment.word}[{', '.join(comment.rules)}]"
    if comment.expired:
        yield Problem(
            f"`{form}` counted until {comment.until}, so it suppresses nothing any more",
            remedy="Mend what it hid, or give it a later day and the reason for that",
        )
    elif comment.dateless:
        yield Problem(
            f"`{comment.until}` is no day, so `{form}` suppresses nothing",
            remedy="Write the day as in `until 2027-01-31`",
        )


RULE = rule(__file__, on=Comment, find=find)
