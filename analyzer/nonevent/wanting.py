"""Whom to look for: who calls what is a finding only if a request reaches it."""

from collections.abc import Callable, Iterator, Mapping

from nonevent.common import COMMON
from nonevent.facts import Call, Class, Fact, Mutation, Role
from nonevent.link.project import Linked
from nonevent.location import Location
from nonevent.sight import Sight

__all__ = ["DEFINES", "Hangs", "method_of", "remembering", "wanting"]

# Before the name of a method where a class brings it.
DEFINES = "def "

# Whatever else is known to reach a function, a request may come there, too.
SERVING = frozenset({Role.HANDLER, Role.TASK})

Hangs = Callable[[Call | Mutation], bool]


def remembering(hangs: Hangs) -> Hangs:
    """Return the same, asked once of each fact: most come again when more files are read."""
    known: dict[Location, tuple[Call | Mutation, bool]] = {}

    def ask(fact: Call | Mutation) -> bool:
        met = known.get(fact.location)
        hung = met[1] if met is not None and met[0] == fact else hangs(fact)
        known[fact.location] = fact, hung  # the newest of equal facts: the other may go
        return hung

    return ask


def wanting(linked: Linked, hangs: Hangs, sight: Sight) -> frozenset[tuple[str, str]]:
    """Return pairs of words that a file holds which calls a function of unknown use.

    Of unknown use is a function that holds a fact for which this decides, and every caller of
    it, as long as no role reaches them. What is read around the side is told to nobody: of its
    facts only those count that change what the side changes as well.
    """
    paths = {facts.module: facts.path for facts in linked.files}
    served = {facts.module for facts in linked.files if sight.serves(facts.path)}
    bases = {
        f"{facts.module}:{fact.name}": fact.bases
        for facts in linked.files
        for fact in facts.facts
        if isinstance(fact, Class)
    }
    cells = {
        cell
        for facts in linked.files
        if facts.path in sight.side
        for fact in facts.facts
        if (cell := _cell(fact))
    }
    callers: dict[str, list[str]] = {}
    for caller, targets in linked.edges.items():
        if caller.partition(":")[0] in served:
            for target in targets:
                callers.setdefault(target, []).append(caller)
    queue = [
        f"{facts.module}:{scope}"
        for facts in linked.files
        for fact in facts.facts
        if isinstance(fact, Call | Mutation)
        and (facts.path in sight.side or _cell(fact) in cells)
        and (scope := _user(fact))
        and _matters(fact, hangs)
    ]
    seen = set(queue)
    for place in queue:  # grows while it is read
        new = [caller for caller in callers.get(place, ()) if caller not in seen]
        seen.update(new)
        queue += new
    owners = {place.rpartition(".")[0] for place in seen}
    seen.update(linked.cells.holders(owners.intersection(linked.objects.classes)))
    pairs = {
        pair
        for place in seen
        for pair in _pairs(place, paths[place.partition(":")[0]], bases, sight)
    }
    names = {name for _, name in pairs}
    # `from .disk import store as keep`: those who call it say `keep`.
    for facts in linked.files:
        for alias, target in facts.exports:
            if alias != "*" and target.rpartition(".")[2] in names and alias not in names:
                pairs.add((facts.module.rpartition(".")[2], alias))
    return frozenset(pairs)


def _matters(fact: Call | Mutation, hangs: Hangs) -> bool:
    """Tell whether more callers of a fact's function may change what rules say of it.

    They may where no request is known to reach it, and where what they hand in decides.
    """
    if SERVING.isdisjoint(one.role for one in fact.reach):
        return hangs(fact)
    return isinstance(fact, Call) and bool(fact.given) and not fact.kept


def method_of(mark: str) -> str:
    """Return the method that a mark of `wanting` is of: "save" of "def save("."""
    return mark.removeprefix(DEFINES).removesuffix("(")


def _cell(fact: Fact) -> Location | None:
    """Return where the container is made that a fact changes."""
    return fact.target.location if isinstance(fact, Mutation) and fact.target else None


def _user(fact: Call | Mutation) -> str:
    """Return the function that decides who reaches a fact: around it, or below as decorated."""
    return (isinstance(fact, Call) and fact.decorates) or fact.scope


def _pairs(
    place: str, path: str, bases: Mapping[str, tuple[str, ...]], sight: Sight
) -> Iterator[tuple[str, str]]:
    """Yield what a caller of "shop.export:Report.save" holds: "export", or "shop", and "Report".

    And what the module of a base class holds: the base may be a framework's.
    """
    module, _, name = place.partition(":")
    if not name:  # what runs when the module is imported
        return
    first = name.split(".", 1)[0]
    if first[0] == "@":  # whoever goes over the application's attribute
        yield f"{first[1:]}.", f"{first[1:]}."
        return
    package, _, last = module.rpartition(".")
    yield last, first
    method = name.rpartition(".")[2]
    if method != name and not method.startswith("__") and method not in COMMON:
        yield f"{DEFINES}{method}(", "(self"  # who else has one of the name
        yield f".{method}(", f".{method}("  # who calls it, of whatever object
    if package and sight.passes_on(path, first):
        yield package.rpartition(".")[2], first
    for base in bases.get(f"{module}:{name.rpartition('.')[0]}", ()):
        above, _, base_name = base.replace(":", ".").rpartition(".")
        if above.partition(".")[0] in sight.roots:
            yield above.rpartition(".")[2], base_name
