"""A call that leaves something on the local disk: what it writes, and where to."""

import re
from collections.abc import Iterator
from typing import NamedTuple

from nonevent.facts import Call, Kind, Reach, Role, Value
from nonevent.finding import Confidence, Persona
from nonevent_rules.served import is_served, nearest

__all__ = [
    "PASSING_WORDS",
    "Sink",
    "Weight",
    "Write",
    "is_elsewhere",
    "is_secret",
    "weigh",
    "write",
]


class Sink(NamedTuple):
    """A row of `sinks.yaml`: how one callable is told where to write."""

    call: str  # dotted name of the callee
    path: str = ""  # parameter that says where; "": the receiver is the path
    position: int | None = None  # 0-based, of the path
    optional: bool = False  # without a path nothing is written
    stream: bool = False  # takes an open stream as well
    mode: str = ""  # parameter that decides between reading and writing; "": it always writes
    mode_position: int | None = None  # 0-based
    writes: str = "wax"  # letters of a mode that write; "r+" changes a file that is shipped
    upload: bool = False  # what it writes is what a user sent
    copies: bool = False  # what it writes is a copy of what stands elsewhere: it can be had again
    certainty: Confidence = Confidence.HIGH
    drivers: tuple[str, ...] = ()  # libraries with which it may write elsewhere
    needs: tuple[str, ...] = ()  # words in every file with a finding, beside the callee's own


class Write(NamedTuple):
    """A write that a call makes, as far as it can be seen."""

    path: str  # as far as it is known, with "…" for the rest; "" where it is not
    known: bool  # the path and the mode are written down; False: they come from elsewhere
    upload: bool  # it keeps what a user sent
    spare: bool = False  # a cache by its name: what is lost can be made again
    given: bool = False  # it goes into a folder that callers give


class Weight(NamedTuple):
    """How sure a finding is, who wants to hear it, and on whose behalf the write is made."""

    confidence: Confidence
    persona: Persona | None
    reach: Reach


# Callees and objects that are no place on the disk, or one that is gone when it is closed.
PASSING = ("tempfile.", "io.BytesIO", "io.StringIO", "sys.", "os.devnull", "os.pipe")
# Names under which temporary files and open streams are passed on.
PASSING_WORDS = frozenset(
    {"tmp", "temp", "temporary", "tmpdir", "tempdir", "tmpfile", "tempfile"}
    | {"tempclone", "tempfolder", "temppath", "temprepo", "tmpfolder", "tmppath", "tmprepo"}
)
STREAM_WORDS = frozenset({"response", "buffer", "stream", "bytesio", "stringio", "stdout"})
AGAIN = frozenset({"cache", "cached", "caches", "thumbs", "thumbnails"})
SPARE_WORDS = AGAIN | {"bak", "debug", "dump", "model", "models", "vocabulary", "weights"}
# Modules that write for whoever looks for a fault.
ASIDE = frozenset({"debug", "debugging", "profiler", "profiling"})
SECRETS = frozenset({"secret", "secrets"})
KEYS = frozenset({"auth", "cookie", "encryption", "fernet", "jwt", "private", "session", "signing"})
# What a third party gives out: whoever runs the service brings it.
GIVEN = frozenset({"client", "clients", "google", "gdrive", "oauth"})
DEEPEST = 8
OPENED = frozenset({"io.open", "open"})  # what they return is a stream, no path
SHIPPED = ("__file__", ".__path__", "importlib.resources", "pkg_resources.")  # with the code
DEVICES = ("/dev/", "/proc/")
MARKERS = (".pid", ".sock", ".lock")  # of this process or this host: nobody else reads them
MARKER_WORDS = frozenset({"lock", "lockfile", "pid", "pidfile"})
JOINS = ("os.path.join", "pathlib.Path", "str", "os.fspath", "os.path.abspath", "anyio.Path")
# A storage of Django's that is no folder on this disk has none.
LOCAL_PATH = "django.core.files.storage.default_storage.path"
FOLDERS = frozenset(
    {"dest", "destination", "dir", "directory", "dst", "folder", "location", "staging", "workdir"}
)
NAMED = (Kind.CALL, Kind.EITHER, Kind.NAME)
PATHS = frozenset({"filename", "filepath", "fname", "path", "pathname"})
UPLOADS = frozenset({"upload", "uploads", "uploaded", "uploadfile", "uploadedfile"})
SEPARATORS = str.maketrans("._-/\\", "     ")


def write(call: Call, row: Sink) -> Write | None:
    """Return what the call writes to the local disk; None where it reads or writes elsewhere."""
    writes = _writes(call, row)
    target = call.argument(row.path, row.position) if row.path else call.receiver
    keys = {row.path} | ({str(row.position)} if row.position is not None else set())
    if writes is False or (target is None and row.optional) or not keys.isdisjoint(call.gone):
        return None
    if row.mode and call.unnamed:  # it is touched: a mark for others, as it may be
        return None
    # What is written aside and moved into its place is written there.
    target = next((place for key, place in call.moved if key in keys), target)
    if target is None:
        return Write("", known=False, upload=row.upload)
    if _is_no_path(target) or _passes(target) or _marks(call):
        return None
    is_path = _reads_like_path(target)
    if row.stream and not (is_path or _is_called_path(target)):
        return None
    upload = row.upload or any(_is_upload(part) for part in _parts(target))
    spare = call.spare or row.copies or any(map(_is_spare, _parts(target)))
    spare = spare or _is_shipped(call, row) or not keys.isdisjoint(call.lent)
    spare = spare or not ASIDE.isdisjoint(call.location.path.removesuffix(".py").split("/"))
    known = is_path and writes is True and not _is_handed_in(target)
    given = _is_given_folder(target) and keys.isdisjoint(call.kept)
    return Write(_shown(target), known, upload, spare, given)


def weigh(call: Call, row: Sink, made: Write) -> Weight | None:
    """Return what a finding on this write weighs; None outside of what a service runs."""
    roles = (Role.HANDLER, Role.TASK, Role.STARTUP)
    reach = next(filter(None, (nearest(call, role) for role in roles)), None)
    if reach is None and not call.reach and is_served(call):
        ways = [way for way in call.made if not way.lent]
        reach = min(ways, key=lambda way: len(way.chain), default=None)
        if call.given:  # whoever calls it says where
            made = made._replace(spare=True)
    return None if reach is None else _weight(call, row, made, reach)


def _weight(call: Call, row: Sink, made: Write, reach: Reach) -> Weight:
    if row.certainty is Confidence.LOW or call.open or is_elsewhere(call, row):
        return Weight(Confidence.LOW, Persona.AUDITOR, reach)
    at_home = all(place.path == call.location.path for place in reach.chain)
    at_home = at_home and reach.role is not Role.STARTUP  # what starts may make it anew
    sure = made.known and at_home and row.certainty is Confidence.HIGH
    confidence = Confidence.HIGH if sure else Confidence.MEDIUM
    # What starts may make it anew; a folder that callers choose is most often a temporary one.
    lent = reach.lent and not made.known
    unsure = reach.role is Role.STARTUP or lent or (made.given and not at_home)
    return Weight(confidence, Persona.PEDANTIC if made.spare or unsure else None, reach)


def is_elsewhere(call: Call, row: Sink) -> bool:
    """Tell whether a library of the project may put what is written into another place.

    So it may where the project does not say what libraries it asks for.
    """
    if not row.drivers:
        return False
    return not call.libraries or not set(row.drivers).isdisjoint(call.libraries)


def _writes(call: Call, row: Sink) -> bool | None:
    """Tell whether the mode writes; False where it cannot be known, as a default reads."""
    if not row.mode:
        return True
    mode = call.argument(row.mode, row.mode_position)
    if mode is None or not isinstance(mode.constant, str):
        return False
    return any(letter in mode.constant for letter in row.writes)


def _parts(value: Value, depth: int = DEEPEST) -> Iterator[Value]:
    """Yield the value and what it is made of."""
    yield value
    if depth:
        for item in (*value.items, *(item for _, item in value.keywords)):
            yield from _parts(item, depth - 1)


def _passes(value: Value, depth: int = DEEPEST) -> bool:
    """Tell whether a value is a stream, a temporary file or something of the process itself.

    A path is one that lies in such a place; of several ways each has to.
    """
    if value.name.startswith(PASSING) or (value.kind is Kind.CALL and value.name in OPENED):
        return True
    words = _words(value)
    is_stream = value.kind is Kind.NAME and not STREAM_WORDS.isdisjoint(words[-1:])
    if is_stream or not PASSING_WORDS.isdisjoint(words):
        return True
    inner = (*value.items, *(item for _, item in value.keywords)) if depth else ()
    every = all if value.kind is Kind.EITHER and inner else any
    return every(_passes(item, depth - 1) for item in inner)


def _is_no_path(value: Value) -> bool:
    """Tell whether a target is no file of this disk: a descriptor, a device, a remote address."""
    if value.kind is Kind.CONSTANT and not isinstance(value.constant, str | bytes):
        return True
    text = _beginning(value)
    scheme, separator, _ = text.partition("://")
    if separator:
        return scheme != "file"
    is_remote = text.startswith((*DEVICES, ":memory:")) or "mode=ro" in text
    words = f"{value.alias} {'' if ':' in value.name else value.name}".lower()
    is_marker = not MARKER_WORDS.isdisjoint(words.translate(SEPARATORS).split())
    return is_remote or is_marker or text.endswith(MARKERS)


def _marks(call: Call) -> bool:
    """Tell whether a function, or a method of a class, of that name locks: `Lock.acquire`."""
    scope = re.sub("(?<=[a-z])(?=[A-Z])", " ", call.scope).lower().translate(SEPARATORS)
    return not MARKER_WORDS.isdisjoint(scope.split())


def _is_shipped(call: Call, row: Sink) -> bool:
    """Tell whether what is copied to the second argument is a file of the release itself."""
    if row.position != 1 or not call.arguments:
        return False
    names = [part.name for part in _parts(call.arguments[0])]
    return any(mark in name for name in names for mark in SHIPPED)


def _beginning(value: Value) -> str:
    """Return what is known of how a path begins."""
    if value.kind in {Kind.CONSTANT, Kind.TEXT}:
        return value.constant if isinstance(value.constant, str) else ""
    if value.kind is Kind.CALL and value.name in JOINS and value.items:
        return _beginning(value.items[0])
    return ""


def _shown(value: Value) -> str:
    text = _beginning(value)
    return f"{text}…" if text and value.kind is not Kind.CONSTANT else text


def _reads_like_path(value: Value) -> bool:
    if value.kind in {Kind.CONSTANT, Kind.TEXT}:
        return isinstance(value.constant, str | bytes)
    if value.kind is Kind.EITHER:
        return all(_reads_like_path(item) for item in value.items)
    if value.kind is Kind.UNKNOWN:  # `BASE_DIR / "carts"`, `folder + "/carts"`
        return any(_reads_like_path(item) for item in value.items)
    return value.kind is Kind.CALL and (value.name in JOINS or value.name == LOCAL_PATH)


def _is_called_path(value: Value) -> bool:
    """Tell whether the name of a target says that it is a path and no stream."""
    return value.kind in NAMED and not PATHS.isdisjoint(_words(value))


def _is_handed_in(value: Value) -> bool:
    """Tell whether a path begins with what callers give."""
    lead = _lead(value)
    return lead.kind is Kind.NAME and lead.open


def _is_given_folder(value: Value) -> bool:
    """Tell whether a path begins with what callers give, and that is called a folder."""
    return _is_handed_in(value) and not FOLDERS.isdisjoint(_words(_lead(value)))


def _lead(value: Value) -> Value:
    """Return what a path begins with, as far as it is joined."""
    while value.kind in {Kind.CALL, Kind.UNKNOWN} and value.items:
        if value.kind is Kind.CALL and value.name not in JOINS:
            return value
        value = value.items[0]
    return value


def _is_upload(value: Value) -> bool:
    """Tell whether a part of a path names an upload: its file name, or the folder for uploads."""
    name = value.name.lower()
    if ".files[]" in name or name.startswith("fastapi.uploadfile"):
        return True
    return not UPLOADS.isdisjoint(_words(value))


def _is_spare(value: Value) -> bool:
    """Tell whether a name or a text says that what lies there can be had again.

    A module called `models` says nothing of what its functions return.
    """
    if SPARE_WORDS.isdisjoint(_words(value)):
        return False
    own = value._replace(name=value.name.rpartition(".")[2])
    return not SPARE_WORDS.isdisjoint(_words(own)) or bool(AGAIN.intersection(_words(value)))


def is_secret(call: Call, row: Sink) -> bool:
    """Tell whether a path has the name of a secret that a service makes itself."""
    target = call.argument(row.path, row.position) if row.path else call.receiver
    words = {word for part in _parts(target) for word in _words(part)} if target else set()
    scope = re.sub("(?<=[a-z])(?=[A-Z])", " ", call.scope).lower().translate(SEPARATORS).split()
    is_key = "key" in words and not KEYS.isdisjoint(words.union(scope))
    return (is_key or not SECRETS.isdisjoint(words)) and GIVEN.isdisjoint(words)


def _words(value: Value) -> list[str]:
    """Return the words of a name, of those it was read from, or of a path's text, last one last."""
    text = value.constant if isinstance(value.constant, str) else ""
    name = value.name.rpartition(":")[2]  # not of the module that it stands in
    said = re.sub("(?<=[a-z])(?=[A-Z])", " ", f"{value.alias} {name} {text}")
    return said.lower().translate(SEPARATORS).split()
