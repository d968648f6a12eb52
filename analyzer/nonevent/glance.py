"""A glance at few files beside a change: may it bring something to one of them?

To link all code of a project is too much for a hook that runs before each commit. What the change
calls, registers and derives from is followed from file to file, and whoever uses what it changes is
looked for by name. Only where rules answer these few files otherwise than before is all of the
project put around the change.
"""

from collections.abc import Collection, Sequence

from nonevent.change import Side
from nonevent.facts import FileFacts
from nonevent.link.leads import Leads
from nonevent.link.objects import Methods
from nonevent.link.project import Linked, link
from nonevent.location import Location
from nonevent.outcome import Task
from nonevent.reading import Recall
from nonevent.search import Search
from nonevent.sight import Sight

__all__ = ["glance"]

MOST = 24  # files
HOPS = 6  # from the change to the code that it reaches


def glance(
    side: Side,
    own: tuple[Sequence[FileFacts], Sequence[FileFacts]],
    leads: Leads,
    task: Task,
    memory: Recall,
) -> bool:
    """Return whether a change may bring something to files beside it.

    `side` holds all code of the version after; `own` is what the changed files say in it, and said
    before.
    """
    after, before = own
    sight = Sight(side, task.asked, task.markers, None, memory)
    sight.read(facts.path for facts in after)
    _follow(sight, [facts.module for facts in after], leads, task)
    changed = {facts.path for facts in after}
    beside = [facts for facts in sight.in_order() if facts.path not in changed]
    paths = {facts.path for facts in beside}
    if not paths:
        return False
    now = _heard(sight.in_order(), paths, task)
    was = _heard([*before, *beside], paths, task)
    return not now <= was


def _follow(sight: Sight, own: Collection[str], leads: Leads, task: Task) -> None:
    """Read the files to which the change leads, as far as there is room."""
    search = Search(sight)
    room = MOST
    wanted = [*search.holding(leads.down), *(search.naming(leads.up) if leads.up else ())]
    for _ in range(HOPS):
        new = [path for path in dict.fromkeys(wanted) if sight.serves(path)]
        if not sight.read(new[:room]) or len(new) >= room:
            return
        room -= len(new)
        linked = _linked(sight.in_order(), task)
        wanted = search.holding(_calls(linked, leads.functions) | _bases(linked, own))


def _linked(files: Sequence[FileFacts], task: Task) -> Linked:
    return link(
        files, task.markers, Methods(task.asked.interests.calls, task.asked.interests.clients)
    )


def _calls(linked: Linked, functions: Collection[str]) -> set[str]:
    """Return the dotted names that functions call, and those that they reach."""
    queue = [name for name in functions if name in linked.objects.functions]
    seen = set(queue)
    for current in queue:  # grows while it is read
        new = [name for name in linked.edges.get(current, ()) if name not in seen]
        seen.update(new)
        queue += new
    known = linked.objects.functions
    return {call for name in seen if name in known for call in known[name].calls}


def _bases(linked: Linked, modules: Collection[str]) -> set[str]:
    """Return the bases of the classes of some modules, and of these."""
    known = linked.objects
    queue = [name for name in known.classes if name.partition(":")[0] in modules]
    found: set[str] = set()
    for current in queue:  # grows while it is read
        home = current.partition(":")[0]
        new = set(known.classes[current].bases) - found
        found |= new
        places = (known.resolve(base, home).name for base in new)
        queue += [place for place in places if place in known.classes]
    return found


def _heard(
    files: Sequence[FileFacts], paths: Collection[str], task: Task
) -> set[tuple[str, Location]]:
    """Return rule and place of the answers on some of the files that the reader hears of."""
    linked = _linked(files, task)
    answers = task.judge.ask(facts for facts in linked.files if facts.path in paths)
    return {
        (answer.rule, answer.location)
        for answer in answers
        if task.judge.reaches(answer, task.persona)
    }
