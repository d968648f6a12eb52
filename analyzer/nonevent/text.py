"""Bytes of a source file become text, strictly: what is not the text it claims to be is said.

And how many columns of a terminal a text takes.
"""

from collections.abc import Callable

from nonevent.note import Note, NoteKind

__all__ = ["LIMIT", "codec", "decode", "widths"]

# Larger files are data or generated; a parser needs seconds for them.
LIMIT = 4_000_000  # bytes
BOMS = ((b"\xef\xbb\xbf", "utf-8"), (b"\xff\xfe", "utf-16-le"), (b"\xfe\xff", "utf-16-be"))
# https://github.com/git-lfs/git-lfs/blob/main/docs/spec.md
POINTER = b"version https://git-lfs.github.com/spec/v"
LONGEST_POINTER = 1024  # bytes
COOKIE_LINES = 2  # PEP 263: an encoding is declared in one of the first two


def decode(path: str, data: bytes) -> str | Note:
    """Return the text of a source file without its byte order mark; a note where there is none."""
    if len(data) > LIMIT:
        size = len(data) / 1_000_000
        return Note(path, NoteKind.TOO_LARGE, f"not read: {size:.1f} MB, the limit is 4 MB")
    if data.startswith(POINTER) and len(data) < LONGEST_POINTER:
        message = "not read: Git LFS keeps its content, which is not here (git lfs pull)"
        return Note(path, NoteKind.HISTORY, message)
    mark, encoding = codec(path, data)
    if not mark and b"\0" in data:
        return Note(path, NoteKind.BINARY, "not read: it holds binary data")
    data = data[len(mark) :]
    try:
        return data.decode(encoding)
    except UnicodeDecodeError as error:
        line = data.count(b"\n", 0, error.start) + 1
        message = f"not read: line {line} is not {encoding.upper()}"
        return Note(path, NoteKind.ENCODING, message, line)
    except LookupError:
        return Note(path, NoteKind.ENCODING, f"not read: unknown encoding '{encoding}'", 1)


def codec(path: str, data: bytes) -> tuple[bytes, str]:
    """Return the byte order mark of a source file, b"" without one, and its encoding."""
    for mark, name in BOMS:
        if data.startswith(mark):
            return mark, name
    if path.endswith(".py") and b"coding" in b"\n".join(data.split(b"\n", COOKIE_LINES)[:2]):
        return b"", _declared(data) or "utf-8"
    return b"", "utf-8"


def _declared(data: bytes) -> str:
    """Return the encoding that a Python file declares; "" if it declares none."""
    import re

    for line in data.split(b"\n", COOKIE_LINES)[:COOKIE_LINES]:
        found = re.match(rb"[ \t\f]*#.*?coding[:=][ \t]*([-\w.]+)", line)
        if found:
            return found[1].decode()
    return ""


def widths(piece: str) -> Callable[[str], int]:
    """Return a function from a character to the columns a terminal gives it."""
    if piece.isascii():
        return len
    from unicodedata import category, east_asian_width

    def width(character: str) -> int:
        if category(character) in ("Mn", "Me"):  # drawn over the one before
            return 0
        return 2 if east_asian_width(character) in "WF" else 1

    return width
