"""One SQLite file of keys and values that can be lost at any time, and never fails a run.

Whatever is wrong with it (locked, read-only, damaged, of another program) it answers as if it
were empty. Several runs may use it at once.
"""

import os
import sqlite3
import zlib
from collections.abc import Iterable, Iterator, Mapping

from nonevent.digest import blake2b

__all__ = ["FILE", "Store", "open_store", "prepare_folder", "secret_file"]

FILE = "facts.sqlite3"
APPLICATION = 0x6E6F6E65  # "none": SQLite's mark of whose file it is
FORM = 3  # of the table and its values
WAIT = 0.2  # seconds for another run that writes; after that this one goes without
KEPT = 30  # days without use
ROOM = 200_000_000  # bytes of values; the least used go first
SEAL = 16  # bytes before a value
EFFORT = 1  # of zlib: more of it takes longer and saves little
SECRET = 32  # bytes
DAY = 86_400
MANY = 500  # keys in one question; SQLite takes 999 and more

TABLE = "CREATE TABLE kept (key BLOB PRIMARY KEY, value BLOB NOT NULL, day INTEGER NOT NULL)"
TAG = b"Signature: 8a477f597d28d172789f06886806bc55\n# https://bford.info/cachedir/\n"


class Store:
    """Keys and values, read and written through one connection."""

    def __init__(self, connection: sqlite3.Connection, file: str, day: int, secret: bytes) -> None:
        """Take a connection to a file in order; `day` counts days since 1970."""
        self._connection = connection
        self._secret = secret
        self._file = file
        self._day = day
        self._used: set[bytes] = set()
        self._damaged = False

    def get(self, keys: Iterable[bytes]) -> Mapping[bytes, bytes]:
        """Return the values of those keys that have one; what is damaged is left out."""
        found: dict[bytes, bytes] = {}
        asked = list(dict.fromkeys(keys))
        try:
            for start in range(0, len(asked), MANY):
                found.update(self._some(asked[start : start + MANY]))
        except sqlite3.Error as error:
            self._damaged = not isinstance(error, sqlite3.OperationalError)
        return found

    def _some(self, keys: list[bytes]) -> Iterator[tuple[bytes, bytes]]:
        marks = ",".join("?" * len(keys))
        question = f"SELECT key, value, day FROM kept WHERE key IN ({marks})"  # noqa: S608  # marks
        for key, value, day in self._connection.execute(question, keys):
            if type(value) is bytes and value[:SEAL] == self._seal(key, value[SEAL:]):
                if day != self._day:
                    self._used.add(key)
                yield key, zlib.decompress(value[SEAL:])

    def _seal(self, key: bytes, value: bytes) -> bytes:
        """Return what stands before a value: nobody without the secret can make it."""
        return blake2b(
            value, key=self._secret, salt=blake2b(key, digest_size=16).digest(), digest_size=SEAL
        ).digest()

    def put(self, values: Mapping[bytes, bytes]) -> None:
        """Keep these values, if it can be done; and drop what nobody used for long."""
        if not values and not self._used:
            return
        packed = {key: zlib.compress(value, EFFORT) for key, value in values.items()}
        rows = [(key, self._seal(key, value) + value, self._day) for key, value in packed.items()]
        used = [(self._day, key) for key in self._used]
        try:
            with self._connection:
                self._connection.executemany("INSERT OR REPLACE INTO kept VALUES (?, ?, ?)", rows)
                self._connection.executemany("UPDATE kept SET day = ? WHERE key = ?", used)
                self._drop(old=bool(used))
        except sqlite3.Error as error:
            self._damaged = not isinstance(error, sqlite3.OperationalError)

    def _drop(self, *, old: bool) -> None:
        """Drop what nobody used for long, once a day, and more where the file grows too large."""
        execute = self._connection.execute
        if old:  # it means a look at every row
            execute("DELETE FROM kept WHERE day < ? OR day > ?", (self._day - KEPT, self._day + 1))
        if self._size() > ROOM:
            execute("DELETE FROM kept WHERE day <> ?", (self._day,))
        if self._size() > ROOM:
            execute("DELETE FROM kept")

    def _size(self) -> int:
        """Return how many bytes are in use."""
        names = ("page_count", "freelist_count", "page_size")
        pages, free, size = (
            self._connection.execute(f"PRAGMA {name}").fetchone()[0] for name in names
        )
        return int((pages - free) * size)

    def close(self) -> None:
        """Let go of the file; one that showed damage is removed."""
        try:
            self._connection.close()
            if self._damaged:
                _remove(self._file)
        except (OSError, sqlite3.Error):
            return


def secret_file() -> str:
    """Return where this user's secret is kept."""
    home = os.environ.get("XDG_CACHE_HOME") or os.path.join(os.path.expanduser("~"), ".cache")
    return os.path.join(home, "nonevent", "secret")


def _secret() -> bytes:
    """Return this user's secret, made where there is none.

    A repository can bring a cache of its own making; sealed with another secret, or with none,
    it says nothing.

    Raises:
        OSError: there is none, and none can be kept.

    """
    file = secret_file()
    os.makedirs(os.path.dirname(file), mode=0o700, exist_ok=True)
    try:
        descriptor = os.open(file, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    except FileExistsError:
        with open(file, "rb") as stream:
            secret = stream.read(SECRET + 1)
    else:
        # nonevent: ignore[secret-of-one-instance] it seals what this machine keeps for itself
        secret = os.urandom(SECRET)
        # nonevent: ignore[secret-kept-in-file] as above: no other machine asks for it
        with open(descriptor, "wb") as stream:
            stream.write(secret)
    if len(secret) != SECRET:  # another run is about to write it, or somebody has cut it
        raise OSError(file)
    return secret


def open_store(folder: str, now: float) -> Store | None:
    """Return the store in `folder`, made where there is none; None where there can be none.

    `now` is in seconds since 1970. A file that is damaged, of another program or of another
    form is replaced.
    """
    file = os.path.join(folder, FILE)
    day = int(now) // DAY
    try:
        secret = _secret()
        prepare_folder(folder)
        try:
            return Store(_connect(file), file, day, secret)
        except sqlite3.OperationalError:  # locked, read-only, no room: not the file's fault
            return None
        except (sqlite3.DatabaseError, ValueError):
            _remove(file)
            return Store(_connect(file), file, day, secret)
    except (OSError, sqlite3.Error, ValueError):
        return None


def prepare_folder(folder: str) -> None:
    """Make the folder with what keeps it out of version control and of backups.

    Raises:
        OSError: it cannot be made.

    """
    if os.path.lexists(os.path.join(folder, ".gitignore")):
        return
    os.makedirs(folder, exist_ok=True)
    for name, content in ((".gitignore", b"*\n"), ("CACHEDIR.TAG", TAG)):
        try:
            with open(os.path.join(folder, name), "xb") as stream:
                stream.write(content)
        except FileExistsError:
            continue


def _remove(file: str) -> None:
    for end in ("", "-wal", "-shm", "-journal"):
        try:
            os.unlink(file + end)
        except FileNotFoundError:
            continue


def _connect(file: str) -> sqlite3.Connection:
    """Return a connection to a file with our table and nothing else.

    Raises:
        ValueError: it is another program's, or of another form.
        sqlite3.Error: it cannot be opened, or is damaged.

    """
    if os.path.islink(file) or (os.path.lexists(file) and not os.path.isfile(file)):
        raise ValueError(file)
    connection = sqlite3.connect(file, timeout=WAIT)
    try:
        _open(connection)
    except BaseException:
        connection.close()
        raise
    return connection


def _open(connection: sqlite3.Connection) -> None:
    # What a file that came from elsewhere defines is not run.
    connection.execute("PRAGMA trusted_schema = OFF")
    state = _state(connection)
    if state == EMPTY:
        _make(connection)
    elif state != OURS:
        raise ValueError("a file of another program or form")
    connection.execute("PRAGMA synchronous = OFF")  # what a crash loses is read again


Marks = tuple[list[tuple[str, str]], int, int]
EMPTY: Marks = ([], 0, 0)
OURS: Marks = ([("table", TABLE)], APPLICATION, FORM)


def _state(connection: sqlite3.Connection) -> Marks:
    """Return what the file defines and its marks, as of one moment: another run may make it."""
    execute = connection.execute
    execute("BEGIN")
    schema = execute("SELECT type, sql FROM sqlite_master WHERE sql IS NOT NULL").fetchall()
    marks = [execute(f"PRAGMA {name}").fetchone()[0] for name in ("application_id", "user_version")]
    execute("COMMIT")
    return schema, marks[0], marks[1]


def _make(connection: sqlite3.Connection) -> None:
    connection.execute("PRAGMA journal_mode = WAL")
    with connection:
        connection.execute("BEGIN IMMEDIATE")
        if not connection.execute("SELECT 1 FROM sqlite_master").fetchone():
            connection.execute(TABLE)
            connection.execute(f"PRAGMA application_id = {APPLICATION}")
            connection.execute(f"PRAGMA user_version = {FORM}")
