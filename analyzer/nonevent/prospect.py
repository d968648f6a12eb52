"""How likely a change is to go wrong, and why: three numbers, which are never made into one."""

from nonevent.noun import NamedTuple

__all__ = ["Alternative", "Precedent", "Reason", "Risk"]


class Reason(NamedTuple):
    """A group of features, and what it does to the probability."""

    group: str  # "size", "hot files"
    points: float  # log-odds: above 0 it makes the change riskier than usual
    told: tuple[str, ...]  # "lines added: 420, usually 31"


class Alternative(NamedTuple):
    """The same change made otherwise."""

    what: str  # "in two changes of half the size"
    each: float  # probability that such a change goes wrong
    together: float  # that any of them does


class Precedent(NamedTuple):
    """An earlier change that is like this one and went wrong."""

    sha: str
    title: str
    day: str  # "2026-03-14", when it landed
    became: str  # "taken back after 3 hours"
    shared: tuple[str, ...]  # groups of features in which both stand out


class Risk(NamedTuple):
    """What a trained model says of a change, beside what the rules say."""

    bad: float  # probability that it is rolled back or hot-fixed
    rollback: float  # that it is rolled back within 30 days
    hotfix: float  # that a fix rewrites its lines within 7 days
    usual: float  # share of changes that are
    band: str  # "low", "usual", "high"
    rank: float  # share of changes that are less likely to go wrong, from 0 to 1
    blockers: int  # findings that fail the run; the probability changes nothing of that
    readiness: float  # 0 to 100, of both
    reasons: tuple[Reason, ...]  # strongest first
    alternatives: tuple[Alternative, ...]
    precedents: tuple[Precedent, ...]
    knows: str  # "the change", "the change and 1,204 before it"
    measured: str  # on what: "the repository's history", "other organisations"
    model: str  # first digits of the artifact's digest
    place: str = ""  # file with most of what changes
    missing: str = ""  # why a history is not used; "" where one is, or none is there
