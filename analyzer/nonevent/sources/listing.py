"""Which files a commit and an index hold, by path and blob id.

Two listings are compared here and not by git: a tree that names itself ten times, ten levels
deep, is ten billion paths that `git diff-tree` gathers before it prints the first.
"""

from collections.abc import Iterator, Mapping
from typing import NamedTuple

from nonevent.error import UserError
from nonevent.sources.quarantine import Quarantine
from nonevent.sources.renames import Step

__all__ = ["Entry", "compare", "list_commit", "list_index", "list_links"]

Files = dict[str, str]  # path → blob id


class Entry(NamedTuple):
    """One entry of an index."""

    path: str
    identity: str
    is_file: bool  # neither a symbolic link nor a submodule
    absent: bool  # a sparse checkout leaves it out of the work tree
    conflict: bool  # one side of a merge that is not resolved


def list_commit(git: Quarantine, commit: str) -> Files:
    """Return the files of a commit, without symbolic links and submodules.

    Raises:
        UserError: objects are missing, or there are more than a million paths.

    """
    return _listed(git, commit, b"100")


def list_links(git: Quarantine, commit: str) -> Files:
    """Return the symbolic links of a commit; the blob of each holds where it leads.

    Raises:
        UserError: objects are missing, or there are more than a million paths.

    """
    return _listed(git, commit, b"120000")


def _listed(git: Quarantine, commit: str, mode: bytes) -> Files:
    """Return the entries whose mode begins with these digits.

    https://git-scm.com/docs/git-fast-import#Documentation/git-fast-import.txt-filemodify
    """
    raw = git.ask("ls-tree", "-r", "-z", "--full-tree", commit)
    if raw is None:
        raise UserError("the repository is damaged: objects of its trees are missing")
    files = {}
    for line in raw.split(b"\0"):
        if line.startswith(mode):
            head, _, name = line.partition(b"\t")
            files[_text(name)] = head.rpartition(b" ")[2].decode("ascii")
    return files


def list_index(git: Quarantine) -> Iterator[Entry]:
    """Yield the entries of the index in its order.

    Raises:
        UserError: the index is corrupt.

    """
    raw = git.ask("ls-files", "--stage", "-t", "-z")
    if raw is None:
        raise UserError("the repository's index is corrupt")
    for line in raw.split(b"\0")[:-1]:
        head, _, name = line.partition(b"\t")
        tag, mode, identity, stage = head.decode("ascii").split(" ")
        yield Entry(_text(name), identity, mode.startswith("100"), tag == "S", stage != "0")


def _text(name: bytes) -> str:
    return name.decode("utf-8", "surrogateescape")


def compare(before: Mapping[str, str], after: Mapping[str, str]) -> list[Step]:
    """Return a step for every path whose blob differs, sorted by path."""
    paths = {path for path, _ in before.items() ^ after.items()}
    return [Step(path, before.get(path, ""), after.get(path, "")) for path in sorted(paths)]
