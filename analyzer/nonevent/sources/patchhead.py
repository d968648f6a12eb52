"""Which file a part of a patch is about: every tool writes the names in its own way."""

import re
from collections.abc import Sequence
from typing import NamedTuple

from nonevent.sources.patchtext import read_name

__all__ = ["Head", "read_head"]


class Head(NamedTuple):
    """Which file a part of a patch is about; "" is the name of one that is not there."""

    old_path: str
    new_path: str
    binary: bool
    combined: bool  # the diff of a merge with all its parents
    copied: bool
    no_file: bool  # a symbolic link or a submodule


def read_head(lines: Sequence[str]) -> Head:
    """Return what the lines before the first hunk say."""
    said: dict[str, str] = {}
    for line in lines:
        for key in _KEYS:
            if line.startswith(key):
                said[key] = line[len(key) :]
    old, new = _names(said)
    modes = [said.get(key, "") for key in _KEYS if key.endswith("mode ")]
    modes.append(said.get("index ", "").rpartition(" ")[2])
    return Head(
        old,
        new,
        binary="GIT binary patch" in said or "Binary files " in said,
        combined="diff --cc " in said or "diff --combined " in said,
        copied="copy to " in said,
        no_file=any(mode.strip() in {"120000", "160000"} for mode in modes),
    )


_KEYS = (
    "diff --git ",
    "diff --cc ",
    "diff --combined ",
    "--- ",
    "+++ ",
    "rename from ",
    "rename to ",
    "copy from ",
    "copy to ",
    "new file mode ",
    "deleted file mode ",
    "old mode ",
    "new mode ",
    "index ",
    "Binary files ",
    "GIT binary patch",
)


def _names(said: dict[str, str]) -> tuple[str, str]:
    """Return old and new path without the prefixes that tools put before them."""
    for verb in ("rename", "copy"):
        if f"{verb} to " in said:
            return read_name(said.get(f"{verb} from ", "")), read_name(said[f"{verb} to "])
    git_old, git_new = _git_names(said.get("diff --git ", ""))
    if "--- " not in said or "+++ " not in said:
        old, new = _without_prefix(git_old, git_new)
        if "diff --cc " in said or "diff --combined " in said:
            old = new = read_name(said.get("diff --cc ", said.get("diff --combined ", "")))
        return (
            "" if "new file mode " in said else old,
            "" if "deleted file mode " in said else new,
        )
    old, new = read_name(said["--- "]), read_name(said["+++ "])
    gone, come = new == _NULL, old == _NULL
    if git_old and git_old == git_new:  # --no-prefix
        return "" if come else git_old, "" if gone else git_new
    old, new = _without_prefix(_other(old, new, "a"), _other(new, old, "b"))
    return "" if come else old, "" if gone else new


_NULL = "/dev/null"


def _other(name: str, twin: str, prefix: str) -> str:
    """Return the name, or in the place of /dev/null its twin under the other prefix."""
    if name != _NULL:
        return name
    first, slash, rest = twin.partition("/")
    return f"{prefix}/{rest}" if slash and len(first) == 1 and first != prefix else twin


def _without_prefix(old: str, new: str) -> tuple[str, str]:
    if old != new and "/" in old and "/" in new:
        old_first, _, old_rest = old.partition("/")
        new_first, _, new_rest = new.partition("/")
        if old_rest == new_rest or (len(old_first) == len(new_first) == 1):
            return old_rest, new_rest
    if old != new and old in {f"{new}.orig", f"{new}~"}:
        return new, new
    return old, new


def _git_names(text: str) -> tuple[str, str]:
    """Return the two names in a "diff --git" line, which does not mark where one ends."""
    quoted = re.fullmatch(r'("(?:[^"\\]|\\.)*"|\S+) ("(?:[^"\\]|\\.)*"|\S+)', text.rstrip("\r"))
    if quoted:
        return read_name(quoted[1]), read_name(quoted[2])
    half = len(text) // 2  # a name with spaces: both are of one length
    return read_name(text[:half]), read_name(text[half + 1 :])
