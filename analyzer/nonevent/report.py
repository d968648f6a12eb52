"""The outcome of one run, as every report format gets it."""

from collections.abc import Mapping

from nonevent.finding import Finding, Suppressed
from nonevent.note import Note
from nonevent.noun import NamedTuple
from nonevent.prospect import Risk
from nonevent.rule import Page

__all__ = ["Build", "Gone", "Origin", "Report"]


class Gone(NamedTuple):
    """An accepted finding that a run of the whole project did not meet."""

    rule: str
    path: str  # as the baseline has it: relative to its folder


class Origin(NamedTuple):
    """Where the analysed files come from."""

    address: str  # of the repository, without who is logged in: "https://example.org/shop.git"
    revision: str  # full commit id
    branch: str = ""
    whole: bool = True  # the root of the run is that of the repository


class Build(NamedTuple):
    """A build of Azure Pipelines, as its variables name it."""

    id: str  # of the run, as Advanced Security spells it
    definition: str  # id of the pipeline, a number
    name: str  # of the pipeline
    phase: str  # id of the job, a GUID
    phase_name: str


class Report(NamedTuple):
    """All that a report may print; a format reads it and returns text."""

    findings: tuple[Finding, ...]  # shown ones, sorted by path, line, column, rule
    notes: tuple[Note, ...]  # sorted by path, line
    # Of every rule that ran, sorted by id; with its body where a format prints that.
    pages: tuple[Page, ...]
    sources: Mapping[str, str]  # path → decoded text after the change, for files with findings
    files: int  # analysed
    suppressed: int = 0  # silenced by a comment with a reason
    version: str = ""  # of nonevent
    exit_code: int = 0  # what the run ends with
    fail_on: str = "warning"  # severity from which findings fail the run, or "never"
    base: str = ""  # full commit id compared with, where there is one
    head: str = ""  # full commit id analysed; "" for a work tree
    arguments: tuple[str, ...] = ()  # of the command line
    silenced: tuple[Suppressed, ...] = ()  # by comments
    mends: bool = False  # `--fix` can change the files: they are those of the work tree
    accepted: int = 0  # left out, since the baseline accepts them
    stale: int = 0  # entries of the baseline for which a run of the whole project found nothing
    fixed: int = 0  # findings that `--fix` cleared; they are not among `findings`
    risk: Risk | None = None  # of a change; None where nothing is scored
    baselined: tuple[Suppressed, ...] = ()  # what the baseline accepts
    compared: bool = False  # with a version before or a baseline: the findings are the new ones,
    known: frozenset[str] = frozenset()  # but for these fingerprints: accepted until a past day
    gone: tuple[Gone, ...] = ()  # the stale entries of the baseline
    origin: Origin | None = None  # None where it is not known, or no report tells it
    build: Build | None = None  # None outside of Azure Pipelines
    statistics: bool = False  # the numbers alone, where people read it
    resolved: tuple[Finding, ...] = ()  # of the version before, at their places there: gone now
