"""Reading from disk without waiting, without leaving the project, without swallowing giants."""

import errno
import os
import stat
from functools import partial

from nonevent.change import Content

__all__ = [
    "LIMIT",
    "is_inside",
    "place_of",
    "posix",
    "printable",
    "read_file",
    "reason",
    "relative_path",
]

LIMIT = 6_000_000  # bytes of one file; a parser takes more than 20 s for what is larger

_FLAGS = (
    os.O_RDONLY
    | getattr(os, "O_NONBLOCK", 0)  # opening a FIFO otherwise waits for its writer
    | getattr(os, "O_NOCTTY", 0)
    | getattr(os, "O_BINARY", 0)
)


def read_file(path: str, limit: int = LIMIT) -> bytes:
    """Return the bytes of a regular file.

    Raises:
        OSError: it cannot be opened, is no regular file, or (`errno.EFBIG`) is larger than
            `limit` bytes.

    """
    descriptor = os.open(path, _FLAGS)
    try:
        status = os.fstat(descriptor)
        if not stat.S_ISREG(status.st_mode):
            raise OSError(errno.EINVAL, "not a regular file", path)
        return _read_all(descriptor, path, limit, status.st_size)
    finally:
        os.close(descriptor)


def _read_all(descriptor: int, path: str, limit: int, size: int) -> bytes:
    parts: list[bytes] = []
    total = 0
    while total <= limit and size <= limit:
        # One byte more than told: a file that grew meanwhile is read whole as well.
        part = os.read(descriptor, max(size - total, 0) + 1)
        if not part:
            return b"".join(parts)
        parts.append(part)
        total += len(part)
    raise OSError(errno.EFBIG, f"larger than {limit // 1_000_000} MB", path)


def place_of(content: Content) -> str:
    """Return the file that a content is read from by `read_file`; "" where it is none on disk."""
    if isinstance(content, partial) and content.func is read_file:
        return str(content.args[0])
    return ""


def reason(error: OSError) -> str:
    """Return why a file cannot be had, as the end of a sentence."""
    text = error.strerror or "cannot be read"
    return text[:1].lower() + text[1:]


def posix(path: str) -> str:
    """Return the path with `/` between its parts, whatever the system writes."""
    return path if os.sep == "/" else path.replace(os.sep, "/")


def printable(path: str) -> str:
    r"""Return the path as text that any encoder takes: bytes that are not UTF-8 become `\xe9`."""
    return path.encode("utf-8", "surrogateescape").decode("utf-8", "backslashreplace")


def is_inside(path: str, folder: str) -> bool:
    """Tell whether `path` is `folder` or lies under it; both absolute."""
    return path == folder or path.startswith(folder.rstrip(os.sep) + os.sep)


def relative_path(path: str, root: str) -> str:
    """Return `path` as posix text relative to `root`, with `..` where it lies outside."""
    absolute, base = os.path.abspath(path), os.path.abspath(root)
    if not is_inside(absolute, base):
        # The same folder by another name: /tmp may be a link to /private/tmp.
        folder, name = os.path.split(absolute)
        absolute, base = os.path.join(os.path.realpath(folder), name), os.path.realpath(base)
    if is_inside(absolute, base):
        return posix(absolute[len(base.rstrip(os.sep)) + 1 :]) or "."
    try:
        return posix(os.path.relpath(absolute, base))
    except ValueError:  # another drive
        return posix(absolute)
