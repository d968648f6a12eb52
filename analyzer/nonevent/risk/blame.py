"""Which changes a deploy that went wrong may blame: those since the last good one there."""

import re
from collections.abc import Iterator
from itertools import groupby
from typing import TYPE_CHECKING

from nonevent.risk.deploys import GOOD, Deploy

if TYPE_CHECKING:
    from nonevent.risk.history import History, Outcome

__all__ = ["blamed", "place"]

_SHA = re.compile(r"[0-9a-f]{7,64}")


def place(history: "History", deploy: Deploy, requests: dict[int, int]) -> int | None:
    """Return the number of the last change that a deploy holds; None where it is not known."""
    if deploy.sha:
        return history.number_of(deploy.sha)
    named = deploy.named
    if named.startswith("#"):
        return requests.get(int(named[1:])) if named[1:].isdigit() else None
    return history.number_of(named) if _SHA.fullmatch(named) else None


def blamed(history: "History") -> "Iterator[Outcome]":
    """Yield what the deploys say of changes, each with its share of the blame.

    Of an environment nothing is known before its first good deploy: a first deploy that goes
    wrong blames its own change alone.
    """
    from nonevent.risk.history import Outcome

    deploys = history.deploys()
    if not deploys:
        return
    line = history.line()
    requests = {request: number for number, (_, _, request) in enumerate(line) if request}
    for environment, group in groupby(deploys, key=lambda deploy: deploy.environment):
        good: int | None = None  # the last change of the last good deploy
        for deploy in group:
            number = place(history, deploy, requests)
            if number is None:
                continue
            if deploy.outcome == GOOD:
                good = number
                continue
            first = number if good is None or good >= number else good + 1
            share = 1 / (number - first + 1)
            name = f"{environment}: {deploy.named}"
            for each in range(first, number + 1):
                yield Outcome(line[each][0], deploy.outcome, deploy.at, name, "deploy", share)
