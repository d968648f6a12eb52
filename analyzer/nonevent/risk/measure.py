"""A change between two commits, or what is staged → its features, with its past where known."""

import os
from time import time
from typing import TYPE_CHECKING, NamedTuple

from nonevent.error import UserError
from nonevent.risk.features import vector
from nonevent.risk.messages import Said, read_message
from nonevent.risk.record import Record
from nonevent.risk.records import record_of
from nonevent.sources.landed import Commit, Landed, MainLine, open_main_line
from nonevent.sources.patchdiff import read_patch
from nonevent.sources.place import find_root

if TYPE_CHECKING:
    from nonevent.risk.history import History

__all__ = ["Measured", "kept", "measure", "measure_patch"]

FOLDER = ".nonevent_cache"
FILE = "history.sqlite3"


class Measured(NamedTuple):
    """The features of a change."""

    values: tuple[float, ...]  # of all `FEATURES`, or of `OF_CHANGE` where the past is not known
    titled: bool  # a message says what it is for
    place: str  # file with most of what changes
    paths: tuple[str, ...]
    sha: str  # full commit id of the version after; "" for what is staged
    known: int  # earlier changes that the history knows; 0 where none is used
    missing: str  # why the past is not known; "" where it is, or no history is there


NOBODY = Commit("", (), "", "", 0, 0, "", "")


def measure(cwd: str, revisions: str, history: str) -> Measured | None:
    """Return the features of a change; None where nothing changes.

    `revisions` is "BASE", what was committed since the merge base of it and HEAD; "A..B"; "A...B";
    or "", what is staged. `history` is a file; "" where there is none.

    Raises:
        UserError: there is no repository, or no such revision.

    """
    with open_main_line(cwd, staged=not revisions) as line:
        if revisions:
            base, head = _ends(line, revisions)
            landed = line.difference(base, head)
        else:
            base = _commit(line, "HEAD")
            landed = line.staged(base)
        if not landed.files:
            return None
        record, said = _record(line, landed, base)
        values, known, missing = vector(record, None), 0, ""
        if history:
            try:
                values, known = _with_past(history, record, landed, base)
            except UserError as error:
                missing = str(error)
    return _measured(record, said, values, known, missing)


def measure_patch(data: bytes, history: str) -> Measured:
    """Return the features of a patch: of the change alone, as nobody knows what it builds on.

    Raises:
        UserError: it is no patch, or a damaged one.

    """
    patched = read_patch(data)
    said = read_message(patched.title, merge=False)
    record = record_of(NOBODY, (), said, patched.files, time())
    missing = "a patch does not say what it builds on" if history else ""
    return _measured(record, said, vector(record, None), 0, missing)


def _measured(
    record: Record, said: Said, values: tuple[float, ...], known: int, missing: str
) -> Measured:
    there = [file for file in record.files if file.status != "D"] or record.files
    largest = max(there, key=lambda file: file.added + file.deleted)
    paths = tuple(file.path for file in record.files)
    return Measured(values, bool(said.title), largest.path, paths, record.sha, known, missing)


def kept(cwd: str, history: str) -> tuple[str, str]:
    """Return the file of the history, "" where there is none, and why one is not used.

    Raises:
        UserError: the one that is named is not there.

    """
    if history:
        if not os.path.isfile(history):
            raise UserError(f"there is no history {history!r}")
        return history, ""
    folder = os.path.join(find_root(cwd) or cwd, FOLDER)
    file = os.path.join(folder, FILE)
    if not os.path.isfile(file):
        return "", ""
    if os.path.islink(folder) or os.path.islink(file):
        return "", f"{FOLDER}/{FILE} is a link"
    with open_main_line(cwd) as line:
        if line.holds("HEAD", FOLDER):
            return "", f"{FOLDER} is part of the repository"
    return file, ""


def _ends(line: MainLine, revisions: str) -> tuple[str, str]:
    """Return the commits before and after."""
    first, dots, second = _split(revisions)
    base, head = _commit(line, first), _commit(line, second)
    if dots == "..":
        return base, head
    common = line.common(base, head)
    if not common:
        hint = "; this clone is shallow: fetch more history" if line.shallow else ""
        raise UserError(f"no common ancestor of '{first}' and '{second}'{hint}")
    return common, head


def _split(revisions: str) -> tuple[str, str, str]:
    for dots in ("...", ".."):
        first, found, second = revisions.partition(dots)
        if found:
            return first or "HEAD", dots, second or "HEAD"
    return revisions, "", "HEAD"


def _commit(line: MainLine, revision: str) -> str:
    found = line.commit(revision)
    if not found:
        raise UserError(f"unknown revision: {revision!r}")
    return found


def _record(line: MainLine, landed: Landed, base: str) -> tuple[Record, Said]:
    """Return the record of what lies between two commits, as if it landed as one change.

    What it says of itself is the first commit's message, as it will be a pull request's title; a
    merge that is the whole of it speaks for itself.
    """
    if not landed.sha:
        said = read_message("", merge=False)
        return record_of(NOBODY, (), said, landed.files, time()), said
    commits = line.commits(landed.sha, base)
    head = next(
        (each for each in commits if each.sha == landed.sha), NOBODY._replace(sha=landed.sha)
    )
    work = [each for each in commits if len(each.parents) < 2]  # noqa: PLR2004
    merges = head.parents[:1] == (base,) and len(head.parents) > 1
    speaks = head if merges or not work else work[-1]
    told = next(line.read([speaks.sha])).message if merges else speaks.subject
    said = read_message(told, merge=merges)
    when = float(head.committed) or time()
    return record_of(head, commits, said, landed.files, when), said


def _with_past(
    file: str, record: Record, landed: Landed, base: str
) -> tuple[tuple[float, ...], int]:
    """Return all features, and how many changes were there before.

    A change that the history knows already is told as it was when it landed.

    Raises:
        UserError: the history does not know what the change builds on, or cannot be read.

    """
    if not record.sha:
        raise UserError("who makes a change is not known before it is committed")
    from nonevent.risk.history import open_history

    with open_history(file, make=False) as history:
        if not history.fits():
            raise UserError("it was mined with another version: run `nonevent history mine`")
        known = history.change(record.sha)
        if known is not None and known.number > 0:
            return _as_landed(history, base, known.number)
        if history.number_of(record.sha) is not None:
            raise UserError("it knows this change as a part of another")
        if history.number_of(base) is None:
            raise UserError("it does not know the commit before: run `nonevent history mine`")
        ledger = history.ledger()
        past = ledger.before(record, ledger.origins(landed.files))
        return vector(record, past), history.length()


def _as_landed(history: "History", base: str, last: int) -> tuple[tuple[float, ...], int]:
    """Return the features of changes that the history knows, as one, and how many came before.

    Raises:
        UserError: what they are compared with is not on the main line, or one cannot be told.

    """
    from nonevent.risk.pushes import NEARBY, combined

    before = history.number_of(base)
    if before is None or before >= last or history.sha_of(before) != base:
        raise UserError("the change is on its main line, and what it is compared with is not")
    rows = history.between(before + 1, last)
    if not all(row.features for row in rows):
        raise UserError("it could not read all of the change when it was mined")
    nearby = history.between(before + 1 - NEARBY, before)
    return combined(rows, nearby), before + 1
