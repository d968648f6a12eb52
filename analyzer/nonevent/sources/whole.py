"""All files of a commit, for what a change alone does not tell."""

from collections.abc import Callable

from nonevent.change import Side, held
from nonevent.sources.disk import printable
from nonevent.sources.ignore import Wanted
from nonevent.sources.listing import list_commit
from nonevent.sources.place import Place
from nonevent.sources.quarantine import open_quarantine

__all__ = ["whole"]


def whole(place: Place, commit: str, chosen: Wanted) -> Callable[[], Side]:
    """Return what reads the chosen files of a commit, once that is asked for."""

    def read() -> Side:
        with open_quarantine(place) as git:
            files = {path: blob for path, blob in list_commit(git, commit).items() if chosen(path)}
            contents = git.blobs(files.values())
        return {
            printable(path): content
            for path, blob in files.items()
            if isinstance(data := contents.get(blob), bytes) and (content := held(data))
        }

    return read
