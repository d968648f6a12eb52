"""Rows of a deploy log → deploys; a row that cannot be used is told with its line and column."""

import re
from collections.abc import Iterable, Iterator, Mapping
from datetime import UTC, datetime
from typing import NamedTuple

from nonevent.error import UserError
from nonevent.nearest import hint
from nonevent.risk.deploys import OUTCOMES, Deploy, outcome_of

__all__ = ["FIELDS", "NAMES", "Cells", "Problem", "columns_of", "deploys_of", "moment"]

# field → names that logs give it; the first is our own
NAMES = {
    "sha": "sha commit commit_sha commit_id git_sha revision git_commit commit_hash",
    "pr": "pr pull_request pull_request_number pr_number merge_request",
    "version": "version tag release ref",
    "deployed_at": "deployed_at created_at timestamp time date finished_at started_at at",
    "environment": "environment env stage target",
    "outcome": "outcome status state result",
    "severity": "severity priority",
    "recovered_at": "recovered_at resolved_at restored_at",
}
FIELDS = tuple(NAMES)
_NAMING = ("sha", "pr", "version")  # one of these says what was deployed
_SHA = re.compile(r"[0-9a-f]{7,64}", re.IGNORECASE)
_NUMBER = re.compile(r"[#!]?(\d{1,9})")
_EPOCH = re.compile(r"\d{9,13}(?:\.\d+)?")  # seconds since 1970, or milliseconds
_MILLISECONDS = 100_000_000_000
_EARLIEST, _LATEST = 315_532_800.0, 4_102_444_800.0  # 1980 to 2100


class Cells(NamedTuple):
    """One row as it stands in a log."""

    line: int  # 1-based; of a table the number of the row
    cells: Mapping[str, str]  # column → text


class Problem(NamedTuple):
    """Why a row of a log is not used."""

    line: int
    column: str  # "" where it concerns the whole row
    why: str


def columns_of(given: Iterable[str]) -> dict[str, str]:
    """Return field → column of the texts "field=column".

    Raises:
        UserError: one is of another form, or its field is not known.

    """
    found = {}
    for text in given:
        field, equals, column = text.partition("=")
        if not equals or not column.strip():
            raise UserError(f"--column {text!r}: expected FIELD=COLUMN, for example sha=commit_id")
        if field not in FIELDS:
            raise UserError(f"--column does not know the field {field!r}{hint(field, FIELDS)}")
        found[field] = column.strip()
    return found


def deploys_of(
    rows: Iterable[Cells], columns: Mapping[str, str], environment: str, source: str
) -> Iterator[Deploy | Problem]:
    """Yield the deploy of each row, or why there is none.

    `columns` name where a field stands, if not under a usual name; `environment` is that of rows
    which name none.
    """
    for row in rows:
        cells = {name.strip().lower(): text.strip() for name, text in row.cells.items()}
        told = _Told(row.line, cells, {field: name.lower() for field, name in columns.items()})
        try:
            yield _deploy(told, environment, source)
        except _UnusableError as error:
            yield error.problem


class _UnusableError(Exception):
    """A row cannot be used."""

    def __init__(self, problem: Problem) -> None:
        super().__init__(problem.why)
        self.problem = problem


class _Told(NamedTuple):
    """A row, and where its fields stand."""

    line: int
    cells: Mapping[str, str]
    columns: Mapping[str, str]

    def get(self, field: str) -> tuple[str, str]:
        """Return the column of a field and its text; "" where it has none."""
        if field in self.columns:
            return self.columns[field], self.cells.get(self.columns[field], "")
        for name in NAMES[field].split():
            if self.cells.get(name):
                return name, self.cells[name]
        return NAMES[field].split()[0], ""

    def refuse(self, column: str, why: str) -> _UnusableError:
        """Return what to raise for the row."""
        return _UnusableError(Problem(self.line, column, why))


def _deploy(told: _Told, environment: str, source: str) -> Deploy:
    named = _named(told)
    column, text = told.get("deployed_at")
    at = _time(told, column, text)
    if at is None:
        raise told.refuse(column, "no time of the deploy")
    column, text = told.get("outcome")
    outcome = outcome_of(text)
    if not outcome:
        known = ", ".join(OUTCOMES)
        why = f"not an outcome: {text!r}; known: {known}" if text else "no outcome"
        raise told.refuse(column, why)
    recovered = _time(told, *told.get("recovered_at"))
    if recovered is not None and recovered < at:
        raise told.refuse(told.get("recovered_at")[0], "it recovered before it was deployed")
    place = told.get("environment")[1] or environment
    return Deploy(place, "", named, at, outcome, told.get("severity")[1], recovered, source)


def _named(told: _Told) -> str:
    """Return how the row names what was deployed: a commit, "#12" or a version."""
    column, sha = told.get("sha")
    if sha:
        if not _SHA.fullmatch(sha):
            raise told.refuse(column, f"not the id of a commit: {sha!r}")
        return sha.lower()
    column, request = told.get("pr")
    if request:
        number = _NUMBER.fullmatch(request)
        if number is None:
            raise told.refuse(column, f"not the number of a pull request: {request!r}")
        return f"#{int(number[1])}"
    version = told.get("version")[1]
    if not version:
        raise told.refuse("", f"none of the columns {', '.join(_NAMING)} says what was deployed")
    return version


def _time(told: _Told, column: str, text: str) -> float | None:
    if not text:
        return None
    try:
        return moment(text)
    except ValueError as error:
        raise told.refuse(column, str(error)) from None


def moment(text: str) -> float:
    """Return a time in seconds since 1970; one without a zone is meant in UTC.

    Raises:
        ValueError: it is none.

    """
    if _EPOCH.fullmatch(text):
        seconds = float(text)
        seconds = seconds / 1000 if seconds >= _MILLISECONDS else seconds
    else:
        try:
            read = datetime.fromisoformat(text.replace(" UTC", "+00:00"))
        except ValueError:
            raise ValueError(f"not a time: {text!r}; expected 2025-04-30T12:00:00Z") from None
        seconds = (read if read.tzinfo else read.replace(tzinfo=UTC)).timestamp()
    if not _EARLIEST <= seconds <= _LATEST:
        raise ValueError(f"not a time of a deploy: {text!r}")
    return seconds
