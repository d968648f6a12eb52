"""May two replicas of this run, and be rolled tomorrow? The answer in words, for every format."""

from collections.abc import Sequence
from shlex import join
from typing import NamedTuple

from nonevent.ahead import Ahead
from nonevent.facts import Role
from nonevent.finding import Severity
from nonevent.inventory import Holder, Inventory
from nonevent.readiness import blockers, is_heard, open_holders, readiness
from nonevent.reports.risk_text import odds
from nonevent.reports.summary import counted

__all__ = [
    "LITERAL",
    "UNSERVED",
    "Verdict",
    "about",
    "again",
    "any_of",
    "short",
    "unlooked",
    "verdict",
]

AREAS = 2  # that are named
CLEAR = 2  # the answer where nothing was found
UNSEEN = (
    "Code is read and never run: names that are put together at run time, what is imported by a "
    "text, and what stands outside this folder are not seen."
)
NOT_ASKED = (
    "Schema changes to come, and how risky what changed is, were not asked for: --since REVISION "
    "tells them."
)
UNSERVED = (
    "No request handler was recognised: this serves no requests, or by a framework that nonevent "
    "does not know. What requests change is then not told."
)
APART = "Tests and migrations serve no request: they hold nothing here and are not on the map."
LITERAL = ("Command", "Commit", "Digest")  # of how to reproduce: nothing of them is prose


class Verdict(NamedTuple):
    """The answer."""

    score: int  # 0 to 100
    said: str  # one sentence
    more: str  # one that says why
    left_out: str  # what was not looked at; "" nothing
    answer: int  # 0 not yet, 1 a roll may be slow or lose work, 2 nothing was found


def verdict(inventory: Inventory) -> Verdict:
    """Return whether two replicas may run and roll."""
    left = open_holders(inventory)
    stop = blockers(inventory)
    if stop:
        answer = 0
        said = "Not yet safe for two replicas and a rolling deploy."
        several = "blocks" if len(stop) == 1 else "block"
        more = f"{counted(len(stop), 'thing')} {several} it, most in {_most(stop)}."
    elif warned := sum(each.severity is Severity.WARNING and is_heard(each) for each in left):
        answer = 1
        said = "Two replicas can run; a roll may be slow or lose work."
        more = f"Nothing blocks it; worth a look: {counted(warned, 'warning')}."
    else:
        answer = CLEAR
        said = "Nothing was found that two replicas or a roll would not survive."
        more = UNSERVED if _is_unserved(inventory) else "What was not looked at stands at the end."
    left_out = f"{counted(len(inventory.notes), 'part')} not analysed." if inventory.notes else ""
    return Verdict(readiness(left), said, more, left_out, answer)


def _most(holders: Sequence[Holder]) -> str:
    areas = [holder.area for holder in holders]
    found = sorted(set(areas), key=lambda area: (-areas.count(area), area))
    names = ["the root" if area == "." else area for area in found[:AREAS]]
    return " and ".join(names)


def about(inventory: Inventory) -> list[str]:
    """Return what was looked at: files, lines of code, commit."""
    lines = sum(area.lines for area in inventory.areas)
    facts = [f"{inventory.files:,} {'file' if inventory.files == 1 else 'files'}"]
    facts += [f"{lines:,} lines of code"] if lines else []
    facts += [f"commit {inventory.head[:12]}"] if inventory.head else []
    return facts


def unlooked(inventory: Inventory) -> list[str]:
    """Return what no run of this kind sees, and how many files of this one it cannot read."""
    said = [UNSERVED] if _is_unserved(inventory) else []
    said += [UNSEEN, APART]
    if inventory.ahead is None:
        said.append(NOT_ASKED)
    said += _foreign(inventory)
    return said


def short(inventory: Inventory) -> list[str]:
    """Return what no run of this kind sees, as far as this code base is special in it."""
    said = [UNSERVED] if _is_unserved(inventory) else []
    if verdict(inventory).answer == CLEAR:  # there, silence is the answer
        said.append(UNSEEN)
    return [*said, *_foreign(inventory)]


def _foreign(inventory: Inventory) -> list[str]:
    kinds = [f"{name} ({count:,})" for name, count in inventory.unread]
    return [f"Languages that are not read, with their files: {', '.join(kinds)}."] if kinds else []


def _is_unserved(inventory: Inventory) -> bool:
    """Tell whether nobody was recognised who serves requests."""
    return inventory.doors is not None and Role.HANDLER not in dict(inventory.doors)


def again(inventory: Inventory) -> list[tuple[str, str]]:
    """Return by what the same report is made once more, each with its name."""
    said = [
        ("Command", join(("nonevent", *(inventory.arguments or ("audit",))))),
        ("Version", f"nonevent {inventory.version}"),
    ]
    if inventory.head:
        said.append(("Commit", inventory.head))
        if inventory.dirty:
            said.append(("Work tree", "the files as they lay in the folder, on top of that commit"))
    if inventory.digest:
        said.append(("Digest", inventory.digest))
        said.append(("Of", "BLAKE2b of the names and bytes of all files that were analysed"))
    return said


def any_of(ahead: Ahead) -> str:
    """Return how likely it is that one of several changes goes wrong, whichever."""
    good = 1.0
    for change in ahead.changes:
        good *= 1 - change.bad
    high = sum(change.band == "high" for change in ahead.changes)
    return (
        f"{high or 'None'} of them {'is' if high <= 1 else 'are'} of high risk; that at least one "
        f"is rolled back or hot-fixed: {odds(1 - good)}, were they independent."
    )
