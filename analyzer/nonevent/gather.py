"""Which files are read at all, and in how many rounds: few of a large project say anything.

First come the files that hold a word some rule waits for. What they say may ask for more: who
calls the function that writes a file, who changes a container that another module made. Only the
files that name these are read next, until nothing new is asked for.
"""

from collections.abc import Callable, Collection
from functools import cache
from typing import TYPE_CHECKING

from nonevent.change import Side
from nonevent.facts import FileFacts, Role, SchemaStep, Setting
from nonevent.link.databases import HINT, SETTING
from nonevent.link.objects import Methods
from nonevent.link.project import link, started
from nonevent.link.roles import Markers
from nonevent.link.runners import MIXED, SQLX, WRAPPED
from nonevent.link.transactions import Limits
from nonevent.note import Note
from nonevent.noun import NamedTuple
from nonevent.reading import Asked, Recall, is_requirements
from nonevent.search import Search, idle
from nonevent.sight import FEW, Sight
from nonevent.wanting import DEFINES, Hangs, method_of, remembering, wanting

if TYPE_CHECKING:
    from nonevent.progress import Tell

__all__ = ["Gathered", "gather"]

# Callers of callers: the ways from a handler to a file that people write are shorter.
ROUNDS = 6
# Settings that tell of databases and of what runs their migrations.
TELLING = frozenset((HINT, SETTING, MIXED, SQLX, WRAPPED))


class Gathered(NamedTuple):
    """What one version of the project says."""

    files: tuple[FileFacts, ...]  # linked, of the side alone, by path
    notes: tuple[Note, ...]
    contents: Side  # the side, and what was read around it
    databases: tuple[Setting, ...] = ()  # the settings that tell which ones the project uses, how
    past: tuple[FileFacts, ...] = ()  # migrations around the side that came before its own
    limits: Limits = ()  # what every session of Alembic's migrations may wait for and take


def gather(
    side: Side,
    asked: Asked,
    markers: Markers,
    hangs: Hangs,
    *,
    around: Callable[[], Side] | None = None,
    filtered: bool = True,
    memory: Recall | None = None,
    changed: Collection[str] | None = None,
    first: Collection[str] = (),
    tell: "Tell | None" = None,
) -> Gathered:
    """Return the linked facts of one version.

    `hangs` tells whether what the rules say of a fact hangs on who reaches it. `around` returns
    the rest of the project, where the side is a change: only what the facts ask for is read of
    it. Without `filtered` every file is read: the same answers, and slower. `memory` knows what
    earlier runs learned of the same files. Where the side holds all code of the project, `changed`
    are the files that the change is about. Those in `first` are read whatever they hold. `tell` is
    told how far the work is.
    """
    sight = Sight(side, asked, markers, around, memory, own=changed, tell=tell)
    search = Search(sight)
    choosing = filtered and len(side) > FEW
    if not choosing:
        sight.read(path for path in side if not is_requirements(path))
    else:
        # Not above: its expressions are compiled for large projects only.
        from nonevent.prefilter import build

        chosen = cache(lambda: build(asked.words, asked.interests.settings, asked.own))
        sight.read([path for path in side if search.speaks(path, chosen)])
        sight.read(search.changing(chosen))
        sight.read(path for path in first if path in side)
    past = _past(sight)
    sight.read(search.makers())
    sight.read(search.settings())
    sight.read(search.requirements())
    sight.read(search.serving())
    if tell is not None:
        tell("putting the files side by side", 0, 0)
    methods = Methods(asked.interests.calls, asked.interests.clients)
    while choosing and sight.read(search.handed(methods)):
        pass  # whom a client is handed to may hand it on
    while (choosing or around is not None) and sight.read(search.passing()):
        pass  # who calls a function without a limit may be called without one
    sight.read(search.holding(started(sight.in_order(), methods)))
    linked = link(sight.in_order(), markers, methods)
    asked_for: frozenset[tuple[str, str]] = frozenset()
    told: frozenset[str] = frozenset()
    hangs = remembering(hangs)
    for _ in range(ROUNDS):
        while sight.read(search.defining(linked.missing)):
            linked = link(sight.in_order(), markers, methods, told)
        more = wanting(linked, hangs, sight) - asked_for
        asked_for |= more
        if not more:
            break
        found = sight.read(search.naming(more, aside=True))
        methods_told = frozenset(method_of(one) for one, _ in asked_for if one.startswith(DEFINES))
        if not found and methods_told == told:
            break  # nothing that `link` has not heard
        told = methods_told
        linked = link(sight.in_order(), markers, methods, told)
    own = tuple(facts for facts in linked.files if facts.path in side)
    if not search.keeps_media():
        own = tuple(map(idle, own))
    databases = tuple(
        fact
        for facts in linked.files
        for fact in facts.facts
        if isinstance(fact, Setting) and fact.name in TELLING and _counts(sight, fact)
    )
    return Gathered(own, tuple(sight.notes), sight.contents, databases, past, search.limits())


def _counts(sight: Sight, setting: Setting) -> bool:
    """Tell whether a setting is the program's; a tool's word of a database is all but a test's."""
    path = setting.location.path
    return sight.serves(path) or (setting.name == HINT and sight.role(path) is not Role.TEST)


def _past(sight: Sight) -> tuple[FileFacts, ...]:
    """Return the migrations that nobody is asked about: of the past, or empty."""
    steps = [fact for each in sight.facts.values() for fact in each.facts]
    if not any(isinstance(fact, SchemaStep) for fact in steps):
        return ()
    from nonevent.earlier import earlier, telling, unread

    empty = tuple(unread(sight))
    return (*earlier(sight), *telling(sight), *empty) if sight.is_part else empty
