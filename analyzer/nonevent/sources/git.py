"""What git knows of a change: two commits, a commit and the work tree, or what is staged."""

import errno
import os
from collections.abc import Iterable, Iterator, Mapping, Sequence

from nonevent.change import Change, ChangedFile, held
from nonevent.error import UserError
from nonevent.note import Note, NoteKind
from nonevent.sources.disk import LIMIT, is_inside, printable, read_file, reason
from nonevent.sources.files import walk
from nonevent.sources.ignore import Wanted, choose
from nonevent.sources.lines import added_lines
from nonevent.sources.listing import Entry, compare, list_commit, list_index
from nonevent.sources.place import Place, find_root, require_place
from nonevent.sources.quarantine import Quarantine, Trouble, open_quarantine, too_large
from nonevent.sources.refs import find_id, list_names, parse_revision
from nonevent.sources.renames import Step, pair_renames
from nonevent.sources.whole import whole

__all__ = [
    "commit_of",
    "find_index",
    "find_root",
    "from_diff",
    "from_staged",
    "merge_base_of",
    "split_revisions",
]

Contents = dict[str, bytes | Trouble]

_HASHED = 200_000_000  # bytes of a file on disk that are read to tell whether it changed


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
    first, dots, second = split_revisions(revisions)
    with open_quarantine(place, "" if dots else os.path.join(place.git_dir, "index")) as git:
        base = commit_of(git, place, first)
        head = commit_of(git, place, second)
        if dots != "..":
            base = merge_base_of(git, (base, first), (head, second))
        before = list_commit(git, base)
        if dots:
            steps = compare(before, list_commit(git, head))
            change = _change(git, steps, {}, chosen, [])
            every = whole(place, git.algorithm, before, chosen, change.files)
            return change._replace(base=base, head=head, whole=every)
        before = {path: identity for path, identity in before.items() if chosen(path)}
        steps, contents, notes = _work_tree(git, place, before, chosen)
        change = _change(git, steps, contents, chosen, notes)
        every = whole(place, git.algorithm, before, chosen, change.files)
        return change._replace(base=base, whole=every)


def from_staged(root_hint: str, wanted: Wanted, exclude: Sequence[str] = ()) -> Change:
    """Return what the next commit brings: HEAD against the content in the index.

    Raises:
        UserError: there is no repository, or it cannot be read.

    """
    place = require_place(root_hint)
    with open_quarantine(place, find_index(place)) as git:
        base = commit_of(git, place, "HEAD") if find_id(place, "HEAD") else ""
        committed = list_commit(git, base) if base else {}
        before = dict(committed)
        after, notes = _staged(git, before)
        chosen = choose(wanted, exclude)
        change = _change(git, compare(before, after), {}, chosen, notes)
        every = whole(place, git.algorithm, committed, chosen, change.files)
        return change._replace(base=base, whole=every if base else None)


def _staged(git: Quarantine, before: dict[str, str]) -> tuple[dict[str, str], list[Note]]:
    """Return the files in the index; what is in conflict is noted and taken out of both sides."""
    after: dict[str, str] = {}
    conflicts = set()
    empty = git.identity(b"")
    for entry in list_index(git):
        if entry.conflict:
            conflicts.add(entry.path)
            before.pop(entry.path, None)
        # A new empty file brings nothing, and `git add --intent-to-add` looks like one.
        elif entry.is_file and (entry.identity != empty or entry.path in before):
            after[entry.path] = entry.identity
    message = "its merge conflict is not resolved: not analysed"
    return after, [Note(printable(path), NoteKind.HISTORY, message) for path in conflicts]


def find_index(place: Place) -> str:
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


def split_revisions(revisions: str) -> tuple[str, str, str]:
    """Return both revisions and what stands between them: "..", "..." or nothing."""
    for dots in ("...", ".."):
        first, found, second = revisions.partition(dots)
        if found:
            return first or "HEAD", dots, second or "HEAD"
    return revisions, "", "HEAD"


def commit_of(git: Quarantine, place: Place, text: str) -> str:
    """Return the full id of the commit that `text` names.

    Raises:
        UserError: there is none.

    """
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


def merge_base_of(git: Quarantine, first: tuple[str, str], second: tuple[str, str]) -> str:
    """Return the best common ancestor of two commits, each with its name.

    Raises:
        UserError: there is none, or it is not in this clone.

    """
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


def _work_tree(
    git: Quarantine, place: Place, before: Mapping[str, str], chosen: Wanted
) -> tuple[list[Step], Contents, list[Note]]:
    """Compare files of a commit with those on disk; git is kept from these, as filters run."""
    entries = [entry for entry in list_index(git) if chosen(entry.path)]
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
    steps = compare(before, after)
    _fetch(git, steps, contents)
    return [step for step in steps if not _differ_in_ends_only(step, contents)]


def _fetch(git: Quarantine, steps: Iterable[Step], contents: Contents) -> None:
    """Add to `contents` what the steps name and it does not hold yet."""
    asked = {identity for step in steps for identity in (step.before, step.after) if identity}
    contents.update(git.blobs(asked - contents.keys()))


def _differ_in_ends_only(step: Step, contents: Contents) -> bool:
    before, after = contents.get(step.before), contents.get(step.after)
    if not isinstance(before, bytes) or not isinstance(after, bytes):
        return False
    return before.replace(b"\r\n", b"\n") == after.replace(b"\r\n", b"\n")


def _trouble(error: OSError) -> Trouble:
    if error.errno == errno.EFBIG:
        return too_large()
    return Trouble(NoteKind.UNREADABLE, reason(error))


def _on_disk(
    place: Place, entries: Iterable[Entry], chosen: Wanted, notes: list[Note]
) -> Iterator[tuple[str, str]]:
    """Yield path and absolute path of every tracked file, and of every new one not ignored."""
    root = os.path.realpath(place.root)
    tracked = set()
    real_folders: dict[str, bool] = {}
    links = set()  # and submodules
    for entry in entries:
        if not entry.is_file:
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
    _fetch(git, (step for step in steps if chosen(step.path)), contents)
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
    yield ChangedFile(path, held(new), held(old), printable(step.old_path), added)
