"""Features that need what happened before: to the files, their author, the repository."""

from collections.abc import Callable, Iterable

from nonevent.risk.features.feature import Feature, Group, Sums, of_past, share
from nonevent.risk.features.usual import MEASURES, distance
from nonevent.risk.places import is_source
from nonevent.risk.record import FilePast, FolderPast, Past, Record

__all__ = ["FEATURES"]

# Rates are drawn towards this until there is evidence: changes taken back, or mended in haste.
_REVERT_PRIOR, _MENDED_PRIOR = 0.01, 0.05
_WEIGHT = 10  # changes that the prior counts as

FilesFeature = Callable[[list[FilePast]], float]


def _old(record: Record, past: Past) -> list[FilePast]:
    """Return the files that were there before; of source, where any is."""
    pairs = [
        (file.path, before)
        for file, before in zip(record.files, past.files, strict=True)
        if before.changes
    ]
    source = [before for path, before in pairs if is_source(path)]
    return source or [before for _, before in pairs]


def _files(name: str, group: Group, sentence: str, compute: FilesFeature) -> Feature:
    return of_past(name, group, sentence, lambda record, _, past: compute(_old(record, past)))


def _most(values: Iterable[float]) -> float:
    return max(values, default=0.0)


def _mean(values: Iterable[float]) -> float:
    listed = list(values)
    return share(sum(listed), len(listed))


def _rate(bad: float, changes: float, prior: float) -> float:
    return (bad + prior * _WEIGHT) / (changes + _WEIGHT)


def _highest(files: Iterable[FilePast | FolderPast], what: str, prior: float) -> float:
    return max((_rate(getattr(each, what), each.changes, prior) for each in files), default=prior)


FILES = (
    _files(
        "file_changes",
        Group.HOT,
        "Earlier changes of its files.",
        lambda files: _mean(file.changes for file in files),
    ),
    _files(
        "file_changes_most",
        Group.HOT,
        "Earlier changes of the file that changes most.",
        lambda files: _most(file.changes for file in files),
    ),
    _files(
        "file_week",
        Group.HOT,
        "Changes of its files in the last seven days.",
        lambda files: sum(file.recent for file in files),
    ),
    _files(
        "file_days",
        Group.HOT,
        "Days since its files last changed.",
        lambda files: _mean(file.days for file in files),
    ),
    _files(
        "file_days_least",
        Group.HOT,
        "Days since the last change of any of its files.",
        lambda files: min((file.days for file in files), default=0.0),
    ),
    _files(
        "file_lines",
        Group.HOT,
        "Lines of its files.",
        lambda files: _mean(file.lines for file in files),
    ),
    _files(
        "file_lines_most",
        Group.HOT,
        "Lines of its longest file.",
        lambda files: _most(file.lines for file in files),
    ),
    _files(
        "file_fixes",
        Group.HOT,
        "Earlier fixes in its files.",
        lambda files: _most(file.fixes for file in files),
    ),
    _files(
        "file_fix_rate",
        Group.HOT,
        "Fixes among the earlier changes of its files.",
        lambda files: share(sum(f.fixes for f in files), sum(f.changes for f in files)),
    ),
    _files(
        "file_mended",
        Group.HOT,
        "Earlier changes of its files that were mended within a week.",
        lambda files: _most(file.mended for file in files),
    ),
    _files(
        "file_mended_rate",
        Group.HOT,
        "How often changes of its files were mended within a week.",
        lambda files: _highest(files, "mended", _MENDED_PRIOR),
    ),
    _files(
        "file_reverts",
        Group.REVERTS,
        "Changes of its files that were taken back.",
        lambda files: _most(file.reverts for file in files),
    ),
    _files(
        "file_reverts_sum",
        Group.REVERTS,
        "Reverts in all its files together.",
        lambda files: sum(file.reverts for file in files),
    ),
    _files(
        "file_revert_rate",
        Group.REVERTS,
        "How often changes of its files were taken back.",
        lambda files: _highest(files, "reverts", _REVERT_PRIOR),
    ),
    _files(
        "file_ever_reverted",
        Group.REVERTS,
        "One of its files was in a change that was taken back.",
        lambda files: any(file.reverts for file in files),
    ),
    _files(
        "file_authors",
        Group.UNFAMILIAR,
        "People who changed its files before.",
        lambda files: _mean(file.authors for file in files),
    ),
    _files(
        "file_authors_most",
        Group.UNFAMILIAR,
        "People who changed the file that most have changed.",
        lambda files: _most(file.authors for file in files),
    ),
    _files(
        "familiar_files",
        Group.UNFAMILIAR,
        "Files that the author changed before.",
        lambda files: _mean(file.own > 0 for file in files),
    ),
    _files(
        "own_share",
        Group.UNFAMILIAR,
        "The author's part in earlier changes of the files.",
        lambda files: share(sum(f.own for f in files), sum(f.changes for f in files)),
    ),
)


def _new_share(record: Record, _sums: Sums, past: Past) -> float:
    return share(sum(not before.changes for before in past.files), len(record.files))


def _own_folders(_record: Record, _sums: Sums, past: Past) -> float:
    return _mean(share(folder.own, folder.changes) for folder in past.folders)


def _own_folder_changes(_record: Record, _sums: Sums, past: Past) -> float:
    return _most(folder.own for folder in past.folders)


def _young_share(_record: Record, _sums: Sums, past: Past) -> float:
    return share(past.lines.young, past.lines.known)


def _own_lines(_record: Record, _sums: Sums, past: Past) -> float:
    return share(past.lines.own, past.lines.known)


SURROUNDINGS = (
    of_past("new_files_share", Group.HOT, "New files among its files.", _new_share),
    of_past(
        "folder_revert_rate",
        Group.REVERTS,
        "How often changes of its folders were taken back.",
        lambda _r, _s, past: _highest(past.folders, "reverts", _REVERT_PRIOR),
    ),
    of_past(
        "folder_mended_rate",
        Group.HOT,
        "How often changes of its folders were mended within a week.",
        lambda _r, _s, past: _highest(past.folders, "mended", _MENDED_PRIOR),
    ),
    of_past(
        "rewritten_days",
        Group.HOT,
        "Age in days of the lines it rewrites.",
        lambda _r, _s, past: past.lines.days,
    ),
    of_past(
        "rewritten_young",
        Group.HOT,
        "Lines it rewrites that are younger than 14 days.",
        lambda _r, _s, past: past.lines.young,
    ),
    of_past("rewritten_young_share", Group.HOT, "Young lines among those.", _young_share),
    of_past(
        "rewritten_origins",
        Group.HOT,
        "Changes that wrote the lines it rewrites.",
        lambda _r, _s, past: past.lines.origins,
    ),
    of_past("rewritten_own_share", Group.UNFAMILIAR, "The author's own among those.", _own_lines),
    of_past("own_folders", Group.UNFAMILIAR, "The author's part in its folders.", _own_folders),
    of_past(
        "own_folder_changes",
        Group.UNFAMILIAR,
        "The author's changes of the folder best known to them.",
        _own_folder_changes,
    ),
    of_past(
        "author_changes",
        Group.UNFAMILIAR,
        "Earlier changes of the author.",
        lambda _r, _s, past: past.author.changes,
    ),
    of_past(
        "author_month",
        Group.UNFAMILIAR,
        "Changes of the author in the last 30 days.",
        lambda _r, _s, past: past.author.recent,
    ),
    of_past(
        "author_days",
        Group.UNFAMILIAR,
        "Days since the author's last change.",
        lambda _r, _s, past: past.author.days,
    ),
    of_past(
        "author_new",
        Group.UNFAMILIAR,
        "It is among the author's first three changes.",
        lambda _r, _s, past: past.author.changes < 3,  # noqa: PLR2004
    ),
)


def _days_open(record: Record, _sums: Sums, past: Past) -> float:
    started = record.started or record.time
    days = max(0.0, (record.time - started) / 86_400)
    return days if past.repo.merges or record.commits > 1 else min(days, _LONGEST)


_LONGEST = 365.0  # days; a commit may carry any date

PROCESS = (
    of_past("commits", Group.PROCESS, "Commits that are merged.", lambda r, _s, _p: r.commits),
    of_past("people", Group.PROCESS, "People who made them.", lambda r, _s, _p: r.authors),
    of_past("fixups", Group.PROCESS, "Commits that mend others.", lambda r, _s, _p: r.fixups),
    of_past("days_open", Group.PROCESS, "Days since the first of its commits.", _days_open),
)

REPOSITORY = (
    of_past(
        "hours_since_last",
        Group.REPOSITORY,
        "Hours since the last change.",
        lambda _r, _s, past: past.repo.hours,
    ),
    of_past(
        "last_day",
        Group.REPOSITORY,
        "Changes of the last 24 hours.",
        lambda _r, _s, past: past.repo.last_day,
    ),
    of_past(
        "last_week",
        Group.REPOSITORY,
        "Changes of the last seven days.",
        lambda _r, _s, past: past.repo.last_week,
    ),
    of_past(
        "reverts_48_hours",
        Group.REVERTS,
        "Reverts in the repository in the last 48 hours.",
        lambda _r, _s, past: past.repo.reverts_2,
    ),
    of_past(
        "reverts_month",
        Group.REVERTS,
        "Reverts in the repository in the last 30 days.",
        lambda _r, _s, past: past.repo.reverts_30,
    ),
    of_past(
        "reverts_month_rate",
        Group.REVERTS,
        "How often changes of the last 30 days were taken back.",
        lambda _r, _s, past: _rate(past.repo.reverts_30, past.repo.last_month, _REVERT_PRIOR),
    ),
    of_past(
        "fixes_week",
        Group.REPOSITORY,
        "Fixes in the repository in the last seven days.",
        lambda _r, _s, past: past.repo.fixes_7,
    ),
    of_past(
        "repository_revert_rate",
        Group.REVERTS,
        "How often changes are taken back here.",
        lambda _r, _s, past: _rate(past.repo.reverts, past.repo.changes, _REVERT_PRIOR),
    ),
    of_past(
        "repository_mended_rate",
        Group.REPOSITORY,
        "How often changes are mended within a week here.",
        lambda _r, _s, past: _rate(past.repo.mended, past.repo.changes, _MENDED_PRIOR),
    ),
    of_past(
        "repository_days",
        Group.REPOSITORY,
        "Days since the first change of the repository.",
        lambda _r, _s, past: past.repo.days,
    ),
    of_past(
        "repository_merges",
        Group.REPOSITORY,
        "Merges of several commits among recent changes.",
        lambda _r, _s, past: past.repo.merges,
    ),
)


def _unusual(measure: str, group: Group, sentence: str) -> Feature:
    return of_past(
        f"unusual_{measure}",
        group,
        sentence,
        lambda record, sums, past: distance(record, sums, past, measure),
    )


UNUSUAL = tuple(_unusual(name, group, sentence) for name, (group, sentence, _) in MEASURES.items())

FEATURES = (*FILES, *SURROUNDINGS, *PROCESS, *REPOSITORY, *UNUSUAL)
