"""Earlier versions of a repository: which there are, and the files of each, from git's objects."""

import re
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from typing import NamedTuple

from nonevent.error import UserError
from nonevent.sources.disk import printable
from nonevent.sources.files import SKIPPED
from nonevent.sources.listing import list_commit
from nonevent.sources.place import Place, require_place
from nonevent.sources.quarantine import Quarantine, open_quarantine
from nonevent.sources.refs import find_id, list_tags

__all__ = ["Version", "Versions", "is_release", "open_versions"]

# "v2.0rc1", "1.4-beta.2": what is tried out before a release is none.
TRIED = re.compile(r"(?i)(?:[-._]|\d)(?:a|b|c|rc|alpha|beta|dev|pre|preview|test)[-._]?\d*\Z")


class Version(NamedTuple):
    """A commit of the history that is checked out."""

    name: str  # of its tag; else the first digits of the commit
    sha: str  # full id
    seconds: int  # when it was committed, since 1970


class Versions:
    """The history of HEAD, read through a quarantine."""

    def __init__(self, git: Quarantine, place: Place) -> None:
        """Take an open quarantine.

        Raises:
            UserError: there is no commit yet.

        """
        self._git = git
        self._place = place
        self.head = find_id(place, "HEAD")
        if not self.head:
            raise UserError("this repository has no commits yet: there is no earlier version")
        self._blobs: dict[str, bytes] = {}

    def commits(self, *, main: bool = True) -> list[Version]:
        """Return what HEAD was before, newest first; with `main` what landed on its line alone.

        Raises:
            UserError: the history cannot be walked.

        """
        return self._log(*(["--first-parent"] if main else []), self.head)[1:]

    def since(self, base: str, *, main: bool = False) -> list[Version]:
        """Return what HEAD builds on and a commit does not, newest first, HEAD among it.

        With `main` what landed on its line alone.

        Raises:
            UserError: the history cannot be walked.

        """
        return self._log(*(["--first-parent"] if main else []), self.head, f"^{base}")

    def _log(self, *asked: str) -> list[Version]:
        options = ("--format=%H %ct", "--no-show-signature", "--no-color")
        raw = self._git.ask("log", *options, *asked)
        if raw is None:
            raise UserError("the history cannot be walked to its end: an object is missing")
        found = []
        for line in raw.decode("ascii", "replace").splitlines():
            sha, _, time = line.partition(" ")
            found.append(Version(sha[:9], sha, int(time) if time.isdecimal() else 0))
        return found

    def tags(self, *, head: bool = False) -> list[Version]:
        """Return the tagged versions that HEAD builds on, newest first, a commit once.

        With `head` HEAD itself is among them, where it is tagged.

        Raises:
            UserError: the history cannot be walked.

        """
        tags = list_tags(self._place)
        with self._git.given([f"{each}^{{commit}}" for each in tags.values()]) as list_:
            options = ("--batch-check=%(objectname)", "--buffer")
            with self._git.stream("cat-file", *options, given=list_) as git:
                ids = [line.decode("ascii", "replace").partition(" ")[0] for line in git.lines]
        known = {each.sha: each for each in self._log(self.head)[0 if head else 1 :]}
        found: dict[str, Version] = {}
        for name, sha in zip(tags, ids, strict=False):
            if sha in known:
                found.setdefault(sha, known[sha]._replace(name=printable(name)))
        return sorted(found.values(), key=lambda each: (-each.seconds, each.name))

    def files(self, sha: str, chosen: Callable[[str], bool]) -> dict[str, bytes]:
        """Return the chosen files of a commit, by their paths.

        Contents that the version before had are not read again.

        Raises:
            UserError: objects are missing.

        """
        listed = {
            path: blob
            for path, blob in list_commit(self._git, sha).items()
            if chosen(path) and SKIPPED.isdisjoint(path.split("/"))
        }
        wanted = set(listed.values())
        kept = {blob: data for blob, data in self._blobs.items() if blob in wanted}
        read: Mapping[str, object] = self._git.blobs(wanted - kept.keys())
        kept.update((blob, data) for blob, data in read.items() if isinstance(data, bytes))
        self._blobs = kept
        return {printable(path): kept[blob] for path, blob in listed.items() if blob in kept}

    def holds(self, sha: str) -> dict[str, str]:
        """Return the files of a commit: path → what its content is known by.

        Raises:
            UserError: objects are missing.

        """
        return {printable(path): blob for path, blob in list_commit(self._git, sha).items()}


def is_release(version: Version) -> bool:
    """Tell whether a tag names a release, and nothing that is tried out before one."""
    return TRIED.search(version.name) is None


@contextmanager
def open_versions(folder: str) -> Iterator[Versions]:
    """Open the repository in which a folder lies.

    Raises:
        UserError: there is none, or it cannot be read.

    """
    place = require_place(folder)
    with open_quarantine(place) as git:
        yield Versions(git, place)
