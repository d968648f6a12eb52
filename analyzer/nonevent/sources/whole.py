"""All files of a commit, for what a change alone does not tell.

Most of them lie in the work tree as they were committed, which their id tells: the objects of the
repository are only asked where one does not.
"""

import errno
import os
from collections.abc import Callable, Iterable, Mapping
from functools import partial

from nonevent.change import ChangedFile, Side
from nonevent.sources.disk import LIMIT, printable, read_file
from nonevent.sources.ignore import Wanted
from nonevent.sources.place import Place
from nonevent.sources.quarantine import Trouble, blob_id, open_quarantine

__all__ = ["whole"]


def whole(
    place: Place,
    algorithm: str,
    files: Mapping[str, str],
    chosen: Wanted,
    changed: Iterable[ChangedFile] = (),
) -> Callable[[], Side]:
    """Return what lists the chosen ones of a commit's files, path → blob id.

    Of `changed` files the content before is at hand.
    """

    def read() -> Side:
        mine = {path: identity for path, identity in files.items() if chosen(path)}
        blobs = _Blobs(place, algorithm, mine.values())
        side: Side = {
            printable(path): partial(blobs.read, path, identity) for path, identity in mine.items()
        }
        known = {file.old_path or file.path: file.before for file in changed}
        return {**side, **{path: content for path, content in known.items() if content}}

    return read


class _Blobs:
    """Contents by blob id, from the work tree or from the repository."""

    def __init__(self, place: Place, algorithm: str, every: Iterable[str]) -> None:
        """Take the ids of all that may be asked for."""
        self._place = place
        self._algorithm = algorithm
        self._every = every
        self._read: Mapping[str, bytes | Trouble] | None = None

    def read(self, path: str, identity: str) -> bytes:
        """Return the content of the blob that a commit has at this path.

        Raises:
            OSError: it cannot be had.

        """
        place = os.fsdecode(path.encode("utf-8", "surrogateescape"))
        try:
            data = read_file(os.path.join(self._place.root, place), LIMIT)
        except OSError:
            data = None
        if data is not None and blob_id(data, self._algorithm) == identity:
            return data
        if self._read is None:
            with open_quarantine(self._place) as git:
                self._read = git.blobs(self._every)
        found = self._read.get(identity)
        if isinstance(found, bytes):
            return found
        raise OSError(errno.EIO, found.message if found else "not in this clone", path)
