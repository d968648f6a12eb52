"""The baseline: findings that a project has accepted, each for one finding, with who and why.

A file of JSON, one entry a line, so that a diff shows who accepts what. What makes a finding the
one that was accepted is told by `identity.matched`: it stays accepted while its code moves, and a
copy of it is new.
"""

import os
from collections.abc import Iterable, Mapping, Sequence
from typing import Any, NamedTuple

from nonevent.days import is_day, today
from nonevent.error import UserError
from nonevent.finding import Finding
from nonevent.identity import Trait, matched, traits
from nonevent.nearest import hint
from nonevent.options import BASELINE
from nonevent.sources.place import way_from
from nonevent.sources.view import DISK, View

__all__ = [
    "Baseline",
    "Entry",
    "Verdict",
    "date_of",
    "entries_of",
    "find",
    "judge",
    "read",
    "text_of",
]

VERSION = 1  # of the file; one with a later version is refused


class Entry(NamedTuple):
    """One accepted finding."""

    rule: str
    path: str  # posix, relative to the folder of the file
    scope: str = ""  # qualified name of the function around it
    name: str = ""  # of what it speaks of
    text: str = ""  # of its line, without white space
    reason: str = ""
    owner: str = ""
    until: str = ""  # the last day on which it counts, "2027-01-31"; "" for good


class Baseline(NamedTuple):
    """What a file accepts."""

    entries: tuple[Entry, ...] = ()
    folder: str = ""  # of the file, absolute
    today: str = ""  # "2026-11-23"; entries until a day before count no more


class Verdict(NamedTuple):
    """What a baseline says of the findings of a run."""

    left: tuple[Finding, ...]  # not accepted, or no longer
    accepted: tuple[tuple[Finding, Entry], ...]
    unmatched: tuple[Entry, ...]  # entries for which there was no finding
    expired: tuple[str, ...] = ()  # fingerprints of those left that were accepted until a past day


def judge(
    baseline: Baseline,
    findings: Sequence[Finding],
    lines: Mapping[str, Sequence[str]],
    root: str,
) -> Verdict:
    """Return what a baseline accepts of the findings, whose paths are relative to `root`.

    A finding that was accepted until a day that is past is left, and its message says so.
    """
    known = [Trait(*entry[:5]) for entry in baseline.entries]
    met = [Trait(*entry[:5]) for entry in entries_of(findings, lines, root, baseline.folder)]
    found = matched(met, known)
    left, accepted, expired = [], [], []
    for finding, index in zip(findings, found, strict=True):
        entry = baseline.entries[index] if index >= 0 else None
        if entry is None:
            left.append(finding)
        elif entry.until and entry.until < baseline.today:
            message = f"{finding.message} (accepted until {entry.until})"
            left.append(finding._replace(message=message))
            expired.append(finding.fingerprint)
        else:
            accepted.append((finding, entry))
    rest = set(range(len(known))).difference(found)
    unmatched = tuple(baseline.entries[index] for index in sorted(rest))
    return Verdict(tuple(left), tuple(accepted), unmatched, tuple(expired))


def entries_of(
    findings: Sequence[Finding], lines: Mapping[str, Sequence[str]], root: str, folder: str
) -> list[Entry]:
    """Return what would accept the findings in a file of `folder`; paths are relative to `root`."""
    way = way_from(folder, root)
    return [Entry(*met)._replace(path=f"{way}{met.path}") for met in traits(findings, lines)]


def find(named: str, said: bool, root: str, cwd: str, view: View = DISK) -> str:
    """Return the path of the baseline that a run in the folder `cwd` heeds, or would write.

    `named` is what the command line (`said`) or the settings in the folder `root` call it; "" is
    the usual name, looked for beside the settings and then in `cwd`.
    """
    if named:
        return os.path.join(cwd if said else root, named)
    places = [os.path.join(place, BASELINE) for place in (root, cwd) if place]
    return next(filter(view.is_file, places), places[0])


def read(path: str, name: str, view: View = DISK) -> Baseline:
    """Return what a file accepts; `name` is how the user knows it.

    Raises:
        UserError: it cannot be read, or does not hold what a baseline holds.

    """
    import json

    try:
        document = json.loads(view.read(path).decode("utf-8-sig"))
    except OSError as error:
        raise UserError(f"{name} cannot be read: {error.strerror}") from None
    except UnicodeDecodeError:
        raise UserError(f"{name}: the file is not UTF-8") from None
    except RecursionError:
        raise UserError(f"{name}: values are nested too deep") from None
    except json.JSONDecodeError as error:
        raise UserError(f"{name}:{error.lineno}: no JSON: {error.msg}") from None
    entries = _entries(document, name)
    return Baseline(
        entries,
        os.path.dirname(os.path.abspath(path)),
        today() if any(entry.until for entry in entries) else "",
    )


def _entries(document: Any, name: str) -> tuple[Entry, ...]:
    if not isinstance(document, dict) or document.get("version") != VERSION:
        version = document.get("version") if isinstance(document, dict) else None
        newer = isinstance(version, int) and version > VERSION
        why = f"version {version} is newer than this nonevent" if newer else "no baseline"
        raise UserError(f'{name}: {why}: an object with "version": {VERSION} is expected')
    listed = document.get("accepted")
    if not isinstance(listed, list):
        raise UserError(f"{name}: 'accepted' is a list of entries")
    return tuple(_entry(each, f"{name}: entry {at}") for at, each in enumerate(listed, 1))


def _entry(said: Any, where: str) -> Entry:
    if not isinstance(said, dict):
        raise UserError(f"{where} is an object with {', '.join(Entry._fields)}")
    for key, value in said.items():
        if key not in Entry._fields:
            raise UserError(f"{where}: unknown key '{key}'{hint(key, Entry._fields)}")
        if not isinstance(value, str):
            raise UserError(f"{where}: {key} is a string")
    missing = [key for key in ("rule", "path") if not said.get(key)]
    if missing:
        raise UserError(f"{where} names no {missing[0]}")
    entry = Entry(**said)
    if entry.until:
        date_of(entry.until, f"{where}: until")
    return entry


def date_of(text: str, where: str) -> str:
    """Return a day as it was said.

    Raises:
        UserError: it is none, with `where` in front.

    """
    if is_day(text):
        return text
    raise UserError(f"{where} is a day such as 2027-01-31, not '{text}'")


def text_of(entries: Iterable[Entry]) -> str:
    """Return the text of a file that accepts these, sorted, one a line."""
    import json

    rows = sorted(entries)
    said = [
        json.dumps({key: value for key, value in row._asdict().items() if value}) for row in rows
    ]
    listed = ",\n".join(f"    {row}" for row in said)
    inner = f"\n{listed}\n  " if rows else ""
    return f'{{\n  "version": {VERSION},\n  "accepted": [{inner}]\n}}\n'
