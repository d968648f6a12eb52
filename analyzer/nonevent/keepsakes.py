"""What earlier runs learned of what never changes: the commits of a repository."""

import time
from typing import TYPE_CHECKING, TypeVar

from nonevent.cache import MISFIT, digest_of, made, program
from nonevent.wire import dump, load

if TYPE_CHECKING:
    from nonevent.store import Store

__all__ = ["Keepsakes", "keepsakes"]

Noun = TypeVar("Noun")


class Keepsakes:
    """Nouns by name, for one question."""

    def __init__(self, store: "Store", question: bytes) -> None:
        """Take an open store, which is closed when all is saved."""
        self._store = store
        self._question = question
        self._new: dict[bytes, bytes] = {}

    def get(self, name: str, kind: type[Noun]) -> Noun | None:
        """Return what was kept under a name; None where nothing is, or nothing of this form."""
        key = digest_of(self._question, name.encode())
        value = self._store.get([key]).get(key)
        try:
            return None if value is None else made(kind, load(value))
        except MISFIT:
            return None

    def put(self, name: str, noun: object) -> None:
        """Keep a noun under a name."""
        self._new[digest_of(self._question, name.encode())] = dump(noun)

    def save(self) -> None:
        """Write down what is new and let go of the store."""
        self._store.put(self._new)
        self._store.close()


def keepsakes(folder: str, question: bytes) -> Keepsakes | None:
    """Return what is kept in `folder` for a question; None where nothing can be."""
    try:
        from nonevent.store import open_store
    except ImportError:  # an interpreter built without SQLite
        return None
    store = open_store(folder, time.time())
    if store is None:
        return None
    return Keepsakes(store, digest_of(question, program(), b"keepsakes"))
