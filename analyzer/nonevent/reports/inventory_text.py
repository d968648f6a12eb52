"""The inventory for a person at a terminal: on one screen, or all of it."""

from collections.abc import Callable, Iterator, Sequence

from nonevent.ahead import Ahead
from nonevent.finding import SEVERITIES
from nonevent.inventory import Holder, Inventory, Place
from nonevent.plain import table
from nonevent.readiness import is_heard, moment, phases, readiness, weight
from nonevent.reports.frame import WIDTH, wrap
from nonevent.reports.inert import address, defuse, visible, whereabouts
from nonevent.reports.order import notes_by_place
from nonevent.reports.summary import counted
from nonevent.reports.verdict import short, unlooked, verdict

__all__ = ["SCREEN", "render"]

SCREEN = 40  # lines of the short form
AREAS = 4
NAME = 34  # letters of an area's name
BAR = 10  # signs
TREND = 8  # versions
NOTES = 3
LISTED = 8  # groups that are only named
FEW = "note to pedants or auditors"
NAMED = 3  # kinds of what is held that the head of a group names
SEE_ALL = "nonevent audit --all shows everything, with who reaches each place and how."

Group = Sequence[Holder]
Paint = Callable[[str], str]


def render(inventory: Inventory, *, whole: bool = False, color: bool = False) -> str:
    """Return the inventory by rule, the worst first; at most `SCREEN` lines.

    With `whole` nothing is left out.
    """
    paint = _bold if color else str
    groups = _groups(inventory.holders)
    if whole:
        lines = _lines(inventory, [_whole_group(group, paint) for group in groups], [], paint)
    else:
        lines = _short(inventory, groups, paint)
    return defuse("\n".join(lines)) + "\n"


def _bold(text: str) -> str:
    return f"\x1b[1m{text}\x1b[0m"


def _groups(holders: Sequence[Holder]) -> list[Group]:
    """Return the holders of one rule together, in the order of the worst of each.

    What only pedants or auditors hear of stands apart.
    """
    found: dict[tuple[bool, bool, str], list[Holder]] = {}
    for holder in holders:
        key = holder.suppressed, is_heard(holder), holder.rule
        found.setdefault(key, []).append(holder)
    return list(found.values())


def _short(inventory: Inventory, groups: Sequence[Group], paint: Paint) -> list[str]:
    """Return what fits on one screen: as much of every group as there is room for."""
    counts = [1] * len(groups)

    def lines() -> list[str]:
        bodies = [_group(*each, paint) for each in zip(groups, counts, strict=False)]
        rest = groups[len(counts) :]
        if rest:
            bodies.append(list(_listed(rest)))
        return _lines(inventory, bodies, [SEE_ALL], paint)

    while len(lines()) > SCREEN and counts:
        counts.pop()
    grown = True
    while grown:
        grown = False
        for place, group in enumerate(groups[: len(counts)]):
            if counts[place] < len(group):
                counts[place] += 1
                if len(lines()) <= SCREEN:
                    grown = True
                else:
                    counts[place] -= 1
    return lines()


def _listed(groups: Sequence[Group]) -> Iterator[str]:
    """Yield one line for each group that has no room for more."""
    for group in groups[:LISTED]:
        yield f"{_title_of(group, str)}, {len(group)}"
    if len(groups) > LISTED:
        yield f"and {sum(map(len, groups[LISTED:]))} more"


def _lines(
    inventory: Inventory, bodies: Sequence[list[str]], last: list[str], paint: Paint
) -> list[str]:
    """Return the lines of a report; `last` is said in the short form alone."""
    whole = not last
    parts = [list(_title(inventory, paint))]
    if inventory.holders:
        parts.append(list(_areas(inventory, whole)))
    parts += bodies
    parts += [plan] if (plan := list(_plan(inventory))) else []
    parts += [unseen] if (unseen := list(_unseen(inventory, whole))) else []
    if last:
        parts.append(last)
    return [line for part in parts for line in [*part, ""]][:-1]


def _title(inventory: Inventory, paint: Paint) -> Iterator[str]:
    """Yield the answer, and in how much it was looked for."""
    told = verdict(inventory)
    project = f"{visible(inventory.project)}  " if inventory.project else ""
    yield paint(f"{project}{told.score} of 100  {told.said}")
    yield from wrap(told.more, WIDTH)
    met = ["suppressed" if each.suppressed else each.family for each in inventory.holders]
    families = sorted({*met} - {"suppressed"}, key=lambda family: (-met.count(family), family))
    said = [f"{visible(name)} {met.count(name)}" for name in (*families, "suppressed")]
    found = ", ".join(one for one in said if not one.endswith(" 0")) or "nothing held"
    yield f"{counted(inventory.files, 'file')}: {found}"
    if inventory.ahead is not None:
        yield from _ahead(inventory.ahead)
    if inventory.trend:
        points = [*inventory.trend, moment(inventory, "now")][-TREND:]
        yield "trend: " + ", ".join(f"{visible(each.name)} {each.readiness}" for each in points)


def _ahead(ahead: Ahead) -> Iterator[str]:
    """Yield what lies ahead in two lines: the schema changes, the risk."""
    steps = [step for each in ahead.migrations for step in each.steps]
    held = sum(bool(step.findings) for step in steps)
    said = (
        f"{counted(len(steps), 'schema change')}, {held} with findings"
        if steps
        else "no schema change"
    )
    yield f"since {visible(ahead.since)}: {said}; {counted(ahead.landed, 'change')} landed"
    if ahead.missing:
        yield f"risk: not told, {visible(ahead.missing)}"
    elif ahead.risk is not None:
        yield f"risk: {ahead.risk.bad:.1%}, {ahead.risk.band}; the usual is {ahead.risk.usual:.1%}"
    elif ahead.changes:
        worst = max(ahead.changes, key=lambda change: change.bad)
        newest = counted(len(ahead.changes), "newest change")
        yield f"risk: up to {worst.bad:.1%} of the {newest}, {worst.sha[:9]}"


def _areas(inventory: Inventory, whole: bool) -> Iterator[str]:
    """Yield a table of the areas in which something was found, the least ready first."""
    found: dict[str, list[Holder]] = {}
    for holder in inventory.holders:
        found.setdefault(holder.area, []).append(holder)
    scores = {
        name: readiness(holder for holder in held if not holder.suppressed)
        for name, held in found.items()
    }
    names = sorted(found, key=lambda name: (scores[name], -len(found[name]), name))
    shown = names if whole else names[:AREAS]
    rows = [("area", *(f"{word}s" for word in SEVERITIES), "suppressed", "readiness")]
    for name in shown:
        held = [weight(holder) for holder in found[name] if not holder.suppressed]
        numbers = [str(held.count(word) or "-") for word in SEVERITIES]
        aside = str(len(found[name]) - len(held) or "-")
        filled = round(scores[name] / 100 * BAR)
        drawn = f"{scores[name]:>3}  {'#' * filled}{'.' * (BAR - filled)}"
        rows.append((_cut(visible(name)), *numbers, aside, drawn))
    yield from (f"  {line}" for line in table(rows).splitlines())
    if len(names) > len(shown):
        yield f"  and {len(names) - len(shown)} more"


def _cut(name: str) -> str:
    return name if len(name) <= NAME else f"...{name[3 - NAME :]}"


def _plan(inventory: Inventory) -> Iterator[str]:
    """Yield what to do first, and what the readiness is after each step."""
    steps = phases(inventory)
    if steps:
        yield "what first: how many things it clears, and the readiness then"
    for step in steps:
        yield f"  {step.after:>3}  {step.title}: {len(step.holders)}"


# -- one rule ------------------------------------------------------------------------------------


def _group(group: Group, most: int, paint: Paint) -> list[str]:
    differs = _differs(group)
    lines = [*_head(group, paint), *(_line(holder, differs) for holder in group[:most])]
    if len(group) > most:
        lines.append(f"  and {len(group) - most} more")
    return lines


def _whole_group(group: Group, paint: Paint) -> list[str]:
    lines = list(_head(group, paint))
    differs = _differs(group)
    for holder in group:
        lines += _whole(holder, differs)
    return lines


def _head(group: Group, paint: Paint) -> Iterator[str]:
    first = group[0]
    yield _title_of(group, paint)
    if first.lost:
        yield from _wrapped("lost at a restart: ", first.lost)
    if first.replicas:
        yield from _wrapped("with two replicas: ", first.replicas)


def _title_of(group: Group, paint: Paint) -> str:
    """Return "carts, jobs  module-state-in-handler, error, high"."""
    first = group[0]
    scale = f"{first.severity}, {first.confidence}"
    if not is_heard(first):
        scale = "suppressed" if first.suppressed else FEW
    kinds = list(dict.fromkeys(holder.held for holder in group))
    held = ", ".join(kinds[:NAMED]) + (" and more" if len(kinds) > NAMED else "")
    return f"{paint(visible(held))}  {visible(first.rule)}, {scale}"


def _differs(group: Group) -> bool:
    """Tell whether what the holders of a group hold has to be said of each."""
    return len({holder.held for holder in group}) > 1


def _wrapped(lead: str, text: str) -> Iterator[str]:
    for number, line in enumerate(wrap(visible(text), WIDTH - 2 - len(lead))):
        yield f"  {' ' * len(lead) if number else lead}{line}"


def _line(holder: Holder, differs: bool) -> str:
    """Return a holder on one line: where, what, and the first that reaches it."""
    more = f", {len(holder.places) - 1} more" if len(holder.places) > 1 else ""
    text = f"  {_address(holder)}  {_name(holder, differs)}{_by(holder.places[0])}"
    room = WIDTH - len(more)
    return (text if len(text) <= room else f"{text[: room - 3]}...") + more


def _whole(holder: Holder, differs: bool) -> Iterator[str]:
    """Yield a holder with all its places and the ways that lead to them."""
    yield f"  {_address(holder)}  {_name(holder, differs)}"
    for place in holder.places:
        finding = place.finding
        yield f"    {address(finding.location.path, finding.location.line)}{_by(place)}"
        if place.reason:
            yield from (f"      {line}" for line in wrap(f"reason: {visible(place.reason)}", WIDTH))
        for reach in finding.subject.reach if finding.subject else ():
            if len(reach.chain) > 1:
                way = " > ".join(address(each.path, each.line) for each in reach.chain)
                yield from (f"      {line}" for line in wrap(way, WIDTH - 6))


def _address(holder: Holder) -> str:
    return address(holder.location.path, holder.location.line)


def _name(holder: Holder, differs: bool) -> str:
    said = [visible(text) for text in (holder.holds, holder.held if differs else "") if text]
    return f"{visible(holder.name)} ({', '.join(said)})" if said else visible(holder.name)


def _by(place: Place) -> str:
    """Return who reaches a place: ", by request handler put"."""
    subject = place.finding.subject
    if subject is None or not subject.reach:
        return f", in {visible(subject.scope)}" if subject and subject.scope else ""
    reach = min(subject.reach, key=lambda each: len(each.chain))
    return f", by {reach.role} {visible(reach.entry)}".rstrip()


# -- what is missing -----------------------------------------------------------------------------


def _unseen(inventory: Inventory, whole: bool) -> Iterator[str]:
    """Yield what was not looked at; in the short form only what this code base is special in."""
    notes = notes_by_place(inventory.notes)
    shown = notes if whole else notes[:NOTES]
    told = verdict(inventory)
    said = unlooked(inventory) if whole else short(inventory)
    said = [text for text in said if text != told.more]
    if not (said or notes):
        return
    yield f"not analysed, {len(notes)}" if notes else "not analysed"
    for text in said:
        yield from (f"  {line}" for line in wrap(visible(text), WIDTH - 2))
    for note in shown:
        where = whereabouts(note)
        room = WIDTH - len(note.kind) - 4
        if not whole and len(where) > room:
            where = f"...{where[3 - room :]}"
        yield f"  {note.kind}  {where}"
        if whole:
            yield from (f"    {line}" for line in wrap(visible(note.message), WIDTH - 4))
    if len(notes) > len(shown):
        yield f"  and {len(notes) - len(shown)} more"
