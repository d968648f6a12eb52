"""A patch as text → what became of each file, as git tells it of commits: no file is looked at."""

import re
from collections.abc import Iterable, Sequence
from typing import NamedTuple

from nonevent.error import UserError
from nonevent.sources.disk import printable
from nonevent.sources.hunks import FileDiff, Hunk
from nonevent.sources.patchhead import Head, read_head
from nonevent.sources.patchtext import Part, plain_text, split_parts

__all__ = ["Patched", "read_patch"]

_AT = re.compile(r"@@ -(\d+)(?:,(\d+))? \+(\d+)(?:,(\d+))? @@")
# A mail of `git format-patch`: https://git-scm.com/docs/git-format-patch
_SUBJECT = re.compile(r"^Subject: (.*(?:\n[ \t].*)*)", re.MULTILINE)
_NUMBERED = re.compile(r"^\s*\[[^\]]*\bPATCH\b[^\]]*\]\s*")


class Patched(NamedTuple):
    """What a patch says."""

    files: tuple[FileDiff, ...]
    title: str  # of the first mail; "" where it is a bare diff


def read_patch(data: bytes) -> Patched:
    """Return what a patch says of each file; a series counts as its steps together.

    Raises:
        UserError: it holds no change of a file, or one that cannot be read.

    """
    text = plain_text(data)
    found: dict[str, FileDiff] = {}
    for part in split_parts(text):
        file = _file(part)
        if file is not None:
            known = found.pop(file.old_path or file.path, None)
            found[file.path] = _joined(known, file) if known else file
    if not found:
        raise UserError("no file changes found in the patch; expected a unified diff")
    return Patched(tuple(found.values()), _title(text))


def _title(text: str) -> str:
    before = re.split(r"^(?:diff |--- )", text, maxsplit=1, flags=re.MULTILINE)[0]
    said = _SUBJECT.search(before)
    if said is None:
        return ""
    title = " ".join(said[1].split())
    if "=?" in title:
        from email.header import decode_header, make_header

        title = str(make_header(decode_header(title)))
    else:
        title = title.encode("latin-1").decode("utf-8", "replace")
    return _NUMBERED.sub("", title)


def _file(part: Part) -> FileDiff | None:
    """Return what a part says; None where it is of a symbolic link or a submodule."""
    head = read_head(part.head)
    if head.combined or any(lines[0].startswith("@@@") for lines in part.hunks):
        raise UserError(f"line {part.line} of the patch: the diff of a merge cannot be scored")
    if head.no_file:
        return None
    hunks: list[Hunk] = []
    added: list[bytes] = []
    deleted: list[bytes] = []
    for lines in part.hunks:
        hunks += _stretches(lines, part.line, added, deleted)
    path, old_path, status = _names(head)
    return FileDiff(path, old_path, status, tuple(hunks), added, deleted, head.binary)


def _names(head: Head) -> tuple[str, str, str]:
    old, new = printable(head.old_path), printable(head.new_path)
    if not new:
        return old, "", "D"
    if not old or head.copied:
        return new, "", "A"
    return (new, "", "M") if old == new else (new, old, "R")


def _stretches(
    lines: Sequence[str], line: int, added: list[bytes], deleted: list[bytes]
) -> Iterable[Hunk]:
    """Return the hunks of a diff without context that a hunk holds, and collect their lines."""
    match = _AT.match(lines[0])
    if match is None:
        raise _damaged(line)
    start, size, start_new, size_new = (1 if part is None else int(part) for part in match.groups())
    # "-5,0" means after line 5; any other count starts with the line itself.
    old, new = start + (size == 0), start_new + (size_new == 0)
    ends = old + size, new + size_new
    found: list[Hunk] = []
    minus = plus = 0

    def close() -> None:
        if minus or plus:
            before, after = old - minus, new - plus
            found.append(Hunk(before - (not minus), minus, after - (not plus), plus))

    for text in lines[1:]:
        sign, rest = text[:1], text[1:].rstrip("\n").encode("latin-1")
        if sign == "\\":  # "\ No newline at end of file"
            continue
        if sign == "-":
            deleted.append(rest)
            minus, old = minus + 1, old + 1
        elif sign == "+":
            added.append(rest)
            plus, new = plus + 1, new + 1
        else:
            close()
            minus = plus = 0
            old, new = old + 1, new + 1
    close()
    if (old, new) != ends:  # cut short, or longer than it says
        raise _damaged(line)
    return found


def _damaged(line: int) -> UserError:
    return UserError(f"the part of the patch that begins in line {line} is damaged")


def _joined(first: FileDiff, then: FileDiff) -> FileDiff:
    """Return two steps of one file as one."""
    status = first.status if then.status in {"M", "R"} and first.status != "M" else then.status
    return FileDiff(
        then.path,
        "" if status in {"A", "D"} else first.old_path or then.old_path,
        status,
        (*first.hunks, *then.hunks),
        [*first.added, *then.added],
        [*first.deleted, *then.deleted],
        first.binary or then.binary,
    )
