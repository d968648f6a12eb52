"""A rule met a fact: the finding, its scales and its parts."""

from enum import StrEnum

from nonevent.edit import Edit, Fix
from nonevent.facts import Reach
from nonevent.location import Location
from nonevent.noun import NamedTuple

__all__ = [
    "CONFIDENCES",
    "SEVERITIES",
    "Confidence",
    "Finding",
    "Persona",
    "Related",
    "Severity",
    "Subject",
    "Suppressed",
]


class Severity(StrEnum):
    """How bad it is if true; SARIF's own words for `level`."""

    ERROR = "error"
    WARNING = "warning"
    NOTE = "note"


class Confidence(StrEnum):
    """How sure the finding is."""

    HIGH = "high"
    MEDIUM = "medium"
    LOW = "low"


class Persona(StrEnum):
    """Who wants to hear it: each hears what the ones before hear."""

    REGULAR = "regular"  # few false alarms
    PEDANTIC = "pedantic"  # also what is true and rarely matters
    AUDITOR = "auditor"  # also what is only likely


SEVERITIES = tuple(Severity)  # worst first
CONFIDENCES = tuple(Confidence)  # surest first


class Related(NamedTuple):
    """A second place that explains the first."""

    location: Location
    message: str  # what stands there: "`CARTS` is made here"
    # The text of its first line, where it stands in the version before the change.
    before: str | None = None
    # Whose code it is, where that runs beside the finding's own: "the running version".
    side: str = ""


class Subject(NamedTuple):
    """What a finding speaks of, as its fact tells it."""

    name: str  # "CARTS", "SESSION_ENGINE", "requests.get", "drop column orders note"
    holds: str = ""  # of state: "dict", "cachetools.TTLCache"
    made: Location | None = None  # of state: where the process makes it
    how: str = ""  # of a change of state: "item assignment", "append"
    # Qualified name of the function that holds the fact, "" at module level; the direction of a
    # schema step
    scope: str = ""
    reach: tuple[Reach, ...] = ()  # from where that is reached


class Finding(NamedTuple):
    """What is reported. Complete when it is made."""

    rule: str
    family: str
    location: Location
    message: str  # one sentence, no full stop: the thing in backticks, then the consequence
    severity: Severity
    confidence: Confidence
    fingerprint: str  # hexadecimal; see `nonevent.identity`
    remedy: str = ""  # the one thing to do, one imperative sentence, no full stop
    related: tuple[Related, ...] = ()
    persona: Persona = Persona.REGULAR
    edits: tuple[Edit, ...] = ()  # together they clear it; () where only a person can
    fix: Fix | None = None  # what the edits are in characters, where a report prints it
    subject: Subject | None = None  # None where the fact is a comment


class Suppressed(NamedTuple):
    """A finding that somebody has accepted: in the source, or in the baseline."""

    finding: Finding
    reason: str  # "" where the baseline gives none
    owner: str = ""  # who accepted it, as the baseline says
    until: str = ""  # the last day on which it counts, "2027-01-31"; "" for good
    comment: Location | None = None  # where the source says so; None: the baseline does
