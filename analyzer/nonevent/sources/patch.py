"""A unified diff as a `Change`: the files on disk may be those before it or those after it."""

import os
from collections.abc import Iterator, Sequence
from typing import NamedTuple

from nonevent.change import Change, ChangedFile, held
from nonevent.error import UserError
from nonevent.note import Note, NoteKind
from nonevent.sources.delta import (
    Delta,
    Fit,
    Lines,
    MismatchError,
    PartError,
    read_delta,
    reverse,
    transform,
)
from nonevent.sources.disk import printable, read_file, reason
from nonevent.sources.ignore import Wanted, choose
from nonevent.sources.lines import added_lines
from nonevent.sources.patchtext import plain_text, split_parts

__all__ = ["from_patch"]


Chain = Sequence[Delta]  # what a series of patches does to one file


class Versions(NamedTuple):
    """One file before and after the patch."""

    before: Lines | None  # None: not there
    after: Lines | None


def from_patch(root: str, data: bytes, wanted: Wanted, exclude: Sequence[str] = ()) -> Change:
    """Return the change that a unified diff makes to the files under `root`.

    For each file the disk decides: where it holds the lines after the patch, the version before
    is made by taking the patch back; where it holds those before, by applying it. A series of
    patches is followed from file to file. What fits neither way becomes a note.

    Raises:
        UserError: there is text in the patch, but no change of a file.

    """
    text = plain_text(data)
    if not text.strip():
        return Change((), (), compares=True)
    chosen = choose(wanted, exclude)
    notes: list[Note] = []
    refused: list[Note] = []
    files: list[ChangedFile] = []
    for chain in _chains(text, notes):
        leaving = _leaving(root, chain)
        if leaving:
            message = "its path leads out of the project: not read"
            refused.append(Note(printable(leaving), NoteKind.PATCH, message))
        elif any(chosen(name) for name in (chain[0].old_path, chain[-1].new_path) if name):
            files.extend(_changed_file(root, chain, notes))
    notes = [note for note in notes if not note.path or chosen(note.path)]
    files.sort(key=lambda file: file.path)
    return Change(tuple(files), tuple(sorted(notes + refused)), compares=True)


def _chains(text: str, notes: list[Note]) -> list[list[Delta]]:
    """Return the deltas of each file: a series of commits may change one more than once."""
    chains: list[list[Delta]] = []
    current: dict[str, list[Delta]] = {}
    parts = 0
    for part in split_parts(text):
        parts += 1
        try:
            delta = read_delta(part)
        except PartError as error:
            note = Note(printable(error.path), error.kind, f"{error.message} (line {part.line})")
            notes.append(note)
            continue
        if delta is None:
            continue
        known = None if delta.copied else current.pop(delta.old_path, None)
        chain = known if known is not None else current.pop(delta.new_path, None)
        if chain is None:
            chain = []
            chains.append(chain)
        chain.append(delta)
        current[delta.new_path or delta.old_path] = chain
    if not parts:
        raise UserError("no file changes found in the patch; expected a unified diff")
    return chains


def _changed_file(root: str, chain: Chain, notes: list[Note]) -> Iterator[ChangedFile]:
    first, last = chain[0].old_path, chain[-1].new_path
    path = last or first
    try:
        versions = _versions(root, chain)
    except (MismatchError, OSError) as error:
        why = reason(error) if isinstance(error, OSError) else str(error)
        message = f"the patch and the file on disk do not belong together: {why}"
        notes.append(Note(printable(path), NoteKind.PATCH, message))
        return
    before = None if versions.before is None else b"".join(versions.before)
    after = None if versions.after is None else b"".join(versions.after)
    if chain[0].copied:
        before = None  # the copy is new, the old file stays
    if before is None and after is None:
        return
    added = None if before is None or after is None else added_lines(before, after)
    old_path = first if first and last and first != last and not chain[0].copied else ""
    yield ChangedFile(printable(path), held(after), held(before), printable(old_path), added)


def _versions(root: str, chain: Chain) -> Versions:
    """Return both versions of a file, one of which is what the disk holds.

    Raises:
        MismatchError: the disk holds neither; the message is the one of applying it forwards.

    """
    old = _read_lines(root, chain[0].old_path or chain[0].new_path)
    new = _read_lines(root, chain[-1].new_path or chain[-1].old_path)
    back = [reverse(delta) for delta in reversed(chain)]
    adds = _adds(chain)
    problem = MismatchError()
    for fit in Fit:
        for backwards in (adds, not adds):
            try:
                if backwards:
                    return Versions(_run(new, back, fit), new)
                return Versions(old, _run(old, chain, fit))
            except MismatchError as error:
                problem = problem if backwards else error
    raise problem


def _adds(chain: Chain) -> bool:
    """Tell whether the version after has lines of its own, which cannot match by chance.

    A patch without context that only deletes fits every text, read backwards.
    """
    return any(hunk.added for delta in chain for hunk in delta.hunks)


def _run(content: Lines | None, chain: Chain, fit: Fit) -> Lines | None:
    for delta in chain:
        content = transform(content, delta, fit)
    return content


def _leaving(root: str, chain: Chain) -> str:
    """Return the first path that leads out of `root` or through a symbolic link; "" without one."""
    real = os.path.realpath(root)
    for path in [name for delta in chain for name in (delta.old_path, delta.new_path) if name]:
        parts = path.replace("\\", "/").split("/")
        if "\0" in path or ".." in parts or parts[0].lower() in {"", ".git"} or path[1:2] == ":":
            return path
        full = os.path.join(real, path)
        if os.path.realpath(full) != os.path.normpath(full):
            return path
    return ""


def _read_lines(root: str, path: str) -> Lines | None:
    try:
        data = read_file(os.path.join(root, path))
    except (FileNotFoundError, NotADirectoryError):
        return None
    lines = [line + b"\n" for line in data.split(b"\n")]
    lines[-1] = lines[-1][:-1]
    return tuple(line for line in lines if line)
