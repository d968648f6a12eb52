"""The outcome of one run, as every report format gets it."""

from collections.abc import Mapping
from typing import NamedTuple

from nonevent.finding import Finding
from nonevent.note import Note
from nonevent.prospect import Risk
from nonevent.rule import Page

__all__ = ["Report"]


class Report(NamedTuple):
    """All that a report may print; a format reads it and returns text."""

    findings: tuple[Finding, ...]  # shown ones, sorted by path, line, column, rule
    notes: tuple[Note, ...]  # sorted by path, line
    pages: tuple[Page, ...]  # of every rule that ran, sorted by id
    sources: Mapping[str, str]  # path → decoded text after the change, for files with findings
    files: int  # analysed
    suppressed: int = 0  # silenced by a comment with a reason
    version: str = ""  # of nonevent
    exit_code: int = 0  # what the run ends with
    fail_on: str = "warning"  # severity from which findings fail the run, or "never"
    base: str = ""  # full commit id compared with, where there is one
    head: str = ""  # full commit id analysed; "" for a work tree
    arguments: tuple[str, ...] = ()  # of the command line
    silenced: tuple[tuple[Finding, str], ...] = ()  # what comments suppress, each with the reason
    mends: bool = False  # `--fix` can change the files: they are those of the work tree
    accepted: int = 0  # left out, since the baseline accepts them
    stale: int = 0  # entries of the baseline for which a run of the whole project found nothing
    fixed: int = 0  # findings that `--fix` cleared; they are not among `findings`
    risk: Risk | None = None  # of a change; None where nothing is scored
