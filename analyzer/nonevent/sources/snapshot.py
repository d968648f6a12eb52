"""The files of a commit, or of the index, as a `View`: links are followed inside it alone."""

import errno
import os
from collections.abc import Mapping
from functools import cache
from typing import NamedTuple

from nonevent.error import UserError
from nonevent.sources.git import commit_of, find_index, merge_base_of, split_revisions
from nonevent.sources.listing import list_commit, list_index, list_links
from nonevent.sources.place import Place, require_place
from nonevent.sources.quarantine import Quarantine, open_quarantine
from nonevent.sources.view import OUTSIDE, View, guarded

__all__ = ["Sides", "sides"]

LINKS = 40  # that lead to one another, as Linux follows them
SHOWN = 10  # digits of a commit

Blobs = Mapping[str, str]  # path → blob id


class Sides(NamedTuple):
    """The versions of a project that a change lies between."""

    root: str  # folder of the work tree, absolute
    base: View  # the version that the revisions name first; the last commit of what is staged
    before: View  # the version that the change is compared with: the merge base, mostly
    after: View


def sides(root_hint: str, revisions: str, target: str = "") -> Sides:
    """Return the versions between which a change lies; without `revisions` what is staged.

    The base is `target`, else the revision that was named, not the merge base: from how old a
    commit a branch starts is up to whoever makes the change.

    Raises:
        UserError: there is no repository, no such revision, or not enough history.

    """
    place = require_place(root_hint)
    index = "" if revisions else find_index(place)
    with open_quarantine(place, index) as git:
        if not revisions:
            base = _commit(git, place, commit_of(git, place, "HEAD"))
            links: dict[str, str] = {}
            files: dict[str, str] = {}
            for entry in list_index(git):
                (files if entry.is_file else links)[entry.path] = entry.identity
            return Sides(place.root, base, base, _view(place, files, links))
        first, dots, second = split_revisions(revisions)
        named, head = commit_of(git, place, first), commit_of(git, place, second)
        base = _commit(git, place, named)
        before = base
        if dots != "..":
            common = merge_base_of(git, (named, first), (head, second))
            before = base if common == named else _commit(git, place, common)
        if target:
            base = _commit(git, place, commit_of(git, place, target))
        after = _commit(git, place, head) if dots else guarded(place.root)
        return Sides(place.root, base, before, after)


def _commit(git: Quarantine, place: Place, commit: str) -> View:
    view = _view(place, list_commit(git, commit), list_links(git, commit))
    return view._replace(prefix=f"{commit[:SHOWN]}:", commit=commit)


def _view(place: Place, files: Blobs, links: Blobs) -> View:
    @cache
    def blob(identity: str) -> bytes:
        with open_quarantine(place) as git:
            found = git.blobs([identity])[identity]
        if not isinstance(found, bytes):
            raise OSError(errno.EIO, found.message)
        return found

    def at(path: str) -> str:
        """Return the path in the listing that an absolute one stands for, links followed."""
        inside = os.path.relpath(os.path.abspath(path), place.root).replace(os.sep, "/")
        todo, done, followed = inside.split("/"), list[str](), 0
        while todo:
            part = todo.pop(0)
            if part == "..":
                if not done:
                    raise OSError(errno.EACCES, OUTSIDE, path)
                done.pop()
            elif part not in ("", "."):
                done.append(part)
            link = links.get("/".join(done), "")
            if link:
                followed += 1
                target = os.fsdecode(blob(link))
                if target.startswith("/") or followed > LINKS:
                    raise OSError(errno.EACCES, OUTSIDE, path)
                done.pop()
                todo[:0] = target.split("/")
        return "/".join(done)

    def is_file(path: str) -> bool:
        try:
            return at(path) in files
        except UserError:
            raise
        except OSError:  # there it stands, and reading it says what is wrong
            return True

    def read(path: str) -> bytes:
        identity = files.get(at(path))
        if identity is None:
            raise OSError(errno.ENOENT, os.strerror(errno.ENOENT), path)
        return blob(identity)

    return View(is_file, read)
