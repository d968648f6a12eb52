"""A repository's history → changes with their features, and what became of them: in one pass."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from time import monotonic
from typing import NamedTuple

from nonevent.error import UserError
from nonevent.risk.features import vector
from nonevent.risk.features.feature import summed
from nonevent.risk.history import Batch, ChangeRow, History, Outcome
from nonevent.risk.ledger import DAY, Ledger, Origins
from nonevent.risk.messages import Said, read_message
from nonevent.risk.places import is_source
from nonevent.risk.record import Record
from nonevent.risk.records import record_of
from nonevent.risk.reverts import Landmarks, Undone
from nonevent.risk.titles import is_fix
from nonevent.sources.landed import Commit, Landed, MainLine, open_main_line

__all__ = ["MENDED", "Mined", "mine"]

MENDED = 7 * DAY  # a fix within this time of a change that it rewrites
_TOGETHER = 60.0  # seconds; commits that were rebased and pushed at once carry nearly one time
_STEP = 500  # changes that are added at once
_SECONDS = 5.0  # after which they are added, however few
_LINES = ("origin/HEAD", "main", "master", "HEAD")  # what the main line is called

Progress = Callable[[int, int], None]  # changes read, changes to read


class Mined(NamedTuple):
    """What a run of mining did."""

    revision: str  # what was mined
    added: int  # changes
    known: int  # that were known before
    incomplete: int  # of the added: what they changed could not be read
    shallow: bool  # the history of this clone is cut off
    rewritten: bool  # the main line is not the one that was known: it was read anew
    outdated: bool  # the features were those of another version: it was read anew


def mine(
    root_hint: str, history: History, revision: str = "", progress: Progress | None = None
) -> Mined:
    """Add to a history what landed since it was last mined.

    Raises:
        UserError: there is no repository or revision, it is not the one of this history, or its
            history cannot be walked.

    """
    with open_main_line(root_hint) as line:
        name, tip = _tip(line, revision)
        outdated = not history.fits()
        if outdated:
            history.restart(history.fact("tip"))
        known, rewritten = history.length(), False
        added = incomplete = 0
        while True:
            before = history.fact("tip")
            if before and history.number_of(tip) is not None:  # that or more is known
                break
            commits = {commit.sha: commit for commit in _commits(line, tip, before)}
            chain = _chain(commits, tip)
            if before and (not chain or commits[chain[0]].parents[:1] != (before,)):
                _same_project(line, history, commits, tip)
                rewritten = history.restart(before)
                continue
            walk = Walk(line, history, commits, chain, progress=progress)
            added, incomplete = added + walk.run(), incomplete + walk.incomplete
            if walk.finished:
                break
        return Mined(name, added, known, incomplete, line.shallow, rewritten, outdated)


def _tip(line: MainLine, revision: str) -> tuple[str, str]:
    """Return the name and the id of what is mined."""
    for name in [revision] if revision else _LINES:
        tip = line.commit(name)
        if tip:
            return name, tip
    if revision:
        raise UserError(f"no such revision: {revision!r}")
    raise UserError("this repository has no commits yet: there is no history")


def _commits(line: MainLine, tip: str, before: str) -> Sequence[Commit]:
    known = before if before and line.commit(before) == before else ""
    return line.commits(tip, known)


def _chain(commits: Mapping[str, Commit], tip: str) -> list[str]:
    """Return the main line of the commits, oldest first."""
    chain = []
    sha = tip
    while sha in commits:
        chain.append(sha)
        sha = next(iter(commits[sha].parents), "")
    return chain[::-1]


def _same_project(
    line: MainLine, history: History, commits: Mapping[str, Commit], tip: str
) -> None:
    """Refuse a repository that has nothing to do with the history.

    Raises:
        UserError: no change of the history is one of this repository.

    """
    everything = commits if history.fact("root") in commits else None
    shas = everything or {commit.sha for commit in line.commits(tip)}
    if not any(change.sha in shas for change in history.changes(gone=True)):
        raise UserError(
            f"the history {history.file!r} is of another repository; --store names another file"
        )


class Walk:
    """One pass over changes that are not yet in the history."""

    def __init__(
        self,
        line: MainLine,
        history: History,
        commits: Mapping[str, Commit],
        chain: Sequence[str],
        *,
        progress: Progress | None,
    ) -> None:
        """Take what is known already and what is to be read."""
        self._line, self._history, self._commits, self._chain = line, history, commits, chain
        self._before, self._progress = history.fact("tip"), progress
        self._first = not self._before
        self._root = history.fact("root") or (chain[0] if chain else "")
        self._ledger: Ledger = history.ledger()
        self._brought: dict[str, int] = {}  # commits of this pass
        self._landmarks = Landmarks(self._number_of)
        self._taken = history.taken()
        self._undated: set[int] = set()
        self._inside = dict(_inside(commits, chain))
        self._batch = _empty()
        self.incomplete = 0
        self.finished = False
        for change in history.changes():
            said = Said(change.title, "", change.request, change.branch, change.catches_up)
            self._landmarks.add(said, back=change.back)
            if change.catches_up:
                self._undated.add(change.number)

    def run(self) -> int:
        """Read the changes and return how many were added.

        It ends early, with `finished` False, where another run added changes in the meantime.
        """
        added, at, last = 0, monotonic(), ""
        for landed in self._line.read(self._chain):
            self._take(landed)
            last = landed.sha
            if len(self._batch.changes) >= _STEP or monotonic() - at > _SECONDS:
                if not self._save(last):
                    return added
                added, at = added + len(self._batch.changes), monotonic()
                self._batch = _empty()
            if self._progress:
                self._progress(added + len(self._batch.changes), len(self._chain))
        if self._batch.changes:
            if not self._save(last):
                return added
            added += len(self._batch.changes)
        self.finished = True
        return added

    def _save(self, tip: str) -> bool:
        batch = self._batch._replace(kept=self._ledger.kept(), summary=self._ledger.summary())
        if not self._history.add(batch, tip, self._before, self._root):
            return False
        self._before = tip
        return True

    def _take(self, landed: Landed) -> None:
        """Look at a change, then enter it."""
        commit, inside = self._commits[landed.sha], self._inside.get(landed.sha, ())
        beginning = self._first and self._line.shallow and not self._batch.changes
        self._first = False
        complete = landed.complete and not beginning
        self.incomplete += not complete
        ledger = self._ledger
        # A child is made after its parent. One that says otherwise was dated by another clock, or
        # came with the history of another repository: nobody knows when it landed.
        time = max(float(commit.committed), ledger.last)
        said = read_message(landed.message or commit.subject, merge=len(commit.parents) > 1)
        if said.catches_up or time - commit.committed > DAY:
            self._undated.add(ledger.length)
        record = record_of(commit, inside, said, landed.files, time)
        undone = self._landmarks.look(said, inside)
        origins = ledger.origins(landed.files) if complete else Origins({}, {})
        features = vector(record, ledger.before(record, origins)) if complete else ()
        number = ledger.enter(record, summed(record), landed.files, known=not beginning)
        self._batch.outcomes.extend(self._outcomes(record, undone, origins, number))
        self._landmarks.add(said, back=undone.back)
        for sha in (commit.sha, *(each.sha for each in inside)):
            self._brought[sha] = number
            self._batch.brought.append((sha, number))
        self._batch.changes.append(
            ChangeRow(
                commit.sha,
                number,
                time,
                ledger.person_of(number),
                said.number,
                said.title,
                said.branch,
                record.bot,
                undone.back,
                undone.reland,
                number in self._undated,
                len(commit.parents) > 1,
                complete,
                any(is_source(file.path) for file in landed.files),
                tuple(file.path for file in landed.files),
                features,
            )
        )

    def _outcomes(
        self, record: Record, undone: Undone, origins: Origins, number: int
    ) -> Iterator[Outcome]:
        """Yield what a change says of earlier ones, and enter it."""
        ledger = self._ledger
        if undone.back:
            ledger.undone(record.time)
        reverted = self._taken.setdefault("reverted", set())
        for link in undone.links:
            if not self._apart(link.number, record.time):
                continue
            yield Outcome(
                self._sha(link.number),
                "reverted",
                record.time,
                record.sha,
                link.evidence,
                link.weight,
            )
            if link.evidence != "part" and link.number not in reverted:
                reverted.add(link.number)
                ledger.take_back(self._paths(link.number))
        if undone.back or record.bot or number in self._undated or not is_fix(record.title):
            return
        mended = self._taken.setdefault("mended", set())
        for writer, paths in origins.telling.items():
            late = record.time - ledger.time_of(writer) > MENDED
            if late or writer in self._undated or not self._apart(writer, record.time):
                continue
            yield Outcome(self._sha(writer), "mended", record.time, record.sha, "lines", 1.0)
            if writer not in mended:
                mended.add(writer)
                ledger.mend(paths)

    def _apart(self, number: int, time: float) -> bool:
        """Tell whether a change landed well before `time`: not in one push."""
        return time - self._ledger.time_of(number) > _TOGETHER

    def _change(self, number: int) -> ChangeRow | None:
        first = self._batch.changes[0].number if self._batch.changes else number + 1
        return self._batch.changes[number - first] if number >= first else None

    def _sha(self, number: int) -> str:
        change = self._change(number)
        return change.sha if change else self._history.sha_of(number)

    def _paths(self, number: int) -> Sequence[str]:
        change = self._change(number)
        return change.paths if change else self._history.paths_of(number)

    def _number_of(self, sha: str) -> int | None:
        """Return the number of the change that brought a commit, by its id or its beginning."""
        if sha in self._brought:
            return self._brought[sha]
        found = self._history.number_of(sha)
        if found is None and len(sha) < 40:  # noqa: PLR2004
            pending = (number for each, number in self._batch.brought if each.startswith(sha))
            found = next(pending, None)
        return found


def _empty() -> Batch:
    return Batch([], [], [], {}, "")


def _inside(
    commits: Mapping[str, Commit], chain: Sequence[str]
) -> Iterator[tuple[str, tuple[Commit, ...]]]:
    """Yield the changes that merge commits, with the commits that came with each, newest first."""
    seen = set(chain)
    for sha in chain:
        waiting = list(commits[sha].parents[1:])
        found = []
        while waiting:
            each = waiting.pop()
            if each in seen or each not in commits:
                continue
            seen.add(each)
            found.append(commits[each])
            waiting.extend(commits[each].parents)
        if found:
            yield sha, tuple(found)
