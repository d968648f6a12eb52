"""The state inventory of a code base: what is held where, who writes it, what a restart loses."""

from collections.abc import Mapping
from typing import Literal, NamedTuple

from nonevent.ahead import Ahead
from nonevent.finding import Confidence, Finding, Severity
from nonevent.location import Location
from nonevent.note import Note
from nonevent.rule import Page

__all__ = [
    "Accepted",
    "Area",
    "Audited",
    "Holder",
    "Inventory",
    "Moment",
    "Place",
    "Portfolio",
    "Sign",
]


class Sign(NamedTuple):
    """What tells what a container holds: a word of its name, or its type."""

    sign: str  # "cart", in the singular; "queue.Queue"
    by: Literal["word", "type"]
    held: str  # "carts"


class Accepted(NamedTuple):
    """What a baseline says of a finding."""

    reason: str  # "" where none is given
    owner: str = ""
    until: str = ""  # the last day on which it counts; "" for good


class Place(NamedTuple):
    """One place that writes, sets or waits."""

    finding: Finding
    reason: str = ""  # why a comment suppresses the finding; "" where none does
    accepted: Accepted | None = None  # by the baseline; it is there all the same


class Holder(NamedTuple):
    """One thing that is held: a container, a file, a setting, a caller that waits."""

    name: str  # "CARTS", "SESSION_ENGINE", "open"
    held: str  # "carts"
    holds: str  # type of a container: "dict"; "" for anything else
    rule: str
    family: str
    component: str  # top-level package: "shop"; "." for what lies in the root
    area: str  # part of the code: "shop/views"; one of the inventory's areas
    location: Location  # where it is made, else its first place
    scope: str  # function that holds it; "" at module level
    severity: Severity  # of its worst place, as the next two
    confidence: Confidence
    rank: float  # how much it matters, from 10 to 100
    lost: str  # what a restart loses; "" where the rule does not say
    replicas: str  # what two replicas do wrong; "" likewise
    places: tuple[Place, ...]  # in order of path and line; at least one
    suppressed: bool  # each of its places is


class Area(NamedTuple):
    """A part of the code: a folder with what lies below, but for areas of their own."""

    name: str  # "shop/views"; "." for what lies in the root
    files: int
    lines: int


class Moment(NamedTuple):
    """An earlier version, in numbers."""

    name: str  # of the tag, "v1.2"; or the first digits of the commit
    sha: str  # full commit id
    day: str  # "2026-03-14"
    readiness: int
    blockers: int
    families: tuple[tuple[str, int], ...]  # "state" → things that are open, sorted
    files: int
    lines: int


class Inventory(NamedTuple):
    """All that is held, and what was not looked at."""

    holders: tuple[Holder, ...]  # worst first, what is suppressed last
    notes: tuple[Note, ...]  # what was not analysed
    files: int  # analysed
    version: str = ""  # of nonevent
    areas: tuple[Area, ...] = ()  # that hold code, the largest first
    pages: Mapping[str, Page] = {}  # of the rules that have holders, by id
    sources: Mapping[str, str] = {}  # path → text, of the files with places
    head: str = ""  # full commit id of what was analysed; "" where there is none
    project: str = ""  # name of the folder
    arguments: tuple[str, ...] = ()  # of the command line
    digest: str = ""  # of the names and bytes of all files that were analysed
    dirty: bool = False  # whether they may differ from `head`: it is a work tree
    unread: tuple[tuple[str, int], ...] = ()  # languages that nobody reads → files, most first
    trend: tuple[Moment, ...] = ()  # earlier versions, oldest first
    ahead: Ahead | None = None  # what lies ahead of a release; None where it was not asked for
    # How many functions bear a role, "request handler" and its like, the most first; None where a
    # request handler reaches one of the holders, so that nobody asked.
    doors: tuple[tuple[str, int], ...] | None = None


class Audited(NamedTuple):
    """One repository of many."""

    name: str  # of its folder; numbered where several share it
    path: str  # as it was given
    inventory: Inventory | None = None  # without sources and pages' bodies; None: not read
    error: str = ""  # why it was not read
    page: str = ""  # its own page as HTML, where one is asked for
    file: str = ""  # of that page, relative to the page of all; "" where none is written


class Portfolio(NamedTuple):
    """Many repositories side by side."""

    entries: tuple[Audited, ...]  # least ready first, what was not read last
    version: str = ""  # of nonevent
    arguments: tuple[str, ...] = ()  # of the command line
