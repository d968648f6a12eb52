r"""A patch as text, cut into one part a file before anything is parsed.

One bad part then costs one file. Bytes are kept as they are by way of Latin-1, where every byte
is one character: the sources in a patch may be in any encoding.
"""

import codecs
import re
from collections.abc import Iterator, Sequence
from typing import NamedTuple

__all__ = ["Part", "plain_text", "read_name", "split_parts"]

_COLOUR = re.compile(rb"\x1b\[[0-9;]*[mK]")
_COLOURED_HEAD = re.compile(
    rb"^\x1b\[[0-9;]*m(?:\x1b\[[0-9;]*m)*(?:diff |--- |\+\+\+ |@@ )", re.MULTILINE
)
_HUNK = re.compile(r"@@ -(\d{1,9})(?:,(\d{1,9}))? \+(\d{1,9})(?:,(\d{1,9}))? @@")
_ESCAPE = re.compile(r'\\([0-7]{3}|[abtnvfr"\\])')
_ESCAPES = {"a": "\a", "b": "\b", "t": "\t", "n": "\n", "v": "\v", "f": "\f", "r": "\r"}


class Part(NamedTuple):
    """What a patch says of one file."""

    head: tuple[str, ...]  # lines before the first hunk, without line ends
    hunks: tuple[tuple[str, ...], ...]  # lines of each, with line ends, the "@@" line first
    line: int  # 1-based, in the patch


def plain_text(data: bytes) -> str:
    """Return the patch with one character a byte: no mark, no colour, lines that end alike."""
    for mark, encoding in (
        (codecs.BOM_UTF16_LE, "utf-16"),
        (codecs.BOM_UTF16_BE, "utf-16"),
        (codecs.BOM_UTF8, ""),
    ):
        if data.startswith(mark):
            text = data.decode(encoding, "replace").encode("utf-8", "replace") if encoding else data
            data = text.removeprefix(codecs.BOM_UTF8)
            break
    if _COLOURED_HEAD.search(data):
        data = _COLOUR.sub(b"", data)
    if re.search(rb"^\+\+\+ [^\n]*\r\n@@ [^\n]*\r$", data, re.MULTILINE):
        # The patch itself was carried over with other line ends, not only the files in it.
        data = data.replace(b"\r\n", b"\n")
    return data.decode("latin-1")


def split_parts(text: str) -> Iterator[Part]:
    """Yield the parts of a patch, in its order; text that belongs to no file is passed over."""
    lines = text.split("\n")
    lines = [f"{line}\n" for line in lines[:-1]] + ([lines[-1]] if lines[-1] else [])
    at, start = 0, 0
    head: list[str] = []
    hunks: list[tuple[str, ...]] = []
    while at < len(lines):
        line = lines[at]
        if _HUNK.match(line) or line.startswith("@@@"):
            end = _hunk_end(lines, at)
            if _names_file(head):
                hunks.append(tuple(lines[at:end]))
            at = end
            continue
        if _starts_part(lines, at, head, hunks):
            yield from _part(head, hunks, start)
            head, hunks, start = [], [], at
        if not hunks:
            head.append(line.rstrip("\n"))
        at += 1
    yield from _part(head, hunks, start)


def _names_file(head: Sequence[str]) -> bool:
    if any(line.startswith(("diff --git ", "diff --cc ", "diff --combined ")) for line in head):
        return True
    return all(any(line.startswith(mark) for line in head) for mark in ("--- ", "+++ "))


def _part(head: list[str], hunks: list[tuple[str, ...]], start: int) -> Iterator[Part]:
    if _names_file(head):
        yield Part(tuple(head), tuple(hunks), start + 1)


def _starts_part(
    lines: Sequence[str], at: int, head: Sequence[str], hunks: Sequence[tuple[str, ...]]
) -> bool:
    line = lines[at]
    if line.startswith(("diff --", "diff -", "Index: ")):
        return True
    if not _is_head(lines, at):
        return False
    return bool(hunks) or any(line.startswith("--- ") for line in head)


def _is_head(lines: Sequence[str], at: int) -> bool:
    """Tell whether a "---" and a "+++" line stand here, and a hunk after them."""
    return (
        at + 2 < len(lines)
        and lines[at].startswith("--- ")
        and lines[at + 1].startswith("+++ ")
        and lines[at + 2].startswith("@@ ")
    )


def _hunk_end(lines: Sequence[str], at: int) -> int:
    """Return where the hunk ends whose "@@" line stands at `at`: by its counts, or too early."""
    match = _HUNK.match(lines[at])
    old, new = (int(match[2] or 1), int(match[4] or 1)) if match else (0, 0)
    at += 1
    while at < len(lines) and (old > 0 or new > 0):
        line = lines[at]
        if line[0] not in " +-\\\n\r":
            return at
        # A deleted "-- note" of SQL looks like a head, unless the counts have room for more.
        if (old, new) != (1, 1) and _is_head(lines, at):
            return at
        old -= line[0] in " -\n\r"
        new -= line[0] in " +\n\r"
        at += 1
    if not match:  # a combined diff: its lines are of no use
        while at < len(lines) and lines[at][0] in " +-\\":
            at += 1
        return at
    while at < len(lines) and _goes_on(lines[at]):
        at += 1
    return at


def _goes_on(line: str) -> bool:
    """Tell whether a line after the counts still belongs to the hunk, which is then damaged.

    "No newline at end of file" does belong; "-- " begins the signature of a mail.
    """
    return line[0] in "\\+-" and line.rstrip() != "--" and not line.startswith(("--- ", "+++ "))


def read_name(text: str) -> str:
    r"""Return the file name in a head line: `"caf\303\251.py"` unquoted, what follows a tab cut.

    https://git-scm.com/docs/git-config#Documentation/git-config.txt-corequotePath
    """
    text = text.rstrip("\r")
    if text.startswith('"') and '"' in text[1:]:
        inner = text[1 : text.rindex('"')]
        raw = _ESCAPE.sub(_unescape, inner)
    else:
        raw = text.split("\t")[0].rstrip()
    return raw.encode("latin-1").decode("utf-8", "surrogateescape")


def _unescape(match: re.Match[str]) -> str:
    code = match[1]
    if code[0].isdigit():
        return chr(int(code, 8) & 0xFF)
    return _ESCAPES.get(code, code)
