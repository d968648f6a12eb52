"""What mends a problem: said of the source by a rule, then of its very characters by `fixes`."""

from nonevent.location import Location
from nonevent.noun import NamedTuple

__all__ = ["Edit", "Fix", "Replacement"]


class Edit(NamedTuple):
    """One change of an expression or a statement; what stands around it is left alone."""

    place: Location  # of the call that gets arguments, or of the expression that is replaced
    text: str  # "timeout=(3.05, 27)"; "logging.StreamHandler(sys.stdout)"
    adds: bool = False  # True: `text` becomes further arguments of the call at `place`
    instead_of: str = ""  # with `adds`: the keyword argument whose place it takes
    imports: tuple[str, ...] = ()  # what `text` names: "sys", "shop.settings:TIMEOUT"
    seconds: bool = False  # `text` passes a timeout in seconds: settings may have another
    safe: bool = True  # False: it may change more than what the finding is about
    # Where `text` goes, if it takes the place of nothing. In Python a statement "before" or
    # "after" the one that holds `place`, a "member" of the class before it, or what opens a
    # `with` "around" it. In SQL a statement "before" or "after" the one at `place`, words "behind"
    # the word `instead_of` of it or at the "end" of `place`, or "runner": what tells the migration
    # tool to open no transaction. In SQL that is a string of Python words "within" it: behind the
    # word `instead_of`, or at the end of `place`. "without" takes that word out of SQL, the only
    # one at `place`; "inside" speaks of the only call in `place` that has the keyword `instead_of`.
    stands: str = ""


class Replacement(NamedTuple):
    """Characters that are taken out, and what comes in their place."""

    place: Location  # where it ends as it starts nothing is taken out
    text: str


class Fix(NamedTuple):
    """All that clears one finding."""

    message: str  # what it does, one imperative clause
    safe: bool
    replacements: tuple[Replacement, ...]  # in order; none overlaps another
