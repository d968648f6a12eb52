"""`nonevent audit`: the findings of one run, told as an inventory of what is held where."""

import os
import re
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from contextlib import suppress

from nonevent import config as config_of
from nonevent import output, pipeline
from nonevent.areas import area_of, areas
from nonevent.config import Config
from nonevent.finding import Finding, Persona, Subject
from nonevent.inventory import Area, Holder, Inventory, Place, Sign
from nonevent.link.roles import APART, place_role
from nonevent.note import NoteKind
from nonevent.options import Given, Options, complete
from nonevent.report import Report
from nonevent.reports.order import rank
from nonevent.rule import Page

__all__ = ["FAMILIES", "FORMATS", "audit", "run", "take"]

# What an inventory is about; what a change does to a schema is not held anywhere.
FAMILIES = ("state", "files", "timeouts")
FORMATS = ("text", "json", "html")
# Settings that an inventory heeds: the others say what `check` reports and how it ends.
KEPT = ("exclude", "dialect", "facts")
# "guestCarts", "GUEST_CARTS": guest, carts
WORD = re.compile(r"[A-Z]+(?![a-z])|[A-Z]?[a-z]+")

Key = tuple[object, ...]


def audit(options: Options, config: Config, cwd: str) -> Inventory:
    """Return the inventory of what `options.paths` hold.

    All is told, whoever wants to hear it: the settings' rules and persona are for `check`.

    Raises:
        UserError: a path that was named is not there, or the project's rows are not in order.

    """
    asked = options._replace(
        select=FAMILIES, ignore=(), persona=Persona.AUDITOR, fail_on="never", strict=False
    )
    examined = pipeline.begin(asked, config, cwd)
    packs = examined.task.judge.packs
    signs = packs.shared("held", Sign)
    parts = areas(_sizes(examined))
    inventory = take(pipeline.conclude(examined, asked), signs, parts)
    rules = {holder.rule for holder in inventory.holders}
    return inventory._replace(
        pages={rule: packs.page(rule) for rule in sorted(rules)},
        project=os.path.basename(os.path.realpath(examined.root)),
    )


def _sizes(run: pipeline.Run) -> dict[str, int]:
    """Return the lines of each file of code; tests and migrations serve nobody."""
    known = run.task.markers
    sizes = {}
    for file in run.change.files:
        if file.after is not None and place_role(file.path, known) not in APART:
            with suppress(OSError):  # it was there a moment ago
                sizes[file.path] = file.after().count(b"\n") + 1
    return sizes


def run(given: Given, arguments: Sequence[str] = ()) -> int:
    """Write the inventory as the command line says; return the exit code, 0.

    Raises:
        UserError: something given is not there or makes no sense.

    """
    cwd = output.working_directory()
    settings = config_of.load(cwd, str(given.get("config", "")))
    kept = {name: value for name, value in settings.settings.items() if name in KEPT}
    said = {name: value for name, value in given.items() if name not in {"all", "output"}}
    outputs = complete({"output": given.get("output") or ("text",)}, {}).output
    output.refuse(outputs, FORMATS)
    options = complete(said, kept)._replace(arguments=tuple(arguments))
    inventory = audit(options, settings, cwd)
    for format_, file in outputs:
        if format_ == "json":
            from nonevent.reports import inventory_json

            text = inventory_json.render(inventory)
        elif format_ == "html":
            from nonevent.reports import inventory_html

            text = inventory_html.render(inventory)
        else:
            from nonevent.reports import inventory_text

            terminal = not file and output.on_terminal()
            color = output.colored(options.color, os.environ, terminal=terminal)
            text = inventory_text.render(inventory, whole=bool(given.get("all")), color=color)
        if file:
            output.to_file(file, text)
        else:
            output.to_stdout(text, "" if format_ == "text" else "utf-8")
    return 0


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
    return holder.suppressed, -holder.rank, holder.rule, holder.location, holder.name


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
