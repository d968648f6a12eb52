"""The inventory as Markdown: for a wiki, an issue or the summary of a job."""

from collections.abc import Iterator, Sequence

from nonevent.finding import SEVERITIES
from nonevent.inventory import Holder, Inventory
from nonevent.readiness import FORMULA, is_heard, moment, open_holders, phases, readiness, weight
from nonevent.reports.gfm import code, prose
from nonevent.reports.inert import address, defuse, whereabouts
from nonevent.reports.order import notes_by_place
from nonevent.reports.risk_text import sentence
from nonevent.reports.summary import counted
from nonevent.reports.verdict import LITERAL, about, again, any_of, unlooked, verdict

__all__ = ["render"]

HOLDERS = 60  # that everybody hears of; the others are counted
AREAS = 12
ASIDE = 60  # suppressed and accepted places
NOTES = 20
STEPS = 60  # of schema changes


def render(inventory: Inventory) -> str:
    """Return the answer, what is held, the plan and what was not looked at."""
    told = verdict(inventory)
    title = f"Deployment readiness of {inventory.project or 'this code base'}: {told.score} of 100"
    parts = [
        [f"# {prose(title)}", "", f"{prose(', '.join(about(inventory)))}."],
        [f"**{prose(told.said)}** {prose(told.more)} {prose(told.left_out)}".rstrip()],
        [f"<details><summary>How this number is made</summary>{prose(FORMULA)}</details>"],
        list(_held(inventory)),
        list(_plan(inventory)),
        list(_trend(inventory)),
        list(_schema(inventory)),
        list(_risk(inventory)),
        list(_areas(inventory)),
        list(_set_aside(inventory)),
        list(_unseen(inventory)),
        ["## How to reproduce", "", *_again(inventory)],
    ]
    lines = [line for part in parts if part for line in [*part, ""]]
    return defuse("\n".join(lines[:-1])) + "\n"


def _table(heads: Sequence[str], rows: Sequence[Sequence[str]]) -> list[str]:
    """Return a table; a head that ends in ":" is one of numbers."""
    rule = ["---:" if head.endswith(":") else "---" for head in heads]
    names = [head.rstrip(":") for head in heads]
    return [f"| {' | '.join(row)} |" for row in (names, rule, *rows)]


def _held(inventory: Inventory) -> Iterator[str]:
    left = open_holders(inventory)
    heard = [holder for holder in left if is_heard(holder)]
    yield "## What is held"
    yield ""
    if not left:
        yield "Nothing."
        return
    if heard:
        heads = ("What", "Name", "Where", "Lost at a restart", "With two replicas", "Severity")
        yield from _table(heads, [_row(holder) for holder in heard[:HOLDERS]])
    more = []
    if len(heard) > HOLDERS:
        more.append(f"{len(heard) - HOLDERS} more")
    if len(left) > len(heard):
        more.append(
            f"{counted(len(left) - len(heard), 'thing')} that only pedants or auditors hear of"
        )
    if more:
        yield ""
        yield f"{' and '.join(more)}: {code('nonevent audit --all')} has them."


def _row(holder: Holder) -> tuple[str, ...]:
    where = address(holder.location.path, holder.location.line)
    texts = (holder.lost, holder.replicas, holder.severity)
    return prose(holder.held), code(holder.name), code(where), *map(prose, texts)


def _plan(inventory: Inventory) -> Iterator[str]:
    steps = phases(inventory)
    if not steps:
        return
    yield from ("## What first", "")
    for number, step in enumerate(steps, 1):
        met = [weight(holder) for holder in step.holders]
        said = ", ".join(counted(met.count(word), word) for word in SEVERITIES if word in met)
        yield f"{number}. **{prose(step.title)}.** {said}; readiness is then {step.after}."


def _trend(inventory: Inventory) -> Iterator[str]:
    if not inventory.trend:
        return
    points = [*inventory.trend, moment(inventory, "now")]
    families = sorted({name for each in points for name, _ in each.families})
    yield from ("## Is it getting better?", "")
    yield from _table(
        (
            "Version",
            "Day",
            "Readiness:",
            "Blockers:",
            *(f"{name.capitalize()}:" for name in families),
        ),
        [
            (
                prose(each.name),
                each.day,
                str(each.readiness),
                str(each.blockers),
                *(str(dict(each.families).get(name, 0)) for name in families),
            )
            for each in reversed(points)
        ],
    )


def _schema(inventory: Inventory) -> Iterator[str]:
    ahead = inventory.ahead
    if ahead is None:
        return
    yield from (f"## Schema changes to come since {prose(ahead.since)}", "")
    told = [(each, step) for each in ahead.migrations for step in each.steps]
    if not told:
        yield "None."
        return
    heads = ("Release", "Where", "Step", "Lock", "Waits for it", "Work", "Findings")
    yield from _table(
        heads,
        [
            (
                prose(migration.release or "not yet"),
                code(address(migration.path, step.location.line)),
                code(step.what),
                step.lock,
                step.blocks or "not known",
                ", ".join(step.work),
                ", ".join(code(found.rule) for found in step.findings),
            )
            for migration, step in told[:STEPS]
        ],
    )
    rest = [(migration, found) for migration in ahead.migrations for found in migration.findings]
    if len(told) > STEPS:
        yield from ("", f"{len(told) - STEPS} more steps.")
    if rest:
        yield ""
    for migration, found in rest[:STEPS]:
        where = code(address(migration.path, found.location.line))
        yield f"- {where}: {prose(found.message)} ({code(found.rule)})"


def _risk(inventory: Inventory) -> Iterator[str]:
    ahead = inventory.ahead
    if ahead is None:
        return
    yield from ("## How risky what changed is", "")
    if ahead.missing:
        yield f"Not told: {prose(ahead.missing)}."
    if ahead.risk is not None:
        yield prose(sentence(ahead.risk))
    if len(ahead.changes) > 1:
        yield f"Of the newest {len(ahead.changes)} of {ahead.landed:,} changes: {any_of(ahead)}"
    if ahead.changes:
        yield ""
        yield from _table(
            ("Change", "Day", "Risk:", "Band"),
            [
                (
                    f"{code(each.sha[:9])} {prose(each.title)}",
                    each.day,
                    f"{each.bad:.1%}",
                    each.band,
                )
                for each in ahead.changes
            ],
        )
    told = ahead.calibration
    if told is not None:
        bands = "; ".join(
            f"{band.name}: {band.rate:.1%} of those told below {band.end:.1%}"
            for band in told.bands
        )
        yield ""
        yield (
            f"Went wrong of {told.rows:,} changes that the model had not seen: {bands}. "
            f"Calibration error {told.error[0]:.3f}."
        )


def _areas(inventory: Inventory) -> Iterator[str]:
    left = open_holders(inventory)
    found = []
    for area in inventory.areas:
        mine = [holder for holder in left if holder.area == area.name]
        if mine:
            found.append((readiness(mine), -area.lines, area, len(mine)))
    if not found:
        return
    found.sort(key=lambda each: (*each[:2], each[2].name))
    yield from ("## Areas", "")
    yield from _table(
        ("Area", "Lines:", "Things:", "Readiness:"),
        [
            (code(area.name), f"{area.lines:,}", str(number), str(score))
            for score, _, area, number in found[:AREAS]
        ],
    )
    rest = len(inventory.areas) - len(found[:AREAS])
    if rest:
        yield ""
        yield f"{rest} more of less, or of nothing."


def _set_aside(inventory: Inventory) -> Iterator[str]:
    rows = []
    for holder in inventory.holders:
        for place in holder.places:
            where = address(place.finding.location.path, place.finding.location.line)
            said = (code(where), code(place.finding.rule))
            if place.reason:
                rows.append((*said, "comment", prose(place.reason)))
            elif place.accepted is not None:
                more = (place.accepted.reason, place.accepted.owner, place.accepted.until)
                rows.append((*said, "baseline", prose(", ".join(filter(None, more)))))
    if rows:
        yield from ("## Suppressed and accepted", "")
        yield from _table(("Where", "Rule", "By", "Reason"), rows[:ASIDE])
    if len(rows) > ASIDE:
        yield from ("", f"{len(rows) - ASIDE:,} more.")


def _unseen(inventory: Inventory) -> Iterator[str]:
    yield from ("## What was not analysed", "")
    for text in unlooked(inventory):
        yield f"- {prose(text)}"
    notes = notes_by_place(inventory.notes)
    for note in notes[:NOTES]:
        yield f"- {code(whereabouts(note))}: {prose(note.message)}"
    if len(notes) > NOTES:
        yield f"- {len(notes) - NOTES} more"


def _again(inventory: Inventory) -> Iterator[str]:
    for word, said in again(inventory):
        yield f"- {word}: {code(said) if word in LITERAL else prose(said)}"
