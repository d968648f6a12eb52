"""What git knows of a change: two commits, a commit and the work tree, or what is staged."""

import errno
import os
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import NamedTuple

from nonevent.change import Change, ChangedFile, Content
from nonevent.error import UserError
from nonevent.note import Note, NoteKind
from nonevent.sources.disk import LIMIT, is_inside, printable, read_file, reason
from nonevent.sources.files import walk
from nonevent.sources.ignore import Wanted, choose
from nonevent.sources.lines import added_lines
from nonevent.sources.place import Place, find_root, require_place
from nonevent.sources.quarantine import Quarantine, Trouble, open_quarantine, too_large
from nonevent.sources.refs import find_id, list_names, parse_revision
from nonevent.sources.renames import Step, pair_renames

__all__ = ["find_root", "from_diff", "from_staged"]

Contents = dict[str, bytes | Trouble]

_HASHED = 200_000_000  # bytes of a file on disk that are read to tell whether it changed


class Entry(NamedTuple):
    """One line of a listing of the index."""

    path: str
    mode: str
    identity: str
    absent: bool  # a sparse checkout leaves it out of the work tree


def from_diff(
    root_hint: str, revisions: str, wanted: Wanted, exclude: Sequence[str] = ()
) -> Change:
    """Return the change between two versions of the repository that `root_hint` lies in.

    "A..B" compares two commits, "A...B" the merge base of both with B, and "BASE" the merge
    base of BASE and HEAD with the work tree: what is committed since, what is not yet, and new
    files that no ignore file leaves out.

    Raises:
        UserError: there is no repository, no such revision, or not enough history.

    """
    place = require_place(root_hint)
    chosen = choose(wanted, exclude)
    first, dots, second = _split(revisions)
    with open_quarantine(place, "" if dots else os.path.join(place.git_dir, "index")) as git:
        base = _commit(git, place, first)
        head = _commit(git, place, second)
        if dots != "..":
            base = _merge_base(git, (base, first), (head, second))
        if dots:
            raw = git.ask("diff-tree", *_RAW, "-r", base, head)
            steps, notes = _read_raw(raw)
            return _change(git, steps, {}, chosen, notes)._replace(base=base, head=head)
        steps, contents, notes = _work_tree(git, place, base, chosen)
        return _change(git, steps, contents, chosen, notes)._replace(base=base)


def from_staged(root_hint: str, wanted: Wanted, exclude: Sequence[str] = ()) -> Change:
    """Return what the next commit brings: HEAD against the content in the index.

    Raises:
        UserError: there is no repository, or it cannot be read.

    """
    place = require_place(root_hint)
    with open_quarantine(place, _index(place)) as git:
        head = find_id(place, "HEAD")
        base = _commit(git, place, "HEAD") if head else git.empty_tree()
        raw = git.ask("diff-index", *_RAW, "--cached", "--ita-invisible-in-index", base)
        steps, notes = _read_raw(raw)
        change = _change(git, steps, {}, choose(wanted, exclude), notes)
        return change._replace(base=base if head else "")


_RAW = ("--raw", "-z", "--no-abbrev", "--no-renames", "--no-ext-diff", "--no-textconv")


def _index(place: Place) -> str:
    """Return the index file of the commit being made.

    `git commit -a` and `git commit FILE` prepare one beside the usual one and tell a hook by
    GIT_INDEX_FILE: https://git-scm.com/docs/githooks
    """
    told = os.environ.get("GIT_INDEX_FILE", "")
    if told:
        for folder in (os.getcwd(), place.root):
            path = os.path.realpath(os.path.join(folder, told))
            if os.path.isfile(path) and is_inside(path, os.path.realpath(place.git_dir)):
                return path
    return os.path.join(place.git_dir, "index")


def _split(revisions: str) -> tuple[str, str, str]:
    for dots in ("...", ".."):
        first, found, second = revisions.partition(dots)
        if found:
            return first or "HEAD", dots, second or "HEAD"
    return revisions, "", "HEAD"


def _commit(git: Quarantine, place: Place, text: str) -> str:
    """Return the full id of the commit that `text` names."""
    revision = parse_revision(text)
    start = find_id(place, revision.name)
    if not start and revision.may_be_id:
        start = revision.name.lower()
    if not start:
        raise UserError(_unknown(git, place, text, revision.name))
    question = f"{start}{revision.steps}^{{commit}}"
    answer = git.ask("rev-parse", "--verify", "--quiet", "--end-of-options", question)
    if not answer:
        raise UserError(_unknown(git, place, text, revision.name))
    return answer.decode("ascii").strip()


def _unknown(git: Quarantine, place: Place, text: str, name: str) -> str:
    if name == "HEAD" and not find_id(place, "HEAD"):
        return "this repository has no commits yet: there is nothing to compare with"
    from nonevent.nearest import nearest

    near = nearest(name, list_names(place))
    hint = f"; nearest: {printable(near)!r}" if near and near != name else ""
    if git.shallow:
        hint += "; this clone is shallow: fetch more history (git fetch --unshallow)"
    return f"unknown revision: {printable(text)!r}{hint}"


def _merge_base(git: Quarantine, first: tuple[str, str], second: tuple[str, str]) -> str:
    answer = git.ask("merge-base", first[0], second[0])
    if answer:
        return answer.decode("ascii").strip()
    names = f"{printable(first[1])!r} and {printable(second[1])!r}"
    if git.shallow:
        raise UserError(
            f"no common ancestor of {names} in this shallow clone: "
            "fetch more history (git fetch --unshallow; in CI, fetch depth 0)"
        )
    raise UserError(f"no common ancestor of {names}: compare them with '..'")


def _read_raw(raw: bytes | None) -> tuple[list[Step], list[Note]]:
    """Return the steps in what git prints with `--raw -z`, and notes on what has no one content.

    https://git-scm.com/docs/diff-format
    """
    if raw is None:
        raise UserError("git cannot read the trees of this repository: objects are missing")
    steps, notes = [], []
    fields = iter(raw.split(b"\0"))
    for head, name in zip(fields, fields, strict=False):
        old_mode, mode, before, after, status = head.decode("ascii").lstrip(":").split(" ")
        path = name.decode("utf-8", "surrogateescape")
        if status == "U":
            message = "its merge conflict is not resolved: not analysed"
            notes.append(Note(printable(path), NoteKind.HISTORY, message))
            continue
        step = Step(path, before if _is_file(old_mode) else "", after if _is_file(mode) else "")
        if step.before != step.after:
            steps.append(step)
    # A path in conflict is listed a second time, as deleted.
    conflicts = {note.path for note in notes}
    return [step for step in steps if printable(step.path) not in conflicts], notes


def _is_file(mode: str) -> bool:
    return mode.startswith("100")  # not 120000, a symbolic link, nor 160000, a submodule


def _work_tree(
    git: Quarantine, place: Place, base: str, chosen: Wanted
) -> tuple[list[Step], Contents, list[Note]]:
    """Compare a commit with the files on disk, which git is kept from: filters run programs."""
    entries = [entry for entry in _index_entries(git) if chosen(entry.path)]
    before = {path: identity for path, identity in _tree(git, base) if chosen(path)}
    after = {entry.path: entry.identity for entry in entries if entry.absent}
    contents: Contents = {}
    notes: list[Note] = []
    for path, full in _on_disk(place, entries, chosen, notes):
        try:
            data = read_file(full, _HASHED)
        except OSError as error:
            if error.errno in {errno.ENOENT, errno.ENOTDIR} or os.path.isdir(full):
                continue  # deleted
            after[path] = f"unread {path}"
            contents[after[path]] = _trouble(error)
            continue
        after[path] = git.identity(data)
        contents[after[path]] = data if len(data) <= LIMIT else too_large()
    return _steps(git, before, after, contents), contents, notes


def _steps(
    git: Quarantine, before: Mapping[str, str], after: Mapping[str, str], contents: Contents
) -> list[Step]:
    paths = sorted(before.keys() | after.keys())
    steps = [Step(path, before.get(path, ""), after.get(path, "")) for path in paths]
    steps = [step for step in steps if step.before != step.after]
    asked = {identity for step in steps for identity in step[1:3] if identity}
    contents.update(git.blobs(asked - contents.keys()))
    return [step for step in steps if not _differ_in_ends_only(step, contents)]


def _differ_in_ends_only(step: Step, contents: Contents) -> bool:
    before, after = contents.get(step.before), contents.get(step.after)
    if not isinstance(before, bytes) or not isinstance(after, bytes):
        return False
    return before.replace(b"\r\n", b"\n") == after.replace(b"\r\n", b"\n")


def _trouble(error: OSError) -> Trouble:
    return (
        too_large() if error.errno == errno.EFBIG else Trouble(NoteKind.UNREADABLE, reason(error))
    )


def _index_entries(git: Quarantine) -> Iterator[Entry]:
    raw = git.ask("ls-files", "--stage", "-t", "-z")
    if raw is None:
        raise UserError("the repository's index is corrupt")
    for line in raw.split(b"\0")[:-1]:
        head, _, name = line.partition(b"\t")
        tag, mode, identity, _ = head.decode("ascii").split(" ")
        yield Entry(name.decode("utf-8", "surrogateescape"), mode, identity, tag == "S")


def _tree(git: Quarantine, commit: str) -> Iterator[tuple[str, str]]:
    raw = git.ask("ls-tree", "-r", "-z", "--full-tree", commit)
    if raw is None:
        raise UserError("git cannot read the trees of this repository: objects are missing")
    for line in raw.split(b"\0")[:-1]:
        head, _, name = line.partition(b"\t")
        mode, _, identity = head.decode("ascii").split(" ")
        if _is_file(mode):
            yield name.decode("utf-8", "surrogateescape"), identity


def _on_disk(
    place: Place, entries: Iterable[Entry], chosen: Wanted, notes: list[Note]
) -> Iterator[tuple[str, str]]:
    """Yield path and absolute path of every tracked file, and of every new one not ignored."""
    root = os.path.realpath(place.root)
    tracked = set()
    real_folders: dict[str, bool] = {}
    links = set()  # and submodules
    for entry in entries:
        if not _is_file(entry.mode):
            links.add(entry.path)
            continue
        if entry.path in tracked:  # once for each side of a conflict
            continue
        tracked.add(entry.path)
        full = os.path.join(root, os.fsdecode(entry.path.encode("utf-8", "surrogateescape")))
        folder = os.path.dirname(full)
        if folder not in real_folders:
            real_folders[folder] = os.path.realpath(folder) == folder
        if real_folders[folder] and not os.path.islink(full):
            yield entry.path, full
    for found in walk(root, root, chosen, nested=False):
        if found.note:
            if found.path not in links:
                notes.append(found.note)
        elif found.path not in tracked:
            yield found.path, found.full


def _change(
    git: Quarantine, steps: list[Step], contents: Contents, chosen: Wanted, notes: list[Note]
) -> Change:
    """Return the change that the steps make, with the contents read from the repository."""
    touched = [step for step in steps if chosen(step.path)]
    asked = {identity for step in touched for identity in step[1:3] if identity}
    contents.update(git.blobs(asked - contents.keys()))
    texts = {identity: data for identity, data in contents.items() if isinstance(data, bytes)}
    files: list[ChangedFile] = []
    for step in pair_renames(steps, texts):
        if chosen(step.path) or (step.old_path and chosen(step.old_path)):
            files.extend(_changed_file(step, contents, notes))
    shown = [note for note in notes if not note.path or chosen(note.path)]
    return Change(tuple(files), tuple(sorted(set(shown))), compares=True)


def _changed_file(step: Step, contents: Contents, notes: list[Note]) -> Iterator[ChangedFile]:
    path, before, after = printable(step.path), contents.get(step.before), contents.get(step.after)
    if step.after and not isinstance(after, bytes):
        if after:
            notes.append(Note(path, after.kind, after.message))
        return
    if isinstance(before, Trouble):
        message = f"the version before is not compared: {before.message}"
        notes.append(Note(path, before.kind, message))
    old = before if isinstance(before, bytes) else None
    new = after if isinstance(after, bytes) else None
    added = None if old is None or new is None else added_lines(old, new)
    yield ChangedFile(path, _content(new), _content(old), printable(step.old_path), added)


def _content(data: bytes | None) -> Content | None:
    return None if data is None else lambda: data
