"""The run that mends files, or shows how: edits are made in memory, examined, then written."""

import os
from collections.abc import Iterator, Mapping, Sequence
from functools import partial
from typing import NamedTuple

from nonevent.edit import Edit
from nonevent.finding import Finding
from nonevent.fixes.wish import Wish, read_wish
from nonevent.judge import audible
from nonevent.options import Options
from nonevent.pipeline import Run, examine, heed
from nonevent.readers.parsing import older
from nonevent.report import Report
from nonevent.text import decode

__all__ = ["Mending", "described", "mending"]

# An edit may uncover another: of two that overlap the second comes a round later.
ROUNDS = 8
CHANGED = "it changed while it was checked"


class Mending(NamedTuple):
    """What a run mends."""

    run: Run  # as the files are afterwards
    fixed: int  # findings that are gone
    diff: bytes  # what changed, or would: unified, paths relative to the root of the run
    left: tuple[str, ...]  # what was to be mended and is not, a line each


class Tree(NamedTuple):
    """The files while they are mended."""

    before: Mapping[str, bytes]  # of the files with edits, as they were examined
    after: dict[str, bytes]
    fixed: dict[str, int]  # path → findings
    left: dict[tuple[str, int], str]  # path and line → why


def mending(run: Run, options: Options) -> Mending:
    """Return the run with its findings mended, in the files where `--fix` was given.

    Raises:
        UserError: the settings ask for a timeout that is none.

    """
    wish = read_wish(options.fix_timeout)
    tree = _opened(run, options)
    mended = _rounds(run, tree, wish, options)
    changed = {path: data for path, data in tree.after.items() if data != tree.before[path]}
    if not options.fix:
        from nonevent.fixes.diff import unified

        rows = (unified(path, tree.before[path], data) for path, data in sorted(changed.items()))
        return Mending(run, 0, b"".join(rows), tuple(_lines(tree.left)))
    kept = _written(tree, changed, run.root)
    if kept != changed:
        mended = _with(run, kept)
    fixed = sum(tree.fixed[path] for path in kept)
    return Mending(mended if kept else run, fixed, b"", tuple(_lines(tree.left)))


def described(report: Report, run: Run, options: Options) -> Report:
    """Return the report with the fix of each finding that has one, in characters.

    Raises:
        UserError: the settings ask for a timeout that is none.

    """
    from nonevent.fixes.mend import fixes
    from nonevent.readers.sqlwords import statements

    wish = read_wish(options.fix_timeout)
    findings = [*report.findings]
    asking: dict[str, list[int]] = {}  # path → places of its findings in the report
    for at, found in enumerate(findings):
        if found.edits:
            asking.setdefault(found.location.path, []).append(at)
    for path, data in _contents(run, set(asking)).items():
        asked = [findings[at].edits for at in asking[path]]
        made = fixes(path, data, asked, wish, older, statements=statements)
        for at, one in zip(asking[path], made, strict=True):
            findings[at] = findings[at]._replace(fix=one)
    return report._replace(findings=tuple(findings))


def _opened(run: Run, options: Options) -> Tree:
    findings = _mendable(run, options)
    before = _contents(run, {found.location.path for found in findings})
    places = {(found.location.path, found.location.line) for found in findings}
    left = {place: CHANGED for place in places if place[0] not in before}
    return Tree(before, dict(before), dict.fromkeys(before, 0), left)


def _mendable(run: Run, options: Options) -> list[Finding]:
    given = {file.path for file in run.change.files}  # a change may bring findings to others
    return [
        found
        for found in audible(run.outcome.findings, options.persona)
        if found.edits and found.location.path in given
    ]


def _contents(run: Run, paths: set[str]) -> dict[str, bytes]:
    """Return the bytes of these files, as far as they are still what was examined."""
    found = {}
    for file in run.change.files:
        if file.path in paths and file.after is not None:
            try:
                data = file.after()
            except OSError:
                continue
            if _is_as_examined(run, file.path, data):
                found[file.path] = data
    return found


def _is_as_examined(run: Run, path: str, data: bytes) -> bool:
    text = decode(path, data)
    if not isinstance(text, str):
        return False
    lines = text.replace("\r\n", "\n").replace("\r", "\n").split("\n")
    return lines == list(run.outcome.lines[path])


def _rounds(run: Run, tree: Tree, wish: Wish | None, options: Options) -> Run:
    """Mend the tree until nothing is left that can be; return the run on what it then is."""
    for _ in range(ROUNDS if tree.before else 0):
        if not _round(_mendable(run, options), tree, wish, options):
            break
        run = _with(run, tree.after)
    return run


def _round(findings: Sequence[Finding], tree: Tree, wish: Wish | None, options: Options) -> bool:
    from nonevent.fixes.mend import mend
    from nonevent.readers.sqlwords import statements

    by_path: dict[str, list[Finding]] = {}
    for found in findings:
        by_path.setdefault(found.location.path, []).append(found)
    changed = False
    for path, data in tree.after.items():
        here = by_path.get(path)
        if not here:
            continue
        edits = [edit for found in here for edit in found.edits]
        mended = mend(
            path,
            data,
            edits,
            wish,
            older,
            together=[each.edits for each in here if any(edit.stands for edit in each.edits)],
            statements=statements,
            unsafe=options.unsafe_fixes,
        )
        tree.fixed[path] += sum(mended.done.issuperset(found.edits) for found in here)
        tree.after[path] = mended.data
        changed = changed or mended.data != data
        for found in here:
            _tell(found, mended.left, tree)
    return changed


def _tell(found: Finding, left: Mapping[Edit, str], tree: Tree) -> None:
    place = found.location.path, found.location.line
    reasons = [left[edit] for edit in found.edits if left.get(edit)]
    if reasons:
        tree.left[place] = reasons[0]


def _with(run: Run, contents: Mapping[str, bytes]) -> Run:
    """Return the run on files with other contents."""
    files = tuple(
        file._replace(after=partial(bytes, contents[file.path])) if file.path in contents else file
        for file in run.change.files
    )
    change = run.change._replace(files=files)
    outcome = examine(change, run.task, run.around, beyond=run.beyond)
    return heed(run._replace(change=change, outcome=outcome))


def _written(tree: Tree, changed: Mapping[str, bytes], root: str) -> dict[str, bytes]:
    """Write the files; return those that could be."""
    from nonevent.fixes.write import replace

    kept = {}
    for path, data in sorted(changed.items()):
        why = replace(os.path.join(root, path), tree.before[path], data)
        if why:
            tree.left[path, 0] = why
        else:
            kept[path] = data
    return kept


def _lines(left: Mapping[tuple[str, int], str]) -> Iterator[str]:
    for (path, line), why in sorted(left.items()):
        yield f"{path}:{line}: not fixed: {why}" if line else f"{path}: not fixed: {why}"
