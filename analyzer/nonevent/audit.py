"""`nonevent audit`: the findings of one run, told as an inventory of what is held where."""

import os
import re
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from contextlib import suppress

from nonevent import pipeline
from nonevent.areas import area_of, areas
from nonevent.change import Content
from nonevent.config import Config
from nonevent.digest import blake2b
from nonevent.doors import doors
from nonevent.error import UserError
from nonevent.facts import Role
from nonevent.finding import Finding, Persona, Subject
from nonevent.inventory import Accepted, Area, Holder, Inventory, Place, Sign
from nonevent.languages import unread
from nonevent.link.roles import APART, Markers, place_role
from nonevent.note import NoteKind
from nonevent.options import Options
from nonevent.progress import Tell
from nonevent.readiness import is_heard
from nonevent.report import Report
from nonevent.reports.order import rank
from nonevent.rule import Page

__all__ = ["FAMILIES", "audit", "sizes", "stock", "take", "widened"]

# What an inventory is about; what a change does to a schema is not held anywhere.
FAMILIES = ("state", "files", "timeouts")
DIGEST = 16  # bytes
# "guestCarts", "GUEST_CARTS": guest, carts
WORD = re.compile(r"[A-Z]+(?![a-z])|[A-Z]?[a-z]+")

Key = tuple[object, ...]


def audit(options: Options, config: Config, cwd: str, tell: Tell | None = None) -> Inventory:
    """Return the inventory of what `options.paths` hold.

    All is told, whoever wants to hear it: the settings' rules and persona are for `check`. What a
    baseline accepts is told as that.

    Raises:
        UserError: a path that was named is not there, the project's rows are not in order, or its
            baseline is not.

    """
    asked = widened(options)
    examined = pipeline.begin(asked, config, cwd, tell=tell)
    lines, digest = _looked_at(examined)
    inventory = stock(examined, asked, areas(lines))
    packs = examined.task.judge.packs
    rules = {holder.rule for holder in inventory.holders}
    inventory = inventory._replace(
        pages={rule: packs.page(rule) for rule in sorted(rules)},
        project=os.path.basename(os.path.realpath(examined.root)),
        head=inventory.head or _head(cwd),
        dirty=not inventory.head,
        digest=digest,
        unread=unread(options, cwd),
        doors=_doors(inventory, examined),
    )
    return _accepted(inventory, examined, options, config, cwd)


def widened(options: Options) -> Options:
    """Return the options of an audit: all that these families find, for everybody."""
    return options._replace(
        select=FAMILIES, ignore=(), persona=Persona.AUDITOR, fail_on="never", strict=False
    )


def stock(examined: pipeline.Run, asked: Options, parts: Sequence[Area]) -> Inventory:
    """Return the inventory that a run found."""
    signs = examined.task.judge.packs.shared("held", Sign)
    return take(pipeline.conclude(examined, asked), signs, parts)


def sizes(files: Iterable[tuple[str, Content]], known: Markers) -> dict[str, int]:
    """Return the lines of each file of code; tests and migrations serve nobody."""
    found = {}
    for path, content in files:
        if place_role(path, known) not in APART:
            with suppress(OSError):  # it was there a moment ago
                found[path] = content().count(b"\n") + 1
    return found


def _doors(inventory: Inventory, run: pipeline.Run) -> tuple[tuple[str, int], ...] | None:
    """Return who comes into the code, where no holder shows that requests are recognised.

    That nothing is reached says little where nobody is seen who might reach it.
    """
    places = (place for holder in inventory.holders for place in holder.places)
    subjects = (place.finding.subject for place in places)
    if any(reach.role is Role.HANDLER for each in subjects if each for reach in each.reach):
        return None
    side = {file.path: file.after for file in run.change.files if file.after is not None}
    return doors(side, run.task)


def _looked_at(run: pipeline.Run) -> tuple[dict[str, int], str]:
    """Return the lines of each file of code, and a digest of all files."""
    made = blake2b(digest_size=DIGEST)
    files = [(file.path, file.after) for file in run.change.files if file.after is not None]

    def read(path: str, content: Content) -> Content:
        try:
            data = content()
        except OSError:  # it was there a moment ago
            return content
        for part in (path.encode("utf-8", "backslashreplace"), data):
            made.update(len(part).to_bytes(8, "big"))
            made.update(part)
        return lambda: data

    lines = sizes(((path, read(path, content)) for path, content in files), run.task.markers)
    return lines, made.hexdigest()


def _head(cwd: str) -> str:
    """Return the full id of the commit that is checked out; "" where there is none."""
    from nonevent.sources.place import find_place
    from nonevent.sources.refs import find_id

    try:
        place = find_place(cwd)
        return find_id(place, "HEAD") if place is not None else ""
    except UserError:  # a repository of another form is no reason to say nothing of its files
        return ""


def _accepted(
    inventory: Inventory, run: pipeline.Run, options: Options, config: Config, cwd: str
) -> Inventory:
    """Return the inventory with what the baseline says of each place."""
    from nonevent import baseline

    said = options.baseline != config.settings.get("baseline", "")  # on the command line
    path = baseline.find(options.baseline, said, config.root, cwd)
    if options.no_baseline or not os.path.isfile(path):
        return inventory
    known = baseline.read(path, os.path.relpath(path, cwd))
    verdict = baseline.judge(known, run.outcome.findings, run.outcome.lines, run.root)
    places = {
        (finding.location, finding.rule): Accepted(entry.reason, entry.owner, entry.until)
        for finding, entry in verdict.accepted
    }
    holders = [
        holder._replace(
            places=tuple(
                place._replace(accepted=places.get((place.finding.location, place.finding.rule)))
                for place in holder.places
            )
        )
        for holder in inventory.holders
    ]
    return inventory._replace(holders=tuple(holders))


def take(report: Report, signs: Sequence[Sign], parts: Sequence[Area] = ()) -> Inventory:
    """Return the inventory that a report is, with what it suppresses; `parts` are its areas."""
    pages = {page.rule: page for page in report.pages}
    groups: dict[Key, list[Place]] = {}
    for place in _places(report):
        groups.setdefault(_key(place.finding), []).append(place)
    name_held = _namer(signs)
    names = {part.name for part in parts}
    holders = (_holder(places, pages, name_held, names) for places in groups.values())
    # A statement of SQL that nobody understood holds nothing.
    notes = tuple(note for note in report.notes if note.kind is not NoteKind.STATEMENT)
    return Inventory(
        tuple(sorted(holders, key=_order)),
        notes,
        report.files,
        report.version,
        tuple(parts),
        sources=report.sources,
        head=report.head,
        arguments=report.arguments,
    )


def _places(report: Report) -> list[Place]:
    found = [Place(finding) for finding in report.findings]
    found += [Place(each.finding, each.reason) for each in report.silenced]
    return sorted(found, key=lambda place: (place.finding.location, place.finding.rule))


def _key(finding: Finding) -> Key:
    """Return what findings on one thing have in common: its container, or its function."""
    subject = finding.subject
    if subject is None:
        return finding.rule, finding.location
    place = subject.made or finding.location.path
    return finding.rule, subject.name, place, "" if subject.made else subject.scope


def _holder(
    places: Sequence[Place],
    pages: Mapping[str, Page],
    name_held: Callable[[Subject], str],
    names: Collection[str],
) -> Holder:
    open_ = [place for place in places if not place.reason]
    worst = max((place.finding for place in open_ or places), key=_rank)
    subject = worst.subject or Subject(worst.rule)
    page = pages[worst.rule]
    location = subject.made or places[0].finding.location
    return Holder(
        name=subject.name,
        held=name_held(subject) or page.held or page.title,
        holds=subject.holds,
        rule=worst.rule,
        family=worst.family,
        component=_component(location.path),
        area=area_of(location.path, names),
        location=location,
        scope="" if subject.made else subject.scope,
        severity=worst.severity,
        confidence=worst.confidence,
        rank=_rank(worst),
        lost=page.lost,
        replicas=page.replicas,
        places=tuple(places),
        suppressed=not open_,
    )


def _rank(finding: Finding) -> float:
    return rank(finding.severity, finding.confidence)


def _order(holder: Holder) -> tuple[object, ...]:
    return (
        holder.suppressed,
        not is_heard(holder),
        -holder.rank,
        holder.rule,
        holder.location,
        holder.name,
    )


def _component(path: str) -> str:
    """Return the top-level package of a file: "src/shop/views.py" → "shop"."""
    folders = path.split("/")[:-1]
    if folders[:1] == ["src"]:
        del folders[0]
    return folders[0] if folders else "."


def _namer(signs: Iterable[Sign]) -> Callable[[Subject], str]:
    """Return a function from a container to what it holds; "" where nothing tells it."""
    types: dict[str, str] = {}
    words: dict[str, str] = {}
    for sign in signs:
        (types if sign.by == "type" else words)[sign.sign] = sign.held

    def name_held(subject: Subject) -> str:
        if not subject.holds:
            return ""
        told = (words[word] for word in _words(subject.name) if word in words)
        return types.get(subject.holds) or next(told, "")

    return name_held


def _words(name: str) -> Iterator[str]:
    """Yield the words of a name, the last one first: it is what the others describe.

    Each as written, then in the singular.
    """
    for word in reversed(WORD.findall(name)):
        yield word.lower()
        yield word.lower().removesuffix("s")
