"""How a finding comes about: the places that are passed until it happens, one after the other."""

from collections.abc import Iterator
from typing import NamedTuple

from nonevent.facts import Reach, Role
from nonevent.finding import Finding, Related, Subject

__all__ = ["MOST_FLOWS", "MOST_FRAMES", "Flow", "Frame", "Thread", "flows"]

MOST_FLOWS = 3  # ways to one finding
MOST_FRAMES = 100  # places of one thread; GitHub shows a thousand of a result
MIGRATION = "the migration"


class Frame(NamedTuple):
    """One place that is passed."""

    place: Related
    depth: int = 0  # of calls, from 0
    essential: bool = False  # the finding itself


class Thread(NamedTuple):
    """What runs by itself, and the places that it passes, in the order of time."""

    name: str  # "the migration", "request handler `add`"
    frames: tuple[Frame, ...]


class Flow(NamedTuple):
    """One way in which a finding comes about."""

    message: str  # "how request handler `add` reaches `CARTS`"
    threads: tuple[Thread, ...]


def flows(found: Finding) -> tuple[Flow, ...]:
    """Return the ways in which a finding comes about; () where its own place says it all.

    A change of state, or a call, is reached from the functions that start something: requests
    first. A step of a migration meets the code that runs beside it, or steps before it.
    """
    subject = found.subject
    if subject is None:
        return ()
    sides = dict.fromkeys(each.side for each in found.related if each.side)
    if sides:
        return (_meeting(found, subject, list(sides)),)
    if found.family == "schema":
        return tuple(_order(found, subject))
    reaches = sorted(
        (each for each in subject.reach if each.chain), key=lambda each: each.role != Role.HANDLER
    )
    return tuple(_way(found, subject, reach) for reach in reaches[:MOST_FLOWS])


def _way(found: Finding, subject: Subject, reach: Reach) -> Flow:
    """Return the way from a function that starts something to the finding."""
    who = f"{reach.role} `{reach.entry}`"
    frames = []
    if subject.made is not None:
        made = f"`{subject.name}` is made here, once in each process"
        frames.append(Frame(Related(subject.made, made)))
    callers = ("", *reach.names)
    for depth, place in enumerate(reach.chain):
        name = reach.names[depth] if depth < len(reach.names) else ""
        said = f"`{name}` runs here" if name else "it calls this"
        if depth and name:
            said += f", called from `{callers[depth]}`"
        frames.append(Frame(Related(place, said if depth else f"{who} starts here"), depth))
    last = Frame(Related(found.location, _does(subject)), len(reach.chain) - 1, essential=True)
    thread = Thread(who, (*frames[: MOST_FRAMES - 1], last))
    return Flow(f"how {who} reaches `{subject.name}`", (thread,))


def _does(subject: Subject) -> str:
    if subject.how:
        return f"`{subject.name}` is changed here ({subject.how})"
    return f"`{subject.name}` is called here"


def _meeting(found: Finding, subject: Subject, sides: list[str]) -> Flow:
    """Return what meets: the step, and on the other side each place of the code beside it."""
    step = Frame(Related(found.location, f"`{subject.name}` is applied here"), essential=True)
    threads = [Thread(MIGRATION, (step,))]
    for side in sides:
        places = [each for each in found.related if each.side == side]
        threads.append(Thread(side, tuple(map(Frame, places[:MOST_FRAMES]))))
    return Flow(f"what `{subject.name}` meets in {' and '.join(sides)}", tuple(threads))


def _order(found: Finding, subject: Subject) -> Iterator[Flow]:
    """Yield the steps of one migration that are told of, in the order in which they run."""
    others = [each for each in found.related if each.location.path == found.location.path]
    if not others:
        return
    frames = [Frame(each) for each in others[: MOST_FRAMES - 1]]
    step = Related(found.location, f"`{subject.name}` is applied here")
    frames.append(Frame(step, essential=True))
    frames.sort(key=lambda frame: frame.place.location)
    yield Flow(f"what comes before `{subject.name}`", (Thread(MIGRATION, tuple(frames)),))
