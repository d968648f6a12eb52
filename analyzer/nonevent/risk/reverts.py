"""Which earlier change a change takes back: by branch, number, commit or title."""

import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import NamedTuple

from nonevent.risk.messages import Said
from nonevent.risk.titles import is_partly, undoing
from nonevent.sources.landed import Commit

__all__ = ["Landmarks", "Link", "Undone"]

_BRANCH = re.compile(r"(?:^|/)revert-(\d+)-")
_BRANCHES = re.compile(r"\brevert-\d+-")
# What GitHub and git write: https://git-scm.com/docs/git-revert
_REVERTS = re.compile(
    r"^\W*(?:this )?reverts?:?\s+(?:pull request |pr |merge request )?"
    r"(?:[\w.-]+/[\w.-]+)?[#!](\d+)",
    re.IGNORECASE | re.MULTILINE,
)
_COMMITS = re.compile(r"\breverts? commits?:?\s+((?:[0-9a-f]{7,64}[\s,;and.]*)+)", re.IGNORECASE)
_SHA = re.compile(r"\b[0-9a-f]{7,64}\b")
_NUMBERS = re.compile(r"(?:#|!|\bpr[ -]?#?|\bpull request #?)(\d+)\b", re.IGNORECASE)
_URL = re.compile(r"/(?:pull|merge_requests)/(\d+)\b")
_IN_COMMIT = re.compile(r"\bin (?:#\d+|pr ?#?\d+|[0-9a-f]{7,40})\b", re.IGNORECASE)
_CUT = ("…", "...")
_RECENT = 3000  # changes among which a title is looked for
_PART = 0.5  # weight of a revert that is only a part of a change


class Link(NamedTuple):
    """A change that is taken back, and by what it is known."""

    number: int  # of the change
    evidence: str  # "branch", "pull request", "commit", "title", "part"
    weight: float


class Undone(NamedTuple):
    """What a change takes back."""

    back: bool  # it takes something back as a whole
    reland: bool  # it brings again what was taken back
    links: tuple[Link, ...]


class Landmarks:
    """By what earlier changes are known."""

    def __init__(self, by_commit: Callable[[str], int | None]) -> None:
        """Take what finds a change by the id, or its beginning, of any commit that it brought."""
        self._by_commit = by_commit
        self._by_number: dict[int, int] = {}  # of the pull request
        self._titles: list[str] = []  # by number of the change
        self._by_title: dict[str, int] = {}
        self._back: set[int] = set()  # changes that take something back

    def add(self, said: Said, *, back: bool) -> None:
        """Add the next change."""
        number = len(self._titles)
        title = _plain(said.title)
        self._titles.append(title)
        self._by_title[title] = number
        if said.number:
            self._by_number[said.number] = number
        if back:
            self._back.add(number)

    def look(self, said: Said, inside: Sequence[Commit]) -> Undone:
        """Return what a change takes back; `inside` are the commits that it merges."""
        taken = undoing(said.title)
        branches = len(_BRANCHES.findall(said.branch)) if _BRANCH.search(said.branch) else 0
        layers = taken.layers or branches
        odd = taken.odd if taken.layers else branches % 2 == 1
        if not layers:
            return self._inside(said, inside)
        links = self._first(self._whole(said, inside))
        again = bool(links) and all(link.number in self._back for link in links)
        if not odd or again:  # what was taken back comes again
            return Undone(back=False, reland=True, links=())
        standing = tuple(link for link in links if link.number not in self._back)
        if is_partly(said.title) or _IN_COMMIT.search(taken.object):
            standing = tuple(Link(link.number, "part", _PART) for link in standing)
        return Undone(back=True, reland=False, links=standing)

    def _whole(self, said: Said, inside: Sequence[Commit]) -> Iterator[tuple[str, list[int]]]:
        """Yield what each kind of evidence says, the surest first."""
        branch = _BRANCH.search(said.branch)
        if branch:
            yield "branch", self._numbers([branch[1]])
        yield "pull request", self._numbers(_REVERTS.findall(said.body))
        texts = [said.body, *(commit.body for commit in inside)]
        yield "commit", [each for text in texts for each in self._commits(text)]
        about = undoing(said.title).object
        yield "pull request", self._numbers([*_NUMBERS.findall(about), *_URL.findall(said.body)])
        yield "commit", [each for sha in _SHA.findall(about) for each in self._commit(sha)]
        yield "title", self._title(about)
        for commit in inside:
            inner = undoing(commit.subject)
            if inner.odd:
                yield "title", self._title(inner.object)

    def _first(self, evidence: Iterable[tuple[str, list[int]]]) -> tuple[Link, ...]:
        for name, numbers in evidence:
            found = dict.fromkeys(number for number in numbers if number < len(self._titles))
            if found:
                return tuple(Link(number, name, 1.0) for number in found)
        return ()

    def _inside(self, said: Said, inside: Sequence[Commit]) -> Undone:
        """Return what single commits of a change take back, where the whole says nothing of it."""
        own = {commit.sha for commit in inside}
        work = [commit for commit in inside if len(commit.parents) < 2]  # noqa: PLR2004
        texts = [commit.body for commit in work if undoing(commit.subject).odd]
        whole = bool(work) and len(texts) == len(work)
        if not inside and undoing(said.title).layers == 0:
            texts = [said.body]
        numbers: dict[int, None] = {}
        for text in texts:
            for sha in _shas(text):
                if not any(each.startswith(sha) for each in own):
                    numbers.update(dict.fromkeys(self._commit(sha)))
        standing = [number for number in numbers if number not in self._back]
        if whole and standing:
            links = tuple(Link(number, "commit", 1.0) for number in standing)
            return Undone(back=True, reland=False, links=links)
        links = tuple(Link(number, "part", _PART) for number in standing)
        return Undone(back=False, reland=False, links=links)

    def _numbers(self, found: Iterable[str]) -> list[int]:
        known = (self._by_number.get(int(number)) for number in found if len(number) < 10)  # noqa: PLR2004
        return [number for number in known if number is not None]

    def _commits(self, text: str) -> list[int]:
        return [number for sha in _shas(text) for number in self._commit(sha)]

    def _commit(self, sha: str) -> list[int]:
        number = self._by_commit(sha)
        return [] if number is None else [number]

    def _title(self, text: str) -> list[int]:
        title = _plain(text)
        number = self._by_title.get(title)
        if number is not None and title:
            return [number]
        cut = next((title.removesuffix(end) for end in _CUT if title.endswith(end)), "")
        if len(cut) > 20:  # noqa: PLR2004 - a title of fewer letters is not cut
            for at in range(len(self._titles) - 1, max(-1, len(self._titles) - _RECENT), -1):
                if self._titles[at].startswith(cut):
                    return [at]
        return []


def _shas(text: str) -> list[str]:
    return [sha for match in _COMMITS.finditer(text) for sha in _SHA.findall(match[1])]


def _plain(title: str) -> str:
    """Return a title as it is compared: without its number, in lower case."""
    bare = re.sub(r"\s*\((?:#|!)\d+\)\s*$", "", title.strip().strip("\"'"))
    return " ".join(bare.lower().split())
