"""Unified diffs of bytes, as `patch` and `git apply` take them."""

from collections.abc import Iterator, Sequence
from difflib import SequenceMatcher

__all__ = ["unified"]

CONTEXT = 3  # lines around a change
NO_END = b"\n\\ No newline at end of file\n"
QUOTED = frozenset(b'"\\')
PLAIN = range(0x20, 0x7F)


def unified(path: str, before: bytes, after: bytes) -> bytes:
    """Return the diff of one file, b"" where nothing changed; `path` is posix and relative.

    A line ends with a line feed, as both programs count; carriage returns belong to the line.
    """
    old, new = _lines(before), _lines(after)
    groups = list(SequenceMatcher(None, old, new, autojunk=False).get_grouped_opcodes(CONTEXT))
    if not groups:
        return b""
    head = [b"--- " + _name("a/" + path), b"+++ " + _name("b/" + path)]
    return b"".join([*head, *(row for group in groups for row in _hunk(group, old, new))])


def _lines(data: bytes) -> list[bytes]:
    parts = data.split(b"\n")
    lines = [part + b"\n" for part in parts[:-1]]
    return [*lines, parts[-1]] if parts[-1] else lines


def _hunk(
    group: Sequence[tuple[str, int, int, int, int]], old: Sequence[bytes], new: Sequence[bytes]
) -> Iterator[bytes]:
    first, last = group[0], group[-1]
    was, now = _range(first[1], last[2]), _range(first[3], last[4])
    yield f"@@ -{was} +{now} @@\n".encode()
    for tag, start, end, new_start, new_end in group:
        if tag == "equal":
            yield from (_row(b" ", line) for line in old[start:end])
        else:
            yield from (_row(b"-", line) for line in old[start:end])
            yield from (_row(b"+", line) for line in new[new_start:new_end])


def _range(start: int, end: int) -> str:
    length = end - start
    if length == 1:
        return str(start + 1)
    return f"{start + 1 if length else start},{length}"


def _row(sign: bytes, line: bytes) -> bytes:
    return sign + line if line.endswith(b"\n") else sign + line + NO_END


def _name(path: str) -> bytes:
    """Return a file's name as git quotes it: https://git-scm.com/docs/git-config, core.quotePath.

    A tab behind a name with a space tells `patch` where the name ends.
    """
    data = path.encode("utf-8", "surrogateescape")
    if all(byte in PLAIN and byte not in QUOTED for byte in data):
        return data + (b"\t\n" if b" " in data else b"\n")
    said = "".join(
        chr(byte) if byte in PLAIN and byte not in QUOTED else f"\\{byte:03o}" for byte in data
    )
    return f'"{said}"\n'.encode()
