"""What a history holds: how many changes, what became of them, and what is missing; by month."""

import json
from datetime import UTC, datetime
from typing import NamedTuple

from nonevent.plain import table
from nonevent.reports.summary import counted
from nonevent.risk.blame import place
from nonevent.risk.deploys import BAD
from nonevent.risk.history import ChangeRow, History
from nonevent.risk.ledger import DAY

__all__ = ["Month", "Summary", "as_json", "as_text", "summarise"]

REVERTED, MENDED = 30 * DAY, 7 * DAY  # within which a change counts as taken back, or mended
_LOW = 20  # of an outcome: a rate of fewer says little


class Month(NamedTuple):
    """The changes that landed in one month."""

    month: str  # 2025-04
    changes: int
    scored: int  # people's changes of what is deployed
    reverted: int  # of these, within 30 days
    mended: int  # of these, within seven days
    deploys: int
    failed: int  # deploys


class Summary(NamedTuple):
    """A history in figures."""

    changes: int
    first: str  # day of the first change; "" where there is none
    last: str
    scored: int  # people's changes of what is deployed
    reverted: int  # of these, within 30 days
    mended: int  # of these, within seven days
    reverts: int  # changes that take something back
    unresolved: int  # of these: it is not known what
    relands: int
    deploys: int
    failed: int
    blamed: int  # changes that deploys blame, at least in part
    programs: int  # changes by programs
    incomplete: int  # that could not be read
    young: int  # too young to tell: less than 30 days before the last change or now
    gone: int  # no longer on the main line
    unplaced: int  # deploys of which it is not known what they held
    empty: int  # months without any change, between the first and the last
    months: tuple[Month, ...]


def summarise(history: History, now: float) -> Summary:
    """Return the figures of a history; `now` is in seconds since 1970."""
    rows = list(history.changes(gone=True))
    line = [row for row in rows if row.number >= 0]
    taken = _within(history, line)
    outcomes = history.outcomes()
    by = {outcome.by for outcome in outcomes if outcome.kind == "reverted"}
    reverts = [row for row in line if row.back]
    deploys = history.deploys()
    requests = {row.request: row.number for row in line if row.request}
    months = _months(history, line, taken)
    scored = [row for row in line if row.scored]
    return Summary(
        len(line),
        _day(line[0].time) if line else "",
        _day(line[-1].time) if line else "",
        len(scored),
        sum(row.sha in taken["reverted"] for row in scored),
        sum(row.sha in taken["mended"] for row in scored),
        len(reverts),
        sum(row.sha not in by for row in reverts),
        sum(row.reland for row in line),
        len(deploys),
        sum(deploy.outcome in BAD for deploy in deploys),
        len({outcome.sha for outcome in outcomes if outcome.evidence == "deploy"}),
        sum(row.bot for row in line),
        sum(not row.complete for row in line),
        sum(row.time > now - REVERTED for row in scored),
        len(rows) - len(line),
        sum(place(history, deploy, requests) is None for deploy in deploys),
        _empty([month.month for month in months if month.changes]),
        months,
    )


def _within(history: History, line: list[ChangeRow]) -> dict[str, set[str]]:
    """Return the changes that were taken back or mended in time."""
    landed = {row.sha: row.time for row in line}
    found: dict[str, set[str]] = {"reverted": set(), "mended": set()}
    limits = {"reverted": REVERTED, "mended": MENDED}
    for outcome in history.outcomes():
        limit = limits.get(outcome.kind)
        if limit is None or outcome.sha not in landed or outcome.evidence == "part":
            continue
        if outcome.at - landed[outcome.sha] <= limit:
            found[outcome.kind].add(outcome.sha)
    return found


def _months(
    history: History, line: list[ChangeRow], taken: dict[str, set[str]]
) -> tuple[Month, ...]:
    found: dict[str, list[int]] = {}
    for row in line:
        counts = found.setdefault(_month(row.time), [0] * 6)
        counts[0] += 1
        if row.scored:
            counts[1] += 1
            counts[2] += row.sha in taken["reverted"]
            counts[3] += row.sha in taken["mended"]
    for deploy in history.deploys():
        counts = found.setdefault(_month(deploy.at), [0] * 6)
        counts[4] += 1
        counts[5] += deploy.outcome in BAD
    return tuple(Month(month, *found[month]) for month in sorted(found))


def _day(time: float) -> str:
    return datetime.fromtimestamp(time, UTC).strftime("%Y-%m-%d")


def _month(time: float) -> str:
    return datetime.fromtimestamp(time, UTC).strftime("%Y-%m")


def _empty(months: list[str]) -> int:
    """Return how many months are missing between the first and the last."""
    if not months:
        return 0
    numbers = [int(month[:4]) * 12 + int(month[5:]) for month in months]
    return numbers[-1] - numbers[0] + 1 - len(numbers)


def as_json(summary: Summary) -> str:
    """Return the figures as JSON."""
    told = summary._asdict()
    told["months"] = [month._asdict() for month in summary.months]
    return json.dumps({"version": 1, **told}, indent=2) + "\n"


def as_text(summary: Summary) -> str:
    """Return the figures for a person."""
    if not summary.changes and not summary.deploys:
        return "The history is empty.\n"
    scored = summary.scored
    whole = f"{counted(summary.changes, 'change')} from {summary.first} to {summary.last}"
    lines = [
        f"{whole}; {scored} of them people's changes of what is deployed.",
        f"Taken back within 30 days: {_rate(summary.reverted, scored)}",
        f"Mended within seven days: {_rate(summary.mended, scored)}",
        f"Reverts: {summary.reverts}; re-lands: {summary.relands}",
        f"Changes by programs: {summary.programs}",
    ]
    if summary.deploys:
        lines.append(
            f"Deploys: {summary.deploys}, {summary.failed} of them went wrong and blame "
            f"{counted(summary.blamed, 'change')}"
        )
    gaps = [
        (summary.unresolved, "reverts of which it is not known what they took back"),
        (summary.incomplete, "changes of which not everything could be read"),
        (summary.unplaced, "deploys of which it is not known what they held"),
        (summary.young, "changes of the last 30 days, too young to tell"),
        (summary.gone, "changes that are no longer on the main line"),
        (summary.empty, "months without any change"),
    ]
    missing = [f"  {what}: {number}" for number, what in gaps if number]
    if missing:
        lines += ["Gaps:", *missing]
    heads = ("MONTH", "CHANGES", "SCORED", "TAKEN BACK", "MENDED", "DEPLOYS", "WENT WRONG")
    rows = [tuple(str(cell) for cell in month) for month in summary.months]
    return "\n".join(lines) + "\n\n" + table([heads, *rows])


def _rate(number: int, whole: int) -> str:
    if not number:
        return f"none of {whole}"
    few = "; too few for a rate to be trusted" if number < _LOW else ""
    return f"{number}, {number / whole:.1%}, 1 in {round(whole / number)}{few}"
