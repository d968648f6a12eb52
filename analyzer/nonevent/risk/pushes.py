"""Changes that landed together are one: commits of a rebased pull request, or of one push.

They are deployed together, and what is scored before they land is all of them. What one change
would have told is worked out of what each tells. That is exact for sizes, files and kinds; where a
later commit touches the files of an earlier one, the earlier alone tells what these were before.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from math import log1p, log2

from nonevent.risk.features import names
from nonevent.risk.features.feature import share
from nonevent.risk.features.usual import FAR, MEASURES
from nonevent.risk.history import ChangeRow
from nonevent.risk.places import folder_of, is_source, kinds_of

__all__ = ["NEARBY", "TOGETHER", "combined", "pushes"]

TOGETHER = 60.0  # seconds; commits that were rebased and pushed at once carry nearly one time
_DIFFERS = 0.1  # of log(1 + x), without which two changes say nothing of a spread
NEARBY = 20  # changes before, from which it is read what is usual

Values = Mapping[str, float]

_SUMS = frozenset(
    {
        *("lines_added", "lines_deleted", "source_added", "source_deleted", "python_added"),
        *("frontend_added", "hunks", "files_added", "files_deleted", "files_renamed"),
        *("binary_files", "commits", "fixups"),
        *(name for name in names() if name.startswith(("adds_", "deletes_"))),
    }
)
_MOST = (
    *("largest_file", "file_changes_most", "file_lines_most", "file_fixes", "file_mended"),
    *("file_mended_rate", "file_reverts", "file_revert_rate", "file_ever_reverted"),
    *("file_authors_most", "folder_revert_rate", "folder_mended_rate", "days_open"),
)
_OF_FILES = (
    *("file_changes", "file_days", "file_lines", "file_fix_rate", "file_authors"),
    *("familiar_files", "own_share"),
)
_OF_LINES = ("rewritten_days", "rewritten_young_share", "rewritten_own_share")
_FRESH_SUMS = ("file_week", "file_reverts_sum", "rewritten_young", "rewritten_origins")
_CONFIGURATION = frozenset({"dependencies", "lock", "settings", "infrastructure", "ci"})
_ONLY = {
    "only_dependencies": frozenset({"dependencies", "lock"}),
    "only_configuration": _CONFIGURATION,
    "only_frontend": frozenset({"frontend", "template"}),
}


def pushes(rows: Iterable[ChangeRow]) -> Iterator[tuple[ChangeRow, ...]]:
    """Yield the changes of a main line, those that landed together as one group.

    A merge stands alone, and so does what nobody reads by itself: a revert, a program's change.
    """
    group: list[ChangeRow] = []
    for row in rows:
        if group and not _joins(group[-1], row):
            yield tuple(group)
            group = []
        group.append(row)
    if group:
        yield tuple(group)


def _joins(before: ChangeRow, row: ChangeRow) -> bool:
    if row.number != before.number + 1 or row.time - before.time > TOGETHER:
        return False
    return _plain(before) and _plain(row)


def _plain(row: ChangeRow) -> bool:
    return row.complete and not (row.merge or row.bot or row.back or row.catches_up)


def combined(rows: Sequence[ChangeRow], nearby: Sequence[ChangeRow] = ()) -> tuple[float, ...]:
    """Return the features of changes that follow each other as those of one.

    `nearby` are changes before them: what is usual is not kept, and is read off those that differ.
    """
    if len(rows) == 1:
        return rows[0].features
    each = [_values(row) for row in rows]
    found = dict(each[0])  # its title, its author's past and the repository's are the first's
    found.update({name: sum(values[name] for values in each) for name in _SUMS})
    found.update({name: max(values[name] for values in each) for name in _MOST})
    paths = list(dict.fromkeys(path for row in rows for path in row.paths))
    found.update(_of_paths(paths, found))
    found.update(_of_lines(rows, each, found))
    found.update(_of_past(each, _fresh(rows)))
    found["new_files_share"] = min(
        1.0, share(sum(v["new_files_share"] * v["files"] for v in each), len(paths))
    )
    known = [*each, *(_values(row) for row in nearby if row.features)]
    found.update({f"unusual_{name}": _unusual(name, found, known) for name in MEASURES})
    return tuple(float(found[name]) for name in names())


def _values(row: ChangeRow) -> dict[str, float]:
    return dict(zip(names(), row.features, strict=True))


def _of_paths(paths: Sequence[str], found: Values) -> dict[str, float]:
    """Return what the names of all files tell."""
    kinds = [kinds_of(path) for path in paths]
    folders = {folder_of(path) for path in paths}
    told: dict[str, float] = {
        name: sum(name.removeprefix("in_") in kind for kind in kinds)
        for name in found
        if name.startswith("in_")
    }
    told.update(
        {
            "files": len(paths),
            "source_files": sum(is_source(path) for path in paths),
            "folders": len(folders),
            "top_folders": len({folder.partition("/")[0] for folder in folders}),
        }
    )
    told.update({name: all(kind & of for kind in kinds) for name, of in _ONLY.items()})
    return told


def _of_lines(rows: Sequence[ChangeRow], each: Sequence[Values], found: Values) -> dict[str, float]:
    """Return what the lines of all tell."""
    lines = found["lines_added"] + found["lines_deleted"]
    tests = sum(_tests(values) for values in each)
    entropy = _entropy(rows, each)
    source = found["source_added"] + found["source_deleted"]
    return {
        "largest_file": lines if found["files"] == 1 else found["largest_file"],
        "lines_per_hunk": share(lines, found["hunks"]),
        "deleted_share": share(found["lines_deleted"], lines),
        "entropy": entropy,
        "even_spread": share(entropy, int(found["files"]).bit_length()),
        "tests_share": share(tests, tests + found["source_added"]),
        "without_tests": found["in_test"] == 0 and source > 0,
        "loses_functions": found["deletes_function"] > found["adds_function"],
    }


def _tests(values: Values) -> float:
    """Return the lines of tests that a change added, from their share."""
    part = values["tests_share"]
    return values["lines_added"] if part == 1 else part * values["source_added"] / (1 - part)


def _entropy(rows: Sequence[ChangeRow], each: Sequence[Values]) -> float:
    """Return how far the lines are spread: within each, and over those of different files."""
    sizes: dict[tuple[str, ...], float] = {}
    within = 0.0
    whole = sum(values["lines_added"] + values["lines_deleted"] for values in each)
    if not whole:
        return 0.0
    for row, values in zip(rows, each, strict=True):
        size = values["lines_added"] + values["lines_deleted"]
        within += size / whole * values["entropy"]
        place = tuple(sorted(row.paths))
        sizes[place] = sizes.get(place, 0.0) + size
    parts = [size / whole for size in sizes.values() if size]
    between = -sum(part * log2(part) for part in parts) if len(parts) > 1 else 0.0
    return min(within + between, log2(len({path for row in rows for path in row.paths})))


def _fresh(rows: Sequence[ChangeRow]) -> list[bool]:
    """Tell which changes touch no file of an earlier one of these."""
    seen: set[str] = set()
    told = []
    for row in rows:
        told.append(seen.isdisjoint(row.paths))
        seen.update(row.paths)
    return told


def _of_past(each: Sequence[Values], fresh: Sequence[bool]) -> dict[str, float]:
    own = [values for values, true in zip(each, fresh, strict=True) if true]
    there = [values for values in own if values["new_files_share"] < 1]
    told = {name: sum(values[name] for values in own) for name in _FRESH_SUMS}
    told.update({name: _mean(there, name, _old_files, 0.0) for name in _OF_FILES})
    written = [values for values in own if values["rewritten_days"] >= 0]
    told.update({name: _mean(written, name, _deleted, 0.0) for name in _OF_LINES})
    if not written:
        told["rewritten_days"] = -1.0
    told["own_folders"] = _mean(own, "own_folders", _folders, 0.0)
    told["file_days_least"] = min((values["file_days_least"] for values in there), default=0.0)
    return told


def _old_files(values: Values) -> float:
    return values["files"] * (1 - values["new_files_share"])


def _deleted(values: Values) -> float:
    return values["lines_deleted"]


def _folders(values: Values) -> float:
    return values["folders"]


def _mean(
    each: Sequence[Values], name: str, weight: Callable[[Values], float], nothing: float
) -> float:
    whole = sum(weight(values) for values in each)
    return sum(values[name] * weight(values) for values in each) / whole if whole else nothing


def _unusual(name: str, found: Values, known: Sequence[Values]) -> float:
    """Return by how many standard deviations a measure differs from what is usual.

    Two changes say what that is: those of which the measure differs most.
    """
    pairs = [
        (log1p(values[name]), values[f"unusual_{name}"])
        for values in known
        if abs(values[f"unusual_{name}"]) < FAR
    ]
    if not pairs:
        return known[0][f"unusual_{name}"]
    (low, under), (high, over) = min(pairs), max(pairs)
    spread = (high - low) / (over - under) if over > under and high - low > _DIFFERS else 1.0
    value = under + (log1p(found[name]) - low) / spread
    return max(-FAR, min(FAR, value)) if any(told for _, told in pairs) else 0.0
