"""What earlier runs learned of files that are still the same: nothing is read twice.

A file is the same while its times, size and inode are; or, on a fresh checkout, while its bytes
are. What was learned holds only for the very question: the program, its catalogues and options
are part of every key.
"""

import os
import sys
from collections.abc import Callable, Iterable, Mapping
from functools import cache, partial
from typing import TYPE_CHECKING, Any, TypeVar, get_args

from nonevent import __version__
from nonevent.change import Content
from nonevent.digest import blake2b
from nonevent.facts import Fact, FileFacts
from nonevent.indexcache import files_of
from nonevent.note import Note, NoteKind
from nonevent.noun import NamedTuple
from nonevent.sources.disk import place_of
from nonevent.wire import Codec, dump, load

if TYPE_CHECKING:
    from nonevent.store import Store

__all__ = [
    "MISFIT",
    "Memory",
    "State",
    "decode",
    "digest_of",
    "encode",
    "made",
    "program",
    "remember",
    "state_of",
]

FORM = 1  # of what is kept; raised when its shape changes in a way that the program's text hides
DIGEST = 16  # bytes
ANSWERS = 24  # of a file, that runs on parts of the project leave: a run asks a dozen
# A file whose time of change is as young as this may change again without a new time: file
# systems count in ticks of at most 10 ms, or in whole seconds (FAT: two).
TICK, COARSE = 50_000_000, 2_100_000_000  # ns
STEP = 10_000_000  # ns; times that are all multiples of it come from a coarse file system
# Distributions whose version decides what a reader says.
LIBRARIES = ("libcst-", "postgast-", "sqlglot-", "sqlglotc-")
# Notes that hang on more than the bytes: a parser had no time or no room, the system refused.
PASSING = frozenset({NoteKind.SYNTAX, NoteKind.UNREADABLE})
MISFIT = (ValueError, TypeError, LookupError, RecursionError, AttributeError)

State = tuple[int, int, int, int]  # time of change of the content, of the inode, size, inode
Side = Mapping[str, Content]
Noun = TypeVar("Noun")
Answer = Any  # plain: what a scan of a file's bytes found


class Entry(NamedTuple):
    """One file as it was met."""

    state: State | None  # None where it may change unseen
    digest: str  # of its bytes, hexadecimal
    answers: dict[str, Answer]  # question → what a scan of its bytes found


class Memory:
    """One version of the project, as far as earlier runs met it."""

    def __init__(
        self,
        store: "Store",
        states: Mapping[str, State | None],
        task: bytes,
        *,
        part: bool = False,
    ) -> None:
        """Take the files' states and what the run asks, whatever the files are.

        `part`: the run looks at a part of the project, and leaves what is known of the rest.
        """
        self._store = store
        self._part = part
        self._states = states
        # States never come again: what came out of older ones gives way to what comes out now.
        self._whole = digest_of(task, b"outcome", repr(sorted(states)).encode())
        self._state = digest_of(repr(sorted(states.items())).encode()).hex()
        self._question = b""
        self._old: Mapping[str, Any] = {}
        self._now: dict[str, Entry] = {}
        self._asked: dict[str, str] = {}  # question → the name it is kept under
        self._new: dict[bytes, bytes] = {}

    def outcome(self, kind: type[Noun]) -> Noun | None:
        """Return the noun that came out when all files and the task were the same."""
        known = self._load(self._store.get([self._whole]).get(self._whole))
        try:
            state, value = known or (None, None)
            return _codec().make(kind, value) if state == self._state else None
        except MISFIT:
            return None

    def keep_outcome(self, outcome: tuple[Any, ...], notes: Iterable[Note]) -> None:
        """Keep what came out of the whole run, with its notes, where it will come out again."""
        if None not in self._states.values() and not _passing(notes):
            self._put(self._whole, (self._state, outcome))

    def ask(self, question: bytes) -> None:
        """Say what is asked of each file, and look up what is known of each."""
        self._question = digest_of(question, *_sources())
        self._index = digest_of(self._question, b"index")
        known = self._load(self._store.get([self._index]).get(self._index))
        self._old = known if type(known) is dict else {}

    def scan(
        self, path: str, question: str, content: Content, scan: Callable[[bytes], Answer]
    ) -> Answer:
        """Return what `scan` says of a file's bytes; a plain value.

        Raises:
            OSError: the bytes are needed and cannot be had.

        """
        answers = self._entry(path, content).answers
        question = self._short(question)
        if question not in answers:
            answers[question] = scan(content())
        return answers[question]

    def recall(self, paths: Iterable[str], content: Callable[[str], bytes]) -> dict[str, FileFacts]:
        """Return the facts of those files that were read before."""
        keys: dict[bytes, str] = {}
        for path in paths:
            try:
                keys[self._key(path, partial(content, path))] = path
            except OSError:
                continue
        found: dict[str, FileFacts] = {}
        for key, value in self._store.get(keys).items():
            facts = decode(value)
            if facts is not None and facts.path == keys[key]:
                found[facts.path] = facts
        return found

    def keep(self, facts: FileFacts, content: Content, encoded: bytes | None = None) -> None:
        """Keep the facts of a file whose bytes were read, and will be read alike again."""
        if _passing(facts.notes):
            return
        try:
            self._new[self._key(facts.path, content)] = encoded or encode(facts)
        except (OSError, *MISFIT):
            return

    def save(self) -> None:
        """Write down what is new and let go of the store."""
        # Of files that are not on disk there is no state: their index would tell the next run less.
        if self._question and self._now and any(self._states.values()):
            known = {
                path: (entry.state, entry.digest, self._lasting(entry.answers))
                for path, entry in self._now.items()
            }
            if self._part:
                rest = self._old.items() if self._old else ()
                known = {**{path: each for path, each in rest if path in self._states}, **known}
            self._put(self._index, known)
        self._store.put(self._new)
        self._store.close()

    def _lasting(self, answers: dict[str, Answer]) -> dict[str, Answer]:
        """Return the answers that the next run may ask for: those of a whole run to itself."""
        if self._part:
            return dict([*answers.items()][-ANSWERS:])
        asked = set(self._asked.values())
        return {ask: said for ask, said in answers.items() if ask in asked}

    def _short(self, question: str) -> str:
        """Return a name for a question that may list every container of a project."""
        if question not in self._asked:
            self._asked[question] = digest_of(question.encode()).hex()[:16]
        return self._asked[question]

    def _key(self, path: str, content: Content) -> bytes:
        entry = self._entry(path, content)
        return digest_of(self._question, path.encode(), entry.digest.encode())

    def _entry(self, path: str, content: Content) -> Entry:
        entry = self._now.get(path)
        if entry is None:
            old = _known(self._old.get(path))
            state = self._states.get(path)
            if old is None or state is None or old.state != state:
                digest = digest_of(content()).hex()
                old = Entry(state, digest, old.answers if old and old.digest == digest else {})
            entry = self._now[path] = old
        return entry

    def _put(self, key: bytes, value: Any) -> None:
        try:
            self._new[key] = dump(value)
        except MISFIT:
            return

    def _load(self, value: bytes | None) -> Any:
        try:
            return None if value is None else load(value)
        except MISFIT:
            return None


def _passing(notes: Iterable[Note]) -> bool:
    return any(note.kind in PASSING for note in notes)


def _known(value: Any) -> Entry | None:
    try:
        state, digest, answers = value
        if type(digest) is str and type(answers) is dict:
            return Entry(state and tuple(state), digest, answers)
    except MISFIT:
        pass
    return None


def made(kind: type[Noun], value: Any) -> Noun:
    """Return the noun of which `load` gave the plain value.

    Raises:
        one of MISFIT: it is of another form.

    """
    noun: Noun = _codec().make(kind, value)
    return noun


# -- facts as text -------------------------------------------------------------------------------


@cache
def _codec() -> Codec:
    return Codec(get_args(Fact))


def encode(facts: FileFacts) -> bytes:
    """Return what a file says as text.

    Raises:
        ValueError, TypeError, RecursionError: it has no such form.

    """
    return dump([_codec().coded(facts.facts), facts._replace(facts=())])


def decode(data: bytes) -> FileFacts | None:
    """Return what `encode` was given; None where the text does not fit."""
    try:
        coded, rest = load(data)
        facts: FileFacts = _codec().make(FileFacts, rest)
        return facts._replace(facts=_codec().decoded(coded))
    except MISFIT:
        return None


# -- keys ----------------------------------------------------------------------------------------


def remember(folder: str, side: Side, task: bytes, *, part: bool = False) -> Memory | None:
    """Return what is remembered in `folder` of the files of a side; None where nothing can be.

    `task` holds all that the run asks, whatever the files are; `part` says that it will not ask it
    of all. Files that are not on disk are met anew each time.
    """
    try:
        from nonevent.store import open_store
    except ImportError:  # an interpreter built without SQLite
        return None
    import time

    now = time.time_ns()
    states = {path: state_of(place_of(content), now) for path, content in side.items()}
    store = open_store(folder, now / 1e9)
    if store is None:
        return None
    return Memory(store, states, digest_of(task, program()), part=part)


def state_of(file: str, now: int) -> State | None:
    """Return by what a file is known to be the same; None where it may change unseen."""
    try:
        status = os.stat(file)
    except (OSError, ValueError):
        return None
    changed, touched = status.st_mtime_ns, status.st_ctime_ns
    tick = COARSE if touched % STEP == 0 else TICK
    if now - max(changed, touched) < tick:
        return None
    return changed, touched, status.st_size, status.st_ino


def program() -> bytes:
    """Return what tells this installation from another, or from itself before a change."""
    own = os.path.dirname(os.path.abspath(__file__))
    return repr((FORM, __version__, sys.version, _libraries(), sorted(files_of(own)))).encode()


def _sources() -> tuple[bytes, ...]:
    """Return what tells this program from another, wherever both are installed."""
    own = os.path.dirname(os.path.abspath(__file__))
    parts = [repr((FORM, __version__, sys.version_info[:2], _libraries())).encode()]
    for name in sorted(name for name, _, _ in files_of(own) if name.endswith(".py")):
        with open(os.path.join(own, name), "rb") as stream:
            parts += [name.encode(), stream.read()]
    return tuple(parts)


def _libraries() -> list[str]:
    found: set[str] = set()
    for folder in sys.path:
        try:
            names = os.listdir(folder) if os.path.isabs(folder) else []
        except OSError:  # a zip file, or an entry that is not there
            continue
        found.update(
            name for name in names if name.startswith(LIBRARIES) and name.endswith("-info")
        )
    return sorted(found)


def digest_of(*parts: bytes) -> bytes:
    """Return what tells these parts from any others."""
    digest = blake2b(digest_size=DIGEST)
    for part in parts:
        digest.update(len(part).to_bytes(8, "big"))
        digest.update(part)
    return digest.digest()
