"""A scratch git directory over a repository's objects: git reads them and nothing else of it.

What a repository says about itself is not read: no configuration, hooks, attributes, replaced
objects, promised objects or references. Measured against 25 ways in which a repository makes
git run programs, options on the command line stop some of them; this stops all.
"""

import os
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import IO, TYPE_CHECKING, cast

from nonevent.error import UserError
from nonevent.note import NoteKind
from nonevent.noun import NamedTuple
from nonevent.sources.disk import LIMIT
from nonevent.sources.place import Place
from nonevent.sources.process import EXECUTABLE, start
from nonevent.sources.scratch import (
    check_objects,
    copy_index,
    copy_shallow,
    furnish,
    read_algorithm,
)

if TYPE_CHECKING:
    from subprocess import Popen
    from threading import Event

__all__ = ["Quarantine", "Trouble", "blob_id", "open_quarantine", "too_large"]

SECONDS = 60  # that one git process may take
LISTING = 100_000_000  # bytes of one listing: a million paths
CONTENT = 500_000_000  # bytes of all blobs of one change together
CHUNK = 1 << 18  # bytes that are read at once
LONGEST = 4_000_000  # bytes of one line
_RESTARTS = 50  # corrupt blobs that a batch is started again after

# https://git-scm.com/docs/git#_environment_variables
_ENVIRONMENT = {
    "GIT_CONFIG_NOSYSTEM": "1",
    "GIT_CONFIG_GLOBAL": os.devnull,
    "GIT_CONFIG_SYSTEM": os.devnull,
    "GIT_CONFIG_COUNT": "0",
    "GIT_ATTR_NOSYSTEM": "1",
    "GIT_NO_REPLACE_OBJECTS": "1",
    "GIT_NO_LAZY_FETCH": "1",
    "GIT_OPTIONAL_LOCKS": "0",
    "GIT_TERMINAL_PROMPT": "0",
    "GIT_ALLOW_PROTOCOL": "none",
    "GIT_LITERAL_PATHSPECS": "1",
    "GIT_PAGER": "cat",
}


class Trouble(NamedTuple):
    """Why the content of an object cannot be had."""

    kind: NoteKind
    message: str


def too_large() -> Trouble:
    """Return why a file above the limit is not analysed."""
    return Trouble(NoteKind.TOO_LARGE, f"larger than {LIMIT // 1_000_000} MB")


class Running(NamedTuple):
    """A git process that has been started."""

    stream: IO[bytes]  # what it prints
    wait: Callable[[], int]  # returns its status


class Flowing(NamedTuple):
    """A git process whose output is read line by line while it runs."""

    lines: Iterator[bytes]  # without their ends
    wait: Callable[[], int]  # returns its status


class Quarantine(NamedTuple):
    """git, over the objects of one repository."""

    environment: Mapping[str, str]  # of its processes, beside that of this one
    scratch: str  # folder
    algorithm: str  # that names objects: "sha1" or "sha256"
    shallow: bool  # history ends before its beginning

    def identity(self, data: bytes) -> str:
        """Return the id that git gives to a blob of these bytes."""
        return blob_id(data, self.algorithm)

    def ask(self, command: str, *arguments: str) -> bytes | None:
        """Return what a git command prints; None where it fails.

        Raises:
            UserError: it takes more than a minute or prints more than a million paths.

        """
        with self._started(command, arguments) as process:
            output = process.stream.read(LISTING + 1)
            if len(output) > LISTING:
                raise UserError(f"git {command} lists more than {LISTING // 1_000_000} MB")
            return None if process.wait() else output

    def blobs(self, ids: Iterable[str]) -> dict[str, bytes | Trouble]:
        """Return the content of every blob, or why it cannot be had; sizes are asked first."""
        found: dict[str, bytes | Trouble] = {}
        fitting = []
        room = CONTENT
        for identity, kind, size in self._sizes(sorted(set(ids))):
            if kind != "blob":
                found[identity] = Trouble(NoteKind.HISTORY, "its content is not in this clone")
            elif size > LIMIT:
                found[identity] = too_large()
            elif size > room:
                message = f"the change holds more than {CONTENT // 1_000_000} MB"
                found[identity] = Trouble(NoteKind.TOO_LARGE, message)
            else:
                room -= size
                fitting.append(identity)
        found.update(self._contents(fitting))
        return found

    def _sizes(self, ids: Sequence[str]) -> Iterator[tuple[str, str, int]]:
        with self._listed(ids) as list_, self._started("cat-file", ["--batch-check"], list_) as git:
            for line in git.stream.read().decode("ascii", "replace").splitlines():
                identity, kind, size = [*line.split(" "), "0"][:3]
                yield identity, kind, int(size)

    def _contents(self, ids: Sequence[str]) -> Iterator[tuple[str, bytes | Trouble]]:
        corrupt = Trouble(NoteKind.HISTORY, "its object in the repository is corrupt")
        for _ in range(_RESTARTS):
            if not ids:
                return
            read = 0
            with self._listed(ids) as list_, self._started("cat-file", ["--batch"], list_) as git:
                for identity, data in zip(ids, _batch(git.stream), strict=False):
                    yield identity, data if self.identity(data) == identity else corrupt
                    read += 1
            # git ends at an object that it cannot read, whatever comes after it.
            if read < len(ids):
                yield ids[read], corrupt
            ids = ids[read + 1 :]
        yield from ((identity, corrupt) for identity in ids)

    @contextmanager
    def stream(
        self, command: str, *arguments: str, given: IO[bytes] | None = None
    ) -> "Iterator[Flowing]":
        """Start a git command that may run for long, and may print without end.

        Raises:
            UserError: it prints nothing for a minute while it is waited for.

        """
        from threading import Event, Thread

        process = start([command, *arguments], self.scratch, self.environment, given)
        stdout = cast("IO[bytes]", process.stdout)
        waiting: list[float] = [0.0]  # since when output is waited for; 0: it is not
        over, late = Event(), Event()
        watch = Thread(target=_watch, args=(process.kill, waiting, over, late), daemon=True)
        watch.start()
        try:
            yield Flowing(_flow(stdout, waiting), process.wait)
        finally:
            over.set()
            _end(process)
            watch.join()
        if late.is_set():
            raise UserError(f"git {command} did not go on within {SECONDS} s")

    @contextmanager
    def given(self, ids: Sequence[str]) -> Iterator[IO[bytes]]:
        """Give a list of ids to a command that reads them."""
        with self._listed(ids) as list_:
            yield list_

    @contextmanager
    def _listed(self, ids: Sequence[str]) -> Iterator[IO[bytes]]:
        from tempfile import TemporaryFile

        # A file, not a pipe: git may answer before it has read all questions.
        with TemporaryFile(dir=self.scratch) as list_:
            list_.write("".join(f"{identity}\n" for identity in ids).encode())
            list_.seek(0)
            yield list_

    @contextmanager
    def _started(
        self, command: str, arguments: Sequence[str], given: IO[bytes] | None = None
    ) -> Iterator[Running]:
        from threading import Event, Timer

        process = start([command, *arguments], self.scratch, self.environment, given)
        stdout = cast("IO[bytes]", process.stdout)
        late = Event()

        def stop() -> None:
            late.set()
            process.kill()

        watch = Timer(SECONDS, stop)
        watch.start()
        try:
            yield Running(stdout, process.wait)
        finally:
            watch.cancel()
            _end(process)
        if late.is_set():
            raise UserError(f"git {command} did not end within {SECONDS} s")


def _end(process: "Popen[bytes]") -> None:
    if process.stdout is not None:
        process.stdout.close()
    if process.poll() is None:
        process.kill()
    process.wait()


def blob_id(data: bytes, algorithm: str) -> str:
    """Return the id that git gives to a blob of these bytes."""
    import hashlib

    head = b"blob %d\0" % len(data)
    return hashlib.new(algorithm, head + data, usedforsecurity=False).hexdigest()


def _watch(stop: Callable[[], None], waiting: list[float], over: "Event", late: "Event") -> None:
    """End a process whose output is waited for too long."""
    from time import monotonic

    while not over.wait(1.0):
        since = waiting[0]
        if since and monotonic() - since > SECONDS:
            late.set()
            stop()
            return


def _flow(stream: IO[bytes], waiting: list[float]) -> Iterator[bytes]:
    """Yield the lines of a stream, and say since when the next is waited for."""
    from time import monotonic

    rest = b""
    while True:
        waiting[0] = monotonic()
        # of a buffered pipe: what is there, without waiting for more
        chunk: bytes = stream.read1(CHUNK)  # type: ignore[attr-defined]
        waiting[0] = 0.0
        if not chunk:
            break
        *lines, rest = (rest + chunk).split(b"\n")
        yield from lines
        if len(rest) > LONGEST:  # no line of code: what is beyond is dropped
            rest = rest[:LONGEST]
    if rest:
        yield rest


def _batch(stream: IO[bytes]) -> Iterator[bytes]:
    """Yield the contents in what `git cat-file --batch` prints, up to the first that is cut."""
    while True:
        head = stream.readline(200).split(b" ")
        if len(head) != 3:  # noqa: PLR2004 - id, type, size
            return
        size = int(head[2])
        data = stream.read(size + 1)
        if len(data) != size + 1:
            return
        yield data[:-1]


@contextmanager
def open_quarantine(place: Place, index: str = "") -> Iterator[Quarantine]:
    """Open a quarantine over the objects of `place`; it is removed at the end.

    `index` is the index file that git is to see a copy of. While it is open the process itself
    has no `GIT_…` variable: what the caller's shell says of repositories holds for no command.

    Raises:
        UserError: git is not there, or the repository is not of a form that can be read.

    """
    from tempfile import TemporaryDirectory

    objects = os.path.join(place.common_dir, "objects")
    check_objects(objects)
    algorithm = read_algorithm(place)
    with (
        TemporaryDirectory(prefix="nonevent-", ignore_cleanup_errors=True) as scratch,
        _without_git_variables(),
    ):
        furnish(scratch, algorithm)
        shallow = copy_shallow(place, scratch)
        if index:
            copy_index(index, scratch, algorithm)
        environment = {**_ENVIRONMENT, **_folders(scratch, objects)}
        yield Quarantine(environment, scratch, algorithm, shallow)


def _folders(scratch: str, objects: str) -> dict[str, str]:
    return {
        "GIT_DIR": scratch,
        "GIT_OBJECT_DIRECTORY": objects,
        "GIT_INDEX_FILE": os.path.join(scratch, "index"),
        "HOME": scratch,  # attributes and, before git 2.32, configuration of the user
        "XDG_CONFIG_HOME": scratch,
    }


@contextmanager
def _without_git_variables() -> Iterator[None]:
    names = [name for name in os.environ if name.startswith("GIT_") and name != EXECUTABLE]
    taken = {name: os.environ.pop(name) for name in names}
    try:
        yield
    finally:
        os.environ.update(taken)
