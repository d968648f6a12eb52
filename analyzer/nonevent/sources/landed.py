"""What landed on a main line, oldest first: commits, and what each changed in its first parent."""

import os
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import NamedTuple

from nonevent.error import UserError
from nonevent.sources.git import find_index
from nonevent.sources.hunks import FileDiff, Hunk, Lines, read_files
from nonevent.sources.place import Place, require_bare_place
from nonevent.sources.quarantine import Quarantine, open_quarantine
from nonevent.sources.refs import find_id, parse_revision

__all__ = ["Commit", "FileDiff", "Hunk", "Landed", "MainLine", "open_main_line"]

_BIG = "2m"  # a larger file is not compared line by line
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
        with self._git.stream("log", *asked) as process:
            lines = Lines(process.lines)
            while (said := lines.until(nonce)) is not None:
                found.append(_commit(said))
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
            files = tuple(read_files(Lines(process.lines), nonce))
            return Landed(head, "", files, complete=not process.wait())

    def staged(self, base: str) -> Landed:
        """Return what the next commit brings, as if it landed; it has no id and no message."""
        return self.difference("--cached", base)._replace(sha="")

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
            lines = Lines(git.lines)
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


def _landed(lines: Lines, nonce: bytes) -> Landed | None:
    """Return the commit whose mark was just read; None at the end."""
    sha = lines.next()
    if not sha:
        return None
    text = (lines.until(nonce) or b"").decode("utf-8", "replace").strip()
    return Landed(sha.decode("ascii", "replace"), text, tuple(read_files(lines, nonce)))


@contextmanager
def open_main_line(root_hint: str, *, staged: bool = False) -> Iterator[MainLine]:
    """Open the repository that `root_hint` lies in, or is; with `staged` also what is staged.

    Raises:
        UserError: there is none, or it cannot be read.

    """
    place = require_bare_place(root_hint)
    with open_quarantine(place, find_index(place) if staged else "") as git:
        with open(os.path.join(git.scratch, "config"), "a", encoding="ascii") as config:
            config.write(_SETTINGS)
        yield MainLine(git, place)
