"""What of one version of a project has been read."""

import errno
from collections.abc import Callable, Collection, Iterable, Sequence
from functools import partial
from typing import TYPE_CHECKING, Any

from nonevent.change import Side
from nonevent.facts import FileFacts, Role
from nonevent.link.roles import Markers, place_role
from nonevent.note import Note, NoteKind
from nonevent.reading import Asked, Recall, is_data, read, says_nothing
from nonevent.text import decode

if TYPE_CHECKING:
    from nonevent.progress import Tell

__all__ = ["FEW", "Sight"]

# Bytes of sources that are kept between the scans: half a million lines.
ROOM = 20_000_000
# Below this many files reading all of them costs less than choosing.
FEW = 40


class Sight:
    """One version of the project as far as it has been read."""

    def __init__(
        self,
        side: Side,
        asked: Asked,
        markers: Markers,
        around: Callable[[], Side] | None,
        memory: Recall | None,
        *,
        own: Collection[str] | None = None,
        tell: "Tell | None" = None,
    ) -> None:
        self.side = side
        self.contents = side  # with what is around it, once that is asked for
        self.asked = asked
        self.markers = markers
        self.roots = {part.removesuffix(".py") for path in side for part in path.split("/")}
        self._memory = memory
        self._around = around
        self.own = side if own is None else own  # what is examined: migrations of no other file
        self.is_part = around is not None  # there is more than the side, migrations at the least
        self.looks_around = around is not None and own is None  # else all code is in the side
        self.stars: set[str] = set()  # packages that take all names of their modules
        self.facts: dict[str, FileFacts] = {}
        self.notes: list[Note] = []
        self._kept: dict[str, bytes] = {}
        self._roles: dict[str, Role | None] = {}  # path → what stands there is for
        self._room = ROOM
        self.tell = tell

    def read(self, paths: Iterable[str]) -> bool:
        """Read these files, each once; tell whether there was a new one."""
        new = [path for path in dict.fromkeys(paths) if path not in self.facts]
        found = self._memory.recall(new, self._content) if self._memory else {}
        found.update(self._fresh([path for path in new if path not in found]))
        for path in new:
            self.facts[path] = found[path]
            if path in self.side:
                self.notes.extend(found[path].notes)
        return bool(new)

    def _fresh(self, paths: Sequence[str]) -> dict[str, FileFacts]:
        """Read files that no earlier run read; many are shared out between processes."""
        if len(paths) <= FEW:
            return {path: self._keep(self._one(path)) for path in paths}
        from nonevent.workers import read_all

        sizes = {path: len(self._kept.get(path, b"")) for path in paths}
        read = read_all(sizes, self._one, tell=self.tell)
        return {path: self._keep(facts, text) for path, (facts, text) in read.items()}

    def _keep(self, facts: FileFacts, text: bytes | None = None) -> FileFacts:
        if self._memory is not None:
            self._memory.keep(facts, partial(self._content, facts.path), text)
        return facts

    def _one(self, path: str) -> FileFacts:
        try:
            data = self._content(path)
            text = "" if says_nothing(path, data) else decode(path, data)
        except OSError as error:
            if error.errno == errno.EFBIG and is_data(path):
                return FileFacts(path)
            kind = NoteKind.TOO_LARGE if error.errno == errno.EFBIG else NoteKind.UNREADABLE
            text = Note(path, kind, f"not read: {error.strerror or 'it cannot be read'}")
        if isinstance(text, Note):
            return FileFacts(path, notes=(text,))
        return read(path, text, self.asked)

    def in_order(self) -> list[FileFacts]:
        """Return what was read, by path: the order of reading must not show."""
        return [self.facts[path] for path in sorted(self.facts)]

    def scan(self, path: str, question: str, scan: Callable[[bytes], Any]) -> Any:
        """Return what a scan says of a file, unless an earlier run asked the same of it.

        Raises:
            OSError: the file cannot be read.

        """
        content = partial(self._content, path)
        if self._memory is None:
            return scan(content())
        return self._memory.scan(path, question, content, scan)

    def said(self, path: str, question: str, scan: Callable[[bytes], Any]) -> Any:
        """Return what a scan says of a Python file; of others only a reader may say something."""
        if not path.endswith(".py") or path not in self.contents:
            return scan(b"")
        try:
            return self.scan(path, question, scan)
        except OSError:
            return scan(b"")

    def _content(self, path: str) -> bytes:
        """Return a file's bytes; those of most projects fit into memory and are read once.

        Raises:
            OSError: they cannot be had.

        """
        data = self._kept.get(path)
        if data is None:
            data = self.contents[path]()
            if len(data) <= self._room:
                self._kept[path] = data
                self._room -= len(data)
        return data

    def beside(self, test: Callable[[str], bool]) -> dict[str, bytes]:
        """Return the files around the side whose path passes, with what they hold."""
        return {path: self.held(path) for path in self.around(test)}

    def around(self, test: Callable[[str], bool]) -> list[str]:
        """Return the paths around the side that pass."""
        self.widen()
        return [path for path in self.contents if path not in self.side and test(path)]

    def past(self, test: Callable[[str], bool]) -> dict[str, bytes]:
        """Return the files that are not examined whose path passes, with what they hold."""
        aside = [path for path in self.side if path not in self.own and test(path)]
        return {path: self.held(path) for path in (*self.around(test), *aside)}

    def widen(self) -> None:
        """Bring what is around the side into sight."""
        if self._around is not None:
            self.contents = {**self._around(), **self.side}
            self._around = None

    def serves(self, path: str) -> bool:
        """Tell whether code may serve requests: what a test calls, others may call as well."""
        return self.role(path) is None

    def role(self, path: str) -> Role | None:
        """Return what all code of a file is for, by its place; None where that does not tell."""
        if path not in self._roles:
            self._roles[path] = place_role(path, self.markers)
        return self._roles[path]

    def passes_on(self, path: str, name: str) -> bool:
        """Tell whether the package around a module may pass on one of its names."""
        self.widen()
        folder = path.rpartition("/")[0]
        package = f"{folder}/__init__.py".lstrip("/")
        said = self.bytes_of(package)
        if b"import *" not in said:
            return name.encode() in said
        self.stars.add(package)
        return True

    def bytes_of(self, path: str) -> bytes:
        """Return a Python file's content for a scan; nothing where only a reader may look."""
        return self.held(path) if path.endswith(".py") and path in self.contents else b""

    def held(self, path: str) -> bytes:
        """Return what a file holds; nothing where it cannot be had."""
        try:
            return self._content(path)
        except OSError:
            return b""
