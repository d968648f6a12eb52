"""What lies ahead of a release: the schema changes to come, and how risky what changed is."""

from typing import NamedTuple

from nonevent.finding import Finding
from nonevent.location import Location
from nonevent.prospect import Reason, Risk

__all__ = ["Ahead", "Band", "Calibration", "Migration", "Scored", "Step", "Tenth"]


class Step(NamedTuple):
    """One schema change that is to come."""

    location: Location
    what: str  # "add column users.plan"
    stage: str  # "expand", "contract", "data"; "" neither
    database: str  # "postgresql"; "" where it is not known
    lock: str  # in the server's words, on its own table; "" none, or not known
    blocks: str  # what waits for it: "writes", "reads and writes", "nothing"; "" not known
    work: tuple[str, ...]  # what grows with the table: "rewrites it", "reads every row"
    findings: tuple[Finding, ...]


class Migration(NamedTuple):
    """A file that migrates, with what it brings."""

    path: str
    release: str  # first tag that has it; "" not released
    steps: tuple[Step, ...]
    findings: tuple[Finding, ...]  # that belong to no single step


class Scored(NamedTuple):
    """One change that landed, as the model tells it."""

    sha: str
    title: str
    day: str
    bad: float  # probability that it is taken back or hot-fixed
    band: str
    reasons: tuple[Reason, ...]


class Band(NamedTuple):
    """Changes of similar risk, and what became of those that the model had not seen."""

    name: str
    start: float  # probabilities
    end: float
    share: float  # of all changes
    rate: float  # share of them that went wrong


class Tenth(NamedTuple):
    """A tenth of a repository's own changes, by the probability that the model tells."""

    told: float  # mean
    low: float  # of an interval of 95 %
    came: float  # share that went wrong
    high: float


class Calibration(NamedTuple):
    """How far the probabilities of a model can be trusted, as measured when it was made."""

    model: str  # first digits of its digest
    bands: tuple[Band, ...]
    usual: float  # share of all changes that went wrong
    rows: int  # changes of organisations left out, that it was measured on
    repositories: int  # of these
    error: tuple[float, float, float]  # calibration error, and its interval of 95 %
    skill: tuple[float, float, float]  # Brier skill against always telling the rate
    auc: tuple[float, float, float]
    own: tuple[Tenth, ...] = ()  # on the repository's own history
    missing: str = ""  # why there is none of these; "" where there are, or there is no history


class Ahead(NamedTuple):
    """What a revision of before does not have yet."""

    since: str  # as a person knows it: "v1.2"
    base: str  # full commit id
    migrations: tuple[Migration, ...]  # in the order in which they run, release after release
    landed: int  # changes of the main line since
    changes: tuple[Scored, ...] = ()  # the newest of them, newest first
    risk: Risk | None = None  # of all as one change; None where nothing can be scored
    calibration: Calibration | None = None
    missing: str = ""  # why the risk is not told; "" where it is
