"""Which paths `.gitignore` files, `.git/info/exclude` and the user's `exclude` leave out."""

import os
import re
from collections.abc import Callable, Iterable, Sequence
from functools import cache
from typing import TYPE_CHECKING

from nonevent.noun import NamedTuple
from nonevent.pattern import late
from nonevent.sources.disk import read_file

if TYPE_CHECKING:
    from pathspec import GitIgnoreSpec

__all__ = ["Ignore", "Wanted", "choose", "compile_globs", "is_ignored", "read_ignore"]

Wanted = Callable[[str], bool]  # of a path, posix and relative to the root

# More in one pattern is no pattern of a person, and costs a regular expression ages.
_STARS = 6
_IGNORE_LIMIT = 1_000_000  # bytes
# A pattern that says what it means in one way: names with `*`, `?` and sets of letters. Most
# projects have no other, and `pathspec` takes as long to import as a walk over a thousand files.
_PART = r"(?:[\w.@+~,=%$-]|\*(?!\*)|\?|\[(?:[A-Za-z0-9](?:-[A-Za-z0-9])?)+\])+"
_PLAIN = late(rf"(\*\*/|/)?({_PART}(?:/{_PART})*)(/)?")


class Ignore(NamedTuple):
    """The patterns of one ignore file."""

    base: str  # folder they are relative to: "" or "shop/static/"
    spec: "GitIgnoreSpec | None"  # None where all patterns are plain
    above: str = ""  # way from the ignore file down to the root, where it stands above: "backend/"
    speaks: "re.Pattern[str] | None" = None  # meets every path that some pattern meets
    # Of plain patterns, which `speaks` joins but for the exceptions:
    excepts: "re.Pattern[str] | None" = None  # the patterns behind `!`, joined
    lines: tuple[str, ...] = ()  # all of them


def compile_globs(lines: Iterable[str], base: str = "") -> Ignore | None:
    """Return the gitignore-style patterns in `lines`; None where there are none."""
    patterns = [line.rstrip("\r") for line in lines if line.strip() and line[0] != "#"]
    patterns = [line for line in patterns if line.replace("**", "").count("*") <= _STARS]
    if not patterns:
        return None
    if all(_PLAIN.fullmatch(line.removeprefix("!")) for line in patterns):
        speaks = _joined(line for line in patterns if line[0] != "!")
        excepts = _joined(line[1:] for line in patterns if line[0] == "!")
        return Ignore(base, None, speaks=speaks, excepts=excepts, lines=tuple(patterns))
    from pathspec import GitIgnoreSpec

    try:
        spec = GitIgnoreSpec.from_lines(patterns)
    except ValueError:
        good = [line for line in patterns if _compiles(line)]
        if not good:
            return None
        spec = GitIgnoreSpec.from_lines(good)
    return Ignore(base, spec, speaks=_speaks(spec))


def _joined(patterns: Iterable[str]) -> "re.Pattern[str] | None":
    """Return one expression for these plain patterns; None where there are none."""
    found = [match for match in map(_PLAIN.fullmatch, patterns) if match]
    joined = "|".join(f"(?:{_expression(*match.groups())})" for match in found)
    return re.compile(joined, re.DOTALL) if found else None


def _expression(root: str | None, names: str, folder: str | None) -> str:
    """Return the expression of a plain pattern, as gitignore(5) explains it.

    Its only group is the slash behind a folder that it meets.
    """
    parts = [
        "[^/]+" if name == "*" else re.sub(r"[*?]|\[[\w-]+\]|\W", _sign, name)
        for name in names.split("/")
    ]
    anywhere = root == "**/" or (root is None and len(parts) == 1)
    end = r"(/).*\Z" if folder else r"(?:(/).*)?\Z"
    return ("^(?:.+/)?" if anywhere else "^") + "/".join(parts) + end


def _sign(found: re.Match[str]) -> str:
    text = found[0]
    known = {"*": "[^/]*", "?": "[^/]"}.get(text)
    return known or (text if text[0] == "[" else re.escape(text))


def _speaks(spec: "GitIgnoreSpec") -> "re.Pattern[str] | None":
    """Return one expression for all patterns: most paths meet none, and one search says so.

    None where the patterns have none that can be joined.
    """
    parts = [pattern.regex.pattern for pattern in spec.patterns if pattern.regex is not None]
    try:
        return re.compile("|".join(re.sub(r"\(\?P<\w+>", "(?:", f"(?:{part})") for part in parts))
    except re.error:
        return None


def _compiles(line: str) -> bool:
    from pathspec import GitIgnoreSpec

    try:
        GitIgnoreSpec.from_lines([line])
    except ValueError:
        return False
    return True


def read_ignore(path: str, base: str = "") -> Ignore | None:
    """Return the patterns of one ignore file; None where it is not there or says nothing."""
    try:
        data = read_file(path, _IGNORE_LIMIT)
    except OSError:
        return None
    return compile_globs(os.fsdecode(data).removeprefix("\ufeff").split("\n"), base)


def is_ignored(ignores: Sequence[Ignore], path: str) -> bool:
    """Tell whether `path` is left out; the last (innermost) file that speaks of it decides.

    `path` is posix and relative to the root; a folder ends with `/`.
    """
    for ignore in reversed(ignores):
        if path.startswith(ignore.base):
            below = ignore.above + path[len(ignore.base) :]
            if ignore.lines:
                verdict = _plainly(ignore, below)
            elif ignore.spec is None or (ignore.speaks and not ignore.speaks.search(below)):
                continue
            else:
                verdict = ignore.spec.check_file(below).include
            if verdict is not None:
                return verdict
    return False


def _plainly(ignore: Ignore, path: str) -> bool | None:
    """Return what plain patterns say of a path; None where they do not speak of it."""
    met = ignore.speaks is not None and ignore.speaks.search(path) is not None
    if ignore.excepts is None or not ignore.excepts.search(path):
        return met or None
    return _in_turn(ignore.lines, path) if met else False


def _in_turn(lines: tuple[str, ...], path: str) -> bool | None:
    """Return what plain patterns say of a path, exceptions among them.

    The last that meets the path itself decides, or else the last that meets a folder above it.
    """
    verdict: bool | None = None
    for leaves_out, meets in _each(lines):
        met = meets(path)
        if met and not met[1]:
            return leaves_out
        if met and verdict is None:
            verdict = leaves_out
    return verdict


@cache
def _each(lines: tuple[str, ...]) -> list[tuple[bool, Callable[[str], "re.Match[str] | None"]]]:
    """Return for each plain pattern, last first, whether it leaves out, and a test of a path."""
    found = [(line[0] != "!", _PLAIN.fullmatch(line.removeprefix("!"))) for line in lines]
    return [
        (leaves_out, re.compile(_expression(*match.groups()), re.DOTALL).match)
        for leaves_out, match in reversed(found)
        if match
    ]


def choose(wanted: Wanted, exclude: Sequence[str]) -> Wanted:
    """Return `wanted` narrowed to what the patterns in `exclude` do not leave out."""
    excluded = compile_globs(exclude)
    if excluded is None:
        return wanted
    return lambda path: wanted(path) and not is_ignored([excluded], path)
