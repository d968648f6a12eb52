"""What landed on a main line, oldest first: commits, and what each changed in its first parent."""

import os
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import NamedTuple

from nonevent.error import UserError
from nonevent.sources.disk import printable
from nonevent.sources.patchhead import read_head
from nonevent.sources.patchtext import read_name
from nonevent.sources.place import Place, require_place
from nonevent.sources.quarantine import Quarantine, open_quarantine
from nonevent.sources.refs import find_id, parse_revision

__all__ = ["Commit", "FileDiff", "Hunk", "Landed", "MainLine", "open_main_line"]

_BIG = "2m"  # a larger file is not compared line by line
_KEPT = 400_000  # bytes of lines of one file that are kept; all are counted
_RENAMES = 400  # files on each side among which renames are looked for
_PATIENCE = 20  # changes that cannot be read, one after the other, before many are passed over
_PASSED = 200  # changes that are then told by the names of their files alone
_SETTINGS = f"""\
[core]
\tbigFileThreshold = {_BIG}
[diff]
\trenameLimit = {_RENAMES}
"""
_PATCH = (
    "--patch",
    "--unified=0",
    "--find-renames=50%",
    f"-l{_RENAMES}",
    "--diff-merges=first-parent",
    "--no-color",
    "--no-ext-diff",
    "--no-textconv",
    "--full-index",
    "--ignore-submodules=all",
    "--src-prefix=a/",
    "--dst-prefix=b/",
)
_NAMES = ("--raw", "--no-renames", "--abbrev=40", "--diff-merges=first-parent", "-r")
_HUNK = re.compile(rb"@@ -(\d+)(?:,(\d+))? \+(\d+)(?:,(\d+))? @@")
_FULL = re.compile(r"[0-9a-f]{40}(?:[0-9a-f]{24})?")
_ID = re.compile(r"[0-9a-f]{4,64}")
_LATEST = 4_102_444_800  # 2100-01-01: a commit may carry any number as its time


class Commit(NamedTuple):
    """A commit, without what it changed."""

    sha: str
    parents: tuple[str, ...]
    name: str  # of the author
    mail: str
    authored: int  # seconds since 1970
    committed: int
    subject: str
    body: str  # "" unless it speaks of a revert


class Hunk(NamedTuple):
    """One place of a file that changes; lines are 1-based, as in a diff without context."""

    old: int
    deleted: int  # lines
    new: int
    added: int  # lines


class FileDiff(NamedTuple):
    """What became of one file."""

    path: str
    old_path: str  # "" unless it is renamed
    status: str  # "A" added, "M" modified, "D" deleted, "R" renamed
    hunks: tuple[Hunk, ...]
    added: Sequence[bytes]  # lines without their ends, up to a limit
    deleted: Sequence[bytes]
    binary: bool = False  # or too large to compare

    @property
    def lines_added(self) -> int:
        """How many lines are added."""
        return sum(hunk.added for hunk in self.hunks)

    @property
    def lines_deleted(self) -> int:
        """How many lines are deleted."""
        return sum(hunk.deleted for hunk in self.hunks)


class Landed(NamedTuple):
    """What one commit changed in its first parent."""

    sha: str
    message: str
    files: tuple[FileDiff, ...]
    complete: bool = True  # False: only the files' names are known, or nothing


class MainLine:
    """The history of one revision, read through a quarantine."""

    def __init__(self, git: Quarantine, place: Place) -> None:
        """Take an open quarantine."""
        self._git = git
        self._place = place
        self.shallow = git.shallow  # history ends before its beginning

    def commit(self, revision: str) -> str:
        """Return the full id of the commit that a revision names; "" where there is none.

        Raises:
            UserError: it is written in a form that is not known here.

        """
        asked = parse_revision(revision)
        start = find_id(self._place, asked.name)
        if not start and asked.may_be_id:
            start = asked.name.lower()
        if not start:
            return ""
        question = f"{start}{asked.steps}^{{commit}}"
        answer = self._git.ask("rev-parse", "--verify", "--quiet", "--end-of-options", question)
        return (answer or b"").decode("ascii", "replace").strip()

    def existing(self, ids: Sequence[str]) -> set[str]:
        """Return those of the ids, or beginnings of ids, that are one object of this clone."""
        asked = sorted(each for each in set(ids) if _ID.fullmatch(each))
        with self._git.given(asked) as list_:
            options = ("--batch-check=%(objecttype)", "--buffer")
            with self._git.stream("cat-file", *options, given=list_) as git:
                # of one that is not there, or of several, the line has more than a word
                kinds = [line.split() for line in git.lines]
        pairs = zip(asked, kinds, strict=False)
        return {each for each, kind in pairs if len(kind) == 1}

    def common(self, first: str, second: str) -> str:
        """Return the best common ancestor of two commits; "" where there is none."""
        answer = self._git.ask("merge-base", first, second) or b""
        return answer.decode("ascii", "replace").strip().partition("\n")[0]

    def moment(self, revision: str) -> tuple[str, float]:
        """Return the commit that a revision names and when it was made; "" where there is none."""
        sha = self.commit(revision)
        answer = sha and self._git.ask("log", "-1", "--format=%ct", "--no-show-signature", sha)
        return (sha, float(_time(answer.decode("ascii", "replace")))) if answer else ("", 0.0)

    def holds(self, revision: str, path: str) -> bool:
        """Tell whether a file of this name is in a commit."""
        sha = self.commit(revision) if find_id(self._place, revision) else ""
        return bool(sha and self._git.ask("ls-tree", "--name-only", sha, "--", path))

    def tags(self) -> Mapping[str, str]:
        """Return all tags: name → the id that stands there, of a commit or of a tag."""
        from nonevent.sources.refs import list_tags

        return list_tags(self._place)

    def commits(self, tip: str, since: str = "") -> list[Commit]:
        """Return the commits that are reached from `tip` and not from `since`, newest first.

        Raises:
            UserError: the history cannot be walked.

        """
        nonce = _nonce()
        parts = "%H%x00%P%x00%an%x00%ae%x00%at%x00%ct%x00%s%x00%b"
        form = f"--format=tformat:{parts}%n{nonce.decode()}"
        asked = [form, "--no-color", "--no-show-signature", tip, *([f"^{since}"] if since else [])]
        found = []
        said: list[bytes] = []
        with self._git.stream("log", *asked) as process:
            for line in process.lines:
                if line == nonce:
                    found.append(_commit(b"\n".join(said)))
                    said = []
                else:
                    said.append(line)
            if process.wait():
                raise UserError(
                    "the history cannot be walked to its end: an object is missing or corrupt"
                )
        return found

    def read(self, shas: Sequence[str]) -> Iterator[Landed]:
        """Yield what each commit changed, in the order given; one for each.

        A commit of which git cannot read everything comes with the names of its files.
        """
        done = failed = 0
        while done < len(shas):
            before = done
            for landed in self._stream(shas[done:], _PATCH):
                yield landed
                done += 1
            failed = failed + 1 if done == before else 0
            if done < len(shas):
                passed = 1 if failed < _PATIENCE else _PASSED
                yield from self._named(shas[done : done + passed])
                done += passed

    def difference(self, base: str, head: str) -> Landed:
        """Return what lies between two commits, as if it landed at once."""
        nonce = _nonce()
        options = [option for option in _PATCH if not option.startswith("--diff-merges")]
        with self._git.stream("diff", *options, base, head, "--") as process:
            files = tuple(_files(_Lines(process.lines), nonce))
            return Landed(head, "", files, complete=not process.wait())

    def _named(self, shas: Sequence[str]) -> Iterator[Landed]:
        """Yield the commits with the names of their files alone."""
        found = {landed.sha: landed for landed in self._stream(shas, _NAMES)}
        for sha in shas:
            yield found.get(sha, Landed(sha, "", ()))._replace(complete=False)

    def _stream(self, shas: Sequence[str], options: Iterable[str]) -> Iterator[Landed]:
        nonce = _nonce()  # no message and no file can hold it
        mark = nonce.decode()
        form = f"--format=tformat:{mark}%n%H%n%B%n{mark}"
        asked = ["--stdin", "--no-walk=unsorted", form, "--no-show-signature", *options]
        with self._git.given(shas) as list_, self._git.stream("log", *asked, given=list_) as git:
            lines = _Lines(git.lines)
            last: Landed | None = None
            if lines.next() == nonce:
                while (landed := _landed(lines, nonce)) is not None:
                    if last is not None:
                        yield last
                    last = landed
            # Of the last one the end may be missing.
            if git.wait() == 0 and last is not None:
                yield last


def _commit(said: bytes) -> Commit:
    parts = said.decode("utf-8", "replace").split("\0")
    sha, parents, name, mail, authored, committed, subject, body = parts
    kept = body.strip() if "revert" in body.lower() else ""
    times = _time(authored), _time(committed)
    return Commit(sha, tuple(parents.split()), name, mail, *times, subject, kept)


def _time(text: str) -> int:
    try:
        return min(max(int(text), 0), _LATEST)
    except ValueError:
        return 0


def _nonce() -> bytes:
    return f"nonevent-{os.urandom(12).hex()}".encode()


class _Lines:
    """Lines, one of which can be given back."""

    def __init__(self, lines: Iterator[bytes]) -> None:
        self._lines = lines
        self._back: bytes | None = None

    def next(self) -> bytes | None:
        """Return the next line; None after the last."""
        if self._back is not None:
            line, self._back = self._back, None
            return line
        return next(self._lines, None)

    def back(self, line: bytes) -> None:
        """Let the next line be this one."""
        self._back = line


def _landed(lines: _Lines, nonce: bytes) -> Landed | None:
    """Return the commit whose mark was just read; None at the end."""
    sha = lines.next()
    if not sha:
        return None
    message = []
    while (line := lines.next()) is not None and line != nonce:
        message.append(line)
    text = b"\n".join(message).decode("utf-8", "replace").strip()
    return Landed(sha.decode("ascii", "replace"), text, tuple(_files(lines, nonce)))


def _files(lines: _Lines, nonce: bytes) -> Iterator[FileDiff]:
    """Yield the files up to the mark of the next commit, which is read as well."""
    head: list[bytes] = []
    while (line := lines.next()) is not None and line != nonce:
        if line.startswith(b"diff --git "):
            if head:
                yield _without_hunks(head)
            head = [line]
        elif line.startswith(b"@@ "):
            lines.back(line)
            yield _with_hunks(head, lines)
            head = []
        elif line.startswith(b":"):
            yield from _raw(line)
        elif head:
            head.append(line)
    if head:
        yield _without_hunks(head)


def _raw(line: bytes) -> Iterator[FileDiff]:
    """Yield the file of a line of `--raw`."""
    facts, _, path = line.partition(b"\t")
    status = facts[-1:].decode("ascii", "replace")
    if status in {"A", "M", "D", "T"} and path:
        name = read_name(path.decode("latin-1"))
        yield FileDiff(printable(name), "", status.replace("T", "M"), (), (), (), binary=True)


def _path(data: bytes) -> str:
    return printable(data.decode("utf-8", "surrogateescape"))


def _names(head: Sequence[bytes]) -> tuple[str, str, str]:
    """Return path, old path where it is renamed, and status."""
    marks = [line[:10] for line in head[1:]]
    first = head[0][len(b"diff --git ") :] if head else b""
    half = len(first) // 2
    if (
        b"rename fro" not in marks
        and b'"' not in first
        and first[:2] == b"a/"
        and first[half + 1 : half + 3] == b"b/"
        and first[2:half] == first[half + 3 :]
    ):
        path = _path(first[2:half])
        status = "A" if b"new file m" in marks else "D" if b"deleted fi" in marks else "M"
        return path, "", status
    told = read_head([line.decode("latin-1") for line in head])
    old, new = printable(told.old_path), printable(told.new_path)
    if not new:
        return old, "", "D"
    if not old:
        return new, "", "A"
    return new, old if old != new else "", "R" if old != new else "M"


def _without_hunks(head: Sequence[bytes]) -> FileDiff:
    path, old_path, status = _names(head)
    binary = any(line.startswith((b"Binary files ", b"GIT binary")) for line in head[1:])
    return FileDiff(path, old_path, status, (), (), (), binary)


def _with_hunks(head: Sequence[bytes], lines: _Lines) -> FileDiff:
    path, old_path, status = _names(head)
    hunks: list[Hunk] = []
    added: list[bytes] = []
    deleted: list[bytes] = []
    room = _KEPT
    while (line := lines.next()) is not None:
        match = _HUNK.match(line)
        if match is None:
            if line.startswith(b"\\"):  # "\ No newline at end of file"
                continue
            lines.back(line)
            break
        old, minus, new, plus = (int(part) if part is not None else 1 for part in match.groups())
        hunks.append(Hunk(old, minus, new, plus))
        left = minus + plus
        while left and (line := lines.next()) is not None:
            sign = line[:1]
            if sign == b"\\":
                continue
            left -= 1
            room -= len(line)
            if room > 0:
                (added if sign == b"+" else deleted).append(line[1:])
    return FileDiff(path, old_path, status, tuple(hunks), added, deleted)


@contextmanager
def open_main_line(root_hint: str) -> Iterator[MainLine]:
    """Open the repository that `root_hint` lies in.

    Raises:
        UserError: there is none, or it cannot be read.

    """
    place = require_place(root_hint)
    with open_quarantine(place) as git:
        with open(os.path.join(git.scratch, "config"), "a", encoding="ascii") as config:
            config.write(_SETTINGS)
        yield MainLine(git, place)
