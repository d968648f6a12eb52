"""A file is replaced whole or not at all: with its mode, where nothing changed it meanwhile."""

import os
import stat

__all__ = ["replace"]

FLAGS = os.O_WRONLY | os.O_CREAT | os.O_EXCL | getattr(os, "O_BINARY", 0)
READ = os.O_RDONLY | getattr(os, "O_BINARY", 0) | getattr(os, "O_NONBLOCK", 0)


def replace(path: str, before: bytes, after: bytes) -> str:
    """Put `after` where `before` stands; return why it was not done, "" where it was.

    A symbolic link stays one: the file that it leads to is replaced. A reader meets the old
    content or the new, never a part.
    """
    real = os.path.realpath(path)
    try:
        why, status = _look(real, before)
        if why or status is None:
            return why
        return _swap(real, before, after, status)
    except OSError as error:
        text = error.strerror or "it cannot be written"
        return text[:1].lower() + text[1:]


def _look(real: str, before: bytes) -> tuple[str, os.stat_result | None]:
    """Return why a file must be left alone, and what the system says of it."""
    handle = os.open(real, READ)
    with open(handle, "rb") as stream:
        status = os.fstat(handle)
        if not stat.S_ISREG(status.st_mode):
            return "it is no regular file", None
        data = stream.read(len(before) + 1)
    if not status.st_mode & 0o222 or not os.access(real, os.W_OK):
        return "it is read-only", None
    if status.st_nlink > 1:
        return "it has a second name (a hard link), which would keep the old content", None
    return ("" if data == before else "it changed while it was checked"), status


def _swap(real: str, before: bytes, after: bytes, status: os.stat_result) -> str:
    scratch = os.path.join(os.path.dirname(real), f".nonevent-{os.urandom(8).hex()}")
    handle = os.open(scratch, FLAGS, 0o600)
    try:
        with open(handle, "wb") as stream:
            stream.write(after)
            _keep(handle, status)
            stream.flush()
            os.fsync(handle)
        why, _ = _look(real, before)
        if not why:
            os.replace(scratch, real)
            return ""
    except BaseException:
        os.unlink(scratch)
        raise
    os.unlink(scratch)
    return why


def _keep(handle: int, status: os.stat_result) -> None:
    """Give the new file the owner, where we may, and the mode of the old one."""
    if hasattr(os, "fchown"):
        own = os.fstat(handle)
        if (own.st_uid, own.st_gid) != (status.st_uid, status.st_gid):
            os.fchown(handle, status.st_uid, status.st_gid)
    if hasattr(os, "fchmod"):
        os.fchmod(handle, stat.S_IMODE(status.st_mode))
