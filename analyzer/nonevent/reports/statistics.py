"""What a report comes to, rule by rule: how often each is found, the most frequent first."""

from collections.abc import Iterator
from typing import NamedTuple

from nonevent.finding import Finding
from nonevent.report import Report
from nonevent.reports.concise import note_line
from nonevent.reports.inert import defuse, visible
from nonevent.reports.order import notes_by_place
from nonevent.reports.summary import last, mark

__all__ = ["Count", "counts", "render"]

SAFE, UNSAFE, SOME = "[*]", "[?]", "[-]"


class Count(NamedTuple):
    """What one rule found."""

    rule: str
    findings: int
    fixable: int  # `--fix` clears them
    unsafe: int  # `--unsafe-fixes` does


def counts(findings: tuple[Finding, ...]) -> list[Count]:
    """Return the rules that found something, the most frequent first, then by name."""
    met: dict[str, list[Finding]] = {}
    for found in findings:
        met.setdefault(found.rule, []).append(found)
    rows = [
        Count(
            rule, len(each), *(sum(_is_safe(one) is safe for one in each) for safe in (True, False))
        )
        for rule, each in met.items()
    ]
    return sorted(rows, key=lambda row: (-row.findings, row.rule))


def _is_safe(found: Finding) -> bool | None:
    """Tell whether all that clears a finding is safe; None where only a person can."""
    return all(edit.safe for edit in found.edits) if found.edits else None


def render(report: Report, *, color: bool = False) -> str:
    """Return a line for each rule: how often, whether it can be mended, its name and title.

    `[*]` says that `--fix` clears all of them, `[?]` that `--unsafe-fixes` does, `[-]` that one of
    the two clears some.
    """
    del color
    rows = [*_rows(report), *map(note_line, notes_by_place(report.notes)), *last(report)]
    return defuse("\n".join(rows)) + "\n"


def _rows(report: Report) -> Iterator[str]:
    titles = {page.rule: page.title for page in report.pages}
    found = counts(report.findings)
    many = max((len(str(row.findings)) for row in found), default=0)
    wide = max((len(row.rule) for row in found), default=0)
    marks = {found.rule for found in report.findings if mark(found, report)}
    for row in found:
        sign = _mark(row) if row.rule in marks else "   "
        yield (
            f"{row.findings:>{many}}  {sign}  {visible(row.rule):<{wide}}  "
            f"{visible(titles.get(row.rule, ''))}"
        ).rstrip()


def _mark(row: Count) -> str:
    if row.fixable == row.findings:
        return SAFE
    return UNSAFE if row.fixable + row.unsafe == row.findings else SOME
