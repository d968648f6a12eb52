"""What the message of a commit says: its title, the pull request, the branch that was merged."""

import re
from typing import NamedTuple

__all__ = ["Said", "read_message"]

# https://docs.github.com/en/pull-requests/collaborating-with-pull-requests; GitLab, Bitbucket and
# merge queues write theirs
_GITHUB = re.compile(r"Merge pull request #(\d+) from \S+?/(\S+)")
_BITBUCKET = re.compile(r"Merged in (\S+) \(pull request #(\d+)\)")
_BRANCH = re.compile(r"Merge(?:d)? (?:remote-tracking )?branch(?:es)? '([^']+)'(.*)")
_QUEUE = re.compile(r"(?:Auto merge of|Merge) #(\d+)\b")
_GITLAB = re.compile(r"^See merge request \S*!(\d+)\s*$", re.MULTILINE)
_NUMBER = re.compile(r"\s*\((?:#|!|pull request #|pr #?)(\d+)\)\s*$", re.IGNORECASE)
_QUEUED = re.compile(r"^\d+:\s*(.*?)(?:\s+r=\S+.*)?$")  # "12: title r=somebody a=somebody"
_MAIN = frozenset({"master", "main", "develop", "dev", "trunk", "staging", "production"})


class Said(NamedTuple):
    """The parts of a message."""

    title: str  # of the pull request where that is known
    body: str
    number: int  # of the pull request; 0 where none is named
    branch: str  # that was merged; "" where it is not known
    catches_up: bool  # the main line was merged into a branch that became the main line


def read_message(message: str, *, merge: bool) -> Said:
    """Return what a message says; `merge` tells whether the commit has several parents."""
    first, _, body = message.strip().partition("\n")
    first, body = first.strip(), body.strip()
    if not merge:
        return _plain(first, body)
    gitlab = _GITLAB.search(body)
    number, branch, catches_up = int(gitlab[1]) if gitlab else 0, "", False
    if found := _GITHUB.match(first):
        number, branch = int(found[1]), found[2]
    elif found := _BITBUCKET.match(first):
        number, branch = int(found[2]), found[1]
    elif found := _BRANCH.match(first):
        branch = found[1]
        catches_up = branch.rpartition("/")[2] in _MAIN and not number
    elif found := _QUEUE.match(first):
        number = int(found[1])
    else:
        return _plain(first, body)
    title, rest = _after(body)
    if not title:  # the merge says nothing more: the branch's name does
        title = re.sub(r"[-_/]+", " ", branch) if branch else first
    return Said(title, rest, number, branch, catches_up)


def _plain(first: str, body: str) -> Said:
    """Return what a squashed pull request or a plain commit says; its number is the outermost."""
    found = _NUMBER.search(first)
    if found:
        return Said(first[: found.start()], body, int(found[1]), "", catches_up=False)
    gitlab = _GITLAB.search(body)
    return Said(first, body, int(gitlab[1]) if gitlab else 0, "", catches_up=False)


def _after(body: str) -> tuple[str, str]:
    title, _, rest = body.partition("\n")
    if _GITLAB.match(title):
        return "", rest
    queued = _QUEUED.match(title)
    found = _NUMBER.search(title)
    title = title[: found.start()] if found else title
    return (queued[1] if queued else title).strip(), rest.strip()
