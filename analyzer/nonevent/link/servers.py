"""How long the web servers of a project let a request take."""

from collections.abc import Iterable

from nonevent.facts import FileFacts, Setting

__all__ = ["SETTING", "patience"]

SETTING = "server timeout"  # as `readers.servers` says it


def patience(files: Iterable[FileFacts]) -> Setting | None:
    """Return the most patient server's setting; None where there is none, or one without limit."""
    found = [
        fact
        for facts in files
        for fact in facts.facts
        if isinstance(fact, Setting) and fact.name == SETTING
    ]
    limits = [(each.value.constant, each) for each in found]
    numbers = [(seconds, each) for seconds, each in limits if isinstance(seconds, int)]
    if not numbers or len(numbers) < len(limits):
        return None
    return max(numbers, key=lambda pair: (pair[0], pair[1].location))[1]
