"""One folder of the workspace: its settings, its files and what is found in them."""

import os
from collections.abc import Mapping, Sequence
from typing import NamedTuple

from nonevent import config as config_of
from nonevent import pipeline
from nonevent.baseline import find as find_baseline
from nonevent.baseline import read as read_baseline
from nonevent.cache import Memory, remember
from nonevent.change import Change, ChangedFile, Side, held
from nonevent.config import Config
from nonevent.finding import Finding
from nonevent.incoming import change_of
from nonevent.judge import audible
from nonevent.note import Note
from nonevent.options import Given, Options, complete
from nonevent.packs import Packs
from nonevent.pipeline import Run, Task
from nonevent.policy import resolved
from nonevent.reading import is_read
from nonevent.server.buffers import Buffer, encoded
from nonevent.server.warm import Warm
from nonevent.sources.disk import is_inside, relative_path
from nonevent.sources.files import SKIPPED
from nonevent.sources.ignore import compile_globs, is_ignored
from nonevent.wire import dump

__all__ = ["Project", "Result"]

Stamp = tuple[tuple[int, int], ...]  # time of change and size of files that decide, (0, 0) none


class Result(NamedTuple):
    """What a project had to say when these buffers were open."""

    findings: Mapping[str, Sequence[Finding]]  # path → shown ones, in order
    notes: Mapping[str, Sequence[Note]]
    lines: Mapping[str, Sequence[str]]  # as analysed, of all files that a finding speaks of
    packs: Packs
    options: Options


class Settled(NamedTuple):
    """What the settings of a project come to."""

    config: Config
    options: Options
    task: Task
    stamp: Stamp


class Project:
    """A folder that is analysed as a whole, as `nonevent check` does in it."""

    def __init__(self, root: str, given: Given, *, alone: str = "") -> None:
        """Take the folder and what the command line says; `alone`: this file of it and no other."""
        self.root = root
        self._given = given
        self._alone = alone
        self._settled: Settled | None = None
        self._listed: Change | None = None
        self._warm = Warm()
        self._met = False  # the files were read once

    def path_of(self, file: str) -> str:
        """Return a file's path relative to the folder; "" where it does not lie in it."""
        if not is_inside(os.path.abspath(file), os.path.abspath(self.root)):
            return ""
        return relative_path(file, self.root)

    def forget(self) -> None:
        """Look anew at which files there are."""
        self._listed = None

    def examine(self, buffers: Mapping[str, Buffer]) -> Result:
        """Return what is found with these buffers, by path, in place of the files on disk.

        Raises:
            UserError: the settings, rows or the baseline of the project are not in order.

        """
        config, options, task, _ = settled = self._settle()
        if self._listed is None:
            self._listed = self._list(settled)
        change = self._with(self._listed, buffers, options)
        side = {file.path: file.after for file in change.files if file.after}
        # where a run was broken off there is nothing left to close
        self._warm.begin(side, None if self._met else self._kept(settled, side))
        outcome = pipeline.examine(change, task, memory=self._warm)
        self._warm.end()
        self._met = True
        policy = config.policy and resolved(config.policy, task.judge.packs.named)
        path = find_baseline(options.baseline, False, config.root, self.root)
        there = os.path.isfile(path) and not options.no_baseline
        baseline = read_baseline(path, os.path.basename(path)) if there else None
        run = pipeline.heed(Run(task, change, None, outcome, policy, baseline, self.root))
        return _result(run, options)

    def _settle(self) -> Settled:
        config = config_of.load(self.root, str(self._given.get("config", "")))
        options = complete({**self._given, "paths": (self.root,)}, config.settings)
        stamp = tuple(_stamp(os.path.join(config.root, name)) for name in options.facts)
        known = self._settled
        if known is not None and (known.config, known.stamp) == (config, stamp):
            return known
        task = pipeline.prepare(options, config.root)
        self._settled = settled = Settled(config, options, task, stamp)
        self._warm, self._met, self._listed = Warm(), False, None
        return settled

    def _list(self, settled: Settled) -> Change:
        if self._alone:
            return Change(())
        return change_of(settled.options, settled.config, self.root)

    def _with(self, change: Change, buffers: Mapping[str, Buffer], options: Options) -> Change:
        """Return the change with the buffers in place of their files."""
        files = {file.path: file for file in change.files}
        for path, buffer in buffers.items():
            there = os.path.lexists(os.path.join(self.root, path))
            if path in files or self._alone or (not there and _is_wanted(path, options)):
                files[path] = ChangedFile(path, held(encoded(path, buffer.read)))
        return change._replace(files=tuple(files[path] for path in sorted(files)))

    def _kept(self, settled: Settled, side: Side) -> Memory | None:
        """Return what earlier runs of `check` learned of these files."""
        if self._alone or settled.options.no_cache:
            return None
        folder = os.path.join(self.root, settled.options.cache_dir or pipeline.FOLDER)
        kept = remember(folder, side, b"editor")
        if kept is not None:
            kept.ask(dump(settled.task.asked))
        return kept


def _stamp(file: str) -> tuple[int, int]:
    try:
        status = os.stat(file)
    except OSError:
        return 0, 0
    return status.st_mtime_ns, status.st_size


def _is_wanted(path: str, options: Options) -> bool:
    """Tell whether a file that is not on disk yet will be read."""
    ignore = compile_globs(options.exclude)
    left_out = ignore is not None and is_ignored([ignore], path)
    return is_read(path) and not left_out and SKIPPED.isdisjoint(path.split("/"))


def _result(run: Run, options: Options) -> Result:
    findings: dict[str, list[Finding]] = {}
    shown = list(audible(run.outcome.findings, options.persona))
    for finding in shown:
        findings.setdefault(finding.location.path, []).append(finding)
    notes: dict[str, list[Note]] = {}
    for note in run.outcome.notes:
        notes.setdefault(note.path, []).append(note)
    known = run.outcome.lines
    lines = {**known, **dict(pipeline.passed(shown, run.change, known))}
    return Result(findings, notes, lines, run.task.judge.packs, options)
